"""What differs between two projects, put into words: network by network, then data, training and the rest."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from designer.catalogue.blocks import BlockSpec
from designer.catalogue.comparing.merging import MergedInference
from designer.catalogue.comparing.record import Change, Difference, Record, Section
from designer.catalogue.comparing.settings import (
    MISSING,
    Detail,
    compare_data,
    compare_options,
    compare_parameters,
    compare_training,
    write_value,
)
from designer.catalogue.parameters import Parameter
from designer.catalogue.shapes import Inferred
from designer.document.graph import Edge, Graph, Node
from designer.document.project import Block, Project, used_block
from designer.document.union import Union, UnionNetwork
from designer.document.wording import show_name


def compare_in_words(union: Union, merged: MergedInference, before: Project, after: Project) -> Record:
    """Return what differs between two projects, from their union and what was inferred of it. Never raises."""
    teller = _Teller(union, before, after)
    sections = [Section("Network", "", tuple(teller.tell_network(union.network, merged, "")))]
    insides = _find_insides(merged)
    for key in union.project.blocks:
        found = (*teller.tell_block(key), *teller.tell_network(union.blocks[key], insides.get(key), key))
        sections.append(Section(f"Block {teller.name_block(key)}", key, found))
    sections += [
        Section("Data", None, tuple(_tell_settings(compare_data(before.data, after.data)))),
        Section("Training", None, tuple(_tell_settings(compare_training(before.training, after.training)))),
        Section("Project", None, tuple(_tell_project(before, after))),
    ]
    for section in sections:
        there = merged if section.block == "" else insides.get(section.block or "")
        if there is not None:
            there.changes.update({one.node: one.change for one in section.differences if one.node})
    kept = tuple(section for section in sections if section.differences)
    return Record(before.name, after.name, tuple(_list_totals(merged)), kept)


def _find_insides(merged: MergedInference) -> Mapping[str, MergedInference]:
    """Return for each block what is known of it where it is first used, best where both sides use it."""
    found: dict[str, MergedInference] = {}
    pending, seen = [merged], {id(merged)}
    for there in pending:
        for known in there.nodes.values():
            for inner in known.inside:
                if isinstance(known.spec, BlockSpec) and isinstance(inner, MergedInference) and id(inner) not in seen:
                    seen.add(id(inner))
                    pending.append(inner)
                    found.setdefault(known.spec.block, inner)
    return found


class _Teller:
    """Tells of the networks of a union."""

    def __init__(self, union: Union, before: Project, after: Project) -> None:
        self._union = union
        self._before = before
        self._after = after
        self._differing: dict[str, bool] = {}

    def name_block(self, block: str) -> str:
        """Return the name of a block of the union, both where it has another one now."""
        old, new = self._sides(block)
        names = [show_name(side.name) for side in (old, new) if side is not None]
        return names[0] if len(set(names)) == 1 else " -> ".join(names)

    def tell_block(self, block: str) -> Iterator[Difference]:
        """Yield what differs in the block itself: whether it is there, its name, its parameters."""
        old, new = self._sides(block)
        if old is None or new is None:
            kept = new or old
            assert kept is not None
            yield Difference("removed" if new is None else "added", f"Block `{show_name(kept.name)}`")
            return
        details = [] if old.name == new.name else [Detail("name", show_name(old.name), show_name(new.name))]
        ours = {item.name: write_value(item.default) for item in old.parameters}
        theirs = {item.name: write_value(item.default) for item in new.parameters}
        for name in dict.fromkeys((*ours, *theirs)):
            one, other = ours.get(name, MISSING), theirs.get(name, MISSING)
            if one != other:
                details.append(Detail(f"parameter {show_name(name)}", one, other))
        if details:
            yield Difference("changed", f"Block `{show_name(new.name)}`", details=tuple(details))

    def tell_network(self, network: UnionNetwork, merged: MergedInference | None, block: str) -> Iterator[Difference]:
        """Yield what differs in one network, in the order in which data passes it; its wires, then what follows last."""
        project = self._union.project
        graph = project.blocks[block].graph if block else project.graph
        old, new = self._side_graphs(block)
        if old is None or new is None:
            return  # a block that only one side has is told of as one
        # Whoever shares weights with the same layer as before shares them with it by its name of now.
        names = {left: graph.nodes[key].name for key, left in network.before.items()}, _name_nodes(new)
        following: list[Difference] = []
        for key in merged.order if merged is not None else graph.nodes:
            if key in network.added or key in network.removed:
                yield _tell_lone_node(network, graph, key, self._subject(merged, graph, key), merged)
                continue
            found = self._tell_pair(old.nodes[network.before[key]], graph, merged, key, names)
            if found is not None and found.change == "changed":
                yield found
            elif found is not None:
                following.append(found)
        yield from _tell_wires(network, graph)
        yield from following

    def _tell_pair(
        self,
        old: Node,
        graph: Graph,
        merged: MergedInference | None,
        key: str,
        names: tuple[Mapping[str, str], Mapping[str, str]],
    ) -> Difference | None:
        """Return what differs between a node as it was and as it is, None where nothing does."""
        node = graph.nodes[key]
        details = [] if old.name == node.name else [Detail("name", show_name(old.name), show_name(node.name))]
        kinds = self._name_kind(old.kind, before=True), self._name_kind(node.kind, before=False)
        inner = used_block(node.kind)
        same = old.kind == node.kind if inner is None else self._is_same_block(old.kind, node.kind)
        if not same or kinds[0] != kinds[1]:
            details.append(Detail("kind", *kinds))
        was, known = (merged.find_before(key), merged.nodes[key]) if merged is not None else (None, None)
        ours, theirs = _list_declared(was), _list_declared(known)
        details += compare_parameters(old.parameters, node.parameters, ours, theirs)
        details += compare_options(old, node, names)
        text = "its inside differs" if same and inner is not None and self._differs(inner) else ""
        effects = _list_effects(was, known) if was is not None and known is not None else ()
        if not details and not text and not effects:
            return None
        change: Change = "changed" if details or text else "follows"
        return Difference(change, self._subject(merged, graph, key), text, (*details, *effects), key)

    def _sides(self, block: str) -> tuple[Block | None, Block | None]:
        old = self._union.blocks_before.get(block)
        return self._before.blocks.get(old) if old is not None else None, self._after.blocks.get(block)

    def _side_graphs(self, block: str) -> tuple[Graph | None, Graph | None]:
        if not block:
            return self._before.graph, self._after.graph
        old, new = self._sides(block)
        return old.graph if old is not None else None, new.graph if new is not None else None

    def _is_same_block(self, old: str, new: str) -> bool:
        return self._union.blocks_before.get(used_block(new) or "") == used_block(old)

    def _name_kind(self, kind: str, *, before: bool) -> str:
        block = (self._before if before else self._after).blocks.get(used_block(kind) or "")
        return show_name(block.name if block is not None else kind)

    def _subject(self, merged: MergedInference | None, graph: Graph, key: str) -> str:
        if merged is not None:
            return merged.nodes[key].subject
        node = graph.nodes[key]
        return f"{self._name_kind(node.kind, before=False)} `{show_name(node.name)}`"

    def _differs(self, block: str) -> bool:
        """Return whether anything in a block differs, or in one that it uses."""
        if block not in self._union.blocks:
            return False
        if block not in self._differing:
            self._differing[block] = False  # one that contains itself ends here
            found = chain(self.tell_block(block), self.tell_network(self._union.blocks[block], None, block))
            self._differing[block] = any(True for _ in found)
        return self._differing[block]


def _name_nodes(graph: Graph) -> Mapping[str, str]:
    return {key: node.name for key, node in graph.nodes.items()}


def _tell_lone_node(
    network: UnionNetwork, graph: Graph, key: str, subject: str, merged: MergedInference | None
) -> Difference:
    """Return what there is to say of a node that only one side has."""
    facts = [*_list_facts(merged.nodes[key] if merged is not None else None), _tell_place(network, graph, key)]
    return Difference("added" if key in network.added else "removed", subject, ", ".join(facts), node=key)


def _list_declared(known: Inferred | None) -> tuple[Parameter, ...]:
    return known.spec.parameters if known is not None and known.spec is not None else ()


def _list_facts(known: Inferred | None) -> Iterator[str]:
    """Yield what is worth knowing of a layer that only one side has."""
    if known is None:
        return
    if known.outputs:
        yield f"gives {' and '.join(map(str, known.outputs))}"
    if known.parameters:
        yield f"{known.parameters:,} parameters"


def _tell_place(network: UnionNetwork, graph: Graph, key: str) -> str:
    """Return between which layers a node stands, on its own side."""
    other = network.removed_wires if key in network.added else network.added_wires
    before = [edge.source for edge in graph.incoming.get(key, ()) if edge not in other]
    after = [edge.target for edge in graph.outgoing.get(key, ()) if edge not in other]
    if before and after:
        return f"between {_name(graph, before)} and {_name(graph, after)}"
    return f"after {_name(graph, before)}" if before else f"before {_name(graph, after)}" if after else "without wires"


def _name(graph: Graph, keys: list[str]) -> str:
    names = [f"`{show_name(graph.nodes[key].name)}`" for key in dict.fromkeys(keys)]
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def _list_effects(before: Inferred, after: Inferred) -> tuple[Detail, ...]:
    """Return the sizes and counts that differ."""
    details = []
    if before.outputs != after.outputs and {before.node.kind, after.node.kind} != {"Output"}:
        details.append(Detail("output", _write_types(before), _write_types(after)))
    if before.parameters != after.parameters:
        details.append(Detail("parameters", f"{before.parameters:,}", f"{after.parameters:,}"))
    if before.multiply_adds != after.multiply_adds:
        details.append(Detail("multiply-adds", f"{before.multiply_adds:,}", f"{after.multiply_adds:,}"))
    return tuple(details)


def _write_types(known: Inferred) -> str:
    return "not known" if known.outputs is None else ", ".join(map(str, known.outputs)) or "nothing"


def _tell_wires(network: UnionNetwork, graph: Graph) -> Iterator[Difference]:
    """Yield the wires between nodes in both that differ; those of added and removed nodes are told with them."""
    loose = network.added | network.removed
    added = [edge for edge in graph.edges if edge in network.added_wires and not {edge.source, edge.target} & loose]
    removed = {
        (edge.target, edge.target_port): edge
        for edge in graph.edges
        if edge in network.removed_wires and not {edge.source, edge.target} & loose
    }
    for edge in added:
        was = removed.pop((edge.target, edge.target_port), None)
        if was is not None:
            text = f"takes {_name(graph, [edge.source])} instead of {_name(graph, [was.source])}"
            yield Difference("changed", f"Wire into {_name(graph, [edge.target])}", text, wire=edge)
        else:
            yield Difference("added", _name_wire(graph, edge), wire=edge)
    for edge in removed.values():
        yield Difference("removed", _name_wire(graph, edge), wire=edge)


def _name_wire(graph: Graph, edge: Edge) -> str:
    return f"Wire from {_name(graph, [edge.source])} to {_name(graph, [edge.target])}"


def _tell_settings(details: Iterable[Detail]) -> Iterator[Difference]:
    for detail in details:
        yield Difference("changed", detail.name, details=(Detail("", detail.before, detail.after),))


def _tell_project(before: Project, after: Project) -> Iterator[Difference]:
    """Yield what differs beside networks, data and training: the notes, and how the network is drawn."""
    if before.notes != after.notes:
        text = "written" if not before.notes else "deleted" if not after.notes else "rewritten"
        yield Difference("changed", "notes", text)
    if before.drawing.flow != after.drawing.flow:
        yield Difference("changed", "flow of data", details=(Detail("", before.drawing.flow, after.drawing.flow),))
    if before.drawing.remarks != after.drawing.remarks:
        yield Difference("changed", "comments and frames", "differ")


def _list_totals(merged: MergedInference) -> Iterator[Detail]:
    before = merged.before
    assert before is not None
    for name, one, other in (
        ("layers", before.size, merged.size),
        ("parameters", before.parameters, merged.parameters),
        ("multiply-adds", before.multiply_adds, merged.multiply_adds),
    ):
        yield Detail(name, f"{one:,}", f"{other:,}")
