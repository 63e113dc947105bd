"""Find: a bar over the canvas that finds layers as one types, in the network and inside its blocks."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout

from designer.catalogue.lookup import Index, Place, find_places, tell_nothing
from designer.document.places import place_in_block
from designer.document.wording import show_name
from designer.ui.marks import make_label, set_mark
from designer.ui.offer_list import Offer, OfferList
from designer.ui.panels.search_line import SearchLine
from designer.ui.theme import Theme
from designer.ui.words import write_count

if TYPE_CHECKING:
    from designer.ui.window import Window

WIDTH, MARGIN = 400, 12  # logical pixels, and from the upper right corner of the canvas
MOST_LISTED = 200
HELP = "A name, a kind, a shape (64 × 56), a setting (kernel_size=7), or a state: problem, error, warning, frozen, bypassed, block"
SIGNS = {"error": "■ error", "warning": "▲ warning", "hint": "● hint"}
STATES = ("bypassed", "frozen", "repeated", "unknown")


class FindBar(QFrame):
    """The bar. While it is open, what was found stands out on the canvas, and everything else steps back."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window.canvas)
        self._window = window
        self._index = Index()
        self._found: list[Place] = []
        self._at = -1  # the one that was gone to, -1 before the first
        self.setObjectName("searchbox")
        self.setAccessibleName("find layers")
        self.line = SearchLine("Find a layer")
        self.count = make_label("", "muted")
        self.count.setMinimumWidth(64)
        self.count.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.list = OfferList(window.theme, "layers found")
        self.help = make_label(HELP, "muted", wrap=True)
        self.help.setContentsMargins(4, 0, 4, 2)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.line, 1)
        row.addWidget(self.count)
        self.buttons = [
            self._make_button("↑", "Previous (Shift+Enter, Shift+F3)", lambda: self.step(-1)),
            self._make_button("↓", "Next (Enter, F3)", lambda: self.step(1)),
            self._make_button("×", "Close (Esc)", self.leave),
        ]
        for button in self.buttons:
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self.list)
        column.addWidget(self.help)
        self.setFixedWidth(WIDTH)
        self.hide()
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._look_again)
        self.line.textChanged.connect(self._find)
        self.line.installEventFilter(self)
        self.list.chosen.connect(lambda offer: self._go_to(int(offer.key)))
        window.canvas.installEventFilter(self)
        window.editor.view_changed.connect(self._follow)

    @property
    def found(self) -> list[Place]:
        """What was found, in the order in which one goes through it."""
        return self._found

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of a theme."""
        self.list.set_theme(theme)

    def open(self) -> None:
        """Open with the cursor in the field, or put it there."""
        if not self.isVisible():
            self.show()
            self.raise_()
            self._look_again()
        self.line.selectAll()
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def leave(self) -> None:
        """Close, and let the canvas be as it was."""
        self.hide()
        self._window.canvas.mark(found=None, spot=None)
        self._window.canvas.setFocus()

    def step(self, by: int) -> None:
        """Go to the next layer that was found, or to the one before; round at the ends."""
        if not self.isVisible():
            text = self.line.text()
            self.open()
            if not text:
                return
        if self._found:
            start = self._at if self._at >= 0 else (-1 if by > 0 else 0)
            self._go_to((start + by) % len(self._found))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window.canvas:
            if event.type() == QEvent.Type.Resize:
                self._place()
            return False
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.step(1 if key == Qt.Key.Key_Down else -1)
        elif key == Qt.Key.Key_Escape:
            self.leave()
        else:
            return False
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    def _make_button(self, text: str, tip: str, run) -> QToolButton:
        button = QToolButton(text=text, toolTip=tip)
        button.setAccessibleName(tip.partition(" (")[0])
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: run())
        return button

    def _follow(self) -> None:
        """Look again soon after a change; one that was gone to on purpose shows its marks at once."""
        if self.isVisible():
            self._soon.start()

    def _look_again(self) -> None:
        """Renew what is known of the project and find anew, staying where one was."""
        if self.isVisible():
            editor = self._window.editor
            here = self._found[self._at] if 0 <= self._at < len(self._found) else None
            self._index.renew(editor.project, editor.inference, editor.problems)
            self._find(self.line.text(), here)

    def _find(self, text: str, here: Place | None = None) -> None:
        self._found = find_places(self._index.places, text)
        places = [(place.block, place.node) for place in self._found] if here is not None else []
        self._at = places.index((here.block, here.node)) if here and (here.block, here.node) in places else -1
        self.list.offer([self._offer(number) for number in range(min(len(self._found), MOST_LISTED))], self._at)
        self._tell(text)
        for button in self.buttons[:2]:
            button.setEnabled(bool(self._found))
        set_mark(self.line, "invalid", bool(text.strip()) and not self._found)
        self._show()
        self._place()

    def _tell(self, text: str) -> None:
        """Say below what can be typed, or what there is none of."""
        sentence = tell_nothing(text) if text.strip() and not self._found else HELP
        if sentence == tell_nothing("problem") and self._window.editor.problems:
            sentence += " What the Problems tab lists is about the project."
        self.help.setText(sentence)
        self.help.setVisible(not self._found)

    def _go_to(self, number: int) -> None:
        """Go to one of those found; the cursor stays in the field."""
        self._at = number
        place = self._found[number]
        self.list.go_to(number if number < MOST_LISTED else -1)
        self._window.guide.show_node(place_in_block(place.block, place.node))
        self._show()

    def _show(self) -> None:
        """Say how many there are, and let those of the network in view stand out."""
        total = len(self._found)
        blank = not self.line.text().strip()
        self.count.setText(
            ""
            if blank
            else f"{self._at + 1} of {write_count(total)}"
            if self._at >= 0
            else f"{write_count(total)} found"
            if total
            else "none"
        )
        self.line.setAccessibleDescription("" if blank else f"{total} found" if total else self.help.text())
        where = self._window.editor.where[-1:]
        here = where[0] if where else ""
        current = self._found[self._at] if self._at >= 0 else None
        self._window.canvas.mark(
            found=frozenset(place.node for place in self._found if place.block == here) if total else None,
            spot=current.node if current is not None and current.block == here else None,
        )

    def _offer(self, number: int) -> Offer:
        place = self._found[number]
        block = self._window.editor.project.blocks.get(place.block)
        says = [place.kind, place.gives, "" if block is None else f"in {show_name(block.name)}"]
        severity = next((one for one in SIGNS if one in place.states), "")
        note = SIGNS[severity] if severity else next((one for one in STATES if one in place.states), "")
        return Offer(str(number), place.name, " · ".join(part for part in says if part), note, place.family)

    def _place(self) -> None:
        self.adjustSize()
        canvas = self._window.canvas
        self.move(max(0, canvas.width() - self.width() - MARGIN), MARGIN)
