"""What an empty canvas says: how to begin."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from designer.ui.editor import Editor
from designer.ui.marks import make_label

TITLE = "An empty canvas"
WAYS = (
    "Drop data here, a table, pictures or texts, or a project file",
    "Drag a layer here from the left",
    "Double click, or press Tab, to search for one",
    "File, New from template: a gallery from the perceptron to ResNet-152",
)
SPARE = 2  # logical pixels, so that rounding breaks no line


class EmptyHint(QWidget):
    """Lies over the middle of the canvas while there is no layer, and lets every click through."""

    def __init__(self, canvas: QWidget, editor: Editor) -> None:
        super().__init__(canvas)
        self._editor = editor
        self._aside = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        column = QVBoxLayout(self)
        column.setSpacing(7)
        self.lines = [make_label(TITLE, "title", wrap=True), *(make_label(way, "muted", wrap=True) for way in WAYS)]
        for line in self.lines:
            line.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(line)
        canvas.installEventFilter(self)
        editor.view_changed.connect(self._place)
        self._place()

    def set_aside(self, on: bool) -> None:
        """Give way to what lies over the empty canvas instead, or come back."""
        self._aside = on
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        """Lie in the middle, as wide as the longest line, or as the canvas where that is narrower: lines break then.

        Of a canvas that is too low for all of them the last lines are left out.
        """
        if self._aside or self._editor.view.graph.nodes:
            self.hide()
            return
        canvas, column = self.parentWidget(), self.layout()
        margins = column.contentsMargins()
        longest = max(line.fontMetrics().horizontalAdvance(line.text()) for line in self.lines) + SPARE
        width = min(longest + margins.left() + margins.right(), canvas.width())
        shown = len(self.lines) + 1
        height = canvas.height() + 1
        while shown > 0 and height > canvas.height():
            shown -= 1
            for place, line in enumerate(self.lines):
                line.setVisible(place < shown)
            column.invalidate()
            height = column.totalHeightForWidth(width)
        self.resize(width, height)
        self.move((canvas.width() - width) // 2, (canvas.height() - height) // 2)
        self.setVisible(shown > 0)
