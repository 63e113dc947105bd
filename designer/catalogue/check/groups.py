"""Problems that belong together: one matter inside a block seen from all its uses, one kind of matter at many layers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from designer.catalogue.check.problem import Fix, Problem
from designer.document.edits import EditError
from designer.document.project import Project

_PARTICULAR = re.compile(r"`[^`]*`|\d[\d,.]*")


@dataclass(frozen=True, slots=True)
class Group:
    """One problem to show, with those that say the same of other places.

    `uses` are the problems of uses of a block which this one, inside the block, is the cause of. `alike` are all problems
    of its kind, itself included, where this is the first of them; else only itself.
    """

    problem: Problem
    uses: tuple[Problem, ...] = ()
    alike: tuple[Problem, ...] = ()


def group_problems(problems: Sequence[Problem]) -> tuple[Group, ...]:
    """Return the problems in their order, those of the uses of a block put with the one inside it."""
    inside = {(problem.block, problem.node) for problem in problems if problem.severity == "error" and problem.block}
    uses: dict[tuple[str, str], list[Problem]] = {}
    kinds: dict[object, list[Problem]] = {}
    shown: list[Problem] = []
    for problem in problems:
        if problem.cause is not None and problem.cause in inside:
            uses.setdefault(problem.cause, []).append(problem)
            continue
        shown.append(problem)
        if problem.fixes:
            kinds.setdefault(_name_kind(problem), []).append(problem)
    groups = []
    for problem in shown:
        alike = tuple(kinds.get(_name_kind(problem), ())) if problem.fixes else ()
        cause = (problem.block, problem.node or "")
        first = bool(alike) and alike[0] is problem
        groups.append(Group(problem, tuple(uses.pop(cause, ())), alike if first else (problem,)))
    return tuple(groups)


def fix_all(problems: Sequence[Problem]) -> Fix:
    """Return the first fix of each of some problems as one."""
    firsts = [problem.fixes[0] for problem in problems if problem.fixes]

    def edit(project: Project) -> Project:
        for fix in firsts:
            try:
                project = fix.edit(project)
            except EditError:  # an earlier one has taken away what it is about
                continue
        return project

    return Fix(f"{firsts[0].title} ({len(firsts)} times)", edit)


def _name_kind(problem: Problem) -> tuple[str, str, str]:
    """Return what problems of one kind share: sentence and first fix without names and numbers."""
    title = problem.fixes[0].title if problem.fixes else ""
    return problem.severity, _PARTICULAR.sub("#", problem.message), _PARTICULAR.sub("#", title)
