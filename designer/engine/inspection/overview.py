"""What all texts of a source have in common: their lengths, their words by class, the tokens of a corpus."""

import math
import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from designer.document.wording import show_name
from designer.engine.inspection.raw import OUT, Raw, read_values
from designer.engine.inspection.reading import Reading
from designer.engine.inspection.tokens import name_tokens

MOST_TEXTS = 50_000  # whose words are counted
SHOWN = 14  # words of a class
MOST_TOKENS = 40
COMMON = 3  # times a word must occur in a class to be typical of it


@dataclass(frozen=True, slots=True, eq=False)
class TextOverview:
    """The lengths of texts in words, the most frequent words of each class, and those most typical of it."""

    lengths: NDArray[np.int64]
    frequent: dict[str, list[str]]
    typical: dict[str, list[str]]

    def tell(self) -> list[str]:
        """Return it in sentences."""
        low, middle, high = (int(each) for each in np.percentile(self.lengths, (0, 50, 100)))
        told = [f"{low:,} to {high:,} words, half of the texts up to {middle:,}"]
        told += [f"Typical of {label}: {', '.join(words)}" for label, words in self.typical.items() if words]
        return told + [
            f"Most frequent in {label}: {', '.join(words)}" for label, words in self.frequent.items() if words
        ]


@dataclass(frozen=True, slots=True, eq=False)
class CorpusOverview:
    """The tokens of a corpus: how many there are, how many of them different, the most frequent, those unknown."""

    count: int
    size: int
    frequent: tuple[tuple[str, int], ...]
    unknown: float | None  # share of the tokens for validation that the vocabulary lacks, None where none can be

    def tell(self) -> list[str]:
        """Return it in sentences."""
        told = [f"{self.count:,} tokens, {self.size:,} different ones in the vocabulary"]
        told.append(
            "No token for validation can be unknown."
            if self.unknown is None
            else f"{100 * self.unknown:.2g} % of the tokens for validation are unknown."
        )
        best = ",  ".join(
            f"{show_name(repr(token) if not token.strip() else token, 20)} {count:,}" for token, count in self.frequent
        )
        return [*told, f"Most frequent: {best}"]


def look_over_texts(raw: Raw) -> TextOverview:
    """Return what texts have in common."""
    step = max(1, -(-raw.count // MOST_TEXTS))
    names = raw.labels if raw.classes is not None else ("all",)
    counts = [Counter[str]() for _ in names]
    lengths = []
    for place in range(0, raw.count, step):
        words = re.findall(r"\w+", raw.items[place].lower())
        lengths.append(len(words))
        counts[int(raw.classes[place]) if raw.classes is not None else 0].update(words)
    total = sum(counts, Counter[str]())
    frequent = {name: [word for word, _ in count.most_common(SHOWN)] for name, count in zip(names, counts, strict=True)}
    typical = (
        {name: find_typical(count, total) for name, count in zip(names, counts, strict=True)} if len(names) > 1 else {}
    )
    return TextOverview(np.array(lengths or [0]), frequent, typical)


def find_typical(own: Counter[str], total: Counter[str]) -> list[str]:
    """Return the words whose share in a class stands out most from that elsewhere, weighed by how often they occur."""
    inside, outside = max(own.total(), 1), max(total.total() - own.total(), 1)
    scores = {
        word: count * math.log((count + 0.5) / inside * outside / (total[word] - count + 0.5))
        for word, count in own.items()
        if count >= COMMON
    }
    return [word for word, score in sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:SHOWN] if score > 0]


def look_over_corpus(reading: Reading, raw: Raw) -> CorpusOverview:
    """Return what the tokens of a corpus are; `reading` is at its end."""
    names = reading.names
    words = name_tokens(names, read_values(reading))
    tokens = names["tokens"] if "tokens" in names else names["characters"]
    counts = tokens.bincount(minlength=len(words)).tolist()
    best = sorted(range(len(counts)), key=lambda number: (-counts[number], number))[:MOST_TOKENS]
    vocabulary = names.get("vocabulary")
    unknown = None
    if isinstance(vocabulary, dict) and "tokenizer" not in vocabulary:
        held_out = (
            names["x"][np.flatnonzero(raw.parts == 1)] if (raw.parts == 1).any() else names["x"][raw.parts != OUT]
        )
        unknown = float((held_out == 1).double().mean())
    frequent = tuple((words[number], counts[number]) for number in best if counts[number])
    return CorpusOverview(len(tokens), len(words), frequent, unknown)
