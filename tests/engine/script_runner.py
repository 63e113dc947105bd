"""Proof for many choices at once: each script runs beside the training here, all scripts of a test in one fresh process.

A process of its own costs seconds for importing torch; `designer verify` takes one, tests of hundreds of choices cannot.
"""

import atexit
import csv
import functools
import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from designer.engine.events import Failed, StepsDone
from designer.engine.loop import train
from designer.engine.plan import Plan
from designer.engine.verify import Unequal, compare_losses, compare_weights

# Imports once what takes seconds. Then, for each line of JSON that it reads, runs scripts in a process forked from here,
# each as `python script.py ...` would, and notes the tracebacks of those that fail; answers with how the process ended.
DRIVER = """
import json, os, pathlib, runpy, sys, traceback
import numpy, torch, torch._dynamo

def run(jobs, report):
    failed = {}
    for name, arguments in jobs.items():
        sys.argv = arguments
        try:
            runpy.run_path(arguments[0], run_name="__main__")
        except BaseException:
            failed[name] = traceback.format_exc()
    pathlib.Path(report).write_text(json.dumps(failed))

for line in sys.stdin:
    child = os.fork()
    if not child:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        try:
            run(*json.loads(line))
        finally:
            os._exit(0)
    print(os.waitpid(child, 0)[1], flush=True)
"""
LONGEST = 120.0  # seconds for the scripts of one test


@functools.cache
def _start_driver() -> subprocess.Popen:
    """Start the process that runs scripts; it ends with this one."""
    command = [sys.executable, "-c", DRIVER]
    pipe = subprocess.PIPE
    driver = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True)
    atexit.register(driver.kill)
    return driver


def verify_all(plans: Mapping[str, Plan], folder: Path) -> dict[str, str]:
    """Return for each plan why its script did not do what the training here does, "" where losses and weights are equal.

    Plans are of the CPU. Everything is written into `folder`.
    """
    folders = {name: folder / str(number) for number, name in enumerate(plans)}
    failed = _run_scripts(plans, folders)
    return {name: failed.get(name) or _compare(plan, folders[name]) for name, plan in plans.items()}


def _run_scripts(plans: Mapping[str, Plan], folders: Mapping[str, Path]) -> dict[str, str]:
    """Run the scripts one after the other in a process of their own; return the tracebacks of those that fail."""
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
    driver, report = _start_driver(), first / "report.json"
    assert driver.stdin is not None
    assert driver.stdout is not None
    driver.stdin.write(json.dumps([jobs, str(report)]) + "\n")
    driver.stdin.flush()
    timer = threading.Timer(LONGEST, driver.kill)
    timer.start()
    ended = driver.stdout.readline().strip()
    timer.cancel()
    timer.join(LONGEST)
    if ended != "0":
        _start_driver.cache_clear()  # the next test has a process of its own
        raise AssertionError(f"the scripts ended with {ended or 'a kill'}")
    failed: dict[str, str] = json.loads(report.read_text())
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
