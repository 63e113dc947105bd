"""The rows of a table as they were read, kept in columns of numbers and texts to be looked at: no Python objects."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from designer.data.columns import NAN_WORDS, Column
from designer.data.form import Form
from designer.data.marks import read_numbers

if TYPE_CHECKING:
    import pandas as pd

MOST_KEPT = 2**30  # bytes


class Keeping:
    """Takes the pieces of a table in, as far as there is room for them."""

    def __init__(self) -> None:
        self._pieces: list[pd.DataFrame] = []
        self._size = 0
        self.is_full = False

    def add(self, piece: "pd.DataFrame") -> None:
        """Take some more rows in, unless some before them were too many."""
        self._size += int(piece.memory_usage(index=False, deep=True).sum())
        self.is_full = self.is_full or (bool(self._pieces) and self._size > MOST_KEPT)
        if not self.is_full:
            self._pieces.append(piece)

    def finish(self, columns: Sequence[Column], form: Form) -> "pd.DataFrame":
        """Return the rows: numbers in columns of numbers, dates and all others as texts."""
        import pandas as pd  # slow to import, and only wanted here

        frame = pd.concat(self._pieces, ignore_index=True) if len(self._pieces) > 1 else self._pieces[0]
        self._pieces = []
        found = {column.name: _settle(frame[column.name], column, form) for column in columns}
        return pd.DataFrame(found, copy=False)


def _settle(values: "pd.Series[str]", column: Column, form: Form) -> "pd.Series[str]":
    """Return a column in its own type, whatever each of its pieces was read as."""
    import pandas as pd

    is_number = column.kind == "number"
    if (is_number or column.kind == "empty") and values.dtype.kind in "iuf":
        return values
    if not is_number and isinstance(values.dtype, pd.StringDtype):
        return values
    if is_number:
        texts = values.mask(values.isna() | values.isin(NAN_WORDS))
        numbers: pd.Series[Any] = read_numbers(texts.astype(object).map(str, na_action="ignore"), form)
        return numbers
    return values.astype(object).map(str, na_action="ignore").astype("str")
