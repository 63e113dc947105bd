"""Blocks in generated code: each is a class, every use of it runs, and parameters are those the shape rules count."""

import ast
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from designer.catalogue.check import check
from designer.catalogue.facts import infer_project
from designer.catalogue.registry import layers
from designer.codegen.script import render_module
from designer.codegen.source import Source
from designer.document.graph import Graph, Node
from designer.document.places import split_definition
from designer.document.project import Block, Project
from tests.codegen.block_networks import BLOCK_NETWORKS, draw, numbered, parameters, small_resnet
from tests.codegen.golden_files import check_golden
from tests.codegen.ruff_run import demand_style


def build(source: Source) -> torch.nn.Module:
    namespace: dict[str, object] = {"__name__": "generated"}
    exec(compile(source.text, "<generated>", "exec"), namespace)
    return namespace[source.model]()


@pytest.mark.parametrize("make", BLOCK_NETWORKS, ids=lambda make: make.__name__)
def test_blocks_run_as_inferred(make: Callable[[], Project]) -> None:
    project = make()
    inference = infer_project(project)
    source = render_module(project, inference)
    check_golden(f"{make.__name__}.py", source.text)
    torch.manual_seed(0)
    assert not [p for p in check(project, inference) if p.severity == "error" and (p.block or p.node in ("out", "mix"))]
    model = build(source)
    inputs = [inference.type_at(key) for key, node in project.graph.nodes.items() if node.kind == "Input"]
    batch = [
        torch.randn(3, *kind.sizes) if kind.dtype == "float" else torch.randint(0, 20, (3, *kind.sizes))
        for kind in inputs
    ]
    result = model(*batch)
    (output,) = inference.nodes["out"].inputs
    assert tuple(result.shape) == (3, *output.sizes)
    result.sum().backward()
    assert sum(p.numel() for p in model.parameters()) == inference.parameters
    assert all(p.grad is not None for p in model.parameters() if p.requires_grad)
    for path in source.modules.values():
        model.get_submodule(path)
    for key in (*source.lines.values(), *source.modules):
        block, node = split_definition(project, key)
        assert node in (project.blocks[block].graph if block else project.graph).nodes


def test_each_repetition_has_its_own_argument() -> None:
    model = build(render_module(numbered()))
    chances = [module.p for module in model.modules() if isinstance(module, torch.nn.Dropout)]
    assert chances == [number / 16 for number in range(1, 7)]


def test_blocks_are_in_style(tmp_path: Path) -> None:
    demand_style(tmp_path, [render_module(make()).text for make in BLOCK_NETWORKS], "D")


HOSTILE = (
    'a"""\nimport os\n',
    "'); import os #",
    "\0\r\x1b[2J",
    "\u202ecba",
    "class",
    "нейрон",
    "Tensor",
    "nn.Module):\n    pass\nimport os",
    "\u017felf",
    "x" * 500,
)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12].encode("unicode_escape").decode())
def test_no_text_of_a_block_becomes_code(text: str) -> None:
    project = small_resnet()
    bottleneck, stage = project.blocks["bottleneck"], project.blocks["stage"]
    inside = bottleneck.graph.with_node(
        Node(text, "Identity", text, {}) if "Identity" in layers else Node("relu1", "ReLU", text, {})
    )
    blocks = {
        text: replace(bottleneck, name=text, notes=text, graph=inside),
        "stage": replace(
            stage,
            name=text,
            notes=f"{text}\n{text}",
            graph=replace(
                stage.graph,
                nodes={
                    key: replace(node, kind=f"block:{text}") if node.kind == "block:bottleneck" else node
                    for key, node in stage.graph.nodes.items()
                },
            ),
        ),
    }
    source = render_module(replace(project, blocks=blocks, name=text))
    tree = ast.parse(source.text)
    allowed = ast.Import | ast.ImportFrom | ast.ClassDef | ast.Expr
    assert all(isinstance(statement, allowed) for statement in tree.body)
    assert "import os" not in [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Import)]
    assert sum(p.numel() for p in build(source).parameters()) == infer_project(project).parameters


def test_parameters_of_any_name_and_text_stay_values() -> None:
    inside = draw(
        ("x", "Input", {}, ()),
        ("fc", "Linear", {"out_features": '=4 if mode == "it\'s" else width'}, ("x",)),
        ("y", "Output", {}, ("fc",)),
    )
    block = Block("Part", inside, parameters=parameters(width=3, mode="it's"))
    graph = draw(
        ("x", "Input", {"shape": (2,)}, ()),
        ("one", "block:part", {}, ("x",)),
        ("two", "block:part", {"mode": '\n\'"""\u202e'}, ("one",)),
        ("y", "Output", {}, ("two",)),
    )
    model = build(render_module(Project("p", graph, blocks={"part": block})))
    assert tuple(model(torch.zeros(1, 2)).shape) == (1, 3)


# (what the block's layers are, by kind; the widths of two uses; how often each is applied)
PARTS = st.lists(
    st.tuples(st.sampled_from(("Linear", "ReLU", "BatchNorm1d", "Concatenate", "Add")), st.booleans()), max_size=5
)


@settings(max_examples=40, deadline=None)
@given(PARTS, PARTS, st.lists(st.tuples(st.integers(2, 5), st.integers(1, 3)), min_size=2, max_size=3))
def test_any_nested_blocks_run_as_inferred(
    inner: list[tuple[str, bool]], outer: list[tuple[str, bool]], uses: list[tuple[int, int]]
) -> None:
    """Layers that only some uses have, repetitions that change their sizes, and blocks within blocks."""
    blocks = {
        "inner": Block("Inner", _draw_part(inner), parameters=parameters(width=3)),
        "outer": Block("Outer", _draw_part(outer, "block:inner"), parameters=parameters(width=3)),
    }
    lines = [("x", "Input", {"shape": (4,)}, ())]
    for number, (width, times) in enumerate(uses):
        lines.append((f"use{number}", "block:outer", {"width": width}, (lines[-1][0],), {"repeat": times}))
    graph = draw(*lines, ("y", "Output", {}, (lines[-1][0],)))
    project = Project("p", graph, blocks=blocks)
    inference = infer_project(project)
    (output,) = inference.nodes["y"].inputs
    assert output is not None
    source = render_module(project, inference)
    model = build(source).eval()
    assert tuple(model(torch.zeros(2, 4)).shape) == (2, *output.sizes)
    assert sum(p.numel() for p in model.parameters()) == inference.parameters
    for path in source.modules.values():
        model.get_submodule(path)


def _draw_part(kinds: list[tuple[str, bool]], last: str = "Tanh") -> Graph:
    lines = [("x", "Input", {}, ())]
    for number, (kind, always) in enumerate(kinds):
        before = lines[-1][0]
        given = (before, before) if kind in ("Concatenate", "Add") else (before,)
        values = {"Linear": {"out_features": "=width"}, "Concatenate": {"axis": 0}}.get(kind, {})
        lines.append((f"n{number}", kind, values, given, {} if always else {"when": "=width > 3"}))
    lines.append(("last", last, {"width": "=width + 1"} if last != "Tanh" else {}, (lines[-1][0],)))
    return draw(*lines, ("y", "Output", {}, ("last",)))


def test_what_every_repetition_takes_stays_as_it_was() -> None:
    add = draw(
        ("a", "Input", {}, ()),
        ("b", "Input", {}, ()),
        ("sum", "Add", {}, ("a", "b")),
        ("y", "Output", {}, ("sum",)),
    )
    graph = draw(
        ("x", "Input", {"shape": (4,)}, ()),
        ("layer", "ReLU", {}, ("x",)),
        ("loop", "block:part", {}, ("layer", "layer"), {"repeat": 3}),
        ("y", "Output", {}, ("loop",)),
    )
    model = build(render_module(Project("p", graph, blocks={"part": Block("Part", add)})))
    assert torch.equal(model(torch.ones(1, 4)), torch.full((1, 4), 4.0))


def test_a_repetition_shares_all_its_weights() -> None:
    pair = draw(
        ("a", "Input", {}, ()),
        ("b", "Input", {}, ()),
        ("fc", "Linear", {"out_features": 4}, ("a",)),
        ("sum", "Add", {}, ("fc", "b")),
        ("y", "Output", {}, ("sum",)),
    )
    graph = draw(
        ("x", "Input", {"shape": (4,)}, ()),
        ("one", "block:pair", {}, ("x", "x"), {"repeat": 2}),
        ("two", "block:pair", {}, ("one", "x"), {"repeat": 2, "shared_with": "one"}),
        ("y", "Output", {}, ("two",)),
    )
    project = Project("p", graph, blocks={"pair": Block("Pair", pair)})
    model = build(render_module(project))
    assert tuple(model(torch.ones(1, 4)).shape) == (1, 4)
    assert sum(p.numel() for p in model.parameters()) == infer_project(project).parameters == 40
