"""Early stopping and averaged weights: a run ends in time, and what is judged is what is saved."""

import pytest
import torch
from safetensors.torch import load_file

from designer.document.project import Choice
from designer.engine.events import EpochDone, Finished
from designer.engine.loop import train
from tests.engine.test_exact_training import plan_moons


def run(**training: object) -> tuple[list[EpochDone], Finished]:
    *events, last = train(plan_moons(**training))
    assert isinstance(last, Finished)
    return [event for event in events if isinstance(event, EpochDone)], last


def test_a_run_without_progress_ends_after_its_patience_and_says_so():
    epochs, last = run(early_stopping=Choice("EarlyStopping", {"patience": 3, "min_delta": 9.0}), epochs=20)
    assert (last.reason, last.epoch) == ("early stop", 4)  # the first epoch is always better than none
    assert [event.last for event in epochs] == [False, False, False, True]
    epochs, last = run(early_stopping=Choice("EarlyStopping", {"patience": 9}), epochs=4)
    assert (last.reason, epochs[-1].last) == ("finished", True)


@pytest.mark.parametrize("restore", [True, False])
def test_the_best_epoch_comes_back_if_wanted(restore: bool, tmp_path):
    settings = {"patience": 3, "min_delta": 9.0, "restore_best": restore}
    plan = plan_moons(early_stopping=Choice("EarlyStopping", settings), epochs=20)
    *_, last = train(type(plan).from_project(plan.project, out=tmp_path))
    assert last.reason == "early stop"
    short = plan_moons(epochs=1 if restore else 4)
    list(train(type(plan).from_project(short.project, out=tmp_path / "short")))
    ours, theirs = load_file(tmp_path / "last.safetensors"), load_file(tmp_path / "short" / "last.safetensors")
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)


def test_the_mean_of_one_epoch_is_that_epoch_with_its_statistics_measured_anew(tmp_path):
    plan = plan_moons(averaging=Choice("SWA", {"start": 4}), epochs=4)
    list(train(type(plan).from_project(plan.project, out=tmp_path / "mean")))
    list(train(type(plan).from_project(plan_moons(epochs=4).project, out=tmp_path / "plain")))
    mean, plain = (load_file(tmp_path / name / "last.safetensors") for name in ("mean", "plain"))
    different = {name for name, tensor in plain.items() if not torch.equal(tensor, mean[name])}
    assert {name.rpartition(".")[2] for name in different} == {"running_mean", "running_var", "num_batches_tracked"}
