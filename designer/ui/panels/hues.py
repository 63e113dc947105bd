"""The colour of the selected comments and frames, chosen by its name from a list that shows a patch of each."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QIcon, QPainter, QPixmap, QWheelEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from designer.document.drawing import HUES
from designer.document.remarks import change_remarks, name_remarks
from designer.document.wording import show_name
from designer.ui.editor import Editor
from designer.ui.marks import make_label
from designer.ui.panels.fact_list import LABEL_WIDTH
from designer.ui.theme import Theme, colour, hue_colour

PATCH = 12  # logical pixels
FINE = 2  # pixels of a patch to a logical one: enough for any screen


class HueList(QComboBox):
    """The colours by name."""

    left = Signal()  # the keys went elsewhere

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        for hue in HUES:
            self.addItem(hue, hue)
        self.setIconSize(QSize(PATCH, PATCH))
        self.setAccessibleName("colour")
        self.setPlaceholderText("mixed")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Draw the patches in the colours of a theme."""
        for place, hue in enumerate(HUES):
            self.setItemIcon(place, make_patch(hue_colour(theme, hue)))

    def show_hue(self, hue: str | None) -> None:
        """Show a colour, None where there are several. One of a later version has its name as the only hint."""
        place = self.findData(hue) if hue is not None else -1
        self.setPlaceholderText("mixed" if hue is None else show_name(hue))
        self.setCurrentIndex(place)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # a wheel that scrolls the page must not change what it passes over

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.left.emit()


class HueRow(QWidget):
    """A row of a page: the colour of the comments and frames that are selected, and a way to give them another."""

    def __init__(self, editor: Editor, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._visit = 0  # what is chosen before the keys go elsewhere is one step
        self._keys: frozenset[str] = frozenset()
        self.list = HueList(theme)
        label = make_label("Colour", "muted")
        label.setMinimumWidth(LABEL_WIDTH)
        label.setBuddy(self.list)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(label)
        row.addWidget(self.list, 1)
        self.list.activated.connect(lambda place: self._choose(self.list.itemData(place)))
        self.list.left.connect(self._end)

    def show_remarks(self, keys: frozenset[str]) -> str | None:
        """Show the colour that these comments and frames have in common and return it; None where they differ."""
        if keys != self._keys:
            self._keys = keys
            self._end()
        remarks = self._editor.view.drawing.remarks
        hues = {remarks[key].hue for key in keys}
        hue = hues.pop() if len(hues) == 1 else None
        self.list.show_hue(hue)
        return hue

    def _choose(self, hue: str) -> None:
        view, keys = self._editor.view, self._keys
        title = f"colour {name_remarks(view.drawing.remarks, keys)} {hue}"
        step = f"hue {self._editor.where} {sorted(keys)} {self._visit}"
        self._editor.apply_view(title, change_remarks(view, keys, hue=hue), step)

    def _end(self) -> None:
        self._visit += 1


def make_patch(code: str) -> QIcon:
    """Return a small rounded square of the colour "#rrggbb", the same where it is selected."""
    patch = QPixmap(PATCH * FINE, PATCH * FINE)
    patch.fill("transparent")
    painter = QPainter(patch)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(code))
    painter.drawRoundedRect(patch.rect(), 3 * FINE, 3 * FINE)
    painter.end()
    patch.setDevicePixelRatio(FINE)
    icon = QIcon(patch)
    icon.addPixmap(patch, QIcon.Mode.Selected)
    return icon
