"""What the marks of a comparison mean, above the canvas: each with its number; a click goes to the next one."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from designer.document.wording import show_name
from designer.ui.canvas.contrast_painter import MARKED, paint_badge
from designer.ui.canvas.view import CanvasView
from designer.ui.editor import Editor
from designer.ui.fitting_label import FittingLabel
from designer.ui.theme import Theme
from designer.ui.words import write_count, write_tip

ICON = 18


class ComparisonLegend(QWidget):
    """A bar that is there while a comparison is shown: which two are compared, and how much differs."""

    change_wanted = Signal(str)  # "added", "removed" or "changed"

    def __init__(self, canvas: CanvasView, editor: Editor) -> None:
        super().__init__()
        self._canvas = canvas
        self._editor = editor
        self.setObjectName("legend")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("what differs")
        self.title = FittingLabel("muted")
        line = QHBoxLayout(self)
        line.setContentsMargins(10, 3, 12, 3)
        line.setSpacing(8)
        self.buttons: dict[str, QToolButton] = {}
        for change in MARKED:
            button = QToolButton(autoRaise=True)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setIconSize(QSize(ICON, ICON))
            button.clicked.connect(lambda _=False, change=change: self.change_wanted.emit(change))
            line.addWidget(button)
            self.buttons[change] = button
        line.addWidget(self.title, 1)
        editor.view_changed.connect(lambda *_: self.refresh())
        self.hide()

    def refresh(self) -> None:
        """Show the numbers of the comparison that is shown; nothing where none is."""
        compared = self._editor.document.compared
        self.setVisible(compared is not None)
        if compared is None:
            return
        record = compared.record
        names = f"{show_name(compared.before.name, 200)} → {show_name(compared.after.name, 200)}"
        self.title.setText(names)
        self.title.setToolTip(write_tip(names))
        for change, button in self.buttons.items():
            count = sum(one.change == change and bool(one.node or one.wire) for one in record.differences)
            button.setText(f"{write_count(count)} {change}")
            button.setEnabled(count > 0)
            button.setIcon(make_badge_icon(self._canvas.theme, change))
            button.setToolTip(write_tip(f"Go to the next one that was {change}") if count else "")


def make_badge_icon(theme: Theme, change: str) -> QIcon:
    """Return the badge of a kind of difference as an icon."""
    picture = QPixmap(2 * ICON, 2 * ICON)
    picture.setDevicePixelRatio(2)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_badge(painter, theme, change, ICON / 2, ICON / 2, 7)
    painter.end()
    return QIcon(picture)
