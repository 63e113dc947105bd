"""Autosaves: found after a crash, gone after a clean end."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from designer.document.autosave import Autosave, find_left_work
from designer.document.files import FileError, load
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
    assert names(tmp_path) == [".lock"]
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
