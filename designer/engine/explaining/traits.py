"""What of a project decides how its answers can be explained: the form of its samples, its layers. No torch."""

from collections.abc import Iterator
from dataclasses import dataclass

from designer.catalogue.facts import facts
from designer.catalogue.registry import objectives
from designer.catalogue.spec import TensorType
from designer.document.graph import Graph
from designer.document.order import sort_nodes
from designer.document.project import Project, used_block
from designer.engine.explaining.record import Form

MOST_COLUMNS = 200  # numbers of a sample beyond which they are a line, unless a table names them
EMBEDDINGS = ("Embedding", "EmbeddingBag", "EmbedColumns")


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer of a network: the id of its node as `Source.modules` has it ("block/inner"), its kind, its name."""

    id: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Traits:
    """`whole` says that samples are whole numbers, which have no gradient but behind an Embedding."""

    form: Form
    whole: bool
    layers: tuple[Layer, ...]
    answers: bool

    @property
    def convolutions(self) -> tuple[Layer, ...]:
        """The layers that convolve, in order."""
        return tuple(layer for layer in self.layers if layer.kind.startswith(("Conv", "LazyConv")))

    @property
    def embeds(self) -> bool:
        """Whether a layer looks vectors up."""
        return any(layer.kind in EMBEDDINGS for layer in self.layers)


def read_traits(project: Project) -> Traits | None:
    """Return what is known, None while the data are not."""
    known = facts(project)
    if known is None:
        return None
    named = project.data.source is not None and project.data.source.kind == "Csv"
    answers = objectives[project.training.objective.kind].form != "adversarial"
    return Traits(
        find_form(known.input, named), known.input.dtype == "int", tuple(_walk(project, project.graph)), answers
    )


def find_form(sample: TensorType, named: bool = False) -> Form:
    """Return how samples of a type are shown; `named` numbers are columns, however many."""
    sizes = sample.sizes
    if sample.dtype == "int":
        return "tokens"
    if len(sizes) <= 1:
        return "columns" if named or (sizes[0] if sizes else 1) <= MOST_COLUMNS else "series"
    return "series" if len(sizes) == 2 and sizes[1] == 1 else "picture"


def _walk(project: Project, graph: Graph, path: str = "", name: str = "") -> Iterator[Layer]:
    """Yield the layers of a graph in the order of their work, those within blocks too."""
    order, _ = sort_nodes(graph)
    for key in order:
        node = graph.nodes[key]
        block = used_block(node.kind)
        if block is None:
            yield Layer(path + key, node.kind, name + node.name)
        elif block in project.blocks:
            yield from _walk(project, project.blocks[block].graph, f"{path}{key}/", f"{name}{node.name} / ")
