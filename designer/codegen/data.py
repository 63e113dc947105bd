"""`load_data` of the training script: the lines a data source declares, and the targets in the form the loss wants."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from designer.catalogue.source_spec import Facts, Step
from designer.catalogue.spec import TensorType
from designer.catalogue.training_spec import LossSpec
from designer.codegen.imports import Import
from designer.codegen.layout import LINE_LENGTH, STEP, Group, Piece, lay_out, split_top
from designer.codegen.lettering import measure_width
from designer.codegen.objectives import corrupt, count_learned, count_parts, name_type, pick
from designer.codegen.readiness import Setup
from designer.codegen.recipes import Definition, collect_definitions
from designer.codegen.source import write_piece
from designer.document.project import Data

ROWS = ("train", "validation", "test")
RETURN = "return"


@dataclass(frozen=True, slots=True)
class Loader:
    """The function `load_data`, or lines of it, with the recipes it calls and what those import."""

    lines: tuple[str, ...]
    definitions: tuple[Definition, ...]
    imports: frozenset[Import]


def write_steps(steps: Sequence[Step]) -> Loader:
    """Return the lines of some steps, as they stand in the body of a function, which a step with the output RETURN ends."""
    wanted: dict[str, set[str]] = {}
    lines: list[str] = []
    for step in steps:
        wanted.setdefault(step.recipe, set()).add(step.function)
        items: list[tuple[str, Piece]] = [("", part) for part in split_top(step.inputs)]
        items.extend((f"{name}=", write_piece(value)) for name, value in step.arguments.items())
        start = "return " if step.outputs == RETURN else f"{step.outputs} = "
        lines.extend(lay_out(start, Group(f"{step.function}(", tuple(items)), "", STEP))
    found = (item for recipe, names in wanted.items() for item in collect_definitions(recipe, names))
    definitions = tuple(dict.fromkeys(found))  # two recipes may build on the same third one
    return Loader(tuple(lines), definitions, frozenset(item for one in definitions for item in one.imports))


def write_loader(setup: Setup, data: Data) -> Loader:
    """Return `load_data` for a source whose values are sound."""
    spec, facts = setup.source, setup.facts
    body = write_steps(_leave_out(setup, spec.steps(setup.source_values, data)))
    form = _describe_targets(setup)
    parts = count_parts(setup)
    pair, learned = (f"tuple[{name_type(each.x)}, {name_type(each.y)}]" for each in (parts, count_learned(setup)))
    sample = f"N x {facts.input}" if parts.x == 1 else " and ".join([f"N x {facts.input}"] * parts.x)
    about = f"x is {sample}, y {form.words}"
    about += ", with N weights for the training rows" if setup.weighs else ""
    pairs = ", ".join([learned, *[pair] * (len(name_rows(setup)) - 1)])
    named = "for training, validation and test" if setup.has_test else "for training and for validation"
    text = [
        *lay_out(
            "def ",
            Group("load_data(", (("", "path: Path"),) if spec.path else ()),
            f" -> tuple[{pairs}]:",
        ),
        *lay_out_docstring(f"Return (x, y) {named}: {about}."),
        *body.lines,
        *([f"{STEP}{form.code}"] if form.code else ()),
        *_write_return(setup),
    ]
    functional: set[Import] = {("torch.nn.functional", "", "F")} if "F." in form.code else set()
    return Loader(tuple(text), body.definitions, body.imports | functional)


@dataclass(frozen=True, slots=True)
class TargetForm:
    """How targets come to the loss: the statement that brings them there, if one is needed, and what they are then."""

    code: str
    words: str


def _leave_out(setup: Setup, steps: tuple[Step, ...]) -> list[Step]:
    """Return the lines without those that only serve targets, where the sample itself is the target."""
    if setup.objective.compares == "target":
        return list(steps)
    needed = {"x", *name_rows(setup)}
    kept: list[Step] = []
    for step in reversed(steps):
        names = step.outputs.split(", ")
        if needed.isdisjoint(names):
            continue
        outputs = ", ".join(name if name in needed else "_" for name in names)
        needed.update(re.findall(r"[a-z_]+", step.inputs))
        kept.append(replace(step, outputs=outputs))
    return kept[::-1]


def name_rows(setup: Setup) -> tuple[str, ...]:
    """Return the variables that hold the rows of each part."""
    return ROWS if setup.has_test else ROWS[:2]


def lay_out_docstring(text: str) -> list[str]:
    """Return a docstring, with what follows a colon below it where one line is too short."""
    line = f'{STEP}"""{text}"""'
    if measure_width(line) <= LINE_LENGTH or ": " not in text:
        return [line]
    about, _, rest = text.partition(": ")
    return [f'{STEP}"""{about}.', "", f"{STEP}{rest[0].upper()}{rest[1:]}", f'{STEP}"""']


def _write_return(setup: Setup) -> list[str]:
    """Return the last lines of `load_data`: the rows of both parts."""
    parts = count_parts(setup)
    if setup.objective.compares == "input":
        names = ("held_out", "last")[: len(name_rows(setup)) - 1]
        picked = ", ".join(f"x[{rows}]" for rows in name_rows(setup))
        seen = [f"({corrupt(setup, name, seed=0)}, {name})" for name in names]
        return [f"{STEP}x, {', '.join(names)} = {picked}", f"{STEP}return (x, x), {', '.join(seen)}"]
    answers = [pick("y", parts.y, rows) for rows in name_rows(setup)]
    if setup.weighs:
        answers[0] = f"({answers[0]}, weights[{ROWS[0]}])"
    samples = [pick("x", parts.x, rows) for rows in name_rows(setup)]
    pairs = [Group("(", (("", x), ("", y))) for x, y in zip(samples, answers, strict=True)]
    line = f"{STEP}return {', '.join(map(str, pairs))}"
    if measure_width(line) <= LINE_LENGTH:
        return [line]
    return lay_out("return ", Group("(", tuple(("", pair) for pair in pairs)), "", STEP)


def _describe_targets(setup: Setup) -> TargetForm:
    """Return the form of what the answers are compared with."""
    same = f"N x {setup.facts.input}, the sample itself"
    if not setup.heads:
        if setup.objective.compares == "input":
            return TargetForm("", same)
        return describe_target(setup.facts, setup.loss, setup.output)
    forms = [
        TargetForm("", same) if head.compare == "input" else describe_target(setup.facts, head.loss, head.output)
        for head in setup.heads
    ]
    names = ["x" if head.compare == "input" else "y" for head in setup.heads]
    code = [form.code for form, name in zip(forms, names, strict=True) if name == "y" and form.code][:1]
    code.append(f"y = {', '.join(names)}{',' if len(names) == 1 else ''}")
    return TargetForm(f"\n{STEP}".join(code), " and ".join(form.words for form in forms))


def describe_target(facts: Facts, loss: LossSpec, output: TensorType) -> TargetForm:
    """Return the form of the targets under a loss and an output."""
    target = facts.target
    if target.kind == "tokens":
        return TargetForm("", f"N x {target.length}, class numbers")
    if target.kind == "labels" and loss.target == "sign":
        return TargetForm("y = y * 2 - 1", f"N x {target.size}, -1 or 1")
    if target.kind in ("value", "labels"):
        return TargetForm("", f"N x {target.size}{', 0 or 1' if target.kind == 'labels' else ''}")
    if loss.target == "class":
        return TargetForm("", "N class numbers")
    signs, end = (", -1 or 1", " * 2 - 1") if loss.target == "sign" else ("", "")
    if output.elements == 1:
        return TargetForm(f"y = y[:, None].float(){end}", f"N x 1{signs or ', 0 or 1'}")
    return TargetForm(
        f"y = F.one_hot(y, {output.elements}).float(){end}", f"N x {output.elements}{signs or ', one-hot'}"
    )
