"""What code generation keeps from one edit to the next never shows: it writes what it would write afresh."""

from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import given, settings
from hypothesis import strategies as st

from designer.catalogue.facts import infer_project
from designer.catalogue.shapes import Inference
from designer.catalogue.templates import open_template
from designer.codegen import classes, constructors, flow, naming
from designer.codegen.script import render_script
from designer.codegen.source import NotReady, Source
from designer.document import edits
from designer.document.graph import Graph
from designer.document.project import Project
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
    rows = classes._around, classes._layers, classes._statements
    flow._ordered = ({}, (), ())
    classes._around = classes._layers = classes._statements = None
    memories = flow._latest, naming._latest, constructors._written
    for memory in memories:
        memory.clear()
    try:
        yield
    finally:
        flow._ordered = kept[0]
        classes._around, classes._layers, classes._statements = rows
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
