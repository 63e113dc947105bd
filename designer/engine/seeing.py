"""What a look at a network finds, and what a listener may want to see: frozen records, no torch, no Qt."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Wish:
    """What a look should bring besides the figures of every layer.

    `nodes` are those whose outputs are wanted for one validation sample, the one with the number `sample`. With
    `boundary` the plane of two-dimensional data is wanted, coloured by what the network answers there.
    """

    nodes: tuple[str, ...] = ()
    sample: int = 0
    boundary: bool = False


@dataclass(frozen=True, slots=True)
class Pulse:
    """How one layer stands at a look. What is not known, or does not apply to its kind, is not a number.

    `kind` is its torch class. Of its outputs for all rows of the look: `mean`, `deviation`, `low`, `high`; `dead` is the
    share of its `units` that are 0 for every row, `saturated` the share of its outputs near an end of their range. Of
    the last step: `gradient` is the norm of its gradient, `weight` that of its weights, `update` how far the step after
    the look before this one moved them, relative to that. `seconds` is what the rows took on the way forward, `bytes`
    what they leave there. `last` says that the network ends with it.
    """

    node: str
    kind: str
    units: int = 0
    mean: float = math.nan
    deviation: float = math.nan
    low: float = math.nan
    high: float = math.nan
    dead: float = math.nan
    saturated: float = math.nan
    gradient: float = math.nan
    weight: float = math.nan
    update: float = math.nan
    seconds: float = math.nan
    bytes: int = 0
    weight_bytes: int = 0
    last: bool = False


@dataclass(frozen=True, slots=True)
class Activation:
    """What one layer gives for the sample, and how its outputs spread over all rows.

    `values` has the axes that one sample has, cut where they are too long: `whole` are their true lengths. `counts` say
    how many outputs lie between each two of `edges`; `means` is the mean of each unit over the rows.
    """

    node: str
    sample: int
    values: Array
    whole: tuple[int, ...]
    counts: Array
    edges: Array
    means: Array


@dataclass(frozen=True, slots=True)
class Example:
    """The sample that was looked at: its input (cut as an activation is), what is right, what the network answers."""

    number: int
    count: int
    values: Array
    target: Array
    answer: Array


@dataclass(frozen=True, slots=True)
class Boundary:
    """The plane of two-dimensional data: the class the network answers at each place, how sure it is, and the samples.

    Rows go from `bottom` to `top`. `classes` and `sureness` (0 to 1) are rows x columns; `points` are some of the training
    samples, `labels` their classes.
    """

    left: float
    right: float
    bottom: float
    top: float
    classes: NDArray[np.uint8]
    sureness: Array
    points: Array
    labels: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Device:
    """How full a device is, in bytes, and how busy (0 to 1, not a number where nobody can tell)."""

    name: str
    used: int
    total: int
    busy: float = math.nan


@dataclass(frozen=True, slots=True)
class Look:
    """A look that was asked for, taken between two steps: how every layer stands, and what was wished for.

    `rows` training rows went through the network. `class_counts` are the training samples of each class, empty where
    there are no classes or the loss weighs them; `same_answer` is the share of rows that get the answer most rows get.
    `cost` are the seconds the look took.
    """

    epoch: int
    step: int
    rows: int
    pulses: tuple[Pulse, ...]
    cost: float
    wish: Wish = Wish()
    activations: tuple[Activation, ...] = ()
    example: Example | None = None
    boundary: Boundary | None = None
    class_counts: tuple[int, ...] = ()
    same_answer: float = math.nan
    device: Device | None = None
