"""The function of the training script that takes one step of the optimizer: train_step."""

from collections.abc import Iterable
from typing import Literal

from designer.catalogue.parameters import Values, resolve
from designer.catalogue.training_settings import averagings, clippings, stoppings
from designer.codegen.batches import call_augment
from designer.codegen.channels import arrange
from designer.codegen.duel import write_duel_step
from designer.codegen.layout import STEP, Group, Piece, lay_out
from designer.codegen.objectives import (
    Parts,
    call,
    corrupt,
    count_learned,
    count_parts,
    count_rows,
    detach,
    join,
    name_type,
    split,
)
from designer.codegen.readiness import Setup
from designer.codegen.source import write_piece
from designer.document.project import Choice

# What the script and the engine call, with whatever make_loss and make_optimizer return: an objective whose step is
# another one (two networks, two optimizers) writes another body under the same signature.
ARGUMENTS = ("network: nn.Module", "loss: nn.Module", "optimizer: torch.optim.Optimizer")


# Processes that compare losses within a step must see the same ones, or each would go its own way.
SHARE_VALUE = (
    "if dist.is_initialized():  # all processes go by the same loss, their mean",
    f"{STEP}value = value.detach() / dist.get_world_size()",
    f"{STEP}dist.all_reduce(value)",
)


def _write_signature(together: Parts) -> list[str]:
    """Return the first lines of `train_step`."""
    arguments = ", ".join([*ARGUMENTS, f"x: {name_type(together.x)}", f"y: {name_type(together.y)}"])
    return ["def train_step(", f"{STEP}{arguments}", f") -> tuple[Tensor, {name_type(together.outputs)}]:"]


def _write_forward(setup: Setup, x: str, y: str) -> list[str]:
    """Return the lines that work out `outputs` and `value` from `network`, `loss` and rows under these names."""
    answer = call("network", arrange(setup, corrupt(setup, x)), count_parts(setup).x)
    return [f"outputs = {answer}", f"value = loss(outputs, {y})", *_write_penalty(setup, "value")]


def _write_penalty(setup: Setup, value: str, within: str = "") -> list[str]:
    """Return the line that adds what large weights cost, of the modules whose path begins so."""
    costs = [
        (f"{name}=", Group("{", tuple((f'"{one.path}": ', write_piece(getattr(one, name))) for one in found), "}"))
        for name in ("l1", "l2")
        for found in ([one for one in setup.learning if getattr(one, name) and one.path.startswith(within)],)
    ]
    if not any(group.items for _, group in costs):
        return []
    return lay_out(f"{value} = {value} + ", Group("penalize(", (("", "network"), *costs)))


def write_step(setup: Setup) -> list[str]:
    """Return `train_step`."""
    if setup.objective.form == "adversarial":
        telling, passing = (
            _write_penalty(setup, "telling", "discriminator."),
            _write_penalty(setup, "passing", "generator."),
        )
        return write_duel_step(_write_clipping(setup), telling, passing, call_augment(setup))
    parts, together = setup.training.accumulate, count_learned(setup)
    lines = _write_parts(setup, parts) if parts > 1 else [*_write_forward(setup, "x", "y"), "value.backward()"]
    outputs = detach("outputs", together.outputs)
    lines = ["optimizer.zero_grad()", *lines, *_write_clipping(setup)]
    if setup.optimizer.closure:
        about = "Learn from one batch, as often as the optimizer asks"
        body = [
            *call_augment(setup),
            f"results: list[tuple[Tensor, {name_type(together.outputs)}]] = []",
            "",
            "def compute() -> Tensor:",
            *_indent([*lines, f"results.append((value.detach(), {outputs}))", *SHARE_VALUE, "return value"]),
            "",
            "optimizer.step(compute)",
            "return results[0]",
        ]
    else:
        about = "Learn from one batch"
        body = [*call_augment(setup), *lines, "optimizer.step()", f"return value.detach(), {outputs}"]
    if parts > 1:
        about += f", in {parts} parts after each other"
    return [
        *_write_signature(together),
        f'{STEP}"""{about}; return its loss and the outputs before the step."""',
        *_indent(body),
    ]


def _write_parts(setup: Setup, parts: int) -> list[str]:
    """Return the lines that gather the gradients of a batch in parts; each counts by its rows, so the sum is the whole's."""
    together = count_learned(setup)
    rows = count_rows("y", together.y)
    pieces = [split(name, number, "parts") for name, number in (("x", together.x), ("y", together.y))]
    *before, last = _write_forward(setup, "part", "target")
    share = f"({count_rows('target', together.y)} / {rows})"
    weighted = [last, f"value = value * {share}"] if _write_penalty(setup, "value") else [f"{last} * {share}"]
    return [
        f"parts = min({parts}, {rows})",
        "values, answers = [], []",
        f"for part, target in zip({pieces[0]}, {pieces[1]}, strict=True):",
        *_indent([*before, *weighted]),
        f"{STEP}value.backward()",
        f"{STEP}values.append(value.detach())",
        f"{STEP}answers.append({detach('outputs', together.outputs)})",
        f"value, outputs = torch.stack(values).sum(), {join('answers', together.outputs)}",
    ]


def _write_clipping(setup: Setup) -> list[str]:
    """Return the line that bounds the gradients, if they are to be."""
    values = resolve_part(setup, "clip")
    function = {"Norm": "clip_grad_norm_", "Value": "clip_grad_value_"}.get(setup.training.clip.kind)
    if function is None:
        return []
    spec = clippings[setup.training.clip.kind]
    required = spec.parameters[0].name  # torch has no default for the bound
    items: list[tuple[str, Piece]] = [("", "network.parameters()")]
    items += [
        (f"{parameter.name}=", write_piece(values[parameter.name]))
        for parameter in spec.parameters
        if parameter.name == required or values[parameter.name] != parameter.default
    ]
    return [str(Group(f"nn.utils.{function}(", tuple(items)))]


def resolve_part(setup: Setup, part: Literal["clip", "averaging", "early_stopping"]) -> Values:
    """Return the values of a part of the training as it is set."""
    known = {"clip": clippings, "averaging": averagings, "early_stopping": stoppings}[part]
    choice: Choice = getattr(setup.training, part)
    return resolve(known[choice.kind].parameters, choice.parameters)[0]


def _indent(lines: Iterable[str]) -> list[str]:
    return [STEP + line if line else line for line in lines]
