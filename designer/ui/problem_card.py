"""The card beside a layer or a wire that says what is wrong there, with the fixes one click away."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from designer.catalogue.check import Fix, Problem
from designer.document.graph import Edge
from designer.ui.canvas.geometry import Point
from designer.ui.marks import make_label, set_mark
from designer.ui.panels.fix_list import FixList
from designer.ui.panels.problem_row import apply_fix
from designer.ui.words import write_plain, write_rich

if TYPE_CHECKING:
    from designer.ui.window import Window

WIDTH = 320  # logical pixels
GAP = 14  # between the card and what it is about
MOST = 4  # problems of one layer that are told at once

Subject = str | Edge


def split_sentence(message: str) -> tuple[str, str]:
    """Return what is wrong and what to do about it: the first sentence of a message, and the rest."""
    head, stop, rest = message.partition(". ")
    return head + (stop and "."), rest


def choose_corner(room: QRect, subject: QRect, size: QSize) -> QPoint:
    """Return where a card of this size has its upper left corner: beside its subject, else below or above it.

    It lies in the room as far as it goes in there, and where no side has room for it covers as little as can be.
    """
    right, left = subject.right() + GAP, subject.left() - GAP - size.width()
    level, end = subject.top() - 4, max(room.left(), room.right() - size.width())
    below, above = subject.bottom() + GAP, subject.top() - GAP - size.height()
    ways = ((right, level), (left, level), (subject.left(), below), (subject.left(), above))
    bottom = max(room.top(), room.bottom() - size.height())
    corners = [QPoint(max(room.left(), min(x, end)), max(room.top(), min(y, bottom))) for x, y in ways]

    def cover(corner: QPoint) -> int:
        covered = QRect(corner, size) & subject
        return covered.width() * covered.height() if covered.isValid() else 0

    return min(corners, key=cover)


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
        """Put the card beside what it is about."""
        if self.subject is None or not self.isVisible():
            return
        canvas = self.window_of.canvas
        place = self._find_place()
        if place is None or not canvas.viewport().rect().intersects(place):
            self.close_card()
            return
        self.move(choose_corner(canvas.viewport().rect().adjusted(6, 6, -6, -6), place, self.size()))

    def _find_place(self) -> QRect | None:
        """Return where on the canvas the subject is seen, None where it is gone."""
        canvas, subject = self.window_of.canvas, self.subject
        if isinstance(subject, Edge):
            edge = canvas.sheet.edges.get(subject)
            if edge is None:
                return None
            point = self._at or edge.line[len(edge.line) // 2]
            pixel = canvas.mapFromScene(QPointF(*point))
            return QRect(pixel, pixel).adjusted(-2, -2, 2, 2)
        item = canvas.sheet.nodes.get(subject or "")
        if item is None:
            return None
        box = item.box
        corners = (QPointF(box.left, box.top), QPointF(box.right, box.bottom))
        return QRect(*map(canvas.mapFromScene, corners))
