"""A pad to draw on by mouse, pen or keys: white on black, or black on white, with a way back for each stroke."""

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from designer.ui.theme import Theme, colour

SIDE = 224  # pixels of what is drawn, whatever size the pad has
STEP = SIDE / 28  # by which keys move the pen
MOVES = {
    Qt.Key.Key_Left: (-STEP, 0.0),
    Qt.Key.Key_Right: (STEP, 0.0),
    Qt.Key.Key_Up: (0.0, -STEP),
    Qt.Key.Key_Down: (0.0, STEP),
}
KEYS = {*MOVES, Qt.Key.Key_Space, Qt.Key.Key_Backspace, Qt.Key.Key_Delete}


class DrawingPad(QWidget):
    """Ink is told by `drawn` with each stroke: height x width from 0 to 1. `ground` is a picture to draw on, if any.

    Arrow keys move the pen, Space puts it down or lifts it, Backspace and Ctrl+Z take a stroke back, Delete clears.
    """

    drawn = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.is_dark = True
        self.pen = 20.0  # its width, of SIDE
        self.ground: np.ndarray | None = None
        self.strokes: list[tuple[float, list[QPointF]]] = []
        self._open = False  # whether a stroke is being drawn
        self._nib: QPointF | None = None  # where keys have the pen
        self._ink: np.ndarray = np.zeros((SIDE, SIDE), np.float32)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setMinimumSize(96, 96)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("drawing pad")
        self.setToolTip("Draw with the mouse. By keys: arrows move the pen, Space puts it down or lifts it")

    def sizeHint(self) -> QSize:
        return QSize(SIDE, SIDE)

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        self.theme = theme
        self.update()

    @property
    def ink(self) -> np.ndarray:
        """What is drawn, height x width from 0 to 1, the ground included."""
        return self._ink

    @property
    def is_empty(self) -> bool:
        """Whether nothing is drawn, and there is no ground."""
        return not self.strokes and self.ground is None

    def show_ground(self, ink: np.ndarray | None) -> None:
        """Begin anew on a picture, height x width from 0 to 1, or on nothing."""
        self.ground = ink
        self.strokes, self._open = [], False
        self._render()

    def clear(self) -> None:
        """Take all away."""
        self.show_ground(None)
        self.drawn.emit()

    def undo(self) -> None:
        """Take the last stroke back."""
        if self.strokes:
            self.strokes.pop()
            self._open = False
            self._render()
            self.drawn.emit()

    @property
    def room(self) -> QRectF:
        """The square that is drawn on, in pixels of the widget."""
        side = max(min(self.width(), self.height()) - 4.0, 1.0)
        return QRectF(2, 2, side, side)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._nib = None
            self._begin(self._place(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._open and event.buttons() & Qt.MouseButton.LeftButton:
            self._go_on(self._place(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._open = False

    def event(self, event: QEvent) -> bool:
        """Take keys that it knows before the window's commands do."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.matches(QKeySequence.StandardKey.Undo) or (event.key() in KEYS and not event.modifiers()):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        move = MOVES.get(event.key())  # type: ignore[call-overload]
        if move is not None:
            nib = self._nib or QPointF(SIDE / 2, SIDE / 2)
            self._nib = QPointF(min(max(nib.x() + move[0], 0), SIDE), min(max(nib.y() + move[1], 0), SIDE))
            if self._open:
                self._go_on(self._nib)
            self.update()
        elif event.key() == Qt.Key.Key_Space:
            self._nib = self._nib or QPointF(SIDE / 2, SIDE / 2)
            if self._open:
                self._open = False
            else:
                self._begin(self._nib)
            self.update()
        elif event.key() == Qt.Key.Key_Backspace or event.matches(QKeySequence.StandardKey.Undo):
            self.undo()
        elif event.key() == Qt.Key.Key_Delete:
            self.clear()
        else:
            super().keyPressEvent(event)

    def _place(self, position: QPointF) -> QPointF:
        room = self.room
        return (position - room.topLeft()) * (SIDE / room.width())

    def _begin(self, place: QPointF) -> None:
        self._open = True
        self.strokes.append((self.pen, [place]))
        self._render()
        self.drawn.emit()

    def _go_on(self, place: QPointF) -> None:
        self.strokes[-1][1].append(place)
        self._render()
        self.drawn.emit()

    def _render(self) -> None:
        image = QImage(SIDE, SIDE, QImage.Format.Format_Grayscale8)
        image.fill(0)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.ground is not None:
            grey = np.ascontiguousarray(np.rint(255 * self.ground).astype(np.uint8))
            height, width = grey.shape
            picture = QImage(grey.data, width, height, width, QImage.Format.Format_Grayscale8)
            painter.drawImage(QRectF(0, 0, SIDE, SIDE), picture)
        for width_, points in self.strokes:
            painter.setPen(QPen(Qt.GlobalColor.white, width_, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))  # fmt: skip
            if len(points) == 1:
                painter.drawPoint(points[0])
            else:
                painter.drawPolyline(points)
        painter.end()
        rows = np.frombuffer(image.constBits(), np.uint8).reshape(SIDE, image.bytesPerLine())[:, :SIDE]
        self._ink = rows.astype(np.float32) / 255
        self.update()

    def paintEvent(self, event) -> None:
        painter, room = QPainter(self), self.room
        grey = np.ascontiguousarray(np.rint(255 * (self._ink if self.is_dark else 1 - self._ink)).astype(np.uint8))
        painter.drawImage(room, QImage(grey.data, SIDE, SIDE, SIDE, QImage.Format.Format_Grayscale8))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour(self.theme.accent if self.hasFocus() else self.theme.border), 1))
        painter.drawRect(room)
        scale = room.width() / SIDE
        if self._nib is not None and self.hasFocus():
            painter.setPen(QPen(colour(self.theme.accent), 2 if self._open else 1))
            radius = max(self.pen * scale / 2, 4)
            painter.drawEllipse(room.topLeft() + self._nib * scale, radius, radius)
        if self.is_empty:
            painter.setPen(colour("#9aa3b2" if self.is_dark else "#5b6473"))
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, "Draw here")
        painter.end()
