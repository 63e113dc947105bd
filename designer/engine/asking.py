"""What is wanted of a run besides that it goes on, and the next of it to ask for after an event."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Literal

from designer.engine.events import Copied, EpochDone, Event, Loading, Request, Weights
from designer.engine.plan import Plan
from designer.engine.seeing import Look, Wish
from designer.engine.watching import Watching

MOST_KEPT = 200  # nodes whose outputs the last look brings


class Asking:
    """What was asked for and not yet passed on: each once, one at a time. Not for several threads at once.

    `plan` is to be gone on with, `out` a folder to keep the run in from now on, `copy` says of which weights a copy is
    wanted; `kept` are the nodes to take a last snapshot of when the run ends well.
    """

    def __init__(self) -> None:
        self.watching = Watching()
        self.plan: Plan | None = None
        self.out: Path | None = None
        self.copy: Literal["", "now", "best"] = ""
        self.kept: tuple[str, ...] = ()
        self._owed = 0  # snapshots, looks and copies asked for and not yet here

    @property
    def is_waiting(self) -> bool:
        """Whether something that was asked for is still to come: nothing else is asked for meanwhile."""
        return self._owed > 0

    def note(self, event: Event) -> None:
        """Take note of what has come."""
        if isinstance(event, Weights | Look | Copied):
            self._owed -= 1
        if isinstance(event, Look):
            self.watching.note_cost(event.cost)

    def choose(self, event: Event, *, held: bool) -> Request | None:
        """Return what to ask for after an event, None for nothing."""
        if isinstance(event, Loading):
            return None
        if self.plan is not None:
            plan, self.plan = self.plan, None
            self.watching.renew()
            return Request(plan=plan)
        if self.out is not None:
            out, self.out = self.out, None
            return Request(out=out)
        if self.kept and isinstance(event, EpochDone) and event.last:
            return self.choose_last(event)
        if self.copy:
            which, self.copy = self.copy, ""
            self._owed = 1
            return Request(copy=which)
        if self.watching.are_weights_due(event, held=held):
            return self._ask_for(self.watching.nodes)
        if self.watching.is_look_due(event, held=held):
            self._owed = 1
            return Request(look=self.watching.wish)
        return None

    def choose_last(self, event: Event) -> Request | None:
        """Return what to ask for before a run ends, None where that was done: snapshots and a look at what is kept."""
        if not self.kept or isinstance(event, Loading):
            return None
        nodes, self.kept, wish = self.kept, (), self.watching.wish
        return self._ask_for(nodes, replace(wish, nodes=nodes[:MOST_KEPT]) if wish is not None else None)

    def _ask_for(self, nodes: Iterable[str], look: Wish | None = None) -> Request:
        nodes = tuple(nodes)
        self._owed = len(nodes) + (look is not None)
        return Request(weights=nodes, look=look)
