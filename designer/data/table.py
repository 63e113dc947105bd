"""A look at a CSV file: its form, its columns, and what a network could learn from it."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from designer.data.columns import MOST_CLASSES, NAN_WORDS, Column, Kind, Task, find_features, find_target, find_task
from designer.data.errors import DataError, Progress, report
from designer.data.form import Form, find_form
from designer.document.wording import show_name

if TYPE_CHECKING:
    import pandas as pd

# Different values are counted up to here: a column with more is no category, and its set would only eat memory.
MOST_DISTINCT = 10_000
_CELLS_A_CHUNK = 200_000
_EXAMPLES = 5
_HEAD_ROWS = 20


@dataclass(frozen=True, slots=True)
class Table:
    """What a CSV file holds, and a guess of what to make of it: the column to predict, how, and from which others.

    `target` is empty where no column suits. `head` are the first rows as text, "" where nothing stands.
    """

    path: Path
    form: Form
    rows: int
    columns: tuple[Column, ...]
    head: tuple[tuple[str, ...], ...]
    target: str
    task: Task
    features: tuple[str, ...]

    def column(self, name: str) -> Column:
        """Return a column by name. Raises DataError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise DataError(f"{self.path} has no column {name[:100]!r}. Choose one of its {len(self.columns)} columns.")

    def say_dropped(self, target: str) -> str:
        """Return a sentence on the rows that are left out since their target is missing, "" where none is."""
        column = self.column(target)
        if not column.missing:
            return ""
        words = "blank, ? or NaN" if column.kind == "number" else "blank or ?"
        return f"{column.missing:,} of {self.rows:,} rows are left out, since their `{show_name(target)}` is missing ({words})."


def inspect_csv(
    path: str | Path, *, separator: str | None = None, header: bool | None = None, progress: Progress | None = None
) -> Table:
    """Return what a CSV file holds. `separator` and `header` are guessed unless given.

    Reads the whole file, in pieces; `progress` hears of it several times a second. Raises DataError, Cancelled.
    """
    path = _check_path(path)
    form = find_form(path, separator, header, progress)
    counts: list[_Count] = []
    head: list[tuple[str, ...]] = []
    rows = 0
    for chunk, share in read_chunks(path, form):
        if not counts:
            counts = [_Count(str(name)) for name in chunk.columns]
            head = [tuple(row) for row in chunk.head(_HEAD_ROWS).fillna("").itertuples(index=False, name=None)]
        for count, name in zip(counts, chunk.columns, strict=True):
            count.add(chunk[name], form.decimal)
        rows += len(chunk)
        report(progress, 0.5 + 0.5 * share)
    if not rows:
        raise DataError(f"{path} has a header but no rows. Choose a file with data.")
    columns = tuple(count.finish(rows) for count in counts)
    target = find_target(columns)
    return Table(
        path,
        form,
        rows,
        columns,
        tuple(head),
        target.name if target is not None else "",
        find_task(target, rows) if target is not None else "value",
        find_features(columns, target),
    )


def read_chunks(path: Path, form: Form, columns: Sequence[str] | None = None) -> Iterator[tuple["pd.DataFrame", float]]:
    """Yield some rows at a time, every field as text or missing, and the share of the file that is read by then.

    Reads exactly as the recipe `read_table` does, so that both see the same rows; NAN_WORDS are text here, since only
    the whole column tells whether it holds numbers. Raises DataError.
    """
    import pandas as pd  # slow to import, and only wanted here

    try:
        with path.open("rb") as file:
            size = max(path.stat().st_size, 1)
            with pd.read_csv(
                file,
                sep=r"\s+" if form.separator == " " else form.separator,
                encoding=form.encoding,
                header=None if form.names else 0,
                names=list(form.names) or None,
                usecols=None if columns is None else list(dict.fromkeys(columns)),
                dtype=str,
                na_values=["", "?"],
                keep_default_na=False,
                quoting=csv.QUOTE_MINIMAL if form.quotes else csv.QUOTE_NONE,
                index_col=False,
                skipinitialspace=True,
                chunksize=max(200, _CELLS_A_CHUNK // max(form.width, 1)),
            ) as chunks:
                for chunk in chunks:
                    yield chunk, file.tell() / size
    except (OSError, ValueError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(f"{path} cannot be read: {' '.join(str(error).split())[:300]}.") from error


def _check_path(path: str | Path) -> Path:
    """Return a path that the operating system can be asked about."""
    try:
        path = Path(path).expanduser()
        path.exists()
    except (OSError, RuntimeError, ValueError) as error:
        raise DataError(f"{str(path)[:200]!r} is not a path that can be opened: {error}.") from error
    return path


@dataclass(slots=True)
class _Count:
    """What is known of a column so far. `nans` are the fields that are missing if all others are numbers."""

    name: str
    present: int = 0
    nans: int = 0
    values: dict[str, None] = field(default_factory=dict)
    is_number: bool = True
    is_whole: bool = True
    low: float = float("inf")
    high: float = float("-inf")

    def add(self, texts: "pd.Series[str]", decimal: str) -> None:
        """Take some more rows in."""
        import numpy as np
        import pandas as pd

        texts = texts.dropna()
        if texts.empty:
            return
        self.present += len(texts)
        if len(self.values) <= MOST_DISTINCT:
            self.values.update(dict.fromkeys(texts.unique().tolist()))
        if self.is_number:
            strange = texts.isin(NAN_WORDS)
            self.nans += int(strange.sum())
            texts = texts[~strange]
            if texts.empty:
                return
            if decimal == ",":
                texts = texts.where(~texts.str.contains(".", regex=False), "no number").str.replace(",", ".")
            numbers = pd.to_numeric(texts, errors="coerce").to_numpy(np.float64)
            self.is_number = bool(np.isfinite(numbers).all())
            self.is_whole = self.is_whole and bool((np.floor(numbers) == numbers).all())
            self.low, self.high = min(self.low, numbers.min()), max(self.high, numbers.max())

    def finish(self, rows: int) -> Column:
        """Return the column."""
        if self.is_number and self.nans:
            self.present -= self.nans
            self.values = {text: None for text in self.values if text not in NAN_WORDS}
        distinct = min(len(self.values), MOST_DISTINCT)
        is_whole = self.is_number and self.is_whole and self.present > 0
        if not self.present:
            kind: Kind = "empty"
        elif self.is_number:
            kind = "number"
        else:
            kind = "class" if distinct <= min(MOST_CLASSES, max(2, rows // 2)) else "text"
        serial = is_whole and self.present == rows >= 5 and self.high - self.low + 1 == rows == len(self.values)
        return Column(self.name, kind, rows - self.present, distinct, tuple(self.values)[:_EXAMPLES], is_whole, serial)
