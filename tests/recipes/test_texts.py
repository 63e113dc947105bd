"""Texts become numbers by a vocabulary that knows the training part alone."""

import itertools
import json
import re
from collections import Counter

import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from designer.recipes.texts import (
    PAD,
    UNKNOWN,
    encode_texts,
    fit_vocabulary,
    join_pair,
    read_texts,
    split_pairs,
    take_texts,
)

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
    vocabulary = fit_vocabulary(["low lower lowest low low"], [0], "byte pair", 16)
    tokens = vocabulary["tokens"]
    assert "low" in tokens
    assert " low" in tokens
    (row,) = encode_texts(["low lower"], vocabulary, 8).tolist()
    assert "".join(tokens[number] for number in row if number) == "low lower"
    assert len([number for number in row if number]) < len("low lower")


def fit_slowly(pieces: dict[str, int], size: int) -> list[str]:
    """Byte pairs as the paper has them: count all pairs anew for each."""
    letters: Counter[str] = Counter()
    for piece, count in pieces.items():
        for letter in piece:
            letters[letter] += count
    tokens = sorted(letters, key=lambda letter: (-letters[letter], letter))[:size]
    words = [(list(piece), count) for piece, count in pieces.items()]
    while len(tokens) < size:
        counts: Counter[tuple[str, str]] = Counter()
        for word, count in words:
            for pair in itertools.pairwise(word):
                counts[pair] += count
        if not counts or max(counts.values()) < 2:
            break
        best = min(counts, key=lambda pair: (-counts[pair], pair))
        if "".join(best) not in tokens:
            tokens.append("".join(best))
        words = [(join_pair(word, best), count) for word, count in words]
    return tokens


@settings(max_examples=100, deadline=None)
@given(texts=st.lists(st.text("ab c", max_size=30), min_size=1, max_size=4), size=st.integers(4, 30))
def test_byte_pairs_are_those_of_the_paper(texts, size):
    vocabulary = fit_vocabulary(texts, range(len(texts)), "byte pair", size)
    pieces: Counter[str] = Counter()
    for text in texts:
        pieces.update(cut for cut in re.findall(r"\s?\w+|\s?[^\w\s]+|\s", text))
    assert vocabulary["tokens"][2:] == fit_slowly(pieces, size - 2)
    ranks = {token: number for number, token in enumerate(vocabulary["tokens"])}
    for piece in pieces:
        assert "".join(split_pairs(piece, ranks)) == piece


def test_missing_texts_are_empty_and_files_may_be_broken(tmp_path):
    assert take_texts(pd.DataFrame({"text": ["a", None, float("nan"), 3]}), "text") == ["a", "", "", "3"]
    (tmp_path / "a.txt").write_bytes("häß".encode() + b"\xff")
    (tmp_path / "b.txt").write_bytes(b"x" * 100)
    assert read_texts(tmp_path, ["a.txt", "b.txt"], longest=10) == ["häß\ufffd", "x" * 10]
    assert read_texts(tmp_path / "a.txt", ["a.txt"]) == ["häß\ufffd"]
    with pytest.raises(OSError):
        read_texts(tmp_path, ["c.txt"])
