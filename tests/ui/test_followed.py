"""A run that goes on elsewhere is followed by its folder: in a real window, while another process writes it."""

import os

import pytest

from designer.engine.events import EpochDone, Failed, Finished
from designer.engine.loop import train
from designer.engine.plan import Plan
from designer.engine.record import change_record, read_record
from designer.ui.followed import follow
from tests.ui.conftest import settle
from tests.ui.runs import make_moons, single_thread


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr("designer.engine.following.EVERY", 0.02)
    monkeypatch.setattr("designer.engine.checkpoint.INTERVAL", 0.0)


def test_the_curves_of_a_run_elsewhere_grow_as_its_folder_does(window, qtbot, tmp_path):
    folder = tmp_path / "run"
    with single_thread():
        run = train(Plan.from_project(make_moons(epochs=3), out=folder))
        told = []
        for event in run:
            told.append(event)
            if isinstance(event, EpochDone) and event.epoch == 2:
                break
        next(run)  # it is written after it was told
        assert follow(window, folder)
        bridge = window.trainer.bridge
        qtbot.waitUntil(lambda: bridge.progress.steps >= 1 and len(epochs_of(bridge)) >= 1, timeout=10_000)
        assert window.trainer.is_followed
        assert not window.trainer.can_pause
        assert bridge.state == "running"
        window.workbench.show("training")
        live = window.workbench.panel("training").live
        qtbot.waitUntil(live.elsewhere.isVisible, timeout=10_000)  # in place of numbers that nobody here can change
        assert not live.rate.isVisible()
        assert not live.batch.isVisible()
        told += list(run)
        qtbot.waitUntil(lambda: bridge.state == "ended", timeout=10_000)
    settle()
    assert [event.val_loss for event in epochs_of(bridge)] == [e.val_loss for e in told if isinstance(e, EpochDone)]
    assert [e.best for e in epochs_of(bridge)] == [e.best for e in told if isinstance(e, EpochDone)]
    assert isinstance(bridge.progress.ended, Finished)
    assert bridge.progress.step == told[-1].step


def test_a_run_whose_process_is_gone_says_how_far_it_came_and_goes_on_here(window, user, qtbot, tmp_path):
    folder = tmp_path / "run"
    with single_thread():
        run = train(Plan.from_project(make_moons(epochs=3), out=folder))
        next(event for event in run if isinstance(event, EpochDone) and event.epoch == 2)
        run.close()
        change_record(folder, state="running", pid=2**22 + 1)
        assert follow(window, folder)
        bridge = window.trainer.bridge
        qtbot.waitUntil(lambda: bridge.state == "ended", timeout=10_000)
        assert isinstance(bridge.progress.ended, Failed)
        assert "its process is no more" in bridge.progress.ended.message
        settle()
        user.answer("Go on with it here")
        qtbot.waitUntil(lambda: isinstance(bridge.progress.ended, Finished), timeout=30_000)
    record = read_record(folder)
    assert (record.state, record.epoch, record.pid) == ("finished", 3, os.getpid())


def test_a_folder_that_holds_no_run_is_not_followed(window, tmp_path):
    assert not follow(window, tmp_path)
    assert next(one.text for one in window.notices.shown if one.key == "follow").startswith(
        "There is no run to follow."
    )


def test_who_follows_no_longer_leaves_the_run_as_it_is(window, user, qtbot, tmp_path):
    folder = tmp_path / "run"
    with single_thread():
        run = train(Plan.from_project(make_moons(epochs=2), out=folder))
        [next(run) for _ in range(5)]
        assert follow(window, folder)
        bridge = window.trainer.bridge
        qtbot.waitUntil(lambda: bridge.state == "running", timeout=10_000)
        documents = len(window.documents.all)
        window.trainer.stop()
        qtbot.waitUntil(lambda: bridge.state == "ended", timeout=10_000)
        assert bridge.progress.describe_place().startswith("Followed no longer: the run was at step ")
        assert not window.trainer.rescue.checkpoints
        (bar,) = [one for one in window.notices.shown if one.key == "follow"]
        assert "It goes on there." in bar.text
        settle()
        user.answer("Follow it again")
        assert window.trainer.is_followed
        assert len(window.documents.all) == documents
        assert isinstance(list(run)[-1], Finished)
        qtbot.waitUntil(lambda: bridge.state == "ended", timeout=10_000)
    assert not any(one.key == "follow" for one in window.notices.shown)
    assert read_record(folder).state == "finished"


def epochs_of(bridge):
    return [event for event in bridge.tell() if isinstance(event, EpochDone)]
