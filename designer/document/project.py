"""The project: the network, where its cards lie, its data and how it is trained. One frozen value, saved as one file.

`extra` of every part holds the fields that a file had beside the known ones: they are saved back unchanged.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from frozendict import frozendict

from designer.document.drawing import PITCH, PLAIN, Drawing, Position
from designer.document.graph import NO_EXTRA, NO_PARAMETERS, Extra, Graph, Parameters, Value

__all__ = [
    "BLOCK",
    "NO_BLOCKS",
    "OFF",
    "PITCH",
    "RANDOM",
    "Block",
    "BlockParameter",
    "Blocks",
    "Choice",
    "Data",
    "Drawing",
    "Position",
    "Project",
    "Training",
    "block_kind",
    "used_block",
]


@dataclass(frozen=True, slots=True)
class Choice:
    """A declaration picked from the catalogue (a loss, an optimizer, a data source ...) and the parameters set on it."""

    kind: str
    parameters: Parameters = NO_PARAMETERS
    extra: Extra = NO_EXTRA

    def __post_init__(self) -> None:
        if not isinstance(self.parameters, frozendict):
            object.__setattr__(self, "parameters", frozendict(self.parameters))


OFF = Choice("None")  # a part of the training that is left out
RANDOM = Choice("Random")  # rows are drawn


@dataclass(frozen=True, slots=True)
class Data:
    """Where samples come from, how they are split, and what becomes of them while the network learns.

    `validation` is the share of rows held out, 0 <= validation < 1; at 0 the training rows themselves are the
    validation rows (for a truth table). A source that brings its own parts (MNIST) ignores it. `split_seed`
    orders the rows before the cut, and `split` says how that is made. `test` is the share that is never touched, neither
    learned from nor watched; 0 is none. `sampling` says how often rows of rare classes count, `augmentation` what
    is done to the samples of a batch, one after the other. `source` is None while no data is chosen. A file holds the
    fields from `split` on only where they differ from their defaults.
    """

    source: Choice | None = None
    validation: float = 0.2
    split_seed: int = 0
    split: Choice = RANDOM
    test: float = 0.0
    sampling: Choice = OFF
    augmentation: tuple[Choice, ...] = ()
    extra: Extra = NO_EXTRA


@dataclass(frozen=True, slots=True)
class Training:
    """How the network is trained. `device` is "auto", "cpu", "cuda", "cuda:1", "mps" or "xpu".

    `weights` is the .safetensors file that the network starts from, as `transfer` writes it; "" where all are fresh.
    One step of the optimizer learns from `accumulate` batches; a batch is `batch_size` rows ("mini"), a single row, or
    all of them at once ("full", cut into `accumulate` parts). `metrics` are names, none for those that are usual for the
    task. A file holds the fields from `warmup` on only where they differ from their defaults.
    """

    loss: Choice = field(default_factory=lambda: Choice("CrossEntropyLoss"))
    optimizer: Choice = field(default_factory=lambda: Choice("Adam"))
    schedule: Choice = field(default_factory=lambda: Choice("Constant"))
    epochs: int = 10
    batch_size: int = 64
    device: str = "auto"
    seed: int = 1
    weights: str = ""
    objective: Choice = field(default_factory=lambda: Choice("Supervised"))
    warmup: Choice = OFF
    batch: str = "mini"
    accumulate: int = 1
    clip: Choice = OFF
    averaging: Choice = OFF
    early_stopping: Choice = OFF
    metrics: tuple[str, ...] = ()
    extra: Extra = NO_EXTRA


@dataclass(frozen=True, slots=True)
class BlockParameter:
    """A parameter of a block: an argument of its class. The default says by its type what it takes."""

    name: str
    default: Value
    meaning: str = ""
    extra: Extra = NO_EXTRA


@dataclass(frozen=True, slots=True)
class Block:
    """A named sub-graph used like a layer. Its Input and Output nodes, in the order of the graph, are its ports.

    Parameters of the nodes inside may be expressions over the block's own ("=channels * 4").
    """

    name: str
    graph: Graph = field(default_factory=Graph)
    layout: Mapping[str, Position] = frozendict()
    parameters: tuple[BlockParameter, ...] = ()
    notes: str = ""
    extra: Extra = NO_EXTRA
    drawing: Drawing = PLAIN

    def __post_init__(self) -> None:
        if not isinstance(self.layout, frozendict):
            object.__setattr__(self, "layout", frozendict(self.layout))


Blocks = Mapping[str, Block]
NO_BLOCKS: Blocks = frozendict()

BLOCK = "block:"  # what the kinds of nodes that use a block begin with


def block_kind(block: str) -> str:
    """Return the kind of the nodes that use the block of this id."""
    return BLOCK + block


def used_block(kind: str) -> str | None:
    """Return the id of the block that nodes of a kind use, None for a kind of layer."""
    return kind.removeprefix(BLOCK) if kind.startswith(BLOCK) else None


@dataclass(frozen=True, slots=True)
class Project:
    """Everything one file holds.

    `notes` is free text for people; `layout` is card positions in canvas units by node id, `drawing` what else
    belongs to the picture; `blocks` are the blocks
    that nodes may use, by id.
    """

    name: str = "untitled"
    graph: Graph = field(default_factory=Graph)
    layout: Mapping[str, Position] = frozendict()
    data: Data = field(default_factory=Data)
    training: Training = field(default_factory=Training)
    notes: str = ""
    extra: Extra = NO_EXTRA
    blocks: Blocks = NO_BLOCKS
    drawing: Drawing = PLAIN

    def __post_init__(self) -> None:
        if not isinstance(self.layout, frozendict):
            object.__setattr__(self, "layout", frozendict(self.layout))
        if not isinstance(self.blocks, frozendict):
            object.__setattr__(self, "blocks", frozendict(self.blocks))
