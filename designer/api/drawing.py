"""Layers and blocks in notebooks and scripts, and the graph that a list of them makes."""

import numbers
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeVar

from frozendict import frozendict

from designer.catalogue import registry
from designer.catalogue.blocks import declare_blocks
from designer.catalogue.options import OPTIONS
from designer.catalogue.parameters import Parameter, Text, resolve
from designer.catalogue.spec import LayerSpec
from designer.document import edits
from designer.document.blocks import bring_blocks, set_block
from designer.document.expressions import ExpressionError, find_names, is_expression, parse
from designer.document.folding import lay_out
from designer.document.graph import Edge, Value
from designer.document.limits import Refused, accept_value
from designer.document.naming import FreshNames, fresh_ids, name_stem, take_id, take_name
from designer.document.project import NO_BLOCKS, Block, BlockParameter, Blocks, Project, used_block
from designer.document.wording import describe, show_name

T = TypeVar("T")

_OPTIONS = frozenset(option.name for option in OPTIONS)
INDEX = "index"  # the name that counts the repetitions of a block, from 0 on


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer to be built: its kind, its settings, its name, and the names of the layers it takes its input from.

    `options` are those that every layer has; `blocks` what the use of a block brings with it.
    """

    kind: str
    parameters: Mapping[str, Value] = frozendict()
    name: str | None = None
    after: tuple[str, ...] | None = None
    options: Mapping[str, Value] = frozendict()
    blocks: Blocks = NO_BLOCKS


@dataclass(frozen=True, slots=True)
class BlockDefinition:
    """A block that `block` has made: call it with its parameters, and it is a layer for `build`."""

    id: str
    blocks: Blocks

    def __call__(
        self, *, name: str | None = None, after: str | Sequence[str] | None = None, **parameters: Value
    ) -> Layer:
        """Return a use of the block; `repeat=3` applies it three times, "=16 * (index + 1)" counts along.

        Raises ValueError for a parameter that it does not have or that cannot take the value.
        """
        spec = declare_blocks(self.blocks)[self.id]
        return _make_layer(spec, self.blocks[self.id].name, name, after, parameters, self.blocks)


def layer(
    kind: str, *, name: str | None = None, after: str | Sequence[str] | None = None, **parameters: Value
) -> Layer:
    """Return a layer for `build`, its settings spelled as PyTorch spells them.

    `after` names the layer it follows, or several that it joins ("split:1" for the second output of one); without it,
    it follows the one before it. The options of every layer are among the settings: `frozen`, `lr_factor`,
    `weight_init`, `shared_with` (the name of a layer before it) ... A setting may be an expression, "=width * 4": in a
    block over its parameters. Raises ValueError for a kind or a setting that does not exist or cannot take the value.
    """
    spec = find_named(registry.layers, kind, "layer")
    return _make_layer(spec, kind, name, after, parameters, NO_BLOCKS)


def block(name: str, *layers: Layer | str, notes: str = "", **parameters: Value) -> BlockDefinition:
    """Return a block of layers, as `build` takes them, with these parameters and their defaults. Raises ValueError.

    A residual block, used twice:

        residual = block(
            "Residual",
            layer("Input", name="x"),
            layer("Linear", out_features="=width", name="inner"),
            "ReLU",
            layer("Add", after=["x", "relu1"]),
            width=64,
        )
        build("deep", layer("Linear", out_features=64), residual(), residual(), data="Iris")
    """
    drawn = draw(Project(), layers, frozenset(parameters))
    key = FreshNames(drawn.blocks).take(name_stem(name), bare=True)
    declared = tuple(BlockParameter(each, accept_setting(name, each, value)) for each, value in parameters.items())
    made = Block(name, drawn.graph, lay_out(drawn.graph), declared, notes)
    return BlockDefinition(key, set_block(drawn, key, made).blocks)


def draw(project: Project, layers: Iterable[Layer | str], known: frozenset[str] = frozenset()) -> Project:
    """Return an empty project with these layers in it, Input and Output where they are left out.

    `known` are the names that expressions may use. Raises ValueError.
    """
    made = [item if isinstance(item, Layer) else layer(item) for item in layers]
    if not made or made[0].kind != "Input":
        made.insert(0, Layer("Input"))
    if made[-1].kind != "Output":
        made.append(Layer("Output"))
    # a made name must not take a given one
    names = FreshNames(each.name for each in made if isinstance(each.name, str))
    by_name: dict[str, str] = {}
    before: str | None = None
    for each in made:
        if each.name is not None and each.name in by_name:
            raise ValueError(f"Two layers are called {each.name!r}. Give them different names.")
        _demand_known(each, known)
        project, kinds = bring_blocks(project, each.blocks)
        kind = kinds.get(each.kind, each.kind)
        definition = project.blocks.get(used_block(kind) or "")
        stem = kind if definition is None else definition.name
        called = take_name(names, stem) if each.name is None else each.name
        key = take_id(fresh_ids(project.graph), stem)
        project, new = edits.add_node(project, kind, name=called, parameters=each.parameters, id=key)
        for option, value in each.options.items():
            value = by_name.get(str(value), value) if option == "shared_with" else value
            project = edits.set_option(project, [new], option, value)
        sources = [(before, 0)] if before is not None and each.kind != "Input" else []
        if each.after is not None:
            sources = [_find_source(by_name, other) for other in each.after]
        for port, (source, output) in enumerate(sources):
            project = edits.connect(project, Edge(source, output, new, port))
        by_name[project.graph.nodes[new].name] = before = new
    return project


def find_named(known: Mapping[str, T], name: str, what: str) -> T:
    """Return what has a name. Raises ValueError that offers the nearest names."""
    if not isinstance(name, str):
        raise ValueError(f"The name of a {what.removesuffix(' with the name')} must be a text, not {describe(name)}.")
    if name in known:
        return known[name]
    near = get_close_matches(name, known, 3) or sorted(known)[:8]
    offer = f" Did you mean {', '.join(near)}?" if near else ""
    raise ValueError(f"There is no {what} `{show_name(name)}`.{offer}")


def accept_settings(
    spec: LayerSpec, kind: str, given: Mapping[str, Value]
) -> tuple[Mapping[str, Value], Mapping[str, Value]]:
    """Return settings of a layer in canonical form: its parameters, and the options of every layer. Raises ValueError."""
    declared = {parameter.name for parameter in spec.parameters}
    options = {name: value for name, value in given.items() if name not in declared and name in _OPTIONS}
    own = {name: value for name, value in given.items() if name not in options}
    return accept(kind, spec.parameters, own), accept(kind, OPTIONS, options)


def accept(kind: str, declared: tuple[Parameter, ...], given: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return settings in canonical form, expressions as they are. Raises ValueError."""
    accepted = {name: accept_setting(kind, name, value) for name, value in given.items()}
    worked_out = {parameter.name for parameter in declared if not isinstance(parameter.type, Text)}
    expressions = {name: value for name, value in accepted.items() if name in worked_out and is_expression(value)}
    for name, value in expressions.items():
        try:
            parse(str(value))
        except ExpressionError as error:
            raise ValueError(f"{kind}: `{name}` {error}.") from None
    plain = {name: value for name, value in accepted.items() if name not in expressions}
    values, objections = resolve(declared, plain)
    if objections:
        offer = "" if objections[0].parameter in values else f" It has {', '.join(values)}." if values else ""
        raise ValueError(f"{kind}: {objections[0].message}{offer}")
    return {name: expressions.get(name, values[name]) for name in given}


def accept_setting(kind: str, name: str, value: object) -> Value:
    """Return a value as a project can hold it. Raises ValueError."""
    try:
        return accept_value(make_plain(value))
    except Refused as error:
        raise ValueError(f"{kind}: `{show_name(name)}` {error}.") from None


def make_plain(value: object) -> object:
    """Return a number of numpy's or of another library as Python's own, also within lists; all else as it is."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case list() | tuple():
            return [make_plain(item) for item in value]
        case numbers.Integral():
            return int(value)
        case numbers.Real():
            return float(value)
    # numpy's bool, and arrays and tensors of a single number.
    item = getattr(value, "item", None)
    return item() if callable(item) and getattr(value, "shape", None) == () else value


def _make_layer(
    spec: LayerSpec,
    called: str,
    name: str | None,
    after: str | Sequence[str] | None,
    given: Mapping[str, Value],
    blocks: Blocks,
) -> Layer:
    if not isinstance(after, str | Sequence | None):
        raise ValueError(f"{called}: `after` must be the name of a layer or a list of names, not {describe(after)}.")
    following = (after,) if isinstance(after, str) else None if after is None else tuple(after)
    parameters, options = accept_settings(spec, called, given)
    return Layer(spec.kind, parameters, name, following, options, blocks)


def _find_source(by_name: Mapping[str, str], other: str) -> tuple[str, int]:
    """Return the id of a layer before, and which of its outputs is meant."""
    start, colon, number = other.rpartition(":") if isinstance(other, str) else ("", "", "")
    if colon and other not in by_name and start in by_name and number.isascii() and number.isdecimal():
        return by_name[start], int(number)
    return find_named(by_name, other, "layer before it with the name"), 0


def _demand_known(each: Layer, known: frozenset[str]) -> None:
    """Raise ValueError where an expression of a layer uses a name that stands for nothing."""
    for number, settings in enumerate((each.parameters, each.options)):
        counted = used_block(each.kind) is not None and not number
        for name, value in settings.items():
            strange = find_names(str(value)) - known if is_expression(value) else frozenset()
            strange -= {INDEX} if counted else frozenset()
            if strange:
                there = f"It can use {', '.join(sorted(known))}." if known else "There are none to use here."
                definition = each.blocks.get(used_block(each.kind) or "")
                kind = each.kind if definition is None else definition.name
                raise ValueError(f"{kind}: `{name}` uses the name `{min(strange)}`, which stands for nothing. {there}")
