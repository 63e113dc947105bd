"""Autosave: unsaved work survives a process that is killed, and is offered to the next one."""

import os
import signal
import subprocess
import sys
from dataclasses import replace

import pytest
from frozendict import frozendict

from designer.document.autosave import find_left_work
from designer.document.edits import rename_node
from designer.document.files import load, save
from designer.ui import recovery
from designer.ui.editor import Editor
from designer.ui.window import Window
from tests.ui.conftest import User, settle

# A window with unsaved work, killed by itself the moment the copy is on the disk.
VICTIM = """
import os, signal, sys
from pathlib import Path
from designer.document.edits import add_node
from designer.ui.app import make_application
from designer.ui.editor import Editor
from designer.ui.settings import Settings
from designer.ui.window import Window

application = make_application()
window = Window(Editor(), Settings(), "dark")
for path in sys.argv[1:]:
    window.filing.open(Path(path))

def change():
    for document in window.documents.all:
        window.documents.show(document)
        for kind in ("Dropout", "Linear", "ReLU"):
            window.hands.add(kind)
        window.editor.undo()
        if os.environ.get("SAVES"):
            window.filing.save()
    window.safety.keep()
    window.safety.flush()  # all of it is on the disk: what an earlier look wrote is not enough
    os.kill(os.getpid(), signal.SIGKILL)

window.ready.connect(change)
window.show()
application.exec()
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("DESIGNER_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def kill_a_window(*arguments: object, saves: bool = False) -> None:
    command = [sys.executable, "-c", VICTIM, *map(str, arguments)]
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "SAVES": "yes" if saves else ""}
    done = subprocess.run(command, env=environment, capture_output=True, timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


@pytest.fixture
def open_window(qtbot, settings):
    """Open windows after the crash; closed again in the end."""
    opened = []

    def make() -> Window:
        window = Window(Editor(), settings, "dark")
        with qtbot.waitSignal(window.ready):
            window.show()
        settle()
        opened.append(window)
        return window

    yield make
    for window in opened:
        window.close_for_good()
        window.deleteLater()
    settle()


def test_killed_work_is_offered_and_restored(home, open_window, chain, tmp_path):
    path = tmp_path / "mine.nnd"
    save(path, chain)
    kill_a_window(path)
    assert load(path) == chain
    window = open_window()
    (notice,) = window.notices.shown
    assert notice.text.startswith("Designer closed unexpectedly. Unsaved work on mine.nnd was kept ")
    User(window).answer("Restore")
    assert "Dropout" in {node.kind for node in window.editor.project.graph.nodes.values()}
    assert window.editor.path == path
    assert window.editor.modified
    window.close_for_good()
    assert find_left_work() == ()


@pytest.mark.parametrize("at_once", [recovery.AT_ONCE, 0])
def test_the_steps_to_undo_come_back_with_the_work(home, open_window, qtbot, monkeypatch, chain, tmp_path, at_once):
    monkeypatch.setattr(recovery, "AT_ONCE", at_once)  # a long history is read on a thread
    path = tmp_path / "mine.nnd"
    save(path, chain)
    kill_a_window(path)
    window = open_window()
    User(window).answer("Restore")
    editor = window.editor
    qtbot.waitUntil(lambda: editor.path == path)
    assert not window.notices.shown
    assert len(editor.history.titles) == 3
    assert editor.history.position == 2
    assert editor.history.undo_title.startswith("add linear")
    assert editor.history.redo_title.startswith("add relu")
    editor.redo()
    assert "ReLU" in {node.kind for node in editor.project.graph.nodes.values()} - {"relu_1"}
    editor.jump(0)
    assert editor.project == chain
    assert not editor.modified  # as it is in the file


@pytest.mark.parametrize("at_once", [recovery.AT_ONCE, 0])
def test_saved_work_has_its_steps_again_without_a_question(
    home, open_window, qtbot, monkeypatch, chain, tmp_path, at_once
):
    monkeypatch.setattr(recovery, "AT_ONCE", at_once)
    path = tmp_path / "mine.nnd"
    save(path, chain)
    kill_a_window(path, saves=True)
    window = open_window()
    assert not window.notices.shown
    window.filing.open(path)
    editor = window.editor
    qtbot.waitUntil(lambda: len(editor.history.steps) == 4)
    assert not editor.modified
    assert not window.notices.shown
    assert editor.history.undo_title.startswith("add linear")
    editor.redo()
    assert editor.modified
    editor.undo()
    assert not editor.modified
    editor.jump(0)
    assert editor.project == chain
    window.safety.keep()
    window.close_for_good()
    assert {file.name for file in (home / "state" / "autosave").iterdir()} == {"journal.key"}


def test_the_steps_of_a_saved_file_survive_crash_after_crash(home, open_window, chain, tmp_path):
    path = tmp_path / "mine.nnd"
    save(path, chain)
    for _ in range(3):
        kill_a_window(path, saves=True)
    window = open_window()
    window.filing.open(path)
    assert not window.notices.shown
    titles = [title.split()[1].rstrip("0123456789") for title in window.editor.history.titles]
    assert titles == ["drop", "linear", "drop", "linear", "drop", "linear", "relu"]


def test_a_file_that_was_changed_elsewhere_begins_anew(home, open_window, chain, tmp_path):
    path = tmp_path / "mine.nnd"
    save(path, chain)
    kill_a_window(path, saves=True)
    saved = load(path)
    save(path, chain)
    window = open_window()
    window.filing.open(path)
    assert not window.editor.history.titles
    window.filing.close()
    save(path, saved)  # as it was again
    window.filing.open(path)
    assert len(window.editor.history.titles) == 3


def test_what_was_done_while_the_steps_were_read_comes_after_them(
    home, open_window, qtbot, monkeypatch, chain, tmp_path
):
    monkeypatch.setattr(recovery, "AT_ONCE", 0)
    path = tmp_path / "mine.nnd"
    save(path, chain)
    kill_a_window(path, saves=True)
    window = open_window()
    window.filing.open(path)
    editor = window.editor
    editor.apply("rename", rename_node(editor.project, "relu_1", "gate"))
    edited = editor.project
    qtbot.waitUntil(lambda: len(editor.history.steps) > 2)
    assert editor.project is edited
    assert [title.split()[0] for title in editor.history.titles] == ["add", "add", "rename"]
    editor.jump(0)
    assert editor.project == chain


def test_work_that_its_file_holds_already_is_not_asked_about(home, open_window, chain, tmp_path):
    path = tmp_path / "mine.nnd"
    save(path, chain)
    kill_a_window(path)
    (left,) = find_left_work()
    save(path, left.read()[0])  # the process was killed between saving and letting the copy go
    window = open_window()
    assert not window.notices.shown
    window.filing.open(path)
    assert len(window.editor.history.titles) == 3


@pytest.mark.parametrize("at_once", [recovery.AT_ONCE, 0])
def test_work_whose_copy_is_damaged_is_made_again_from_its_steps(
    home, open_window, qtbot, monkeypatch, chain, tmp_path, at_once
):
    monkeypatch.setattr(recovery, "AT_ONCE", at_once)
    path = tmp_path / "mine.nnd"
    save(path, chain)
    kill_a_window(path)
    (copy,) = (home / "state" / "autosave").glob("*.nnd")
    copy.write_bytes(copy.read_bytes()[:200])
    window = open_window()
    (notice,) = window.notices.shown
    assert "Unsaved work on mine.nnd was kept " in notice.text
    assert ". The copy of mine.nnd is damaged" in notice.text
    User(window).answer("Restore")
    qtbot.waitUntil(lambda: window.editor.path == path)
    kinds = [node.kind for node in window.editor.project.graph.nodes.values()]
    assert "Dropout" in kinds
    assert window.editor.modified
    (notice,) = window.notices.shown
    assert "mine.nnd was restored from its history: 2 steps were done again, the last one “add linear" in notice.text
    window.close_for_good()
    assert find_left_work() == ()


def test_every_tab_is_offered_and_comes_back(home, open_window, chain, tmp_path):
    paths = [tmp_path / "a.nnd", tmp_path / "b.nnd"]
    for path in paths:
        save(path, chain)
    kill_a_window(*paths)
    window = open_window()
    window.filing.open(paths[0])
    (notice,) = window.notices.shown
    assert "a.nnd, b.nnd was kept" in notice.text or "b.nnd, a.nnd was kept" in notice.text
    User(window).answer("Restore all")
    assert sorted(document.path for document in window.documents.all) == paths
    assert [len(document.history.titles) for document in window.documents.all] == [3, 3]
    assert all(document.modified for document in window.documents.all)


def test_a_closed_tab_leaves_nothing_to_offer(home, open_window, qtbot, chain):
    window = open_window()
    for _ in range(2):
        window.filing.show(chain, saved=False)
    with qtbot.waitSignal(window.safety.kept):
        window.safety.keep()
    assert len(list((home / "state" / "autosave").glob("*.nnd"))) == 2
    window.documents.close(window.documents.all[0])
    with qtbot.waitSignal(window.safety.kept):
        window.safety.keep()
    assert len(list((home / "state" / "autosave").glob("*.nnd"))) == 1


def test_restored_work_survives_a_second_crash(home, open_window, qtbot):
    kill_a_window()
    window = open_window()
    with qtbot.waitSignal(window.safety.kept):
        User(window).answer("Restore")
    assert window.safety is not None
    window.safety.flush()
    copies = list((home / "state" / "autosave").glob("*.nnd"))
    assert len(copies) == 1
    assert load(copies[0]).graph == window.editor.project.graph


def test_killed_work_can_be_let_go(home, open_window):
    kill_a_window()
    window = open_window()
    User(window).answer("Discard")
    assert not window.notices.shown
    assert find_left_work() == ()
    assert not window.editor.project.graph.nodes


def test_a_change_is_kept_after_a_while_and_let_go_when_saved(home, open_window, qtbot, chain, tmp_path):
    window = open_window()
    assert window.safety is not None
    window.safety.timer.setInterval(10)
    with qtbot.waitSignal(window.safety.kept):
        window.filing.show(chain)
        window.editor.apply("rename", rename_node(chain, "relu_1", "gate"))
    (copy,) = (home / "state" / "autosave").glob("*.nnd")
    assert load(copy).graph == window.editor.project.graph
    with qtbot.waitSignal(window.safety.kept):
        window.filing.save_to(tmp_path / "saved.nnd")
    assert not copy.exists()


def test_where_nothing_can_be_kept_it_is_said_once(home, open_window, qtbot, chain):
    window = open_window()
    assert window.safety is not None
    (home / "state" / "autosave").mkdir(parents=True, exist_ok=True)
    (home / "state" / "autosave").rmdir()
    (home / "state" / "autosave").write_text("a file where the folder should be")
    window.filing.show(chain, saved=False)
    for _ in range(2):
        with qtbot.waitSignal(window.safety.failed):
            window.safety.keep()
    (notice,) = window.notices.shown
    assert "could not be kept safe" in notice.text


def test_what_cannot_be_kept_does_not_keep_the_others_from_it(home, open_window, qtbot, chain, tmp_path):
    window = open_window()
    for name in ("odd.nnd", "good.nnd"):
        save(tmp_path / name, chain)
        window.filing.open(tmp_path / name)
        if name == "odd.nnd":  # the steps to undo hold what no file can hold
            window.editor.apply("odd", replace(chain, extra=frozendict({"x": float("nan")})))
        window.editor.apply("rename", rename_node(chain, "relu_1", "gate"))
    with qtbot.waitSignal(window.safety.failed):
        window.safety.keep()
    (notice,) = window.notices.shown
    assert "odd.nnd: Out of range float values" in notice.text
    assert "good.nnd" not in notice.text
    folder = home / "state" / "autosave"
    window.safety.flush()  # what failed may have been an earlier look
    kept = [load(path) for path in folder.glob("*.nnd")]
    assert sorted(str(project.extra["autosaved_from"]) for project in kept) == [
        str(tmp_path / "good.nnd"),
        str(tmp_path / "odd.nnd"),
    ]
    assert len(list((home / "state" / "autosave").glob("*.journal"))) == 1


def test_work_that_cannot_be_read_is_told_of_once_and_stays(home, open_window):
    folder = home / "state" / "autosave"
    folder.mkdir(parents=True)
    for name, content in (("a", "{"), ("b", "")):
        (folder / f"{name}.lock").touch()
        (folder / f"{name}.nnd").write_text(content)
    window = open_window()
    (notice,) = window.notices.shown
    assert str(folder) in notice.text
    assert "a.nnd" in notice.text
    assert "b.nnd" in notice.text
    assert "cut off" in notice.text or "empty" in notice.text
    second = open_window()
    assert not second.notices.shown
    assert {path.name for path in folder.iterdir()} >= {"a.nnd", "b.nnd"}
    User(window).answer("Discard all")
    assert find_left_work() == ()
    assert not list(folder.glob("[ab].*"))
