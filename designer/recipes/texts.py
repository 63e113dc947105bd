"""Cut texts into words, characters or byte pairs, numbered by a vocabulary that is fitted on the training part."""

import heapq
import itertools
import re
from collections import Counter, defaultdict
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


def fit_pairs(pieces: Counter[str], size: int) -> list[str]:
    """Return characters, the commonest first, then what comes of joining, again and again, the commonest pair.

    Sennrich and others (2016), on characters: what is joined stays within a piece.
    """
    letters = Counter[str]()
    for piece, count in pieces.items():
        for letter in piece:
            letters[letter] += count
    tokens = [letter for letter, _ in sorted(letters.items(), key=lambda item: (-item[1], item[0]))][:size]
    words = [list(piece) for piece in pieces]
    times = list(pieces.values())
    counts: Counter[tuple[str, str]] = Counter()
    places: dict[tuple[str, str], set[int]] = defaultdict(set)

    def count_pairs(number: int, sign: int) -> None:
        for pair in itertools.pairwise(words[number]):
            counts[pair] += sign * times[number]
            places[pair].add(number)

    for number in range(len(words)):
        count_pairs(number, 1)
    best = [(-count, pair) for pair, count in counts.items()]
    heapq.heapify(best)
    known = set(tokens)
    while best and len(tokens) < size:
        count, pair = heapq.heappop(best)
        if counts[pair] != -count:  # it was counted before some of its letters were joined with others
            if counts[pair] > 1:
                heapq.heappush(best, (-counts[pair], pair))
            continue
        if count > -2:
            break
        if pair[0] + pair[1] not in known:
            known.add(pair[0] + pair[1])
            tokens.append(pair[0] + pair[1])
        for number in places.pop(pair):
            count_pairs(number, -1)
            words[number] = join_pair(words[number], pair)
            count_pairs(number, 1)
            for each in itertools.pairwise(words[number]):
                if pair[0] + pair[1] in each:
                    heapq.heappush(best, (-counts[each], each))
    return tokens


def join_pair(word: list[str], pair: tuple[str, str]) -> list[str]:
    """Return the tokens of a word with every occurrence of a pair made into one."""
    joined: list[str] = []
    for token in word:
        if joined and (joined[-1], token) == pair:
            joined[-1] += token
        else:
            joined.append(token)
    return joined


def fit_vocabulary(
    texts: Sequence[str], rows: Iterable[int], unit: str, size: int, lowercase: bool = True
) -> dict[str, Any]:
    """Return at most so many tokens of some of the texts: what fills up, what is unknown, the commonest others."""
    counts = Counter[str]()
    for row in rows:
        counts.update(list_tokens(texts[row], unit, lowercase))
    if unit == "byte pair":
        tokens = fit_pairs(counts, size - 2)
    else:
        tokens = sorted(counts, key=lambda token: (-counts[token], token))[: size - 2]
    return {"unit": unit, "lowercase": lowercase, "tokens": [PAD, UNKNOWN, *tokens]}


def split_pairs(piece: str, ranks: dict[str, int]) -> list[str]:
    """Return a piece as tokens: neighbours are joined as long as that makes a token, the one that was found first."""
    word = list(piece)
    while len(word) > 1:
        pairs = list(itertools.pairwise(word))
        best = min(pairs, key=lambda pair: ranks.get(pair[0] + pair[1], len(ranks)))
        if best[0] + best[1] not in ranks:
            break
        word = join_pair(word, best)
    return word


def number_texts(texts: Sequence[str], vocabulary: dict[str, Any]) -> list[list[int]]:
    """Return the numbers of the tokens of each text."""
    unit, lowercase = vocabulary["unit"], vocabulary["lowercase"]
    ranks = {token: number for number, token in enumerate(vocabulary["tokens"])}
    known: dict[str, list[int]] = {}
    numbered = []
    for text in texts:
        numbers: list[int] = []
        for piece in list_tokens(text, unit, lowercase):
            if piece not in known:
                tokens = split_pairs(piece, ranks) if unit == "byte pair" else [piece]
                known[piece] = [ranks.get(token, 1) for token in tokens]
            numbers += known[piece]
        numbered.append(numbers)
    return numbered


def encode_texts(texts: Sequence[str], vocabulary: dict[str, Any], length: int) -> Tensor:
    """Return N x length tokens as numbers: longer texts are cut off, shorter ones filled up with 0."""
    x = np.zeros((len(texts), length), np.int64)
    for row, numbers in zip(x, number_texts(texts, vocabulary), strict=True):
        row[: len(numbers)] = numbers[:length]
    return torch.from_numpy(x)
