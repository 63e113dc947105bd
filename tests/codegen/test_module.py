"""The generated class: it runs, it is what the shape rules say, and its text is the one in tests/codegen/golden."""

import warnings
from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings

from designer.catalogue.shapes import Inference, infer
from designer.codegen.flow import find_outputs, order_nodes
from designer.codegen.script import render_module
from designer.codegen.source import NotReady, Source
from designer.document.graph import Edge, Graph, Node
from designer.document.project import Project
from tests.codegen.drawn_projects import draw_projects
from tests.codegen.golden_files import check_golden
from tests.codegen.networks import NETWORKS, make_chain, make_graph, residual, two_towers, wide

BATCH = 3


def build(source: Source) -> torch.nn.Module:
    """Return the model of a generated module."""
    namespace: dict[str, object] = {"__name__": "generated"}
    exec(compile(source.text, "<generated>", "exec"), namespace)
    with warnings.catch_warnings():
        # Parameters are random; that a dropout between the layers of a single one does nothing is for check to say.
        warnings.simplefilter("ignore", UserWarning)
        return namespace[source.model]()


def find_live(inference: Inference) -> list[str]:
    """Return the nodes that lead to an Output."""
    return order_nodes(inference.graph, find_outputs(inference))


def run(project: Project, source: Source, inference: Inference) -> tuple[torch.nn.Module, list[torch.Tensor]]:
    """Return the model and what it gives for a batch, one tensor an output."""
    model = build(source)
    tensors = []
    live = set(find_live(inference))
    for key, node in project.graph.nodes.items():
        if node.kind == "Input" and key in live:
            kind = inference.type_at(key)
            assert kind is not None
            size = (BATCH, *kind.sizes)
            tensors.append(torch.randn(size) if kind.dtype == "float" else torch.zeros(size, dtype=torch.int64))
    result = model(*tensors)
    return model, list(result) if isinstance(result, tuple) else [result]


@pytest.mark.parametrize("make", NETWORKS, ids=lambda make: make.__name__)
def test_module_text(make: Callable[[], Project]) -> None:
    check_golden(f"{make.__name__}.py", render_module(make()).text)


@settings(max_examples=100)
@given(draw_projects())
def test_random_networks_run_as_inferred(project: Project) -> None:
    inference = infer(project.graph)
    source = render_module(project, inference)
    torch.manual_seed(0)
    model, results = run(project, source, inference)
    wanted = [project.graph.incoming[node][0] for node in find_outputs(inference)]
    for result, edge in zip(results, wanted, strict=True):
        kind = inference.type_at(edge.source, edge.source_port)
        assert kind is not None
        assert tuple(result.shape) == (BATCH, *kind.sizes)
    total = sum(result.float().sum() for result in results)
    if total.requires_grad:
        total.backward()
        assert all(parameter.grad is not None for parameter in model.parameters())
    live = find_live(inference)
    assert sum(p.numel() for p in model.parameters()) == sum(inference.nodes[node].parameters for node in live)


@given(draw_projects())
def test_modules_and_lines_lead_back_to_the_nodes(project: Project) -> None:
    inference = infer(project.graph)
    source = render_module(project, inference)
    model = build(source)
    lines = source.text.split("\n")
    live = find_live(inference)
    constructed = {node for node in live if (spec := inference.nodes[node].spec) and spec.call.constructor}
    assert set(source.modules) == constructed
    for node, path in source.modules.items():
        known = inference.nodes[node]
        module = model.get_submodule(path)
        assert known.spec is not None
        assert type(module).__name__ == known.spec.call.constructor.rpartition(".")[2]
        assert {name: tuple(value.shape) for name, value in module.named_parameters()} == dict(known.weights)
    assert set(source.lines.values()) <= set(live)
    mapped: dict[str, list[str]] = {}
    for number, node in source.lines.items():
        mapped.setdefault(node, []).append(lines[number - 1].strip())
    for node, path in source.modules.items():
        known = inference.nodes[node]
        assert known.spec is not None
        assert any(f"{known.spec.call.constructor}(" in line for line in mapped[node])
        if "." not in path:
            owners = {source.lines.get(number) for number, line in enumerate(lines, 1) if f"self.{path}(" in line}
            after = {edge.target for edge in project.graph.outgoing.get(node, ())}
            assert owners & {node, *after}  # x + f(x) is a line of the sum
    layers = {node for node in live if (spec := inference.nodes[node].spec) and spec.role == "layer"}
    assert layers <= set(mapped)


@given(draw_projects())
def test_the_same_project_gives_the_same_text(project: Project) -> None:
    again = Project(
        project.name,
        Graph(
            {key: Node(n.id, n.kind, n.name, n.parameters) for key, n in project.graph.nodes.items()},
            project.graph.edges,
        ),
        training=project.training,
    )
    assert render_module(again).text == render_module(project, infer(project.graph)).text


def test_what_leads_nowhere_is_left_out() -> None:
    source = render_module(two_towers())
    assert "99" not in source.text
    assert "n-lost" not in source.modules


def test_lines_of_a_layer_are_its_constructor_and_its_use() -> None:
    source = render_module(residual())
    lines = source.text.split("\n")
    found = [lines[number - 1].strip() for number, node in source.lines.items() if node == "n-shortcut"]
    assert found == [
        "self.shortcut = nn.Conv2d(16, 32, 1, stride=2, bias=False)  # 32 x 14 x 14",
        "shortcut = self.shortcut(x)",
    ]
    assert [lines[number - 1].strip() for number, node in source.lines.items() if node == "n-add1"] == [
        "x = branch1 + shortcut"
    ]
    assert source.modules["n-norm2"] == "branch1.1"
    assert "n-add1" not in source.modules


def test_an_input_alone_comes_back() -> None:
    project = Project("echo", make_chain(("input1", "Input", {"shape": (2,)}), ("output1", "Output", {})))
    model = build(render_module(project))
    value = torch.ones(1, 2)
    assert model(value) is value


def test_one_layer_keeps_its_name() -> None:
    graph = make_chain(("in", "Input", {"shape": (2,)}), ("unit", "Linear", {"out_features": 1}), ("out", "Output", {}))
    assert "        self.unit = nn.Linear(2, 1)  # 1\n" in render_module(Project("and", graph)).text


def test_a_thousand_wires_into_one_layer() -> None:
    project = wide(1000)
    _, results = run(project, render_module(project), infer(project.graph))
    assert [result.shape for result in results] == [(BATCH, 2002), *[(BATCH, 2)] * 1000]


@pytest.mark.parametrize(
    ("lines", "node", "words"),
    [
        ([("in", "Input", {"shape": (2,)}, ())], None, "Output"),
        ([("out", "Output", {}, ())], "n-out", "out"),
        ([("in", "Input", {}, ()), ("out", "Output", {}, ("in",))], "n-in", "shape"),
        (
            [
                ("in", "Input", {"shape": (1, 8, 8)}, ()),
                ("a", "Linear", {}, ("in",)),
                ("b", "ReLU", {}, ("a",)),
                ("out", "Output", {}, ("b",)),
            ],
            "n-a",
            "Flatten",
        ),
        (
            [("in", "Input", {"shape": (2,)}, ()), ("a", "Quantum", {}, ("in",)), ("out", "Output", {}, ("a",))],
            "n-a",
            "Quantum",
        ),
        (
            [
                ("in", "Input", {"shape": (2,)}, ()),
                ("a", "Linear", {"out_features": "import os"}, ("in",)),
                ("out", "Output", {}, ("a",)),
            ],
            "n-a",
            "out_features",
        ),
    ],
)
def test_what_is_not_sound_is_not_written(lines: list, node: str | None, words: str) -> None:
    with pytest.raises(NotReady) as caught:
        render_module(Project("p", make_graph(lines)))
    first = caught.value.problems[0]
    assert first.node == node
    assert words in first.message
    assert str(caught.value).startswith(first.message)


def test_a_cycle_is_not_written() -> None:
    graph = make_graph([("in", "Input", {"shape": (2,)}, ()), ("a", "Add", {}, ("in", "b")), ("b", "ReLU", {}, ("a",))])
    graph = Graph({**graph.nodes, "out": Node("out", "Output", "out")}, (*graph.edges, Edge("n-b", 0, "out", 0)))
    with pytest.raises(NotReady):
        render_module(Project("p", graph))
