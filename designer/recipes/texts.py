"""Cut texts into words or characters, numbered by a vocabulary that is fitted on the training part."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

PAD = "<pad>"  # token 0: what fills up a short text
UNKNOWN = "<unknown>"  # token 1: what the vocabulary lacks


def take_texts(table: pd.DataFrame, column: str) -> list[str]:
    """Return a column of a table as texts; a missing one is empty."""
    return table[column].fillna("").astype(str).tolist()


def read_texts(path: Path, files: Sequence[str], longest: int = 1_000_000) -> list[str]:
    """Return the texts in files below a folder, or beside the one that `path` is, of each the first bytes."""
    root = path if path.is_dir() else path.parent
    texts = []
    for name in files:
        with (root / name).open("rb") as file:
            texts.append(file.read(longest).decode("utf-8", "replace"))
    return texts


def list_tokens(text: str, unit: str, lowercase: bool) -> list[str]:
    """Return the characters of a text, its words and marks, or, for other units, words with the space before them."""
    text = text.lower() if lowercase else text
    if unit == "character":
        return list(text)
    return re.findall(r"\w+|[^\w\s]" if unit == "word" else r"\s?\w+|\s?[^\w\s]+|\s", text)


def fit_vocabulary(
    texts: Sequence[str], rows: Iterable[int], unit: str, size: int, lowercase: bool = True
) -> dict[str, Any]:
    """Return at most so many tokens of some of the texts: what fills up, what is unknown, the commonest others."""
    counts = Counter[str]()
    for row in rows:
        counts.update(list_tokens(texts[row], unit, lowercase))
    tokens = sorted(counts, key=lambda token: (-counts[token], token))[: size - 2]
    return {"unit": unit, "lowercase": lowercase, "tokens": [PAD, UNKNOWN, *tokens]}


def number_texts(texts: Sequence[str], vocabulary: dict[str, Any]) -> list[list[int]]:
    """Return the numbers of the tokens of each text."""
    unit, lowercase = vocabulary["unit"], vocabulary["lowercase"]
    ranks = {token: number for number, token in enumerate(vocabulary["tokens"])}
    return [[ranks.get(token, 1) for token in list_tokens(text, unit, lowercase)] for text in texts]


def fill_rows(numbered: Sequence[Sequence[int]], length: int) -> Tensor:
    """Return N x length numbers: what is longer is cut off, what is shorter filled up with 0."""
    x = np.zeros((len(numbered), length), np.int64)
    for row, numbers in zip(x, numbered, strict=True):
        row[: len(numbers)] = numbers[:length]
    return torch.from_numpy(x)


def encode_texts(texts: Sequence[str], vocabulary: dict[str, Any], length: int) -> Tensor:
    """Return N x length tokens as numbers: longer texts are cut off, shorter ones filled up with 0."""
    return fill_rows(number_texts(texts, vocabulary), length)
