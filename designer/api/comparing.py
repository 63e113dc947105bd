"""What differs between two projects, as the window shows it and `designer diff` prints it."""

from designer.catalogue.comparing import Record, compare_in_words, merge_inferences
from designer.catalogue.facts import infer_project
from designer.document.comparison import compare_projects
from designer.document.project import Project
from designer.document.union import unite

SIGNS = {"added": "+", "removed": "-", "changed": "*", "follows": "~"}


def compare(before: Project, after: Project) -> Record:
    """Return what differs between two projects: layers, wires, settings, sizes and counts. Never raises."""
    union = unite(compare_projects(before, after))
    merged = merge_inferences(union, infer_project(before), infer_project(after))
    return compare_in_words(union, merged, before, after)


def write_record(record: Record, before: str, after: str) -> str:
    """Return a record as lines of text; `before` and `after` say what was compared."""
    if record.is_same:
        return f"{before} and {after} are the same."
    wide = max(len(total.name) for total in record.totals)
    lines = [f"{before} -> {after}"]
    for total in record.totals:
        both = total.before if total.before == total.after else f"{total.before} -> {total.after}"
        lines.append(f"  {total.name.ljust(wide)}  {both}")
    for section in record.sections:
        lines += ["", section.title, *(f"  {SIGNS[one.change]} {one.write()}" for one in section.differences)]
    return "\n".join(lines)
