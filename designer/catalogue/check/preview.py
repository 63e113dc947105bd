"""What follows from a fix before it is applied: the shape behind it, and what it costs or saves."""

from collections import Counter
from dataclasses import dataclass

from designer.catalogue.check.blocks import infer_first_use
from designer.catalogue.check.problem import Fix, Problem
from designer.catalogue.facts import infer_project
from designer.catalogue.shapes import Inference, Inferred
from designer.catalogue.spec import TensorType
from designer.document.project import Project


@dataclass(frozen=True)
class Preview:
    """A project as a fix would leave it, held against what it is now.

    `gives` is what then flows at the place of the problem: out of its layer, or into it where it is an end; None where
    that is not known, or nothing of the network changes. `parameters` and `multiply_adds` are what the fix itself costs:
    of layers that come, go or become others. Those of layers behind that could not be counted before are `found`
    parameters; `total` are all that the network then has. `added` and `removed` are the layers by kind. `changes` says whether the
    fix does anything at all.
    """

    project: Project
    inference: Inference
    gives: TensorType | None
    parameters: int
    multiply_adds: int
    found: int
    total: int
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changes: bool


def preview(project: Project, inference: Inference, problem: Problem, fix: Fix) -> Preview:
    """Return what follows from a fix. Only what it changes is worked out; never raises, whatever the project."""
    mended = fix.apply(project)
    after = infer_project(mended, inference)
    parameters = _count_change(inference, after, "parameters")
    rewired = mended.graph is not project.graph or mended.blocks is not project.blocks
    return Preview(
        mended,
        after,
        _find_type(after, problem, inference) if rewired else None,
        parameters,
        _count_change(inference, after, "multiply_adds"),
        after.parameters - inference.parameters - parameters,
        after.parameters,
        *_compare_kinds(project, mended, problem.block),
        mended != project,
    )


def _count_change(before: Inference, after: Inference, what: str) -> int:
    """Return the change of a count, without the layers that were there before and could not be counted."""
    if before is after:
        return 0
    change = 0
    for key, now in after.nodes.items():
        was = before.nodes.get(key)
        if was is now:
            continue
        if was is not None and now.inside and len(now.inside) == len(was.inside):
            change += sum(_count_change(one, other, what) for one, other in zip(was.inside, now.inside, strict=True))
        elif was is None or was.outputs is not None:
            change += int(getattr(now, what)) - (0 if was is None else int(getattr(was, what)))
    return change - sum(int(getattr(was, what)) for key, was in before.nodes.items() if key not in after.nodes)


def _find_type(after: Inference, problem: Problem, before: Inference) -> TensorType | None:
    """Return what flows at the place of a problem; where its layer is gone, what then reaches the one behind it."""
    if problem.node is None:
        return None
    there, was = after, before
    if problem.block:
        if problem.block not in after.scope.blocks or problem.block not in before.scope.blocks:
            return None
        there, was = infer_first_use(after, problem.block), infer_first_use(before, problem.block)
    known = there.nodes.get(problem.node)
    if known is None:
        behind = was.graph.outgoing.get(problem.node, ())
        known = there.nodes.get(behind[0].target) if behind else None
        return _first(known.inputs) if known is not None else None
    return _first(known.outputs) if known.outputs else _first(known.inputs) if _is_end(known) else None


def _first(kinds: tuple[TensorType | None, ...] | None) -> TensorType | None:
    return kinds[0] if kinds else None


def _is_end(known: Inferred) -> bool:
    return known.spec is not None and not known.spec.outputs and known.error is None


def _compare_kinds(before: Project, after: Project, block: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the kinds of layers that are added and removed where the problem lies."""
    if block and block in before.blocks and block in after.blocks:
        old, new = before.blocks[block].graph.nodes, after.blocks[block].graph.nodes
    else:
        old, new = before.graph.nodes, after.graph.nodes
    if old is new:
        return (), ()
    added = Counter(new[key].kind for key in new.keys() - old.keys())
    removed = Counter(old[key].kind for key in old.keys() - new.keys())
    return tuple(sorted(added.elements())), tuple(sorted(removed.elements()))
