"""Budgets of inference through blocks: 3,000 layers written out, from nothing and after an edit, against torch on meta."""

import time
from collections.abc import Callable

from designer.catalogue import blocks
from designer.catalogue.facts import infer_project
from designer.document.blocks import look_inside, put_back
from designer.document.edits import insert_on_edge, set_parameter
from designer.document.graph import Graph
from designer.document.project import Project
from tests.benchmarks.networks import make_residual
from tests.benchmarks.table import Row, median, percentile
from tests.codegen.block_networks import resnet

COLD, EDIT = 100.0, 5.0  # milliseconds


def measure_inference() -> list[Row]:
    """Measure a flat network and one of blocks, each of 3,000 layers or more once written out."""
    flat, deep = make_residual(3000), resnet((30, 60, 150, 60))
    rows = []
    for name, project in (("flat", flat), ("in blocks", deep)):
        cold = median(lambda project=project: 1e3 * _time(lambda: _infer_cold(project)), 9)
        rows.append(
            Row(
                f"inference, {infer_project(project).size:,} layers {name}, cold",
                "100 ms",
                f"{cold:.1f} ms",
                cold < COLD,
            )
        )
    rows += [_measure_edits("setting a layer", flat, _set), _measure_edits("inserting a layer", flat, _insert)]
    rows.append(_measure_edits("setting a layer inside a block used 300 times", deep, _set_inside))
    rows.append(_compare(deep))
    return rows


def _compare(project: Project) -> Row:
    """Measure against torch making the same network on the meta device and passing one batch through."""
    import torch

    from designer.codegen.script import render_module

    source = render_module(project)
    names: dict[str, object] = {"__name__": "generated"}
    exec(compile(source.text, "<generated>", "exec"), names)

    def propagate() -> None:
        with torch.device("meta"):
            names[source.model]()(torch.zeros(1, 3, 224, 224))

    theirs, ours = median(lambda: _time(propagate), 3), median(lambda: _time(lambda: _infer_cold(project)), 5)
    return Row(
        "the same in blocks, against torch on the meta device",
        "faster",
        f"{theirs / ours:.0f} x ({1e3 * ours:.1f} ms against {1e3 * theirs:.0f} ms)",
        ours < theirs,
    )


def _infer_cold(project: Project) -> object:
    blocks._declared.clear()
    blocks._latest.clear()
    return infer_project(Project("cold", Graph(project.graph.nodes, project.graph.edges), blocks=dict(project.blocks)))


def _measure_edits(what: str, project: Project, edit: Callable[[Project, int], Project], times: int = 40) -> Row:
    known = infer_project(project)
    spent = []
    for turn in range(times):
        edited = edit(project, turn)
        spent.append(1e3 * _time(lambda edited=edited: infer_project(edited, known)))
    worst = percentile(spent, 0.95)
    return Row(f"inference after {what}", "5 ms at p95", f"{worst:.1f} ms", worst < EDIT)


def _set(project: Project, turn: int) -> Project:
    convolutions = [key for key, node in project.graph.nodes.items() if node.kind == "Conv2d"]
    return set_parameter(project, convolutions[turn * 7 % len(convolutions)], "bias", turn % 2 == 0)


def _insert(project: Project, turn: int) -> Project:
    return insert_on_edge(project, project.graph.edges[turn * 37 % len(project.graph.edges)], "ReLU")[0]


def _set_inside(project: Project, turn: int) -> Project:
    inside = look_inside(project, "bottleneck")
    inside = set_parameter(inside, "conv2", "dilation", 2 + turn % 2)
    return put_back(project, "bottleneck", set_parameter(inside, "conv2", "padding", 2 + turn % 2))


def _time(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
