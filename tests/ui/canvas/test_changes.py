"""The edits that gestures make, each on any project."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designer.catalogue.registry import layers
from designer.document.graph import Edge
from designer.document.limits import FURTHEST
from designer.ui.canvas.changes import (
    attach_layer,
    can_follow,
    can_insert,
    draw_wire,
    edge_between,
    insert_layer,
    move_by,
    remove_selected,
    take_out,
)
from designer.ui.canvas.geometry import PortRef
from tests.strategies import projects
from tests.ui.canvas.networks import chain, digits_cnn

ids = st.integers(0, 255)


def pick(project, bits):
    return frozenset(key for index, key in enumerate(project.graph.nodes) if bits >> index & 1)


def test_a_wire_needs_an_output_and_an_input():
    out, into = PortRef("a", 0, True), PortRef("b", 1, False)
    assert edge_between(out, into) == edge_between(into, out) == Edge("a", 0, "b", 1)
    assert edge_between(out, out) is None


@settings(max_examples=30)
@given(projects(settled=True), ids)
def test_taking_out_keeps_the_nodes_and_leaves_them_without_outer_wires(project, bits):
    chosen = pick(project, bits)
    if chosen:
        _, after = take_out(project, chosen, (8.0, 8.0))
        assert after.graph.nodes == project.graph.nodes
        assert all({edge.source, edge.target} <= chosen for edge in after.graph.edges_of(chosen))


@settings(max_examples=30)
@given(projects(settled=True), ids)
def test_removing_removes_what_is_selected(project, bits):
    chosen = pick(project, bits)
    edges = frozenset(edge for index, edge in enumerate(project.graph.edges) if bits >> index & 1)
    if chosen or edges:
        title, after = remove_selected(project, chosen, edges)
        assert title
        assert after.graph.nodes.keys() == project.graph.nodes.keys() - chosen
        assert not edges & set(after.graph.edges)


@settings(max_examples=30)
@given(projects(settled=True), ids)
def test_moving_there_and_back_is_nothing(project, bits):
    chosen = pick(project, bits) & project.layout.keys()
    inside = all(abs(number) < FURTHEST - 16 for key in chosen for number in project.layout[key])
    if chosen and inside:
        _, there = move_by(project, chosen, (16.0, -8.0))
        _, back = move_by(there, chosen, (-16.0, 8.0))
        assert back.graph is project.graph
        assert all(back.layout[key] == pytest.approx(place, abs=1e-6) for key, place in project.layout.items())


def test_rewiring_replaces_the_lifted_wire():
    project = chain()
    title, after = draw_wire(project, Edge("relu", 0, "digit", 0), lifted=Edge("flatten", 0, "hidden", 0))
    assert title == "rewire relu → digit"
    assert Edge("flatten", 0, "hidden", 0) not in after.graph.edges


@pytest.mark.parametrize("kind", sorted(layers))
def test_every_kind_is_inserted_or_attached_by_the_ports_it_has(kind):
    project = digits_cnn()
    spec = layers[kind]
    assert can_insert(spec) == (can_follow(spec, PortRef("a", 0, True)) and can_follow(spec, PortRef("a", 0, False)))
    if can_insert(spec):
        (title, after), new = insert_layer(project, Edge("relu1", 0, "conv2", 0), kind)
        assert title.startswith("insert ")
        assert {Edge("relu1", 0, new, 0), Edge(new, 0, "conv2", 0)} <= set(after.graph.edges)
    (_, after), new = attach_layer(project, PortRef("head", 0, True), kind, (800.0, 800.0))
    assert after.layout[new] == (800.0, 800.0)
    assert bool(after.graph.edges_of([new])) == can_follow(spec, PortRef("head", 0, True))
