"""The templates that come with Designer: project files in resources/templates."""

from dataclasses import dataclass
from pathlib import Path

from designer.document.files import SUFFIX, FileError, load
from designer.paths import resources


@dataclass(frozen=True, slots=True)
class Template:
    """One template: its name on the command line, its title and the first sentence of its notes."""

    name: str
    title: str
    summary: str
    path: Path


def find_templates() -> tuple[Template, ...]:
    """Return the templates in the order of their names; a file that cannot be read is left out."""
    found = []
    for path in sorted((resources() / "templates").glob(f"*{SUFFIX}")):
        try:
            project = load(path)
        except FileError:
            continue
        found.append(Template(path.stem, project.name, project.notes.strip().partition("\n")[0], path))
    return tuple(found)
