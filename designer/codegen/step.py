"""The function of the training script that takes one step of the optimizer: train_step."""

from collections.abc import Callable, Iterable
from typing import Literal

from designer.catalogue.parameters import Values, resolve
from designer.catalogue.training_settings import averagings, clippings, stoppings
from designer.codegen.layout import STEP, Group, Piece
from designer.codegen.readiness import Setup
from designer.codegen.source import write_piece
from designer.document.project import Choice

# What the script and the engine call, with whatever make_loss and make_optimizer return: an objective whose step is
# another one (two networks, two optimizers) writes another body under the same signature.
SIGNATURE = (
    "def train_step(",
    "    network: nn.Module, loss: nn.Module, optimizer: torch.optim.Optimizer, x: Tensor, y: Tensor",
    ") -> tuple[Tensor, Tensor]:",
)


def write_forward(x: str, y: str) -> list[str]:
    """Return the lines that work out `outputs` and `value` from `network`, `loss` and rows under these names."""
    return [f"outputs = network({x})", f"value = loss(outputs, {y})"]


def write_step(setup: Setup, forward: Callable[[str, str], list[str]] = write_forward) -> list[str]:
    """Return `train_step`; `forward` writes what an objective makes of one batch."""
    parts = setup.training.accumulate
    lines = _write_parts(forward, parts) if parts > 1 else [*forward("x", "y"), "value.backward()"]
    lines = ["optimizer.zero_grad()", *lines, *_write_clipping(setup)]
    if setup.optimizer.closure:
        about = "Learn from one batch, as often as the optimizer asks"
        body = [
            "results: list[tuple[Tensor, Tensor]] = []",
            "",
            "def compute() -> Tensor:",
            *_indent([*lines, "results.append((value.detach(), outputs.detach()))", "return value"]),
            "",
            "optimizer.step(compute)",
            "return results[0]",
        ]
    else:
        about = "Learn from one batch"
        body = [*lines, "optimizer.step()", "return value.detach(), outputs.detach()"]
    if parts > 1:
        about += f", in {parts} parts after each other"
    return [*SIGNATURE, f'{STEP}"""{about}; return its loss and the outputs before the step."""', *_indent(body)]


def _write_parts(forward: Callable[[str, str], list[str]], parts: int) -> list[str]:
    """Return the lines that gather the gradients of a batch in parts; each counts by its rows, so the sum is the whole's."""
    return [
        f"parts = min({parts}, len(y))",
        "values, answers = [], []",
        "for part, target in zip(x.tensor_split(parts), y.tensor_split(parts), strict=True):",
        *_indent(forward("part", "target")),
        f"{STEP}value = value * (len(target) / len(y))",
        f"{STEP}value.backward()",
        f"{STEP}values.append(value.detach())",
        f"{STEP}answers.append(outputs.detach())",
        "value, outputs = torch.stack(values).sum(), torch.cat(answers)",
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
