"""Ctrl+C under torchrun, and a process that fails or is killed: all end soon, the folder says how far they came."""

import os
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest

from designer.document.files import save
from designer.engine.curves import read_curves
from designer.engine.record import read_record
from designer.engine.state import read_place
from tests.engine.plans import digits
from tests.launching import PATIENCE, QUIET, TORCHRUN, TWO_RANKS, launch, list_children, start

# 51 rows cannot be shared out alike, so each process draws other random numbers.
LAYERS = (("Flatten", {}), ("Linear", {"out_features": 24}), ("Dropout", {}), ("Linear", {"out_features": 10}))

BREAKING = """
import os, sys

from designer.cli import main
from designer.engine.trainer import Trainer

compute = Trainer.compute

def fail(self, rows):
    fail.steps += 1
    if fail.steps == 60:
        raise RuntimeError("the roof is on fire")
    return compute(self, rows)

fail.steps = 0
if os.environ["RANK"] == "1":
    Trainer.compute = fail
sys.exit(main(sys.argv[1:]))
"""

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for processes in /proc")


@pytest.fixture
def file(tmp_path):
    project = digits(*LAYERS, epochs=100_000, batch_size=51)
    save(tmp_path / "net.nnd", replace(project, data=replace(project.data, validation=0.5)))
    return tmp_path / "net.nnd"


def train(file, out, *more, by=TORCHRUN):
    return [*by, "-m", "designer", "train", str(file), "--out", str(out), *map(str, more)]


def wait_for_state(process, out, after=0):
    """Wait for a checkpoint past so many steps."""
    ends = time.monotonic() + PATIENCE
    while not (out / "last.state").exists() or read_place(out / "last.state")[1] <= after:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < ends
        time.sleep(0.02)


def find_rank(process, rank):
    mark = f"RANK={rank}".encode()
    return next(
        pid for pid in list_children(process.pid) if mark in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    )


def break_off(file, out, *more, by, after=0):
    """Train until there is a checkpoint, then break off by a function of the process; return what all have said."""
    with start(train(file, out, *more), env=os.environ | QUIET) as process:
        wait_for_state(process, out, after)
        by(process)
        output, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode != 0
    return output + errors


@pytest.mark.timeout(600)  # four starts of two processes, on a busy machine
def test_what_is_interrupted_and_killed_goes_on_as_if_it_had_not_been(file, tmp_path):
    out, whole = tmp_path / "run", tmp_path / "whole"
    said = break_off(file, out, by=lambda process: process.send_signal(signal.SIGINT))
    assert said.count("Stopped after") == 1
    first = read_record(out)
    assert (first.state, first.step) == ("stopped", read_place(out / "last.state")[1])
    said = break_off(
        file, out, "--resume", out, after=first.step, by=lambda process: os.kill(find_rank(process, 1), signal.SIGKILL)
    )
    assert "Another process of this training has ended" in said
    second = read_record(out)
    assert second.state == "failed"
    kept = read_place(out / "last.state")
    assert second.step >= kept[1] > first.step
    epochs = kept[0] + 2
    for words in ((out, "--resume", out), (whole,)):
        done = launch(train(file, *words, "--epochs", epochs, by=TWO_RANKS), env=os.environ | QUIET)
        assert done.returncode == 0, done.stderr
    assert (out / "last.safetensors").read_bytes() == (whole / "last.safetensors").read_bytes()
    ours, theirs = read_curves(out), read_curves(whole)
    assert ours.losses.tolist() == theirs.losses.tolist()
    assert ours.epochs["val_loss"].tolist() == theirs.epochs["val_loss"].tolist()


def test_an_error_in_one_process_ends_all_and_is_told(file, tmp_path):
    (tmp_path / "breaking.py").write_text(BREAKING)
    command = [*TORCHRUN, str(tmp_path / "breaking.py"), "train", str(file), "--out", str(tmp_path / "run")]
    done = launch(command, env=os.environ | QUIET)
    assert done.returncode != 0
    assert "the roof is on fire" in done.stderr
    record = read_record(tmp_path / "run")
    assert (record.state, record.step) == ("failed", 59)
