"""`designer check --leaks`: what leaks in the data of a project, as problems of it."""

from dataclasses import replace
from pathlib import Path

from designer.catalogue.check import Fix, Problem
from designer.catalogue.facts import source_problem
from designer.catalogue.parameters import resolve
from designer.catalogue.registry import sources
from designer.cli.demands import Refusal
from designer.data.copies import say_copies
from designer.data.leaks import find_leaks
from designer.data.remedies import Leak, Remedy
from designer.document.project import Project


def list_leaks(project: Project, path: Path | None) -> tuple[Problem, ...]:
    """Return what leaks in a project's data, read from a file or folder where they are in one.

    Raises Refusal where they cannot be read.
    """
    source = project.data.source
    if source is None or source_problem(project) is not None:
        return ()
    try:
        leaks = _look_at_table(project, path) if source.kind == "Csv" else _compare(project, path)
    except ValueError as error:
        raise Refusal(str(error)) from None
    return tuple(_write(leak) for leak in leaks)


def _look_at_table(project: Project, path: Path | None) -> tuple[Leak, ...]:
    from designer.data.selection import recall_form
    from designer.data.table import inspect_csv
    from designer.engine.parting import find_parts

    source = project.data.source
    if path is None or source is None:
        return ()
    values = resolve(sources[source.kind].parameters, source.parameters)[0]
    table = inspect_csv(path, given=recall_form(values))
    parts = find_parts(project.data, table.frame) if table.frame is not None and table.is_whole else None
    return find_leaks(table, project.data, parts)


def _compare(project: Project, path: Path | None) -> tuple[Leak, ...]:
    from designer.engine.repeats import find_repeats

    repeats = find_repeats(project, path)
    leak = say_copies(*repeats, "samples", project.data) if repeats is not None else None
    return (leak,) if leak is not None else ()


def _write(leak: Leak) -> Problem:
    return Problem("warning", None, f"{leak.title} {leak.fact}", tuple(_make_fix(one) for one in leak.remedies))


def _make_fix(remedy: Remedy) -> Fix:
    return Fix(remedy.title, lambda project: replace(project, data=remedy.change(project.data)))
