"""The middle of the window: the canvas, and above it the bars that come and go with what is shown."""

from collections.abc import Iterable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from designer.ui.canvas.view import CanvasView
from designer.ui.editor import Editor


class Centre(QWidget):
    """Bars above one another, and all the room below them for the canvas."""

    def __init__(self, editor: Editor, canvas: CanvasView, bars: Iterable[QWidget]) -> None:
        super().__init__()
        self._editor = editor
        self._canvas = canvas
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        for bar in bars:
            self._column.addWidget(bar)
        self._column.addWidget(canvas, 1)
        self._stands = editor.document, editor.where
        for signal in (editor.view_changed, editor.opened):
            signal.connect(self._settle)  # after the bars, which were there before

    def _settle(self) -> None:
        """Lay the bars out at once where one stands elsewhere now, so that the canvas fits what it shows into its room."""
        stands = self._editor.document, self._editor.where
        if stands != self._stands:
            self._stands = stands
            self._column.activate()
            self._canvas.settle()
