"""Problems looked up by their words, and proof that their fixes make them go away."""

import pytest

from designer.catalogue.check import Problem, check
from designer.document.project import Project


def case(name: str, project: Project, severity: str, node: str | None, words: str, *titles: str):
    """Return a mistake: where it is, how bad, words of its message and the titles of its fixes."""
    return pytest.param(project, severity, node, words, titles, id=name)


NAMES = "project, severity, name, words, titles"


def find_problem(project: Project, severity: str, name: str | None, words: str) -> Problem:
    """Return the problem with these words at the node of this name."""
    found = check(project)
    for problem in found:
        node = project.graph.nodes[problem.node].name if problem.node is not None else None
        if words in problem.message and problem.severity == severity and node == name:
            return problem
    pytest.fail("\n".join(["not found among:", *map(repr, found)]))


def is_there(problem: Problem, project: Project) -> bool:
    """Return whether a project has this very problem."""
    return any((each.node, each.message) == (problem.node, problem.message) for each in check(project))


def assert_found_and_mended(
    project: Project, severity: str, name: str | None, words: str, titles: tuple[str, ...]
) -> None:
    """Assert that the problem is there, in plain words, and that each of its fixes makes it go away without new faults of structure."""
    problem = find_problem(project, severity, name, words)
    assert "\n" not in problem.message
    assert problem.message.endswith((".", "?"))
    assert len(problem.fixes) == len(titles), problem.fixes
    for fix, title in zip(problem.fixes, titles, strict=True):
        assert fix.title.startswith(title)
        mended = fix.apply(project)
        assert not is_there(problem, mended), f"{fix.title} leaves it: {problem.message}"
        worse = [each.message for each in check(mended) if each.severity == "error" and not is_there(each, project)]
        # A fix may bring a next problem to light, never one of its own making in the structure.
        assert not any("port" in message or "circle" in message for message in worse), worse
