"""What was done to a series before it was cut into windows, and how answers are brought back from there."""

from designer.catalogue.parameters import resolve
from designer.catalogue.registry import sources
from designer.catalogue.source_spec import Step
from designer.document.project import Project


def find_undoing(project: Project) -> Step | None:
    """Return the line that brings answers into the unit of what was read, None where they are in it already."""
    source = project.data.source
    if source is None or source.kind not in sources:
        return None
    spec = sources[source.kind]
    return spec.undo(resolve(spec.parameters, source.parameters)[0])


def count_before(project: Project) -> int:
    """Return how many numbers of what was read come before the first that a sample holds."""
    step = find_undoing(project)
    before = step.arguments.get("difference", 0) if step is not None else 0
    return before if isinstance(before, int) else 0
