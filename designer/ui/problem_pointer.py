"""What opens and closes the card beside what is wrong: the pointer that rests or clicks, and a command."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimerEvent
from PySide6.QtGui import QKeyEvent, QMouseEvent

from designer.ui.canvas.finding import LEAST_PORT_SCALE, WIRE_REACH, badge_at, edge_at, hit_test
from designer.ui.canvas.geometry import Point
from designer.ui.problem_card import ProblemCard, Subject

if TYPE_CHECKING:
    from designer.ui.window import Window

REST = 350  # milliseconds that the pointer rests on a badge before the card opens
GRACE = 300  # and that it may be elsewhere before a card that opened so is gone


class ProblemPointer(QObject):
    """Watches the pointer over the canvas, and opens and closes the card. The card is made when first wanted."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self._card: ProblemCard | None = None
        self._pinned = False  # whether the card stays until it is closed
        self._rests_on = ""  # the node on whose badge the pointer rests
        self._pressed: QPoint | None = None
        self._timer = 0
        window.canvas.viewport().installEventFilter(self)
        window.canvas.installEventFilter(self)

    @property
    def card(self) -> ProblemCard:
        """The card."""
        if self._card is None:
            self._card = ProblemCard(self._window)
        return self._card

    @property
    def is_open(self) -> bool:
        """Whether a card is shown."""
        return self._card is not None and self._card.isVisible()

    def explain(self) -> None:
        """Show what is wrong with the selected layer or wire; without one, or again, with the next that has a problem."""
        editor = self._window.editor
        chosen: list[Subject] = [*editor.selected_nodes, *editor.selected_edges]
        self._pinned = True
        if len(chosen) == 1 and not (self.is_open and self.card.subject == chosen[0]):
            if self.card.show_at(chosen[0], focus=True):
                return
        nodes = list(dict.fromkeys(problem.node for problem in editor.view_problems if problem.node is not None))
        if not nodes:
            return
        here = next((place for place, node in enumerate(nodes) if [node] == chosen), -1)
        node = nodes[(here + 1) % len(nodes)]
        editor.select([node])
        self._window.canvas.centre_on(node)
        self.card.show_at(node, focus=True)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.MouseMove and isinstance(event, QMouseEvent) and not event.buttons():
            self._follow(event.position().toPoint())
        elif kind == QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            return self._press(event)
        elif kind == QEvent.Type.MouseButtonRelease and isinstance(event, QMouseEvent):
            self._release(event.position().toPoint())
        elif kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape and self.is_open and not self._window.canvas.busy:
                self.card.close_card()
                return True
        return False

    def timerEvent(self, event: QTimerEvent) -> None:
        """Open the card where the pointer has rested, or close one that it has left."""
        self._stop()
        if self._rests_on and not self._window.canvas.busy:
            self._pinned = False
            self.card.show_at(self._rests_on)
        elif self.is_open and not self._pinned and not self.card.underMouse():
            self.card.close_card()

    def _follow(self, pixel: QPoint) -> None:
        node = self._badge_at(pixel)
        if node == self._rests_on and (node or not self.is_open or self._timer):
            return
        self._rests_on = node
        self._stop()
        if (node and not self.is_open) or (self.is_open and not self._pinned and node != self.card.subject):
            self._timer = self.startTimer(REST if node else GRACE)

    def _press(self, event: QMouseEvent) -> bool:
        pixel = event.position().toPoint()
        self._pressed = pixel
        self._stop()
        node = self._badge_at(pixel) if event.button() == Qt.MouseButton.LeftButton else ""
        if node and not event.modifiers():
            self._window.editor.select([node])
            self._window.canvas.setFocus()
            self._pinned = True
            self.card.show_at(node)
            return True
        if self.is_open:
            self.card.close_card()
        return False

    def _release(self, pixel: QPoint) -> None:
        """Open the card of a broken wire that was clicked."""
        pressed, self._pressed = self._pressed, None
        canvas = self._window.canvas
        if pressed is None or (pressed - pixel).manhattanLength() > 3:
            return
        place = self._place_of(pixel)
        hit = hit_test(canvas.sheet, place, canvas.scale_now)
        if hit.edge is not None and hit.edge in self._window.editor.selected_edges:
            item = edge_at(canvas.sheet, place, WIRE_REACH / canvas.scale_now)
            if item is not None and item.refusal:
                self._pinned = True
                self.card.show_at(hit.edge, place)

    def _badge_at(self, pixel: QPoint) -> str:
        canvas = self._window.canvas
        if canvas.scale_now < LEAST_PORT_SCALE:
            return ""
        item = badge_at(canvas.sheet, self._place_of(pixel))
        return "" if item is None else item.key

    def _place_of(self, pixel: QPoint) -> Point:
        point = self._window.canvas.mapToScene(pixel)
        return point.x(), point.y()

    def _stop(self) -> None:
        if self._timer:
            self.killTimer(self._timer)
            self._timer = 0
