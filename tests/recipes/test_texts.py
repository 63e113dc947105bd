"""Texts become numbers by a vocabulary that knows the training part alone."""

import json
import os
import subprocess
import sys

import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from designer.recipes.byte_pairs import encode_pairs, fit_pairs, fit_text, number_pairs, open_tokenizer, spell_pairs
from designer.recipes.texts import PAD, UNKNOWN, encode_texts, fit_vocabulary, read_texts, take_texts

TEXTS = ["Free prize, FREE!", "are you free?", "see you", ""]


def test_words_are_numbered_by_how_common_they_are():
    vocabulary = fit_vocabulary(TEXTS, [0, 1], "word", 6)
    assert vocabulary == {"unit": "word", "lowercase": True, "tokens": [PAD, UNKNOWN, "free", "!", ",", "?"]}
    assert json.loads(json.dumps(vocabulary)) == vocabulary
    x = encode_texts(TEXTS, vocabulary, 4)
    assert x.dtype == torch.int64
    assert x.tolist() == [[2, 1, 4, 2], [1, 1, 2, 5], [1, 1, 0, 0], [0, 0, 0, 0]]
    assert "Free" in fit_vocabulary(TEXTS, [0], "word", 10, lowercase=False)["tokens"]


def test_rows_that_are_not_trained_on_are_not_in_the_vocabulary():
    assert "see" not in fit_vocabulary(TEXTS, [0, 1, 3], "word", 100)["tokens"]
    assert "s" not in fit_vocabulary(TEXTS, [0, 1, 3], "character", 100)["tokens"][:2]


def test_characters():
    vocabulary = fit_vocabulary(["abba", "b c"], [0, 1], "character", 100)
    assert vocabulary["tokens"][2:] == ["b", "a", " ", "c"]
    assert encode_texts(["cab!"], vocabulary, 5).tolist() == [[5, 3, 2, 1, 0]]


def test_byte_pairs_join_what_stands_together():
    vocabulary = fit_pairs(["low lower lowest low low"], [0], 270)
    assert json.loads(json.dumps(vocabulary)) == vocabulary
    tokens = vocabulary["tokens"]
    assert {"low", " low", "z", "Ã"} <= set(tokens)  # and the first byte of é
    assert len(tokens) <= 270
    (row,) = encode_pairs(["Low lower"], vocabulary, 8).tolist()
    assert "".join(tokens[number] for number in row if number) == "low lower"
    assert len([number for number in row if number]) < len("low lower")
    assert encode_pairs(["Low lower"], vocabulary, 2).tolist() == [row[:2]]
    with pytest.raises(ValueError, match="by an earlier version, which cut texts otherwise"):
        encode_pairs([""], {"unit": "byte pair", "tokens": [PAD, UNKNOWN]}, 4)


@settings(max_examples=60, deadline=None)
@given(
    texts=st.lists(st.text(st.characters(codec="utf-8"), max_size=30), min_size=1, max_size=4), seen=st.integers(0, 3)
)
def test_byte_pairs_give_the_very_text_back(texts, seen):
    """Whatever they were fitted to, and whatever the text is: nothing is unknown."""
    vocabulary = fit_pairs(texts, range(min(seen, len(texts))), 280, lowercase=False)
    for text, numbers in zip(texts, number_pairs(texts, vocabulary), strict=True):
        assert spell_pairs([0, *numbers, 0], open_tokenizer(vocabulary)) == text
        assert all(2 <= number < len(vocabulary["tokens"]) for number in numbers)


def test_byte_pairs_are_the_same_in_every_process():
    own = fit_text(" ".join(str(n * n) for n in range(20_000)), 600)["tokenizer"]
    code = (
        "from designer.recipes.byte_pairs import fit_text;"
        "print(fit_text(' '.join(str(n * n) for n in range(20_000)), 600)['tokenizer'])"
    )
    alone = os.environ | {"PYTHONHASHSEED": "2", "TOKENIZERS_PARALLELISM": "false"}
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60, check=True, env=alone)
    assert json.loads(other.stdout) == json.loads(own)


def test_missing_texts_are_empty_and_files_may_be_broken(tmp_path):
    assert take_texts(pd.DataFrame({"text": ["a", None, float("nan"), 3]}), "text") == ["a", "", "", "3"]
    (tmp_path / "a.txt").write_bytes("häß".encode() + b"\xff")
    (tmp_path / "b.txt").write_bytes(b"x" * 100)
    assert read_texts(tmp_path, ["a.txt", "b.txt"], longest=10) == ["häß\ufffd", "x" * 10]
    assert read_texts(tmp_path / "a.txt", ["a.txt"]) == ["häß\ufffd"]
    with pytest.raises(OSError):
        read_texts(tmp_path, ["c.txt"])
