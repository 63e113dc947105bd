"""How far a run has come, as a value that grows with each event: place, speed, time left, best result."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from designer.catalogue.registry import metrics
from designer.engine.events import (
    Changed,
    EpochDone,
    Event,
    Failed,
    Finished,
    Loading,
    Started,
    StepsDone,
    Validating,
)
from designer.ui.words import write_amount, write_count

_PAST = 1.0  # seconds of the past that weigh in the speed that is shown
_SHORT_ENDS = {"left": "Followed no longer"}
_SURE_AFTER = 0.5  # seconds of work before a time left is told,
_WARM_UP = 0.5, 3.0  # after the first ones, that are slow; where so many were already taken they count


@dataclass(frozen=True, slots=True)
class Metric:
    """How a metric of the engine is shown: its title, whether more is better, whether in percent."""

    title: str
    better: str = "higher"
    percent: bool = False

    def write(self, value: float) -> str:
        """Return a value as people read it: 98.1 %, 0.512."""
        return f"{100 * value:.1f} %" if self.percent else f"{value:.4g}"


def find_metric(name: str) -> Metric:
    """Return how a metric is shown, as it is declared; one that is not known here by its own name."""
    spec = metrics.get(name)
    if spec is None:
        return Metric(name)
    title = "R²" if name == "r2" else spec.title[0].upper() + spec.title[1:]
    return Metric(title, spec.better, percent=spec.form.endswith("%"))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come. `speed` is the mean over the last of the seconds that were `timed`.

    `place` is where it stands in epochs (1.5 is the middle of the second), each of so many `batches`; `anchor` a step and
    its place from which on that is counted. `worked` are the seconds it has trained and validated, pauses left out, since
    it stood at `began`: a moment after its start, when it `is_warm`, or at its last change. `metric` and `value` are the
    first metric of the run and its last validation.
    `best` is the epoch with the lowest validation loss, 0 before there is one. `ended` is the last event.
    """

    device: str = ""
    epochs: int = 0
    steps: int = 0
    samples: int = 0
    epoch: int = 0
    step: int = 0
    speed: float = 0.0
    timed: float = 0.0
    worked: float = 0.0
    is_warm: bool = False
    metric: str = ""
    value: float = math.nan
    best: int = 0
    best_value: float = math.nan
    validating: tuple[int, int] | None = None
    ended: Finished | Failed | None = None
    batches: int = 1
    anchor: tuple[int, float] = (0, 0.0)
    began: float = 0.0

    @property
    def place(self) -> float:
        """Where it stands in epochs."""
        return self.place_of(self.step)

    def place_of(self, step: Any) -> Any:
        """Return where a step of the present epoch lies, in epochs; an array of steps gives an array."""
        start, place = self.anchor
        return place + (step - start) / self.batches

    @property
    def seconds_left(self) -> float | None:
        """The time the rest will take, as the steps so far took it; None while that is not known."""
        way = self.place - self.began
        if way <= 0 or not self.is_warm or self.worked < _SURE_AFTER or self.ended is not None:
            return None
        return self.worked / way * (self.epochs - self.place)

    @property
    def is_left(self) -> bool:
        """Whether the run goes on elsewhere, and is followed no longer."""
        return isinstance(self.ended, Finished) and self.ended.reason == "left"

    def describe_place(self) -> str:
        """Return "Epoch 5 of 12 · step 4,203 of 11,256 · 34,800 samples/s", or how the run ended."""
        match self.ended:
            case Failed():
                return self.ended.message
            case Finished():
                return self._describe_end(self.ended)
        if not self.steps:
            return "Reading data and building the network …"
        if not self.step:
            return f"Training on {self.device}: {write_amount(self.samples, 'sample')}."
        parts = [f"Epoch {self.epoch} of {self.epochs}", f"step {write_count(self.step)} of {write_count(self.steps)}"]
        return " · ".join([*parts, self._describe_work()])

    def describe_tersely(self) -> tuple[str, ...]:
        """Return the same in less room, and in the least: "Epoch 5/12 · step 4,203/11,256 · 34,800 samples/s"."""
        if isinstance(self.ended, Failed):
            return ()
        if self.ended is not None:
            whole = self._describe_end(self.ended).replace("lowest validation loss in epoch", "best in epoch")
            head, *rest = whole.split(" · ")
            return (" · ".join([head.partition(" in ")[0], *rest]),)
        short = self.describe_place().replace(" of ", "/")
        return short, re.sub(r" · step [\d,/]+", "", short)

    def _describe_work(self) -> str:
        """Return how fast it trains, or how far the validation has come; where that is over, nothing is left of it."""
        if self.validating is None:
            return f"{_round_speed(self.speed):,} samples/s"
        return f"validating {write_count(self.validating[0])} of {write_count(self.validating[1])}"

    def describe_shortly(self) -> str:
        """Return "epoch 5/12 · 98.1 %" for the status bar, behind how it ended if it did."""
        if isinstance(self.ended, Failed):
            return "Failed"
        if not self.epochs:
            return ""
        parts = [] if self.ended is None else [_SHORT_ENDS.get(self.ended.reason, self.ended.reason.capitalize())]
        parts += [f"epoch {max(self.epoch, 1)}/{self.epochs}"]
        if self.metric and math.isfinite(self.value):
            parts.append(find_metric(self.metric).write(self.value))
        return " · ".join(parts)

    def _describe_end(self, ended: Finished) -> str:
        if ended.reason == "left":
            return f"Followed no longer: the run was at step {write_count(ended.step)} and goes on."
        verb = {"finished": "Finished", "early stop": "Stopped early"}.get(ended.reason, "Stopped")
        text = f"{verb} after {write_amount(ended.step, 'step')} in {write_duration(ended.seconds)}"
        if self.best:
            text += f" · lowest validation loss in epoch {self.best}"
            if self.metric and math.isfinite(self.best_value):
                text += f", {find_metric(self.metric).title.lower()} {find_metric(self.metric).write(self.best_value)}"
        return text


def advance(progress: Progress, event: Event, worked: float = 0.0) -> Progress:
    """Return the progress after an event, before which the run worked `worked` seconds more."""
    progress = replace(progress, worked=progress.worked + worked)
    match event:
        case Loading():
            return Progress()
        case Started():
            return _begin(event)
        case StepsDone():
            progress = _time(progress, event.samples_per_second, event.seconds)
            return _warm_up(replace(progress, epoch=event.epoch, step=event.step, validating=None))
        case Validating():
            return replace(progress, validating=(event.samples, event.validation_samples))
        case EpochDone():
            progress = replace(_note_epoch(progress, event), anchor=(event.step, float(event.epoch)))
            return _warm_up(replace(progress, epoch=event.epoch, step=event.step, validating=None))
        case Changed(refusal=""):
            return _change(progress, event)
        case Finished() | Failed():
            return replace(progress, ended=event, validating=None)
    return progress


def _begin(event: Started) -> Progress:
    """Return the progress at the start; a run that goes on has epochs behind it."""
    past, batches = event.past, max(event.steps_per_epoch, 1)
    anchor = (past[-1].step, float(past[-1].epoch)) if past else (0, 0.0)
    sizes = event.device, event.epochs, event.epochs * batches, event.samples
    progress = Progress(*sizes, batches=batches, anchor=anchor, epoch=event.epoch, step=event.step)
    for epoch in past:
        progress = _note_epoch(progress, epoch)
    steps = event.step + round((event.epochs - progress.place) * batches)
    return replace(progress, steps=steps, began=progress.place)


def _change(progress: Progress, event: Changed) -> Progress:
    """Return the progress after a change of the plan: the rest of the way may have other steps."""
    place, batches = progress.place, max(event.steps_per_epoch, 1)
    steps = event.step + round((event.epochs - place) * batches)
    progress = replace(progress, anchor=(progress.step, place), batches=batches, epochs=event.epochs, steps=steps)
    return replace(progress, began=place, worked=0.0, timed=0.0)


def _time(progress: Progress, speed: float, seconds: float) -> Progress:
    """Return the progress with a speed that was held for so long; what is not known to have lasted counts alone."""
    past = min(progress.timed, _PAST) if seconds else 0.0
    mean = (past * progress.speed + seconds * speed) / (past + seconds) if past else speed
    return replace(progress, speed=mean, timed=progress.timed + seconds)


def _warm_up(progress: Progress) -> Progress:
    """Return the progress with the first moment left out of what tells the time left, once that is over."""
    if progress.is_warm or progress.worked < _WARM_UP[0]:
        return progress
    if progress.worked >= _WARM_UP[1]:
        return replace(progress, is_warm=True)
    return replace(progress, is_warm=True, began=progress.place, worked=0.0)


def _note_epoch(progress: Progress, event: EpochDone) -> Progress:
    progress = _measure(progress, event.val_metrics)
    return replace(progress, best=event.epoch, best_value=progress.value) if event.best else progress


def _measure(progress: Progress, metrics: Mapping[str, float]) -> Progress:
    metric = progress.metric or next(iter(metrics), "")
    return replace(progress, metric=metric, value=metrics.get(metric, math.nan))


def _round_speed(speed: float) -> int:
    """Return a speed with three digits that count: the rest only flickers."""
    if not math.isfinite(speed) or speed <= 0:
        return 0
    digits = max(0, math.floor(math.log10(speed)) - 2)
    return int(round(speed, -digits))


def write_duration(seconds: float) -> str:
    """Return a time span in words: 8 s, 1 min 12 s, 2 h 5 min."""
    if seconds < 9.95:
        return f"{max(seconds, 0.0):.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
