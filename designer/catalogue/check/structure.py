"""Problems of the graph itself: wires that cannot be, nodes that lead nowhere, a missing Input or Output."""

from collections.abc import Iterator
from itertools import compress
from operator import attrgetter, itemgetter

from designer.catalogue.ablation import read_mark
from designer.catalogue.check import fixes
from designer.catalogue.check.problem import Fix, Problem, Severity
from designer.catalogue.check.screen import of_layers, of_ports
from designer.catalogue.check.study import Study
from designer.catalogue.shapes import Inferred
from designer.catalogue.spec import LayerSpec
from designer.catalogue.wiring import refuse_wire
from designer.document import edits
from designer.document.graph import Edge
from designer.document.order import find_ancestors, find_cycle_nodes
from designer.document.project import Project
from designer.document.rules import Fault, find_faults

_SEVERITY: dict[str, Severity] = {
    "cycle": "error",
    "occupied": "error",
    "port": "error",
    "dangling": "warning",
    "no_name": "hint",
    "same_name": "hint",
}


def find_structure_faults(study: Study) -> Iterator[Problem]:
    """Yield what `rules.find_faults` says, with fixes. What reads the same is one problem."""
    faults = find_faults(study.graph)
    if not faults:
        return
    age = {edge: place for place, edge in enumerate(study.graph.edges)}
    alike: dict[tuple[str | None, str], list[Fault]] = {}
    for fault in faults:
        alike.setdefault((fault.nodes[0] if fault.nodes else None, fault.message), []).append(fault)
    others = _find_other_circles(study, faults)
    for (node, message), group in alike.items():
        edges = [edge for fault in group for edge in fault.edges]
        if group[0].kind == "cycle":
            about, others = (*edges, *others), ()  # of loops that share wires only one is named
            yield Problem("error", node, message, (_mend(group[0], edges, age),), edges=about)
            continue
        yield Problem(_SEVERITY[group[0].kind], node, message, (_mend(group[0], edges, age),), edges=tuple(edges))


def _find_other_circles(study: Study, faults: tuple[Fault, ...]) -> tuple[Edge, ...]:
    """Return the wires on a circle that lie on none of the loops which are named."""
    named = {edge for fault in faults if fault.kind == "cycle" for edge in fault.edges}
    if not named:
        return ()
    circle = find_cycle_nodes(study.graph)
    return tuple(
        edge for edge in study.graph.edges if edge not in named and edge.source in circle and edge.target in circle
    )


def _mend(fault: Fault, edges: list[Edge], age: dict[Edge, int]) -> Fix:
    match fault.kind:
        case "cycle":
            newest = max(fault.edges, key=age.__getitem__)
            doubles = [edge for edge in age if (edge.source, edge.target) == (newest.source, newest.target)]
            return fixes.cut(doubles, "Remove the newest wire")
        case "occupied":
            return fixes.keep_one(fault.edges, max(fault.edges, key=age.__getitem__))
        case "dangling" | "port":
            return fixes.cut(edges)
        case "same_name":
            return fixes.rename_apart(fault.nodes[1:])
        case "no_name":
            return fixes.rename_apart(fault.nodes)


_LAST, _SOURCE_PORT = itemgetter(-1), attrgetter("source_port")


def find_lost_wires(study: Study) -> Iterator[Problem]:
    """Yield wires at ports that the layer does not have."""
    graph, nodes = study.graph, study.inference.nodes
    for known in study.where(_is_overfull):
        inputs = known.spec.inputs if known.spec is not None else ()
        lost = [edge for edge in graph.incoming[known.node.id] if edge.target_port >= len(inputs)]
        yield _lost(known, lost, lost[0].target_port, _count(len(inputs), "input"))
    # Port 0 of a layer that has outputs is always there, and most wires leave from it.
    beyond = [*compress(graph.outgoing, map(_SOURCE_PORT, map(_LAST, graph.outgoing.values())))]
    beyond += [key for key in study.screen.find(_gives_nothing) if key in graph.outgoing]
    for known in study.in_order(frozenset(beyond)):
        spec, edges = nodes[known.node.id].spec, graph.outgoing[known.node.id]
        if spec is not None and edges[-1].source_port >= len(spec.outputs):
            lost = [edge for edge in edges if edge.source_port >= len(spec.outputs)]
            yield _lost(known, lost, lost[0].source_port, _count(len(spec.outputs), "output"))


@of_ports
def _is_overfull(known: Inferred) -> bool:
    """Return whether a wire enters at a port that the layer does not have."""
    spec = known.spec
    return (
        spec is not None
        and bool(known.ports)
        and not (spec.inputs and spec.inputs[-1].many)
        and known.ports[-1] >= len(spec.inputs)
    )


@of_layers
def _gives_nothing(known: Inferred) -> bool:
    return known.spec is not None and not known.spec.outputs


def _lost(known: Inferred, edges: list[Edge], port: int, has: str) -> Problem:
    message = f"A wire is at port {port} of {known.subject}, which has {has}. Remove the wire."
    return Problem("error", known.node.id, message, (fixes.cut(edges),), edges=tuple(edges))


def _count(number: int, word: str) -> str:
    return f"{number or 'no'} {word}{'' if number == 1 else 's'}"


def find_missing_ends(study: Study) -> Iterator[Problem]:
    """Yield that the network lacks an Input or an Output, or has too many of them to be trained."""
    graph = study.graph
    if not graph.nodes:
        yield Problem(
            "error",
            None,
            "The network is empty. Drag layers from the palette onto the canvas.",
            (fixes.add_input(None),),
        )
        return
    if not study.inputs:
        yield Problem(
            "error",
            None,
            "The network has no Input. Add one before the first layer.",
            (fixes.add_input(_only(node for node in _takers(study))),),
        )
    if not study.outputs:
        givers = (
            node for node in graph.nodes if node not in graph.outgoing and _gives(study.inference.nodes[node].spec)
        )
        yield Problem(
            "error",
            None,
            "The network has no Output. Add one behind the last layer.",
            (fixes.add_output(_only(givers)),),
        )
    inputs = [node for node in study.inputs if node in study.live]
    wanted = study.facts.inputs if study.facts is not None else 1
    if 0 < len(inputs) < wanted:
        message = f"A sample of the data has {wanted} parts, but the network has {_count(len(inputs), 'Input')}. Add one for each and connect it."
        yield Problem("error", inputs[-1], message)
    for extra in inputs[wanted:]:
        takes = "one" if wanted == 1 else str(wanted)
        message = f"The network has several Inputs; training takes {takes}. Remove the others."
        yield Problem("error", extra, message, (fixes.remove_all([extra], "Remove"),))
    if study.objective.form in ("plain", "variational"):
        for extra in study.outputs[1:]:
            message = "The network has several Outputs; training takes one. Remove the others."
            remedies = (fixes.remove_all([extra], "Remove"), fixes.use_objective("SeveralOutputs"))
            yield Problem("error", extra, message, remedies)


def _takers(study: Study) -> Iterator[str]:
    """Yield nodes without a wire at their first input."""
    for node in study.graph.nodes:
        spec = study.inference.nodes[node].spec
        if node not in study.graph.incoming and spec is not None and spec.inputs:
            yield node


def _gives(spec: LayerSpec | None) -> bool:
    return spec is not None and bool(spec.outputs)


def _only(nodes: Iterator[str]) -> str | None:
    """Return the only node, None where there is none or another."""
    first = next(nodes, None)
    return first if next(nodes, None) is None else None


def find_open_inputs(study: Study) -> Iterator[Problem]:
    """Yield layers that lack an input. Where they would lead nowhere anyway they are no error yet."""
    graph = study.graph
    for known in study.where(_lacks_input):
        key, spec = known.node.id, known.spec
        missing = _find_missing_port(spec, known) if spec is not None else None
        if spec is None or missing is None or _waits(study, known):
            continue
        if not known.ports and key not in graph.outgoing and spec.role == "layer":
            continue  # lies alone on the canvas: find_dead_ends says so
        severity: Severity = "error" if key in study.live or not study.outputs else "warning"
        if spec.inputs[-1].many:
            lack = "needs two inputs or more" if known.ports else "has no inputs"
        else:
            lack = (
                "has no input" if len(spec.inputs) == 1 else f"has nothing at its input `{spec.inputs[missing].name}`"
            )
        yield Problem(
            severity, key, f"{known.subject} {lack}. Connect a layer to it.", tuple(_offer(study, key, missing))
        )


@of_ports
def _lacks_input(known: Inferred) -> bool:
    spec = known.spec
    if spec is None or not spec.inputs:
        return False
    if known.ports == _ONE_PORT and len(spec.inputs) == 1 and not spec.inputs[0].many:
        return False  # as with most layers
    return _find_missing_port(spec, known) is not None


_ONE_PORT = (0,)


def _waits(study: Study, known: Inferred) -> bool:
    """Return whether a layer lies beside the network as an alternative: an ablation gives it its wires."""
    return known.node.id not in study.live and read_mark(known.node).role == "group"


def _find_missing_port(spec: LayerSpec, known: Inferred) -> int | None:
    """Return the first port that needs a wire and has none; a layer that is off passes on what enters its first."""
    ports = known.ports
    if known.is_off:
        return None if 0 in ports else 0
    fixed = len(spec.inputs) - spec.inputs[-1].many
    if fixed == len(spec.inputs) == len(ports) == 1 and ports[0] == 0:
        return None
    for port in range(fixed):
        if port not in ports:
            return port
    if not spec.inputs[-1].many:
        return None
    free = (port for port in range(fixed, fixed + len(ports) + 1) if port not in ports)
    return next(free) if sum(port >= fixed for port in ports) < 2 else None


def _offer(study: Study, node: str, port: int) -> Iterator[Fix]:
    """Yield a wire from the only layer whose output is not used, where it fits; for a lone branch, its removal."""
    loose = study.graph.nodes.keys() - study.graph.outgoing.keys()
    giver = _only(key for key in loose if key != node and _gives(study.inference.nodes[key].spec))
    if giver is not None:
        edge = Edge(giver, 0, node, port)
        if not refuse_wire(study.inference, edge):
            yield fixes.connect(edge, "Connect the loose end")
    spec = study.inference.nodes[node].spec
    if spec is not None and spec.inputs[-1].many and len(study.graph.incoming.get(node, ())) == 1:
        yield fixes.remove(node)


def find_dead_ends(study: Study) -> Iterator[Problem]:
    """Yield layers whose output nobody uses, and those that lie alone on the canvas."""
    graph = study.graph
    for known in study.in_order(graph.nodes.keys() - graph.outgoing.keys()):
        key = known.node.id
        if known.spec is None or not known.spec.outputs or _waits(study, known):
            continue
        if key not in graph.incoming and known.spec.inputs:
            message = f"{known.subject} is not connected. Connect it or remove it."
            yield Problem("warning", key, message, (fixes.remove_all([key], "Remove"),))
        elif study.outputs:
            if known.spec.role == "input":
                message = f"{known.subject} leads nowhere. Connect it to the first layer, or remove it."
                yield Problem("warning", key, message, (fixes.remove_all([key], "Remove"),))
                continue
            message = (
                f"What {known.subject} gives is not used: it does not lead to the Output. Connect it or remove it."
            )
            yield Problem("warning", key, message, (_remove_branch(study, key),))


def _remove_branch(study: Study, end: str) -> Fix:
    """Return the removal of a dead end and all that leads nowhere else; which that is, is only worked out when asked."""

    def edit(project: Project) -> Project:
        branch = [end, *(node for node in find_ancestors(study.graph, [end]) if node not in study.live)]
        return edits.remove_nodes(project, branch)

    return Fix("Remove the branch", edit)
