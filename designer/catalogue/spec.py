"""The form of a declaration: one record says everything the program knows of a layer.

Palette, search, inspector form, file check, shape inference, code generation, manual page and contract test are all
read from these records. Adding a layer means adding one declaration and nothing else.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from frozendict import frozendict

from designer.catalogue.figures import Figure
from designer.catalogue.parameters import Parameter, Values
from designer.document.graph import Value

DType = Literal["float", "int"]
Family = Literal[
    "data",
    "linear",
    "convolution",
    "pooling",
    "normalization",
    "activation",
    "recurrent",
    "attention",
    "regularization",
    "merge",
    "shape",
    "block",
    "custom",
]


@dataclass(frozen=True, slots=True)
class TensorType:
    """What flows along a wire: the sizes of one sample, without the batch dimension, and the element type.

    "float" is torch.float32, "int" is torch.int64 (class indices, tokens).
    """

    sizes: tuple[int, ...]
    dtype: DType = "float"

    def __str__(self) -> str:
        return " x ".join(map(str, self.sizes)) or "scalar"

    @property
    def elements(self) -> int:
        """Number of elements in one sample."""
        return math.prod(self.sizes)


Inputs = tuple[TensorType, ...]
Outputs = tuple[TensorType, ...]

# An edit of the graph that mends a shape error; designer.catalogue.check makes fixes of them.
Remedy = Literal["", "flatten", "embed", "match_sizes", "whole_sequence"]


class ShapeError(ValueError):
    """Inputs that a layer cannot take. The message finishes the sentence "Linear `head` ..." and says what to do.

    The fix, where there is one, is either a `remedy`, an edit of the graph around the layer, or `settings`:
    parameters of the layer itself with which it would take the inputs.
    """

    def __init__(self, message: str, remedy: Remedy = "", settings: Mapping[str, Value] = frozendict()) -> None:
        super().__init__(message)
        self.message = message
        self.remedy: Remedy = remedy
        self.settings: Mapping[str, Value] = frozendict(settings)


@dataclass(frozen=True, slots=True)
class Port:
    """An input or output of a layer. A port with `many` takes two or more wires; it must be the last input."""

    name: str
    meaning: str = ""
    many: bool = False


ONE_INPUT = (Port("input"),)
ONE_OUTPUT = (Port("output"),)


def call_layer(values: Values, layer: str, inputs: Sequence[str]) -> str:
    """Return the usual way to apply a module: `self.conv1(x)`."""
    return f"{layer}({', '.join(inputs)})"


@dataclass(frozen=True, slots=True)
class TorchCall:
    """How generated code makes and applies a layer.

    `constructor` is the class as the code writes it ("nn.Conv2d"), or "" where no module is needed and `apply` alone
    is the layer. Arguments are `derived` first, then the parameters with `argument`; those named in
    `positional` are always written, without their name and in that order; of the others only those that differ from
    the default; what is derived as None is left to torch. `apply(values, layer, inputs)` gives the expression that
    applies it, from checked values and identifiers only. `recipe` names the file in designer/recipes that defines the
    constructor, where torch has none ("package:file" one of a plug-in); `code` is such a text itself.
    """

    constructor: str = ""
    positional: tuple[str, ...] = ()
    derived: Mapping[str, Callable[[Values, Inputs], Value]] = frozendict()
    apply: Callable[[Values, str, Sequence[str]], str] = call_layer
    recipe: str = ""
    code: str = ""


def no_weights(values: Values, inputs: Inputs) -> Mapping[str, tuple[int, ...]]:
    """Return that a layer learns nothing."""
    return frozendict()


def no_cost(values: Values, inputs: Inputs, outputs: Outputs) -> int:
    """Return that a layer does no multiply-adds worth counting (element-wise work is not counted)."""
    return 0


# What the checker wants to know of a layer beyond its shape.
# "mixes": a learned linear map, so that two with nothing bent between them are worth one.
# "straight": bends nothing either, whatever else it does, once training is over.
# "passes": what leaves it is what entered, value by value, once training is over.
# "noise": adds noise while training. "batch": uses the statistics of the batch while training.
Trait = Literal["mixes", "straight", "passes", "noise", "batch"]


@dataclass(frozen=True, slots=True)
class LayerSpec:
    """Everything the program knows of one kind of layer.

    `shape(values, inputs)` returns the type of each output or raises ShapeError; `weights(values, inputs)` the sizes
    of each learned tensor by its torch name; `multiply_adds(values, inputs, outputs)` the products of one sample.
    The three are called with sound values and one type for each connected wire only, and must be fast and pure.
    `ports(values)`, where it is there, gives the inputs and outputs that a layer has under its parameters; `inputs` and
    `outputs` are then those under the defaults; `calls(values)` gives the call in the same way. `card` names the parameters in the short line on the card. `foldable` layers may be written inside nn.Sequential.
    `bounds` are the least and the largest value that an activation gives, where it has any. `figure` is the small picture
    of what the layer does; `worked` gives the size rule of the formula with the layer's own numbers filled in.
    """

    kind: str
    family: Family
    summary: str
    call: TorchCall
    shape: Callable[[Values, Inputs], Outputs]
    parameters: tuple[Parameter, ...] = ()
    inputs: tuple[Port, ...] = ONE_INPUT
    outputs: tuple[Port, ...] = ONE_OUTPUT
    weights: Callable[[Values, Inputs], Mapping[str, tuple[int, ...]]] = no_weights
    multiply_adds: Callable[[Values, Inputs, Outputs], int] = no_cost
    card: tuple[str, ...] = ()
    formula: str = ""
    help: str = ""
    search: tuple[str, ...] = ()
    role: Literal["layer", "input", "output"] = "layer"
    traits: frozenset[Trait] = frozenset()
    bounds: tuple[float, float] | None = None
    ports: Callable[[Values], tuple[tuple[Port, ...], tuple[Port, ...]]] | None = None
    calls: Callable[[Values], TorchCall] | None = None
    figure: Figure | None = None
    worked: Callable[[Values, Inputs, Outputs], str] | None = None

    @property
    def may_learn(self) -> bool:
        """Whether there are weights in layers of this kind, under some parameters at least."""
        return self.weights is not no_weights

    @property
    def foldable(self) -> bool:
        """Whether the layer is a module of one input and one output, applied by a plain call."""
        return bool(self.call.constructor) and self.call.apply is call_layer and self._is_pipe

    @property
    def _is_pipe(self) -> bool:
        return len(self.inputs) == 1 and not self.inputs[0].many and len(self.outputs) == 1


class Declaration(Protocol):
    """What every declaration has: enough for a form, a search and a page of the manual."""

    @property
    def kind(self) -> str:
        """The name it is looked up by."""
        ...

    @property
    def summary(self) -> str:
        """One plain sentence."""
        ...

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """What can be set on it."""
        ...

    @property
    def help(self) -> str:
        """A short paragraph: when to use it, what to watch."""
        ...
