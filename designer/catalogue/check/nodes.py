"""Problems of single layers: kinds and parameters that are not known, inputs that do not fit."""

from collections.abc import Iterator

from designer.catalogue.blocks import BlockSpec
from designer.catalogue.check import fixes
from designer.catalogue.check.mending import mend
from designer.catalogue.check.problem import Fix, Problem
from designer.catalogue.check.spelling import guess_kinds, guess_parameter
from designer.catalogue.check.study import Study
from designer.catalogue.options import OPTIONS
from designer.catalogue.parameters import Objection, Parameter
from designer.catalogue.shapes import Inferred
from designer.catalogue.usage import resolve_with
from designer.document import edits
from designer.document.graph import Node
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
            remedies, guess = _guess(study, known, names)
            message = f"{known.subject}: {message}{guess}"
            yield Problem("error", key, message, (*remedies, _reset(known.node, names)))
        if known.error is not None:
            message = f"{known.subject} {known.error.message}."
            wires = study.graph.incoming.get(key, ())
            yield Problem("error", key, message, mend(study, known), edges=wires, cause=_find_cause(known))


def _find_cause(known: Inferred) -> tuple[str, str] | None:
    """Return the block and the node inside at which the use of a block goes wrong, at the bottom of all blocks."""
    cause = None
    while isinstance(known.spec, BlockSpec) and known.inside:
        inner = next((each for each in known.inside[-1].nodes.values() if each.error is not None), None)
        if inner is None:
            break
        cause = (known.spec.block, inner.node.id)
        known = inner
    return cause


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
    near = guess_kinds(kind)
    meant = f"Did you mean {' or '.join(near)}?" if near else "Replace or remove it."
    message = f"The kind `{show_name(kind)}` of `{show_name(known.node.name)}` is not known here. {meant}"
    return Problem("error", key, message, (*[fixes.turn_into(key, other) for other in near], fixes.remove(key)))


def _guess(study: Study, known: Inferred, names: tuple[str, ...]) -> tuple[list[Fix], str]:
    """Return the fix that gives a value to the parameter most likely meant, and the question that goes with it."""
    given, (name, *others) = known.node.parameters, names
    declared = {parameter.name: parameter for parameter in known.spec.parameters} if known.spec is not None else {}
    if others or name in declared or name not in given:
        return [], ""
    meant = guess_parameter(name, declared, given)
    if not meant:
        return [], ""
    value = given[name]
    _, objections = resolve_with((declared[meant],), {meant: value}, study.inference.scope.names)
    if objections:
        return [], f" Did you mean `{meant}`?"
    return [fixes.rename_parameter(known.node.id, name, meant)], f" Did you mean `{meant}`?"
