"""From the inert values of a JSON text to our own values, naming the place of whatever cannot be one of them."""

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from frozendict import frozendict

from designer.document import limits
from designer.document.drawing import PLAIN, Drawing, Remark
from designer.document.graph import NO_EXTRA, NO_PARAMETERS, Edge, Extra, Graph, Node, Parameters
from designer.document.limits import Refused
from designer.document.project import Block, BlockParameter, Blocks, Choice, Data, Position, Project, Training
from designer.document.wording import describe, show_name

T = TypeVar("T")


class FileError(ValueError):
    """A file that cannot be read or written: one whole sentence that says what is wrong and where."""


class Repeated:
    """Stands for a JSON object in which one key occurs twice."""

    def __init__(self, key: str) -> None:
        self.key = key


def read_parts(document: Mapping[str, object]) -> Project:
    """Return the project that the fields of a version 1 file describe. Raise FileError."""
    known = {"version", "name", "notes", "data", "training", "nodes", "edges", "layout", "blocks", "drawing"}
    default = Project()
    return Project(
        name=_field(document, "name", "name", limits.accept_name, default.name),
        graph=read_graph(document),
        layout=read_layout(document.get("layout", {})),
        data=_read_data(_fields(document.get("data", {}), "data")),
        training=_read_training(_fields(document.get("training", {}), "training")),
        notes=_field(document, "notes", "notes", limits.accept_text, default.notes),
        extra=_read_extra(document, known, ""),
        blocks=read_blocks(document.get("blocks", {})),
        drawing=read_drawing(document.get("drawing", {})),
    )


def read_blocks(value: object) -> Blocks:
    """Return the blocks of the field `blocks`."""
    blocks = _fields(value, "blocks")
    if len(blocks) > limits.MOST_BLOCKS:
        raise FileError(f"`blocks` has {len(blocks):,} blocks; this version opens at most {limits.MOST_BLOCKS:,}.")
    return frozendict({_accept_key("blocks", key): _read_block(key, fields) for key, fields in blocks.items()})


def _read_block(key: str, value: object) -> Block:
    place = f"blocks.{key}"
    fields = _fields(value, place)
    parameters = _items(fields.get("parameters", []), f"{place}.parameters")
    try:
        graph, layout = read_graph(fields), read_layout(fields.get("layout", {}))
        drawing = read_drawing(fields.get("drawing", {}))
    except FileError as error:
        raise FileError(f"In block `{show_name(key)}`: {error}") from None
    return Block(
        name=_field(fields, "name", f"{place}.name", limits.accept_name, key),
        graph=graph,
        layout=layout,
        parameters=tuple(
            _read_block_parameter(item, f"{place}.parameters[{index}]") for index, item in enumerate(parameters)
        ),
        notes=_field(fields, "notes", f"{place}.notes", limits.accept_text, ""),
        extra=_read_extra(fields, {"name", "notes", "parameters", "nodes", "edges", "layout", "drawing"}, place),
        drawing=drawing,
    )


def _read_block_parameter(value: object, place: str) -> BlockParameter:
    fields = _fields(value, place)
    for name in ("name", "default"):
        if name not in fields:
            raise _error(f"{place}.{name}", "is missing")
    return BlockParameter(
        name=_field(fields, "name", f"{place}.name", limits.accept_parameter_name, ""),
        default=_field(fields, "default", f"{place}.default", limits.accept_value, None),
        meaning=_field(fields, "meaning", f"{place}.meaning", limits.accept_text, ""),
        extra=_read_extra(fields, {"name", "default", "meaning"}, place),
    )


def read_graph(document: Mapping[str, object]) -> Graph:
    """Return the graph of the fields `nodes` and `edges`."""
    nodes = _fields(document.get("nodes", {}), "nodes")
    if len(nodes) > limits.MOST_NODES:
        raise FileError(f"`nodes` has {len(nodes):,} nodes; this version opens at most {limits.MOST_NODES:,}.")
    edges = _items(document.get("edges", []), "edges")
    if len(edges) > limits.MOST_EDGES:
        raise FileError(f"`edges` has {len(edges):,} wires; this version opens at most {limits.MOST_EDGES:,}.")
    return Graph(
        frozendict({key: _read_node(key, value) for key, value in nodes.items()}),
        tuple([_read_edge(index, edge) for index, edge in enumerate(edges)]),
    )


def read_layout(value: object) -> Mapping[str, Position]:
    """Return card positions by node id."""
    return frozendict(
        {
            _accept_key("layout", key): _accept_in("layout", key, limits.accept_position, pair)
            for key, pair in _fields(value, "layout").items()
        }
    )


def read_drawing(value: object) -> Drawing:
    """Return how a network is drawn, from the field `drawing`."""
    fields = _fields(value, "drawing")
    if not fields:
        return PLAIN
    remarks = _fields(fields.get("remarks", {}), "drawing.remarks")
    if len(remarks) > limits.MOST_REMARKS:
        raise _error("drawing.remarks", f"has {len(remarks):,} entries, of at most {limits.MOST_REMARKS:,}")
    return Drawing(
        flow=_field(fields, "flow", "drawing.flow", limits.accept_flow, "down"),
        small=_field(fields, "small", "drawing.small", limits.accept_ids, frozenset()),
        remarks=frozendict(
            {_accept_key("drawing.remarks", key): _read_remark(key, one) for key, one in remarks.items()}
        ),
        extra=_read_extra(fields, {"flow", "small", "remarks"}, "drawing"),
    )


def _read_remark(key: str, value: object) -> Remark:
    place = f"drawing.remarks.{key}"
    fields = _fields(value, place)
    return Remark(
        text=_field(fields, "text", f"{place}.text", limits.accept_text, ""),
        hue=_field(fields, "hue", f"{place}.hue", limits.accept_name, "grey"),
        nodes=_field(fields, "nodes", f"{place}.nodes", limits.accept_ids, frozenset()),
        position=_field(fields, "position", f"{place}.position", limits.accept_position, (0.0, 0.0)),
        extra=_read_extra(fields, {"text", "hue", "nodes", "position"}, place),
    )


def _read_node(key: str, value: object) -> Node:
    place = f"nodes.{key}"
    fields = _fields(value, place)
    if "kind" not in fields:
        raise _error(f"{place}.kind", "is missing: every node says what kind of layer it is")
    return Node(
        id=_accept_key("nodes", key),
        kind=_field(fields, "kind", f"{place}.kind", limits.accept_name, ""),
        name=_field(fields, "name", f"{place}.name", limits.accept_name, key),
        parameters=_read_parameters(fields, place),
        extra=_read_extra(fields, {"kind", "name", "parameters", "options"}, place),
        options=_read_parameters(fields, place, "options"),
    )


def _read_edge(index: int, value: object) -> Edge:
    place = f"edges[{index}]"
    match _items(value, place):
        case [source, source_port, target, target_port]:
            return Edge(
                _accept(f"{place}[0]", limits.accept_name, source),
                _accept(f"{place}[1]", limits.accept_port, source_port),
                _accept(f"{place}[2]", limits.accept_name, target),
                _accept(f"{place}[3]", limits.accept_port, target_port),
            )
        case _:
            raise _error(place, "must be [source, output port, target, input port]")


def _read_data(fields: Mapping[str, object]) -> Data:
    default = Data()
    source = fields.get("source")
    return Data(
        source=None if source is None else _read_choice(source, "data.source"),
        validation=_field(fields, "validation", "data.validation", limits.accept_share, default.validation),
        split_seed=_field_whole(fields, "data", "split_seed", default.split_seed),
        test=_field(fields, "test", "data.test", limits.accept_share, default.test),
        augmentation=_read_steps(fields.get("augmentation", ()), "data.augmentation"),
        **{name: _read_choice(fields[name], f"data.{name}") for name in ("split", "sampling") if name in fields},
        extra=_read_extra(fields, {each.name for each in dataclasses.fields(default)}, "data"),
    )


def _read_training(fields: Mapping[str, object]) -> Training:
    default = Training()
    names = ("objective", "loss", "optimizer", "schedule", "warmup", "clip", "averaging", "early_stopping")
    choices = {name: _read_choice(fields[name], f"training.{name}") for name in names if name in fields}
    plain = {"epochs", "batch_size", "device", "seed", "weights", "batch", "accumulate", "metrics"}
    return Training(
        **choices,
        epochs=_field_whole(fields, "training", "epochs", default.epochs),
        batch_size=_field_whole(fields, "training", "batch_size", default.batch_size),
        device=_field(fields, "device", "training.device", limits.accept_device, default.device),
        seed=_field_whole(fields, "training", "seed", default.seed),
        weights=_field(fields, "weights", "training.weights", limits.accept_text, default.weights),
        batch=_field(fields, "batch", "training.batch", limits.accept_batch, default.batch),
        accumulate=_field_whole(fields, "training", "accumulate", default.accumulate),
        metrics=_field(fields, "metrics", "training.metrics", limits.accept_names, default.metrics),
        extra=_read_extra(fields, {*names, *plain}, "training"),
    )


def _read_steps(value: object, place: str) -> tuple[Choice, ...]:
    items = _accept(place, limits.accept_steps, value)
    return tuple(_read_choice(item, f"{place}[{number}]") for number, item in enumerate(items))


def _read_choice(value: object, place: str) -> Choice:
    fields = _fields(value, place)
    if "kind" not in fields:
        raise _error(f"{place}.kind", "is missing")
    return Choice(
        kind=_field(fields, "kind", f"{place}.kind", limits.accept_name, ""),
        parameters=_read_parameters(fields, place),
        extra=_read_extra(fields, {"kind", "parameters"}, place),
    )


def _read_parameters(fields: Mapping[str, object], place: str, field: str = "parameters") -> Parameters:
    given = fields.get(field, {})
    if given == {}:
        return NO_PARAMETERS
    place = f"{place}.{field}"
    return frozendict(
        {
            _accept_key(place, name): _accept_in(place, name, limits.accept_value, value)
            for name, value in _fields(given, place).items()
        }
    )


def _read_extra(fields: Mapping[str, object], known: Iterable[str], place: str) -> Extra:
    unknown = fields.keys() - known
    if not unknown:
        return NO_EXTRA
    return frozendict(
        {
            _accept_key(place, name): _accept_in(place, name, limits.accept_json, value)
            for name, value in fields.items()
            if name in unknown
        }
    )


def _field(fields: Mapping[str, object], name: str, place: str, rule: Callable[[object], T], default: T) -> T:
    return _accept(place, rule, fields[name]) if name in fields else default


def _field_whole(fields: Mapping[str, object], part: str, name: str, default: int) -> int:
    low, high = limits.WHOLE[name]
    return _field(fields, name, f"{part}.{name}", lambda value: limits.accept_whole(value, low, high), default)


def _fields(value: object, place: str) -> Mapping[str, object]:
    if isinstance(value, dict):
        return value
    if isinstance(value, Repeated):
        raise _error(f"{place}.{value.key}", "is there twice")
    raise _error(place, f"must be an object in braces, not {describe(value)}")


def _items(value: object, place: str) -> list[object]:
    if isinstance(value, list):
        return value
    raise _error(place, f"must be a list in brackets, not {describe(value)}")


def _accept(place: str, rule: Callable[[object], T], value: object) -> T:
    try:
        return rule(value)
    except Refused as reason:
        raise _error(place, reason) from None


def _accept_in(place: str, name: str, rule: Callable[[object], T], value: object) -> T:
    """Return what `_accept` returns; the place is put together only when it is needed."""
    try:
        return rule(value)
    except Refused as reason:
        raise _error(f"{place}.{name}" if place else name, reason) from None


def _accept_key(place: str, key: str) -> str:
    try:
        return limits.accept_name(key)
    except Refused as reason:
        raise FileError(f"A name in `{show_name(place, 160) or 'the file'}` {reason}.") from None


def _error(place: str, reason: object) -> FileError:
    return FileError(f"`{show_name(place, 160)}` {reason}.")
