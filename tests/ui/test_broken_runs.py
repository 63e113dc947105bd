"""Runs that ended with the program are told of at the next start, once, and gone on with."""

import pytest

from designer.engine.events import StepsDone
from designer.engine.loop import train
from designer.engine.plan import Plan
from designer.engine.record import change_record, now
from designer.engine.store import Store
from designer.ui.editor import Editor
from designer.ui.window import Window
from tests.ui.conftest import User, settle
from tests.ui.runs import make_moons, single_thread


@pytest.fixture
def store(tmp_path, monkeypatch) -> Store:
    monkeypatch.setenv("DESIGNER_RUNS", str(tmp_path / "runs"))
    return Store()


@pytest.fixture
def open_window(qtbot, settings):
    opened = []

    def make() -> Window:
        window = Window(Editor(), settings, "dark")
        with qtbot.waitSignal(window.ready):
            window.show()
        settle()
        opened.append(window)
        return window

    with single_thread():
        yield make
        for window in opened:
            window.close_for_good()
            window.deleteLater()
        settle()


def bars(window) -> list:
    return [notice for notice in window.notices.shown if notice.key == "broken runs"]


def test_a_run_that_was_killed_is_told_of_once_and_goes_on(store, open_window, qtbot, monkeypatch):
    monkeypatch.setattr("designer.engine.checkpoint.INTERVAL", 0.0)
    folder = store.new_folder("moons")
    with single_thread():
        for event in train(Plan.from_project(make_moons(epochs=40), out=folder)):
            if isinstance(event, StepsDone) and event.epoch == 3:
                break
    change_record(folder, state="running", pid=2**22 + 1, epoch=2, step=16, updated=now())
    window = open_window()
    qtbot.waitUntil(lambda: bool(bars(window)), timeout=10_000)
    (bar,) = bars(window)
    assert bar.text == (
        "The run moons ended when Designer closed unexpectedly, at epoch 2, step 16. What it had learned by then is kept."
    )
    settle()
    User(window).answer("Go on")
    qtbot.waitUntil(lambda: window.trainer.bridge.progress.step > 16, timeout=30_000)
    assert window.trainer.bridge.folder == folder


def test_a_held_run_that_the_window_closed_on_is_told_of_at_the_next_start(store, open_window, qtbot):
    window = open_window()
    window.editor.open(make_moons(epochs=1_000_000))
    window.trainer.start()
    qtbot.waitUntil(lambda: window.trainer.bridge.progress.step > 20, timeout=30_000)
    window.trainer.pause()
    qtbot.waitUntil(lambda: window.trainer.bridge.session.state == "paused", timeout=30_000)
    window.close_for_good()
    (run,) = store.list().runs
    window = open_window()
    qtbot.waitUntil(lambda: bool(bars(window)), timeout=10_000)
    assert f"as Designer was closed, at epoch {run.record.epoch:,}, step {run.record.step:,}." in bars(window)[0].text
    settle()
    User(window).answer("Show in Runs")
    assert window.runs.one.folder == run.folder
    window.close_for_good()
    window = open_window()
    assert not bars(window)
