"""What commands demand of the files they are given, and how they refuse."""

from pathlib import Path
from typing import TYPE_CHECKING

from designer.document.embedding import open_any
from designer.document.files import SUFFIX, FileError
from designer.document.project import Project
from designer.document.wording import show_name

if TYPE_CHECKING:
    from designer.codegen.source import NotReady


class Refusal(Exception):
    """Why a command cannot be done: a plain sentence, and the exit code."""

    def __init__(self, sentence: str, code: int = 1) -> None:
        super().__init__(sentence)
        self.code = code


def open_project(path: Path, *, to_change: bool = False) -> Project:
    """Return the project in a file; one inside a picture only where it is not `to_change` the file."""
    try:
        project, in_picture = open_any(path)
        if in_picture and to_change:
            raise Refusal(f"{path} is a picture. Open the project inside and save it as a file of its own first.", 2)
        return project
    except FileError as error:
        text = str(error)
        raise Refusal(text if str(path) in text else f"{path}: {text}", 2) from None


def find_block(project: Project, name: str) -> str:
    """Return the id of a block by its name or its id."""
    known = {key: key for key in project.blocks} | {block.name: key for key, block in project.blocks.items()}
    if name not in known:
        names = ", ".join(show_name(block.name) for block in project.blocks.values())
        there = f"It has {names}." if names else "It has none."
        raise Refusal(f"The project has no block called {show_name(name, 80)!r}. {there}", 2)
    return known[name]


def try_code(project: Project, *, trust: bool) -> Project:
    """Return the project with its Custom layers tried where that is needed and their code is trusted."""
    from designer.document.custom import consent_of_user, find_code, find_custom

    if next(find_custom(project), None) is None:
        return project
    codes, consent = find_code(project), consent_of_user()
    if trust:
        consent.add(codes, keep=False)
    if not consent.allows(codes):
        return project
    from designer.engine.trial import try_project

    return try_project(project, consent)


def demand_trust(project: Project, *, trust: bool) -> Project:
    """Return the project with its Custom layers tried; refuse where their code is not trusted."""
    from designer.document.custom import Untrusted, demand_consent, find_code

    project = try_code(project, trust=trust)
    try:
        demand_consent(find_code(project))
    except Untrusted as reason:
        raise Refusal(str(reason)) from None
    return project


def demand_output(out: Path | None, opened: Path) -> None:
    """Refuse to write something else over a project."""
    if out is None:
        return
    if out.suffix.lower() == SUFFIX:
        raise Refusal(f"{out} is the name of a project. Choose a name that does not end in {SUFFIX}.", 2)
    if out.exists() and opened.exists() and out.samefile(opened):
        raise Refusal(f"{out} is the project itself, which would be lost. Choose another name.", 2)


def demand_run_folder(folder: Path, opened: Path | None = None, resume: Path | None = None) -> None:
    """Refuse a run folder whose files are not a run's, before anything is read or learned.

    A run that goes on from a checkpoint in its own folder may read the project there.
    """
    from designer.engine.ownership import FolderError, holds_run

    goes_on = resume is not None and resume.parent.absolute() == folder.absolute()
    try:
        if (
            holds_run(folder)
            and not goes_on
            and opened is not None
            and (folder / "project.nnd").exists()
            and opened.exists()
        ):
            if (folder / "project.nnd").samefile(opened):
                raise FolderError(f"The run would replace {opened}, which it reads. Choose another folder.")
    except FolderError as error:
        raise Refusal(str(error), 2) from None


def refuse_unready(reason: "NotReady") -> Refusal:
    """Return the refusal of what cannot run yet: the first problem, and how many more there are."""
    first, *others = [problem.message for problem in reason.problems] or ["The network is not complete."]
    more = f" (and {len(others)} more: see `designer check`)" if others else ""
    return Refusal(f"{first}{more}")
