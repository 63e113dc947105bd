"""Problems that belong together: one matter inside a block seen from all its uses, one kind of matter at many layers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

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
    inside = _find_inside(problems)
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
    alike = {id(many[0]): tuple(many) for many in kinds.values()}
    return tuple(
        [
            Group(problem, tuple(uses.pop((problem.block, problem.node or ""), ())), alike.get(id(problem), (problem,)))
            for problem in shown
        ]
    )


def count_matters(problems: Sequence[Problem]) -> int:
    """Return how many groups there are."""
    inside = _find_inside(problems)
    return len(problems) - sum(1 for problem in problems if problem.cause is not None and problem.cause in inside)


def _find_inside(problems: Sequence[Problem]) -> set[tuple[str, str | None]]:
    """Return the places inside blocks that have an error."""
    return {(problem.block, problem.node) for problem in problems if problem.block and problem.severity == "error"}


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
    return problem.severity, _strip(problem.message), _strip(title)


@lru_cache(maxsize=1 << 15)
def _strip(text: str) -> str:
    """Return a text without names and numbers."""
    return _PARTICULAR.sub("#", text)
