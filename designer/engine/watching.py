"""What a listener wants to see of a run besides its steps, and when that is due next."""

import math
import time
from collections import deque
from collections.abc import Iterable

from designer.engine.events import Event, Loading, Weights
from designer.engine.seeing import Look, Wish

AT_ONCE = 0.0
LOOKING = 0.02  # share of the time that looks may take


class Watching:
    """The nodes whose weights are watched, and the wish that looks fulfil, each so many times a second."""

    def __init__(self) -> None:
        self.nodes: tuple[str, ...] = ()
        self.wish: Wish | None = None  # what looks are to bring; None for no looks
        self.slowness = 1.0  # by which snapshots and looks come less often than was asked for
        self._interval = 0.5
        self._next = AT_ONCE
        self._look_interval = 1.0
        self._next_look = AT_ONCE
        self._costs: deque[float] = deque(maxlen=3)  # of the last looks, in seconds

    def watch(self, nodes: Iterable[str], per_second: float) -> None:
        """See the weights of these nodes, the first time at once."""
        self.nodes, self._interval, self._next = tuple(nodes), 1 / per_second, AT_ONCE

    def look(self, wish: Wish | None, per_second: float) -> None:
        """See what a wish asks for, the first time at once; None ends the looks."""
        self.wish, self._look_interval, self._next_look = wish, 1 / per_second, AT_ONCE

    def renew(self) -> None:
        """See everything at once: the run goes on, or is another one."""
        self._next = self._next_look = AT_ONCE

    def are_weights_due(self, event: Event, *, held: bool) -> bool:
        """Return whether to ask for weights after an event, and put the next time off."""
        now = time.monotonic()
        if not self.nodes or isinstance(event, Loading) or now < self._next:
            return False
        if isinstance(event, Weights) and self._next != AT_ONCE:
            return False  # no step was taken since
        # Held, the weights stand still: one snapshot shows all there is until the run goes on.
        self._next = math.inf if held else now + self._interval * self.slowness
        return True

    def is_look_due(self, event: Event, *, held: bool) -> bool:
        """Return whether to look into the network after an event, and put the next time off until its cost is known."""
        now = time.monotonic()
        if self.wish is None or isinstance(event, Loading) or now < self._next_look:
            return False
        if isinstance(event, Weights | Look) and self._next_look != AT_ONCE:
            return False  # no step was taken since
        self._next_look = math.inf if held else now + self._look_interval
        return True

    def note_cost(self, cost: float) -> None:
        """Put the next look off by what looks cost: the least of the last, as the first of all is slow."""
        self._costs.append(cost)
        if self._next_look not in (AT_ONCE, math.inf):
            known = min(self._costs) if len(self._costs) > 1 else 0.0
            self._next_look = time.monotonic() + max(self._look_interval * self.slowness, known / LOOKING)
