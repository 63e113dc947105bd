"""From what a network gives to outcomes: by the target of the data and the loss, as `measure` of the script reads it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from designer.catalogue import registry
from designer.catalogue.facts import facts, infer_project
from designer.catalogue.measuring import read_target
from designer.catalogue.parameters import Values, resolve
from designer.catalogue.source_spec import Facts, Target
from designer.catalogue.training_spec import LossSpec
from designer.codegen.answers import name_form
from designer.codegen.readiness import find_heads
from designer.document.project import Choice, Project
from designer.engine.bundle import Bundle, parts_of
from designer.engine.evaluation.losses import Losses
from designer.engine.evaluation.record import Outcome, Task
from designer.engine.undoing import find_past, undo
from designer.recipes.answers import find_chances, find_shares

SCALED = "standard deviations"
SPLIT = 64  # sequences whose places are looked at together


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """One of the answers of a network: its name, its loss with its values, and whether it is held against the input."""

    name: str
    loss: LossSpec
    values: Values
    compares_input: bool


def list_heads(project: Project) -> tuple[Head, ...]:
    """Return what is evaluated of a network: one answer, or several where the objective weighs them."""
    training = project.training
    objective = registry.objectives[training.objective.kind]
    if objective.form != "weighted":
        return (_make_head("", training.loss, objective.compares == "input"),)
    inference = infer_project(project)
    nodes = [known for known in inference.nodes.values() if known.spec is not None and known.spec.role == "output"]
    names = [known.node.name for known in nodes]
    heads = find_heads(project, inference)
    return tuple(
        _make_head(name, Choice(head.loss.kind) if head.loss.kind != training.loss.kind else training.loss, head.compare == "input")
        for name, head in zip(names, heads, strict=True)
    )  # fmt: skip


def _make_head(name: str, loss: Choice, compares_input: bool) -> Head:
    spec = registry.losses[loss.kind]
    return Head(name, spec, resolve(spec.parameters, loss.parameters)[0], compares_input)


def read_outcomes(
    project: Project, outputs: Bundle, y: Bundle, losses: Losses, names: Mapping[str, Any]
) -> tuple[Outcome, ...]:
    """Return the outcomes of a part; `losses` are those of each sample, `names` the variables of load_data.

    What a series was before it was prepared begins there with the first sample (`cut_past`).
    """
    known, heads = facts(project), list_heads(project)
    form = registry.objectives[project.training.objective.kind].form
    if known is None or form == "adversarial":
        found = [_read_nothing(heads[0])]
    else:
        pairs = zip(heads, parts_of(outputs), parts_of(y), strict=False)
        found = [_read(head, known, out.detach().cpu(), target.cpu(), names) for head, out, target in pairs]
        past = find_past(project, names)
        found = [_bring_back(outcome, project, past) if outcome.task == "value" else outcome for outcome in found]
    return tuple(_add_losses(outcome, losses) for outcome in found)


def _bring_back(outcome: Outcome, project: Project, past: tuple[Tensor, ...]) -> Outcome:
    """Return the outcome of a series in the unit of the series."""
    if not past or not outcome.ordered:
        return outcome
    pair = (outcome.targets, outcome.answers)
    targets, answers = (undo(project, torch.from_numpy(values), past).numpy() for values in pair)
    return replace(outcome, targets=targets, answers=answers)


def _add_losses(outcome: Outcome, losses: Losses) -> Outcome:
    places = outcome.places if outcome.places.size else np.arange(len(losses.values))
    return replace(outcome, losses=losses.values[places], importance=losses.weights[places], places=places)


def _read(head: Head, known: Facts, outputs: Tensor, y: Tensor, names: Mapping[str, Any]) -> Outcome:
    elements = max(outputs[0].numel(), 1) if len(outputs) else 1
    reading = read_target(known.target, head.loss, elements)
    ordered = known.gap is not None
    if head.compares_input:
        return _read_values(head, Target("value", elements), outputs, y, {}, ordered=ordered)
    task: Task = reading.task
    if task == "tokens" and outputs.ndim == 3 and y.ndim == 2:
        return _read_tokens(head, known.target, outputs, y)
    if task == "class" and outputs.ndim == 2:
        return _read_classes(head, known.target, outputs, y)
    if task in ("binary", "labels"):
        return _read_questions(head, known.target, outputs, y)
    if task == "value" and outputs.ndim <= 2:
        return _read_values(head, known.target, outputs, y, names, ordered=ordered)
    return _read_nothing(head)


def _read_nothing(head: Head) -> Outcome:
    return Outcome(head.name, "none", (), np.zeros((0, 0)))


def _read_tokens(head: Head, target: Target, outputs: Tensor, y: Tensor) -> Outcome:
    chances, ranks = [], []
    for out, right in zip(torch.split(outputs, SPLIT), torch.split(y, SPLIT), strict=True):
        own = out.gather(2, right[..., None])
        chances.append((own - out.logsumexp(2, keepdim=True)).exp()[..., 0])
        ranks.append((out > own).sum(2))
    return Outcome(
        head.name,
        "tokens",
        _name(target, target.size),
        y.numpy(),
        outputs.argmax(2).numpy(),
        torch.cat(chances).numpy(),
        ranks=torch.cat(ranks).numpy(),
    )


def _read_classes(head: Head, target: Target, outputs: Tensor, y: Tensor) -> Outcome:
    truth = y if y.ndim == 1 else y.argmax(1)
    kept = torch.arange(len(truth))
    ignored = head.values.get("ignore_index", -100) if head.loss.target == "class" else -100
    if ignored >= 0:
        kept = kept[truth != ignored]
    outputs, truth = outputs[kept], truth[kept]
    shares = find_shares(outputs, name_form(head.loss))
    return Outcome(
        head.name,
        "class",
        _name(target, outputs.shape[1]),
        truth.numpy(),
        outputs.argmax(1).numpy(),
        shares.numpy(),
        places=kept.numpy(),
        is_chance=head.loss.outputs != "scores",
    )


def _read_questions(head: Head, target: Target, outputs: Tensor, y: Tensor) -> Outcome:
    truth = (y.reshape(len(y), -1) > (0 if head.loss.target == "sign" else 0.5)).long()
    margin, alike = head.values.get("margin", 0.0), head.values.get("alike", 1) == 1
    chances = find_chances(outputs, name_form(head.loss, of_classes=False), margin, alike)
    names = target.labels if target.kind == "binary" and len(target.labels) == 2 else ()
    task: Task = "binary" if target.kind == "binary" else "labels"
    return Outcome(
        head.name,
        task,
        (names or ("no", "yes")) if task == "binary" else _name(target, truth.shape[1]),
        truth.numpy(),
        chances=chances.numpy(),
        is_chance=head.loss.outputs not in ("scores", "distances"),
    )


def _read_values(
    head: Head, target: Target, outputs: Tensor, y: Tensor, names: Mapping[str, Any], *, ordered: bool
) -> Outcome:
    y = y.reshape(len(y), -1).double()
    outputs = outputs.reshape(len(outputs), -1).double()
    if head.loss.per_value > 1:
        outputs = outputs.chunk(head.loss.per_value, dim=1)[0]
    if head.loss.outputs == "rates" and head.values["log_input"]:
        outputs = outputs.exp()
    if head.compares_input and head.loss.outputs == "logits":
        outputs = outputs.sigmoid()
    scale, unit = find_scale(names), ""
    if scale is not None:
        mean, deviation = (torch.tensor(scale[name], dtype=torch.float64) for name in ("mean", "deviation"))
        outputs, y = outputs * deviation + mean, y * deviation + mean
    elif is_scaled(names):
        unit = SCALED
    return Outcome(
        head.name,
        "value",
        _name(target, y.shape[1]),
        y.numpy(),
        outputs.numpy(),
        bounds=target.bounds,
        ordered=ordered,
        unit=unit,
    )


def find_scale(names: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return mean and deviation that targets were scaled by, None where they were not, or nobody knows."""
    scale = names.get("y_scale")
    return scale if isinstance(scale, dict) and {"mean", "deviation"} <= scale.keys() else None


def is_scaled(names: Mapping[str, Any]) -> bool:
    """Return whether targets were scaled in a way that cannot be undone here."""
    return "series" in names and find_scale(names) is None


def _name(target: Target, size: int) -> tuple[str, ...]:
    """Return a name for each class, value or label."""
    if len(target.labels) == size:
        return target.labels
    return tuple(str(number) for number in range(size))
