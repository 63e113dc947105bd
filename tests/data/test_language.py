"""A text by words or byte pairs: tokens put together are the text again, and the network goes on with it."""

import sys

import pytest
import torch

import designer
from designer import layer
from designer.catalogue.facts import facts, source_problem
from designer.codegen.preparation import render_preparation
from designer.codegen.script import render_script
from designer.data import DataError, look_again
from designer.document.project import Choice, Data, Project
from designer.engine.build import build
from designer.recipes.texts import UNKNOWN
from tests.catalogue.running_sources import load
from tests.codegen.ruff_run import demand_style

SPEECH = "To be, or not to be: that is the question.\nWhether 'tis nobler in the mind to suffer\n" * 12


@pytest.fixture
def speech(tmp_path):
    path = tmp_path / "speech.txt"
    path.write_text(SPEECH, "utf-8")
    return path


@pytest.mark.parametrize("unit", ["byte pair", "word"])
def test_tokens_put_together_are_the_text(speech, unit):
    found = look_again(Choice("Language", {"unit": unit, "length": 7}), speech)
    known = facts(Project(data=Data(found.source)))
    loaded = load(found.source, speech)
    tokens = loaded["vocabulary"]["tokens"]
    assert len(tokens) <= known.vocabulary == known.target.size
    read = "".join(tokens[token] for token in loaded["tokens"].tolist())
    # Words that come once are unknown: "To" without a line end before it, and the last line end.
    assert read == SPEECH if unit == "byte pair" else read.strip(UNKNOWN) == SPEECH[2:-1]
    assert len(loaded["tokens"]) < 0.8 * len(SPEECH)
    assert loaded["x"].dtype == torch.int64
    assert loaded["x"].shape[1:] == loaded["y"].shape[1:] == known.input.sizes == (7,)
    assert torch.equal(loaded["x"].flatten()[1:], loaded["y"].flatten()[:-1])
    assert known.rows in (None, len(loaded["x"]))
    assert loaded["train"].max() < loaded["validation"].min()
    assert known.gap == 0


def test_what_only_the_held_out_part_says_is_unknown(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("a b " * 80 + "z z z z " * 10, "utf-8")
    found = look_again(Choice("Language", {"unit": "word", "length": 4}), path)
    loaded = load(found.source, path, validation=0.2)
    assert " z" not in loaded["vocabulary"]["tokens"]
    assert loaded["tokens"][-5:-1].tolist() == [1, 1, 1, 1]


def test_a_network_goes_on_with_the_text(speech, tmp_path):
    source = look_again(Choice("Language", {"length": 8}), speech).source
    size = facts(Project(data=Data(source))).vocabulary
    project = designer.build(
        "writer",
        layer("Embedding", num_embeddings=size, embedding_dim=8),
        layer("Linear", out_features=size),
        data=source,
        batch_size=16,
    )
    text = render_script(project)
    demand_style(tmp_path, [text.text])
    assert text.text.count("DECODERS: list[Tokenizer]") == 1
    assert "tokenizers" in text.text.split('"""')[1]  # among what is to be installed
    assert text.samples == "text"
    losses = [epoch.val_loss for epoch in designer.train(project, epochs=4).history]
    assert losses[-1] < losses[0]
    script = build(text)
    script.load_data(speech)
    torch.manual_seed(0)
    drawn = script.names["sample"](script.names[text.model](), 20)
    assert len(drawn) >= 5


def test_a_package_that_is_missing_is_named(speech, monkeypatch):
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    source = render_preparation(Data(look_again(Choice("Language"), speech).source))
    with pytest.raises(ValueError, match=r"needs the package tokenizers. Install it: python -m pip install tokenizers"):
        build(source)


def test_texts_that_are_none_get_a_sentence(tmp_path):
    path = tmp_path / "short.txt"
    path.write_text("alone", "utf-8")
    with pytest.raises(DataError, match="fewer than three words"):
        look_again(Choice("Language"), path)
    path.write_bytes(b"\xff\xfe\x00\xd8")
    with pytest.raises(DataError, match="is no text in UTF-8"):
        look_again(Choice("Language"), path)
    assert "Choose the text file" in source_problem(Project(data=Data(Choice("Language"))))
    few = Choice("Language", {"words": 40, "length": 64, "unit": "word"})
    assert "no two windows of 64" in source_problem(Project(data=Data(few)))
