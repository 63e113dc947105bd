"""Whatever the project: inference, check and code generation answer, and never raise."""

import hypothesis
from hypothesis import given

from designer.api.summary import summarise
from designer.catalogue.check import check
from designer.catalogue.facts import data_type, facts
from designer.catalogue.shapes import Inference, infer
from designer.codegen.script import render_script
from designer.codegen.source import NotReady
from designer.document import edits
from designer.document.files import dumps, read_project
from tests.strategies import asks, projects


def outline(inference: Inference) -> object:
    """Return all that an inference says, errors as text: two of them are never equal."""
    return (
        inference.order,
        {key: known._replace(error=None) for key, known in inference.nodes.items()},
        [str(known.error) for known in inference.nodes.values()],
    )


@hypothesis.settings(max_examples=150)
@given(projects(), asks())
def test_inference_and_check_never_raise(project, ask):
    facts(project)
    inference = infer(project.graph, data_type(project))
    assert set(inference.nodes) == set(project.graph.nodes)
    for problem in check(project, inference):
        assert problem.message.isprintable()
        assert problem.node is None or problem.node in project.graph.nodes
        for fix in problem.fixes:
            mended = fix.apply(project)
            assert read_project(dumps(mended)) == mended
            assert edits.move_nodes(mended, {}) == mended
    after = ask.apply(project)
    again, anew = infer(after.graph, data_type(after), inference), infer(after.graph, data_type(after))
    assert outline(again) == outline(anew)


@given(projects())
def test_code_generation_gives_a_script_or_says_why_not(project):
    refusal: NotReady | None = None
    try:
        compile(render_script(project).text, "script", "exec")
    except NotReady as reason:
        refusal = reason
    if refusal is not None:
        assert refusal.problems
        assert all(problem.message.isprintable() for problem in refusal.problems)


@given(projects())
def test_a_summary_lists_every_node(project):
    summary = summarise(project)
    assert {row.id for row in summary.nodes} == set(project.graph.nodes)
    assert len(str(summary).split("\n")) == len(project.graph.nodes) + 5 + len(summary.training)
