"""The checker's work grows with the network, not with its square."""

import sys
from collections.abc import Callable

import pytest

from designer.catalogue.check import check
from designer.catalogue.facts import data_type
from designer.catalogue.shapes import infer
from designer.document.graph import Edge, Graph, Node
from designer.document.project import Choice, Data, Project


def chain(kind: str, count: int) -> Project:
    """Return Input, many layers of a kind and Output in a row."""
    kinds = ["Input", "Flatten", *[kind] * count, "Output"]
    nodes = {f"n{place}": Node(f"n{place}", each, f"n{place}") for place, each in enumerate(kinds)}
    edges = tuple(Edge(f"n{place}", 0, f"n{place + 1}", 0) for place in range(len(kinds) - 1))
    return Project(graph=Graph(nodes, edges), data=Data(Choice("Digits")))


def dead_ends(count: int) -> Project:
    """Return a chain of layers that do not lead to the Output, each with a dead end of its own."""
    project = chain("ReLU", 1)
    nodes, edges, last = dict(project.graph.nodes), list(project.graph.edges), "n0"
    for number in range(count):
        for key, source in ((f"trunk{number}", last), (f"end{number}", f"trunk{number}")):
            nodes[key] = Node(key, "ReLU", key)
            edges.append(Edge(source, 0, key, 0))
        last = f"trunk{number}"
    return Project(graph=Graph(nodes, tuple(edges)), data=project.data)


def count_calls(project: Project) -> int:
    """Return how many functions are called while a project is checked."""
    inference = infer(project.graph, data_type(project))
    calls = 0

    def note(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(note)
    try:
        check(project, inference)
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize(
    "make",
    [lambda count: chain("Dropout", count), lambda count: chain("Sigmoid", count), dead_ends],
    ids=["dropouts", "sigmoids", "dead ends"],
)
def test_twice_the_network_takes_twice_the_work(make: Callable[[int], Project]) -> None:
    assert count_calls(make(400)) < 2.2 * count_calls(make(200))
