"""What follows from each fix that is on the screen, worked out a little at a time while the hands rest."""

from collections.abc import Callable
from time import perf_counter

import shiboken6
from PySide6.QtCore import QObject, QTimerEvent, Signal
from PySide6.QtWidgets import QWidget

from designer.catalogue.check import Fix, Problem, check
from designer.catalogue.check.preview import Preview, preview
from designer.ui.editor import Editor
from designer.ui.words import write_amount, write_count, write_message, write_short, write_sizes

REST = 60  # milliseconds after a change before the first is worked out
SLICE = 0.006  # seconds of work at a time
MOST_NODES = 6_000  # of a larger network a preview is worked out only when it is asked for by name

Ready = Callable[[Preview], None]


class Previews(QObject):
    """The previews of one editor, kept until its project changes; those who ask are answered later, or never."""

    pointed = Signal(object)  # the Preview of the fix that the mouse or the keyboard is on, or None

    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self._pointer: QObject | None = None
        self._editor = editor
        self._known: dict[int, tuple[Fix, Preview]] = {}
        self._asked: list[tuple[QWidget, Problem, Fix, Ready]] = []
        self._timer = 0  # of this object's own: it ends with it
        self._project = editor.project  # that all which is known and asked is about

    def ask(self, asker: QWidget, problem: Problem, fix: Fix, ready: Ready) -> None:
        """Call `ready` with what follows from a fix: at once where that is known, else soon, while `asker` is there."""
        self._keep_up()
        known = self._known.get(id(fix))
        if known is not None:
            ready(known[1])
        elif len(self._editor.project.graph.nodes) <= MOST_NODES:
            self._asked.append((asker, problem, fix, ready))
            if self._timer:
                self.killTimer(self._timer)  # the hands do not rest yet
            self._timer = self.startTimer(REST)

    def look(self, problem: Problem, fix: Fix) -> Preview:
        """Return what follows from a fix now."""
        self._keep_up()
        known = self._known.get(id(fix))
        if known is None:
            found = preview(self._editor.project, self._editor.inference, problem, fix)
            known = self._known[id(fix)] = (fix, found)
        return known[1]

    def point(self, by: QObject, problem: Problem, fix: Fix) -> None:
        """Tell that a fix is pointed at, by the mouse or the keyboard on `by`."""
        self._pointer = by
        self.pointed.emit(self.look(problem, fix))

    def unpoint(self, by: QObject) -> None:
        """Tell that `by` is no longer on a fix; nothing happens where another one is by now."""
        if by is self._pointer:
            self._pointer = None
            self.pointed.emit(None)

    def timerEvent(self, event: QTimerEvent) -> None:
        """Work out some of what is asked for, then let the window go on."""
        self.killTimer(self._timer)
        self._timer = 0
        self._keep_up()
        end = perf_counter() + SLICE
        while self._asked and perf_counter() < end:
            asker, problem, fix, ready = self._asked.pop(0)
            if shiboken6.isValid(asker) and asker.isVisible():
                ready(self.look(problem, fix))
        if self._asked:
            self._timer = self.startTimer(0)

    def _keep_up(self) -> None:
        """Forget what was known of another project. Not by a signal: others hear of a change before and ask at once."""
        if self._editor.project is not self._project:
            self._project = self._editor.project
            self._known.clear()
            self._asked.clear()


def previews_of(editor: Editor) -> Previews:
    """Return the previews of an editor, the same for all who ask."""
    found = editor.findChild(Previews)
    return Previews(editor) if found is None else found


def write_preview(seen: Preview) -> str:
    """Return what follows from a fix in a few words: → 10 · +5,130 parameters; "" where the network stays as it is.

    Parameters of layers that were there before and can be counted only now are no cost of the fix: → 10 · 8,410 in all.
    """
    parts = [write_message(f"→ {write_sizes(seen.gives)}")] if seen.gives is not None else []
    if seen.parameters:
        parts.append(f"{_write_change(seen.parameters)} parameters")
    if seen.found > 0:
        parts.append(f"{write_amount(seen.total, 'parameter')} in all")
    return " · ".join(parts)


def explain_preview(seen: Preview, now: int) -> str:
    """Return what follows from a fix line by line; `now` is the number of problems there are."""
    lines = []
    if seen.gives is not None:
        lines.append(f"Gives {write_message(write_sizes(seen.gives))}")
    if seen.parameters:
        lines.append(f"{_write_change(seen.parameters)} parameters, {write_count(seen.total)} in all")
    if seen.found > 0:
        lines.append(f"{write_amount(seen.found, 'parameter')} behind it can be counted then")
    if seen.multiply_adds:
        lines.append(f"{_write_change(seen.multiply_adds)} multiply-adds")
    for word, kinds in (("Adds", seen.added), ("Removes", seen.removed)):
        if kinds:
            lines.append(f"{word} {', '.join(kinds[:4])}{' and others' if len(kinds) > 4 else ''}")
    left = len(check(seen.project, seen.inference))
    lines.append(
        "No problems are left" if not left else f"{write_amount(left, 'problem')} left, {write_count(now)} now"
    )
    return "\n".join(lines)


def _write_change(number: int) -> str:
    """Return a signed number in few letters: +5,130, −12.4 M."""
    size = abs(number)
    return f"{'+' if number > 0 else '−'}{write_count(size) if size < 1_000_000 else write_short(size)}"
