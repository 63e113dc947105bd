"""What is known of a column while its rows go by: how many are missing, which values there are, of what kind they are."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from designer.data.columns import MOST_CLASSES, NAN_WORDS, Column, Kind
from designer.data.dates import find_date_form, find_parts
from designer.data.form import Form
from designer.data.marks import is_missing, read_numbers

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

# Different values are counted up to here: a column with more is no category, and its set would only eat memory.
MOST_DISTINCT = 10_000
_EXAMPLES = 5
MOST_WORDS = 3  # different words among numbers that may stand for missing ones
MOST_STRANGE = 0.05  # their share, where they are not known to stand for that


@dataclass(slots=True)
class Count:
    """What is known of a column so far. `nans` are the fields that are missing if all others are numbers.

    `values` are the different texts, `numbers` the different numbers that were read as such; `last` is the last one of a
    column that has risen by one in every row until now. `words` are those among numbers, None where they are too many.
    """

    name: str
    present: int = 0
    nans: int = 0
    values: dict[str, None] = field(default_factory=dict)
    numbers: set[float] = field(default_factory=set)
    is_number: bool = True
    is_whole: bool = True
    rises: bool = True
    last: float | None = None
    low: float = float("inf")
    high: float = float("-inf")
    words: Counter[str] | None = field(default_factory=Counter)

    def add(self, column: "pd.Series[str]", form: Form) -> None:
        """Take some more rows in: numbers, or texts."""
        if column.dtype.kind in "iuf":
            self._add_numbers(column.to_numpy(np.float64, na_value=np.nan))
            return
        texts = column.dropna()
        if texts.empty:
            self.rises = False
            return
        self.present += len(texts)
        if len(self.values) <= MOST_DISTINCT:
            self.values.update(dict.fromkeys(texts.unique().tolist()))
        if self.is_number or self.words is not None:
            self._add_texts(texts, form)

    def _add_texts(self, texts: "pd.Series[str]", form: Form) -> None:
        """Take in texts that may all be numbers."""
        strange = texts.isin(NAN_WORDS)
        self.nans += int(strange.sum())
        texts = texts[~strange]
        if texts.empty:
            return
        numbers = read_numbers(texts, form).to_numpy(np.float64)
        wrong = ~np.isfinite(numbers)
        if wrong.any() and self.words is not None:
            self.words.update(texts[wrong].str.strip().tolist())
            self.words = self.words if len(self.words) <= MOST_WORDS and wrong.mean() < 0.5 else None
        self.is_number = self.is_number and not wrong.any()
        if self.is_number:
            self._measure(numbers)
            self.rises = self.rises and not strange.any()

    def _add_numbers(self, numbers: "NDArray[np.float64]") -> None:
        """Take in numbers that were read as such; NaN is missing."""
        known = numbers[~np.isnan(numbers)]
        self.rises = self.rises and len(known) == len(numbers)
        if not len(known):
            return
        self.present += len(known)
        if not np.isfinite(known).all():
            self.is_number = False
            return
        if len(self.numbers) <= MOST_DISTINCT:
            import pandas as pd

            self.numbers.update(pd.unique(known).tolist())
        self._measure(known)

    def _measure(self, numbers: "NDArray[np.float64]") -> None:
        self.is_whole = self.is_whole and bool((np.floor(numbers) == numbers).all())
        self.low, self.high = min(self.low, numbers.min()), max(self.high, numbers.max())
        before = [] if self.last is None else [self.last]
        self.rises = self.rises and bool((np.diff(np.concatenate([before, numbers])) == 1).all())
        self.last = float(numbers[-1])

    def suggest_missing(self, others: Sequence["Count"]) -> tuple[str, ...]:
        """Return the few words that make a column of numbers one of texts, unless they are values of other columns."""
        if (
            not self.words
            or self.words.total() > (0.5 if all(map(is_missing, self.words)) else MOST_STRANGE) * self.present
        ):
            return ()
        texts = [one.values for one in others if one is not self and not one.is_number and not one.words]
        return () if any(word in values for values in texts for word in self.words) else tuple(self.words)

    def finish(self, rows: int, examples: tuple[str, ...] = ()) -> Column:
        """Return the column; `examples` are texts of the first rows, wanted of numbers that were read as such."""
        if self.is_number and self.nans:
            self.present -= self.nans
            self.values = {text: None for text in self.values if text not in NAN_WORDS}
        distinct = min(len(self.values) + len(self.numbers), MOST_DISTINCT)
        texts = tuple(dict.fromkeys((*examples, *self.values) if self.numbers else self.values))[:_EXAMPLES]
        is_whole = self.is_number and self.is_whole and self.present > 0
        form = "" if self.is_number or not self.present or distinct < 2 else find_date_form(self.values)
        parts = find_parts(list(self.values), form) if form else ()
        kind: Kind = "class" if distinct <= min(MOST_CLASSES, max(2, rows // 2)) else "text"
        if not self.present:
            kind = "empty"
        elif self.is_number:
            kind = "number"
        elif parts:
            kind = "date"
        serial = (
            is_whole
            and self.present == rows >= 5
            and self.high - self.low + 1 == rows
            and (self.rises or distinct == rows)
        )
        bounds = (float(self.low), float(self.high)) if kind == "number" else None
        missing, date = rows - self.present, form if parts else ""
        return Column(self.name, kind, missing, distinct, texts, is_whole, serial, date, parts, bounds)
