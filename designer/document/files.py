"""Projects as files: JSON in and out, versions, and a save that leaves the old or the new file whole.

A file is read in two steps: JSON into inert values here, those into ours in `reading`. Nothing in a file is ever run.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from designer.document.atomic import write_file
from designer.document.drawing import PLAIN, Drawing, Remark
from designer.document.graph import Graph, Json, Node
from designer.document.project import Blocks, Choice, Data, Position, Project, Training
from designer.document.reading import FileError, Repeated, read_parts
from designer.document.wording import describe

__all__ = ["SUFFIX", "VERSION", "FileError", "dumps", "load", "read_project", "save"]

SUFFIX = ".nnd"
VERSION = 1
LARGEST_FILE = 64 * 2**20  # bytes

# From each older version to the next: a function on the inert fields. Version 1 is the first.
MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}


def load(path: Path | str) -> Project:
    """Return the project in a file. Raise FileError."""
    path = Path(path)
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise FileError(f"Cannot read {path}: {_reason(error)}.") from None
    return read_project(raw)


def read_project(text: str | bytes) -> Project:
    """Return the project that a JSON text describes. Raise FileError with the place of what is wrong."""
    document = read_json(text)
    if "version" not in document:
        raise FileError("This is not a Designer project: it has no `version`.")
    version = document["version"]
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise FileError(f"`version` must be a whole number from 1 on, not {describe(version)}.")
    if version > VERSION:
        raise FileError(
            f"This project was written by a newer Designer, version {describe(version)}; this one reads up to {VERSION}."
        )
    for old in range(version, VERSION):
        document = MIGRATIONS[old](document)
    return read_parts(document)


def save(path: Path | str, project: Project) -> None:
    """Write a project to a file, so that at every moment the old or the new one is there whole. Raise FileError."""
    path = Path(path)
    text = dumps(project)
    try:
        write_file(path, text.encode())
    except OSError as error:
        raise FileError(f"Cannot write {path}: {_reason(error)}.") from None


def dumps(project: Project) -> str:
    """Return a project as the text of a file: stable order; a node, a wire and a position each on a line of its own.

    Raises FileError for values that `edits` would have refused (not finite, no Unicode).
    """
    try:
        text = _write_project(project)
        text.encode()
    except (ValueError, TypeError) as error:
        raise FileError(f"The project holds a value that no file can hold: {error}.") from None
    return text


def _write_project(project: Project) -> str:
    training, data = project.training, project.data
    head: dict[str, Json] = {
        "version": VERSION,
        "name": project.name,
        "notes": project.notes,
        "data": {
            "source": None if data.source is None else _choice(data.source),
            "validation": data.validation,
            "split_seed": data.split_seed,
            **_write_later_data(data),
            **data.extra,
        },
        "training": {
            "loss": _choice(training.loss),
            "optimizer": _choice(training.optimizer),
            "schedule": _choice(training.schedule),
            "epochs": training.epochs,
            "batch_size": training.batch_size,
            "device": training.device,
            "seed": training.seed,
            **({"weights": training.weights} if training.weights else {}),
            **({} if training.objective == Training().objective else {"objective": _choice(training.objective)}),
            **_write_later_fields(training),
            **training.extra,
        },
    }
    parts = [f"{_line(key)}: {_spread(value)}" for key, value in head.items()]
    parts += write_graph(project.graph, project.layout)
    if project.blocks:
        parts.append(write_blocks(project.blocks))
    parts += write_drawing(project.drawing)
    parts += [f"{_line(key)}: {_line(value)}" for key, value in project.extra.items()]
    return "{\n  " + ",\n  ".join(parts) + "\n}\n"


def write_graph(graph: Graph, layout: Mapping[str, Position]) -> list[str]:
    """Return the fields `nodes`, `edges` and `layout` as text."""
    nodes = [f"{_line(key)}: {_line(_fields(node))}" for key, node in graph.nodes.items()]
    edges = [_line((edge.source, edge.source_port, edge.target, edge.target_port)) for edge in graph.edges]
    places = [f"{_line(key)}: {_line((_short(x), _short(y)))}" for key, (x, y) in layout.items()]
    return [
        f'"nodes": {_block("{", nodes, "}")}',
        f'"edges": {_block("[", edges, "]")}',
        f'"layout": {_block("{", places, "}")}',
    ]


def write_blocks(blocks: Blocks) -> str:
    """Return the field `blocks` as text, in the form of the network itself."""
    written = []
    for key, block in blocks.items():
        parameters = [
            _line({"name": item.name, "default": item.default, "meaning": item.meaning, **item.extra})
            for item in block.parameters
        ]
        parts = [f'"name": {_line(block.name)}', f'"notes": {_line(block.notes)}']
        parts.append(f'"parameters": {_block("[", parameters, "]")}')
        parts += write_graph(block.graph, block.layout)
        parts += write_drawing(block.drawing)
        parts += [f"{_line(name)}: {_line(value)}" for name, value in block.extra.items()]
        written.append(f"{_line(key)}: {_block('{', parts, '}')}")
    return f'"blocks": {_block("{", written, "}")}'


def write_drawing(drawing: Drawing) -> list[str]:
    """Return the field `drawing` as text, a remark on a line of its own; nothing where it says nothing."""
    parts = [] if drawing.flow == PLAIN.flow else [f'"flow": {_line(drawing.flow)}']
    if drawing.small:
        parts.append(f'"small": {_line(tuple(sorted(drawing.small)))}')
    if drawing.remarks:
        remarks = [f"{_line(key)}: {_line(_remark(remark))}" for key, remark in drawing.remarks.items()]
        parts.append(f'"remarks": {_block("{", remarks, "}")}')
    parts += [f"{_line(name)}: {_line(value)}" for name, value in drawing.extra.items()]
    return [f'"drawing": {_block("{", parts, "}")}'] if parts else []


def _remark(remark: Remark) -> dict[str, Json]:
    place: dict[str, Json] = {"position": (_short(remark.position[0]), _short(remark.position[1]))}
    nodes: dict[str, Json] = {"nodes": tuple(sorted(remark.nodes))}
    return {"text": remark.text, "hue": remark.hue, **(nodes if remark.is_frame else place), **remark.extra}


def _fields(node: Node) -> dict[str, Json]:
    options: dict[str, Json] = {"options": node.options} if node.options else {}
    return {"kind": node.kind, "name": node.name, "parameters": node.parameters, **options, **node.extra}


def read_json(text: str | bytes) -> dict[str, Any]:
    """Return the object that a JSON text holds, as inert values. Raise FileError."""
    if len(text) > LARGEST_FILE:
        raise FileError(f"The file is larger than {LARGEST_FILE >> 20} MB, more than any project needs.")
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise FileError(f"This is not a Designer project: it is no UTF-8 text (byte {error.start}).") from None
    try:
        document = json.loads(text, object_pairs_hook=_pairs, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise FileError(_explain(error, text)) from None
    except RecursionError:
        raise FileError("The file is nested too deep to be a project.") from None
    except FileError:
        raise
    except ValueError:  # Python's limit on the digits of an int
        raise FileError("The file holds a number of more than 4,000 digits.") from None
    if isinstance(document, Repeated):
        raise FileError(f"The field {describe(document.key)} is there twice.")
    if not isinstance(document, dict):
        raise FileError(f"This is not a Designer project: it holds {describe(document)} instead of an object.")
    return document


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any] | Repeated:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        seen: set[str] = set()
        return Repeated(next(key for key, _ in pairs if key in seen or seen.add(key)))  # type: ignore[func-returns-value]
    return fields


def _refuse_constant(word: str) -> None:
    raise FileError(f"The file holds {word}, which is no number.")


def _explain(error: json.JSONDecodeError, text: str) -> str:
    if not text.strip():
        return "The file is empty."
    place = f"line {error.lineno}, column {error.colno}"
    if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
        return f"The file ends too early, at {place}: it was cut off."
    if not text.lstrip().startswith("{"):
        return "This is not a Designer project: it is no JSON object."
    return f"The file is damaged at {place}: {error.msg.removesuffix(' at').lower()}."


def _write_later_fields(training: Training) -> dict[str, Json]:
    """Return the fields that the first files did not have, where they say something."""
    usual = Training()
    choices = {name: getattr(training, name) for name in ("warmup", "clip", "averaging", "early_stopping")}
    written: dict[str, Json] = {
        name: _choice(choice) for name, choice in choices.items() if choice != getattr(usual, name)
    }
    plain: dict[str, Json] = {"batch": training.batch, "accumulate": training.accumulate, "metrics": training.metrics}
    return written | {name: value for name, value in plain.items() if value != getattr(usual, name)}


def _write_later_data(data: Data) -> dict[str, Json]:
    """Return the fields of the data that the first files did not have, where they say something."""
    usual = Data()
    written: dict[str, Json] = {
        "split": _choice(data.split),
        "test": data.test,
        "sampling": _choice(data.sampling),
        "augmentation": tuple(map(_choice, data.augmentation)),
    }
    return {name: value for name, value in written.items() if getattr(data, name) != getattr(usual, name)}


def _choice(choice: Choice) -> dict[str, Json]:
    return {"kind": choice.kind, "parameters": choice.parameters, **choice.extra}


def _short(number: float) -> float | int:
    """Return a whole number as int: 120 instead of 120.0."""
    return int(number) if number.is_integer() else number


def _spread(value: Json) -> str:
    """Return an object with one field a line, anything else on one line."""
    if not isinstance(value, Mapping):
        return _line(value)
    return _block("{", [f"{_line(key)}: {_line(item)}" for key, item in value.items()], "}")


def _block(start: str, lines: Iterable[str], end: str) -> str:
    body = ",\n".join(lines).replace("\n", "\n    ")
    return f"{start}\n    {body}\n  {end}" if body else start + end


_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def _line(value: Json) -> str:
    return _encode(value)


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
