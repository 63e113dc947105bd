"""Blocks in generated code: each is a class, every use of it runs, and parameters are those the shape rules count."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from designer.catalogue.check import check
from designer.catalogue.facts import infer_project
from designer.codegen.script import render_module
from designer.codegen.source import Source
from designer.document.places import split_definition
from designer.document.project import Project
from tests.codegen.block_networks import BLOCK_NETWORKS
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


def test_blocks_are_in_style(tmp_path: Path) -> None:
    demand_style(tmp_path, [render_module(make()).text for make in BLOCK_NETWORKS], "D")
