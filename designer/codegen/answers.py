"""The function `answer` of predict.py: from what the network gives to columns for people, by target and loss."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from designer.catalogue import registry
from designer.catalogue.measuring import read_target
from designer.catalogue.parameters import Values, resolve
from designer.catalogue.source_spec import Step, Target
from designer.catalogue.spec import TensorType
from designer.catalogue.training_spec import LossSpec
from designer.codegen.data import write_steps
from designer.codegen.layout import STEP, Group, Piece, lay_out
from designer.codegen.objectives import count_parts, name_type
from designer.codegen.readiness import Setup
from designer.codegen.source import write_piece
from designer.document.graph import Value

FORMS: Mapping[str, str] = {  # of recipes/answers.py, by what outputs mean under a loss
    "logits": "logits",
    "scores": "logits",
    "log_probabilities": "log probabilities",
    "distances": "distances",
}
RECIPE = "answers"


@dataclass(frozen=True, slots=True)
class Telling:
    """How one answer becomes columns: the functions of the recipe, and lines that end with the columns.

    `lines` work on the variable `given`; `columns` is the call.
    """

    functions: tuple[str, ...]
    lines: tuple[str, ...]
    columns: Group


def name_form(loss: LossSpec, *, of_classes: bool = True) -> str:
    """Return what outputs are, in the words of recipes/answers.py."""
    form = FORMS.get(loss.outputs, "shares")
    return "questions" if of_classes and form == "logits" and loss.target != "class" else form


def find_undoing(setup: Setup) -> Step | None:
    """Return the line that brings answers into the unit of what predict.py has read, None where they are in it already."""
    return setup.source.undo(setup.source_values) if setup.source.predict is not None else None


def name_past(setup: Setup) -> str:
    """Return the variable of what was read where answers build on it, else ""."""
    undoing = find_undoing(setup)
    return undoing.inputs.split(", ")[1] if undoing is not None else ""


def write_answer(setup: Setup, scaled: bool) -> tuple[list[str], set[str], bool]:
    """Return the lines of `answer`, the functions of the recipe that they call, and whether a scale is undone."""
    parts, past = count_parts(setup), name_past(setup)
    taken: list[tuple[str, Piece]] = [("", f"outputs: {name_type(parts.outputs)}"), ("", "kept: dict[str, Any]")]
    lines = [
        *lay_out(
            "def ",
            Group("answer(", (*taken, *([("", f"{past}: Tensor")] if past else []))),
            " -> dict[str, list[Any]]:",
        ),
        f'{STEP}"""Return the answers to samples, a column for each thing that is told."""',
    ]
    tellings = list_tellings(setup, scaled)
    undone = any("undo_scale" in line for each in tellings for line in each.lines)
    functions = {name for each in tellings for name in each.functions}
    if len(tellings) == 1:
        found = tellings[0]
        given = "outputs" if parts.outputs == 1 else "outputs[0]"
        lines += [f"{STEP}given = {given}", *(f"{STEP}{line}" for line in found.lines)]
        lines += lay_out("return ", found.columns, "", STEP)
        return lines, functions, undone
    lines.append(f"{STEP}columns: dict[str, list[Any]] = {{}}")
    for number, found in enumerate(tellings):
        lines += [f"{STEP}given = outputs[{number}]", *(f"{STEP}{line}" for line in found.lines)]
        lines += lay_out("told = ", found.columns, "", STEP)
        lines.append(f'{STEP}columns |= {{f"output {number + 1} {{name}}": values for name, values in told.items()}}')
    return [*lines, f"{STEP}return columns"], functions, undone


def list_tellings(setup: Setup, scaled: bool) -> list[Telling]:
    """Return how each answer of the network is told."""
    if not setup.heads:
        told = setup.objective.compares == "target"
        return [tell(setup, setup.loss, setup.loss_values, setup.output, told, scaled)]
    found = []
    for head in setup.heads:
        spec = registry.losses[head.loss.kind]
        values = setup.loss_values if spec is setup.loss else resolve(spec.parameters, {})[0]
        found.append(tell(setup, spec, values, head.output, head.compare == "target", scaled))
    return found


def tell(setup: Setup, loss: LossSpec, values: Values, output: TensorType, told: bool, scaled: bool) -> Telling:
    """Return how one answer is told; one that is held against the sample itself (not `told`) as its numbers."""
    target = setup.facts.target
    task = read_target(target, loss, output.elements).task if told else "none"
    form = name_form(loss, of_classes=False)
    if task == "tokens" and len(output.sizes) == 2:
        if not target.labels and "vocabulary" in setup.source.kept:  # fitted to the text, and so known to nobody yet
            fitted = Group("tell_next(", (("", "given"), ("", 'kept["vocabulary"]["tokens"]')))
            return Telling(("tell_next",), (), fitted)
        return Telling(("tell_next",), (), _call("tell_next", "given", _name(target, target.size)))
    if task == "class" and len(output.sizes) == 1:
        line = f'shares = find_shares(given, "{name_form(loss)}")'
        names = _name(target, output.elements)
        return Telling(("find_shares", "tell_classes"), (line,), _call("tell_classes", "shares", names))
    if task in ("binary", "labels"):
        more = f", {float(values['margin'])!r}, {values.get('alike', 1) == 1}" if form == "distances" else ""
        line = f'chances = find_chances(given, "{form}"{more})'
        if task == "binary":
            names = target.labels if len(target.labels) == 2 else ("no", "yes")
            return Telling(("find_chances", "tell_binary"), (line,), _call("tell_binary", "chances", names))
        names = _name(target, output.elements)
        return Telling(("find_chances", "tell_questions"), (line,), _call("tell_questions", "chances", names))
    undoing = find_undoing(setup)
    lines = [line.removeprefix(STEP) for line in write_steps([undoing]).lines] if undoing is not None else []
    return _tell_values(loss, values, output, target if task == "value" else None, scaled, lines)


def _tell_values(
    loss: LossSpec, values: Values, output: TensorType, target: Target | None, scaled: bool, undoing: Sequence[str]
) -> Telling:
    lines = ["given = given.flatten(1).double()"]
    size = output.elements // max(loss.per_value, 1)
    if loss.per_value > 1:
        lines.append(f"given = given.chunk({loss.per_value}, dim=1)[0]")
    if loss.outputs == "rates" and values["log_input"]:
        lines.append("given = given.exp()")
    if target is None and loss.outputs == "logits":
        lines.append("given = given.sigmoid()")
    if target is not None and scaled:
        lines.append('given = undo_scale(given, kept["y_scale"])')
        lines += undoing
    names = _name(target, size) if target is not None else tuple(f"value {number}" for number in range(1, size + 1))
    return Telling(("tell_values",), tuple(lines), _call("tell_values", "given", names))


def _call(function: str, first: str, names: tuple[str, ...]) -> Group:
    written: Value = names
    items: tuple[tuple[str, Piece], ...] = (("", first), ("", write_piece(written)))
    return Group(f"{function}(", items)


def _name(target: Target, size: int) -> tuple[str, ...]:
    """Return a name for each class, value or question."""
    return target.labels if len(target.labels) == size else tuple(map(str, range(size)))
