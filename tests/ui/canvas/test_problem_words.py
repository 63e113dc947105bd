"""The list of problems, the badges and the red wires say the same, whatever the network."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designer.catalogue.check import check
from designer.catalogue.facts import infer_project
from designer.document.edits import disconnect
from designer.document.graph import Edge, Graph
from designer.document.project import Project
from designer.ui.canvas.sheet import Sheet
from designer.ui.words import write_message
from tests.catalogue.broken import broken_networks
from tests.strategies import projects

pytestmark = pytest.mark.usefixtures("qapp")


def show(sheet: Sheet, project: Project) -> None:
    inference = infer_project(project)
    sheet.show(project, inference, check(project, inference))


def assert_same_words(sheet: Sheet, project: Project) -> None:
    inference = infer_project(project)
    errors = [problem for problem in check(project, inference) if problem.severity == "error"]
    badges = {key for key, item in sheet.nodes.items() if item.badge == "error"}
    assert badges == {problem.node for problem in errors if problem.node is not None}
    red = {edge: item.refusal for edge, item in sheet.edges.items() if item.refusal}
    said = {edge: [write_message(one.message) for one in errors if edge in one.edges] for edge in red}
    assert all(words in said[edge] for edge, words in red.items())
    for known in inference.nodes.values():  # and the other way round
        if known.error is not None:
            assert all(edge in red for edge in project.graph.incoming.get(known.node.id, ()))
    for problem in errors:
        assert all(edge in red for edge in problem.edges if edge in sheet.edges)


@settings(max_examples=120)
@given(broken_networks(), st.data())
def test_list_badges_and_wires_of_a_broken_network_agree_after_every_edit(
    project: Project, data: st.DataObject
) -> None:
    sheet = Sheet()
    show(sheet, project)
    assert_same_words(sheet, project)
    fixes = [fix for problem in check(project) for fix in problem.fixes]
    steps = [fix.apply(project) for fix in fixes] + [disconnect(project, [edge]) for edge in project.graph.edges]
    nodes = list(project.graph.nodes)
    circle = Edge(data.draw(st.sampled_from(nodes)), 0, data.draw(st.sampled_from(nodes)), data.draw(st.integers(0, 2)))
    steps.append(Project(graph=Graph(project.graph.nodes, (*project.graph.edges, circle))))
    changed = data.draw(st.sampled_from(steps))
    show(sheet, changed)
    assert_same_words(sheet, changed)
    show(sheet, project)
    assert_same_words(sheet, project)


@settings(max_examples=80)
@given(projects(settled=True))
def test_they_agree_about_any_project(project: Project) -> None:
    sheet = Sheet()
    show(sheet, project)
    assert_same_words(sheet, project)
