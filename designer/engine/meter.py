"""What a run measures of its own steps: losses and metrics stay on the device and come over in one transfer."""

import math
import time
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

from designer.engine.bundle import Bundle, count_numbers, count_rows, join_rows, parts_of
from designer.engine.events import StepsDone
from designer.engine.repeated import Repeated, read_numbers

INTERVAL = 0.05  # seconds between two transfers

# Outputs of an epoch are held to measure them as a whole at its end; beyond this many numbers they are let go, and the
# metrics are the mean over the parts between two transfers.
MOST_HELD = 2**22

# Outputs wait for the next transfer to be measured together; beyond this many numbers they wait no longer.
MOST_WAITING = 2**24

Pair = tuple[Bundle, Bundle]  # outputs, targets
Measure = Callable[[Bundle, Bundle], dict[str, Tensor]]


class Clock:
    """Seconds of work, from those done before on: stands still while a listener holds the run."""

    def __init__(self, seconds: float = 0.0) -> None:
        self._skipped = -seconds
        self._started = time.perf_counter()

    def now(self) -> float:
        """Return the seconds worked since the clock was made."""
        return time.perf_counter() - self._started - self._skipped

    def skip(self, seconds: float) -> None:
        """Leave out seconds that were not worked."""
        self._skipped += seconds


class Meter:
    """The steps of an epoch that no event has told of yet, and the sums over the epoch.

    `measure` gives metrics over any number of samples, as the script defines it. On the CPU they are numbers at once.
    """

    def __init__(self, measure: Measure, clock: Clock) -> None:
        self.measure = measure
        self._repeated = Repeated(measure)
        self._clock = clock
        self._read_at = clock.now()
        self._losses: list[Tensor] = []
        self._sizes: list[int] = []
        self._waiting: list[Pair] = []
        self._numbers_waiting = 0
        self._measured: list[tuple[Mapping[str, Tensor | float], int]] = []  # still on the device; samples
        self.begin_epoch()

    def begin_epoch(self) -> None:
        """Forget the last epoch."""
        self._held: list[Pair] = []
        self._numbers_held = 0
        self._total_loss = 0.0
        self._samples = 0
        self._whole: dict[str, float] | None = None  # metrics of all samples so far, where measured together
        self.seconds = 0.0  # worked in the epoch
        self._metrics: dict[str, tuple[float, int]] = {}  # sum over samples, samples

    def add(self, loss: Tensor, outputs: Bundle, targets: Bundle) -> None:
        """Note a step. Nothing leaves the device."""
        self._losses.append(loss)
        self._sizes.append(count_rows(targets))
        self._waiting.append((outputs, targets))
        self._numbers_waiting += count_numbers(outputs)
        if self._numbers_waiting > MOST_WAITING:
            self._measure_waiting()

    @property
    def is_due(self) -> bool:
        """Whether it is time to tell of the steps."""
        return self._clock.now() - self._read_at >= INTERVAL

    @property
    def is_pending(self) -> bool:
        """Whether there are steps to tell of."""
        return bool(self._losses)

    def read(self, epoch: int, step: int, learning_rate: float) -> StepsDone:
        """Return the event for the pending steps: one transfer for all losses, one measurement for all outputs."""
        losses = torch.stack(self._losses).tolist() if len(self._losses) > 1 else [self._losses[0].item()]
        samples = sum(self._sizes)
        for loss, size in zip(losses, self._sizes, strict=True):  # one by one: the sum must not depend on the transfers
            self._total_loss += loss * size
        self._samples += samples
        self._add_metrics()
        now = self._clock.now()
        seconds = now - self._read_at
        self.seconds += seconds
        speed = samples / max(seconds, 1e-9)
        self._read_at = now
        self._losses, self._sizes = [], []
        metrics = {name: total / count for name, (total, count) in self._metrics.items()}
        return StepsDone(epoch, step, tuple(losses), learning_rate, speed, metrics, seconds)

    def state_dict(self) -> dict[str, Any]:
        """Return the sums over the epoch; there are no steps that no event has told of."""
        return {
            "total_loss": self._total_loss,
            "samples": self._samples,
            "metrics": dict(self._metrics),
            "held": list(self._held),
            "numbers_held": self._numbers_held,
            "seconds": self.seconds,
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on with the sums of a state."""
        self._total_loss, self._samples = state["total_loss"], state["samples"]
        self._metrics = dict(state["metrics"])
        self._held, self._numbers_held = list(state["held"]), state["numbers_held"]
        self.seconds = state["seconds"]

    def restart(self) -> None:
        """Leave the time since the last event (a validation) out of the speed of the next steps."""
        self._read_at = self._clock.now()

    def mean_loss(self) -> float:
        """Return the mean loss over the samples of the epoch, as they were trained."""
        return self._total_loss / self._samples if self._samples else math.nan

    def metrics(self) -> dict[str, float]:
        """Return the metrics over the samples of the epoch: exact where the outputs were held, else their mean."""
        if len(self._held) == 1 and self._whole is not None:  # measured together already
            return dict(self._whole)
        if self._held:
            outputs, targets = zip(*self._held, strict=True)
            return self._repeated.read(join_rows(outputs), join_rows(targets))
        return {name: total / count for name, (total, count) in self._metrics.items()}

    def _measure_waiting(self) -> None:
        """Measure the outputs of the waiting steps together, and hold them for the end of the epoch if they are few."""
        if not self._waiting:
            return
        outputs, targets = self._waiting[0]
        if len(self._waiting) > 1:
            outputs, targets = (join_rows(bundles) for bundles in zip(*self._waiting, strict=True))
        self._waiting, self._numbers_waiting = [], 0
        measure = self._repeated.read if parts_of(outputs)[0].is_cpu else self.measure
        self._measured.append((measure(outputs, targets), count_rows(targets)))
        self._numbers_held += count_numbers(outputs)
        if self._numbers_held <= MOST_HELD:
            self._held.append((outputs, targets))
        else:
            self._held.clear()

    def _add_metrics(self) -> None:
        self._measure_waiting()
        for metrics, samples in self._measured:
            values = read_numbers(metrics)
            self._whole = values if samples == self._samples else None
            for name, value in values.items():
                if math.isfinite(value):  # R2 of a single sample is not a number
                    total, count = self._metrics.get(name, (0.0, 0))
                    self._metrics[name] = total + value * samples, count + samples
        self._measured.clear()
