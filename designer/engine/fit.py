"""Will it fit: what weights, gradients, optimizer and activations take, the largest batch, and the time of an epoch.

Everything is measured with real steps of the network on its device, before the run.
"""

import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from designer.engine.build import Pair, build
from designer.engine.bundle import apply, count_rows, parts_of, split_rows
from designer.engine.device import choose
from designer.engine.events import Failed
from designer.engine.failures import Place, explain, is_out_of_memory
from designer.engine.loading import load_data
from designer.engine.memory import count_bytes, list_state, measure_free, spell_size
from designer.engine.plan import Plan
from designer.engine.trainer import Trainer
from designer.engine.weighing import LONGEST, Line, Scale, Weighed

SHARE = 0.9  # of the free memory that a batch may take


@dataclass(frozen=True, slots=True)
class FitStep:
    """The measurement has come so far, a share of 1, and does this now."""

    share: float
    doing: str


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was measured. Sizes are in bytes, times in seconds.

    `activations` is what a step keeps for the way back, `step` all that it takes at once beyond weights and the
    optimizer's state, gradients included, and `peak` the whole, data aside; they are of `batch_size` rows. Where
    `measured` is False those were too many, and the two are the line through two smaller batches. `largest` is the
    largest batch that fits in `free`, no more than the `rows` there are; None where the device does not tell. `tried` is the
    largest that was run, where it took `tried_peak`; the line had foretold `foretold` for it.
    """

    device: str
    batch_size: int
    rows: int
    parameters: int
    weights: int
    gradients: int
    optimizer: int
    activations: int
    step: int
    data: int
    free: int | None
    measured: bool
    largest: int | None
    tried: int
    tried_peak: int
    foretold: int
    step_seconds: float
    train_seconds: float
    validation_seconds: float

    @property
    def peak(self) -> int:
        """All that training takes at once, data aside."""
        return self.weights + self.optimizer + self.step

    @property
    def fits(self) -> bool:
        """Whether the batch that is set fits."""
        return self.largest is None or self.largest >= self.batch_size

    @property
    def advised(self) -> int:
        """A batch size that fits: a power of two where more than one row does; 0 where none does."""
        if self.largest is None or self.largest >= self.rows:
            return self.largest or self.rows
        return 1 << (self.largest.bit_length() - 1) if self.largest else 0

    @property
    def epoch_seconds(self) -> float:
        """The time of an epoch, validation included."""
        return self.train_seconds + self.validation_seconds


FitEvent = FitStep | Fitted | Failed


def measure_fit(plan: Plan) -> Generator[FitEvent, bool | None, None]:
    """Take some steps of a network of its own and tell what they took; the last event is Fitted or Failed.

    Sent True in reply, it ends with no more events. The random numbers come from torch's global generator: no run may
    be under way in the process meanwhile.
    """
    place = Place()
    script = trainer = None
    last: FitEvent | None = None
    try:
        if (yield FitStep(0.0, "Reading the data")):
            return
        place.phase = "data"
        device = choose(plan.device)
        script = build(plan.source)
        torch.manual_seed(plan.seed)
        data, validation = load_data(script, plan.data_path, device)
        if (yield FitStep(0.2, "Building the network")):
            return
        place.phase = "network"
        trainer = Trainer(script, replace(plan, out=None, resume=None), device, data)
        place.phase, place.rows = "training", trainer.batch_size
        for event in _measure(trainer, validation, plan):
            if isinstance(event, Fitted):
                last = event
            elif (yield event):
                return
    except Exception as error:  # noqa: BLE001 - every way to end is an event
        last = explain(error, plan, place, script, trainer)
    finally:
        if trainer is not None:
            trainer.release()
        script = trainer = None
    if last is not None:
        yield last


def _measure(trainer: Trainer, validation: Pair, plan: Plan) -> Iterator[FitStep | Fitted]:
    scale = Scale(trainer)
    rows, batch = count_rows(trainer.x), trainer.batch_size
    yield FitStep(0.3, "Taking steps with few rows")
    small, more = scale.choose_small(batch, rows)
    scale.weigh(small)  # the optimizer's state comes about
    first, second = scale.weigh(small), scale.weigh(more)
    free = measure_free(trainer.device)
    line = Line.through(small, first.step, more, second.step)
    room = None if free is None else max(0, free + scale.gradients) * SHARE
    yield FitStep(0.5, f"Taking a step with {batch:,} rows")
    seen = _try(scale, batch) if room is None or line.at(batch) <= room else None
    if seen is not None and batch > more:
        line = Line.through(more, second.step, batch, seen.step)
    yield FitStep(0.6, "Timing steps")
    seconds = scale.time(batch) if seen is not None else 0.0
    tried, tried_peak = (batch, seen.step) if seen is not None else (more, second.step)
    largest = None if room is None else max(line.most(room, rows), batch if seen is not None else 0)
    foretold: float = tried_peak
    if room is not None and largest is not None and largest > tried:
        yield FitStep(0.8, "Trying the largest batch")
        largest, tried, tried_peak, foretold = scale.confirm(line, largest, room, tried, tried_peak, seconds / batch)
    if seen is None and tried > more:  # nearer to the batch that is asked about
        line = Line.through(more, second.step, tried, tried_peak)
    yield FitStep(0.95, "Timing the validation")
    per_row = line.slope and (second.saved - first.saved) / max(more - small, 1)
    yield Fitted(
        device=str(trainer.device),
        batch_size=batch,
        rows=rows,
        parameters=trainer.parameters,
        weights=count_bytes([*trainer.model.parameters(), *trainer.model.buffers()]),
        gradients=scale.gradients,
        optimizer=count_bytes(list_state(trainer.optimizer)),
        activations=seen.saved if seen is not None else round(second.saved + per_row * (batch - more)),
        step=seen.step if seen is not None else round(line.at(batch)),
        data=count_bytes([*parts_of(trainer.x), *parts_of(trainer.y), *_flat(validation)]),
        free=free,
        measured=seen is not None,
        largest=largest,
        tried=tried,
        tried_peak=tried_peak,
        foretold=round(foretold),
        step_seconds=seconds,
        train_seconds=seconds * trainer.batches,
        validation_seconds=_time_validation(trainer, validation, plan.source.evaluation_batch),
    )


def _try(scale: Scale, rows: int) -> Weighed | None:
    """Return what a step takes, None where memory runs out."""
    try:
        return scale.weigh(rows)
    except Exception as error:
        if not is_out_of_memory(error):
            raise
        return None


def _time_validation(trainer: Trainer, validation: Pair, batch: int) -> float:
    """Return the seconds of a validation, from its first batches."""
    x, rows = validation[0], count_rows(validation[0])
    trainer.model.eval()
    seen, began = 0, time.perf_counter()
    with torch.no_grad():
        for part in split_rows(x, batch):
            apply(trainer.model, part)
            seen += count_rows(part)
            if time.perf_counter() - began > LONGEST:
                break
    if trainer.device.type == "cuda":
        torch.cuda.synchronize(trainer.device)
    return (time.perf_counter() - began) * rows / max(seen, 1)


def _flat(pair: Pair) -> list[Tensor]:
    return [part for bundle in pair for part in parts_of(bundle)]


def tell_facts(fitted: Fitted) -> tuple[tuple[str, str], ...]:
    """Return what was measured as lines for people: a label and a value each."""
    rows, size = fitted.batch_size, spell_size
    how = "measured" if fitted.measured else "more than fits; worked out from smaller batches"
    facts = [
        ("Weights", size(fitted.weights)),
        ("Gradients", size(fitted.gradients)),
        ("Optimizer", size(fitted.optimizer)),
        ("Activations", f"{size(fitted.activations)} of {rows:,} rows"),
        ("At once", f"{size(fitted.peak)} at the peak of a step with {rows:,} rows, {how}"),
        ("Data", f"{size(fitted.data)} on {fitted.device}"),
    ]
    if fitted.free is not None:
        facts.append(("Free", f"{size(fitted.free)} on {fitted.device}"))
    facts.append(("Largest batch", _tell_largest(fitted)))
    if fitted.step_seconds:
        parts = f"training {spell_seconds(fitted.train_seconds)}, validation {spell_seconds(fitted.validation_seconds)}"
        facts.append(("Step", spell_seconds(fitted.step_seconds)))
        facts.append(("Epoch", f"{spell_seconds(fitted.epoch_seconds)}: {parts}"))
    return tuple(facts)


def _tell_largest(fitted: Fitted) -> str:
    if fitted.largest is None:
        return f"not known: {fitted.device} does not tell how much is free"
    if fitted.largest == 0:
        return "none: not even one row fits"
    proof = f"run with {fitted.tried:,} rows: {spell_size(fitted.tried_peak)}, worked out {spell_size(fitted.foretold)}"
    if fitted.largest >= fitted.rows:
        return f"all {fitted.rows:,} rows; {proof}"
    return f"{fitted.largest:,} rows; {proof}"


def tell_verdict(fitted: Fitted) -> str:
    """Return whether it fits, in a sentence."""
    if fitted.fits:
        return f"It fits: a step with {fitted.batch_size:,} rows takes {spell_size(fitted.peak)}."
    if not fitted.advised:
        return f"It does not fit: not even one row does. Make the network smaller, or train on another device than {fitted.device}."
    return f"It does not fit with {fitted.batch_size:,} rows. Choose a batch size of {fitted.advised:,}."


def spell_seconds(seconds: float) -> str:
    """Return a time as people read it: 0.42 ms, 3.1 s, 2 min 5 s, 1 h 12 min."""
    if seconds < 1:
        return f"{1000 * seconds:.2g} ms" if seconds < 0.01 else f"{1000 * seconds:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    return f"{whole // 60} min {whole % 60} s" if whole < 3600 else f"{whole // 3600} h {whole % 3600 // 60} min"
