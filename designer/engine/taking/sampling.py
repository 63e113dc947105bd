"""A file with samples, on which a package that is taken away is tried: real ones, in the form in which it wants them."""

import csv
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from designer.catalogue.parameters import Values
from designer.engine.answering import Answerer
from designer.engine.bundle import Bundle, parts_of
from designer.engine.evaluation.record import Array
from designer.recipes.new_table import open_text

FILES = 16  # pictures or texts that are copied


def lay_sample(
    path: Path | None, answerer: Answerer, names: Mapping[str, Any], x: Bundle, folder: Path, values: Values
) -> Path:
    """Return a file or folder that predict.py takes: the run's own data, some files of them, or an array of samples.

    `path` are the data of the run, `names` the variables of its load_data, `x` samples as the network takes them, `values` the
    parameters of the source. Of a CSV file the lines that training left out are left out here as well.
    """
    files = names.get("files")
    if not answerer.prediction.numbers and path is not None:
        if path.is_file():
            return _leave_out(path, values, folder) if values.get("form") == "csv" and values["left_out"] else path
        if files:
            return _copy_files(path, [str(name) for name in files[:: max(len(files) // FILES, 1)][:FILES]], folder)
        if "values" in names:  # arrays, each in a file of the folder
            return path
    return _write_raw(answerer, _join(x), folder)


def _leave_out(path: Path, values: Values, folder: Path) -> Path:
    """Return a copy of a CSV file without the lines that training skipped, as new rows of such a length are refused."""
    place, left_out = folder / "samples.csv", set(values["left_out"])
    with (
        open_text(path, values["encoding"]) as file,
        place.open("w", encoding=values["encoding"], newline="") as copy,
    ):
        copy.writelines(text for number, text in enumerate(_list_rows(file, values)) if number not in left_out)
    return place


def _list_rows(file: Any, values: Values) -> Iterator[str]:
    """Yield the text of each row: more than a line where a quoted field has some."""
    separator: str = values["separator"]
    lines: list[str] = []

    def keep() -> Iterator[str]:
        for line in file:
            lines.append(line)
            yield " ".join(line.split()) if separator == " " else line

    quoting: Any = csv.QUOTE_MINIMAL if values["quotes"] else csv.QUOTE_NONE
    for _ in csv.reader(keep(), delimiter=separator, quoting=quoting, skipinitialspace=True):
        yield "".join(lines)
        lines.clear()


def _copy_files(path: Path, files: list[str], folder: Path) -> Path:
    place = folder / "samples"
    for name in files:
        target = place / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path / name, target)
    return place


def _write_raw(answerer: Answerer, encoded: Array, folder: Path) -> Path:
    """Write samples as they were before predict.py scales them.

    It takes something off each number and divides it by something: by how much, its answers to 0 and to 1 tell.
    """
    path = folder / "samples.npy"
    known = []
    for number in (0, 1):
        np.save(path, np.full_like(encoded[:1], number))
        known.append(_join(answerer.encode(path)[0]))
    zero, slope = known[0], known[1] - known[0]
    raw = np.divide(encoded - zero, slope, out=np.zeros_like(encoded), where=slope != 0, casting="unsafe")
    np.save(path, raw)
    return path


def _join(x: Bundle) -> Array:
    """Return samples as one array, the tensors of each behind one another."""
    parts = [part.cpu().numpy() for part in parts_of(x)]
    return np.stack(parts, 1) if len(parts) > 1 else parts[0]
