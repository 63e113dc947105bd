"""A short way to write a network down: one line a layer. The templates of the gallery are made with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from designer.document.folding import lay_out
from designer.document.graph import Edge, Graph, Node, Value
from designer.document.project import Block, BlockParameter, Choice, Data, Project, Training, block_kind

# The options that a layer has beside its parameters: they may be given among these.
OPTIONS = frozenset({"when", "repeat", "shared_with", "weight_init", "weight_gain", "bias_init", "bias_gain"} | {
    "frozen", "lr_factor", "l1", "l2",
})  # fmt: skip


@dataclass
class Sketch:
    """A graph on its way: `sketch.add("Conv2d", "conv1", out_channels=64)` follows the layer before it."""

    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    last: str = ""

    def add(self, kind: str, name: str, *after: str, **settings: Any) -> str:
        """Add a layer and return its name.

        It takes its inputs from `after`, in port order ("split:1" for output 1), or from the layer before it. `kind` may
        be "block:ID". Settings that are options of every layer become options.
        """
        assert name not in self.nodes, f"{name} is there twice"
        options = {key: value for key, value in settings.items() if key in OPTIONS}
        parameters = {key: value for key, value in settings.items() if key not in OPTIONS}
        self.nodes[name] = Node(name, kind, name, parameters, options=options)
        sources: Iterable[str] = after or ((self.last,) if self.last and kind not in ("Input", "Noise") else ())
        for port, source in enumerate(sources):
            key, _, number = source.partition(":")
            self.edges.append(Edge(key, int(number or 0), name, port))
        self.last = name
        return name

    def chain(self, *layers: tuple[str, str] | tuple[str, str, Mapping[str, Value]]) -> str:
        """Add layers one behind the other; each is (kind, name) or (kind, name, settings). Return the last name."""
        for kind, name, *settings in layers:
            self.add(kind, name, **(settings[0] if settings else {}))
        return self.last

    @property
    def graph(self) -> Graph:
        """The graph as it stands."""
        return Graph(self.nodes, tuple(self.edges))


def block(name: str, sketch: Sketch, notes: str = "", **parameters: Value) -> Block:
    """Return a block with a sketched inside and these parameters with their defaults."""
    declared = tuple(BlockParameter(key, value) for key, value in parameters.items())
    return Block(name, sketch.graph, lay_out(sketch.graph), declared, notes)


def template(
    title: str,
    summary: str,
    story: str,
    source: str,
    sketch: Sketch,
    *,
    data: Choice | Data | None = None,
    blocks: Mapping[str, Block] | None = None,
    **training: Any,
) -> Project:
    """Return a project of the gallery.

    `summary` is one sentence of at most 100 characters; `story` a paragraph: who, when, why it mattered, what to try;
    `source` the paper or book.
    """
    if isinstance(data, Choice):
        data = Data(data)
    return Project(
        title,
        sketch.graph,
        lay_out(sketch.graph),
        data or Data(),
        Training(**training),
        f"{summary}\n\n{story}\n\nSource: {source}",
        blocks=dict(blocks or {}),
    )


def use(block: str) -> str:
    """Return the kind of the nodes that use a block."""
    return block_kind(block)


def pictures(size: int = 224, classes: int = 1000, samples: int = 20, channels: int = 3) -> Data:
    """Return random images that stand in for a data set that is too large to bring along."""
    shape = (channels, size, size)
    return Data(Choice("RandomSamples", {"shape": shape, "outputs": classes, "samples": samples}))
