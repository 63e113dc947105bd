"""What an event of a run says in a terminal: a line for people and a progress bar, or the fields of a line of JSON."""

import math
import shutil
import time
from typing import TextIO

from designer.catalogue import registry
from designer.engine.events import EpochDone, Event, Failed, Finished, Loading, Started, StepsDone, Unkept

OTHER_DATA = "Other data are named with --data."
REFRESH = 0.1  # seconds between two drawings of the bar


def describe_event(event: Event) -> dict[str, object] | None:
    """Return the JSON fields of an event, None for one that is not told."""
    match event:
        case Started():
            return {
                "event": "started",
                "device": event.device,
                "epochs": event.epochs,
                "steps_per_epoch": event.steps_per_epoch,
                "samples": event.samples,
                "validation_samples": event.validation_samples,
                "parameters": event.parameters,
            }
        case EpochDone():
            return {
                "event": "epoch",
                "epoch": event.epoch,
                "step": event.step,
                "train_loss": _finite(event.train_loss),
                "val_loss": _finite(event.val_loss),
                **{f"val_{name}": _finite(value) for name, value in event.val_metrics.items()},
                **{f"train_{name}": _finite(value) for name, value in event.train_metrics.items()},
                "learning_rate": event.learning_rate,
                "best": event.best,
                "seconds": event.seconds,
            }
        case Finished():
            return {
                "event": "finished",
                "reason": event.reason,
                "epoch": event.epoch,
                "step": event.step,
                "seconds": event.seconds,
            }
        case Unkept():
            return {"event": "unkept", "step": event.step, "reason": event.reason}
        case Failed():
            return {
                "event": "failed",
                "reason": event.reason,
                "message": event.message,
                "node": event.node,
                "epoch": event.epoch,
                "step": event.step,
            }
    return None


def write_line(event: Event) -> str | None:
    """Return what a person reads of an event, None for one that is not told."""
    match event:
        case Started():
            return (
                f"{event.samples:,} samples, {event.validation_samples:,} for validation; "
                f"{event.parameters:,} parameters on {event.device}"
            )
        case EpochDone():
            metrics = "".join(f"  {name} {_spell_metric(name, value)}" for name, value in event.val_metrics.items())
            best = "  best so far" if event.best else ""
            return (
                f"epoch {event.epoch}  loss {event.train_loss:.4f}  validation {event.val_loss:.4f}{metrics}"
                f"  {event.seconds:.1f} s{best}"
            )
        case Finished(reason="stopped"):
            return f"Stopped after {event.step:,} steps."
        case Finished():
            epochs = "1 epoch" if event.epoch == 1 else f"{event.epoch:,} epochs"
            if event.reason == "early stop":
                return f"Stopped early after {epochs}, {event.step:,} steps: the validation no longer became better."
            return f"Finished {epochs}, {event.step:,} steps, in {spell_time(event.seconds)}."
        case Unkept():
            told = "The run goes on, and tries again." if event.reason else "The run folder is written again."
            return f"designer: {event.reason} {told}".replace("  ", " ")
        case Failed(reason="data"):
            return f"designer: {event.message} {OTHER_DATA}"
        case Failed():
            return f"designer: {event.message}"
    return None


class Bar:
    """A progress bar on the last line of a terminal, with the loss and the time left."""

    def __init__(self, terminal: TextIO) -> None:
        self._terminal = terminal
        self._steps = 0
        self._per_epoch = 1
        self._epochs = 1
        self._began = 0.0
        self._drawn = 0.0
        self._visible = False

    def show(self, event: Event) -> None:
        """Draw what an event says; before one that prints a line of its own, make way."""
        match event:
            case Loading():
                self._draw("loading ...")
            case Started():
                self._per_epoch, self._epochs = event.steps_per_epoch, event.epochs
                self._steps = event.steps_per_epoch * event.epochs
                self._began = time.monotonic()
                self.clear()
            case StepsDone() if time.monotonic() - self._drawn >= REFRESH:
                self._draw(self._describe(event))
            case StepsDone():
                pass
            case _:
                self.clear()

    def clear(self) -> None:
        """Leave the line empty."""
        if self._visible:
            self._terminal.write("\r\x1b[K")
            self._terminal.flush()
            self._visible = False

    def _describe(self, event: StepsDone) -> str:
        share = event.step / max(self._steps, 1)
        passed = time.monotonic() - self._began
        full = round(share * 24)
        return (
            f"epoch {event.epoch}/{self._epochs}  {'#' * full}{'.' * (24 - full)} {share:4.0%}  "
            f"loss {event.losses[-1]:.4f}  {event.samples_per_second:,.0f} samples/s  "
            f"{spell_time(passed / share - passed)} left"
        )

    def _draw(self, text: str) -> None:
        width = shutil.get_terminal_size().columns
        self._terminal.write(f"\r\x1b[K{text[: width - 1]}")
        self._terminal.flush()
        self._drawn = time.monotonic()
        self._visible = True


def spell_time(seconds: float) -> str:
    """Return a length of time as people say it: "3.2 s", "1 min 12 s", "2 h 5 min"."""
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def _spell_metric(name: str, value: float) -> str:
    spec = registry.metrics.get(name)
    return f"{value:.2%}" if spec is not None and spec.form.endswith("%") else f"{value:.4f}"


def _finite(value: float) -> float | None:
    """Return a number that JSON has: null for one that is not finite."""
    return value if math.isfinite(value) else None
