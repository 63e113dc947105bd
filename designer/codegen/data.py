"""`load_data` of the training script: the lines a data source declares, and the targets in the form the loss wants."""

from dataclasses import dataclass

from designer.catalogue.parameters import Values
from designer.catalogue.spec import Facts, LossSpec, SourceSpec, TensorType
from designer.codegen.imports import Import
from designer.codegen.layout import STEP, Group, Piece, lay_out, split_top
from designer.codegen.recipes import Definition, collect_definitions
from designer.codegen.source import write_piece
from designer.document.project import Data

PAIR = "tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]"


@dataclass(frozen=True, slots=True)
class Loader:
    """The function `load_data` with the recipes it calls and what those import."""

    lines: tuple[str, ...]
    definitions: tuple[Definition, ...]
    imports: frozenset[Import]


def write_loader(
    spec: SourceSpec, values: Values, data: Data, facts: Facts, loss: LossSpec, output: TensorType
) -> Loader:
    """Return `load_data` for a source whose values are sound; `output` is what the network gives for a sample."""
    steps = spec.steps(values, data)
    wanted: dict[str, set[str]] = {}
    lines: list[str] = []
    for step in steps:
        wanted.setdefault(step.recipe, set()).add(step.function)
        items: list[tuple[str, Piece]] = [("", part) for part in split_top(step.inputs)]
        items.extend((f"{name}=", write_piece(value)) for name, value in step.arguments.items())
        lines.extend(lay_out(f"{step.outputs} = ", Group(f"{step.function}(", tuple(items)), "", STEP))
    form = describe_target(facts, loss, output)
    if form.code:
        lines.append(f"{STEP}{form.code}")
    definitions = tuple(item for recipe, names in wanted.items() for item in collect_definitions(recipe, names))
    imports = {item for definition in definitions for item in definition.imports}
    if "F." in form.code:
        imports.add(("torch.nn.functional", "", "F"))
    about = f"x is N x {facts.input}, y {form.words}"
    text = [
        f"def load_data({'path: Path' if spec.path else ''}) -> {PAIR}:",
        f'{STEP}"""Return (x, y) for training and for validation: {about}."""',
        *lines,
        f"{STEP}return (x[train], y[train]), (x[validation], y[validation])",
    ]
    return Loader(tuple(text), definitions, frozenset(imports))


@dataclass(frozen=True, slots=True)
class TargetForm:
    """How targets come to the loss: the statement that brings them there, if one is needed, and what they are then."""

    code: str
    words: str


def describe_target(facts: Facts, loss: LossSpec, output: TensorType) -> TargetForm:
    """Return the form of the targets under a loss and an output."""
    target = facts.target
    if target.kind == "value":
        return TargetForm("", f"N x {target.size}")
    if loss.target == "class":
        return TargetForm("", "N class numbers")
    if output.elements == 1:
        return TargetForm("y = y[:, None].float()", "N x 1, 0 or 1")
    return TargetForm(f"y = F.one_hot(y, {output.elements}).float()", f"N x {output.elements}, one-hot")
