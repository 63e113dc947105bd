"""What a run leaves: a way back from a loss that is not finite, a batch that fits, more epochs, any checkpoint."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QPlainTextEdit, QPushButton

from designer.document.edits import set_training
from designer.document.project import Choice
from designer.engine.events import Started
from designer.engine.record import find_rate, read_record
from designer.engine.runs import Run
from designer.engine.state import read_state
from designer.ui.trainer import Trainer
from designer.ui.window import Window
from tests.engine.plans import make_project
from tests.ui.conftest import settle
from tests.ui.runs import make_moons, single_thread

GROWING = (("Linear", {"out_features": 8}), ("Linear", {"out_features": 1}))


@pytest.fixture
def folders(tmp_path) -> list:
    return []


@pytest.fixture
def trainer(window: Window, tmp_path, folders) -> Iterator[Trainer]:
    def keep(project, resume):
        folders.append(tmp_path / f"run{len(folders)}")
        return {"resume": resume, "out": folders[-1], "every": 2}

    window.trainer.keep = keep
    with single_thread():
        yield window.trainer
        window.trainer.shut_down()


def wait_for_end(qtbot, trainer: Trainer) -> None:
    qtbot.waitUntil(lambda: trainer.state == "ended", timeout=60_000)
    settle()


def buttons(window: Window) -> list[str]:
    found = [one for one in window.notices.shown if one.key == "train"]
    return [button.text() for one in found for button in one.findChildren(QPushButton)]


def make_diverging(**training):
    """A rate that grows a hundredfold an epoch: fine at first, then not."""
    schedule = Choice("StepLR", {"step_size": 1, "gamma": 100.0})
    settings = {"loss": Choice("MSELoss"), "optimizer": Choice("SGD", {"lr": 1e-4}), "schedule": schedule}
    return make_moons(epochs=12, layers=GROWING, **settings | training)


def test_a_loss_that_is_not_finite_is_gone_back_from_at_half_the_rate(
    window, user, trainer, folders, events, qtbot, monkeypatch
):
    monkeypatch.setattr("designer.engine.rewind.INTERVAL", 0.0)
    monkeypatch.setattr("designer.engine.meter.INTERVAL", 0.0)
    window.editor.open(make_diverging())
    trainer.start()
    wait_for_end(qtbot, trainer)
    (text,) = [notice.text for notice in window.notices.shown]
    assert "The losses before: " in text
    assert "the largest finite weight was" in text
    kept = read_state(folders[0] / "last.state")
    assert kept.parts["model"]["layers.0.weight"].abs().max() < 10  # not the ruined one just before
    back = next(title for title in buttons(window) if title.startswith("Go back to step"))
    assert back == f"Go back to step {kept.step:,} with learning rate 5e-05"
    assert kept.step > 8
    user.answer(back)
    qtbot.waitUntil(lambda: any(isinstance(event, Started) and event.step for event in events), timeout=30_000)
    started = [event for event in events if isinstance(event, Started)][-1]
    assert started.step == kept.step
    assert len(started.past) == len(kept.epochs) > 0
    assert window.editor.project.training.optimizer.parameters["lr"] == 5e-5
    assert trainer.bridge.progress.place >= kept.epoch - 1
    wait_for_end(qtbot, trainer)
    assert read_record(folders[0]).state == "failed"  # what was kept of it stays
    window.editor.undo()
    assert window.editor.project.training.optimizer.parameters["lr"] == 1e-4


def test_a_wrong_number_typed_meanwhile_offers_the_rate_that_was_good(window, user, trainer, folders, events, qtbot):
    """Half of it, or itself; half of 1e25 would be none. The wrong one is no longer in the curves, nor in the record."""
    settings = {"loss": Choice("MSELoss"), "optimizer": Choice("SGD", {"lr": 0.001})}
    window.editor.open(make_moons(epochs=10**6, layers=GROWING, **settings))
    trainer.start()
    qtbot.waitUntil(lambda: trainer.bridge.progress.step > 20, timeout=30_000)
    trainer.steering.set_rate(1e25)
    wait_for_end(qtbot, trainer)
    step = read_state(folders[0] / "last.state").step
    assert f"Go back to step {step:,} with learning rate 0.0005" in buttons(window)
    record = read_record(folders[0])
    (change,) = record.changes
    run = Run(folders[0], record)
    assert run.told_rate == f"0.001, then 1e+25 from step {change.step:,}"
    assert (run.told_batch, run.told_changes) == ("50", f"lr 1e+25 from step {change.step:,}")
    user.answer(f"Go back to step {step:,}, with 0.001 as before")
    assert window.editor.project.training.optimizer.parameters["lr"] == 0.001
    qtbot.waitUntil(lambda: trainer.bridge.progress.step > step, timeout=30_000)
    started = [event for event in events if isinstance(event, Started)][-1]
    assert "1e+25" not in str(started.past_changes)
    assert not any(change.learning_rate == 1e25 for change in read_record(folders[1]).changes)


def test_data_that_are_gone_are_one_click_away(window, user, trainer, qtbot, tmp_path):
    """The message names nothing that only a command line has."""
    folder = tmp_path / "digits"
    folder.mkdir()
    source = Choice("Idx", {"path": str(folder), "sizes": (1, 4, 3), "classes": 3, "rows": 12})
    window.editor.open(make_project(source, ("Flatten", {}), ("Linear", {"out_features": 3})))
    trainer.start()
    wait_for_end(qtbot, trainer)
    (bar,) = [one for one in window.notices.shown if one.key == "train"]
    assert "--data" not in bar.text
    user.answer("Show data")
    assert window.workbench.docks["data"].isVisible()


def test_without_a_checkpoint_it_is_begun_again_at_the_usual_rate_or_half_of_one_below(window, user, trainer, qtbot):
    trainer.keep = lambda project, resume: {"resume": resume}
    optimizer = Choice("SGD", {"lr": 1e30})
    window.editor.open(make_moons(epochs=3, layers=GROWING, loss=Choice("MSELoss"), optimizer=optimizer))
    trainer.start()
    wait_for_end(qtbot, trainer)
    fault = window.canvas.sheet.fault
    assert window.editor.selected_nodes == {fault}
    usual = find_rate(replace(window.editor.project.training, optimizer=Choice("SGD")))
    user.answer(f"Start again with learning rate {usual:g}")
    assert window.editor.project.training.optimizer.parameters["lr"] == usual < 1
    wait_for_end(qtbot, trainer)


def test_a_batch_that_fits_is_one_click_away_and_the_trace_another(window, user, trainer, qtbot, monkeypatch):
    """The allocator's words stand in for memory that runs out, once."""
    import torch

    real, calls = torch.nn.functional.linear, []

    def linear(x, *rest):
        calls.append(len(x))
        if len(x) == 50 and len(calls) > 30:
            raise RuntimeError("can't allocate memory: you tried to allocate 4000 bytes.")
        return real(x, *rest)

    monkeypatch.setattr(torch.nn.functional, "linear", linear)
    window.editor.open(make_moons(epochs=5))
    trainer.start()
    wait_for_end(qtbot, trainer)
    assert "3.9 KiB more was asked for" in window.notices.shown[0].text
    user.answer("Details")
    (text,) = [one for one in window.notices.findChildren(QPlainTextEdit) if one.isVisible()]
    assert "you tried to allocate 4000 bytes" in text.toPlainText()
    assert window.canvas.sheet.fault is not None
    user.answer("Use batch size 16")
    wait_for_end(qtbot, trainer)
    assert window.editor.project.training.batch_size == 16
    assert window.canvas.sheet.fault is None
    assert trainer.bridge.progress.ended.reason == "finished"


def test_a_finished_run_goes_on_for_more_epochs(window, user, trainer, folders, events, qtbot):
    window.editor.open(make_moons(epochs=3))
    panel = user.show("training")
    assert not panel.again.isVisible()
    trainer.start()
    wait_for_end(qtbot, trainer)
    assert [action.text() for action in panel.again.menu.actions()] == ["The last step", "The best epoch", "Epoch 2"]
    assert panel.again.epochs.text() == "3"  # as many as the project has
    panel.again.epochs.selectAll()
    qtbot.keyClicks(panel.again.epochs, "10")
    user.click(panel.again.more)
    wait_for_end(qtbot, trainer)
    assert window.editor.project.training.epochs == 13
    assert trainer.bridge.progress.epoch == 13
    assert (events[-1].reason, events[-1].step) == ("finished", 13 * 8)
    loss = panel.curves.loss
    assert len(loss.training) == 13 * 8  # the steps before it went on are drawn like those after
    assert np.diff(loss.training.x) == pytest.approx(1 / 8)
    before = np.loadtxt(folders[0] / "losses.csv", delimiter=",", skiprows=1)
    assert loss.training.y[: 3 * 8].tolist() == before[:, 1].tolist()
    assert len(panel.curves.loss.validation) == 13
    assert panel.bar.value() == panel.bar.maximum() == 13 * 8
    assert panel.again.epochs.text() == "10"  # remembered
    assert window.settings.more_epochs == 10
    window.editor.undo()
    assert window.editor.project.training.epochs == 3


def test_any_checkpoint_is_trained_from_again(window, user, trainer, folders, events, qtbot):
    window.editor.open(make_moons(epochs=4))
    user.show("training")
    trainer.start()
    wait_for_end(qtbot, trainer)
    project = window.editor.project
    window.editor.apply("wd", set_training(project, replace(project.training, optimizer=Choice("AdamW"))))
    user.choose("Train", "Train again from", "Epoch 2")
    wait_for_end(qtbot, trainer)
    started = [event for event in events if isinstance(event, Started)][-1]
    assert (started.epoch, started.step) == (2, 16)
    assert read_record(folders[1]).resumed == str(folders[0] / "epoch-2.state")
    assert trainer.bridge.progress.epoch == 4


def test_the_curves_show_what_was_measured_and_changed_before(window, user, trainer, folders, events, qtbot):
    """Of the steps up to the checkpoint, not beyond, and of those of the run before the run before."""
    window.editor.open(make_moons(epochs=4))
    curves = user.show("training").curves
    trainer.start(held=True)
    qtbot.waitUntil(lambda: trainer.bridge.session.state == "paused", timeout=30_000)
    trainer.steering.set_rate(0.02)
    trainer.resume()
    wait_for_end(qtbot, trainer)
    user.choose("Train", "Train again from", "Epoch 2")
    wait_for_end(qtbot, trainer)
    trainer.rescue.train_more(1)
    wait_for_end(qtbot, trainer)
    for started, step in zip([event for event in events if isinstance(event, Started)][1:], (16, 32), strict=True):
        assert started.past_changes == ((1, "lr 0.02"),)
        first = started.past_steps[0]
        assert first.step == 1
        assert "accuracy" in first.metrics
        assert max(done.step for done in started.past_steps) == started.step == step
    assert curves.loss.marks[0] == curves.score.marks[0] == (1 / 8, "lr 0.02")
    assert curves.score.training.x[0] == 1 / 8
    rates = curves.quantity("Learning rate").training
    assert (rates.x[0], rates.x[-1]) == (1 / 8, 5)
    assert set(rates.y[1:]) == {0.02}
