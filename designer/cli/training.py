"""What a run looks like in a terminal: a line an epoch and a progress bar, or a line of JSON an event."""

import json
import math
import os
import shutil
import signal
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from dataclasses import replace
from types import FrameType
from typing import Any, TextIO

from designer.catalogue import registry
from designer.engine.events import EpochDone, Event, Failed, Finished, Loading, Request, Started, StepsDone
from designer.engine.plan import Plan

STOPPED = 128 + signal.SIGINT
REFRESH = 0.1  # seconds between two drawings of the bar


def follow_training(plan: Plan, *, as_json: bool) -> int:
    """Train and tell what happens; return 0, 1 where the run failed, 130 where it was stopped by Ctrl+C."""
    with listening(as_json) as (tell, stopped):
        from designer.engine.loop import train
        from designer.engine.ranks import joined

        with joined(plan.device) as device:
            run = train(replace(plan, device=device))
            event = next(run)
            while not isinstance(event, Finished | Failed):
                if is_first():
                    tell(event)
                event = run.send(Request(stop=True) if stopped() else None)
        if is_first() or isinstance(event, Failed):
            tell(event)
    if isinstance(event, Failed):
        return 1
    return STOPPED if event.reason == "stopped" else 0


def follow_verification(plan: Plan, *, as_json: bool) -> int:
    """Compare the training here with the exported script's and print the verdict; return 0 only if they are equal."""
    with listening(as_json, whole=False) as (tell, stopped):
        from designer.engine.verify import verify

        def listen(event: Event) -> None:
            tell(event)
            if isinstance(event, Finished) and not as_json and event.reason != "stopped":
                sys.stderr.write("running the exported script ...\n")

        verdict = verify(plan, listen, stopped)
        was_stopped = stopped()
    if as_json:
        fields = {"equal": verdict.equal, "steps": verdict.steps, "weights": verdict.weights}
        print(json.dumps({**fields, "message": verdict.message}))
    else:
        print(verdict.message)
    return 0 if verdict.equal else STOPPED if was_stopped else 1


def follow_range(plan: Plan, *, as_json: bool) -> int:
    """Run a learning-rate range test and print its table and what it proposes; return 0 if it proposes a rate."""
    with listening(as_json, whole=False) as (_, stopped):
        from designer.engine.lr_range import RateTried, find_range

        run = find_range(plan)
        event = next(run)
        while isinstance(event, RateTried):
            event = run.send(stopped())
    if isinstance(event, Failed):
        if as_json:
            print(json.dumps(describe_event(event)))
        else:
            sys.stderr.write(f"designer: {event.message}\n")
        return 1
    if as_json:
        tried = [{"rate": each.rate, "loss": each.loss, "smoothed": each.smoothed} for each in event.tried]
        print(json.dumps({"proposal": event.proposal, "message": event.message, "tried": tried}))
    else:
        print("learning rate    loss  smoothed")
        for each in event.tried[:: max(1, len(event.tried) // 25)]:
            print(f"{each.rate:13.2e}  {each.loss:6.4g}  {each.smoothed:8.4g}")
        print(event.message)
    return STOPPED if stopped() else 0 if event.proposal is not None else 1


def follow_fit(plan: Plan, *, as_json: bool) -> int:
    """Measure what training takes and print it; return 0 where the batch that is set fits."""
    from dataclasses import asdict

    with listening(as_json, whole=False) as (_, stopped):
        from designer.engine.fit import FitStep, Fitted, measure_fit, tell_facts, tell_verdict

        last: Fitted | Failed | None = None
        run, answer = measure_fit(plan), None
        try:
            while True:
                event = run.send(answer)
                last = event if not isinstance(event, FitStep) else None
                answer = stopped() or None
        except StopIteration:
            pass
    if isinstance(last, Fitted):
        if as_json:
            words = {"fits": last.fits, "advised": last.advised, "peak": last.peak, "message": tell_verdict(last)}
            print(json.dumps(asdict(last) | words))
        else:
            for label, value in tell_facts(last):
                print(f"{label:14} {value}")
            print(tell_verdict(last))
        return 0 if last.fits else 1
    if last is None:
        return STOPPED
    if as_json:
        print(json.dumps(describe_event(last)))
    else:
        sys.stderr.write(f"designer: {last.message}\n")
    return 1


def is_first() -> bool:
    """Return whether this process tells and writes: of several that torchrun started only the first does."""
    return os.environ.get("RANK", "0") == "0"


@contextmanager
def listening(as_json: bool, *, whole: bool = True) -> Iterator[tuple[Callable[[Event], None], Callable[[], bool]]]:
    """Give a listener that prints, and a question whether Ctrl+C was pressed.

    Whatever else prints meanwhile (a library) goes to standard error. With `as_json` and not `whole` nothing is told.
    """
    pressed = False

    def note(number: int, frame: FrameType | None) -> None:
        nonlocal pressed
        if pressed and "RANK" not in os.environ:  # a second time: at once; torchrun passes on what all have heard
            raise KeyboardInterrupt
        pressed = True

    output = sys.stdout
    bar = Bar(sys.stderr) if not as_json and sys.stderr.isatty() else None

    def tell(event: Event) -> None:
        if as_json:
            line = describe_event(event) if whole else None
            if line is not None:
                output.write(json.dumps(line, allow_nan=False) + "\n")
                output.flush()
            return
        if bar is not None:
            bar.show(event)
        if (text := _write_line(event)) is not None:
            (sys.stderr if isinstance(event, Failed) else output).write(text + "\n")
            output.flush()

    def warn(message: Warning | str, category: type[Warning], *rest: object, **more: object) -> None:
        if bar is not None:
            bar.clear()
        sys.stderr.write(f"designer: {' '.join(str(message).split())}\n")

    # torchrun asks the others to end where one has failed: the first still writes how far all came.
    numbers = [signal.SIGINT, *([signal.SIGTERM] if "RANK" in os.environ else [])]
    before: dict[signal.Signals, Any] = {}
    with suppress(ValueError):  # not on the main thread: Ctrl+C goes elsewhere
        before = {number: signal.signal(number, note) for number in numbers}
    try:
        with redirect_stdout(sys.stderr), warnings.catch_warnings():
            warnings.showwarning = warn
            yield tell, lambda: pressed
    finally:
        if bar is not None:
            bar.clear()
        for number, handler in before.items():
            signal.signal(number, handler)


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


def _write_line(event: Event) -> str | None:
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
