"""The bridge with the real engine: what a run tells, and that it does as it is told."""

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from designer.codegen.script import render_script
from designer.document.edits import set_data, set_parameter, set_training
from designer.document.project import Choice, Data
from designer.engine.events import EpochDone, Failed, Finished, Loading, Started, StepsDone, Weights
from tests.ui.runs import Run, make_moons, running

ENDLESS = 1_000_000


@pytest.fixture
def run(qtbot):
    with running(qtbot) as run:
        yield run


def count_steps(run: Run) -> int:
    return sum(len(event.losses) for event in run.of(StepsDone))


def test_a_run_is_told_from_start_to_end(run):
    run.start(make_moons(epochs=3))
    assert run.bridge.active
    run.wait_until("ended")
    kinds = [type(event) for event in run.events]
    assert kinds[:2] == [Loading, Started]
    assert kinds[-1] is Finished
    assert run.of(Finished)[0].reason == "finished"
    assert [event.epoch for event in run.of(EpochDone)] == [1, 2, 3]
    assert count_steps(run) == 24
    assert run.states == ["loading", "running", "ended"] or run.states == ["loading", "ended"]
    progress = run.bridge.progress
    assert (progress.step, progress.steps, progress.epochs) == (24, 24, 3)
    assert progress.ended is run.of(Finished)[0]
    assert progress.value == run.of(EpochDone)[-1].val_metrics["accuracy"]
    assert progress.best == max(event.epoch for event in run.of(EpochDone) if event.best)


def test_a_held_run_takes_no_step_and_goes_on(run):
    run.start(make_moons(epochs=ENDLESS))
    run.wait_for(StepsDone)
    run.bridge.pause()
    assert run.bridge.state == "paused"
    run.wait_until_held()
    steps = count_steps(run)
    beats = []
    run.bridge._timer.timeout.connect(lambda: beats.append(1))
    run.qtbot.waitUntil(lambda: len(beats) > 5)  # time in which steps would have come
    assert count_steps(run) == steps
    run.bridge.resume()
    assert run.bridge.state == "running"
    run.qtbot.waitUntil(lambda: count_steps(run) > steps, timeout=30_000)
    run.bridge.stop()
    run.wait_until("ended")
    assert run.of(Finished)[0].reason == "stopped"


def test_a_held_run_goes_on_by_single_events(run):
    run.start(make_moons(epochs=ENDLESS))
    run.wait_for(StepsDone)
    run.bridge.pause()
    run.wait_until_held()
    heard = len(run.events)
    run.bridge.step()
    run.qtbot.waitUntil(lambda: len(run.events) > heard, timeout=30_000)
    run.wait_until_held()
    told = run.events[heard:]  # a validation comes on top where it stood at the end of an epoch, and a look
    assert sum(len(event.losses) for event in told if isinstance(event, StepsDone)) == 1
    assert run.bridge.state == "paused"


def test_pause_while_torch_is_still_being_imported(run):
    run.start(make_moons(epochs=ENDLESS))
    run.bridge.pause()
    run.bridge.resume()
    run.bridge.pause()
    assert run.bridge.state == "paused"
    run.wait_until_held()
    assert count_steps(run) <= 400
    run.bridge.stop()
    run.wait_until("ended")
    assert run.of(Finished)[0].reason == "stopped"


def test_stop_while_loading_ends_without_a_step(run):
    run.start(make_moons(epochs=ENDLESS))
    run.bridge.stop()
    assert run.bridge.state == "stopping"
    run.wait_until("ended")
    assert isinstance(run.events[-1], Finished)
    assert count_steps(run) == 0


def test_a_second_run_starts_afresh(run):
    run.start(make_moons(epochs=1))
    first = run.bridge.session
    run.bridge.start(make_moons(epochs=9), render_script(make_moons(epochs=9)))  # not while one is under way
    assert run.bridge.session is first
    run.wait_until("ended")
    run.events.clear()
    run.start(make_moons(epochs=2))
    assert run.bridge.progress.step == 0
    run.wait_until("ended")
    assert [event.epoch for event in run.of(EpochDone)] == [1, 2]


def test_a_run_cannot_be_disturbed_by_edits(run):
    project = make_moons(epochs=2)
    run.start(project)
    edited = set_parameter(project, "linear_1", "out_features", 3)
    assert run.bridge.project is project
    run.wait_until("ended")
    assert run.of(Started)[0].parameters == 33
    run.events.clear()
    run.start(edited)
    run.wait_until("ended")
    assert run.of(Started)[0].parameters == 13


def test_data_that_is_not_there_is_said_in_a_sentence(run, tmp_path):
    layers = (("Flatten", {}), ("Linear", {"out_features": 10}))
    data = Data(Choice("Idx", {"path": str(tmp_path / "nowhere")}))
    project = set_data(make_moons(layers=layers), data)
    project = set_training(project, replace(project.training, loss=Choice("CrossEntropyLoss")))
    run.start(project)
    run.wait_until("ended")
    (failed,) = run.of(Failed)
    assert "nowhere" in failed.message
    assert "Traceback" not in failed.message
    assert run.bridge.progress.describe_place() == failed.message


def test_a_loss_that_explodes_ends_the_run_with_the_layer_at_fault(run):
    project = make_moons(
        epochs=50, layers=(("Linear", {"out_features": 4}), ("ReLU", {}), ("Linear", {"out_features": 1}))
    )
    project = set_training(
        project,
        replace(project.training, loss=Choice("MSELoss"), optimizer=Choice("SGD", {"lr": 1e30})),
    )
    run.start(project)
    run.wait_until("ended")
    (failed,) = run.of(Failed)
    assert failed.reason == "non_finite_loss"
    assert failed.node in project.graph.nodes


def test_snapshots_are_what_the_module_holds(run, tmp_path: Path):
    project = make_moons(epochs=ENDLESS)
    run.start(project, out=tmp_path / "run")
    run.wait_for(StepsDone)
    run.bridge.pause()
    run.wait_until_held()
    run.bridge.watch(["linear_1"])
    run.wait_for(Weights)
    (held,) = run.of(Weights)
    run.bridge.stop()
    run.wait_until("ended")
    saved = load_file(tmp_path / "run" / "last.safetensors")
    assert held.tensors["weight"].shape == (8, 2)
    last = {event.node: event for event in run.of(Weights)[1:]}
    assert {"linear_1", "linear_2"} <= set(last)  # at its end a run shows every layer
    for snapshot in (held, *last.values()):
        for name, tensor in snapshot.tensors.items():
            np.testing.assert_array_equal(tensor, saved[f"{run.bridge.source.modules[snapshot.node]}.{name}"])
            assert np.isfinite(snapshot.gradients[name]).all()


def test_nothing_is_watched_unless_asked(run):
    run.start(make_moons(epochs=ENDLESS))
    run.wait_for(EpochDone, 3)
    assert not run.of(Weights)
    run.bridge.watch(["linear_2"])
    run.wait_for(Weights, 2)
    assert {event.node for event in run.of(Weights)} == {"linear_2"}
    run.bridge.watch([])
    run.wait_for(EpochDone, len(run.of(EpochDone)) + 3)  # what was asked for before has come
    seen = len(run.of(Weights))
    run.wait_for(EpochDone, len(run.of(EpochDone)) + 30)
    assert len(run.of(Weights)) == seen


def test_shutting_down_ends_the_thread(run):
    run.start(make_moons(epochs=ENDLESS))
    run.wait_for(Started)
    assert any(thread.name == "training" for thread in threading.enumerate())
    run.bridge.shut_down()
    assert not any(thread.name == "training" for thread in threading.enumerate())
    assert run.bridge.state == "ended"
    assert isinstance(run.events[-1], Finished)
