"""Which layers' outputs can be shown as points, and which vectors. No torch."""

from dataclasses import dataclass
from typing import Literal

from designer.document.project import Project
from designer.engine.explaining.traits import EMBEDDINGS, read_traits

OTHER = ("Input", "Output", "Noise", "Custom")
HEADS = ("Linear", "LazyLinear")


@dataclass(frozen=True, slots=True)
class View:
    """What of a layer is shown: what goes into it, what comes out, or its weights. `node` is its id, `name` its name."""

    key: str
    title: str
    node: str
    name: str
    what: Literal["input", "output", "weights"]


def list_views(project: Project) -> tuple[View, ...]:
    """Return what can be shown, the usual first: what the last Linear is given, else what the last layer gives."""
    traits = read_traits(project)
    layers = [layer for layer in traits.layers if layer.kind not in OTHER] if traits is not None else []
    heads = [layer for layer in layers if layer.kind in HEADS]
    first = [View(f"input {layer.id}", f"into {layer.name}", layer.id, layer.name, "input") for layer in heads[-1:]]
    outputs = [
        View(f"output {layer.id}", f"out of {layer.name}", layer.id, layer.name, "output") for layer in reversed(layers)
    ]
    vectors = [
        View(f"weights {layer.id}", f"vectors of {layer.name}", layer.id, layer.name, "weights")
        for layer in layers
        if layer.kind in EMBEDDINGS
    ]
    return (*first, *vectors, *outputs)
