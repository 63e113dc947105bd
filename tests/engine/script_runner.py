"""Proof for many choices at once: each script runs beside the training here, all scripts in one fresh process.

A process of its own costs seconds for importing torch; `designer verify` takes one, tests of hundreds of choices cannot.
"""

import csv
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from designer.engine.events import Failed, StepsDone
from designer.engine.loop import train
from designer.engine.plan import Plan
from designer.engine.verify import Unequal, compare_losses, compare_weights

# Runs each script as `python script.py ...` would, and notes the traceback of those that fail.
DRIVER = """
import json, pathlib, runpy, sys, traceback
jobs, report = map(pathlib.Path, sys.argv[1:])
failed = {}
for name, arguments in json.loads(jobs.read_text()).items():
    sys.argv = arguments
    try:
        runpy.run_path(arguments[0], run_name="__main__")
    except BaseException:
        failed[name] = traceback.format_exc()
report.write_text(json.dumps(failed))
"""


def verify_all(plans: Mapping[str, Plan], folder: Path) -> dict[str, str]:
    """Return for each plan why its script did not do what the training here does, "" where losses and weights are equal.

    Plans are of the CPU. Everything is written into `folder`.
    """
    folders = {name: folder / str(number) for number, name in enumerate(plans)}
    failed = _run_scripts(plans, folders)
    return {name: failed.get(name) or _compare(plan, folders[name]) for name, plan in plans.items()}


def _run_scripts(plans: Mapping[str, Plan], folders: Mapping[str, Path]) -> dict[str, str]:
    """Run the scripts one after the other in a fresh process; return the tracebacks of those that fail."""
    jobs = {}
    for name, plan in plans.items():
        place = folders[name]
        place.mkdir(parents=True)
        (place / "script.py").write_text(plan.source.text, encoding="utf-8")
        options = {"--device": "cpu", "--epochs": str(plan.epochs), "--seed": str(plan.seed)}
        options |= {"--out": str(place / "script.safetensors"), "--losses": str(place / "log.csv")}
        if "def sample(" in plan.source.text:
            options["--sample"] = "5"
        if plan.source.takes_path:
            options["--data"] = str(plan.data_path)
        jobs[name] = [str(place / "script.py"), *(word for pair in options.items() for word in pair)]
    first = next(iter(folders.values())).parent
    (first / "jobs.json").write_text(json.dumps(jobs))
    command = [sys.executable, "-c", DRIVER, str(first / "jobs.json"), str(first / "report.json")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    failed: dict[str, str] = json.loads((first / "report.json").read_text())
    return failed


def _compare(plan: Plan, place: Path) -> str:
    """Train here; return what is not equal, "" where all is."""
    events = list(train(replace(plan, device="cpu", out=place / "run")))
    if isinstance(events[-1], Failed):
        return f"{events[-1].message}\n{events[-1].trace}"
    here = [loss for event in events if isinstance(event, StepsDone) for loss in event.losses]
    with (place / "log.csv").open(encoding="utf-8", newline="") as file:
        there = [float(row["loss"]) for row in csv.DictReader(file)]
    try:
        compare_losses(here, there)
        compare_weights(place / "run" / "last.safetensors", place / "script.safetensors")
    except Unequal as reason:
        return str(reason)
    return "" if here else "There was no step to compare."
