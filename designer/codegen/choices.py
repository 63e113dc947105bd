"""The functions of the training script that follow from what is chosen: make_loss, make_optimizer, make_schedule."""

from collections.abc import Iterable

from designer.catalogue.parameters import Parameter, Values
from designer.codegen.layout import STEP, Group, Piece, lay_out
from designer.codegen.objectives import wrap_loss
from designer.codegen.readiness import Setup
from designer.codegen.source import write_piece
from designer.document.graph import Value


def write_loss(setup: Setup) -> list[str]:
    """Return `make_loss`."""
    call = wrap_loss(setup, _write_call(setup.loss.constructor, (), setup.loss.parameters, setup.loss_values))
    return [
        "def make_loss() -> nn.Module:",
        f'{STEP}"""Return the loss that training makes small."""',
        *lay_out("return ", call, "", STEP),
    ]


def write_optimizer(setup: Setup) -> list[str]:
    """Return `make_optimizer`; the learning rate is always written out, as it is what one looks for."""
    spec = setup.optimizer
    call = _write_call(
        spec.constructor,
        ["model.parameters()"],
        spec.parameters,
        setup.optimizer_values,
        always=("lr",),
        extra=[("fused=", "True")] if spec.fused else [],
    )
    return [
        "def make_optimizer(model: nn.Module) -> torch.optim.Optimizer:",
        f'{STEP}"""Return the rule by which the weights change."""',
        *lay_out("return ", call, "", STEP),
    ]


def write_schedule(setup: Setup) -> list[str]:
    """Return `make_schedule`; nothing where the learning rate stays as it is."""
    spec = setup.schedule
    if not spec.constructor:
        return []
    known = {"lr": write_piece(setup.optimizer_values.get("lr")), "epochs": "epochs", "steps": "steps"}
    derived = [(f"{name}=", known[what]) for name, what in spec.derived.items()]
    values = setup.schedule_values
    call = _write_call(spec.constructor, ["optimizer"], spec.parameters, values, always=spec.required, first=derived)
    items = ("optimizer: torch.optim.Optimizer", "epochs: int", "steps: int")
    signature = Group("(", tuple(("", item) for item in items))
    return [
        *lay_out("def make_schedule", signature, " -> torch.optim.lr_scheduler.LRScheduler:"),
        f'{STEP}"""Return how the learning rate changes, to be advanced after every {spec.every}."""',
        *lay_out("return ", call, "", STEP),
    ]


def _write_call(
    constructor: str,
    positional: Iterable[str],
    parameters: tuple[Parameter, ...],
    values: Values,
    always: tuple[str, ...] = (),
    first: Iterable[tuple[str, Piece]] = (),
    extra: Iterable[tuple[str, Piece]] = (),
) -> Group:
    """Return a call with the parameters that differ from torch's defaults."""
    items: list[tuple[str, Piece]] = [("", name) for name in positional]
    items.extend(first)
    for parameter in parameters:
        value: Value = values[parameter.name]
        if parameter.argument and (parameter.name in always or value != parameter.default):
            items.append((f"{parameter.name}=", write_piece(value)))
    items.extend(extra)
    return Group(f"{constructor}(", tuple(items))
