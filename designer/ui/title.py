"""The name of the document in the middle of the menu bar, with a dot while something is not saved."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QMenuBar, QWidget

from designer.ui.editor import Editor
from designer.ui.fitting_label import FittingLabel
from designer.ui.marks import make_label


class DocumentTitle(QWidget):
    """Lies over the free middle of a menu bar and lets every click through. Hides where menus need the room.

    The window is called as the document, too. `changed` says that this is another name, or another state of the file.
    """

    changed = Signal()

    def __init__(self, window: QMainWindow, editor: Editor) -> None:
        super().__init__(window.menuBar())
        self._window, self._editor = window, editor
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.name = FittingLabel("muted")
        self.dot = make_label("●")
        self.dot.setObjectName("unsaved")
        self.dot.setAccessibleName("not saved")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.name)
        line.addWidget(self.dot)
        window.menuBar().installEventFilter(self)
        for signal in (editor.file_changed, editor.project_changed):
            signal.connect(self.refresh)
        self.refresh()

    def refresh(self, *_: object) -> None:
        """Show the name of the document that is shown, and whether it has changes that are not saved."""
        name, modified = self._editor.document.name, self._editor.modified
        if (name, modified) != (self.name.text(), self.dot.isVisibleTo(self)) or not self._window.windowTitle():
            self._window.setWindowTitle(f"{name}[*] – Designer")
            self._window.setWindowModified(modified)
            self.name.setText(name)
            self.dot.setVisible(modified)
            self._place()
            self.changed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._place()
        return False

    def _place(self) -> None:
        bar = self.parentWidget()
        assert isinstance(bar, QMenuBar)
        actions = bar.actions()
        used = bar.actionGeometry(actions[-1]).right() + 16 if actions else 0
        room = bar.width() - 2 * used
        self.name.setMaximumWidth(max(40, room - 30))
        self.adjustSize()
        self.setVisible(not bar.isNativeMenuBar() and room > 60)
        self.move((bar.width() - self.width()) // 2, (bar.height() - self.height()) // 2)
