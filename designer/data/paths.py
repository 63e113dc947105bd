"""Another place for the data of a project: what `--data` does."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from designer.catalogue.registry import sources
from designer.data.errors import DataError
from designer.data.images import idx_parameters, inspect_idx
from designer.data.sequences import inspect_series, text_parameters
from designer.document.graph import Value
from designer.document.project import Data

# Parameters of the sources that are recorded anew at another place.
_RECORDS: Mapping[str, Callable[[str | Path, Mapping[str, Value]], Mapping[str, Value]]] = {
    "Idx": lambda path, known: idx_parameters(inspect_idx(path)),
    "Characters": lambda path, known: text_parameters(path),
    "Series": lambda path, known: inspect_series(path, str(known["column"]) if known.get("column") else None),
}


def set_path(data: Data, path: str | Path) -> Data:
    """Return the data read from another file or folder; what is recorded of an IDX folder follows.

    A table keeps its columns and classes: the network is made for them. Raises DataError.
    """
    spec = sources.get(data.source.kind) if data.source is not None else None
    if data.source is None or spec is None or not spec.path:
        raise DataError("This project's data comes from no file, so there is no path to set. Leave it out.")
    record = _RECORDS.get(spec.kind)
    changes = (
        record(path, data.source.parameters)
        if record is not None
        else {spec.path: str(Path(path).expanduser().absolute())}
    )
    source = replace(data.source, parameters={**data.source.parameters, **changes})
    return replace(data, source=source)
