"""What the values of one column are, in figures: how they are spread, over all rows and over parts or classes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from designer.data.alone import draw_sample, number_values, tell_class, tell_value
from designer.data.columns import Column

if TYPE_CHECKING:
    import pandas as pd

BINS = 32
MOST_LEVELS = 12  # texts that are counted by themselves; all others are one
FEW = 5_000  # rows by which mutual information is worked out

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """How often values come: `counts` are bins x groups. Bins of texts have `labels`, others lie between `edges`.

    Edges of dates are days since 1970.
    """

    counts: NDArray[np.int64]
    labels: tuple[str, ...] = ()
    edges: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """What rows are told apart by: a number for each row, -1 for none, and the names of the groups."""

    codes: NDArray[np.int64]
    names: tuple[str, ...]


def count_values(values: "pd.Series[str]", column: Column, groups: Groups | None = None) -> Spread:
    """Return how the known values of a column are spread."""
    codes = groups.codes if groups is not None else np.zeros(len(values), np.int64)
    many = len(groups.names) if groups is not None else 1
    if column.kind not in ("number", "date"):
        return _count_levels(values, codes, many)
    numbers = _read_numbers(values, column)
    known = np.isfinite(numbers) & (codes >= 0)
    numbers, codes = numbers[known], codes[known]
    if not len(numbers):
        return Spread(np.zeros((0, many), np.int64))
    low, high = float(numbers.min()), float(numbers.max())
    bins = BINS
    if column.whole and high - low < BINS:  # a bin for each number
        bins, low, high = int(high - low) + 1, low - 0.5, high + 0.5
    width = (high - low) / bins or 1.0
    places = np.minimum(((numbers - low) / width).astype(np.int64), bins - 1)
    counts = np.bincount(places * many + codes, minlength=bins * many).reshape(bins, many)
    return Spread(counts, edges=tuple(low + width * place for place in range(bins + 1)))


def _read_numbers(values: "pd.Series[str]", column: Column) -> Floats:
    """Return numbers as such, dates as days since 1970; what is missing or no date is NaN."""
    if column.kind == "number":
        return values.to_numpy(np.float64, na_value=np.nan)
    import pandas as pd

    codes, texts = pd.factorize(values)
    moments = pd.to_datetime(pd.Series(texts), format=column.date, errors="coerce")
    days = (moments - pd.Timestamp(0)) / pd.Timedelta(1, "D")
    return np.append(days.to_numpy(np.float64), np.nan)[codes]


def _count_levels(values: "pd.Series[str]", codes: NDArray[np.int64], many: int) -> Spread:
    import pandas as pd

    places, levels = pd.factorize(values)
    known = (places >= 0) & (codes >= 0)
    counts = np.bincount(places[known] * many + codes[known], minlength=len(levels) * many).reshape(-1, many)
    order = np.argsort(-counts.sum(1), kind="stable")
    if len(order) <= MOST_LEVELS:
        return Spread(counts[order], tuple(str(levels[place]) for place in order))
    first, rest = order[: MOST_LEVELS - 1], order[MOST_LEVELS - 1 :]
    labels = (*(str(levels[place]) for place in first), f"{len(rest):,} others")
    return Spread(np.concatenate([counts[first], counts[rest].sum(0, keepdims=True)]), labels)


def group_rows(values: "pd.Series[str]", column: Column) -> Groups | None:
    """Return the classes that a column of few values gives, the commonest first; None of many values."""
    import pandas as pd

    codes, levels = pd.factorize(values)
    if not 2 <= len(levels) <= MOST_LEVELS:
        return None
    order = np.argsort(-np.bincount(codes[codes >= 0], minlength=len(levels)), kind="stable")
    place = np.append(np.argsort(order), -1)  # missing stays -1
    return Groups(place[codes].astype(np.int64), tuple(str(levels[each]) for each in order))


def tell_figures(values: "pd.Series[str]", column: Column) -> list[tuple[str, str]]:
    """Return what can be told of a column, as labels and values."""
    missing = int(values.isna().sum())
    facts = [
        ("Missing", f"{missing:,} ({100 * missing / max(len(values), 1):.3g} %)" if missing else "none"),
        ("Different", f"{values.nunique():,}"),
    ]
    known = values.dropna()
    if not len(known):
        return facts
    if column.kind == "number":
        numbers = known.to_numpy(np.float64)
        low, first, middle, third, high = np.percentile(numbers, (0, 25, 50, 75, 100))
        facts.append(("Least, largest", f"{low:.6g}, {high:.6g}"))
        facts.append(("Median, quartiles", f"{middle:.6g}, {first:.6g} to {third:.6g}"))
        facts.append(("Mean, deviation", f"{numbers.mean():.6g}, {numbers.std():.6g}"))
        return facts
    lengths = known.str.len()
    if column.kind == "date":
        facts.append(("Form", column.date))
    facts.append(("Commonest", f"{100 * known.value_counts().iloc[0] / len(known):.3g} % of the known"))
    facts.append(("Letters", f"{int(lengths.min())} to {int(lengths.max())}, {lengths.mean():.3g} on average"))
    return facts


def tell_relation(
    values: "pd.Series[str]", column: Column, answers: "pd.Series[str]", *, is_class: bool
) -> list[tuple[str, str]]:
    """Return what a column tells of the target, as labels and values: measured on some rows where both are known."""
    import pandas as pd

    known = np.flatnonzero(answers.notna().to_numpy(bool))
    rows = known[draw_sample(len(known))]
    values, answers = values.iloc[rows], answers.iloc[rows]
    if len(rows) < 10 or values.nunique() < 2 or answers.nunique() < 2:
        return []
    is_number = column.kind in ("number", "date")
    numbers = _read_numbers(values, column) if is_number else np.full(len(rows), np.nan)
    classes = pd.factorize(answers)[0].astype(np.int64)
    truth: Floats = classes.astype(np.float64) if is_class else answers.to_numpy(np.float64, na_value=np.nan)
    facts: list[tuple[str, str]] = []
    both = np.isfinite(numbers)
    if is_number and not is_class and both.sum() > 2:
        one, other = pd.Series(numbers[both]), pd.Series(truth[both])
        facts.append(("Correlation", f"{one.corr(other):.3f} (of ranks {one.rank().corr(other.rank()):.3f})"))
    codes = number_values(values, column)
    alone = tell_class(codes, classes) if is_class else tell_value(codes, numbers, truth)
    if alone is not None:
        word = "AUC" if alone.measure == "AUC" else "R²"
        facts.append(("Alone", f"{word} {alone.value:.3f}"))
    if not is_number and values.nunique() > len(values) / 5:
        return facts  # of values that hardly come again it would only be their number
    information = _measure_information(numbers if is_number else codes, is_number, truth, is_class)
    facts.append(("Information", f"{information:.3f} nats"))
    return facts


def _measure_information(values: Floats | NDArray[np.int64], is_number: bool, truth: Floats, is_class: bool) -> float:
    """Return the mutual information of a column and the target (Kraskov and others, 2004; Ross, 2014)."""
    from sklearn.feature_selection import mutual_info_classif, mutual_info_regression

    known = np.isfinite(values)
    x, y = values[known][:FEW, None], truth[known][:FEW]
    if len(x) < 10:
        return 0.0
    measure = mutual_info_classif if is_class else mutual_info_regression
    found: Sequence[float] = measure(x, y, discrete_features=not is_number, random_state=0)
    return float(found[0])
