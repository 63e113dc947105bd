"""The run folder: what is in it, and that it stays whole."""

import csv
import errno
import itertools
import shutil
from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file

from designer.document.atomic import write_file
from designer.document.files import load
from designer.document.project import Choice
from designer.engine.build import build
from designer.engine.checkpoint import RunFolder
from designer.engine.events import EpochDone, Failed, Finished, Request, Unkept
from designer.engine.loop import train
from designer.engine.ownership import MARKER, RESULTS, SOURCES, FolderError
from designer.engine.plan import Plan
from designer.engine.record import Record, read_record
from designer.engine.state import read_state
from tests.engine.plans import digits, plan_digits, spoil


def score(plan: Plan, path) -> float:
    """Return the validation loss of saved weights."""
    script = build(plan.source)
    model = script.make_model()
    model.load_state_dict(load_file(path))
    return script.names["evaluate"](model, script.make_loss(), *script.load_data(None)[1])["loss"]


@pytest.mark.parametrize("interval", [0.0, 1e9])
def test_folder_holds_project_script_weights_and_curves(tmp_path, monkeypatch, interval):
    monkeypatch.setattr("designer.engine.checkpoint.INTERVAL", interval)
    # Large steps, so that the last epoch is not the best.
    plan = Plan.from_project(digits(optimizer=Choice("SGD", {"lr": 2.0}), epochs=6), out=tmp_path / "runs" / "1")
    epochs = [event for event in train(plan) if isinstance(event, EpochDone)]
    names = {path.name for path in plan.out.iterdir()}
    assert names == {MARKER, *SOURCES, *RESULTS}
    assert load(plan.out / "project.nnd") == plan.project
    assert (plan.out / "train.py").read_text() == plan.source.text
    assert score(plan, plan.out / "last.safetensors") == epochs[-1].val_loss
    assert score(plan, plan.out / "best.safetensors") == min(e.val_loss for e in epochs) < epochs[-1].val_loss
    with (plan.out / "metrics.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [float(row["val_loss"]) for row in rows] == [e.val_loss for e in epochs]
    assert [float(row["train_accuracy"]) for row in rows] == [e.train_metrics["accuracy"] for e in epochs]


def test_stopped_run_keeps_the_weights_it_had(tmp_path):
    plan = Plan.from_project(digits(epochs=5), out=tmp_path)
    run = train(plan)
    for event in run:
        if isinstance(event, EpochDone):
            break
    run.send(Request(stop=True))
    assert score(plan, tmp_path / "last.safetensors") == event.val_loss


def test_failed_run_keeps_its_best_weights(tmp_path):
    settings = {"optimizer": Choice("SGD", {"lr": 0.01}), "schedule": Choice("StepLR", {"step_size": 2, "gamma": 1e30})}
    plan = Plan.from_project(digits(epochs=9, **settings), out=tmp_path)
    events = list(train(plan))
    assert isinstance(events[-1], Failed)
    epochs = [event for event in events if isinstance(event, EpochDone)]
    assert epochs
    assert score(plan, tmp_path / "best.safetensors") == min(e.val_loss for e in epochs)
    if (tmp_path / "last.safetensors").exists():
        assert all(tensor.isfinite().all() for tensor in load_file(tmp_path / "last.safetensors").values())


def read_folder(folder) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_new_run_keeps_what_the_old_one_left_until_it_has_weights(tmp_path):
    list(train(Plan.from_project(digits(epochs=1), out=tmp_path)))
    old = read_folder(tmp_path)
    plan = Plan.from_project(digits(("Flatten", {}), ("Linear", {"out_features": 10}), epochs=1), out=tmp_path)
    run = train(plan)
    next(run), next(run)
    assert read_folder(tmp_path) == old
    run.close()
    assert read_folder(tmp_path) == old
    broken = spoil(plan_digits(epochs=1), "return self.layers(x)", "return self.layers(x) @ x")
    assert isinstance(list(train(replace(broken, out=tmp_path)))[-1], Failed)
    assert read_folder(tmp_path) == old


def test_new_run_leaves_nothing_of_the_old_one(tmp_path):
    list(train(Plan.from_project(digits(epochs=2), out=tmp_path)))
    plan = Plan.from_project(digits(("Flatten", {}), ("Linear", {"out_features": 10}), epochs=1), out=tmp_path)
    run = train(plan)
    next(run), next(run)
    run.send(Request(stop=True))  # before there is a best epoch
    assert read_folder(tmp_path).keys() == {MARKER, *SOURCES, *RESULTS} - {
        "best.safetensors",
        "best.state",
        "receipt.json",
    }
    list(train(plan))
    assert load(tmp_path / "project.nnd") == plan.project
    assert (tmp_path / "train.py").read_text() == plan.source.text
    assert score(plan, tmp_path / "best.safetensors") == score(plan, tmp_path / "last.safetensors")


def own_file(folder):
    (folder / "thesis.tex").write_text("mine")


def own_script(folder):
    list(train(Plan.from_project(digits(epochs=1), out=folder)))
    (folder / "train.py").write_text("mine")


def own_link(folder):
    list(train(Plan.from_project(digits(epochs=1), out=folder)))
    (folder.parent / "mine.csv").write_text("mine")
    (folder / "metrics.csv").unlink()
    (folder / "metrics.csv").symlink_to(folder.parent / "mine.csv")


@pytest.mark.parametrize(
    "fill, message",
    [(own_file, "thesis.tex"), (own_script, "train.py was changed"), (own_link, "metrics.csv is no file")],
)
def test_a_folder_with_files_of_somebody_else_is_refused_and_untouched(tmp_path, fill, message):
    folder = tmp_path / "run"
    folder.mkdir()
    fill(folder)
    before = read_folder(folder)
    with pytest.raises(FolderError, match=message):
        RunFolder(folder, Plan.from_project(digits(epochs=1)), Record())
    last = list(train(Plan.from_project(digits(epochs=1), out=folder)))[-1]
    assert isinstance(last, Failed)
    assert message in last.message
    assert read_folder(folder) == before


def test_files_beside_a_run_are_left_alone(tmp_path):
    list(train(Plan.from_project(digits(epochs=1), out=tmp_path)))
    own_file(tmp_path)
    assert isinstance(list(train(Plan.from_project(digits(epochs=1), out=tmp_path)))[-1], Finished)
    assert (tmp_path / "thesis.tex").read_text() == "mine"


def fail_writes(monkeypatch, failing):
    """Let every write of weights fail that `failing`, given how many there were, says should."""
    count = itertools.count(1)

    def write(path, content):
        if path.suffix == ".safetensors" and failing(next(count)):
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        write_file(path, content)

    monkeypatch.setattr("designer.engine.packing.write_file", write)
    monkeypatch.setattr("designer.engine.checkpoint.INTERVAL", 0.0)


def test_a_disk_that_is_full_for_a_while_ends_no_run(tmp_path, monkeypatch):
    fail_writes(monkeypatch, lambda count: count <= 3)
    plan = Plan.from_project(digits(epochs=6), out=tmp_path / "run")
    events = list(train(plan))
    path = tmp_path / "run" / "last.safetensors"
    told = [(event.reason, event.folder) for event in events if isinstance(event, Unkept)]
    assert told == [(f"Cannot write {path}: no space left on device.", plan.out), ("", plan.out)]
    assert isinstance(events[-1], Finished)
    epochs = [event for event in events if isinstance(event, EpochDone)]
    assert score(plan, path) == epochs[-1].val_loss
    assert score(plan, tmp_path / "run" / "best.safetensors") == min(epoch.val_loss for epoch in epochs)


def test_weights_that_cannot_be_kept_at_all_are_a_failure(tmp_path, monkeypatch):
    fail_writes(monkeypatch, lambda count: True)
    *_, last = train(Plan.from_project(digits(epochs=2), out=tmp_path / "run"))
    assert isinstance(last, Failed)
    path = tmp_path / "run" / "last.safetensors"
    assert last.message == f"The run folder cannot be written. Cannot write {path}: no space left on device."


def test_a_run_that_cannot_be_kept_goes_on_in_another_folder(tmp_path, monkeypatch):
    """What the full disk holds goes there as well, and all that is new."""
    write = write_file

    def write_elsewhere(path, content):
        if path.parent.name == "full":
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        write(path, content)

    monkeypatch.setattr("designer.engine.checkpoint.INTERVAL", 0.0)
    plan = Plan.from_project(digits(epochs=4), out=tmp_path / "full", every=1)
    run, request, moved = train(plan), None, []
    event = next(run)
    while not isinstance(event, Finished | Failed):
        if isinstance(event, EpochDone) and event.epoch == 2:
            for module in ("packing", "state", "tables"):
                monkeypatch.setattr(f"designer.engine.{module}.write_file", write_elsewhere)
        if isinstance(event, Unkept):
            moved.append(event)
            request = Request(out=tmp_path / "free") if event.reason else None
        event, request = run.send(request), None
    assert [each.folder.name for each in moved] == ["full", "free"]
    assert isinstance(event, Finished)
    steps = [row.split(",")[0] for row in (tmp_path / "free" / "losses.csv").read_text().splitlines()[1:]]
    assert steps == [str(step) for step in range(1, event.step + 1)]
    assert {"epoch-1.state", "epoch-4.state", "last.state", "best.state", *SOURCES} <= read_folder(
        tmp_path / "free"
    ).keys()
    assert read_record(tmp_path / "free").state == "finished"


def test_the_log_for_tensorboard_moves_along_with_its_run(tmp_path):
    reader = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    run = train(replace(Plan.from_project(digits(epochs=3), out=tmp_path / "old"), tensorboard=True))
    next(event for event in run if isinstance(event, EpochDone))
    run.send(Request(out=tmp_path / "new"))
    list(run)
    log = reader.EventAccumulator(str(tmp_path / "new" / "tensorboard")).Reload()
    steps = [point.step for point in log.Scalars("loss/training step")]
    assert steps[0] < 24 <= steps[-1]  # of the first epoch, and of those after it
    assert log.Scalars("loss/validation")[-1].step == 69


def test_what_cannot_be_written_at_the_end_is_held_until_it_can(tmp_path, monkeypatch):
    with monkeypatch.context() as full:
        fail_writes(full, lambda count: True)
        *events, last = train(Plan.from_project(digits(epochs=2), out=tmp_path / "run"))
    assert isinstance(last, Failed)
    last.unsaved.write(tmp_path / "elsewhere")
    plan = plan_digits(epochs=2)
    val_loss = [event.val_loss for event in events if isinstance(event, EpochDone)][-1]
    assert score(plan, tmp_path / "elsewhere" / "last.safetensors") == val_loss
    assert read_record(tmp_path / "elsewhere").state == "finished"
    assert read_state(tmp_path / "elsewhere" / "last.state").step == last.step


def test_a_folder_that_is_deleted_meanwhile_is_made_again(tmp_path, monkeypatch):
    monkeypatch.setattr("designer.engine.checkpoint.INTERVAL", 0.0)
    plan = Plan.from_project(digits(epochs=3), out=tmp_path / "run")
    for event in train(plan):
        if isinstance(event, EpochDone) and event.epoch == 2:
            shutil.rmtree(plan.out)
    assert isinstance(event, Finished)
    assert {"project.nnd", "train.py", "last.safetensors", MARKER} <= read_folder(plan.out).keys()


def test_writing_weights_does_not_disturb_the_run(tmp_path, monkeypatch):
    monkeypatch.setattr("designer.engine.checkpoint.INTERVAL", 0.0)
    list(train(Plan.from_project(digits(epochs=3), out=tmp_path / "a")))
    monkeypatch.setattr("designer.engine.checkpoint.INTERVAL", 1e9)
    list(train(Plan.from_project(digits(epochs=3), out=tmp_path / "b")))
    first, second = (load_file(tmp_path / name / "last.safetensors") for name in "ab")
    assert all(torch.equal(first[name], second[name]) for name in first)
