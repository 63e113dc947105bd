"""What code generation keeps from one edit to the next never shows: it writes what it would write afresh."""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designer.catalogue.facts import infer_project
from designer.catalogue.shapes import Inference
from designer.catalogue.templates import open_template
from designer.codegen import classes, constructors, flow, forward, naming
from designer.codegen.script import render_script
from designer.codegen.source import NotReady, Source
from designer.document import edits
from designer.document.graph import Edge, Graph
from designer.document.project import Project
from tests.benchmarks.networks import make_residual
from tests.catalogue.sketches import conv, find, mlp, residual
from tests.codegen.block_networks import resnet
from tests.strategies import asks

SOUND = (
    mlp(),
    residual(conv(16), "BatchNorm2d", "ReLU", conv(16)),
    resnet((2, 2)),
    open_template("digits-mlp"),
)


@contextmanager
def nothing_kept() -> Iterator[None]:
    """Forget what was written before, for a while."""
    kept = flow._ordered, dict(flow._latest), dict(naming._latest), dict(constructors._written)
    rows = forward._around, classes._layers, forward._statements
    flow._ordered = ({}, (), ())
    forward._around = classes._layers = forward._statements = None
    memories = flow._latest, naming._latest, constructors._written
    for memory in memories:
        memory.clear()
    try:
        yield
    finally:
        flow._ordered = kept[0]
        forward._around, classes._layers, forward._statements = rows
        for memory, before in zip(memories, kept[1:], strict=True):
            memory.clear()
            memory.update(before)


def write(project: Project, inference: Inference | None = None) -> Source | str:
    try:
        return render_script(project, inference or infer_project(project))
    except NotReady as reason:
        return str(reason)


def write_afresh(project: Project) -> Source | str:
    graph = Graph(dict(project.graph.nodes), tuple(project.graph.edges))
    with nothing_kept():
        return write(Project(project.name, graph, data=project.data, training=project.training, blocks=project.blocks))


@settings(max_examples=80)
@given(st.sampled_from(SOUND), st.lists(asks(), max_size=5))
def test_after_edits_the_same_is_written_as_from_scratch(project, wanted) -> None:
    inference = infer_project(project)
    write(project, inference)
    for ask in wanted:
        project = ask.apply(project)
        inference = infer_project(project, inference)
        assert write(project, inference) == write_afresh(project)


def _change(project: Project, random: Random) -> Project:
    """Return the project after any edit that a user makes of a whole network, cut in two now and then."""
    graph = project.graph
    wire = random.choice(graph.edges)
    inner = [key for key, node in graph.nodes.items() if node.kind not in ("Input", "Output", "Add", "Linear")]
    node = random.choice(inner)
    match random.randrange(9):
        case 0:
            return edits.insert_on_edge(project, wire, random.choice(["ReLU", "Conv2d", "Dropout"]))[0]
        case 1:
            return edits.remove_nodes(project, [node], close_gap=True)
        case 2:
            return edits.rename_node(project, node, random.choice(["body", "branch2", "conv1", "x", node]))
        case 3:
            return edits.set_option(project, [node], "frozen", random.choice([True, None]))
        case 4:
            return edits.replace_kind(project, node, random.choice(["ReLU", "Tanh", "BatchNorm2d"]))
        case 5:
            joined, new = edits.insert_on_edge(project, wire, "Add")
            return edits.connect(joined, Edge(wire.source, 0, new, 1))
        case 6:
            return edits.disconnect(project, [wire])
        case 7:
            return edits.connect(project, Edge(random.choice(inner), wire.source_port, wire.target, wire.target_port))
        case _:
            return edits.set_parameter(project, node, "bias", random.choice([True, False]))


@pytest.mark.parametrize("seed", range(3))
def test_through_many_edits_of_a_long_network_and_back_the_same_is_written_as_from_scratch(seed) -> None:
    random = Random(seed)
    sound = [make_residual(60)]
    inference = infer_project(sound[0])
    written = 0
    for _ in range(60):
        project = _change(random.choice(sound[-3:]), random)
        inference = infer_project(project, inference)
        source = write(project, inference)
        assert source == write_afresh(project)
        if isinstance(source, Source):
            sound.append(project)
            written += 1
    assert written > 20


def test_after_settings_names_and_wires_the_same_is_written_as_from_scratch() -> None:
    project = residual(conv(16), "BatchNorm2d", "ReLU", conv(16))
    inference = infer_project(project)
    first, second = find(project, "conv1"), find(project, "conv2")
    steps = [
        lambda p: edits.set_parameter(p, first, "bias", False),
        lambda p: edits.set_option(p, [second], "frozen", True),
        lambda p: edits.rename_node(p, first, "entry"),
        lambda p: edits.insert_on_edge(p, p.graph.incoming[second][0], "ReLU")[0],
        lambda p: edits.set_parameter(p, second, "kernel_size", 5),
        lambda p: edits.set_option(p, [second], "frozen", None),
        lambda p: edits.remove_nodes(p, [find(p, "bn1")], close_gap=True),
        lambda p: edits.replace_kind(p, find(p, "relu1"), "GELU"),
        lambda p: edits.rename_node(p, find(p, "linear1"), "digit"),
    ]
    seen = set()
    for step in steps:
        project = step(project)
        inference = infer_project(project, inference)
        written = write(project, inference)
        assert isinstance(written, Source)
        assert written == write_afresh(project)
        seen.add(written.text)
    assert len(seen) > 6  # a layer folded into a chain is not named in the text


def test_a_setting_leaves_steps_and_names_as_they_are() -> None:
    project = residual(conv(16), "BatchNorm2d", "ReLU", conv(16))
    inference = infer_project(project)
    write(project, inference)
    steps, names = flow._latest[()].steps, naming._latest[()][3]
    changed = edits.set_parameter(project, find(project, "conv1"), "bias", False)
    write(changed, infer_project(changed, inference))
    now = flow._latest[()].steps
    assert now == steps
    assert [one is other for one, other in zip(now, steps, strict=True)] == [False, False, True, True]
    assert naming._latest[()][3] is names
