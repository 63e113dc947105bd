"""Editors of a value that is chosen rather than typed: a check box, a list of words, the place of a file."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QHBoxLayout, QToolButton, QWidget

from designer.catalogue.parameters import Maybe, Option, ParameterType, Path
from designer.document.graph import Value
from designer.ui.marks import set_mark
from designer.ui.panels.text_entry import Entry

NARROWEST = 100  # logical pixels of a list of words
LONGEST_NOTE = 14  # characters that fit into one


class Check(QCheckBox):
    """Yes or no."""

    edited = Signal(object)
    refused = Signal(str)

    def __init__(self, kind: ParameterType, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = kind
        self.toggled.connect(self._name_state)
        self.clicked.connect(lambda: self.edited.emit(self.isChecked()))
        self._name_state()

    def show_value(self, value: Value, *, default: bool = False) -> None:
        """Show a value; `default` dims it."""
        set_mark(self, "default", default)
        self.setTristate(False)
        self.setChecked(bool(value))
        self._name_state()

    def show_mixed(self, note: str) -> None:
        """Show that several layers differ."""
        set_mark(self, "default", True)
        self.setCheckState(Qt.CheckState.PartiallyChecked)
        self.setText(note)

    def nextCheckState(self) -> None:
        on = self.checkState() != Qt.CheckState.Checked
        self.setTristate(False)  # of yes and no only the program makes a third; Qt takes that for yes
        self.setChecked(on)
        self._name_state()

    def _name_state(self) -> None:
        self.setText("on" if self.isChecked() else "off")


class WordList(QComboBox):
    """One of a few words, or none of them."""

    edited = Signal(object)
    refused = Signal(str)

    def __init__(self, kind: ParameterType, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = kind
        if isinstance(kind, Maybe):
            self.addItem(kind.none, None)
            kind = kind.item
        assert isinstance(kind, Option)
        for word in kind.words:
            self.addItem(word, word)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self.activated.connect(lambda index: self.edited.emit(self.itemData(index)))

    def show_value(self, value: Value, *, default: bool = False) -> None:
        """Show a value; `default` dims it."""
        set_mark(self, "default", default)
        self.setCurrentIndex(self.findData(value))

    def show_mixed(self, note: str) -> None:
        """Show that several layers differ."""
        set_mark(self, "default", True)
        self.setPlaceholderText("mixed" if len(note) > LONGEST_NOTE else note)
        self.setCurrentIndex(-1)

    def minimumSizeHint(self) -> QSize:
        return super().minimumSizeHint().boundedTo(QSize(NARROWEST, 100))  # a long note must not widen the form

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # a wheel that scrolls the form must not change what it passes over


class PlaceEntry(QWidget):
    """The place of a file or folder: an entry and a button that asks for it."""

    edited = Signal(object)
    refused = Signal(str)

    def __init__(self, kind: ParameterType, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = kind
        self.entry = Entry(kind)
        self.button = QToolButton(text="…", toolTip="Choose …")
        self.button.setAccessibleName("choose a place")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.entry)
        row.addWidget(self.button)
        self.setFocusProxy(self.entry)
        self.entry.edited.connect(self.edited)
        self.entry.refused.connect(self.refused)
        self.button.clicked.connect(self.choose)

    def show_value(self, value: Value, *, default: bool = False) -> None:
        """Show a value; `default` dims it."""
        self.entry.show_value(value, default=default)

    def show_mixed(self, note: str) -> None:
        """Show that several layers differ."""
        self.entry.show_mixed(note)

    def choose(self) -> None:
        """Ask for a file or folder."""
        kind = self.kind.item if isinstance(self.kind, Maybe) else self.kind
        folder = isinstance(kind, Path) and kind.folder
        dialog = QFileDialog(self, "Choose a folder" if folder else "Choose a file", self.entry.text())
        dialog.setFileMode(QFileDialog.FileMode.Directory if folder else QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.edited)
        dialog.open()
