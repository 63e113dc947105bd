"""Blocks as layers: the declaration that a block of the project makes, so that it is used like any other kind."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from frozendict import frozendict

from designer.catalogue.figures import Inside
from designer.catalogue.parameters import LARGEST, Flag, Integer, Maybe, Parameter, ParameterType, Real, Several, Text
from designer.catalogue.registry import layers
from designer.catalogue.spec import Inputs, LayerSpec, Outputs, Port, TorchCall
from designer.document.blocks import find_needed, find_ports
from designer.document.graph import Value
from designer.document.project import Block, Blocks, block_kind, used_block
from designer.document.wording import show_name


@dataclass(frozen=True, slots=True)
class BlockSpec(LayerSpec):
    """The declaration of a block.

    `blocks` are the blocks it is made of, itself included. `memory` holds what was inferred of its inside, `hints`
    what was inferred of it before its last change; only `shapes` reads and fills them.
    """

    block: str = ""
    blocks: Blocks = field(default_factory=dict, compare=False, repr=False)
    memory: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)
    hints: Mapping[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def may_learn(self) -> bool:
        """Whether there may be weights inside: looked for by nobody."""
        return True

    @property
    def definition(self) -> Block:
        """The block itself."""
        return self.blocks[self.block]


def find_spec(kind: str, blocks: Blocks) -> LayerSpec | None:
    """Return the declaration of a kind of layer or of a block of the project, None where there is neither."""
    spec = layers.get(kind)
    if spec is not None or not blocks:
        return spec
    block = used_block(kind)
    return declare_blocks(blocks).get(block) if block is not None else None


def name_kind(spec: LayerSpec) -> str:
    """Return what people call a kind of layer: its kind, of a block its name."""
    return show_name(spec.definition.name) if isinstance(spec, BlockSpec) else spec.kind


_declared: dict[int, tuple[Blocks, Mapping[str, BlockSpec]]] = {}
_latest: dict[str, BlockSpec] = {}
_MOST_DECLARED = 16
NO_HINTS: Mapping[Any, Any] = frozendict()


def declare_blocks(blocks: Blocks) -> Mapping[str, BlockSpec]:
    """Return the declaration of each block. A block that did not change, nor those in it, keeps the one it had."""
    found = _declared.get(id(blocks))
    if found is not None and found[0] is blocks:
        return found[1]
    specs = {key: _declare(key, blocks) for key in blocks}
    if len(_declared) >= _MOST_DECLARED:
        _declared.pop(next(iter(_declared)))
    _declared[id(blocks)] = (blocks, specs)
    return specs


def _declare(key: str, blocks: Blocks) -> BlockSpec:
    block = blocks[key]
    needed = find_needed(blocks, block.graph)
    parts = {inner: blocks[inner] for inner in needed} | {key: block}
    before = _latest.get(key)
    if before is not None and _are_same(before.blocks, parts):
        return before
    spec = declare_block(key, parts, before.memory if before is not None else {})
    if len(_latest) >= 1000:
        _latest.clear()
    _latest[key] = spec
    return spec


def declare_block(key: str, parts: Blocks, hints: Mapping[Any, Any] = NO_HINTS) -> BlockSpec:
    """Return the declaration of a block made of `parts`, itself included; not remembered, so for one look at it."""
    block = parts[key]
    ways_in, ways_out = find_ports(block)
    title, _, rest = block.notes.strip().partition("\n")
    count = len(block.graph.nodes) - len(ways_in) - len(ways_out)
    return BlockSpec(
        kind=block_kind(key),
        family="block",
        summary=title or f"A block of {count} layer{'s' * (count != 1)}.",
        call=TorchCall(constructor=block.name or "Block"),
        shape=_never_shape,
        parameters=tuple(
            Parameter(item.name, find_type(item.default), item.default, item.meaning or "A parameter of the block.")
            for item in block.parameters
        ),
        inputs=tuple(Port(node.name) for node in ways_in),
        outputs=tuple(Port(node.name) for node in ways_out),
        card=tuple(item.name for item in block.parameters[:3]),
        help=rest.strip(),
        search=(block.name,),
        figure=Inside(),
        block=key,
        blocks=parts,
        hints=hints,
    )


def _are_same(ours: Blocks, theirs: Blocks) -> bool:
    return ours.keys() == theirs.keys() and all(block is theirs[key] for key, block in ours.items())


def _never_shape(values: Mapping[str, Any], inputs: Inputs) -> Outputs:
    raise AssertionError("the inside of a block is inferred in shapes")


def find_type(default: Value) -> ParameterType:
    """Return the type that a parameter of a block has by its default."""
    if isinstance(default, bool):
        return Flag()
    if isinstance(default, int):
        return Integer(-LARGEST, LARGEST)
    if isinstance(default, float):
        return Real()
    if isinstance(default, str):
        return Text()
    if isinstance(default, tuple):
        return Several(find_type(default[0]) if default else Integer(-LARGEST, LARGEST))
    return Maybe(Integer(-LARGEST, LARGEST))
