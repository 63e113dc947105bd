"""How what is taken away is called, and which versions of which packages it was tried with."""

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from designer.codegen.names import make_file_stem
from designer.document.project import Project


def name_files(project: Project) -> str:
    """Return the name, without its ending, of all files of a project."""
    return make_file_stem(project.name)


def list_requirements(packages: Sequence[str]) -> list[str]:
    """Return lines of a requirements.txt with the versions that are installed here."""
    lines = []
    for name in packages:
        try:
            found = version(name).partition("+")[0]  # torch without its +cpu or +cu suffix
        except PackageNotFoundError:
            lines.append(name)
        else:
            lines.append(f"{name}=={found}")
    return lines
