"""What the layers, folded chains and values of a network are called in its class."""

import itertools
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from designer.catalogue.shapes import Inference, Inferred
from designer.codegen.flow import Flow, Place, Step, is_block
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
    where = inference.scope.within
    ends = [inference.nodes[node] for node in (*flow.inputs, *flow.outputs)]
    before = _latest.get(where)
    naming = None
    if before is not None and before[1] == taken and len(before[2]) == len(ends):
        if all(map(_is_named_alike, before[2], ends)):
            naming = _take_over(before[0], flow, before[3])
    if naming is None:
        naming = _name(inference, flow, taken)
    if where not in _latest and len(_latest) >= _MOST_NAMED:
        _latest.clear()
    _latest[where] = (flow, taken, ends, naming)
    return naming


def _take_over(before: Flow, after: Flow, naming: Naming) -> Naming | None:
    """Return the names of a flow where they are those of another, whose steps do the same whatever their layers.

    None where there are more steps or fewer, or other ones.
    """
    if (before.inputs, before.outputs) != (after.inputs, after.outputs) or len(before.steps) != len(after.steps):
        return None
    changed = [(one, other) for one, other in zip(before.steps, after.steps, strict=True) if one is not other]
    moved = {one.result: other.result for one, other in changed if one.result != other.result}
    if tuple([moved.get(place, place) for place in before.results]) != after.results:
        return None
    for one, other in changed:
        if tuple([moved.get(place, place) for place in one.sources]) != other.sources or not _is_step_alike(one, other):
            return None
    if not moved:
        return naming
    if any(one.gives > 1 for one, _ in changed):
        return None
    variables = {moved.get(place, place): name for place, name in naming.variables.items()}
    return replace(naming, variables=variables)


def _is_step_alike(one: Step, other: Step) -> bool:
    """Return whether two steps are named alike where they take and give the same."""
    if (one.condition, one.gives, len(one.nodes) > 1) != (other.condition, other.gives, len(other.nodes) > 1):
        return False
    if len(one.nodes) == 1 or one.condition:
        return all(map(_is_named_alike, one.layers, other.layers)) and len(one.nodes) == len(other.nodes)
    return _tell_work(one) == _tell_work(other)


def _is_named_alike(one: Inferred, other: Inferred) -> bool:
    return one.spec is other.spec and one.node.name == other.node.name and one.node.kind == other.node.kind


# The names that were given last in the network and in each block: an edit of a setting leaves all of them as they are.
_latest: dict[tuple[str, ...], tuple[Flow, frozenset[str], list[Inferred], Naming]] = {}
_MOST_NAMED = 200


def _name(inference: Inference, flow: Flow, taken: frozenset[str]) -> Naming:
    names = Namespace(taken)
    trunk = _find_trunk(flow)
    variables: dict[Place, str] = {}
    for node in flow.inputs:
        place = (node, 0)
        name = inference.graph.nodes[node].name
        plain = place in trunk and len(flow.inputs) == 1 and _UNNAMED_INPUT.fullmatch(name)
        variables[place] = TRUNK if plain else names.give("inputs" if name == TRUNK else name, "input")
    folded = _name_chains(inference, flow, variables)
    attributes: list[str] = []
    for index, step in enumerate(flow.steps):
        result, known = step.result, step.layers[-1]
        spec = known.spec
        assert spec is not None
        is_module, name = bool(spec.call.constructor), ""
        if index in folded:
            name = names.give(folded[index], "layers")
        elif is_module or result not in trunk or step.gives > 1:
            name = names.give(known.node.name, "block" if is_block(known) else spec.kind.lower())
        attributes.append(name if is_module else "")
        if step.gives == 1:
            variables[result] = TRUNK if result in trunk else name
            continue
        for number, port in enumerate(spec.outputs):
            variables[result[0], number] = names.give(f"{name}_{port.name}", name)
    labels = [""] * len(flow.steps)
    for index, step in enumerate(flow.steps):
        if step.condition:
            labels[index] = names.give(f"has_{step.layers[-1].node.name}", "has_layer")
    return Naming(tuple(attributes), variables, tuple(labels))


def _find_trunk(flow: Flow) -> set[Place]:
    """Return the values that may be called `x`: those used up before the next value of that name is made.

    A value that only the next step takes, alone, is one. So is one with several uses, such as both ways through a
    residual block, as long as a step takes it alone and no value made before the last use goes straight on.
    """
    takers = [*[step.sources for step in flow.steps], flow.results]
    uses = count_uses(flow)
    last_use = {place: index for index, places in enumerate(takers) for place in places}
    alone = {places[0] for places in takers if len(places) == 1}
    # The value at `at` comes out of step at - 1, the first one is the input; step `at` is the next to take values.
    made: list[Place | None] = [(flow.inputs[0], 0) if len(flow.inputs) == 1 else None]
    made += [step.result if step.gives == 1 else None for step in flow.steps]
    straight = [
        value is not None and len(places) == 1 and places[0] == value and uses[value] == 1
        for value, places in zip(made, takers, strict=True)
    ]
    next_straight = [len(made)] * (len(made) + 1)
    nearest = len(made)
    for at in range(len(made) - 1, -1, -1):
        if straight[at]:
            nearest = at
        next_straight[at] = nearest
    trunk: set[Place] = set()
    busy = 0
    for at, value in enumerate(made):
        if value is None or value not in last_use:
            continue
        last = last_use[value]
        if straight[at] or (at >= busy and uses[value] > 1 and value in alone and next_straight[at + 1] > last):
            trunk.add(value)
            busy = last + 1
    return trunk


def count_uses(flow: Flow) -> Counter[Place]:
    """Return how often each value of a flow is taken, its results included."""
    uses = Counter(itertools.chain.from_iterable([step.sources for step in flow.steps]))
    uses.update(flow.results)
    return uses


def _name_way_around(step: Step, after: Sequence[Place]) -> str:
    """Return the name of a chain that is added to what it takes, as in a transformer; "" for any other chain.

    `after` is what the next step takes.
    """
    return _tell_work(step) if len(after) > 1 and set(after) == {step.sources[0], step.result} else ""


def _tell_work(step: Step) -> str:
    """Return what a part of a transformer is called by its layers, "" for any other chain."""
    gathering = [
        known.node.name for known in step.layers if known.spec is not None and known.spec.family == "attention"
    ]
    if len(gathering) == 1:
        return gathering[0]
    return "mlp" if sum(known.node.kind == "Linear" for known in step.layers) > 1 else ""


def _name_chains(inference: Inference, flow: Flow, variables: Mapping[Place, str]) -> dict[int, str]:
    """Return the names of the steps that fold several layers, by the place each has in the network."""
    takers = [*[step.sources for step in flow.steps], ()]
    if len(flow.steps) == 1 < len(flow.steps[0].nodes):
        return {0: "layers"}
    ends = {place: number for number, place in enumerate(flow.results)}
    starts = Counter(itertools.chain.from_iterable(takers))
    inputs = frozenset(flow.inputs)
    roles: dict[int, str] = {}
    for index, step in enumerate(flow.steps):
        if len(step.nodes) < 2:
            continue
        source, result = step.sources[0], step.result
        if step.condition:
            role = step.layers[0].node.name
        elif result in ends and len(flow.results) > 1:
            role = f"{inference.graph.nodes[flow.outputs[ends[result]]].name}_head"
        elif result in ends:
            role = "head"
        elif name := _name_way_around(step, takers[index + 1]):
            role = name
        elif source[0] in inputs and len(inputs) > 1:
            role = f"{variables[source]}_stem"
        elif starts[source] > 1:
            role = "branch"
        else:
            role = "stem" if source[0] in inputs else "body"
        roles[index] = role
    many = Counter(roles.values())
    seen: Counter[str] = Counter()
    for index, role in roles.items():
        if many[role] > 1:
            seen[role] += 1
            roles[index] = f"{role}{seen[role]}"
    return roles
