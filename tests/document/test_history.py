"""Undo and redo as values."""

from dataclasses import replace

from designer.document.history import History
from designer.document.project import Project

A, B, C = (Project(name=name) for name in "abc")


def test_steps_are_titled_both_ways():
    history = History.start(A).commit("rename a", B).commit("rename b", C)
    assert (history.undo_title, history.redo_title, history.titles) == ("rename b", "", ("rename a", "rename b"))
    back = history.undo()
    assert (back.present, back.undo_title, back.redo_title) == (B, "rename a", "rename b")
    assert back.titles == history.titles
    assert back.redo() == history


def test_the_ends_stay_where_they_are():
    history = History.start(A)
    assert history.undo() is history
    assert history.redo() is history
    assert (history.undo_title, history.redo_title, history.titles) == ("", "", ())


def test_a_new_step_forgets_what_was_undone():
    history = History.start(A).commit("b", B).undo().commit("c", C)
    assert history.titles == ("c",)
    assert history.redo() is history


def test_steps_with_the_same_key_become_one():
    history = History.start(A).commit("type b", B, "name").commit("type c", C, "name")
    assert history.titles == ("type c",)
    assert history.undo().present == A


def test_keys_do_not_merge_over_another_step_or_an_undo():
    history = History.start(A).commit("b", B, "name").commit("other", C).commit("b", B, "name")
    assert len(history.titles) == 3
    history = History.start(A).commit("b", B, "name").commit("c", C, "name2").undo().commit("c", C, "name")
    assert history.titles == ("b", "c")


def test_the_present_project_is_no_step():
    history = History.start(A)
    assert history.commit("nothing", A) is history
    assert history.commit("equal", replace(A)).titles == ("equal",)
