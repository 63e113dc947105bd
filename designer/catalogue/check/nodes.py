"""Problems of single layers: kinds and parameters that are not known, inputs that do not fit."""

import difflib
import math
from collections.abc import Iterator
from dataclasses import replace

from frozendict import frozendict

from designer.catalogue.check import fixes
from designer.catalogue.check.problem import Fix, Problem
from designer.catalogue.check.study import Study
from designer.catalogue.demands import SPATIAL
from designer.catalogue.geometry import gather
from designer.catalogue.options import OPTIONS
from designer.catalogue.parameters import Objection, Parameter
from designer.catalogue.registry import layers
from designer.catalogue.shapes import Inferred, infer_node
from designer.catalogue.spec import TensorType
from designer.document import edits
from designer.document.graph import Edge, Node, Parameters
from designer.document.project import used_block
from designer.document.wording import show_name


def find_node_faults(study: Study) -> Iterator[Problem]:
    """Yield unknown kinds, parameters that cannot stand and inputs that a layer cannot take."""
    for known in study.where(_is_faulty):
        key = known.node.id
        if known.spec is None:
            yield _explain_unknown(known)
            continue
        declared = (*known.spec.parameters, *OPTIONS) if known.objections else ()
        for names, message in group_objections(declared, known.objections) if known.objections else ():
            yield Problem("error", key, f"{known.subject}: {message}", (_reset(known.node, names),))
        if known.error is not None:
            yield Problem("error", key, f"{known.subject} {known.error.message}.", tuple(_mend(study, known)))


def _is_faulty(known: Inferred) -> bool:
    return known.spec is None or bool(known.objections) or known.error is not None


def _reset(node: Node, names: tuple[str, ...]) -> Fix:
    """Return the fix that puts parameters, or an option, back at their defaults."""
    option = names[0]
    if option in node.options and option not in node.parameters:
        return Fix(f"Reset {option}", lambda project: edits.set_option(project, [node.id], option, None))
    return fixes.reset(node.id, names)


def group_objections(
    declared: tuple[Parameter, ...], objections: tuple[Objection, ...]
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield objections with the parameters they are about; those to names that nobody declared become one."""
    known = {parameter.name for parameter in declared}
    for objection in objections:
        if objection.parameter in known:
            yield (objection.parameter,), objection.message
    strays = [objection for objection in objections if objection.parameter not in known]
    if strays:
        others = f" Nor are {len(strays) - 1} others." if len(strays) > 1 else ""
        yield tuple(stray.parameter for stray in strays), strays[0].message + others


def _explain_unknown(known: Inferred) -> Problem:
    key, kind = known.node.id, known.node.kind
    if used_block(kind) is not None:
        message = f"The block of `{show_name(known.node.name)}` is not in this project. Replace or remove it."
        return Problem("error", key, message, (fixes.remove(key),))
    near = difflib.get_close_matches(kind[:60], layers, n=1)
    message = f"The kind `{show_name(kind)}` of `{show_name(known.node.name)}` is not known here. Replace or remove it."
    remedies = [fixes.turn_into(key, near[0])] if near else []
    return Problem("error", key, message, (*remedies, fixes.remove(key)))


def _mend(study: Study, known: Inferred) -> Iterator[Fix]:
    """Yield the fixes of a shape error, each tried before it is offered."""
    error, node = known.error, known.node
    assert error is not None
    if error.settings:
        mended = replace(node, parameters={**node.parameters, **error.settings})
        if _takes(mended, known):
            yield fixes.set_parameters(node.id, error.settings)
    yield from _mend_dimensions(known)
    wires = study.graph.incoming.get(node.id, ())
    match error.remedy:
        case "flatten":
            yield fixes.insert_plain(wires[0], "Flatten")
        case "embed":
            yield fixes.insert(_carrying_indices(study, wires), ("Embedding", {}))
        case "match_sizes":
            yield from _match_sizes(known, wires)
        case "whole_sequence":
            yield from _give_sequence(study, known)


def _takes(node: Node, known: Inferred) -> bool:
    return infer_node(node, known.inputs, known.ports).outputs is not None


def _mend_dimensions(known: Inferred) -> Iterator[Fix]:
    """Yield the same layer for another number of dimensions: BatchNorm2d for BatchNorm1d."""
    kind = known.node.kind
    for ending in ("1d", "2d", "3d"):
        other = kind[:-2] + ending
        if kind[-2:] in ("1d", "2d", "3d") and other != kind and other in layers:
            names = {parameter.name for parameter in layers[other].parameters}
            kept = {name: value for name, value in known.node.parameters.items() if name in names}
            if _takes(replace(known.node, kind=other, parameters=kept), known):
                yield fixes.turn_into(known.node.id, other)


def _carrying_indices(study: Study, wires: tuple[Edge, ...]) -> list[Edge]:
    given = ((edge, study.inference.type_at(edge.source, edge.source_port)) for edge in wires)
    return [edge for edge, kind in given if kind is not None and kind.dtype == "int"]


def _match_sizes(known: Inferred, wires: tuple[Edge, ...]) -> Iterator[Fix]:
    """Yield learned projections of the branches that differ, onto the smallest (He and others, 2015, option B)."""
    types = [kind for kind in known.inputs if kind is not None]
    for wanted in sorted(types, key=lambda kind: math.prod(kind.sizes[1:])):
        needed = [(edge, _project(kind, wanted)) for edge, kind in zip(wires, types, strict=True) if kind != wanted]
        chosen = {layer for _, layer in needed}
        if None not in chosen and len(chosen) == 1:
            (layer,) = chosen
            assert layer is not None
            yield fixes.insert([edge for edge, _ in needed], layer)
            return


def _project(given: TensorType, wanted: TensorType) -> "tuple[str, Parameters] | None":
    """Return a layer that brings a type to another, None where no simple one does."""
    if len(given.sizes) != len(wanted.sizes):
        return None
    axes = len(given.sizes) - 1
    if axes < 2 and given.sizes[:-1] == wanted.sizes[:-1]:
        return "Linear", frozendict(out_features=wanted.sizes[-1])
    strides = tuple(_stride(a, b) for a, b in zip(given.sizes[1:], wanted.sizes[1:], strict=True))
    if axes not in SPATIAL or 0 in strides:
        return None
    settings = {"out_channels": wanted.sizes[0], "kernel_size": 1}
    stride = gather(strides)
    return f"Conv{axes}d", frozendict(settings | ({"stride": stride} if stride != 1 else {}))


def _stride(size: int, wanted: int) -> int:
    """Return the stride that takes every size-th place so that `wanted` are left, 0 where there is none."""
    stride = -(-size // wanted)
    return stride if wanted <= size and (size - 1) // stride + 1 == wanted else 0


def _give_sequence(study: Study, known: Inferred) -> Iterator[Fix]:
    """Yield that the recurrent layer before gives its whole sequence."""
    before = study.before(known)
    while before is not None and before.spec is not None and "passes" in before.spec.traits:
        before = study.before(before)
    if before is not None and before.values.get("output") == "last":
        yield fixes.set_parameters(before.node.id, {"output": "sequence"}, "Give the whole sequence")
