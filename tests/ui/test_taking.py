"""Take away in the real window: from a run to files that were tried; what fails is said, what is given up leaves nothing."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox

from designer.engine.loop import train
from designer.engine.plan import Plan
from designer.engine.store import Store
from designer.ui.take_dialog import TakeDialog
from designer.ui.taking import propose_folder
from tests.ui.conftest import settle
from tests.ui.runs import make_moons, single_thread

PATIENCE = 60_000  # milliseconds


@pytest.fixture
def dialog(window, tmp_path, monkeypatch):
    """The dialog over a kept run, with nothing ticked but the weights."""
    monkeypatch.setenv("DESIGNER_RUNS", str(tmp_path / "runs"))
    folder = Store().new_folder("moons")
    with single_thread():
        list(train(Plan.from_project(make_moons(epochs=1), out=folder)))
        (run,) = Store().list().runs
        window.runs.select([run])
        window.settings.folder = str(tmp_path)
        window.menus.actions["runs.take"].trigger()
        settle()
        (shown,) = (child for child in window.children() if isinstance(child, TakeDialog))
        for row in shown.rows:
            row.tick.setChecked(row.kind.kind == "weights")
        yield shown
        shown.reject()
        settle()


def press(button) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_files_are_written_tried_and_told_of(window, dialog, qtbot, tmp_path):
    assert [row.tick.text() for row in dialog.rows][:2] == ["A package that answers", "The training script"]
    assert all(isinstance(row.tick, QCheckBox) and row.about.text() for row in dialog.rows)
    place = dialog.place.text()
    assert place.startswith(str(tmp_path))
    press(dialog.take)
    assert dialog.is_busy
    assert not dialog.take.isEnabled()
    qtbot.waitUntil(lambda: not dialog.is_busy, timeout=PATIENCE)
    settle()
    (row,) = (row for row in dialog.rows if row.tick.isChecked())
    assert "moons.safetensors: the same answers in a fresh process" in row.told.text()
    assert f"Written to {place}" == dialog.message.text()
    assert dialog.show_folder.isVisible()
    assert dialog.cancel.hasFocus()  # Return closes
    assert any("Taken away to" in one.text for one in window.notices.shown)
    # A second time the folder is there: said in a sentence, and nothing of it is touched.
    press(dialog.take)
    qtbot.waitUntil(lambda: not dialog.is_busy, timeout=PATIENCE)
    assert "is there already" in dialog.message.text()


def test_what_is_given_up_leaves_nothing(dialog, qtbot, tmp_path):
    dialog.place.setText(str(tmp_path / "deep" / "taken"))
    press(dialog.take)
    press(dialog.cancel)
    assert not dialog.is_busy
    assert "Nothing was written" in dialog.message.text()
    assert not (tmp_path / "deep" / "taken").exists()
    for row in dialog.rows:
        row.tick.setChecked(False)
    assert not dialog.take.isEnabled()


def test_a_window_that_closes_gives_up_what_is_written_and_leaves_nothing(window, dialog, qtbot, tmp_path):
    dialog.place.setText(str(tmp_path / "taken"))
    press(dialog.take)
    qtbot.waitUntil(lambda: any(tmp_path.glob(".designer-take-*")), timeout=PATIENCE)
    window.close_for_good()
    qtbot.waitUntil(lambda: not any(tmp_path.glob(".designer-take-*")), timeout=PATIENCE)
    assert not (tmp_path / "taken").exists()


def test_the_run_of_the_document_once_it_has_ended(window, qtbot, tmp_path, monkeypatch):
    monkeypatch.setenv("DESIGNER_RUNS", str(tmp_path / "runs"))
    command = window.menus.actions["file.take"]
    assert not command.isEnabled()
    with single_thread():
        window.filing.show(make_moons(epochs=1))
        window.trainer.start()
        qtbot.waitUntil(lambda: window.trainer.state == "ended", timeout=PATIENCE)
        settle()
        assert command.isEnabled()
        command.trigger()
        settle()
    (shown,) = (child for child in window.children() if isinstance(child, TakeDialog))
    assert shown.windowTitle() == "Take away moons"
    shown.reject()
    window.trainer.shut_down()
    settle()


def test_a_folder_is_proposed_that_is_not_there(tmp_path):
    (tmp_path / "my_net").mkdir()
    assert propose_folder(tmp_path, "my/net") == tmp_path / "my_net_2"
    assert propose_folder(tmp_path, "..") == tmp_path / "network"
