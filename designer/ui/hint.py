"""What an empty canvas says: how to begin."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from designer.ui.editor import Editor
from designer.ui.marks import make_label

TITLE = "An empty canvas"
WAYS = (
    "Drag a layer here from the left",
    "Double click, or press Tab, to search for one",
    "File, New from template: a gallery from the perceptron to ResNet-152",
    "Drop a project file here to open it",
)
SPARE = 2  # logical pixels, so that rounding breaks no line


class EmptyHint(QWidget):
    """Lies over the middle of the canvas while there is no layer, and lets every click through."""

    def __init__(self, canvas: QWidget, editor: Editor) -> None:
        super().__init__(canvas)
        self._editor = editor
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        column = QVBoxLayout(self)
        column.setSpacing(7)
        self.lines = [make_label(TITLE, "title", wrap=True), *(make_label(way, "muted", wrap=True) for way in WAYS)]
        for line in self.lines:
            line.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(line)
        canvas.installEventFilter(self)
        editor.view_changed.connect(self._show)
        self._show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _show(self) -> None:
        is_empty = not self._editor.view.graph.nodes
        self.setVisible(is_empty)
        if is_empty:
            self._place()

    def _place(self) -> None:
        """Lie in the middle, as wide as the longest line, or as the canvas where that is narrower: lines break then."""
        canvas, column = self.parentWidget(), self.layout()
        margins = column.contentsMargins()
        longest = max(line.fontMetrics().horizontalAdvance(line.text()) for line in self.lines) + SPARE
        width = min(longest + margins.left() + margins.right(), canvas.width())
        self.resize(width, column.totalHeightForWidth(width))
        self.move((canvas.width() - self.width()) // 2, (canvas.height() - self.height()) // 2)
