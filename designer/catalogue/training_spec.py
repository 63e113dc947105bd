"""The form of the declarations of training: losses, optimizers, schedules, metrics, objectives."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from frozendict import frozendict

from designer.catalogue.parameters import Parameter, Values
from designer.catalogue.source_spec import TargetKind
from designer.document.graph import Value

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
    the parameter `balanced` is on, and the function of recipes/balance.py that does it. One for classes that
    `takes_shares` takes a share of each class as well, N x classes.
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
    takes_shares: bool = False
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
