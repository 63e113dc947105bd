"""How classes or values are spread over the parts, and what is to be said of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from designer.document.wording import show_name
from designer.engine.inspection.raw import PARTS, Raw

BINS = 32
UNEVEN = 1.5  # how many times as frequent the commonest class may be as the rarest before it is said
RARE = 3.0  # and from when on that is called rare
APART = 0.2  # by which share of itself the share of a class may differ between training and validation
LEAST_DRAWN = 5  # rows of a class in validation, below which its share says nothing
PILED = 0.02  # share of the values that may be the very largest or least


@dataclass(frozen=True, slots=True, eq=False)
class Balance:
    """How many rows of each class are in each part; of values how many in each of the bins between `edges`.

    `sentence` says what is uneven, `uneven` whether rare classes should count for more, `apart` whether the parts have
    the classes in other proportions.
    """

    rows: tuple[int, ...]  # of each part
    labels: tuple[str, ...]
    counts: NDArray[np.int64]  # parts x classes, or parts x bins
    edges: NDArray[np.float64] | None
    sentence: str
    uneven: bool = False
    apart: bool = False


def weigh_up(raw: Raw) -> Balance:
    """Return how the classes or values of samples are spread over their parts."""
    rows = tuple(int((raw.parts == part).sum()) for part in range(len(PARTS)))
    if raw.classes is not None:
        counts = np.array(raw.count_classes())
        sentence, uneven, apart = _tell_classes(raw.labels, counts)
        return Balance(rows, raw.labels, counts, None, sentence, uneven, apart)
    if raw.values is None:
        return Balance(
            rows, (), np.zeros((len(PARTS), 0), np.int64), None, "There are neither classes nor values to count."
        )
    if raw.are_answers:
        return _weigh_answers(raw, rows)
    values = raw.values[:, 0]
    finite = values[np.isfinite(values)]
    if not len(finite):
        return Balance(rows, (), np.zeros((len(PARTS), 0), np.int64), None, "No target is a number.")
    edges = np.histogram_bin_edges(finite, BINS)
    counts = np.stack([np.histogram(values[raw.parts == part], edges)[0] for part in range(len(PARTS))])
    return Balance(rows, raw.labels[:1], counts, edges, _tell_values(raw.labels, raw.values))


def _weigh_answers(raw: Raw, rows: tuple[int, ...]) -> Balance:
    """Return how often the answer to each question is yes."""
    assert raw.values is not None
    counts = np.stack([(raw.values[raw.parts == part] > 0).sum(0) for part in range(len(PARTS))]).astype(np.int64)
    shares = counts[0] / max(rows[0], 1)
    rare = int(np.minimum(shares, 1 - shares).argmin())
    word = "yes" if shares[rare] < 0.5 else "no"
    share = 100 * min(shares[rare], 1 - shares[rare])
    sentence = f"Rows with yes to each question. Most uneven is {show_name(raw.labels[rare])}: {word} in {share:.1f} %."
    return Balance(rows, raw.labels, counts, None, sentence)


def _tell_classes(labels: Sequence[str], counts: NDArray[np.int64]) -> tuple[str, bool, bool]:
    """Return what is to be said of classes, whether they are uneven, and whether parts differ."""
    train, held_out = counts[0], counts[1]
    if not train.sum():
        return "No row is trained on.", False, False
    rare, common = int(train.argmin()), int(train.argmax())
    if train[rare] == 0:
        return f"No training row is of the class {show_name(labels[rare])}: it cannot be learned.", False, True
    uneven = train[common] > UNEVEN * train[rare]
    shares = train / train.sum()
    words = []
    if uneven:
        words.append(
            f"{show_name(labels[rare])} is {'rare' if train[common] > RARE * train[rare] else 'less frequent'}: {train[rare]:,} of {train.sum():,} training rows "
            f"({100 * shares[rare]:.1f} %), {show_name(labels[common])} is {train[common] / train[rare]:.1f} times as "
            f"frequent. Always to say {show_name(labels[common])} would be right in {100 * shares[common]:.1f} %."
        )
    else:
        most = f" to {train[common]:,}" if train[common] > train[rare] else ""
        words.append(f"The classes are about equally frequent: {train[rare]:,}{most} training rows of each.")
    apart = False
    if held_out.sum() and not np.array_equal(train, held_out):
        wanted = shares * held_out.sum()
        away = np.abs(held_out - wanted)
        chance = 2 * np.sqrt(wanted * (1 - shares))  # how far a draw is from it but once in twenty
        off = np.where(
            (wanted >= 1) & (held_out.sum() >= LEAST_DRAWN) & (away > chance), away / np.maximum(wanted, 1), 0
        )
        worst = int(off.argmax())
        apart = bool(off[worst] > APART)
        if apart:
            words.append(
                f"The parts differ: {show_name(labels[worst])} is {100 * shares[worst]:.1f} % of the training rows but "
                f"{100 * held_out[worst] / held_out.sum():.1f} % of those for validation."
            )
    return " ".join(words), bool(uneven), apart


def _tell_values(labels: Sequence[str], values: NDArray[np.float64]) -> str:
    """Return what is to be said of values that are predicted."""
    first = values[:, 0][np.isfinite(values[:, 0])]
    low, high = float(first.min()), float(first.max())
    name = show_name(labels[0]) if labels else "the target"
    words = [f"{name} runs from {low:,.6g} to {high:,.6g}; mean {first.mean():,.6g}, sd {first.std():,.6g}."]
    for end, what in ((high, "largest"), (low, "least")):
        piled = int((first == end).sum())
        if piled > PILED * len(first) and len(np.unique(first)) > 20:
            words.append(
                f"{piled:,} rows ({100 * piled / len(first):.1f} %) have the very {what} value: perhaps it is cut off there."
            )
    if values.shape[1] > 1:
        words.append(f"It is the first of {values.shape[1]} values that are predicted.")
    return " ".join(words).replace("-", "−")
