"""A network that two processes share out among them: the losses of one, half the memory, checkpoints like any other."""

import os
import re
from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file

from designer.cli import main
from designer.codegen.script import render_script
from designer.codegen.sharding import find_obstacle
from designer.document.files import save
from designer.document.project import Choice, Training
from designer.engine.curves import read_curves
from designer.engine.events import Finished
from designer.engine.loop import train
from designer.engine.plan import Plan
from designer.engine.record import read_record
from designer.engine.state import read_state
from tests.engine.plans import digits
from tests.launching import QUIET, TWO_RANKS, launch

WIDTH = 256
LAYERS = (
    ("Flatten", {}),
    ("Linear", {"out_features": WIDTH}),
    ("BatchNorm1d", {}),
    ("ReLU", {}),
    ("Linear", {"out_features": WIDTH}),
    ("ReLU", {}),
    ("Linear", {"out_features": 10}),
)

# Takes a step, and prints the bytes of weights and moments that this process holds, as they are and shared out.
WEIGHING = """
import sys
from dataclasses import replace
from pathlib import Path

import torch

from designer.document.files import load
from designer.engine.build import build
from designer.engine.loading import load_data
from designer.engine.plan import Plan
from designer.engine.ranks import joined
from designer.engine.state import copy_tree, measure_tree
from designer.engine.trainer import Trainer

def local(tensor):
    return tensor.to_local() if hasattr(tensor, "to_local") else tensor

with joined("cpu"):
    for sharded in (False, True):
        plan = replace(Plan.from_project(load(Path(sys.argv[1]))), sharded=sharded)
        script = build(plan.source)
        trainer = Trainer(script, plan, torch.device("cpu"), load_data(script, None, torch.device("cpu"))[0])
        trainer.step(torch.arange(100))
        parts = trainer.model.state_dict(), trainer.optimizer.state_dict()
        print(f"{'shared' if sharded else 'whole'} {measure_tree(copy_tree(parts, local))} bytes", flush=True)
"""


def network(batch_size):
    project = digits(*LAYERS, epochs=2, batch_size=batch_size, optimizer=Choice("SGD", {"lr": 0.05, "momentum": 0.9}))
    return replace(project, data=replace(project.data, validation=361 / 1797))  # of each batch both get as many rows


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("net") / "net.nnd"
    save(path, network(50))
    return path


@pytest.fixture(scope="module")
def ddp(file):
    """The folder of a run in which each process holds the whole network."""
    start_two("-m", "designer", "train", file, "--out", file.parent / "ddp")
    return file.parent / "ddp"


def start_two(*command):
    done = launch([*TWO_RANKS, *map(str, command)], env=os.environ | QUIET)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def demand_close(ours, theirs):
    assert ours.keys() == theirs.keys()
    for name, tensor in ours.items():
        assert torch.allclose(tensor, theirs[name], rtol=1e-3, atol=1e-3), name


def test_a_run_shared_out_learns_as_one_with_both_processes_and_its_checkpoints_are_like_any_other(file, ddp, tmp_path):
    out, again = tmp_path / "run", tmp_path / "again"
    start_two("-m", "designer", "train", file, "--fsdp", "--out", out, "--every", 1)
    assert read_curves(out).losses.tolist() == pytest.approx(read_curves(ddp).losses.tolist(), rel=1e-4)
    assert read_record(out).parameters == read_record(ddp).parameters
    for name in ("last.safetensors", "best.safetensors"):
        demand_close(load_file(out / name), load_file(ddp / name))
    ours, theirs = read_state(out / "last.state").parts, read_state(ddp / "last.state").parts
    demand_close(ours["model"], theirs["model"])
    assert ours["optimizer"]["state"].keys() == theirs["optimizer"]["state"].keys()
    for number, moments in ours["optimizer"]["state"].items():
        demand_close(moments, theirs["optimizer"]["state"][number])
    # It goes on shared out as if it had not been broken off, and in one process as any other does.
    start_two("-m", "designer", "train", file, "--fsdp", "--out", again, "--resume", out / "epoch-1.state")
    assert (again / "last.safetensors").read_bytes() == (out / "last.safetensors").read_bytes()
    plan = replace(Plan.from_project(network(50)), resume=out / "epoch-1.state")
    last = list(train(plan))[-1]
    assert isinstance(last, Finished), last
    assert last.epoch == 2


def test_the_exported_script_shares_out_too(ddp, tmp_path):
    script = tmp_path / "net.py"
    script.write_text(render_script(network(50)).text)
    start_two(script, "--losses", tmp_path / "shared.csv", "--out", tmp_path / "shared.safetensors", "--fsdp")
    losses = [float(line.split(",")[1]) for line in (tmp_path / "shared.csv").read_text().splitlines()[1:]]
    assert losses == pytest.approx(read_curves(ddp).losses.tolist(), rel=1e-4)
    demand_close(load_file(tmp_path / "shared.safetensors"), load_file(ddp / "last.safetensors"))


def test_each_process_holds_half(file, tmp_path):
    (tmp_path / "weighing.py").write_text(WEIGHING)
    said = start_two(tmp_path / "weighing.py", file)
    sizes = {name: int(size) for name, size in re.findall(r"(\w+) (\d+) bytes", said)}
    assert 0.49 < sizes["shared"] / sizes["whole"] < 0.52  # the statistics of the batches are not shared out


@pytest.mark.parametrize(
    "training, complaint",
    [
        (Training(optimizer=Choice("Adafactor")), "Adafactor needs whole weights"),
        (Training(averaging=Choice("EMA")), "weights are averaged"),
        (Training(objective=Choice("GAN")), "learn in turn"),
    ],
)
def test_what_cannot_be_shared_out_is_said(training, complaint):
    assert complaint in find_obstacle(training)
    assert not find_obstacle(Training())


def test_a_switch_without_torchrun_is_refused(file, capsys):
    assert main(["train", str(file), "--fsdp"]) == 2
    assert "torchrun" in capsys.readouterr().err
