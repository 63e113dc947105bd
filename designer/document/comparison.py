"""What differs between two projects, whatever files they came from: which nodes, wires and blocks only one of them has.

`diff` tells how one state of a document became the next; here the two may never have met.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from frozendict import frozendict

from designer.document.graph import Edge, Graph
from designer.document.pairing import NO_PAIRS, KindToken, Pairs, pair_nodes
from designer.document.project import Project, used_block


@dataclass(frozen=True, slots=True)
class NetworkComparison:
    """Two networks held against each other.

    `pairs` are the nodes that are in both: id before, id after. Ids of `removed` and of `removed_wires` are those of
    before, all others those of after.
    """

    pairs: Pairs = NO_PAIRS
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    added_wires: tuple[Edge, ...] = ()
    removed_wires: tuple[Edge, ...] = ()

    def mirror(self) -> "NetworkComparison":
        """Return what the comparison the other way about finds."""
        pairs = frozendict({right: left for left, right in self.pairs.items()})
        return NetworkComparison(pairs, self.removed, self.added, self.removed_wires, self.added_wires)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two projects held against each other.

    `blocks` are the comparisons of the insides of the blocks in both, by the id before; `block_pairs` says which each is
    after. Blocks that only one of them has are `added_blocks` and `removed_blocks`.
    """

    before: Project
    after: Project
    network: NetworkComparison
    block_pairs: Pairs = NO_PAIRS
    blocks: Mapping[str, NetworkComparison] = frozendict()

    @property
    def added_blocks(self) -> tuple[str, ...]:
        """The blocks that only the project after has."""
        known = set(self.block_pairs.values())
        return tuple(block for block in self.after.blocks if block not in known)

    @property
    def removed_blocks(self) -> tuple[str, ...]:
        """The blocks that only the project before has."""
        return tuple(block for block in self.before.blocks if block not in self.block_pairs)

    def mirror(self) -> "Comparison":
        """Return what the comparison the other way about finds."""
        pairs = frozendict({right: left for left, right in self.block_pairs.items()})
        blocks = {self.block_pairs[left]: there.mirror() for left, there in self.blocks.items()}
        return Comparison(self.after, self.before, self.network.mirror(), pairs, frozendict(blocks))


def compare_projects(before: Project, after: Project) -> Comparison:
    """Return what differs. Never raises, whatever the projects; the other way about the mirrored answer comes out.

    Blocks are the same by name and id, then by name or id alone, then where nodes that are the same use them.
    """
    pairs = _pair_blocks(before, after)
    network: NetworkComparison | None = None
    blocks: dict[str, NetworkComparison] = {}
    pending = [*pairs]
    while network is None or pending:
        tokens = _name_kinds(pairs)
        looked = [(before.blocks[left].graph, after.blocks[pairs[left]].graph) for left in pending]
        found = [compare_networks(one, other, *tokens) for one, other in looked]
        blocks |= dict(zip(pending, found, strict=True))
        if network is None:
            network = compare_networks(before.graph, after.graph, *tokens)
            looked.append((before.graph, after.graph))
            found.append(network)
        fresh = _pair_used(before, after, pairs, zip(looked, found, strict=True))
        pairs |= fresh
        pending = [*fresh]
    return Comparison(before, after, network, frozendict(pairs), frozendict(blocks))


def compare_networks(
    before: Graph, after: Graph, kind_before: KindToken = str, kind_after: KindToken = str
) -> NetworkComparison:
    """Return what differs between two networks; kinds for which the two functions give the same are the same kind."""
    pairs = pair_nodes(before, after, kind_before, kind_after)
    known = set(pairs.values())
    wires = set(after.edges)
    kept: set[Edge] = set()
    removed: list[Edge] = []
    for edge in dict.fromkeys(before.edges):
        source, target = pairs.get(edge.source), pairs.get(edge.target)
        mapped = None
        if source is not None and target is not None:
            mapped = edge
            if source != edge.source or target != edge.target:
                mapped = Edge(source, edge.source_port, target, edge.target_port)
        if mapped is not None and mapped in wires:
            kept.add(mapped)
        elif edge.source in before.nodes and edge.target in before.nodes:
            removed.append(edge)
    added = [
        edge
        for edge in dict.fromkeys(after.edges)
        if edge not in kept and edge.source in after.nodes and edge.target in after.nodes
    ]
    return NetworkComparison(
        pairs,
        tuple([key for key in after.nodes if key not in known]),
        tuple([key for key in before.nodes if key not in pairs]),
        tuple(added),
        tuple(removed),
    )


def _pair_blocks(before: Project, after: Project) -> dict[str, str]:
    """Return the blocks that are the same by what they are called."""
    pairs = {
        key: key for key, block in before.blocks.items() if key in after.blocks and after.blocks[key].name == block.name
    }
    ours = [(block.name, key) for key, block in before.blocks.items() if key not in pairs]
    theirs = [(block.name, key) for key, block in after.blocks.items() if key not in pairs]
    counts = Counter(name for name, _ in ours), Counter(name for name, _ in theirs)
    by_name = dict(theirs)
    pairs |= {key: by_name[name] for name, key in ours if counts[0][name] == counts[1][name] == 1}
    gone = set(pairs.values())
    return pairs | {key: key for _, key in ours if key not in pairs and key in after.blocks and key not in gone}


def _name_kinds(pairs: Pairs) -> tuple[KindToken, KindToken]:
    """Return the functions that give the same for a kind before and after: for uses of a block by which it is."""
    back = {right: left for left, right in pairs.items()}

    def name_before(kind: str) -> object:
        block = used_block(kind)
        return kind if block is None else (block, pairs.get(block))

    def name_after(kind: str) -> object:
        block = used_block(kind)
        return kind if block is None else (back.get(block), block)

    return name_before, name_after


def _pair_used(
    before: Project,
    after: Project,
    pairs: Pairs,
    compared: Iterable[tuple[tuple[Graph, Graph], NetworkComparison]],
) -> dict[str, str]:
    """Return the blocks without a counterpart that nodes in both use, those with most such uses first."""
    gone = set(pairs.values())
    votes: Counter[tuple[str, str]] = Counter()
    for (one, other), found in compared:
        for left, right in found.pairs.items():
            first, second = used_block(one.nodes[left].kind), used_block(other.nodes[right].kind)
            if first in before.blocks and second in after.blocks and first not in pairs and second not in gone:
                assert first is not None
                assert second is not None
                votes[first, second] += 1
    fresh: dict[str, str] = {}
    for first, second in sorted(votes, key=lambda pair: (-votes[pair], *sorted(pair), pair)):
        if first not in fresh and second not in gone:
            fresh[first] = second
            gone.add(second)
    return fresh
