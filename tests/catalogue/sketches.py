"""Small projects for tests, written as a chain of layers."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from designer.document import edits
from designer.document.graph import Edge
from designer.document.project import Choice, Data, Project, Training

Layer = str | tuple[str, Mapping[str, Any]]


def sketch(*layers: Layer, source: str | Choice | None = "Digits", **training: Any) -> Project:
    """Return Input, the layers and Output in a row; nodes are called by their default names ("linear1").

    Of the training, `loss`, `optimizer` and `schedule` are given by kind or as a Choice.
    """
    project = Project(data=Data(Choice(source) if isinstance(source, str) else source))
    chosen = {
        key: Choice(value) if isinstance(value, str) and key not in ("device", "batch") else value
        for key, value in training.items()
    }
    project = replace(project, training=replace(Training(batch_size=32), **chosen))
    last = None
    for layer in ("Input", *layers, "Output"):
        kind, parameters = (layer, {}) if isinstance(layer, str) else layer
        project, node = edits.add_node(project, kind, parameters=parameters)
        if last is not None:
            project = edits.connect(project, Edge(last, 0, node, 0))
        last = node
    return project


def linear(units: int, /, **parameters: Any) -> Layer:
    """Return a Linear."""
    return "Linear", {"out_features": units, **parameters}


def conv(channels: int, **parameters: Any) -> Layer:
    """Return a Conv2d that keeps the size."""
    return "Conv2d", {"out_channels": channels, "padding": "same", **parameters}


def typed(project: Project, shape: tuple[int, ...], dtype: str = "float") -> Project:
    """Return the project with a typed shape on its Input, without data."""
    node = find(project, "input")
    project = edits.set_parameter(project, node, "shape", shape)
    project = edits.set_parameter(project, node, "dtype", dtype)
    return replace(project, data=Data())


def find(project: Project, name: str) -> str:
    """Return the id of the node of that name."""
    return next(key for key, node in project.graph.nodes.items() if node.name == name)


def add(
    project: Project, kind: str, *sources: str, into: str | None = None, port: int = 0, **parameters: Any
) -> Project:
    """Return the project with one more node, fed by nodes of these names and feeding another."""
    project, node = edits.add_node(project, kind, parameters=parameters)
    for number, source in enumerate(sources):
        project = edits.connect(project, Edge(find(project, source), 0, node, number))
    return project if into is None else edits.connect(project, Edge(node, 0, find(project, into), port))


def mlp(*layers: Layer, **training: Any) -> Project:
    """Return digits into a network of two Linears, with more layers between."""
    return sketch("Flatten", linear(32), "ReLU", *layers, linear(10), **training)


def residual(*body: Layer, way: str = "conv1") -> Project:
    """Return digits into a convolution, a body and a way around the body, from the layer called `way`."""
    project = sketch(conv(16), *body, "Add", "Flatten", linear(10))
    return edits.connect(project, Edge(find(project, way), 0, find(project, "add1"), 1))
