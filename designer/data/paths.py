"""Another place for the data of a project: what `--data` does."""

from dataclasses import replace
from pathlib import Path

from designer.catalogue.registry import sources
from designer.data.errors import DataError
from designer.data.look import look_again
from designer.document.project import Data


def set_path(data: Data, path: str | Path) -> Data:
    """Return the data read from another file or folder; what is recorded of its content follows.

    A table keeps its columns and classes: the network is made for them. Raises DataError.
    """
    spec = sources.get(data.source.kind) if data.source is not None else None
    if data.source is None or spec is None or not spec.path:
        raise DataError("This project's data comes from no file, so there is no path to set. Leave it out.")
    if spec.kind == "Csv":
        place = str(Path(path).expanduser().absolute())
        return replace(data, source=replace(data.source, parameters={**data.source.parameters, spec.path: place}))
    found = look_again(data.source, path).source.parameters
    source = replace(data.source, parameters={**data.source.parameters, **found})
    return replace(data, source=source)
