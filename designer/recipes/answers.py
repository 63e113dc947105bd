"""From what a network gives to answers for people: a class with its probability, values in their own unit."""

from collections.abc import Sequence
from typing import Any

from torch import Tensor

MOST_COLUMNS = 50  # classes up to which each has a column with its probability
SURE = 60.0  # beyond which a sigmoid is 0 or 1 in any case


def find_shares(outputs: Tensor, form: str) -> Tensor:
    """Return the probabilities of N x classes, which add up to 1.

    `form` says what outputs are: "logits", "log probabilities", "questions" (a logit for each class by itself), or
    "shares".
    """
    outputs = outputs.double()
    if form == "logits":
        return outputs.softmax(1)
    if form == "log probabilities":
        return outputs.exp()
    shares = outputs.clamp(-SURE, SURE).sigmoid() if form == "questions" else outputs.clamp(0, 1)
    return shares / shares.sum(1, keepdim=True).clamp(min=1e-12)


def find_chances(outputs: Tensor, form: str, margin: float = 0.0, alike: bool = True) -> Tensor:
    """Return the probabilities of yes, N x questions.

    `form` says what outputs are: "logits", "distances" (that are below half a margin where two are `alike`), or "shares".
    """
    outputs = outputs.flatten(1).double()
    if form == "logits":
        return outputs.clamp(-SURE, SURE).sigmoid()
    if form == "distances":
        return (margin / 2 - outputs if alike else outputs - margin / 2).sigmoid()
    return outputs.clamp(0, 1)


def tell_classes(shares: Tensor, classes: Sequence[str]) -> dict[str, list[Any]]:
    """Return the class of each sample, its probability and, where they are few, the probabilities of all."""
    best = shares.max(1)
    columns: dict[str, list[Any]] = {
        "answer": [classes[number] for number in best.indices.tolist()],
        "probability": best.values.tolist(),
    }
    if len(classes) <= MOST_COLUMNS:
        columns |= {f"p({name})": shares[:, place].tolist() for place, name in enumerate(classes)}
    return columns


def tell_binary(chances: Tensor, classes: Sequence[str]) -> dict[str, list[Any]]:
    """Return which of two classes each sample is, its probability, and that of the second."""
    yes = chances[:, 0]
    return {
        "answer": [classes[int(chance > 0.5)] for chance in yes.tolist()],
        "probability": yes.maximum(1 - yes).tolist(),
        f"p({classes[1]})": yes.tolist(),
    }


def tell_questions(chances: Tensor, questions: Sequence[str]) -> dict[str, list[Any]]:
    """Return yes or no to each question, then the probabilities of yes."""
    answers: dict[str, list[Any]] = {
        name: ["yes" if chance > 0.5 else "no" for chance in chances[:, place].tolist()]
        for place, name in enumerate(questions)
    }
    return answers | {f"p({name})": chances[:, place].tolist() for place, name in enumerate(questions)}


def tell_values(values: Tensor, names: Sequence[str]) -> dict[str, list[Any]]:
    """Return a column for each of N x values."""
    values = values.flatten(1).double()
    return {name: values[:, place].tolist() for place, name in enumerate(names)}


def tell_next(outputs: Tensor, tokens: Sequence[str]) -> dict[str, list[Any]]:
    """Return the token that is likeliest to follow each N x length window, and its probability."""
    best = outputs[:, -1].double().softmax(1).max(1)
    return {
        "next": [tokens[number] if number < len(tokens) else "" for number in best.indices.tolist()],
        "probability": best.values.tolist(),
    }
