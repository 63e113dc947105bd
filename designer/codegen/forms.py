"""Which classes a network and its blocks become: uses of a block that differ in numbers alone share one class."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from designer.catalogue.blocks import BlockSpec
from designer.catalogue.shapes import Inference, Inferred, find_shared
from designer.codegen.flow import find_outputs, order_nodes
from designer.document.blocks import find_needed
from designer.document.expressions import is_expression
from designer.document.graph import Edge, Graph, Value
from designer.document.project import used_block


@dataclass(eq=False)
class Form:
    """A class to be written: the network itself, or a block in those of its uses that are built alike.

    `instances` are what is known of each use that differs from the others. `inference` stands for them all: it has
    each layer as it is where it is switched on, and lacks those that no use has. `order` are its nodes that lead to an
    output, in the order of their work; `conditions` the expressions of those that some uses lack, `optional` those with options. `name`, `arguments`
    (the values of each argument of the class, one an instance), `modules` (the path of each node's module within the
    class), `nested` (repeated blocks that are one element of an nn.Sequential, not spread out in it) and `channels` (the
    first size of the first output as an expression over the arguments, "" where there is none) are filled in when the
    class is written.
    """

    block: str
    instances: tuple[Inference, ...]
    inference: Inference
    order: tuple[str, ...]
    conditions: Mapping[str, str]
    optional: frozenset[str] = frozenset()
    name: str = ""
    arguments: dict[str, tuple[Value, ...]] = field(default_factory=dict)
    defaults: dict[str, Value] = field(default_factory=dict)
    modules: dict[str, str] = field(default_factory=dict)
    nested: set[str] = field(default_factory=set)
    channels: str = ""

    def known(self, node: str) -> list[Inferred]:
        """Return what is known of a node in every instance."""
        return [instance.nodes[node] for instance in self.instances]


# What is alike in two uses of one block, part by part; None where a use lacks the layer and says nothing.
Skeleton = dict[str, object]


def plan_forms(inference: Inference, order: Sequence[str]) -> tuple[list[Form], dict[int, Form]]:
    """Return the classes of a sound network, those that others need first and the network last.

    `order` are the nodes of the network that lead to an output, in the order of their work.
    The second part has the form of the inside of each use, by the identity of its inference.
    """
    found = _collect(inference) if inference.scope.blocks else {}
    form_of: dict[int, Form] = {}
    forms: list[Form] = []
    for block in find_needed(inference.scope.blocks, inference.graph):
        groups: list[tuple[Skeleton, list[Inference]]] = []
        for instance in found.get(block, ()):
            skeleton = _outline(instance, form_of)
            for common, members in groups:
                if _fits(common, skeleton):
                    common.update((node, part) for node, part in skeleton.items() if part is not None)
                    members.append(instance)
                    break
            else:
                groups.append((skeleton, [instance]))
        for _, members in groups:
            form = _make_form(block, members)
            forms.append(form)
            form_of.update((id(member), form) for member in members)
    forms.append(_make_form("", [inference], order))
    return forms, form_of


def find_live(inference: Inference) -> list[str]:
    """Return the nodes that lead to an Output, in the order of their work."""
    return order_nodes(inference.graph, find_outputs(inference))


def find_home(form: Form, node: str) -> str | None:
    """Return the node whose module has the weights that a node shares, None where the node has its own.

    Where the layer that it shares with leads nowhere, the first of those that share with it has them.
    """
    if not find_shared(form.inference, node):
        return None
    nodes = form.inference.nodes
    owner = nodes[node].options["shared_with"]
    if owner in form.order:
        return str(owner)
    alike = (
        other
        for other in form.order
        if nodes[other].options["shared_with"] == owner
        and nodes[other].node.kind == nodes[node].node.kind
        and find_shared(form.inference, other)
    )
    first = next(alike)
    return first if first != node else None


def find_condition(known: Inferred) -> str | None:
    """Return the expression that says whether a layer is there, None where that is not an expression."""
    when = known.node.options.get("when")
    return when if isinstance(when, str) and is_expression(when) else None


def bridge(graph: Graph, gone: frozenset[str]) -> Graph:
    """Return the graph without these nodes: what enters the first input of each goes on in its place."""
    if not gone:
        return graph
    first = {node: into[0] for node in gone if (into := graph.incoming.get(node)) and into[0].target_port == 0}
    edges: list[Edge] = []
    for edge in graph.edges:
        if edge.target in gone:
            continue
        seen: set[str] = set()
        source: Edge | None = edge
        while source is not None and source.source in gone and source.source not in seen:
            seen.add(source.source)
            source = first.get(source.source)
        if source is not None:
            edges.append(edge._replace(source=source.source, source_port=source.source_port))
    return Graph({key: node for key, node in graph.nodes.items() if key not in gone}, tuple(edges))


def _collect(inference: Inference) -> Mapping[str, list[Inference]]:
    """Return every use of each block whose inside is not the same as another's."""
    found: dict[str, list[Inference]] = {}
    seen: set[int] = set()
    pending = [inference]
    while pending:
        there = pending.pop()
        inside: list[Inference] = []
        for node in find_live(there):
            known = there.nodes[node]
            block = used_block(known.node.kind)
            for inner in known.inside if block is not None and not known.is_off else ():
                if id(inner) not in seen:
                    seen.add(id(inner))
                    found.setdefault(block or "", []).append(inner)
                    inside.append(inner)
        pending += reversed(inside)
    return found


def _outline(instance: Inference, form_of: Mapping[int, Form]) -> Skeleton:
    return {node: _outline_node(instance, node, form_of) for node in find_live(instance)}


def _outline_node(instance: Inference, node: str, form_of: Mapping[int, Form]) -> object:
    """Return what must be alike in two uses for one line of code to serve both; None where the layer is switched off."""
    known = instance.nodes[node]
    if known.is_off:
        return None if find_condition(known) is not None else "off"
    spec = known.spec
    assert spec is not None
    if not isinstance(spec, BlockSpec):
        inputs = [f"x{number}" for number in range(len(known.inputs))]
        called = spec.call.apply(known.values, "layer", inputs)
        return spec.call.constructor, called, len(spec.outputs), find_shared(instance, node)
    forms = [id(form_of[id(inner)]) for inner in known.inside]
    classes = forms if len(set(forms)) > 1 else forms[:1]
    return classes, _list_changes(known), find_shared(instance, node)


def _list_changes(known: Inferred) -> tuple[object, ...]:
    """Return what follows from the sizes in each repetition of a block, nothing where that is always the same."""
    if all(inner is known.inside[0] for inner in known.inside):
        return ()
    found = [_list_derived(inner) for inner in known.inside]
    return () if all(one == found[0] for one in found) else tuple(found)


def _list_derived(instance: Inference) -> tuple[object, ...]:
    """Return the values that code takes from the sizes of a layer's input, for every layer inside a block."""
    found: list[object] = []
    for node in find_live(instance):
        known = instance.nodes[node]
        if known.spec is None or known.is_off:
            continue
        inputs = tuple([kind for kind in known.inputs if kind is not None])
        found += [rule(known.values, inputs) for rule in known.spec.call.derived.values()]
        found += [_list_derived(inner) for inner in known.inside]
    return tuple(found)


def is_loop(uses: Sequence[Inferred]) -> bool:
    """Return whether a block is written as a loop: where it may be applied several times in one of its uses."""
    repeat = uses[0].node.options.get("repeat", 1)
    return (isinstance(repeat, str) and is_expression(repeat)) or any(len(known.inside) > 1 for known in uses)


def list_runs(known: Inferred, form_of: Mapping[int, Form]) -> list[range]:
    """Return the repetitions of a block as runs of those that follow each other and are of one class."""
    starts = [
        number
        for number, inner in enumerate(known.inside)
        if number == 0 or form_of[id(inner)] is not form_of[id(known.inside[number - 1])]
    ]
    return [range(start, end) for start, end in zip(starts, [*starts[1:], len(known.inside)], strict=True)]


def list_varying(inside: Sequence[Inference], form_of: Mapping[int, Form]) -> tuple[tuple[str, tuple[Value, ...]], ...]:
    """Return the arguments that change from one of these repetitions of a block to the next, with their values."""
    if len(inside) < 2 or all(inner is inside[0] for inner in inside):
        return ()
    rows = [find_arguments(form_of[id(inner)], inner) for inner in inside]
    varying = [name for name in rows[0] if any(row.get(name) != rows[0][name] for row in rows)]
    return tuple((name, tuple(row.get(name) for row in rows)) for name in varying)


def find_arguments(form: Form, instance: Inference) -> dict[str, Value]:
    """Return what each argument of a class is for one of its instances."""
    at = next(number for number, other in enumerate(form.instances) if other is instance)
    return {name: values[at] for name, values in form.arguments.items()}


def _fits(common: Skeleton, skeleton: Skeleton) -> bool:
    return common.keys() == skeleton.keys() and all(
        part is None or common[node] is None or common[node] == part for node, part in skeleton.items()
    )


def _make_form(block: str, instances: Sequence[Inference], order: Sequence[str] | None = None) -> Form:
    first = instances[0]
    optional = [node for node, known in first.nodes.items() if known.node.options]
    everywhere = [node for node in optional if all(instance.nodes[node].is_off for instance in instances)]
    graph = bridge(first.graph, frozenset(everywhere))
    nodes = dict(first.nodes) if graph is first.graph else {node: first.nodes[node] for node in graph.nodes}
    conditions: dict[str, str] = {}
    for node in optional:
        if node in nodes and any(instance.nodes[node].is_off for instance in instances):
            nodes[node] = next(known for instance in instances if not (known := instance.nodes[node]).is_off)
            conditions[node] = find_condition(nodes[node]) or ""
    merged = first if graph is first.graph and not conditions else replace(first, graph=graph, nodes=nodes)
    if order is None or merged is not first:
        order = find_live(merged)
    return Form(block, tuple(instances), merged, tuple(order), conditions, frozenset(optional))
