"""Edits: what each does, that every one can be undone, and that whatever they make can be saved and opened."""

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.document.edits import (
    EditError,
    add_node,
    connect,
    disconnect,
    insert_on_edge,
    move_nodes,
    remove_nodes,
    rename_node,
    replace_kind,
    reset_parameter,
    set_data,
    set_name,
    set_notes,
    set_parameter,
    set_training,
)
from designer.document.files import dumps, read_project
from designer.document.graph import Edge, Graph
from designer.document.history import History
from designer.document.project import PITCH, Choice, Data, Project, Training
from tests.strategies import asks, projects


def build_chain(*kinds: str) -> tuple[Project, list[str]]:
    project, ids = Project(), []
    for row, kind in enumerate(kinds):
        project, new = add_node(project, kind, position=(0, row * PITCH))
        if ids:
            project = connect(project, Edge(ids[-1], 0, new, 0))
        ids.append(new)
    return project, ids


def names(project: Project) -> list[str]:
    return [node.name for node in project.graph.nodes.values()]


@given(projects(most=4), st.lists(st.tuples(asks(), st.sampled_from((None, None, "a", "b"))), max_size=12))
def test_undoing_any_edits_gives_back_the_start(start, steps):
    before = dumps(start)
    history = History.start(start)
    states = [start]
    for ask, key in steps:
        after = ask.apply(history.present)
        history = history.commit(ask.name, after, key)
        assert history.present == after
        states.append(after)
    while history.undo_title:
        assert history.present in states
        history = history.undo()
    assert history.present is start
    assert dumps(start) == before
    while history.redo_title:
        history = history.redo()
    assert history.present == states[-1]


@given(projects(most=4), st.lists(asks(), max_size=12))
def test_whatever_edits_make_can_be_saved_and_opened(project, steps):
    for ask in steps:
        project = ask.apply(project)
    assert read_project(dumps(project)) == project


@given(projects(most=4), asks())
def test_an_edit_leaves_no_wire_to_a_missing_node(project, ask):
    def dangling(value: Project) -> set[Edge]:
        nodes = value.graph.nodes
        return {edge for edge in value.graph.edges if edge.source not in nodes or edge.target not in nodes}

    assert len(dangling(ask.apply(project))) <= len(dangling(project))


def test_new_nodes_get_short_unique_ids_and_names():
    project, ids = build_chain("Input", "Conv2d", "BatchNorm2d", "Conv2d", "MaxPool2d", "Input", "Übung!", "3d")
    assert ids == ["input_1", "conv2d_1", "batchnorm2d_1", "conv2d_2", "maxpool2d_1", "input_2", "bung_1", "d_1"]
    assert names(project) == ["input", "conv1", "bn1", "conv2", "pool1", "input2", "bung1", "d1"]


def test_a_taken_id_is_refused():
    project, ids = build_chain("ReLU")
    with pytest.raises(EditError, match="already a node with the id `relu_1`"):
        add_node(project, "ReLU", id=ids[0])


def test_connect_replaces_what_entered_the_port():
    project, (a, b, c) = build_chain("Input", "ReLU", "Output")
    again = connect(project, Edge(a, 0, c, 0))
    assert again.graph.edges == (Edge(a, 0, b, 0), Edge(a, 0, c, 0))
    assert connect(again, Edge(a, 0, c, 0)) is again


@pytest.mark.parametrize("edge", [Edge("relu_1", -1, "relu_1", 0), Edge("relu_1", 0, "relu_1", 10**7)])
def test_connect_refuses_ports_that_cannot_exist(edge):
    project, _ = build_chain("ReLU")
    with pytest.raises(EditError, match="Ports are numbered from 0"):
        connect(project, edge)


def test_remove_closes_the_gap_over_several_nodes():
    project, (a, b, c, d) = build_chain("Input", "ReLU", "Tanh", "Output")
    closed = remove_nodes(project, [b, c], close_gap=True)
    assert closed.graph.edges == (Edge(a, 0, d, 0),)
    assert set(closed.graph.nodes) == set(closed.layout) == {a, d}
    assert remove_nodes(project, [b, c]).graph.edges == ()


def test_closing_the_gap_keeps_the_first_way_into_a_join():
    project, (a, b, c, d) = build_chain("Input", "ReLU", "Add", "Output")
    project = connect(project, Edge(a, 0, c, 1))
    assert Edge(b, 0, d, 0) in remove_nodes(project, [c], close_gap=True).graph.edges


def test_closing_the_gap_in_a_circle_makes_no_wire_from_nowhere():
    project, (a, b, c) = build_chain("ReLU", "ReLU", "ReLU")
    project = connect(project, Edge(c, 0, a, 0))
    assert remove_nodes(project, [a, b, c], close_gap=True).graph.edges == ()
    assert remove_nodes(project, [b, c], close_gap=True).graph.edges == ()


def test_insert_on_a_wire_makes_room_below():
    project, (a, b, c) = build_chain("Input", "Linear", "Output")
    after, new = insert_on_edge(project, Edge(a, 0, b, 0), "ReLU", parameters={"x": 1})
    assert after.graph.edges == (Edge(a, 0, new, 0), Edge(new, 0, b, 0), Edge(b, 0, c, 0))
    assert [after.layout[node][1] for node in (a, new, b, c)] == [0, PITCH, 2 * PITCH, 3 * PITCH]
    assert after.graph.nodes[new].parameters == {"x": 1}


def test_insert_moves_nothing_where_there_is_room():
    project, (a, b) = build_chain("Input", "Output")
    project = move_nodes(project, {b: (0, 5 * PITCH)})
    after, new = insert_on_edge(project, Edge(a, 0, b, 0), "ReLU")
    assert after.layout == {a: (0, 0), new: (0, PITCH), b: (0, 5 * PITCH)}


def test_moving_keeps_the_graph_the_same_value():
    project, (a,) = build_chain("Input")
    moved = move_nodes(project, {a: (3, 4)})
    assert moved.graph is project.graph
    assert moved.layout[a] == (3.0, 4.0)


def test_set_and_reset_a_parameter():
    project, (a,) = build_chain("Conv2d")
    project = set_parameter(project, a, "kernel_size", [3, 5])
    assert project.graph.nodes[a].parameters == {"kernel_size": (3, 5)}
    assert reset_parameter(project, a, "kernel_size").graph.nodes[a].parameters == {}
    assert reset_parameter(project, a, "stride") is project


def test_replacing_a_kind_renames_only_made_names():
    project, (a, b) = build_chain("ReLU", "ReLU")
    project = rename_node(project, b, "mine")
    project = replace_kind(replace_kind(project, a, "GELU"), b, "GELU")
    assert names(project) == ["gelu1", "mine"]
    assert replace_kind(project, a, "GELU") is project


def test_replacing_a_kind_by_one_that_is_called_the_same_keeps_the_name():
    project, (a, b) = build_chain("MaxPool1d", "MaxPool1d")
    assert names(replace_kind(project, a, "MaxPool2d")) == ["pool1", "pool2"]
    assert names(replace_kind(replace_kind(project, b, "AvgPool2d"), a, "GELU")) == ["gelu1", "pool2"]


def test_replacing_a_kind_keeps_the_parameters_it_is_told_to():
    project, (a,) = build_chain("Conv2d")
    project = set_parameter(set_parameter(project, a, "stride", 2), a, "groups", 4)
    assert replace_kind(project, a, "MaxPool2d").graph.nodes[a].parameters == {"stride": 2, "groups": 4}
    assert replace_kind(project, a, "MaxPool2d", keep=["stride"]).graph.nodes[a].parameters == {"stride": 2}


@pytest.mark.parametrize(
    "edit",
    [
        lambda project: remove_nodes(project, ["gone"]),
        lambda project: connect(project, Edge("gone", 0, "relu_1", 0)),
        lambda project: connect(project, Edge("relu_1", 0, "gone", 0)),
        lambda project: set_parameter(project, "gone", "p", 1),
        lambda project: reset_parameter(project, "gone", "p"),
        lambda project: rename_node(project, "gone", "x"),
        lambda project: move_nodes(project, {"gone": (0, 0)}),
        lambda project: replace_kind(project, "gone", "ReLU"),
    ],
)
def test_a_missing_node_is_named(edit):
    project, _ = build_chain("ReLU")
    with pytest.raises(EditError, match="no node with the id `gone`"):
        edit(project)


def test_a_missing_wire_is_named():
    project, (a, b) = build_chain("ReLU", "ReLU")
    for edit in (disconnect, lambda project, edges: insert_on_edge(project, edges[0], "ReLU")):
        with pytest.raises(EditError, match=f"no wire from `{b}` to `{a}`"):
            edit(project, [Edge(b, 0, a, 0)])


@pytest.mark.parametrize(
    "edit, message",
    [
        (lambda p: set_parameter(p, "relu_1", "p", float("nan")), "`p` must be a finite number, not nan"),
        (lambda p: set_parameter(p, "relu_1", "p", 2**63), "`p` must lie between"),
        (lambda p: set_parameter(p, "relu_1", "p", {"a": 1}), "`p` must be a number, a text"),
        (lambda p: rename_node(p, "relu_1", "a" * 1001), "`name` must have at most 1,000 characters"),
        (lambda p: rename_node(p, "relu_1", "\ud800"), "`name` holds half a character"),
        (lambda p: set_name(p, 3), "`name` must be text, not 3"),
        (lambda p: set_notes(p, "a" * 1_000_001), "`notes` must have at most"),
        (lambda p: move_nodes(p, {"relu_1": (float("inf"), 0)}), "`position` must be a finite number"),
        (lambda p: set_data(p, Data(validation=1.0)), "`validation` must be at least 0 and below 1"),
        (lambda p: set_data(p, Data(split_seed=-1)), "`split_seed` must lie between 0"),
        (lambda p: set_data(p, Data(Choice("Csv", {"columns": {1, 2}}))), "`columns` must be a number"),
        (lambda p: set_training(p, Training(epochs=0)), "`epochs` must lie between 1"),
        (lambda p: set_training(p, Training(seed=1.5)), "`seed` must be a whole number, not 1.5"),
        (lambda p: set_training(p, Training(weights=3)), "`weights` must be text, not 3"),
        (lambda p: set_training(p, Training(device="cpu; rm")), "`device` must be auto, cpu, cuda"),
    ],
)
def test_what_no_file_could_hold_is_refused(edit, message):
    project, _ = build_chain("ReLU")
    with pytest.raises(EditError, match=f"^{message}"):
        edit(project)


def test_a_place_beyond_the_canvas_is_put_on_its_edge():
    project, (a,) = build_chain("ReLU")
    assert move_nodes(project, {a: (1e300, -1e300)}).layout[a] == (1e8, -1e8)


@hypothesis.settings(max_examples=20)
@given(st.integers(1, 30))
def test_names_fill_gaps_first(count):
    project, ids = build_chain(*["ReLU"] * count)
    project = remove_nodes(project, [ids[0]])
    project, new = add_node(project, "ReLU")
    assert (new, project.graph.nodes[new].name) == ("relu_1", "relu1")


@hypothesis.settings(max_examples=60)
@given(projects(), st.lists(asks(), max_size=6))
def test_wires_are_indexed_as_if_anew_after_any_edits(project, edits):
    for ask in edits:
        assert len(project.graph.incoming) <= len(project.graph.nodes) >= len(project.graph.outgoing)
        project = ask.apply(project)
        fresh = Graph(project.graph.nodes, project.graph.edges)
        assert dict(project.graph.incoming) == dict(fresh.incoming)
        assert dict(project.graph.outgoing) == dict(fresh.outgoing)
