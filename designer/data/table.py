"""A look at a table: its form, its columns, and what a network could learn from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from frozendict import frozendict

from designer.data.chunks import read_head, read_typed
from designer.data.columns import Column, Task, find_features, find_target, find_task
from designer.data.counting import Count
from designer.data.errors import DataError, Progress, report
from designer.data.form import Form
from designer.data.formats import find_any_form
from designer.data.frames import Keeping
from designer.data.marks import tell_missing
from designer.data.overruling import find_words, take_dates
from designer.document.wording import show_name

if TYPE_CHECKING:
    import pandas as pd

_HEAD_ROWS = 20


@dataclass(frozen=True, slots=True)
class Table:
    """What a CSV file holds, and a guess of what to make of it: the column to predict, how, and from which others.

    `target` is empty where no column suits. `head` are the first rows as text, "" where nothing stands; `blank` rows have
    nothing in them. `frame` are the rows themselves, of a very large table the first ones.
    """

    path: Path
    form: Form
    rows: int
    columns: tuple[Column, ...]
    head: tuple[tuple[str, ...], ...]
    target: str
    task: Task
    features: tuple[str, ...]
    blank: int = 0
    frame: "pd.DataFrame | None" = field(default=None, compare=False, repr=False)

    @property
    def is_whole(self) -> bool:
        """Whether all rows were kept."""
        return self.frame is not None and len(self.frame) == self.rows

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
    path: str | Path,
    *,
    separator: str | None = None,
    header: bool | None = None,
    given: Mapping[str, Any] = frozendict(),
    progress: Progress | None = None,
) -> Table:
    """Return what a table holds: CSV, Excel, Parquet, JSON lines or ARFF.

    What is given is not guessed: a field of Form, "header", with "leave_out" that rows of another length are left out, and
    "types" of columns by name: "number", or the form of a date.
    Reads the whole file, in pieces; `progress` hears of it several times a second. Raises DataError, Cancelled.
    """
    path = _check_path(path)
    named = {"separator": separator, "header": header}
    given = {**given, **{name: value for name, value in named.items() if value is not None}}
    form = find_any_form(path, given, progress)
    counts: list[Count] = []
    head: list[tuple[str, ...]] = []
    rows = blank = 0
    kept = Keeping()
    try:
        for chunk, share in read_typed(path, form):
            if not counts:
                counts = [Count(str(name)) for name in chunk.columns]
                head = read_head(path, form, chunk)
            hollow = chunk.isna().all(axis=1)
            if len(counts) > 1 and hollow.any():
                blank += int(hollow.sum())
                chunk = chunk[~hollow]
            for count, name in zip(counts, chunk.columns, strict=True):
                count.add(chunk[name], form)
            kept.add(chunk)
            rows += len(chunk)
            report(progress, 0.4 + 0.6 * share)
    except MemoryError as error:
        raise DataError(f"{path} does not fit into memory. Take a part of its rows.") from error
    if not rows:
        nothing = f"{blank:,} rows with nothing in them" if blank else "a header but no rows"
        raise DataError(f"{path} has {nothing}. Choose a file with data.")
    words = [word for count in counts for word in count.suggest_missing(counts)]
    if words and given.get("missing") is None:
        words = list(dict.fromkeys([*form.missing, *words]))
        table = inspect_csv(path, given={**given, "missing": words}, progress=progress)
        return replace(table, form=table.form.explain(missing=tell_missing(words)))
    firsts = [tuple(filter(None, column)) for column in zip(*head, strict=True)] or [()] * len(counts)
    columns = tuple(count.finish(rows, first) for count, first in zip(counts, firsts, strict=True))
    frame, types = kept.finish(columns, form), given.get("types") or {}
    if words := find_words(frame, columns, types, form):
        others = {name: form for name, form in types.items() if "%" in form}
        return inspect_csv(
            path, given={**given, "missing": (*form.missing, *words), "types": others}, progress=progress
        )
    frame, columns = take_dates(frame, columns, types)
    target = find_target(columns)
    return Table(
        path,
        form,
        rows,
        columns,
        tuple(head[:_HEAD_ROWS]),
        target.name if target is not None else "",
        find_task(target, rows) if target is not None else "value",
        find_features(columns, target),
        blank,
        frame,
    )


def _check_path(path: str | Path) -> Path:
    """Return a path that the operating system can be asked about."""
    try:
        path = Path(path).expanduser()
        path.is_file()
    except (OSError, RuntimeError, ValueError) as error:
        raise DataError(f"{str(path)[:200]!r} is not a path that can be opened: {error}.") from error
    return path
