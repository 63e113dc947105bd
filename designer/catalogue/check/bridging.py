"""Layers in between through which a wire can be drawn that does not fit by itself."""

from collections.abc import Iterator
from dataclasses import dataclass

from designer.catalogue.check.adapters import Chain, count_learned, name_chain, offer_chains, pass_through
from designer.catalogue.check.alike import match_branches
from designer.catalogue.check.problem import Fix
from designer.catalogue.shapes import Inference, infer_node
from designer.catalogue.spec import TensorType
from designer.catalogue.usage import are_ports_filled
from designer.catalogue.wiring import input_ports, refuse_type, refuse_wire
from designer.document import edits
from designer.document.graph import Edge
from designer.document.project import PITCH, Project

MOST = 4


@dataclass(frozen=True, slots=True)
class Bridge:
    """A chain of layers for a wire, what then enters its target, and how many parameters the chain learns."""

    edge: Edge
    chain: Chain
    gives: TensorType
    parameters: int

    @property
    def fix(self) -> Fix:
        """The wire drawn through the layers."""
        return Fix(f"Connect through {name_chain(self.chain)}", self._draw)

    def _draw(self, project: Project) -> Project:
        edge = self.edge
        project = edits.connect(project, edge)
        source = project.layout.get(edge.source, (0.0, 0.0))
        target = project.layout.get(edge.target, source)
        beside = len(project.graph.outgoing.get(edge.source, ())) > 1 or abs(source[0] - target[0]) > PITCH
        # Between the two, but not right below the source where another branch lies.
        shares = [(number + 1) / (len(self.chain) + 1) for number in range(len(self.chain))]
        between = [tuple(a + (b - a) * share for a, b in zip(source, target, strict=True)) for share in shares]
        places = [(x, y) if beside else None for x, y in between]
        for (kind, parameters), place in zip(self.chain, places, strict=True):
            project, new = edits.insert_on_edge(project, edge, kind, parameters=parameters, position=place)
            edge = Edge(new, 0, edge.target, edge.target_port)
        return project


def find_bridges(inference: Inference, edge: Edge) -> tuple[Bridge, ...]:
    """Return the ways to draw a wire that is refused because of what it carries, likeliest first; each has been tried.

    None where it is refused for another reason: no layer in between opens a circle.
    """
    target, given = inference.nodes.get(edge.target), inference.type_at(edge.source, edge.source_port)
    refused = refuse_wire(inference, edge)
    if target is None or target.spec is None or given is None or not refused:
        return ()
    if edge.target_port >= len(input_ports(inference, edge.target)) or edge.target_port < 0:
        return ()
    if refused != refuse_type(target, edge.target_port, given, inference.scope):
        return ()
    found: dict[Chain, Bridge] = {}
    for chain in _offer(inference, edge, given):
        kind = pass_through(chain, given)
        fits = kind is not None and not refuse_type(target, edge.target_port, kind, inference.scope)
        if kind is not None and fits and chain not in found:
            found[chain] = Bridge(edge, chain, kind, count_learned(chain, given))
        if len(found) == MOST:
            break
    return tuple(found.values())


def _offer(inference: Inference, edge: Edge, given: TensorType) -> Iterator[Chain]:
    """Yield chains for the wire alone: what makes it like the other branches, then what fits the layer."""
    target = inference.nodes[edge.target]
    assert target.spec is not None
    types = dict(zip(target.ports, target.inputs, strict=True)) | {edge.target_port: given}
    ports = tuple(sorted(types))
    if len(types) > 1 and None not in types.values() and are_ports_filled(target.spec, ports):
        known = infer_node(target.node, tuple(types[port] for port in ports), ports, scope=inference.scope)
        place = ports.index(edge.target_port)
        for plan in match_branches(known, inference.scope):
            if plan[place] and not any(chain for number, chain in enumerate(plan) if number != place):
                yield plan[place]
    yield from offer_chains(given, target.spec.family)
