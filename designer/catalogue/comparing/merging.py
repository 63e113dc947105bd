"""What is known of a united network: of each node what was inferred in the project that it is from."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import ClassVar

from frozendict import frozendict

from designer.catalogue.blocks import BlockSpec
from designer.catalogue.check.blocks import infer_first_use
from designer.catalogue.shapes import Inference, Inferred, Scope
from designer.document.graph import Edge, Node
from designer.document.pairing import sort_chains
from designer.document.project import used_block
from designer.document.union import Union, UnionNetwork

NO_NETWORK = UnionNetwork()


@dataclass(frozen=True)
class MergedInference(Inference):
    """What is known of a united network, which that is, and what was known before; None where nothing was there.

    `changes` says of each node that differs how; only `record` fills it.
    """

    merged: ClassVar[bool] = True
    network: UnionNetwork = NO_NETWORK
    before: Inference | None = None
    changes: dict[str, str] = field(default_factory=dict, compare=False)

    def find_wire_change(self, edge: Edge) -> str:
        """Return whether a wire was "added" or "removed", "" where both have it."""
        network = self.network
        return "added" if edge in network.added_wires else "removed" if edge in network.removed_wires else ""

    def find_before(self, node: str) -> Inferred | None:
        """Return what was known before of a node of the union, None where it was not there."""
        key = self.network.before.get(node)
        return None if key is None or self.before is None else self.before.nodes.get(key)


def merge_inferences(union: Union, before: Inference, after: Inference) -> MergedInference:
    """Return an inference of the united network, with the totals of the network after. Never raises.

    Nodes in both are known as they are after, removed ones as they were before. The insides of blocks are merged too.
    """
    merging = _Merging(union, before, after)
    return merging.merge("", before, after, after.scope)


class _Merging:
    """One merge. Repetitions of a block that share what is known of them share what is merged."""

    def __init__(self, union: Union, before: Inference, after: Inference) -> None:
        self._union = union
        self._before = before
        self._after = after
        self._changes: dict[str, dict[str, str]] = defaultdict(dict)
        self._merged: dict[tuple[int, int, str], MergedInference] = {}

    def merge(self, block: str, before: Inference | None, after: Inference | None, scope: Scope) -> MergedInference:
        """Return what is known of the inside of a block, of the network for ""; None for a side that does not have it."""
        union = self._union
        network = union.blocks[block] if block else union.network
        graph = union.project.blocks[block].graph if block else union.project.graph
        nodes: dict[str, Inferred] = {}
        for key, node in graph.nodes.items():
            ours = before.nodes.get(network.before[key]) if before is not None and key in network.before else None
            theirs = after.nodes.get(key) if after is not None and key not in network.removed else None
            nodes[key] = self._merge_node(node, ours, theirs)
        kept = after or before or self._after
        merged = MergedInference(
            graph,
            kept.data,
            sort_chains(graph),
            frozenset(),
            frozendict(nodes),
            replace(scope, blocks=self._union.project.blocks),
            network,
            before,
            self._changes[block],
        )
        totals = {"parameters": kept.parameters, "multiply_adds": kept.multiply_adds, "size": kept.size}
        merged.__dict__.update(totals)
        return merged

    def _merge_node(self, node: Node, before: Inferred | None, after: Inferred | None) -> Inferred:
        known = after or before
        assert known is not None
        block = used_block(node.kind) or ""
        spec = known.spec
        if not isinstance(spec, BlockSpec) or block not in self._union.blocks:
            return known if known.node is node else known._replace(node=node)
        if spec.block != block:
            blocks = frozendict({**spec.blocks, block: spec.definition})
            spec = replace(spec, block=block, kind=node.kind, blocks=blocks, memory={})
        ours = before.inside if before is not None and self._is_use(before, block, before=True) else ()
        theirs = after.inside if after is not None else ()
        count = len(theirs) if after is not None else len(ours)
        inside = tuple([self._merge_inside(block, _pick(ours, place), _pick(theirs, place)) for place in range(count)])
        return known._replace(node=node, spec=spec, inside=inside)

    def _is_use(self, known: Inferred, block: str, *, before: bool) -> bool:
        return isinstance(known.spec, BlockSpec) and known.spec.block == self._union.blocks_before.get(block)

    def _merge_inside(self, block: str, before: Inference | None, after: Inference | None) -> MergedInference:
        """Return what is known of the inside of a block; a side that does not use it here is taken from where it does."""
        key = (id(before), id(after), block)
        if key not in self._merged:
            network, graph = self._union.blocks[block], self._union.project.blocks[block].graph
            scope = (after or before or self._after).scope
            if before is None and network.removed:
                before = infer_first_use(self._before, self._union.blocks_before[block])
            if after is None and len(network.removed) < len(graph.nodes):
                after = infer_first_use(self._after, block)
            self._merged[key] = self.merge(block, before, after, scope)
        return self._merged[key]


def _pick(inside: tuple[Inference, ...], place: int) -> Inference | None:
    return inside[min(place, len(inside) - 1)] if inside else None
