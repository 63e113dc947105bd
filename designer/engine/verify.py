"""Proof that the exported script does what was trained here: the same losses and the same weights, bit for bit."""

import contextlib
import csv
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from safetensors.torch import load_file
from torch import Tensor

from designer.document.custom import demand_consent
from designer.engine.events import Event, Failed, Finished, Request, StepsDone
from designer.engine.loop import train
from designer.engine.plan import Plan

POLL = 0.1  # seconds between two looks whether the script is done or is to be stopped

# Called with each event of the training here; the answer goes back into the loop.
Listener = Callable[[Event], Request | None]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the comparison found. `message` says it in plain sentences; `steps` and `weights` are what was compared."""

    equal: bool
    message: str
    steps: int = 0
    weights: int = 0
    seconds: float = 0.0


class Unequal(Exception):
    """Why the two runs are not the same, or could not be compared: whole sentences."""


def verify(plan: Plan, listen: Listener = lambda event: None, stopped: Callable[[], bool] = lambda: False) -> Verdict:
    """Train here, run the script in a fresh process with the same seed, and compare every loss and every weight.

    Both run on the CPU, where torch repeats itself exactly. Never raises for a failure of either run: that is a
    verdict too. `stopped` is asked now and then; once it says yes the verdict is that nothing was compared.
    """
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="designer-verify-") as name:
        folder = Path(name)
        plan = replace(plan, device="cpu", out=folder / "run")
        try:
            here = _train_here(plan, listen, stopped)
            there = _run_script(plan, folder, stopped)
            compare_losses(here, there)
            weights = compare_weights(folder / "run" / "last.safetensors", folder / "script.safetensors")
        except Unequal as reason:
            return Verdict(False, str(reason), seconds=time.monotonic() - began)
    message = (
        f"Equal bit for bit: the exported script gave the same {len(here):,} losses "
        f"and the same {weights:,} weights as the training here."
    )
    return Verdict(True, message, len(here), weights, time.monotonic() - began)


def _train_here(plan: Plan, listen: Listener, stopped: Callable[[], bool]) -> list[float]:
    """Return the loss of every step."""
    losses: list[float] = []
    run = train(plan)
    event = next(run)
    while not isinstance(event, Finished | Failed):
        if isinstance(event, StepsDone):
            losses += event.losses
        answer = listen(event)
        event = run.send(Request(stop=True) if stopped() else answer)
    listen(event)
    if isinstance(event, Failed):
        raise Unequal(f"Training here failed, so there is nothing to compare. {event.message}")
    if event.reason == "stopped":
        raise Unequal("Stopped before there was anything to compare.")
    return losses


def _run_script(plan: Plan, folder: Path, stopped: Callable[[], bool]) -> list[float]:
    """Run the exported script in a process of its own; return the losses in its log."""
    demand_consent(plan.source.foreign)
    script, log, report = folder / "script.py", folder / "log.csv", folder / "report.txt"
    script.write_text(plan.source.text, encoding="utf-8", newline="\n")
    command: list[str | Path] = [sys.executable, script, "--device", "cpu", "--epochs", str(plan.epochs)]
    command += ["--seed", str(plan.seed), "--out", folder / "script.safetensors", "--losses", log]
    if plan.source.takes_path and plan.data_path is not None:
        command += ["--data", plan.data_path.absolute()]
    if plan.weights is not None:
        command += ["--weights", plan.weights.absolute()]
    with report.open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        try:
            while (code := process.poll()) is None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(POLL)
                if stopped():
                    break
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    if stopped():
        raise Unequal("Stopped before there was anything to compare.")
    if code != 0:
        lines = report.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        raise Unequal(f"The exported script failed with exit code {code}: {lines[-1] if lines else 'it said nothing'}")
    with log.open(encoding="utf-8", newline="") as file:
        return [float(row["loss"]) for row in csv.DictReader(file)]


def compare_losses(here: Sequence[float], there: Sequence[float]) -> None:
    """Compare the losses of all steps. Raises Unequal."""
    for step, (ours, theirs) in enumerate(zip(here, there, strict=False), 1):
        if ours != theirs and not (math.isnan(ours) and math.isnan(theirs)):
            raise Unequal(f"Not equal: at step {step} the loss is {ours!r} here and {theirs!r} in the exported script.")
    if len(here) != len(there):
        raise Unequal(f"Not equal: {len(here):,} steps here, {len(there):,} in the exported script.")


def compare_weights(here: Path, there: Path) -> int:
    """Return how many numbers of two files of weights were found equal. Raises Unequal."""
    ours, theirs = load_file(here), load_file(there)
    if ours.keys() != theirs.keys():
        odd = min(ours.keys() ^ theirs.keys())
        raise Unequal(f"Not equal: the weights `{odd}` are in one of the two only.")
    for name, tensor in ours.items():
        if tensor.dtype != theirs[name].dtype or tensor.shape != theirs[name].shape:
            raise Unequal(f"Not equal: the weights `{name}` differ in type or shape.")
        if _bits(tensor) != _bits(theirs[name]):
            raise Unequal(f"Not equal: all losses agree, but the final weights `{name}` differ.")
    return sum(tensor.numel() for tensor in ours.values())


def _bits(tensor: Tensor) -> bytes:
    return tensor.contiguous().numpy().tobytes()
