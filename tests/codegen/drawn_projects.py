"""Random networks that are sound, with names from anywhere."""

from collections.abc import Sequence

from hypothesis import strategies as st

from designer.catalogue.registry import layers
from designer.catalogue.shapes import infer_node
from designer.catalogue.spec import LayerSpec, TensorType
from designer.document.graph import Edge, Graph, Node
from designer.document.project import Choice, Project, Training
from tests.catalogue.drawn_layers import RANKS
from tests.strategies import HOSTILE_TEXTS, sound_parameters

KINDS = tuple(spec for spec in layers.values() if spec.role == "layer" and spec.kind != "Custom")
INPUTS = (TensorType((2, 8, 8)), TensorType((6,)), TensorType((5, 6)), TensorType((5,), "int"))
NAMES = (
    st.sampled_from(
        [
            "conv1",
            "head",
            "stem",
            "body",
            "layers",
            "x",
            "input",
            "forward",
            "train",
            "super",
            "nn",
            "lambda",
            "класс",
            "\u0445",
            "数字",
            "a" * 100,
            "数" * 40,
            'x"""',
            "'; import os",
            "\\",
            "{x}",
            "# noqa",
            "a\nimport os",
            "\u202egnp.x",
            "",
            "%s",
        ]
    )
    | st.sampled_from(HOSTILE_TEXTS)
    | st.text(max_size=20)
    | st.text("ab1_", min_size=1, max_size=4)
)
LOSSES = st.sampled_from(["CrossEntropyLoss", "MSELoss"])


@st.composite
def draw_projects(draw: st.DrawFn, names: st.SearchStrategy[str] = NAMES, most: int = 14) -> Project:
    """Return a project whose network is sound: one or two inputs and outputs, branches, merges, layers of any kind."""
    nodes: dict[str, Node] = {}
    edges: list[Edge] = []
    types: dict[str, TensorType] = {}

    def add(kind: str, parameters: dict[str, object], sources: Sequence[str]) -> None:
        key = f"n{len(nodes)}"
        node = Node(key, kind, draw(names), parameters)
        known = infer_node(node, tuple(types[source] for source in sources))
        if known.outputs is None or known.objections:
            return
        nodes[key] = node
        edges.extend(Edge(source, 0, key, port) for port, source in enumerate(sources))
        if known.outputs:
            types[key] = known.outputs[0]

    for _ in range(draw(st.integers(1, 2))):
        kind = draw(st.sampled_from(INPUTS[:1] + INPUTS))
        add("Input", {"shape": kind.sizes, "dtype": kind.dtype}, ())
    for _ in range(draw(st.integers(0, most))):
        # Mostly the newest value, so that chains grow; an older one makes a branch.
        values = list(types)
        source = values[-1] if draw(st.integers(0, 3)) else draw(st.sampled_from(values))
        fitting = [spec for spec in KINDS if _fits(spec, types[source])]
        if not fitting:  # a single number, which hardly any layer takes
            continue
        spec = draw(st.sampled_from(fitting))
        sources = [source]
        if spec.inputs[-1].many:
            alike = [value for value in values if types[value] == types[source]]
            sources += draw(st.lists(st.sampled_from(alike), min_size=1, max_size=3))
        elif len(spec.inputs) > 1:
            alike = [value for value in values if len(types[value].sizes) == len(types[source].sizes)]
            rest = len(spec.inputs) - 1
            sources += draw(st.lists(st.sampled_from(alike), min_size=rest, max_size=rest))
        add(spec.kind, dict(draw(sound_parameters(spec.kind))), sources)
    ends = [list(types)[-1], *draw(st.lists(st.sampled_from(list(types)), max_size=1))]
    for end in ends:
        add("Output", {}, [end])
    training = Training(loss=Choice(draw(LOSSES)))
    return Project(draw(names), Graph(nodes, edges), training=training)


def _fits(spec: LayerSpec, kind: TensorType) -> bool:
    """Return whether a layer is likely to take a value: enough to draw few that do not."""
    if (kind.dtype == "int") != spec.kind.startswith("Embedding") and spec.kind not in ("Flatten", "Concatenate"):
        return False
    return len(kind.sizes) in RANKS.get(spec.kind, (1, 2, 3))
