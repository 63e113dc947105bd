"""The history on the disk: what was lost is what is read again, and damage costs history alone."""

import contextlib
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.document import journal as module
from designer.document.autosave import Autosave, LeftWork
from designer.document.edits import add_node, set_name, set_parameter
from designer.document.history import RECENT, History
from designer.document.journal import Journal, read_journal
from designer.document.project import Project
from tests.strategies import asks, projects

MOVES = st.sampled_from(("undo", "redo", "keep", "amend")) | st.tuples(asks(), st.sampled_from((None, None, "a")))


@given(projects(most=4), st.lists(MOVES, max_size=14))
def test_what_was_lost_is_read_again(project, moves):
    history = History.start(project)
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(Path(folder) / "x.journal")
        for number, move in enumerate(moves):
            if move == "keep":
                journal.keep(history)
            elif move == "amend":
                history = history.amend(set_name(history.present, f"found out {number}"))
            elif isinstance(move, str):
                history = getattr(history, move)()
            else:
                ask, key = move
                history = history.commit(ask.name, ask.apply(history.present), key)
        journal.keep(history)
        restored = read_journal(journal.path)
    assert restored == history
    assert restored.present == history.present


def make_history(steps: int) -> History:
    history = History.start(Project())
    for number in range(steps):
        history = history.commit(f"add {number}", add_node(history.present, "Linear")[0])
    return history


def test_a_step_is_written_once(tmp_path):
    journal = Journal(tmp_path / "x.journal")
    history = make_history(20)
    journal.keep(history)
    before = journal.path.read_bytes()
    history = history.commit("name", set_name(history.present, "new"))
    journal.keep(history)
    after = journal.path.read_bytes()
    assert after.startswith(before)
    assert after.count(b"\n") == before.count(b"\n") + 1
    journal.keep(history)
    assert journal.path.read_bytes() == after


def test_old_steps_are_folded_and_nobody_can_tell(tmp_path):
    projects_made, history = [Project()], History.start(Project())
    for number in range(3 * RECENT):
        projects_made.append(add_node(history.present, "ReLU")[0])
        history = history.commit(str(number), projects_made[-1])
    assert sum(step.folded for step in history.steps) > RECENT
    for place in (0, 1, 50, 65, 199, 200, 299):
        assert history.jump(place).present == projects_made[place]
    journal = Journal(tmp_path / "x.journal")
    journal.keep(history.jump(77))
    assert read_journal(journal.path) == history.jump(77)


@pytest.mark.parametrize("damage", ["cut", "flip", "foreign", "swap"])
def test_damage_costs_what_comes_after_it_and_nothing_else(tmp_path, damage):
    history = make_history(6)
    journal = Journal(tmp_path / "x.journal")
    journal.keep(history)
    lines = journal.path.read_bytes().splitlines(keepends=True)
    if damage == "cut":
        lines[4] = lines[4][: len(lines[4]) // 2]
        del lines[5:]
    elif damage == "flip":
        lines[4] = lines[4].replace(b"Linear", b"Lunear")
    elif damage == "swap":
        lines[4], lines[5] = lines[5], lines[4]
    else:
        (tmp_path / "journal.key").write_bytes(bytes(32))
    journal.path.write_bytes(b"".join(lines))
    restored = read_journal(journal.path)
    if damage == "foreign":
        assert restored is None
    else:
        assert restored == History(history.steps[:4], 3)
    work = LeftWork(journal.path.with_suffix(".nnd"), written=None)
    whole = work.read_history(history.present)
    assert whole.present == history.present
    assert whole.titles == (() if damage == "foreign" else ("add 0", "add 1", "add 2", "restored work"))


def test_a_sealed_line_that_makes_no_sense_ends_the_reading(tmp_path):
    history = make_history(3)
    journal = Journal(tmp_path / "x.journal")
    journal.keep(history)
    journal._append([{"step": 99, "title": "far", "key": None, "change": None}])
    assert read_journal(journal.path) == history
    assert all(json.loads(line.partition(b" ")[2]) for line in journal.path.read_bytes().splitlines())


def test_the_oldest_steps_go_where_it_grows_too_large(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "LARGEST", 4_000)
    journal, history = Journal(tmp_path / "x.journal"), History.start(Project())
    for number in range(120):
        history = history.commit(f"name {number}", set_name(history.present, f"name {number}"))
        journal.keep(history)
        restored = read_journal(journal.path)
        assert restored.present == history.present
        assert restored.titles == history.titles[-len(restored.titles) :]
    assert 10 < len(restored.titles) < 120
    journal.keep(history.jump(3))  # further back than what is kept
    assert read_journal(journal.path).present == restored.steps[0].project


def test_a_saved_document_goes_on_with_its_journal(tmp_path):
    autosave = Autosave(tmp_path)
    history = make_history(4)
    autosave.write(history.present, None, history)
    journal = autosave.path.with_suffix(".journal")
    assert read_journal(journal) == history
    autosave.clear()
    assert journal.exists()
    assert not autosave.path.exists()
    autosave.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["journal.key"]


@contextlib.contextmanager
def full_disk(room: int) -> Iterator[None]:
    """Let no file grow beyond so many bytes: what is written ends in the middle, as on a disk that is full."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_what_follows_a_failed_write_can_be_read(tmp_path):
    journal, history = Journal(tmp_path / "x.journal"), make_history(3)
    journal.keep(history)
    kept = history
    history = history.commit("add", add_node(history.present, "Linear")[0])
    with full_disk(journal.path.stat().st_size + 20), pytest.raises(OSError):
        journal.keep(history)
    assert read_journal(journal.path) == kept
    for name in ("one", "two"):
        history = history.commit(name, set_name(history.present, name))
        journal.keep(history)
    assert read_journal(journal.path) == history


def test_the_present_is_what_was_autosaved_to_the_type(tmp_path):
    project, node = add_node(Project(), "Dropout")
    history = History.start(project)
    for value in (1, 1.0):
        history = history.commit(repr(value), set_parameter(history.present, node, "p", value))
    Journal(tmp_path / "x.journal").keep(history)
    work = LeftWork(tmp_path / "x.nnd", written=None)
    for value, position, titles in (
        (1, 1, ("1", "1.0")),
        (1.0, 2, ("1", "1.0")),
        (True, 3, ("1", "1.0", "restored work")),
    ):
        restored = work.read_history(set_parameter(project, node, "p", value))
        found = restored.present.graph.nodes[node].parameters["p"]
        assert (type(found), restored.position, restored.titles) == (type(value), position, titles)
