"""What can be asked of the outputs of a network: the score of a class, a value, the token that comes next."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from designer.catalogue.facts import facts
from designer.catalogue.measuring import read_target
from designer.catalogue.source_spec import Target
from designer.document.project import Project
from designer.engine.bundle import Bundle, parts_of
from designer.engine.evaluation.reading import Head, find_scale, list_heads

MOST_TOKENS = 50  # that are offered, the likeliest first
UNITS = {  # by what outputs mean under the loss
    "logits": "score before it becomes a probability",
    "scores": "score",
    "log_probabilities": "log of the probability",
    "probabilities": "probability",
    "distances": "distance",
    "rates": "rate",
    "values": "",
}

Pick = Callable[[tuple[Tensor, ...], tuple[Tensor, ...]], Tensor]  # outputs, inputs -> one number a row


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """Something to explain: its name, what gives its number for each row, and what the number is counted in.

    `factor` and `shift` turn it into the unit of the data; `is_amount` says that it is a number of its own, not a score for
    an answer.
    """

    name: str
    pick: Pick
    unit: str
    factor: float = 1.0
    shift: float = 0.0
    is_amount: bool = False


def list_questions(
    project: Project, outputs: Bundle, names: Mapping[str, Any], tokens: int = 0
) -> tuple[tuple[Question, ...], int]:
    """Return what can be asked of a network, and which of it is its answer to the sample whose outputs these are.

    Of a window of tokens the first `tokens` are a text, 0 says that all are.
    """
    known, answer = facts(project), -1
    found: list[Question] = []
    heads = list_heads(project)
    for place, (head, out) in enumerate(zip(heads, parts_of(outputs), strict=False)):
        target = Target("value", out[0].numel()) if known is None else known.target
        questions, chosen = _list_of(head, target, out, place, names, tokens)
        answer = chosen + len(found) if answer < 0 and questions else answer
        prefix = f"{head.name}: " if len(heads) > 1 and head.name else ""
        found += [replace(q, name=prefix + q.name) for q in questions]
    return tuple(found), max(answer, 0)


def _list_of(
    head: Head, target: Target, out: Tensor, place: int, names: Mapping[str, Any], tokens: int
) -> tuple[list[Question], int]:
    unit = UNITS[head.loss.outputs]
    if head.compares_input:
        return [Question("difference from the input", _differ(place, head), "mean square", is_amount=True)], 0
    reading = read_target(target, head.loss, max(out[0].numel(), 1))
    labels = target.labels if len(target.labels) == reading.size else tuple(map(str, range(reading.size)))
    if reading.task == "tokens" and out.ndim == 3:
        vocabulary, last = names.get("vocabulary"), (tokens or out.shape[1]) - 1
        words = target.labels or (tuple(vocabulary["tokens"]) if isinstance(vocabulary, dict) else ())
        labels = words if len(words) == out.shape[2] else tuple(map(str, range(out.shape[2])))
        likely = out[0, last].argsort(descending=True, stable=True)[:MOST_TOKENS].tolist()
        return [Question(f"next: {labels[k]!r}", _take_token(place, last, k), unit) for k in likely], 0
    if reading.task == "class" and out.ndim == 2:
        labels = labels if len(labels) == out.shape[1] else tuple(map(str, range(out.shape[1])))
        return [Question(labels[k], _take(place, k), unit) for k in range(out.shape[1])], int(out[0].argmax())
    if reading.task in ("binary", "labels"):
        return _list_yes(head, target, out, place, unit)
    if reading.task == "value":
        return _list_values(head, target, out, place, names), 0
    return [], 0


def _list_yes(head: Head, target: Target, out: Tensor, place: int, unit: str) -> tuple[list[Question], int]:
    """Return yes and no of one question, or yes of each of several."""
    flat = out.flatten(1)[0]
    apart = head.loss.outputs == "distances" and head.values.get("alike", 1) == 1  # the nearer, the more of a yes
    if target.kind != "binary":
        labels = target.labels if len(target.labels) == len(flat) else tuple(map(str, range(len(flat))))
        return [Question(name, _take(place, k), unit) for k, name in enumerate(labels)], int(flat.argmax())
    no, yes = target.labels if len(target.labels) == 2 else ("no", "yes")
    middle = {"logits": 0.0, "scores": 0.0, "distances": head.values.get("margin", 0.0) / 2}.get(head.loss.outputs, 0.5)
    answer = (float(flat[0]) > middle) != apart
    signs = (1.0, -1.0) if apart else (-1.0, 1.0)
    return [Question(name, _take(place, 0, sign), unit) for name, sign in zip((no, yes), signs, strict=True)], int(
        answer
    )


def _list_values(head: Head, target: Target, out: Tensor, place: int, names: Mapping[str, Any]) -> list[Question]:
    count = out[0].numel() // head.loss.per_value
    labels = target.labels if len(target.labels) == count else tuple(f"value {k + 1}" for k in range(count))
    scale = find_scale(names)
    found = []
    for k, name in enumerate(labels):
        factor, shift, unit = 1.0, 0.0, UNITS[head.loss.outputs]
        if scale is not None:
            factor, shift = (_read_scale(scale[key], k) for key in ("deviation", "mean"))
            unit = ""
        found.append(Question(name, _take(place, k), unit, factor, shift, is_amount=True))
    return found


def _read_scale(values: Any, place: int) -> float:
    flat = torch.as_tensor(values, dtype=torch.float64).flatten()
    return float(flat[place if len(flat) > place else 0])


def _take(place: int, number: int, sign: float = 1.0) -> Pick:
    return lambda outputs, inputs: sign * outputs[place].flatten(1)[:, number]


def _take_token(place: int, last: int, token: int) -> Pick:
    return lambda outputs, inputs: outputs[place][:, last, token]


def _differ(place: int, head: Head) -> Pick:
    def pick(outputs: tuple[Tensor, ...], inputs: tuple[Tensor, ...]) -> Tensor:
        out = outputs[place].sigmoid() if head.loss.outputs == "logits" else outputs[place]
        return (out.flatten(1) - inputs[0].flatten(1)).square().mean(1)

    return pick
