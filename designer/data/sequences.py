"""A look at texts and series: their characters, their columns."""

from collections.abc import Mapping
from pathlib import Path

from designer.catalogue.registry import sources
from designer.catalogue.sources.sequences import LARGEST_VOCABULARY
from designer.data.errors import DataError
from designer.data.table import Table, inspect_csv
from designer.document.graph import Value

LARGEST_TEXT = 2**30  # bytes


def text_parameters(path: str | Path) -> Mapping[str, Value]:
    """Return the parameters of the Characters source that stand for a text file. Raises DataError."""
    path = Path(path).expanduser()
    text = read_plain(path)
    vocabulary = "".join(sorted(set(text)))
    if len(vocabulary) < 2:
        raise DataError(f"{path} has fewer than two different characters. Choose another text.")
    if len(vocabulary) > LARGEST_VOCABULARY:
        raise DataError(f"{path} has {len(vocabulary):,} different characters, more than any script. Is it a text?")
    return {"path": str(path.absolute()), "vocabulary": vocabulary, "characters": len(text)}


def read_plain(path: Path) -> str:
    """Return a text in UTF-8. Raises DataError."""
    try:
        if path.is_file() and path.stat().st_size > LARGEST_TEXT:
            raise DataError(f"{path} has more than 1 GiB, too much for a text. Take a part of it.")
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is no text in UTF-8 (byte {error.start}). Save it as UTF-8 first.") from error
    except DataError:
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise DataError(f"{path} cannot be read: {reason}. Choose a text file.") from error


def series_parameters(table: Table, column: str | None = None) -> Mapping[str, Value]:
    """Return the parameters of the Series source for a column of a table: the last one of numbers unless given.

    Raises DataError where it is no column of numbers without a gap.
    """
    numbers = [each.name for each in table.columns if each.kind == "number" and not each.serial]
    if column is None:
        if not numbers:
            raise DataError(f"{table.path} has no column of numbers. Choose another file.")
        column = numbers[-1]
    chosen = table.column(column)
    if chosen.kind != "number":
        raise DataError(f"Column {column!r} holds no numbers, so it is no series. Choose another.")
    if chosen.missing:
        raise DataError(
            f"Column {column!r} has {chosen.missing:,} gap{'s' * (chosen.missing > 1)}. Fill it first, or choose another."
        )
    form = table.form
    parameters: dict[str, Value] = {
        "path": str(table.path.absolute()),
        "column": column,
        "rows": table.rows,
        "separator": form.separator,
        "decimal": form.decimal,
        "encoding": form.encoding,
        "names": form.names,
    }
    usual = {parameter.name: parameter.default for parameter in sources["Series"].parameters}
    return {name: value for name, value in parameters.items() if value != usual[name]}


def inspect_series(path: str | Path, column: str | None = None) -> Mapping[str, Value]:
    """Return the parameters of the Series source that stand for a CSV file. Raises DataError."""
    return series_parameters(inspect_csv(path), column)
