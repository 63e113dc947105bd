"""How often the window looks at a run: twenty times a second where that costs little, else as its share of a core allows.

The thread of the window takes its time from the training: it holds the interpreter, and on a small machine the core.
"""

import time

from PySide6.QtCore import QObject, QTimer

from designer.ui.live_run import LiveRun

LEAST, MOST = 50, 500  # milliseconds between two looks
SHARE = 0.018  # of one core, for all that is drawn of a run
QUICK = 33  # milliseconds, where somebody waits for an answer
WEIGHT = 0.25  # of the newest cost in the mean
CALM = 50  # milliseconds up to which snapshots of the network come as often as they are wanted,
MOST_SLOW = 8.0  # and so many times less often at most
NEAR = 8  # an interval is left as it is where it is right to one part in so many


class Pace:
    """Measures what the window's thread spends from look to look, painting and all, and says when the next one is due.

    Call it from that thread alone.
    """

    def __init__(self) -> None:
        self._spent = 0.0  # seconds of the processor, a mean over the last looks
        self._last = time.thread_time()

    def note(self) -> None:
        """Note what was spent since the last look."""
        now = time.thread_time()
        self._spent += WEIGHT * (now - self._last - self._spent)
        self._last = now

    @property
    def interval(self) -> int:
        """The milliseconds between two looks."""
        return min(max(round(1000 * self._spent / SHARE), LEAST), MOST)

    @property
    def slowness(self) -> float:
        """How many times less often than wanted the network should be looked into."""
        return min(max(self.interval / CALM, 1.0), MOST_SLOW)


class Beat(QTimer):
    """The timer by which the window looks at a run."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._pace = Pace()

    def begin(self) -> None:
        """Begin with a run: what was spent before has nothing to do with it."""
        self._pace = Pace()
        self.hurry()

    def hurry(self) -> None:
        """Look soon: somebody waits."""
        self.start(QUICK)

    def follow(self, run: LiveRun) -> None:
        """After a look, set when the next one comes: while a network trains as the window can afford it, else soon."""
        self._pace.note()
        interval = QUICK
        if run.state == "running":
            interval = self._pace.interval
            if run.steered is not None:
                run.steered.slow(self._pace.slowness)
        if abs(interval - self.interval()) > interval // NEAR:
            self.setInterval(interval)
