"""Every way a run can go wrong is a last event with a plain sentence."""

import os
from dataclasses import replace

import numpy as np
import pytest
import torch

from designer.document.project import Choice
from designer.engine.events import EpochDone, Event, Failed, StepsDone
from designer.engine.loop import train
from designer.engine.plan import Plan
from tests.engine.plans import CONVOLUTION, MLP, digits, make_project, plan_digits, spoil
from tests.idx_files import write_folder


def run_to_failure(plan: Plan) -> tuple[list[Event], Failed]:
    """Run a plan; return its events and the last, which must be Failed with a sentence and nothing of Python in it."""
    events = list(train(plan))
    last = events[-1]
    assert isinstance(last, Failed)
    assert last.message[0].isupper() or last.message[0] == "/"
    assert last.message.endswith(".")
    assert "Traceback" not in last.message
    assert "Error" not in last.message
    assert "\n" not in last.message
    return events, last


def steps_told(events: list[Event]) -> int:
    return sum(len(event.losses) for event in events if isinstance(event, StepsDone))


# Data


def plan_images(folder, **settings) -> Plan:
    source = Choice("Idx", {"path": str(folder), "sizes": (1, 4, 3), "classes": 3, "rows": 12})
    return Plan.from_project(make_project(source, ("Flatten", {}), ("Linear", {"out_features": 3}), **settings))


def test_images_that_are_fine_train(tmp_path):
    write_folder(tmp_path)
    assert not isinstance(list(train(plan_images(tmp_path, epochs=1)))[-1], Failed)


def test_no_data_chosen(tmp_path):
    write_folder(tmp_path)
    _, last = run_to_failure(replace(plan_images(tmp_path), data_path=None))
    assert last.reason == "data"
    assert "chosen" in last.message


def test_folder_is_gone(tmp_path):
    _, last = run_to_failure(plan_images(tmp_path / "gone"))
    assert last.reason == "data"
    assert str(tmp_path / "gone") in last.message


def test_file_is_gone(tmp_path):
    write_folder(tmp_path)
    (tmp_path / "t10k-labels-idx1-ubyte.gz").unlink()
    _, last = run_to_failure(plan_images(tmp_path))
    assert last.reason == "data"
    assert "t10k-labels-idx1-ubyte" in last.message


@pytest.mark.parametrize(
    "content", [b"", b"\x1f\x8b\x08", b"not an IDX file at all", b"\x00\x00\x08\x03\xff\xff\xff\xff" * 2]
)
def test_file_is_something_else(tmp_path, content):
    write_folder(tmp_path)
    path = tmp_path / "train-images-idx3-ubyte.gz"
    path.write_bytes(content)
    _, last = run_to_failure(plan_images(tmp_path))
    assert last.reason == "data"
    assert str(path) in last.message


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs files that cannot be read")
def test_file_may_not_be_read(tmp_path):
    write_folder(tmp_path)
    (tmp_path / "train-images-idx3-ubyte.gz").chmod(0)
    _, last = run_to_failure(plan_images(tmp_path))
    assert last.reason == "data"
    assert "permission denied" in last.message


def test_class_the_network_has_no_output_for(tmp_path):
    write_folder(tmp_path, classes=5)
    _, last = run_to_failure(plan_images(tmp_path))
    assert "class " in last.message
    assert "fewer outputs" in last.message


# Losses that are not finite


def test_learning_rate_too_high_names_the_layer_that_broke_first():
    plan = plan_digits(optimizer=Choice("SGD", {"lr": 1e30}))
    events, last = run_to_failure(plan)
    assert last.reason == "non_finite_loss"
    assert (last.epoch, last.step) == (1, 2)
    assert "step 2 (batch 2 of epoch 1)" in last.message
    assert "1e+30" in last.message
    assert "learning rate" in last.message
    # The first step leaves finite weights near 1e28, whose products overflow in the second Linear's output.
    assert last.node == "n-linear5"
    assert "Linear `linear5`" in last.message
    first = next(event.losses[0] for event in events if isinstance(event, StepsDone))
    assert f"The loss before: {first:.4g}. " in last.message
    assert "In Linear `linear5` the largest finite weight was " in last.message
    assert "e+28, the norm of its gradients 0." in last.message
    assert steps_told(events) == 2
    assert events[-2].step == 2


def test_layer_is_found_however_many_steps_were_taken_before_anyone_looked(monkeypatch):
    """Losses come over in transfers: the run has to be taken back to the step that broke."""
    layers = (("Linear", {"out_features": 8}), ("Linear", {"out_features": 1}))
    settings = {"loss": "MSELoss", "optimizer": Choice("SGD", {"lr": 0.3}), "epochs": 50, "batch_size": 16}
    plan = Plan.from_project(make_project("Diabetes", *layers, **settings))
    found = []
    for interval in (0.0, 0.01, 10.0):
        monkeypatch.setattr("designer.engine.meter.INTERVAL", interval)
        events, last = run_to_failure(plan)
        found.append((last.epoch, last.step, last.node, last.message))
        assert steps_told(events) == last.step > 2
    assert len(set(found)) == 1


def test_layer_is_found_after_many_epochs_and_copies(monkeypatch):
    """The replay starts from a copy in the middle of the run and crosses the end of epochs and steps of the schedule."""
    monkeypatch.setattr("designer.engine.rewind.INTERVAL", 0.0)
    monkeypatch.setattr("designer.engine.meter.INTERVAL", 10.0)
    # A rate that grows a thousandfold an epoch: fine at first, then not.
    settings = {"epochs": 20, "schedule": Choice("StepLR", {"step_size": 1, "gamma": 1000.0})}
    _, last = run_to_failure(plan_digits(*CONVOLUTION[:2], *MLP, optimizer=Choice("SGD", {"lr": 1e-6}), **settings))
    monkeypatch.setattr("designer.engine.rewind.INTERVAL", 1e9)
    _, again = run_to_failure(plan_digits(*CONVOLUTION[:2], *MLP, optimizer=Choice("SGD", {"lr": 1e-6}), **settings))
    assert last.epoch > 2
    assert last.node is not None
    assert (last.message, last.node, last.step) == (again.message, again.node, again.step)


def test_state_too_large_to_copy_still_names_a_layer(monkeypatch):
    monkeypatch.setattr("designer.engine.rewind.LARGEST_STATE", 0)
    _, last = run_to_failure(plan_digits(optimizer=Choice("SGD", {"lr": 1e30})))
    assert last.reason == "non_finite_loss"
    assert last.node in ("n-linear2", "n-linear5")


def test_data_that_are_not_finite_are_blamed_themselves():
    plan = spoil(
        plan_digits(), "    x, y = load_digits_images()", "    x, y = load_digits_images(); x[700] = float('nan')"
    )
    _, last = run_to_failure(plan)
    assert last.reason == "non_finite_loss"
    assert last.node is None
    assert "batch itself" in last.message


def test_output_that_is_not_finite_names_its_layer():
    plan = spoil(plan_digits(), "nn.ReLU(),", "nn.Threshold(0.05, float('inf')),")
    _, last = run_to_failure(plan)
    assert last.node == "n-relu3"
    assert "output of ReLU `relu3`" in last.message


# Memory


def test_layer_too_large_for_memory():
    _, last = run_to_failure(spoil(plan_digits(), "nn.Linear(64, 32),", "nn.Linear(64, 10**13),"))
    assert last.reason == "out_of_memory"
    assert last.node == "n-linear2"
    assert "Linear `linear2` does not fit in memory: 2.3 PiB more was asked for" in last.message


def test_memory_that_is_only_promised_is_not_taken(monkeypatch):
    """Linux grants a tensor larger than what is free and ends the program that fills it."""
    monkeypatch.setattr("designer.engine.memory.measure_free", lambda device: 100_000_000)
    _, last = run_to_failure(plan_digits(("Flatten", {}), ("Linear", {"out_features": 1_000_000}), *MLP[1:]))
    assert (last.reason, last.node) == ("out_of_memory", "n-linear2")
    assert "Linear `linear2` does not fit in memory: 244 MiB more was asked for" in last.message


def test_step_too_large_for_memory_suggests_a_batch_that_fits():
    broken = "nn.Upsample(scale_factor=100_000),"
    plan = spoil(
        plan_digits(("Conv2d", {"out_channels": 4}), ("ReLU", {}), ("Flatten", {}), ("Linear", {"out_features": 10})),
        "nn.ReLU(),",
        broken,
    )
    events, last = run_to_failure(plan)
    assert last.reason == "out_of_memory"
    assert last.node == "n-relu2"
    assert "ReLU `relu2`" in last.message
    assert "TiB" in last.message
    assert "smaller" in last.message  # one sample alone would not fit
    assert steps_told(events) == 0


@pytest.mark.parametrize(
    "text, size",
    [
        ("CUDA out of memory. Tried to allocate 2.50 GiB. GPU 0 has a total capacity of 4 GiB", "2.5 GiB"),
        ("MPS backend out of memory (MPS allocated: 6.55 GB). Tried to allocate 768.00 MB on private pool.", "768 MiB"),
        ("MPS backend out of memory (max allowed: 20.40 GB). Tried to allocate 256 bytes on shared pool.", "256 bytes"),
        (
            "[enforce fail at alloc_cpu.cpp:127] DefaultCPUAllocator: can't allocate memory: you tried to allocate 4096 bytes.",
            "4.0 KiB",
        ),
    ],
)
def test_words_of_every_allocator_are_understood(text, size):
    plan = spoil(plan_digits(), "return self.layers(x)", f"raise RuntimeError({text!r})")
    _, last = run_to_failure(plan)
    assert last.reason == "out_of_memory"
    assert f"{size} more was asked for" in last.message
    assert "batch size of 32 instead of 64" in last.message


# Devices, files, and everything else


@pytest.mark.skipif(torch.accelerator.is_available(), reason="there is an accelerator")
@pytest.mark.parametrize("device", ["cuda", "cuda:7", "mps", "xpu"])
def test_device_that_is_not_here(device):
    events, last = run_to_failure(plan_digits(device=device))
    assert last.reason == "device"
    assert device in last.message
    assert "cpu" in last.message
    assert len(events) == 2


def test_layer_that_fails_in_a_step_is_named():
    _, last = run_to_failure(spoil(plan_digits(), "nn.ReLU(),", "nn.Linear(5, 6),"))
    assert last.reason == "exception"
    assert last.node == "n-relu3"
    assert last.message.startswith("ReLU `relu3` failed at step 1: mat1 and mat2 shapes cannot be multiplied")
    assert "nn.Linear" not in last.message
    assert "return self.layers(x)" in last.trace  # the line of the generated script


def test_layer_that_cannot_be_made_is_named():
    _, last = run_to_failure(spoil(plan_digits(), "nn.Dropout(0.2),", "nn.Dropout(7.0),"))
    assert last.node == "n-dropout4"
    assert last.message.startswith("Dropout `dropout4` failed while the network was built: ")
    assert "nn.Dropout(7.0)" in last.trace


def test_a_name_made_to_mislead_is_shown_plainly():
    """A project file may come from a stranger: no escape codes in a terminal, no message of any length."""
    plan = spoil(plan_digits(), "nn.Dropout(0.2),", "nn.Dropout(7.0),")
    nodes = dict(plan.project.graph.nodes)
    nodes["n-dropout4"] = replace(nodes["n-dropout4"], name="\x1b[31m`x`" + "y" * 1000)
    graph = replace(plan.project.graph, nodes=nodes)
    _, last = run_to_failure(replace(plan, project=replace(plan.project, graph=graph)))
    assert last.message.startswith("Dropout `?[31m?x?yyy")
    assert "\x1b" not in last.message
    assert len(last.message) < 300


def test_steps_before_a_failure_are_told():
    """The last batch of the epoch has one row, which BatchNorm1d cannot take."""
    plan = plan_digits(("Flatten", {}), ("BatchNorm1d", {}), ("Linear", {"out_features": 10}))
    project = replace(plan.project, training=replace(plan.project.training, batch_size=1437))
    events, last = run_to_failure(replace(plan, project=project, batch_size=1437))
    assert last.node == "n-batchnorm1d2"
    assert last.step == steps_told(events) == 1
    assert "BatchNorm1d `batchnorm1d2` needs more than one sample in a batch" in last.message


def test_run_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("in the way")
    _, last = run_to_failure(Plan.from_project(digits(), out=tmp_path / "file" / "run"))
    assert last.reason == "exception"
    assert "run folder" in last.message
    assert str(tmp_path / "file") in last.message


def test_weights_that_break_in_the_last_step_are_not_called_finished():
    """One step a run: its loss is finite, what it makes of the weights is not."""
    plan = plan_digits(optimizer=Choice("SGD", {"lr": 1e300}), epochs=1, batch_size=2000)
    events, last = run_to_failure(plan)
    assert last.reason == "non_finite_loss"
    assert last.step == 1
    assert not np.isfinite([event.val_loss for event in events if isinstance(event, EpochDone)]).any()
