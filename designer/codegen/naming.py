"""What the layers, folded chains and values of a network are called in its class."""

import itertools
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from designer.catalogue.shapes import Inference, Inferred
from designer.codegen.flow import Flow, Place, are_changed_alike, is_block
from designer.codegen.names import Namespace

# The name of a value that goes straight on to the next step.
TRUNK = "x"

_UNNAMED_INPUT = re.compile(r"(?i)x|input[ _]?\d*")


@dataclass(frozen=True, slots=True)
class Naming:
    """Names for a flow: an attribute for each step that is a module (else ""), a variable for each value.

    `labels` has a name of its own for each step that a condition switches, else "".
    """

    attributes: tuple[str, ...]
    variables: Mapping[Place, str]
    labels: tuple[str, ...] = ()


def name_flow(inference: Inference, flow: Flow, taken: frozenset[str] = frozenset()) -> Naming:
    """Return the names of a flow; `taken` are names the code has for something else."""
    global _named
    nodes = inference.nodes
    known = [nodes[node] for step in flow.steps for node in step.nodes]
    known += [nodes[node] for node in (*flow.inputs, *flow.outputs)]
    if _named[0] is flow and _named[1] == taken and are_changed_alike(_named[2], known, _is_named_alike):
        return _named[3]
    naming = _name(inference, flow, taken)
    _named = (flow, taken, known, naming)
    return naming


def _is_named_alike(one: Inferred, other: Inferred) -> bool:
    return one.spec is other.spec and one.node.name == other.node.name and one.node.kind == other.node.kind


# The names that were given last: an edit of a setting leaves all of them as they are.
_named: tuple[Flow | None, frozenset[str], list[Inferred], Naming] = (None, frozenset(), [], Naming((), {}))


def _name(inference: Inference, flow: Flow, taken: frozenset[str]) -> Naming:
    names = Namespace(taken)
    trunk = _find_trunk(inference, flow)
    variables: dict[Place, str] = {}
    for node in flow.inputs:
        place = (node, 0)
        name = inference.graph.nodes[node].name
        plain = place in trunk and len(flow.inputs) == 1 and _UNNAMED_INPUT.fullmatch(name)
        variables[place] = TRUNK if plain else names.give("inputs" if name == TRUNK else name, "input")
    folded = _name_chains(inference, flow, variables)
    attributes: list[str] = []
    for index, step in enumerate(flow.steps):
        last = inference.nodes[step.nodes[-1]]
        assert last.spec is not None
        is_module = bool(last.spec.call.constructor)
        ports = last.spec.outputs
        name = ""
        if index in folded:
            name = names.give(folded[index], "layers")
        elif is_module or (last.node.id, 0) not in trunk or len(ports) > 1:
            name = names.give(last.node.name, "block" if is_block(last) else last.spec.kind.lower())
        attributes.append(name if is_module else "")
        for number, port in enumerate(ports):
            place = (last.node.id, number)
            if place in trunk:
                variables[place] = TRUNK
            else:
                variables[place] = name if len(ports) == 1 else names.give(f"{name}_{port.name}", name)
    labels = ["" for _ in flow.steps]
    for index, step in enumerate(flow.steps):
        if step.condition:
            labels[index] = names.give(f"has_{inference.nodes[step.nodes[-1]].node.name}", "has_layer")
    return Naming(tuple(attributes), variables, tuple(labels))


def _find_trunk(inference: Inference, flow: Flow) -> set[Place]:
    """Return the values that may be called `x`: those used up before the next value of that name is made.

    A value that only the next step takes, alone, is one. So is one with several uses, such as both ways through a
    residual block, as long as a step takes it alone and no value made before the last use goes straight on.
    """
    takers = [step.sources for step in flow.steps] + [flow.results]
    uses = Counter(itertools.chain.from_iterable(takers))
    last_use = {place: index for index, places in enumerate(takers) for place in places}
    alone = {places[0] for places in takers if len(places) == 1}
    # The value at `at` comes out of step at - 1, the first one is the input; step `at` is the next to take values.
    made: list[Place | None] = [(flow.inputs[0], 0) if len(flow.inputs) == 1 else None]
    for step in flow.steps:
        spec = inference.nodes[step.nodes[-1]].spec
        made.append((step.nodes[-1], 0) if spec is not None and len(spec.outputs) == 1 else None)
    straight = [value is not None and takers[at] == (value,) and uses[value] == 1 for at, value in enumerate(made)]
    next_straight = [len(made)] * (len(made) + 1)
    for at in range(len(made) - 1, -1, -1):
        next_straight[at] = at if straight[at] else next_straight[at + 1]
    trunk: set[Place] = set()
    busy = 0
    for at, value in enumerate(made):
        if value is None or value not in last_use:
            continue
        shared = uses[value] > 1 and value in alone and at >= busy and next_straight[at + 1] > last_use[value]
        if straight[at] or shared:
            trunk.add(value)
            busy = last_use[value] + 1
    return trunk


def _name_way_around(inference: Inference, flow: Flow, index: int) -> str:
    """Return the name of a chain that is added to what it takes, as in a transformer; "" for any other chain."""
    after = flow.steps[index + 1].sources if index + 1 < len(flow.steps) else ()
    if len(after) < 2:
        return ""
    step = flow.steps[index]
    if set(after) != {step.sources[0], (step.nodes[-1], 0)}:
        return ""
    layers = [inference.nodes[node] for node in step.nodes]
    gathering = [known.node.name for known in layers if known.spec is not None and known.spec.family == "attention"]
    if len(gathering) == 1:
        return gathering[0]
    return "mlp" if sum(known.node.kind == "Linear" for known in layers) > 1 else ""


def _name_chains(inference: Inference, flow: Flow, variables: Mapping[Place, str]) -> dict[int, str]:
    """Return the names of the steps that fold several layers, by the place each has in the network."""
    chains = {index: step for index, step in enumerate(flow.steps) if len(step.nodes) > 1}
    if len(chains) == len(flow.steps) == 1:
        return {0: "layers"}
    ends = {place: number for number, place in enumerate(flow.results)}
    starts = Counter(itertools.chain.from_iterable([step.sources for step in flow.steps]))
    roles: dict[int, str] = {}
    for index, step in chains.items():
        source, result = step.sources[0], (step.nodes[-1], 0)
        if step.condition:
            roles[index] = inference.graph.nodes[step.nodes[0]].name
        elif result in ends and len(flow.results) > 1:
            roles[index] = f"{inference.graph.nodes[flow.outputs[ends[result]]].name}_head"
        elif result in ends:
            roles[index] = "head"
        elif name := _name_way_around(inference, flow, index):
            roles[index] = name
        elif source[0] in flow.inputs and len(flow.inputs) > 1:
            roles[index] = f"{variables[source]}_stem"
        elif starts[source] > 1:
            roles[index] = "branch"
        elif source[0] in flow.inputs:
            roles[index] = "stem"
        else:
            roles[index] = "body"
    many = Counter(roles.values())
    seen: Counter[str] = Counter()
    for index, role in roles.items():
        if many[role] > 1:
            seen[role] += 1
            roles[index] = f"{role}{seen[role]}"
    return roles
