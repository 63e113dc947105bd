"""Two projects that are looked at on one canvas: what is shown, what is known of it, and what differs in words."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from designer.catalogue.check import Problem
from designer.catalogue.facts import infer_project
from designer.catalogue.shapes import Inference
from designer.codegen.source import NotReady
from designer.document.project import Project
from designer.document.wording import show_name
from designer.ui.background import Report
from designer.ui.open_document import OpenDocument, start_document

if TYPE_CHECKING:
    from designer.catalogue.comparing import Record
    from designer.catalogue.comparing.merging import MergedInference
    from designer.document.union import Union

NOT_CODE = "This is a comparison of two projects. Go to the tab of one of them for its code, and to train it."
LONGEST_SIDE = 16  # characters of either name in the title of the tab


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: what it is called, the project, and what is known of it where that was worked out already.

    `source` is the open document that it is the present state of, if it is.
    """

    name: str
    project: Project
    inference: Inference | None = None
    source: OpenDocument | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison that is shown."""

    before: Side
    after: Side
    union: "Union"
    merged: "MergedInference"
    record: "Record"


def compare_sides(before: Side, after: Side, report: Report = lambda share: True) -> Compared | None:
    """Hold two projects against each other, before and after; None where `report` says not to go on."""
    # The first paint compares nothing: not before it is asked for.
    from designer.catalogue.comparing import compare_in_words, merge_inferences
    from designer.document.comparison import compare_projects
    from designer.document.union import unite

    ours = before.inference or infer_project(before.project)
    theirs = after.inference or infer_project(after.project)
    if not report(0.3):
        return None
    name = f"{show_name(before.name, LONGEST_SIDE)} ↔ {show_name(after.name, LONGEST_SIDE)}"
    union = unite(compare_projects(before.project, after.project), name)
    if not report(0.6):
        return None
    merged = merge_inferences(union, ours, theirs)
    record = compare_in_words(union, merged, before.project, after.project)
    named = replace(record, before=before.name, after=after.name)
    return Compared(replace(before, inference=ours), replace(after, inference=theirs), union, merged, named)


def open_comparison(compared: Compared) -> OpenDocument:
    """Return a document that shows a comparison."""
    project = compared.union.project
    document = start_document(project)
    document.compared, document.analysed, document.inference = compared, project, compared.merged
    document.code = (project, NotReady((Problem("error", None, NOT_CODE),)))
    return document
