"""kill -9 at every kind of moment: what is in the run folder afterwards is whole, and the run goes on from there."""

import json
import os
import random
import signal
import subprocess
import sys

import pytest

from designer.engine.record import read_record

pytestmark = [pytest.mark.skipif(os.name != "posix", reason="needs fork"), pytest.mark.usefixtures("at_every_step")]


@pytest.fixture(scope="module")
def kill():
    """Start Python once; each call trains in a fork of it until the end that is asked for."""
    command = [sys.executable, "-m", "tests.engine.killing"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:

        def train_until(folder, kind, at) -> int:
            process.stdin.write(json.dumps({"folder": str(folder), "kind": kind, "at": at}) + "\n")
            process.stdin.flush()
            return int(process.stdout.readline())

        yield train_until
        process.stdin.close()


def draw_moments(seed: int):
    """Return moments drawn by lot: at a call into the system, at an event, in the middle of a write, at any time."""
    lot = random.Random(seed)
    calls = [("call", at) for at in sorted(lot.sample(range(1, 260), 20))]
    events = [("event", at) for at in sorted(lot.sample(range(1, 14), 5))]
    sizes = [("size", at) for at in sorted(lot.sample(range(50, 12_000), 10))]
    return [*calls, *events, *sizes, *(("time", round(lot.uniform(0.001, 0.15), 4)) for _ in range(10))]


@pytest.mark.parametrize("kind, at", draw_moments(5))
def test_a_killed_run_is_there_and_goes_on(judge, kill, tmp_path, kind, at):
    folder = tmp_path / "run"
    status = kill(folder, kind, at)
    expected = {"size": -signal.SIGXFSZ, "time": -signal.SIGPROF}.get(kind, -signal.SIGKILL)
    assert status == expected or (kind == "time" and status == 0)
    step = judge.demand_sound(folder, killed=True)
    if step > 0 and status:
        record = read_record(folder)
        assert (record.state, record.is_alive) == ("running", False)
        assert step - 1 <= record.step <= step
    judge.demand_same_end(folder, killed=True)
    assert not list(folder.glob("*.tmp"))  # what a killed write has left is taken away


def test_a_run_that_is_killed_again_and_again_comes_to_the_same_end(judge, kill, tmp_path):
    folder = tmp_path / "run"
    lot = random.Random(7)
    for _ in range(12):
        kill(folder, "call", lot.randint(30, 70))
        judge.demand_sound(folder, killed=True)
    judge.demand_same_end(folder, killed=True)
