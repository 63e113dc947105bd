"""Runs that are followed in a terminal: training, verification, the range of rates, what fits."""

import json
import os
import signal
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from dataclasses import replace
from types import FrameType
from typing import Any

from designer.cli.telling import Bar, describe_event, write_line
from designer.engine.events import Event, Failed, Finished, Request, Unkept
from designer.engine.plan import Plan
from designer.engine.preload import wait_briefly

STOPPED = 128 + signal.SIGINT


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
    wait_briefly()  # torch comes after
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
        if (text := write_line(event)) is not None:
            (sys.stderr if isinstance(event, Failed | Unkept) else output).write(text + "\n")
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
