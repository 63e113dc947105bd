"""Explanations of networks whose weights say what the explanation must be, and of every kind of network there is."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

import designer
from designer import layer
from designer.catalogue.matching import match_loss
from designer.catalogue.templates import open_template
from designer.data import look
from designer.engine.bundle import parts_of
from designer.engine.evaluation.resampling import Cancelled
from designer.engine.explaining.explaining import explain
from designer.engine.explaining.methods import METHODS, refuse
from designer.engine.explaining.questions import list_questions
from designer.engine.explaining.record import Ask, ExplainError
from designer.engine.explaining.traits import read_traits
from tests.engine.explaining.networks import fill, find, open_drawn, sample
from tests.engine.objective_projects import adversaries, language, siamese, two_heads
from tests.engine.plans import CONVOLUTION, digits, make_project
from tests.engine.test_media_sources import make_texts

LINE = make_project("Diabetes", ("Linear", {"out_features": 1}), loss="MSELoss")
FLAT = digits(("Flatten", {}), ("Linear", {"out_features": 10}))
MAPS = digits(
    ("Conv2d", {"out_channels": 1, "kernel_size": 3, "padding": 1}),
    ("ReLU", {}),
    ("Conv2d", {"out_channels": 2, "kernel_size": 3, "padding": 1}),
    ("ReLU", {}),
    ("Flatten", {}),
    ("Linear", {"out_features": 10}),
)


def test_integrated_gradients_of_a_line_are_weight_times_input():
    network, x = open_drawn(LINE)
    row = sample(x, 5)
    found = explain(network, row, Ask("integrated", baseline="zero"))
    (heat,) = found.heats
    deviation, mean = (float(torch.as_tensor(network.names["y_scale"][key])) for key in ("deviation", "mean"))
    expected = find(network.model, nn.Linear)[0].weight.detach()[0] * row[0] * deviation
    assert np.abs(heat.values / deviation - expected.numpy() / deviation).max() < 1e-6
    assert heat.names[:2] == ("feature 1", "feature 2")
    assert found.score == pytest.approx(network.model(row).item() * deviation + mean, rel=1e-6)
    assert "gap 0.0 %" in found.notes[0]
    # From the mean of the samples on, what is as the mean has it gets nothing; occlusion of a line says the same.
    means = [explain(network, row, Ask(method)).heats[0].values for method in ("integrated", "occlusion")]
    assert np.allclose(means[0], means[1], atol=1e-3)
    assert np.allclose(means[0], expected * (1 - x.mean(0) / row[0]), atol=1e-3)


def test_occlusion_and_gradient_find_the_one_pixel_that_matters():
    def look_at_one(model: nn.Module) -> None:
        (head,) = find(model, nn.Linear)
        fill(head, 0.0)
        head.weight[3, 2 * 8 + 5] = 1.0  # type: ignore[index,operator]

    network, x = open_drawn(FLAT, look_at_one)
    row = int(parts_of(x)[0][:, 0, 2, 5].argmax())
    for method in ("occlusion", "integrated", "gradient"):
        found = explain(network, sample(x, row), Ask(method, question=3))
        values = found.heats[0].values
        assert values.shape == (8, 8)
        assert np.unravel_index(values.argmax(), values.shape) == (2, 5)
        assert values[2, 5] > 0
        assert found.questions[found.asked] == "3"
    assert np.count_nonzero(values) == 1
    # Of another class there is nothing to say, and that is said.
    nothing = explain(network, sample(x, row), Ask("gradient", question=4))
    assert not nothing.heats[0].values.any()
    assert "All of it is 0" in nothing.notes[-1]


def test_grad_cam_peaks_where_the_bright_patch_is():
    def see_brightness(model: nn.Module) -> None:
        for convolution in find(model, nn.Conv2d):
            fill(convolution, 1 / 9)
        fill(find(model, nn.Linear)[0], 1.0)

    network, x = open_drawn(MAPS, see_brightness)
    patch = torch.zeros_like(sample(x))
    patch[0, 0, 1:3, 5:7] = 1.0
    layers = read_traits(network.project).convolutions
    assert len(layers) == 2
    for node in ("", layers[0].id):
        found = explain(network, patch, Ask("gradcam", layer=node))
        assert found.ask.layer == (node or layers[1].id)
        values = found.heats[0].values
        row, column = np.unravel_index(values.argmax(), values.shape)
        assert 1 <= row <= 2
        assert 5 <= column <= 6
        assert values.min() >= 0
        assert values[6, 1] == 0


def test_tokens_are_explained_at_the_embedding_as_captum_does_it():
    from captum.attr import LayerIntegratedGradients

    network, x = open_drawn(language())
    row = sample(x, 1)
    found = explain(network, row, Ask("integrated", question=2))
    (heat,) = found.heats
    vocabulary = network.project.data.source.parameters["vocabulary"]
    assert "".join(heat.names) == "".join(vocabulary[number] for number in row[0].tolist())
    token = vocabulary.index(eval(found.questions[2].removeprefix("next: ")))
    (layer,) = find(network.model, nn.Embedding)
    method = LayerIntegratedGradients(lambda given: network.model(given)[:, -1, token], layer)
    with torch.no_grad():
        layer.weight[199] = 0.0  # a token that the text lacks: its vector is the baseline of both
    expected = method.attribute(row, torch.full_like(row, 199), n_steps=64).sum(-1)[0]
    assert np.allclose(heat.values, expected.detach().numpy(), atol=1e-6)


def test_of_a_short_text_the_token_behind_it_is_explained_not_that_behind_the_padding():
    network, x = open_drawn(language())
    with torch.no_grad():
        outputs = network.model(sample(x, 1))
    questions, _ = list_questions(network.project, outputs, network.names, 3)
    likely = outputs[0, 2].argmax()
    assert questions[0].name == f"next: {network.project.data.source.parameters['vocabulary'][likely]!r}"
    assert questions[0].pick((outputs,), ()) == outputs[0, 2, likely]
    found = explain(network, sample(x, 1), Ask("gradient"), tokens=3)
    assert found.questions == tuple(each.name for each in questions)


@pytest.mark.parametrize("mode", ["mean", "sum", "max"])
def test_words_in_a_bag_get_what_they_add(mode, tmp_path):
    path, _, _ = make_texts(tmp_path)
    size = {"num_embeddings": 100, "embedding_dim": 8, "padding_idx": 0, "mode": mode}
    layers = (layer("EmbeddingBag", **size), layer("Linear", out_features=1))
    network, x = open_drawn(match_loss(designer.build("bag", *layers, data=look(path).source, device="cpu")))
    row = sample(x, 1)
    found = explain(network, row, Ask("integrated", question=1))
    (heat,) = found.heats
    assert heat.names[-1].startswith("<pad> × ") or "<pad>" not in heat.names
    with torch.no_grad():
        (bag,), (head,) = (find(network.model, kind) for kind in (nn.EmbeddingBag, nn.Linear))
        each = head.weight[0] @ bag.weight[heat.sample].T
    assert found.score == pytest.approx(network.model(row).item(), abs=1e-6)
    if mode != "max":
        words = heat.sample != 0
        count = words.sum() if mode == "mean" else 1
        assert np.allclose(heat.values[words], each.numpy()[words] / count, atol=1e-6)
        assert not heat.values[~words].any()
    assert heat.values.sum() == pytest.approx(found.score - head.bias.item(), abs=1e-2 if mode == "max" else 1e-5)
    covered = explain(network, row, Ask("occlusion", question=1)).heats[0].values
    assert mode == "max" or np.allclose(covered, heat.values, atol=1e-6)


def list_projects():
    yield "convolution", digits(*CONVOLUTION)
    yield "heads", two_heads()
    yield "pair", siamese()
    yield "language", language()
    for name in (
        "digits-rows",
        "gru-forecaster",
        "transformer-classifier",
        "vae",
        "task-multi-label",
        "xor-perceptron",
    ):
        project = open_template(name)
        yield name, replace(project, training=replace(project.training, device="cpu"))


@pytest.mark.parametrize("project", [project for _, project in list_projects()], ids=[name for name, _ in list_projects()])  # fmt: skip
def test_all_that_applies_works_twice_alike_and_leaves_the_network_alone(project):
    network, x = open_drawn(project)
    network.model.train()
    weights = {name: weight.clone() for name, weight in network.model.state_dict().items()}
    row, random = sample(x), torch.get_rng_state()
    for method in METHODS:
        if refuse(method, read_traits(project)):
            with pytest.raises(ExplainError):
                explain(network, row, Ask(method))
            continue
        first, second = (explain(network, row, Ask(method)) for _ in range(2))
        assert first.ask == second.ask
        assert len(first.heats) == len(parts_of(x))
        for one, other, part in zip(first.heats, second.heats, parts_of(x), strict=True):
            assert (one.values == other.values).all()
            assert np.isfinite(one.values).all()
            assert one.values.size <= part[0].numel()
        assert first.signed or all((heat.values >= 0).all() for heat in first.heats)
    assert all(module.training for module in network.model.modules())
    assert all(torch.equal(weight, weights[name]) for name, weight in network.model.state_dict().items())
    assert all(weight.grad is None and weight.requires_grad for weight in network.model.parameters())
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in network.model.modules())
    assert torch.equal(random, torch.get_rng_state())


def test_memory_is_bounded_and_it_can_be_given_up(monkeypatch):
    network, x = open_drawn(digits(*CONVOLUTION))
    whole = explain(network, sample(x), Ask("integrated")).heats[0].values
    monkeypatch.setattr("designer.engine.explaining.attributing.MOST_ROWS", 5)
    rows = []
    network.model.register_forward_hook(lambda module, given, out: rows.append(len(out)))
    for method in ("integrated", "occlusion"):
        parts = explain(network, sample(x), Ask(method)).heats[0].values
        assert max(rows) <= 5
        assert method == "occlusion" or np.allclose(parts, whole, atol=1e-6)
        shares = []

        def go_on(share, shares=shares):
            shares.append(share)
            return len(shares) < 6

        with pytest.raises(Cancelled):
            explain(network, sample(x), Ask(method), go_on)
        assert shares == sorted(shares)
        assert shares[-1] < 1
    assert all(weight.requires_grad for weight in network.model.parameters())
    # Of a network whose layers give very much one row goes at a time.
    rows.clear()
    monkeypatch.setattr("designer.engine.explaining.attributing.MOST_NUMBERS", 1)
    assert np.allclose(explain(network, sample(x), Ask("integrated")).heats[0].values, whole, atol=1e-6)
    assert max(rows) == 1


def test_what_cannot_be_explained_says_why():
    assert "makes samples" in refuse("integrated", read_traits(adversaries()))
    assert "no convolution" in refuse("gradcam", read_traits(LINE))
    assert "not known" in refuse("occlusion", read_traits(replace(LINE, data=replace(LINE.data, source=None))))
    characters = language()
    bare = replace(characters.graph, nodes={k: n for k, n in characters.graph.nodes.items() if n.kind != "Embedding"})
    assert "Choose occlusion" in refuse("integrated", read_traits(replace(characters, graph=bare)))
    network, x = open_drawn(LINE)
    with pytest.raises(ExplainError, match="not a number"):
        explain(network, sample(x) * float("nan"), Ask("integrated"))
