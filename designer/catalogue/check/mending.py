"""The fixes of a shape error: settings of the layer, another form of it, layers before it, or edits further up.

Each has been held against the shape rules before it is offered. Ranked: what a person most likely meant comes first.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from frozendict import frozendict

from designer.catalogue.blocks import BlockSpec
from designer.catalogue.check import fixes
from designer.catalogue.check.adapters import READS_SEQUENCES, name_chain, offer_chains
from designer.catalogue.check.alike import Plan, after_plan, match_branches
from designer.catalogue.check.problem import Fix
from designer.catalogue.check.study import Study
from designer.catalogue.check.upstream import DIVISORS, give_alike, mend_upstream
from designer.catalogue.registry import layers
from designer.catalogue.shapes import Inferred, Scope, infer_node
from designer.catalogue.spec import LayerSpec, Outputs, TensorType
from designer.document.graph import Edge, Node, Value
from designer.document.wording import show_name

MOST_FIXES = 5
MOST_PLANS = 8  # tried by the layers behind, before the best are kept
FURTHEST = 16  # layers behind that are asked whether they take what then comes
FORMS = ("1d", "2d", "3d")


@dataclass(frozen=True, slots=True)
class Proposal:
    """One way to mend a layer: settings of its own, another kind, or chains of layers on its wires. `gives` follows."""

    gives: Outputs
    settings: Mapping[str, Value] = frozendict()
    kind: str = ""
    plan: Plan = ()


def mend(study: Study, known: Inferred) -> tuple[Fix, ...]:
    """Return the fixes of a layer that refuses its inputs, likeliest first."""
    assert known.error is not None
    wires = study.graph.incoming.get(known.node.id, ())
    proposals = _propose_once(known, study.inference.scope, _carries_steps(study, wires))
    ranked = sorted(proposals, key=lambda one: bool(one.plan) and not _is_taken_behind(study, known, one.gives))
    own = [_realise(study, known.node, wires, one) for one in ranked]
    above = [*_give_sequence(study, known), *mend_upstream(study, known), *give_alike(study, known)]
    inserts = sum(1 for one in ranked if one.plan)
    first = own[: len(own) - inserts] if inserts else own
    last = own[len(first) :]
    found = [*above, *last] if not first and known.error.remedy != "flatten" else [*first, *last, *above]
    if not found and known.error.message.startswith("expects class indices"):
        found = [*_turn_to_indices(study, wires), fixes.remove(known.node.id)]
    titled = {fix.title: fix for fix in reversed(found)}
    return tuple(fix for fix in found if titled.get(fix.title) is fix)[:MOST_FIXES]


def _realise(study: Study, node: Node, wires: tuple[Edge, ...], proposal: Proposal) -> Fix:
    if proposal.kind:
        return fixes.turn_into(node.id, proposal.kind)
    if proposal.settings:
        return fixes.set_parameters(node.id, proposal.settings)
    places = [(edge, chain) for edge, chain in zip(wires, proposal.plan, strict=True) if chain]
    chains = {chain for _, chain in places}
    title = f"Insert {name_chain(chains.pop())}" if len(chains) == 1 else "Insert layers on the branches"
    if len(wires) > 1 and len(places) == 1:
        title += f" after {show_name(study.graph.nodes[places[0][0].source].name)}"
    return fixes.insert_chains(places, title)


_proposed: dict[tuple[object, ...], tuple[LayerSpec, tuple[Proposal, ...]]] = {}
_MOST_REMEMBERED = 2000


def _propose_once(known: Inferred, scope: Scope, steps: bool) -> tuple[Proposal, ...]:
    """Return the proposals for a layer; those of a layer of the same settings and inputs are the same."""
    spec = known.spec
    assert spec is not None
    if isinstance(spec, BlockSpec):
        return tuple(_propose(known, scope, steps))
    key = (id(spec), known.values, known.node.parameters, known.options, known.inputs, known.ports, steps)
    found = _proposed.get(key)
    if found is None:
        if len(_proposed) >= _MOST_REMEMBERED:
            _proposed.clear()
        found = _proposed[key] = (spec, tuple(_propose(known, scope, steps)))
    return found[1]


def _propose(known: Inferred, scope: Scope, steps: bool) -> Iterator[Proposal]:
    spec, given, error = known.spec, tuple(kind for kind in known.inputs if kind is not None), known.error
    assert spec is not None
    assert error is not None
    own = False  # whether a setting alone mends it
    for settings in _offer_settings(known):
        mended = replace(known.node, parameters={**known.node.parameters, **settings})
        if outputs := infer_node(mended, given, known.ports, scope=scope).outputs:
            yield Proposal(outputs, settings=settings)
            own = own or settings == error.settings
    for kind in _other_forms(known.node.kind):
        names = {parameter.name for parameter in layers[kind].parameters}
        kept = {name: value for name, value in known.node.parameters.items() if name in names}
        if outputs := infer_node(replace(known.node, kind=kind, parameters=kept), given, known.ports).outputs:
            yield Proposal(outputs, kind=kind)
    if own or not given:
        return
    plans = 0
    for plan in _offer_plans(known, given, scope, steps):
        if outputs := after_plan(known, plan, given, scope):
            yield Proposal(outputs, plan=plan)
            plans += 1
            if plans == MOST_PLANS:
                return


def _offer_settings(known: Inferred) -> Iterator[Mapping[str, Value]]:
    """Yield settings of the layer itself under which it might take its inputs."""
    assert known.error is not None
    settings = known.error.settings
    if settings:
        yield settings
    for name in DIVISORS.keys() & settings.keys():
        yield from ({name: value} for value in _next_divisor(known, name))
    if "kernel_size" in settings:
        if known.values.get("stride") == 1 and _takes_with(known, {"padding": "same"}):
            yield {"padding": "same"}
            return
        kernel = known.values["kernel_size"]
        widest = max(kernel) if isinstance(kernel, tuple) else kernel
        least = next((p for p in range(1, min(widest, 64)) if _takes_with(known, {"padding": p})), None)
        if least is not None:
            yield {"padding": least}
    if known.node.kind == "Concatenate":
        yield from ({"axis": axis} for axis in range(max(len(kind.sizes) for kind in known.inputs if kind is not None)))


def _next_divisor(known: Inferred, name: str) -> Iterator[int]:
    """Yield the nearest larger value that the layer takes, as it is asked for one."""
    now = known.values[name]
    sizes = [kind.sizes for kind in known.inputs if kind is not None and kind.sizes]
    most = max((max(size) for size in sizes), default=0)
    yield from [value for value in range(now + 1, min(most, 2 * now + 8) + 1) if _takes_with(known, {name: value})][:1]


def _takes_with(known: Inferred, settings: Mapping[str, Value]) -> bool:
    mended = replace(known.node, parameters={**known.node.parameters, **settings})
    return infer_node(mended, known.inputs, known.ports).outputs is not None


def _other_forms(kind: str) -> Iterator[str]:
    """Yield the same layer for other numbers of dimensions: BatchNorm2d for BatchNorm1d."""
    if kind[-2:] in FORMS:
        yield from (other for ending in FORMS if (other := kind[:-2] + ending) != kind and other in layers)


def _offer_plans(known: Inferred, given: tuple[TensorType, ...], scope: Scope, steps: bool) -> Iterator[Plan]:
    """Yield chains of layers for the wires: on one of them, on all of a kind, or such that branches become alike."""
    assert known.spec is not None
    count = len(given)
    if count == 1:
        yield from ((chain,) for chain in offer_chains(given[0], known.spec.family))
        return
    indices = {kind.dtype for kind in given} == {"float", "int"}
    if indices:
        chains = [chain for kind in given if kind.dtype == "int" for chain in offer_chains(kind, known.spec.family)]
        yield from (tuple(chain if kind.dtype == "int" else () for kind in given) for chain in dict.fromkeys(chains))
    elif all(kind.dtype == "int" for kind in given):
        yield from ((chain,) * count for chain in offer_chains(given[0], known.spec.family))
    alike = list(match_branches(known, scope, steps=steps))
    yield from alike
    if count > 4 or (alike and known.spec.inputs[-1].many):
        return
    for chain in dict.fromkeys(chain for kind in given for chain in offer_chains(kind, known.spec.family)):
        yield (chain,) * count
        for port in reversed(range(count)):
            yield tuple(chain if place == port else () for place in range(count))


def _carries_steps(study: Study, wires: tuple[Edge, ...]) -> bool:
    """Whether what reaches a layer with two axes is a sequence, by the layer that made it."""
    for edge in wires:
        known: Inferred | None = study.inference.nodes[edge.source]
        for _ in range(4):
            if known is None or known.spec is None:
                break
            if known.spec.family in READS_SEQUENCES or known.node.kind in ("Linear", "Embedding"):
                return True
            if "mixes" in known.spec.traits:
                break
            known = study.before(known)
    return False


def _is_taken_behind(study: Study, known: Inferred, gives: Outputs) -> bool:
    """Whether the layers behind take what a mended one gives, as far as there is one way on."""
    kind: TensorType | None = gives[0]
    after = study.after(known)
    for _ in range(FURTHEST):
        if after is None or after.spec is None or kind is None or len(after.ports) != 1:
            return True
        then = infer_node(after.node, (kind,), after.ports, scope=study.inference.scope)
        if then.error is not None:
            return False
        kind = then.outputs[0] if then.outputs else None
        after = study.after(after)
    return True


def _give_sequence(study: Study, known: Inferred) -> Iterator[Fix]:
    """Yield that the recurrent layer before gives its whole sequence."""
    assert known.error is not None
    if known.error.remedy != "whole_sequence":
        return
    before = study.before(known)
    while before is not None and before.spec is not None and "passes" in before.spec.traits:
        before = study.before(before)
    if before is not None and before.values.get("output") == "last":
        yield fixes.set_parameters(before.node.id, {"output": "sequence"}, "Give the whole sequence")


def _turn_to_indices(study: Study, wires: tuple[Edge, ...]) -> Iterator[Fix]:
    """Yield that an Input with a shape of its own gives class indices."""
    for edge in wires[:1]:
        known = study.inference.nodes[edge.source]
        if known.node.kind == "Input" and known.node.parameters.get("shape"):
            yield fixes.set_parameters(edge.source, {"dtype": "int"})
