"""The form of a declaration: one record says everything the program knows of a layer, a loss, an optimizer, a source.

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
from designer.document.project import Data

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
    def foldable(self) -> bool:
        """Whether the layer is a module of one input and one output, applied by a plain call."""
        return bool(self.call.constructor) and self.call.apply is call_layer and self._is_pipe

    @property
    def _is_pipe(self) -> bool:
        return len(self.inputs) == 1 and not self.inputs[0].many and len(self.outputs) == 1


# What the numbers that leave the network mean to a loss.
# "logits": a sigmoid or softmax is inside the loss. "scores": of any size too, yes above 0, with nothing squashed.
# "values": what is predicted itself (yes above 0.5). "probabilities": the same, and torch refuses what is not in 0 .. 1.
# "log_probabilities": the logarithms of one probability a class. "distances": how far apart two things are.
# "rates": the mean of a count, or its logarithm where the loss says so (`log_input`).
Meaning = Literal["logits", "scores", "values", "probabilities", "log_probabilities", "distances", "rates"]


@dataclass(frozen=True, slots=True)
class LossSpec:
    """A loss. `target` says what it compares with: class indices, floats of the output's own shape, or -1 and 1 of it.

    `outputs` says what the network's outputs mean under it, and `per_value` how many of them it takes for each value to
    predict (a mean and a variance: 2, all means first). `recipe` names the file in designer/recipes that defines the
    constructor, where torch has none. `fixed` are arguments that are always written. `tensors` names the parameters
    that the constructor takes as a tensor. `balance` is the argument that is worked out from the training targets where
    the parameter `balanced` is on, and the function of recipes/balance.py that does it.
    """

    kind: str
    summary: str
    constructor: str
    target: Literal["class", "float", "sign"]
    outputs: Meaning
    parameters: tuple[Parameter, ...] = ()
    recipe: str = ""
    fixed: Mapping[str, Value] = frozendict()
    tensors: tuple[str, ...] = ()
    balance: tuple[str, str] | None = None
    per_value: int = 1
    formula: str = ""
    help: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why values that are sound one by one do not go together: a whole sentence, and settings with which they would."""

    message: str
    settings: Mapping[str, Value]


def refuse_nothing(*given: object) -> Refusal | None:
    """Return that every combination of sound values can stand."""
    return None


def no_lines(values: Values) -> tuple[str, ...]:
    """Return that nothing needs mending."""
    return ()


@dataclass(frozen=True, slots=True)
class OptimizerSpec:
    """An optimizer. `fused` where torch has one kernel for the whole step on the CPU and on accelerators.

    `usual_lr` are the least and the largest learning rate that commonly work. `refuse(values)` returns a refusal where
    values that are sound one by one cannot stand together, else None. `recipe` names the file in designer/recipes that
    defines the constructor, where torch has none. `closure` where a step works the loss out more than once, so that
    `step` is given a function that does it. `full_batch` where steps make sense over all rows at once only. `one_group`
    where all weights share one setting, so that none can have a learning rate of its own; `several_rates` where some
    weights have another rate by themselves. `since` is the first version
    of torch that has it, where that is later than the oldest we run on. `code` are arguments written by us, as code.
    """

    kind: str
    summary: str
    constructor: str
    parameters: tuple[Parameter, ...]
    usual_lr: tuple[float, float] = (0.0, math.inf)
    fused: bool = False
    refuse: Callable[[Values], Refusal | None] = refuse_nothing
    recipe: str = ""
    closure: bool = False
    full_batch: bool = False
    one_group: bool = False
    several_rates: bool = False
    since: str = ""
    code: Mapping[str, str] = frozendict()
    formula: str = ""
    help: str = ""


@dataclass(frozen=True, slots=True)
class ScheduleSpec:
    """A learning-rate schedule, advanced after every "step" or every "epoch".

    `derived` maps constructor arguments to what the run knows: "lr", "epochs" or "steps" (all steps of the run);
    `required` names the parameters for which torch has no default, so that code always writes them; `in_epochs` those
    that count epochs here and steps in torch. The constant schedule has no constructor. `recipe` names the file in
    designer/recipes that defines it, where torch has none. `monitors` is what its `step` is given: "" or the validation
    loss of the epoch. `refuse(values, optimizer)` returns a refusal where the schedule cannot work as set or with that
    optimizer, else None; `doubt_length(values, epochs, steps)` where it hardly does what was meant over a run of that
    length (steps are None where they are not known). `lr_factor` is how many times larger than usual a learning rate
    may be under it. `guard(values)` are lines of code, written by us, that mend a run's `steps` before it is used.
    """

    kind: str
    summary: str
    constructor: str
    parameters: tuple[Parameter, ...] = ()
    derived: Mapping[str, Literal["lr", "epochs", "steps"]] = frozendict()
    required: tuple[str, ...] = ()
    in_epochs: tuple[str, ...] = ()
    every: Literal["step", "epoch"] = "epoch"
    recipe: str = ""
    monitors: Literal["", "validation loss"] = ""
    lr_factor: float = 1.0
    refuse: Callable[[Values, OptimizerSpec], Refusal | None] = refuse_nothing
    doubt_length: Callable[[Values, int, int | None], Refusal | None] = refuse_nothing
    guard: Callable[[Values], tuple[str, ...]] = no_lines
    formula: str = ""
    help: str = ""


TargetKind = Literal["class", "binary", "value", "labels", "tokens"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a metric is measured on: a kind of target, how many classes or values, and what the outputs mean."""

    task: TargetKind
    size: int
    outputs: Meaning


def no_objection(reading: Reading) -> str:
    """Return that a metric can be measured."""
    return ""


@dataclass(frozen=True, slots=True)
class MetricSpec:
    """How good outputs are, for people to read: `kind` is its key in scores, `title` its name in a line of text.

    `expression(reading)` is the code that works it out in `measure`, from these names: `answers` and `truth` (class
    numbers, or True and False for each output), `outputs` and `y` (as the loss sees them; numbers where numbers are
    predicted). It may call `measure_<kind>` of recipes/`recipe`.py. `form` is the format in which a number is printed.
    `tasks` are the targets it says something of, `usual` those where it is measured if nothing else is chosen;
    `refuse(reading)` says in a sentence why it cannot be measured there, "" if it can.
    """

    kind: str
    title: str
    summary: str
    tasks: tuple[TargetKind, ...]
    expression: Callable[[Reading], str]
    recipe: str = ""
    form: str = ".4f"
    better: Literal["higher", "lower"] = "higher"
    usual: tuple[TargetKind, ...] = ()
    refuse: Callable[[Reading], str] = no_objection
    parameters: tuple[Parameter, ...] = ()
    formula: str = ""
    help: str = ""


# What the loss is made of: one loss; a reconstruction and a divergence; two networks against each other; a sum.
ObjectiveForm = Literal["plain", "variational", "adversarial", "weighted"]


@dataclass(frozen=True, slots=True)
class ObjectiveSpec:
    """What a network is trained for.

    `targets` are the kinds of target it learns, none where any will do. `compares` says whether the answer is held against
    the data's target or against the input itself. `loss` is the usual loss ("" where the target decides), `losses`
    all that suit where not all do that fit the target. `ending` is the activation that belongs before the Output.
    `bounded`: targets lie between 0 and 1. `ordered`: rows are in order of time. `corrupts`: the input gets noise.
    `optimizer` is set with the objective where it belongs to it.
    """

    kind: str
    title: str
    summary: str
    targets: tuple[TargetKind, ...] = ()
    compares: Literal["target", "input"] = "target"
    loss: str = ""
    losses: tuple[str, ...] = ()
    optimizer: str = ""
    ending: str = ""
    form: ObjectiveForm = "plain"
    bounded: bool = False
    ordered: bool = False
    corrupts: bool = False
    parameters: tuple[Parameter, ...] = ()
    formula: str = ""
    help: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be predicted. "class": one of `size` classes; "binary": yes or no (size 1); "value": `size` numbers.

    "labels": `size` questions with yes or no each, any number of which may be yes; "tokens": one of `size` classes at
    each of the `length` places of a sequence. `labels` are the names of the classes (two for a binary target), of the
    values or of the questions. `bounds` are the least and the largest value where the data knows them.
    """

    kind: TargetKind
    size: int
    labels: tuple[str, ...] = ()
    bounds: tuple[float, float] | None = None
    length: int = 1


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a data source before it is read: one sample's type, the target, the number of rows.

    `given_split` is true where the source brings its own validation part; `rows` then counts the training part.
    `gap` is set where rows are in order of time and so are never drawn: the last ones are held out, and so many before
    them are used by neither part, as they overlap both. `inputs` is the number of tensors a sample consists of, all of
    the type `input`: the Inputs of the network take them in turn.
    """

    input: TensorType
    target: Target
    rows: int | None = None
    given_split: bool = False
    gap: int | None = None
    inputs: int = 1


@dataclass(frozen=True, slots=True)
class Step:
    """One line of generated `load_data`: `outputs = function(inputs, name=literal, ...)`.

    `function` stands in designer/recipes/`recipe`.py. `outputs` and `inputs` are code written by us, never text
    from a project; `arguments` are checked values and reach the code as literals. A function may use the variable
    `path` (the script's --data) where the source has a path.
    """

    outputs: str
    recipe: str
    function: str
    inputs: str = ""
    arguments: Mapping[str, Value] = frozendict()


class SourceError(ValueError):
    """Parameters that do not yet say enough to know the data. A whole sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """A data source.

    `facts(values)` needs no file: what had to be looked up is in the parameters (`designer.data` fills them in). It
    raises SourceError. `steps(values, data)` are the lines of `load_data`; after them there are `x` (N x sizes,
    float32 or int64; a tuple of such tensors where a sample has several inputs), `y` (class indices N int64; binary
    N int64; values and labels N x size float32; tokens N x length int64) and `train`, `validation`: row indices (int64
    tensors) or slices into both. `path` names the parameter that holds the file or folder,
    if there is one: it becomes the script's `--data`.
    """

    kind: str
    title: str
    summary: str
    parameters: tuple[Parameter, ...]
    facts: Callable[[Values], Facts]
    steps: Callable[[Values, Data], tuple[Step, ...]]
    path: str = ""
    help: str = ""


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
