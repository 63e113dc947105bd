"""`designer train` under torchrun: two processes give the losses of one with the double batch, to within rounding."""

import csv
import os
import sys
from dataclasses import replace

import pytest
from safetensors.torch import load_file

from designer.codegen.script import render_script
from designer.document.files import save
from designer.engine.record import read_record
from designer.engine.state import read_state
from tests.engine.plans import digits
from tests.launching import QUIET, TORCHRUN, launch

LAYERS = (("Flatten", {}), ("Linear", {"out_features": 16}), ("ReLU", {}), ("Linear", {"out_features": 10}))

# Runs what it is given, and fails where a thread of gloo's is left: with one, C++ now and then aborts as Python ends.
LEAVING = """
import pathlib, runpy, sys

del sys.argv[0]
try:
    if sys.argv[0] == "-m":
        del sys.argv[0]
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    else:
        runpy.run_path(sys.argv[0], run_name="__main__")
except SystemExit as ended:
    assert not ended.code
tasks = pathlib.Path("/proc/self/task")
left = [(task / "comm").read_text() for task in tasks.iterdir()] if tasks.exists() else []
assert not [name for name in left if "gloo" in name], left
"""


def network(batch_size):
    """Return a project of 1,436 rows: of each batch both processes get as many, of the last one too."""
    project = digits(*LAYERS, epochs=2, batch_size=batch_size)
    return replace(project, data=replace(project.data, validation=361 / 1797))


def start(*command):
    """Run a command with one thread of arithmetic; return what it printed."""
    result = launch([*map(str, command)], env=os.environ | QUIET)
    assert result.returncode == 0, result.stderr[-3000:]
    return result.stdout


def start_two(tmp_path, *command):
    """Run a command in two processes that torchrun starts; return what they printed."""
    leaving = tmp_path / "leaving.py"
    leaving.write_text(LEAVING)
    return start(*TORCHRUN, leaving, *command)


def read_losses(path):
    with path.open(encoding="utf-8", newline="") as file:
        return [float(row["loss"]) for row in csv.DictReader(file)]


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """The losses of one process with the double batch, and its weights."""
    folder = tmp_path_factory.mktemp("alone")
    save(folder / "net.nnd", network(100))
    start(sys.executable, "-m", "designer", "train", folder / "net.nnd", "--out", folder / "run")
    return read_losses(folder / "run" / "losses.csv"), load_file(folder / "run" / "last.safetensors")


def demand_close(alone, losses, weights):
    assert losses == pytest.approx(alone[0], rel=1e-4)
    for name, tensor in alone[1].items():
        assert (tensor - weights[name]).abs().max() < 1e-4


def test_two_processes_of_designer_train_as_one(alone, tmp_path):
    save(tmp_path / "net.nnd", network(50))
    out = tmp_path / "run"
    printed = start_two(tmp_path, "-m", "designer", "train", tmp_path / "net.nnd", "--out", out)
    assert [printed.count(word) for word in ("epoch 1 ", "epoch 2 ", "Finished 2 epochs")] == [1, 1, 1]
    demand_close(alone, read_losses(out / "losses.csv"), load_file(out / "last.safetensors"))
    assert (read_record(out).state, read_state(out / "last.state").step) == ("finished", len(alone[0]))


def test_two_processes_of_the_exported_script_train_as_one(alone, tmp_path):
    script = tmp_path / "net.py"
    script.write_text(render_script(network(50)).text)
    options = ("--losses", tmp_path / "losses.csv", "--out", tmp_path / "net.safetensors")
    start_two(tmp_path, script, *options)
    demand_close(alone, read_losses(tmp_path / "losses.csv"), load_file(tmp_path / "net.safetensors"))
