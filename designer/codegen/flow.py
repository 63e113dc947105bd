"""The order of a network's work: which layers are written, which fold into one Sequential, what every value is called."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import repeat
from typing import Any

from frozendict import frozendict

from designer.catalogue.shapes import Inference, Inferred
from designer.codegen.carrying import count_alike
from designer.document.graph import Edge, Graph

Place = tuple[str, int]  # an output port of a node


@dataclass(frozen=True, slots=True)
class Step:
    """One statement of forward: a chain of nodes, of which all but a lone one are folded into one Sequential.

    `sources` are the values it takes, by the port that gives them, `result` is the first of the `gives` values it gives.
    `condition` is the expression that says whether the nodes are there, "" where they always are. `layers` is what is
    known of the nodes: a step that is the same value is written alike.
    """

    nodes: tuple[str, ...]
    sources: tuple[Place, ...]
    condition: str
    layers: tuple[Inferred, ...] = field(compare=False, repr=False)
    result: Place
    gives: int


@dataclass(frozen=True, slots=True)
class Flow:
    """What forward does: its arguments, its steps in an order that can be run, and the values it returns.

    `inputs` and `outputs` are in the order of the graph; `results` are the values that reach the outputs.
    """

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    results: tuple[Place, ...]
    steps: tuple[Step, ...]


def order_nodes(graph: Graph, outputs: Sequence[str]) -> list[str]:
    """Return every node that leads to one of `outputs`, those included, each branch in one piece.

    Depth first from the outputs, inputs in the order of their ports; on a cycle no node comes twice.
    """
    global _ordered
    incoming = graph.incoming
    if _ordered[0] is incoming and _ordered[1] == tuple(outputs):
        return [*_ordered[2]]
    order: list[str] = []
    seen: set[str] = set()
    pending: list[str | list[str]] = [*reversed(outputs)]  # a list is a row of nodes whose inputs are all there
    while pending:
        node = pending.pop()
        if isinstance(node, list):
            order += reversed(node)
        elif node not in seen:
            seen.add(node)
            row = [node]
            edges = incoming.get(node, ())
            while len(edges) == 1 and (node := edges[0].source) not in seen:  # most nodes have one input
                seen.add(node)
                row.append(node)
                edges = incoming.get(node, ())
            pending.append(row)
            if len(edges) > 1:
                pending += [edge.source for edge in reversed(edges)]
    _ordered = (incoming, tuple(outputs), tuple(order))
    return order


# Between two edits most of a network stays the same value. What follows from parts of it that an edit left alone is
# taken over: here the order of work under the same wires.
_ordered: tuple[Mapping[str, tuple[Edge, ...]], tuple[str, ...], tuple[str, ...]] = (frozendict(), (), ())


def find_outputs(inference: Inference) -> tuple[str, ...]:
    """Return the Output nodes in the order of the graph."""
    return inference.outputs


def plan_flow(
    inference: Inference,
    order: Sequence[str],
    outputs: tuple[str, ...],
    conditions: Mapping[str, str] = frozendict(),
) -> Flow:
    """Return the steps of a network whose nodes, given by `order_nodes`, are all sound.

    Layers fold into one Sequential where each is the only one that takes what the one before gives, blocks with
    blocks and layers with layers, all under the same condition, if they have one. `conditions` has those, by node.
    """
    nodes, incoming, where = inference.nodes, inference.graph.incoming, inference.scope.within
    before = _latest.get(where, _NOTHING)
    known = list(map(nodes.__getitem__, order))
    into = list(map(incoming.get, order, repeat(())))
    lenders = frozenset([one.options["shared_with"] for one in known if one.node.options])
    columns = (known, into, _count_uses(inference.graph, order, into))
    plan = _carry_steps(before, columns, conditions, lenders)
    inputs = [one.node.id for one in known if one.spec is not None and one.spec.role == "input"]
    if len(inputs) > 1:
        wanted = set(inputs)
        inputs = [node for node in inference.graph.nodes if node in wanted]
    results = tuple((incoming[node][0].source, incoming[node][0].source_port) for node in outputs)
    if plan is not before or (before.flow.inputs, before.flow.results) != (tuple(inputs), results):
        if where not in _latest and len(_latest) >= _MOST_PLANS:
            _latest.clear()
        plan = _latest[where] = replace(plan, flow=Flow(tuple(inputs), outputs, results, tuple(plan.steps)))
    return plan.flow


@dataclass(frozen=True, slots=True)
class _Plan:
    """Steps with the place of the first node of each in the order of work, and all that they follow from.

    `columns` are what is known of each node, the wires into it and how many layers take what it gives.
    """

    columns: tuple[list[Any], list[Any], list[Any]]
    conditions: Mapping[str, str]
    lenders: frozenset[Any]
    steps: list[Step]
    starts: list[int]
    flow: Flow


_NOTHING = _Plan(([], [], []), frozendict(), frozenset(), [], [], Flow((), (), (), ()))

# The steps that were planned last of the network and of each block, by where they stand.
_latest: dict[tuple[str, ...], _Plan] = {}
_MOST_PLANS = 200


def _count_uses(graph: Graph, order: Sequence[str], into: Sequence[tuple[Edge, ...]]) -> list[int]:
    """Return how many wires lead from each node to others of the order."""
    if len(order) == len(graph.nodes):
        return list(map(len, map(graph.outgoing.get, order, repeat(()))))
    counts = Counter([edge.source for edges in into for edge in edges])
    return list(map(counts.__getitem__, order))


def _carry_steps(
    before: _Plan,
    columns: tuple[list[Any], list[Any], list[Any]],
    conditions: Mapping[str, str],
    lenders: frozenset[Any],
) -> _Plan:
    """Return the steps of a row of nodes. Those at both ends that nothing new touches are the very same as before.

    Whether two nodes are of one step is told from both of them, so a step is taken over where the nodes of it and the
    next ones before and behind it are as they were.
    """
    size = len(columns[0])
    if before.conditions != conditions or before.lenders != lenders:
        before = _NOTHING
    front, back = count_alike(before.columns, columns)
    old = len(before.columns[0])
    if front == size == old:
        return before
    starts = before.starts
    first = bisect_left(starts, front)
    while first and starts[first - 1] + len(before.steps[first - 1].nodes) >= front:
        first -= 1
    last = bisect_right(starts, old - back)
    begin = starts[first - 1] + len(before.steps[first - 1].nodes) if first else 0
    shift = size - old
    end = starts[last] + shift if last < len(starts) else size
    steps, places = _fold(columns, conditions, lenders, begin, end)
    return _Plan(
        columns,
        conditions,
        lenders,
        [*before.steps[:first], *steps, *before.steps[last:]],
        [*starts[:first], *places, *[start + shift for start in starts[last:]]],
        before.flow,
    )


def _fold(
    columns: tuple[list[Any], list[Any], list[Any]],
    conditions: Mapping[str, str],
    lenders: frozenset[Any],
    begin: int,
    end: int,
) -> tuple[list[Step], list[int]]:
    """Return the steps of a part of a row of nodes, which begins and ends between two steps, and where each begins."""
    known, into, uses = columns
    steps: list[Step] = []
    starts: list[int] = []
    start = -1  # where the chain began, -1 where there is none

    def end_chain(place: int) -> None:
        nonlocal start
        if start >= 0:
            steps.append(_make_step(known[start:place], into[start], conditions))
            starts.append(start)
            start = -1

    for place in range(begin, end):
        this = known[place]
        spec = this.spec
        assert spec is not None
        folds = spec.foldable and spec.role == "layer"
        if (folds and this.node.options and this.options["shared_with"]) or (
            folds and lenders and is_block(this) and this.node.id in lenders
        ):
            folds = False
        if start >= 0 and folds and uses[place - 1] == 1:
            that = known[place - 1]
            if (
                into[place][0].source == that.node.id
                and _are_alike(that, this)
                and (not conditions or conditions.get(that.node.id) == conditions.get(this.node.id))
            ):
                continue
        end_chain(place)
        if folds:
            start = place
        elif spec.role == "layer":
            steps.append(_make_step([this], into[place], conditions))
            starts.append(place)
    end_chain(end)
    return steps, starts


def _make_step(layers: Sequence[Inferred], edges: Sequence[Edge], conditions: Mapping[str, str]) -> Step:
    nodes = tuple([known.node.id for known in layers])
    spec = layers[-1].spec
    assert spec is not None
    sources = tuple([(edge.source, edge.source_port) for edge in edges])
    return Step(nodes, sources, conditions.get(nodes[0], ""), tuple(layers), (nodes[-1], 0), len(spec.outputs))


def is_block(known: Inferred) -> bool:
    """Return whether a node is the use of a block."""
    return known.spec is not None and known.spec.family == "block"


def _are_alike(before: Inferred, after: Inferred) -> bool:
    return before.spec is after.spec or is_block(before) == is_block(after)
