"""Tables that are no CSV: workbooks, Parquet, JSON lines, ARFF. Each is recognised, checked for its size and read whole."""

import importlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from frozendict import frozendict

from designer.catalogue.sources.table_files import READERS
from designer.data.encoding import check_file
from designer.data.errors import DataError, Progress, report
from designer.data.form import MOST_COLUMNS, Form, find_form
from designer.data.marks import CHOSEN
from designer.data.opening import LARGEST_WHOLE, is_packed, read_blocks
from designer.data.workbooks import check_workbook, is_workbook

if TYPE_CHECKING:
    import pandas as pd

MOST_CELLS = 200_000_000
_SEEN = 200  # objects of a JSON file whose fields are looked at


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file. `suits` looks at its name and first bytes; `check` raises DataError where it cannot be used."""

    form: str
    suits: Callable[[Path, bytes], bool]
    check: Callable[[Path, Mapping[str, Any]], Form]


def _check_parquet(path: Path, given: Mapping[str, Any]) -> Form:
    import pyarrow.parquet
    from pyarrow.types import is_nested

    try:
        file = pyarrow.parquet.ParquetFile(path)
        about, fields = file.metadata, file.schema_arrow
    except (OSError, ValueError) as error:
        raise DataError(f"{path} is a Parquet file that cannot be read ({str(error)[:200]}).") from error
    if about.num_rows * about.num_columns > MOST_CELLS:
        raise DataError(
            f"{path} has {about.num_rows:,} rows of {about.num_columns:,} columns, more than can be used. Take a part."
        )
    nested = [field.name for field in fields if is_nested(field.type)]
    told = f"{', '.join(nested[:6])} hold lists or records and are left out." if nested else ""
    if len(fields) - len(nested) < 2:
        raise DataError(f"{path} has fewer than two columns of single values. {told}".rstrip())
    return Form(form="parquet", width=len(fields) - len(nested)).explain(nested=told)


def _check_lines(path: Path, given: Mapping[str, Any]) -> Form:
    """Return the form of a file with an object in each line."""
    return Form(form="jsonl").explain(nested=_tell_nested(path))


def _check_list(path: Path, given: Mapping[str, Any]) -> Form:
    """Return the form of a file with a list of objects."""
    return Form(form="json").explain(nested=_tell_nested(path))


def _tell_nested(path: Path) -> str:
    """Return which fields of the first objects of a JSON file hold no single values, and what becomes of them."""
    blocks = _read_bounded(path)
    head = next(blocks, b"").decode("utf-8", "replace").lstrip(" \t\r\n\ufeff[")
    for _ in blocks:
        pass
    found: dict[type, dict[str, None]] = {list: {}, dict: {}}
    for _ in range(_SEEN):
        try:
            one, end = json.JSONDecoder().raw_decode(head)
        except (RecursionError, ValueError):
            break
        head = head[end:].lstrip(" \t\r\n,")
        for name, value in one.items() if isinstance(one, dict) else ():
            if type(value) in found:
                found[type(value)][str(name)] = None
    told = (
        (", ".join([*found[list]][:6]), "hold lists and are left out."),
        (", ".join([*found[dict]][:6]), "hold objects: there is a column for each of their fields."),
    )
    return " ".join(f"{names} {words}" for names, words in told if names)


def _check_arff(path: Path, given: Mapping[str, Any]) -> Form:
    head = next(_read_bounded(path), b"").decode("utf-8", "replace")
    if not re.search(r"^\s*@data", head, re.IGNORECASE | re.MULTILINE):
        raise DataError(f"{path} has no line @data, so it is no ARFF file. Choose another.")
    for _ in _read_bounded(path):
        pass
    return Form(form="arff")


def _read_bounded(path: Path) -> Any:
    done = 0
    for block in read_blocks(path):
        done += len(block)
        if done > LARGEST_WHOLE:
            raise DataError(f"{path} has more than 512 MiB. Save it as CSV, or take a part of its rows.")
        yield block


def _ends(path: Path, *ends: str) -> bool:
    return path.name.lower().removesuffix(".gz").endswith(ends)


FORMATS = (
    Format("excel", is_workbook, check_workbook),
    Format("parquet", lambda path, start: start.startswith(b"PAR1"), _check_parquet),
    Format(
        "jsonl",
        lambda path, start: start.lstrip().startswith(b"{") and _ends(path, ".jsonl", ".ndjson", ".json"),
        _check_lines,
    ),
    Format("json", lambda path, start: start.lstrip().startswith(b"[") and _ends(path, ".json"), _check_list),
    Format("arff", lambda path, start: _ends(path, ".arff"), _check_arff),
)


def find_any_form(path: Path, given: Mapping[str, Any] = frozendict(), progress: Progress | None = None) -> Form:
    """Return the form of a table of any kind. Raises DataError, Cancelled."""
    try:
        check_file(path)
        start = next(read_blocks(path), b"")[:64] if is_packed(path) else _read_start(path)
        found = next((each for each in FORMATS if each.suits(path, start)), None)
        if found is None:
            return find_form(path, given, progress)
        report(progress, 0.0)
        form, missing = found.check(path, given), given.get("missing")
        return form if missing is None else replace(form, missing=tuple(missing)).explain(missing=CHOSEN)
    except ImportError as error:
        package = str(error.name).partition(".")[0]
        raise DataError(f"{path} is read by the package {package}. Install it: pip install {package}.") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from error


def is_table(path: Path) -> bool:
    """Return whether a file is a table by its name and first bytes: a workbook, Parquet ... or a packed CSV."""
    if is_packed(path):
        return _ends(path, ".csv", ".tsv", ".txt", ".data", ".jsonl", ".ndjson", ".json", ".arff")
    start = _read_start(path)
    return any(each.suits(path, start) for each in FORMATS)


def _read_start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(64)


def read_whole(path: Path, form: Form, texts: Sequence[str] | None = None) -> "pd.DataFrame":
    """Return a table that is no CSV, by the recipe that the script will read it by. Raises DataError."""
    recipe, function, _ = READERS[form.form]
    module = importlib.import_module(f"designer.recipes.{recipe}")  # pandas is slow to import
    more = {name: getattr(form, name) for name in ("sheet", "names", "left_out")} if form.form == "excel" else {}
    try:
        table: pd.DataFrame = getattr(module, function)(path, texts=tuple(texts or ()), missing=form.missing, **more)
    except (ValueError, ImportError, MemoryError, KeyError) as error:
        reason = " ".join(str(error).removeprefix(f"{path} cannot be read: ").split())[:300].rstrip(".")
        raise DataError(f"{path} cannot be read: {reason}.") from error
    if len(table.columns) > MOST_COLUMNS:
        raise DataError(f"{path} has {len(table.columns):,} columns; at most {MOST_COLUMNS:,} can be used.")
    if len(table.columns) < 2:
        raise DataError(
            f"{path} has only one column where a table has a target and at least one feature. Choose another file."
        )
    return table
