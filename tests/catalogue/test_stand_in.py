"""Random samples have the form they say, the same for the same seed."""

import pytest
import torch

from designer.catalogue.facts import facts, source_problem
from designer.document.project import Choice, Data, Project
from tests.catalogue.running_sources import load

FORMS = [
    {"shape": (3, 8, 6), "outputs": 5},
    {"shape": (7,), "outputs": 1},
    {"shape": (4, 4), "target": "value", "outputs": 3},
    {"shape": (12,), "vocabulary": 50, "outputs": 4},
    {"shape": (12,), "vocabulary": 50, "target": "next token"},
]


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_samples_are_as_the_facts_say(form):
    choice = Choice("RandomSamples", {"samples": 40, **form})
    known = facts(Project(data=Data(choice)))
    loaded = load(choice)
    x, y = loaded["x"], loaded["y"]
    assert x.shape == (40, *known.input.sizes)
    assert x.dtype == (torch.int64 if known.input.dtype == "int" else torch.float32)
    assert len(loaded["validation"]) == 8
    target = known.target
    if target.kind == "tokens":
        assert y.shape == (40, target.length)
        assert torch.equal(x[:, 1:], y[:, :-1])
    elif target.kind == "value":
        assert y.shape == (40, target.size)
        assert not torch.equal(y.flatten()[:4], x.flatten()[:4])
    else:
        classes = 2 if target.kind == "binary" else target.size
        assert y.shape == (40,)
        assert torch.equal(y.bincount(), torch.full((classes,), 40 // classes))
    again, other = load(choice), load(Choice("RandomSamples", {**choice.parameters, "seed": 9}))
    assert torch.equal(again["x"], x)
    assert torch.equal(again["y"], y)
    assert not torch.equal(other["x"], x)
    if known.input.dtype == "int":
        assert 0 <= x.min() <= x.max() < 50
    else:
        assert abs(x.mean()) < 0.2
        assert abs(x.std() - 1) < 0.2


@pytest.mark.parametrize(
    "form, words",
    [
        ({"shape": (3, 100_000, 100_000)}, "`samples` lower"),
        ({"vocabulary": 1}, "vocabulary of one"),
        ({"target": "next token"}, "Set `vocabulary`"),
        ({"target": "next token", "vocabulary": 9, "shape": (3, 4)}, "one size"),
    ],
)
def test_what_cannot_be_says_why(form, words):
    assert words in source_problem(Project(data=Data(Choice("RandomSamples", form))))
