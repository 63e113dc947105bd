"""What the small picture of a layer shows, as data: a layer names one of these; designer.ui.figures draws them.

Each takes sizes and settings from the layer it is drawn for; what is given here is only what those do not say.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Values = Mapping[str, Any]
Operation = Literal["sum", "max", "mean", "norm"]
Numbers = Sequence[float]


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture of what a layer does."""


@dataclass(frozen=True, slots=True)
class Curve(Figure):
    """An element-wise function y = f(x) under the layer's settings; `second` bounds a band of such functions."""

    function: Callable[[Values, float], float]
    second: Callable[[Values, float], float] | None = None
    reach: float = 4.0


@dataclass(frozen=True, slots=True)
class Bars(Figure):
    """A function of a whole row of numbers: what goes in and what comes out, as bars. `note` is written below."""

    function: Callable[[Numbers], Numbers]
    note: str


class Gate(Figure):
    """One half of a row of numbers weighed by the sigmoid of the other half."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Window(Figure):
    """A window that slides over a grid, with its padding, stride and dilation."""

    operation: Operation


class Stamp(Figure):
    """A transposed convolution: each value stamps a whole window onto the output."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Adaptive(Figure):
    """Windows that share an axis out among a fixed number of outputs; of a global pooling a single one."""

    operation: Operation


@dataclass(frozen=True, slots=True)
class Cube(Figure):
    """Which numbers of a batch are normalised together: the cube of Wu and He, Group Normalization (2018)."""

    over: Literal["batch", "instance", "layer", "group", "neighbours"]


@dataclass(frozen=True, slots=True)
class Mask(Figure):
    """What is set to 0, or to a low value, at random while training."""

    what: Literal["units", "channels", "path"]
    low: bool = False


class Noise(Figure):
    """A signal and the same with noise added."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Unrolled(Figure):
    """A recurrent cell written out over time, with the gates in it; `cell` where a second state goes along."""

    gates: tuple[str, ...]
    cell: bool = False


class Springs(Figure):
    """A reservoir: units wired at random, driven by the input, read by what follows."""

    __slots__ = ()


class Attention(Figure):
    """Queries against keys, and what is taken of the values."""

    __slots__ = ()


class Lookup(Figure):
    """Rows of a table chosen by number; their mean, sum or largest where there is a `mode`."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Pairwise(Figure):
    """Numbers of several tensors that meet place by place."""

    sign: str
    function: Callable[[float, float], float]


@dataclass(frozen=True, slots=True)
class Join(Figure):
    """Tensors laid end to end along an axis, or on top of each other along a new one."""

    new_axis: bool = False


class MatrixProduct(Figure):
    """Rows of one matrix times columns of another."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Angle(Figure):
    """Two vectors and the angle between them, or how far one reaches along the other."""

    normalised: bool


@dataclass(frozen=True, slots=True)
class Relayout(Figure):
    """The same numbers in other axes: boxes of the real sizes.

    `order` gives the axis of the input that each axis of the output was, where they are the same axes.
    """

    order: Callable[[Values, int], tuple[int, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Cut(Figure):
    """Places taken out along an axis: `parts(values, size)` gives the indices of each part that comes out."""

    parts: Callable[[Values, int], tuple[range, ...]]


@dataclass(frozen=True, slots=True)
class Border(Figure):
    """A border put around a grid, filled in one of these ways."""

    fill: Literal["constant", "reflect", "replicate", "circular"]


class Trim(Figure):
    """A border cut off a grid."""

    __slots__ = ()


class Resize(Figure):
    """A small grid and the larger one that is worked out from it."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Shuffle(Figure):
    """Channels that become pixels, pixels that become channels, or channels that change places."""

    what: Literal["to pixels", "to channels", "channels"]


@dataclass(frozen=True, slots=True)
class Patches(Figure):
    """Windows of an image that become columns, or tokens, or an image again."""

    into: Literal["columns", "tokens", "image"]


class Units(Figure):
    """Units, each joined to every unit of the layer before."""

    __slots__ = ()


class UnitPairs(Figure):
    """Units, each joined to every pair of one unit of the first input and one of the second."""

    __slots__ = ()


class Waves(Figure):
    """Sines and cosines of many lengths that tell positions apart."""

    __slots__ = ()


class AddedRows(Figure):
    """A learned row added to every step of a sequence."""

    __slots__ = ()


class FirstToken(Figure):
    """A learned step put before a sequence."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Steps(Figure):
    """Parts one after the other; `steps(values)` names each, with whether a way leads around it.

    `memory` names the step that a second input goes into.
    """

    steps: Callable[[Values], tuple[tuple[str, bool], ...]]
    memory: str = ""


class Inside(Figure):
    """The network inside a block."""

    __slots__ = ()


class Sample(Figure):
    """One sample of the data, by its sizes."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Bell(Figure):
    """Numbers drawn from a normal distribution; with `shifted` one of a mean and a width that were worked out."""

    shifted: bool = False


class Answer(Figure):
    """What the network answers, against what it should."""

    __slots__ = ()


class Scaled(Figure):
    """Numbers times a learned one."""

    __slots__ = ()


class Reduced(Figure):
    """A grid of numbers brought down to one row or column."""

    __slots__ = ()


class Passed(Figure):
    """What comes in goes out."""

    __slots__ = ()


class Code(Figure):
    """A class written in Python, with its inputs and outputs."""

    __slots__ = ()
