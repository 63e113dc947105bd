"""Read CSV files that are larger than memory: some rows at a time, twice, straight into what the network learns from."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from designer.recipes.reading import list_marks, list_options, settle_numbers
from designer.recipes.streaming import find_limit, make_room
from designer.recipes.table import encode_columns, split_dates

AT_ONCE = 2_000_000  # fields that are read at once
SAMPLE = 1_000_000  # rows by which columns are fitted
MARK = "what the row holds"  # the name of a column more


def read_rows(
    path: Path,
    columns: tuple[str, ...],
    target: str | tuple[str, ...],
    texts: tuple[str, ...] = (),
    names: tuple[str, ...] = (),
    numbered: tuple[str, ...] = (),
    missing: tuple[str, ...] = (),
    every: int = 1,
    **form: Any,
) -> Iterator[pd.DataFrame]:
    """Yield some columns of the rows whose target is known, read as `read_table` reads them; of every so manieth row."""
    targets = [target] if isinstance(target, str) else list(target)
    verbatim, wanted = set(texts) - set(numbered), list(dict.fromkeys([*columns, *targets]))
    marks = {name: list_marks(missing, name in verbatim) for name in wanted}
    marked = form.get("decimal", "."), form.get("thousands", ""), form.get("units", ())
    try:
        options = list_options(path, tuple(name for name in texts if name in marks), **form)
        with pd.read_csv(
            path,
            header=None if names else 0,
            names=list(names) or None,
            usecols=wanted,
            na_values=marks,
            chunksize=max(AT_ONCE // len(wanted) // every, 1) * every,
            **options,
        ) as chunks:
            for chunk in chunks:
                some = settle_numbers(chunk[::every], texts, *marked)
                yield some.dropna(subset=targets, ignore_index=True)
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} cannot be read: {error}") from error


def scan_rows(
    path: Path,
    columns: tuple[str, ...],
    target: str | tuple[str, ...],
    beside: tuple[str, ...] = (),
    marked: bool = False,
    **form: Any,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return target and the columns `beside` of all rows, and all columns of at most a million rows evenly spread.

    The index of these says which rows they are. Rows that are `marked` have a column more, alike where all columns are.
    """
    kept = list(
        dict.fromkeys([*([target] if isinstance(target, str) else target), *beside, *([MARK] if marked else [])])
    )
    known: list[pd.DataFrame] = []
    sample: list[pd.DataFrame] = []
    count, step = 0, 1
    for chunk in read_rows(path, (*columns, *beside), target, **form):
        chunk.index = pd.RangeIndex(count, count + len(chunk))
        count += len(chunk)
        if marked:
            numbers = dict.fromkeys(chunk[list(columns)].select_dtypes("number"), np.float64)
            chunk[MARK] = pd.util.hash_pandas_object(chunk[list(columns)].astype(numbers), index=False)
        known.append(chunk[kept].astype({name: "category" for name in kept if chunk[name].dtype == "str"}))
        sample.append(chunk[-chunk.index[0] % step :: step] if len(chunk) else chunk)
        if sum(map(len, sample)) > SAMPLE:
            step *= 2
            sample = [part[part.index % step == 0] for part in sample]
    table = pd.DataFrame({name: join_columns([part[name] for part in known]) for name in kept})
    return table, pd.concat(sample)


def join_columns(parts: list[Any]) -> Any:
    """Return the parts of a column as one; texts stay as numbers of their values."""
    if any(isinstance(part.dtype, pd.CategoricalDtype) for part in parts):
        parts = [part.astype("category") for part in parts]
        return pd.Series(pd.api.types.union_categoricals(parts))
    return pd.concat(parts, ignore_index=True)


def number_marks(table: pd.DataFrame) -> Tensor:
    """Return a number for each row that was marked: the same where the marks are."""
    return torch.from_numpy(pd.factorize(table[MARK])[0].astype(np.int64))


def take_known(sample: pd.DataFrame, train: Tensor) -> tuple[pd.DataFrame, Tensor]:
    """Return a sample anew with rows numbered through, and those of them that are for training, in their order."""
    places = torch.full((max(int(train.max()), int(sample.index.max())) + 1,), -1, dtype=torch.int32)
    places[torch.tensor(sample.index)] = torch.arange(len(sample), dtype=torch.int32)
    known = places[train].long()
    return sample.reset_index(drop=True), known[known >= 0]


def list_parts(parts: tuple[Tensor, ...]) -> tuple[tuple[Tensor, ...], bool]:
    """Return the parts that differ, and whether the first two are one, as nothing is held out."""
    alike = len(parts) > 1 and torch.equal(parts[0], parts[1])
    return parts[1:] if alike else parts, alike


def put_in_order(values: Tensor, *parts: Tensor) -> Tensor:
    """Return a value of each row in the order of the parts, as `fill_table` gives samples."""
    return values[torch.cat(list_parts(parts)[0])]


def fill_table(
    path: Path,
    known: dict[str, Any],
    y: Tensor,
    *parts: Tensor,
    columns: tuple[str, ...],
    target: str | tuple[str, ...],
    dates: tuple[tuple[str, str, tuple[str, ...]], ...] = (),
    memory: float = 0,
    **form: Any,
) -> tuple[Tensor, Tensor, *tuple[slice, ...]]:
    """Return samples and targets in the order of the parts, and the rows of each part; `known` says how to encode columns.

    Samples of more than so many gigabytes (0: half of the memory that is free) are kept in a file.
    """
    chosen, alike = list_parts(parts)
    order = torch.cat(chosen)
    places = torch.full((len(y),), -1, dtype=torch.int32)
    places[order] = torch.arange(len(order), dtype=torch.int32)
    x: Tensor | None = None
    start = 0
    for chunk in read_rows(path, columns, target, **form):
        if start + len(chunk) > len(places):
            raise ValueError(f"{path} has grown while it was read. Read it again once it is whole.")
        rows = encode_columns(split_dates(chunk, dates), known)
        x = make_room(find_limit(memory), len(order), rows.shape[1]) if x is None else x
        there = places[start : start + len(chunk)].long()
        x[there[there >= 0]] = rows[there >= 0]
        start += len(chunk)
    if x is None or start < len(places):
        raise ValueError(f"{path} has become shorter while it was read. Read it again once it is whole.")
    ends = list(itertools.accumulate(map(len, chosen), initial=0))
    slices = tuple(slice(first, stop) for first, stop in itertools.pairwise(ends))
    rows_of: tuple[slice, ...] = slices[:1] + slices if alike else slices
    return x, y[order], *rows_of
