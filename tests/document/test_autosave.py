"""Autosaves: found after a crash, gone after a clean end."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from designer.document import autosave as module
from designer.document.autosave import Autosave, find_histories, find_left_work
from designer.document.edits import set_name
from designer.document.files import FileError, load
from designer.document.history import History
from designer.document.project import Project
from designer.paths import user_state

CRASH = """
import os, sys
from pathlib import Path
from designer.document.autosave import Autosave
from designer.document.project import Project

folder = Path(sys.argv[1])
Autosave(folder).write(Project(name="work", extra={"x": 1}), folder / "mine.nnd")
kept = Autosave(folder)  # never written: nothing to offer
os._exit(1)
"""


def crash(folder: Path) -> None:
    subprocess.run([sys.executable, "-c", CRASH, folder], check=False, timeout=30)


def names(folder: Path) -> list[str]:
    return sorted(path.suffix for path in folder.iterdir())


def test_after_a_crash_the_work_is_offered_with_the_file_it_belongs_to(tmp_path):
    crash(tmp_path)
    (left,) = find_left_work(tmp_path)
    assert left.read() == (Project(name="work", extra={"x": 1}), tmp_path / "mine.nnd")
    left.discard()
    assert find_left_work(tmp_path) == ()
    assert names(tmp_path) == []


def test_what_a_living_process_has_is_not_offered(tmp_path):
    with_work = Autosave(tmp_path)
    with_work.write(Project(name="mine"), None)
    assert find_left_work(tmp_path) == ()
    assert load(with_work.path).name == "mine"
    with_work.close()
    with_work.close()
    assert names(tmp_path) == []


def test_saved_work_is_not_kept(tmp_path):
    autosave = Autosave(tmp_path)
    autosave.write(Project(), None)
    autosave.clear()
    assert names(tmp_path) == [".lock", ".origin"]
    autosave.close()


def test_work_without_a_file_has_no_origin(tmp_path):
    autosave = Autosave(tmp_path)
    autosave.write(Project(name="new"), None)
    copy = tmp_path / "0-0.nnd"
    copy.write_bytes(autosave.path.read_bytes())
    copy.with_suffix(".lock").touch()
    (left,) = find_left_work(tmp_path)
    assert left.read() == (Project(name="new"), None)
    autosave.close()


def test_the_newest_comes_first(tmp_path):
    crash(tmp_path)
    (old,) = find_left_work(tmp_path)
    (tmp_path / "new.lock").touch()
    (tmp_path / "new.nnd").write_bytes(old.path.read_bytes())
    os.utime(old.path, (1, 1))
    first, second = find_left_work(tmp_path)
    assert (first.path.name, second.path) == ("new.nnd", old.path)
    assert first.written > second.written


def test_damaged_work_says_so(tmp_path):
    (tmp_path / "a.lock").touch()
    (tmp_path / "a.nnd").write_bytes(b"{")
    (left,) = find_left_work(tmp_path)
    with pytest.raises(FileError, match="cut off"):
        left.read()


def test_autosaves_live_in_the_users_state_folder():
    autosave = Autosave()
    assert autosave.path.parent == user_state() / "autosave"
    autosave.close()


def leave_history(folder: Path, file: str, steps: int, days: float = 0.0) -> Project:
    """Leave what a killed process leaves of a saved file; return what the file holds."""
    history = History.start(Project())
    for number in range(steps):
        history = history.commit(f"name {number}", set_name(history.present, f"{file} {number}"))
    autosave = Autosave(folder)
    autosave.write(history.present, folder / file, history)
    autosave.rest(history, folder / file)
    os.close(autosave._descriptor)  # the process is gone
    then = time.time() - days * 86_400
    os.utime(autosave.path.with_suffix(".journal"), (then, then))
    return history.present


def test_the_history_of_a_saved_file_is_found_by_the_file_and_what_it_holds(tmp_path):
    project = leave_history(tmp_path, "a.nnd", 3)
    leave_history(tmp_path, "b.nnd", 2)
    assert find_left_work(tmp_path) == ()
    (left,) = find_histories(tmp_path / "sub" / ".." / "a.nnd", tmp_path)
    assert left.read(project).titles == ("name 0", "name 1", "name 2")
    assert left.read(set_name(project, "other")) is None
    left.discard()
    assert find_histories(tmp_path / "a.nnd", tmp_path) == ()
    assert len(find_histories(tmp_path / "b.nnd", tmp_path)) == 1


def test_histories_of_saved_files_do_not_pile_up(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MOST_HISTORIES", 3)
    for number in range(5):
        leave_history(tmp_path, f"{number}.nnd", 2, days=number)
    for days in (1.5, 0.5):
        leave_history(tmp_path, "0.nnd", 2, days)  # again: the newest is enough
    leave_history(tmp_path, "old.nnd", 2, days=31)
    assert find_left_work(tmp_path) == ()
    kept = [name for name in ("0", "1", "2", "3", "4", "old") if find_histories(tmp_path / f"{name}.nnd", tmp_path)]
    assert kept == ["0", "1", "2"]
    assert names(tmp_path).count(".journal") == names(tmp_path).count(".origin") == names(tmp_path).count(".lock") == 3
    monkeypatch.setattr(module, "LARGEST_HISTORIES", 0)
    find_left_work(tmp_path)
    assert names(tmp_path) == [".key"]


@pytest.mark.parametrize(
    "note", [b"", b"{", b"[]", b'{"file": 3, "saved": "x"}', b'{"file": "a\\u0000b", "saved": "x"}']
)
def test_a_damaged_note_costs_the_history_alone(tmp_path, note):
    leave_history(tmp_path, "a.nnd", 2)
    (path,) = tmp_path.glob("*.origin")
    path.write_bytes(note)
    assert find_histories(tmp_path / "a.nnd", tmp_path) == ()
    assert find_left_work(tmp_path) == ()
    assert names(tmp_path) == [".key"]
