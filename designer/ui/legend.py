"""What the marks of a comparison mean, in a corner of the canvas: each with its number; a click goes to the next one."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QFrame, QToolButton, QVBoxLayout

from designer.ui.canvas.contrast_painter import MARKED, paint_badge
from designer.ui.canvas.view import CanvasView
from designer.ui.editor import Editor
from designer.ui.marks import make_label
from designer.ui.theme import Theme
from designer.ui.words import write_count, write_tip

GAP = 12  # logical pixels from the corner
ICON = 18


class ComparisonLegend(QFrame):
    """Lies over the lower left corner of the canvas while a comparison is shown."""

    change_wanted = Signal(str)  # "added", "removed" or "changed"

    def __init__(self, canvas: CanvasView, editor: Editor) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._editor = editor
        self.setObjectName("legend")
        self.setAccessibleName("what differs")
        self._title = make_label("", "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(2)
        column.addWidget(self._title)
        self.buttons: dict[str, QToolButton] = {}
        for change in MARKED:
            button = QToolButton(autoRaise=True)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setIconSize(QSize(ICON, ICON))
            button.clicked.connect(lambda _=False, change=change: self.change_wanted.emit(change))
            column.addWidget(button)
            self.buttons[change] = button
        canvas.installEventFilter(self)
        editor.view_changed.connect(lambda *_: self.refresh())
        self.hide()

    def refresh(self) -> None:
        """Show the numbers of the comparison that is shown; nothing where none is."""
        compared = self._editor.document.compared
        self.setVisible(compared is not None)
        if compared is None:
            return
        record = compared.record
        self._title.setText(f"{compared.before.name} → {compared.after.name}")
        for change, button in self.buttons.items():
            count = sum(one.change == change and bool(one.node or one.wire) for one in record.differences)
            button.setText(f"{write_count(count)} {change}")
            button.setEnabled(count > 0)
            button.setIcon(make_badge_icon(self._canvas.theme, change))
            button.setToolTip(write_tip(f"Go to the next one that was {change}") if count else "")
        self.adjustSize()
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def _place(self) -> None:
        self.move(GAP, self._canvas.height() - self.height() - GAP)


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
