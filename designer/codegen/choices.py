"""The functions of the training script that follow from what is chosen: make_loss, make_optimizer, make_schedule."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from frozendict import frozendict

from designer.catalogue.parameters import Parameter, Values
from designer.catalogue.sampling import CLASS_WEIGHTS
from designer.catalogue.training_spec import ScheduleSpec
from designer.codegen.evaluation import has_own_scores
from designer.codegen.layout import STEP, Group, Piece, lay_out
from designer.codegen.metrics import find_metrics
from designer.codegen.objectives import wrap_loss
from designer.codegen.readiness import Setup
from designer.codegen.recipes import Definition, collect_definitions
from designer.codegen.source import write_piece
from designer.document.graph import Value
from designer.document.project import OFF, Training

# The rate of each group of weights, where they do not all learn alike.
EACH_RATE = '[group["lr"] for group in optimizer.param_groups]'


@dataclass(frozen=True, slots=True)
class Pace:
    """When a script advances its schedule: after each step or not, and what `step` is given at the end of an epoch.

    `each_epoch` is "" where nothing happens then, "epoch" for `schedule.step()`, "validation loss" for that as argument.
    """

    each_step: bool = False
    each_epoch: Literal["", "epoch", "validation loss"] = ""


def find_pace(spec: ScheduleSpec, training: Training) -> Pace:
    """Return when the schedule of a training is advanced; never where there is none."""
    monitored: Literal["", "validation loss"] = "validation loss" if spec.monitors else ""
    if training.warmup.kind != OFF.kind:
        return Pace(True, monitored)
    if not spec.constructor:
        return Pace()
    return Pace(spec.every == "step", monitored or ("epoch" if spec.every == "epoch" else ""))


def collect_choices(setup: Setup) -> tuple[Definition, ...]:
    """Return the definitions of recipes that loss, optimizer, schedule and metrics need, each once."""
    wanted: dict[str, set[str]] = {}
    losses = (setup.loss, *(head.loss for head in setup.heads))
    chosen = [(spec.recipe, spec.constructor) for spec in losses]
    chosen += [(spec.recipe, spec.constructor) for spec in (setup.optimizer, setup.schedule)]
    for recipe, constructor in chosen:
        if recipe:
            wanted.setdefault(recipe, set()).add(constructor)
    if setup.warms_up:
        wanted.setdefault("schedule", set()).add("WarmUp")
    if balances(setup) and setup.loss.balance:
        wanted.setdefault("balance", set()).add(setup.loss.balance[1])
    if any(one.lr_factor != 1 for one in setup.learning):
        wanted.setdefault("learning", set()).add("group_weights")
    if penalizes(setup):
        wanted.setdefault("learning", set()).add("penalize")
    for metric in () if has_own_scores(setup) else find_metrics(setup):
        if metric.recipe:
            wanted.setdefault(metric.recipe, set()).add(f"measure_{metric.kind}")
    return tuple(item for recipe, names in wanted.items() for item in collect_definitions(recipe, names))


def has_several_rates(setup: Setup) -> bool:
    """Return whether groups of weights may learn at rates of their own."""
    return setup.optimizer.several_rates or any(one.lr_factor != 1 for one in setup.learning)


def penalizes(setup: Setup) -> bool:
    """Return whether a step makes weights of single layers small beside the loss."""
    return any(one.l1 or one.l2 for one in setup.learning)


def balances(setup: Setup) -> bool:
    """Return whether the loss works its weights out from the training targets, which `make_loss` then takes."""
    wanted = setup.loss_values.get("balanced") or setup.data.sampling.kind == CLASS_WEIGHTS
    return bool(setup.loss.balance and wanted and setup.learns_target)


def write_loss_call(setup: Setup) -> str:
    """Return the call of `make_loss`, on the device where the loss holds tensors."""
    if balances(setup):
        return "make_loss(y)"
    tensors = any(setup.loss_values[name] is not None for name in setup.loss.tensors)
    return "make_loss().to(device)" if tensors else "make_loss()"


def write_loss(setup: Setup) -> list[str]:
    """Return `make_loss`."""
    spec, values = setup.loss, dict(setup.loss_values)
    first: list[tuple[str, Piece]] = []
    if balances(setup) and spec.balance:
        argument, function = spec.balance
        values[argument] = None
        classes = f", classes={setup.facts.target.size}" if function == "weigh_classes" else ""
        first.append((f"{argument}=", f"{function}(y{classes})"))
    code = {name: _write_tensor(values[name]) for name in spec.tensors if values[name] is not None}
    fixed = [(f"{name}=", write_piece(value)) for name, value in spec.fixed.items()]
    own = _write_call(spec.constructor, (), spec.parameters, values, first=[*first, *fixed], code=code)
    call = wrap_loss(setup, own)
    given, about = ("y: Tensor", "; y are the training targets") if first else ("", "")
    return [
        f"def make_loss({given}) -> nn.Module:",
        f'{STEP}"""Return the loss that training makes small{about}."""',
        *lay_out("return ", call, "", STEP),
    ]


def write_optimizer(setup: Setup) -> list[str]:
    """Return `make_optimizer`; the learning rate is always written out, as it is what one looks for."""
    spec = setup.optimizer
    extra: list[tuple[str, Piece]] = [("fused=", "True")] if spec.fused else []
    extra += [(f"{name}=", code) for name, code in spec.code.items()]
    rate = setup.optimizer_values.get("lr", 1.0)
    rates = [
        (f'"{one.path}": ', write_piece(float(f"{rate * one.lr_factor:.12g}")))
        for one in setup.learning
        if one.lr_factor != 1
    ]
    body = lay_out("groups = ", Group("group_weights(", (("", "model"), ("", Group("{", tuple(rates), "}")))), "", STEP)
    call = _write_call(
        spec.constructor,
        ["groups" if rates else "model.parameters()"],
        spec.parameters,
        setup.optimizer_values,
        always=("lr",),
        extra=extra,
    )
    return [
        "def make_optimizer(model: nn.Module) -> torch.optim.Optimizer:",
        f'{STEP}"""Return the rule by which the weights change."""',
        *(body if rates else ()),
        *lay_out("return ", call, "", STEP),
    ]


def write_schedule(setup: Setup) -> list[str]:
    """Return `make_schedule`; nothing where the learning rate stays as it is from the first step on."""
    spec = setup.schedule
    if not spec.constructor and not setup.warms_up:
        return []
    items = ("optimizer: torch.optim.Optimizer", "epochs: int", "steps: int")
    signature = Group("(", tuple(("", item) for item in items))
    kind = "WarmUp" if setup.warms_up else "torch.optim.lr_scheduler.LRScheduler"
    often = "step" if setup.warms_up else spec.every
    return [
        *lay_out("def make_schedule", signature, f" -> {kind}:"),
        f'{STEP}"""Return how the learning rate changes, to be advanced after every {often}."""',
        *(_write_warm_up(setup) if setup.warms_up else _write_schedule(setup, "return ", "steps // epochs")),
    ]


def _write_schedule(setup: Setup, before: str, an_epoch: str) -> list[str]:
    """Return the lines that make the schedule alone; `an_epoch` is the number of steps in one, as code."""
    spec, values = setup.schedule, setup.schedule_values
    rate = EACH_RATE if has_several_rates(setup) else write_piece(setup.optimizer_values.get("lr"))
    known: Mapping[str, Piece] = {"lr": rate, "epochs": "epochs", "steps": "steps"}
    derived = [(f"{name}=", known[what]) for name, what in spec.derived.items()]
    code = {name: _write_epochs(values[name], an_epoch) for name in spec.in_epochs}
    call = _write_call(
        spec.constructor, ["optimizer"], spec.parameters, values, always=spec.required, first=derived, code=code
    )
    return [*(f"{STEP}{line}" for line in spec.guard(values)), *lay_out(before, call, "", STEP)]


def _write_warm_up(setup: Setup) -> list[str]:
    """Return the body of a `make_schedule` that begins with a warm-up; the schedule is laid over the steps behind it."""
    spec, warmup = setup.schedule, setup.warmup_values
    by_epoch = bool(spec.constructor) and spec.every == "epoch" and not spec.monitors
    in_epochs = warmup["unit"] == "epochs"
    lines: list[str] = []
    if by_epoch or in_epochs or spec.in_epochs:
        lines.append("an_epoch = steps // epochs")
    length = _write_epochs(warmup["length"], "an_epoch") if in_epochs else write_piece(warmup["length"])
    lines.append(f"warmup = min({length}, steps - 1)")
    if "steps" in spec.derived.values():
        lines.append("steps -= warmup")
    arguments: list[tuple[str, Piece]] = [("", "optimizer"), ("steps=", "warmup")]
    arguments.append(("start_factor=", write_piece(warmup["start_factor"])))
    body = [f"{STEP}{line}" for line in lines]
    if spec.constructor:
        body += _write_schedule(setup, "schedule = ", "an_epoch")
        arguments.append(("schedule=", "schedule"))
        if by_epoch or spec.monitors:
            arguments.append(("every=", "0" if spec.monitors else "an_epoch"))
    return [*body, *lay_out("return ", Group("WarmUp(", tuple(arguments)), "", STEP)]


def _write_epochs(epochs: int, an_epoch: str) -> str:
    """Return the number of steps in some epochs, as code."""
    if epochs == 1:
        return an_epoch
    return f"{write_piece(epochs)} * {f'({an_epoch})' if ' ' in an_epoch else an_epoch}"


def _write_tensor(values: tuple[Value, ...]) -> Piece:
    numbers = Group("[", tuple(("", write_piece(value)) for value in values), "]")
    return Group("torch.tensor(", (("", numbers),))


def _write_call(
    constructor: str,
    positional: Iterable[str],
    parameters: tuple[Parameter, ...],
    values: Values,
    always: tuple[str, ...] = (),
    first: Iterable[tuple[str, Piece]] = (),
    extra: Iterable[tuple[str, Piece]] = (),
    code: Mapping[str, Piece] = frozendict(),
) -> Group:
    """Return a call with the parameters that differ from torch's defaults; `code` is written in place of a value."""
    items: list[tuple[str, Piece]] = [("", name) for name in positional]
    items.extend(first)
    for parameter in parameters:
        value: Value = values[parameter.name]
        if parameter.argument and (parameter.name in always or value != parameter.default):
            items.append((f"{parameter.name}=", code.get(parameter.name) or write_piece(value)))
    items.extend(extra)
    return Group(f"{constructor}(", tuple(items))
