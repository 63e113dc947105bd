"""The networks of sequences in the gallery: their weights, their code, what they learn and what they forecast."""

import math

import pytest
import torch
from torch import nn

from designer.api.running import Result, make_model, train
from designer.catalogue.facts import infer_project
from designer.catalogue.templates import GROUPS, open_template
from designer.codegen.script import render_module
from designer.engine.build import build
from designer.recipes.airline import load_airline_passengers
from tests.catalogue.running_sources import load

# BERT-base as published has 109,482,240 with pooler: less the 2 x 768 of the segments, more a head of 768 x 2 + 2.
WEIGHTS = {
    "gpt-2-small": 124_439_808,
    "bert-style-encoder": 109_482_240 - 2 * 768 + 768 * 2 + 2,
    "tiny-gpt": 809_856,
    "transformer-classifier": 26_410,
    "echo-state-network": 101,
}
# Epochs, score and its least value on the rows held out; the stories tell of more epochs.
GOALS = {
    "elman-rnn": (8, "r2", 0.95),
    "lstm-classifier": (15, "accuracy", 0.93),
    "transformer-classifier": (8, "accuracy", 0.94),
    "gru-forecaster": (60, "r2", 0.845),
}


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """Small networks are faster without a second thread, and the figures the same on every machine."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("name", WEIGHTS)
def test_it_has_the_weights_it_is_said_to_have(name):
    assert infer_project(open_template(name)).parameters == WEIGHTS[name]


@pytest.mark.parametrize("name", GROUPS["Sequences"])
def test_the_exported_module_runs_forward_and_backward(name):
    project = open_template(name)
    known = infer_project(project)
    (given,) = [item.outputs[0] for item in known.nodes.values() if item.node.kind == "Input"]
    (wanted,) = [item.inputs[0] for item in known.nodes.values() if item.node.kind == "Output"]
    large = known.parameters > 1_000_000
    with torch.device("meta" if large else "cpu"):
        model = build(render_module(project)).make_model()
        x = torch.ones(2, *given.sizes, dtype=torch.int64 if given.dtype == "int" else torch.float32)
        answer = model(x)
        answer.square().mean().backward()
    assert answer.shape == (2, *wanted.sizes)
    assert large or answer.isfinite().all()
    # Weights that two layers share are listed once.
    assert sum(weight.numel() for weight in model.parameters()) == known.parameters
    assert all(weight.grad is not None for weight in model.parameters())


def test_a_block_reads_as_a_person_would_write_it():
    text = render_module(open_template("gpt-2-small")).text
    for line in (
        "    def __init__(self, width: int = 768, heads: int = 12, dropout: float = 0.1) -> None:",
        "            SelfAttention(width, heads, dropout=dropout, causal=True),",
        "        x = x + self.attention(x)",
        "        return x + self.mlp(x)",
        "        self.blocks = nn.Sequential(*[Block() for _ in range(12)])",
        "        self.head.weight = self.stem[0].weight",
    ):
        assert f"\n{line}\n" in text


@pytest.mark.parametrize("name", ["tiny-gpt", "gpt-2-small"])
def test_a_gpt_starts_without_a_prejudice_and_does_not_look_ahead(name):
    """The first loss is that of a guess among all tokens, and no place is told of what comes after it."""
    project = open_template(name)
    if name == "gpt-2-small":  # one block is enough for the question, and its words too many
        text = render_module(project).text.replace("range(12)", "range(1)").replace("50257", "512")
        space = {}
        exec(compile(text, name, "exec"), space)
        model, vocabulary = space["GPT2Small"]().eval(), 512
    else:
        model, vocabulary = build(render_module(project)).make_model().eval(), 65
    torch.manual_seed(0)
    tokens = torch.randint(vocabulary, (4, 33))
    with torch.no_grad():
        logits = model(tokens[:, :-1])
        other = torch.cat([tokens[:, :16], tokens[:, 16:-1].flip(1)], 1)
        assert torch.allclose(model(other)[:, :16], logits[:, :16], atol=1e-5)
    first = nn.functional.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten())
    assert abs(first.item() - math.log(vocabulary)) < 0.4


@pytest.mark.parametrize("name", GOALS)
def test_it_learns_what_its_story_says(name):
    epochs, score, least = GOALS[name]
    last = train(open_template(name), epochs=epochs, device="cpu").history[-1]
    assert last.val_metrics[score] >= least


def find_error(project, result: Result) -> tuple[float, float]:
    """Return the mean error of the passengers held out, as a share of them: of the network, and of the naive forecast.

    The naive one says that a month grows over the month before as it did a year ago.
    """
    loaded = load(project.data.source)
    x, validation, train_rows = (loaded[name] for name in ("x", "validation", "train"))
    length = x.shape[1]
    known = loaded["series"].unfold(0, length + 1, 1)[train_rows][:, :length]
    with torch.no_grad():
        answer = make_model(project, result.weights)(x[validation])[:, 0]
    change = answer.double() * known.std(correction=0) + known.mean()
    passengers = load_airline_passengers()
    # A window of `length` changes, the first of which leads to month 1, ends at the month before the one foretold.
    before = validation + length
    wanted = passengers[before + 1]
    ours = passengers[before] * change.exp()
    naive = passengers[before] * passengers[before - 11] / passengers[before - 12]
    return tuple(((guess - wanted).abs() / wanted).mean().item() for guess in (ours, naive))


def test_the_echo_state_network_forecasts_better_than_last_year():
    project = open_template("echo-state-network")
    result = train(project, device="cpu")
    assert result.history[-1].val_metrics["r2"] > 0.88
    loaded = load(project.data.source)
    x, y, validation = (loaded[name] for name in ("x", "y", "validation"))
    errors = (x[validation][:, -12] - y[validation]).square().sum()
    naive = 1 - errors / (y[validation] - y[validation].mean()).square().sum()
    assert naive.item() == pytest.approx(0.84, abs=0.005)
    ours, theirs = find_error(project, result)
    assert ours < 0.029 < 0.033 < theirs


def test_its_reservoir_is_not_trained():
    project = open_template("echo-state-network")
    model = build(render_module(project)).make_model()
    assert [name for name, _ in model.named_parameters()] == ["forecast.weight", "forecast.bias"]
    radius = torch.linalg.eigvals(model.reservoir.weight_hh).abs().max().item()
    assert radius == pytest.approx(0.99, abs=1e-3)
