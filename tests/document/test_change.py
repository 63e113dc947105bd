"""What leads from one project to the next: applied it gives the same value, written and read it is the same change."""

import json

import pytest
from frozendict import frozendict
from hypothesis import given
from hypothesis import strategies as st

from designer.document.change import Entries, Splice, apply_change, find_change, read_change, write_change
from designer.document.edits import add_node, move_nodes
from designer.document.files import dumps
from designer.document.graph import Edge
from designer.document.project import Project
from tests.strategies import asks, projects


@given(projects(most=4), projects(most=4), st.lists(asks(), max_size=4))
def test_a_change_leads_from_one_project_to_another(before, other, steps):
    after = before
    for step in steps:
        after = step.apply(after)
    for goal in (after, other):
        change = read_change(json.loads(json.dumps(write_change(find_change(before, goal)))))
        reached = apply_change(before, change)
        assert reached == goal
        assert dumps(reached) == dumps(goal)  # in the same order, too


def test_a_small_edit_is_a_small_change_and_shares_the_rest():
    project = Project()
    for _ in range(500):
        project, new = add_node(project, "Linear")
    moved = move_nodes(project, {new: (5.0, 7.0)})
    change = find_change(project, moved)
    assert len(json.dumps(write_change(change))) < 200
    reached = apply_change(project, change)
    assert reached == moved
    assert reached.graph is project.graph


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError):
        apply_change((), Splice(1, 2, (Edge("a", 0, "b", 0),)))
    with pytest.raises(LookupError):
        apply_change(frozendict(), Entries({}, ("a",)))
    with pytest.raises(LookupError):
        read_change({"whole": {"record": "Popen", "args": []}})
