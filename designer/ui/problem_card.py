"""The card beside a layer or a wire that says what is wrong there, with the fixes one click away.

It opens when the pointer rests on a badge, on a click on a badge or a broken wire, and by a command.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimerEvent
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from designer.catalogue.check import Fix, Problem
from designer.document.graph import Edge
from designer.ui.canvas.finding import LEAST_PORT_SCALE, badge_at, edge_at, hit_test
from designer.ui.canvas.geometry import Point
from designer.ui.marks import make_label, set_mark
from designer.ui.panels.fix_list import FixList
from designer.ui.panels.problem_row import apply_fix
from designer.ui.words import write_plain, write_rich

if TYPE_CHECKING:
    from designer.ui.window import Window

WIDTH = 320  # logical pixels
GAP = 14  # between the card and what it is about
REST = 350  # milliseconds that the pointer rests on a badge before the card opens
GRACE = 300  # and that it may be elsewhere before a card that opened so is gone
MOST = 4  # problems of one layer that are told at once
WIRE_REACH = 7.0  # logical pixels, as the canvas takes them

Subject = str | Edge


def split_sentence(message: str) -> tuple[str, str]:
    """Return what is wrong and what to do about it: the first sentence of a message, and the rest."""
    head, stop, rest = message.partition(". ")
    return head + (stop and "."), rest


class ProblemPart(QWidget):
    """One problem in a card: what is wrong, what to do, the fixes."""

    def __init__(self, card: "ProblemCard", problem: Problem) -> None:
        super().__init__()
        head, rest = split_sentence(problem.message)
        self.problem = problem
        self.title = make_label("", "strong", wrap=True)
        self.text = make_label("", "muted", wrap=True)
        for label, words in ((self.title, head), (self.text, rest)):
            label.setTextFormat(Qt.TextFormat.RichText)
            label.setText(write_rich(words))
        if not rest:
            self.text.hide()
        self.fixes = FixList(card.window_of.editor, across=False)
        self.fixes.show_fixes(problem)
        self.fixes.chosen.connect(lambda fix: card.fix(problem, fix))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (self.title, self.text, self.fixes):
            column.addWidget(widget)
        self.setAccessibleName(write_plain(problem.message))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)


class ProblemCard(QFrame):
    """The card. It lies on the canvas, follows what it is about, and is gone when that is mended."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window.canvas)
        self.window_of = window
        self.setObjectName("problemcard")
        self.setAccessibleName("what is wrong here")
        self.parts: list[ProblemPart] = []
        self.subject: Subject | None = None
        self._at: Point | None = None  # where on a wire it was asked for
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(11, 8, 11, 9)
        self._column.setSpacing(9)
        canvas = window.canvas
        for bar in (canvas.horizontalScrollBar(), canvas.verticalScrollBar()):
            bar.valueChanged.connect(self._place)
        canvas.scale_changed.connect(self._place)
        window.editor.view_changed.connect(self._renew)
        self.hide()

    def show_at(self, subject: Subject, at: Point | None = None, *, focus: bool = False) -> bool:
        """Show what is wrong with a node or a wire; return whether anything is. `focus` gives it the keyboard."""
        found = self._find(subject)
        if not found:
            self.close_card()
            return False
        if subject != self.subject or [part.problem for part in self.parts] != found:
            self.subject, self._at = subject, at
            self._fill(found)
        self.show()
        self._fit()
        self.raise_()
        buttons = [button for part in self.parts for button in part.fixes.buttons]
        if focus and buttons:
            buttons[0].setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True

    def close_card(self) -> None:
        """Put the card away; the keyboard goes back to the canvas if the card had it."""
        had = self.isAncestorOf(self.window_of.focusWidget()) if self.window_of.focusWidget() else False
        self.subject = None
        self.hide()
        if had:
            self.window_of.canvas.setFocus()

    def fix(self, problem: Problem, fix: Fix) -> None:
        """Apply a fix; the card shows what is left, if anything is."""
        had = self.window_of.focusWidget()
        had_keys = had is not None and self.isAncestorOf(had)
        apply_fix(self.window_of.editor, problem, fix)
        if had_keys:
            self.window_of.canvas.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_Escape:
            self.close_card()
        elif step is not None:
            buttons = [button for part in self.parts for button in part.fixes.buttons]
            here = next((place for place, button in enumerate(buttons) if button.hasFocus()), -1)
            if buttons:
                buttons[(here + step) % len(buttons)].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()  # not a press on the canvas below

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            self._fit()
        return super().event(event)

    def _find(self, subject: Subject) -> list[Problem]:
        problems = self.window_of.editor.view_problems
        if isinstance(subject, Edge):
            return [problem for problem in problems if subject in problem.edges][:MOST]
        return [problem for problem in problems if problem.node == subject][:MOST]

    def _fill(self, found: list[Problem]) -> None:
        for part in self.parts:
            self._column.removeWidget(part)
            part.hide()
            part.deleteLater()
        self.parts = [ProblemPart(self, problem) for problem in found]
        for part in self.parts:
            self._column.addWidget(part)
        set_mark(self, "severity", found[0].severity)

    def _renew(self) -> None:
        """Show what is wrong now; nothing where it is mended or no longer in sight."""
        if self.subject is not None:
            self.show_at(self.subject, self._at)

    def _fit(self) -> None:
        height = self._column.totalHeightForWidth(WIDTH)
        if (self.width(), self.height()) != (WIDTH, height):
            self.resize(WIDTH, height)
        self._place()

    def _place(self) -> None:
        """Put the card beside what it is about, on the side where there is room."""
        if self.subject is None or not self.isVisible():
            return
        canvas = self.window_of.canvas
        place = self._find_place()
        if place is None or not canvas.viewport().rect().intersects(place):
            self.close_card()
            return
        room = canvas.rect().adjusted(6, 6, -6, -6)
        x = place.right() + GAP
        if x + self.width() > room.right():
            x = place.left() - GAP - self.width()
        y = place.top() - 4
        x = max(room.left(), min(x, room.right() - self.width()))
        self.move(x, max(room.top(), min(y, room.bottom() - self.height())))

    def _find_place(self) -> QRect | None:
        """Return where on the canvas the subject is seen, None where it is gone."""
        canvas, subject = self.window_of.canvas, self.subject
        if isinstance(subject, Edge):
            edge = canvas.sheet.edges.get(subject)
            if edge is None:
                return None
            point = self._at or edge.line[len(edge.line) // 2]
            return QRect(canvas.mapFromScene(*point), canvas.mapFromScene(*point)).adjusted(-2, -2, 2, 2)
        item = canvas.sheet.nodes.get(subject or "")
        if item is None:
            return None
        box = item.box
        return QRect(canvas.mapFromScene(box.left, box.top), canvas.mapFromScene(box.right, box.bottom))


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
        chosen = [*editor.selected_nodes, *editor.selected_edges]
        self._pinned = True
        if len(chosen) == 1 and not (self.is_open and self.card.subject == chosen[0]):
            if self.card.show_at(chosen[0], focus=True):
                return
        nodes = list(dict.fromkeys(problem.node for problem in editor.view_problems if problem.node is not None))
        if not nodes:
            return
        here = nodes.index(chosen[0]) if len(chosen) == 1 and chosen[0] in nodes else -1
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
