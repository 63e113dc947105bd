"""What the checker keeps from one edit to the next never shows: it finds what it would find afresh."""

from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import given, settings
from hypothesis import strategies as st

from designer.catalogue import check as checking
from designer.catalogue.check import Problem, check, screen
from designer.catalogue.check.screen import Screen, has_trait, is_kind
from designer.catalogue.facts import infer_project
from designer.document import edits
from designer.document.graph import Graph
from designer.document.project import Project
from tests.catalogue.sketches import conv, find, linear, mlp, residual, sketch
from tests.codegen.block_networks import resnet
from tests.strategies import asks, projects


@contextmanager
def nothing_kept() -> Iterator[None]:
    """Forget what was checked before, for a while."""
    kept = checking._recent, screen._recent
    checking._recent = screen._recent = ()
    try:
        yield
    finally:
        checking._recent, screen._recent = kept


def check_afresh(project: Project) -> list[tuple]:
    with nothing_kept():
        graph = Graph(dict(project.graph.nodes), tuple(project.graph.edges))
        return tell(check(Project(graph=graph, data=project.data, training=project.training, blocks=project.blocks)))


def tell(problems: tuple[Problem, ...]) -> list[tuple]:
    return [(one.severity, one.node, one.message, one.block, [fix.title for fix in one.fixes]) for one in problems]


SOUND = (mlp(), residual(conv(16), "BatchNorm2d", "ReLU", conv(16)), resnet((2, 2)), sketch(linear(4), "Flatten"))


@settings(max_examples=150)
@given(st.sampled_from(SOUND) | projects(), st.lists(asks(), max_size=8))
def test_after_edits_the_same_is_found_as_from_scratch(project, wanted) -> None:
    inference = infer_project(project)
    check(project, inference)
    for ask in wanted:
        project = ask.apply(project)
        inference = infer_project(project, inference)
        assert tell(check(project, inference)) == check_afresh(project)


def test_only_what_changed_is_tested_again() -> None:
    tested: list[str] = []

    def note(known) -> bool:
        tested.append(known.node.id)
        return True

    project = mlp(*["ReLU"] * 20)
    before = infer_project(project)
    first = Screen(before)
    assert first.find(note) == frozenset(project.graph.nodes)
    tested.clear()
    changed = edits.set_parameter(project, find(project, "linear1"), "bias", False)
    second = first.follow(infer_project(changed, before))
    assert tested == [find(project, "linear1")]
    assert second.find(note) == first.find(note)
    assert first.find(note) is first.find(note)


def test_a_node_that_gets_another_before_it_is_looked_at_with_that() -> None:
    project = sketch("Flatten", linear(8), "ReLU", linear(8), linear(10))
    first = Screen(infer_project(project))
    both = lambda known, before: known.node.kind == before.node.kind == "Linear"  # noqa: E731
    assert first.find_pairs(both) == {find(project, "linear3")}
    bridged = edits.remove_nodes(project, [find(project, "relu1")], close_gap=True)
    second = first.follow(infer_project(bridged, first.inference))
    assert second.find_pairs(both) == {find(project, "linear2"), find(project, "linear3")}
    parted, _ = edits.insert_on_edge(bridged, bridged.graph.incoming[find(project, "linear3")][0], "ReLU")
    assert second.follow(infer_project(parted, second.inference)).find_pairs(both) == {find(project, "linear2")}


def test_tests_are_made_once_for_each_trait_and_kind() -> None:
    assert has_trait("batch") is has_trait("batch")
    assert is_kind("Linear") is not is_kind("ReLU")


def test_moving_cards_and_naming_the_project_finds_the_very_same() -> None:
    project = mlp("Softmax")
    inference = infer_project(project)
    found = check(project, inference)
    assert found
    moved = edits.move_nodes(edits.set_name(project, "other"), {find(project, "linear1"): (1.0, 2.0)})
    assert check(moved, infer_project(moved, inference)) is found
