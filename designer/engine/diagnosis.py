"""What is wrong with a run: what the rules find in it, told when looks agree, or when it ends. No torch, no Qt."""

import math
from collections import deque
from collections.abc import Sequence
from statistics import fmean, median

from designer.engine.events import Changed, EpochDone, Event, Finished, Started, StepsDone
from designer.engine.seeing import Look
from designer.engine.symptoms import (
    Finding,
    find_dead,
    find_gradients,
    find_imbalance,
    find_overfitting,
    find_rate,
    find_saturated,
    find_uniform,
    has_rate,
)

PAST = 5  # looks whose median counts
SETTLED = 20  # steps before which no rate is judged
PATIENCE = 2  # looks that a finding must hold before it is told, and be gone before it is taken back
ENOUGH = 4  # looks that agree or do not: the end of such a run is like any other moment of it
STRETCHES = 12  # of a short run, whose mean losses are compared

# What explains most comes first.
ORDER = (
    *("Learning rate too high", "Exploding gradient", "Dead units", "Vanishing gradient", "Saturation"),
    *("Learning rate too low", "One answer for all", "Over-fitting", "Classes out of balance"),
)


class Diagnosis:
    """What is wrong with one run now: it takes in the events and holds a finding back until two looks agree on it.

    A run that ends before so many came is judged by the last one, and by the losses of all its steps.
    """

    def __init__(self) -> None:
        self.findings: tuple[Finding, ...] = ()
        self._updates: dict[str, deque[float]] = {}
        self._losses: list[float] = []  # means of the steps between two looks
        self._pending: list[float] = []
        self._epochs: list[tuple[float, float]] = []
        self._course: list[float] = []  # every loss, while looks are few
        self._looks = 0
        self._last: Look | None = None
        self._is_held_out = True  # validation is over rows that are not learned from
        self._rate = 0.0
        self._seen: dict[tuple[str, str | None], int] = {}  # looks in a row with a finding, or without it: negative
        self._told: dict[tuple[str, str | None], Finding] = {}

    def take(self, event: Event) -> bool:
        """Take in an event; return whether what is wrong is not what it was."""
        if isinstance(event, StepsDone):
            self._pending += event.losses
            if self._looks < ENOUGH:
                self._course += event.losses
            self._rate = event.learning_rate
        elif isinstance(event, EpochDone):
            self._epochs.append((event.train_loss, event.val_loss))
            return self._settle(find_overfitting(self._epochs) if self._is_held_out else None, "Over-fitting")
        elif isinstance(event, Started):
            self._is_held_out = not event.same_rows
            self._epochs += [(epoch.train_loss, epoch.val_loss) for epoch in event.past]
        elif isinstance(event, Changed) and not event.refusal:
            self._updates.clear()
            self._losses, self._pending, self._epochs, self._course = [], [], [], []
            self._seen.clear()
            self._looks, self._last = 0, None
            return self._tell({})
        elif isinstance(event, Look) and event.pulses:
            return self._judge(event)
        elif isinstance(event, Finished):
            return self._conclude()
        return False

    def _judge(self, look: Look) -> bool:
        self._looks, self._last = self._looks + 1, look
        for pulse in look.pulses:
            if math.isfinite(pulse.update):
                self._updates.setdefault(pulse.node, deque(maxlen=PAST)).append(pulse.update)
        if self._pending:
            self._losses.append(math.fsum(self._pending) / len(self._pending))
            self._pending = []
        return self._agree(self._find(look, self._losses, 2))

    def _conclude(self) -> bool:
        """Judge a run that has ended before looks could agree."""
        if self._last is None or self._looks >= ENOUGH:
            return False
        size = max(len(self._course) // STRETCHES, 1)
        losses = [fmean(self._course[at : at + size]) for at in range(0, len(self._course) - size + 1, size)]
        found = {(one.kind, one.node): one for one in self._find(self._last, losses, 1)}
        return self._tell(self._told | found)

    def _find(self, look: Look, losses: Sequence[float], least: int) -> list[Finding]:
        """Return what a look finds; of a layer's updates so many must be known."""
        found = [find_dead(pulse, look.rows) for pulse in look.pulses]
        found += [find_saturated(pulse) for pulse in look.pulses]
        found += [find_imbalance(look.class_counts), find_uniform(look), *find_gradients(look.pulses)]
        if look.step >= SETTLED and has_rate(look.pulses):
            steady = [median(past) for past in self._updates.values() if len(past) >= least]
            rate = find_rate(steady, losses, self._rate, alone=len(self._updates) == 1)
            stuck = any(one is not None and one.kind in ("Dead units", "Vanishing gradient") for one in found)
            if rate is None or not (stuck and rate.kind == "Learning rate too low"):
                found.append(rate)
        return [one for one in found if one is not None]

    def _agree(self, found: Sequence[Finding]) -> bool:
        """Tell what two looks in a row have found, and take back what two have not."""
        now = {(one.kind, one.node): one for one in found}
        for key in {*now, *self._told, *self._seen}:
            before = self._seen.get(key, 0)
            self._seen[key] = max(before, 0) + 1 if key in now else min(before, 0) - 1
        keys = {
            key for key in now if self._seen[key] >= PATIENCE or key in self._told or key[0] == "Classes out of balance"
        }
        kept = {key for key in self._told if key not in now and self._seen[key] > -PATIENCE}
        kept |= {key for key in self._told if key[0] == "Over-fitting"}
        self._seen = {key: count for key, count in self._seen.items() if count > -PATIENCE}
        return self._tell({key: now.get(key) or self._told[key] for key in (*now, *self._told) if key in keys | kept})

    def _settle(self, finding: Finding | None, kind: str) -> bool:
        """Tell or take back a finding about the whole run at once: it was long in coming."""
        told = {key: one for key, one in self._told.items() if key[0] != kind}
        if finding is not None:
            told = {(kind, None): finding} | told
        return self._tell(told)

    def _tell(self, told: dict[tuple[str, str | None], Finding]) -> bool:
        self._told = told
        before, self.findings = self.findings, tuple(sorted(told.values(), key=lambda one: ORDER.index(one.kind)))
        return before != self.findings
