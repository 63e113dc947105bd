"""What the checker finds no error in can be trained: generated code takes a first and a last step."""

from dataclasses import replace

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from designer.catalogue import registry
from designer.catalogue.check import check
from designer.catalogue.check.answer import USUAL_LOSS
from designer.catalogue.facts import facts
from designer.codegen.script import render_script
from designer.document.graph import Graph
from designer.document.project import Choice, Data, Project, Training
from tests.strategies import networks

SOURCES = ("Digits", "Digits", "Digits", "Iris", "And", "Moons", "Diabetes")


@st.composite
def trainable(draw: st.DrawFn) -> Project:
    """Return networks with data, the loss mostly the usual one, errors mended as far as fixes go."""
    graph = draw(networks(5))
    follows = {key: replace(node, parameters={}) for key, node in graph.nodes.items() if node.kind == "Input"}
    project = Project(
        graph=Graph({**graph.nodes, **follows}, graph.edges), data=Data(Choice(draw(st.sampled_from(SOURCES))))
    )
    known = facts(project)
    assert known is not None
    loss = draw(st.sampled_from((USUAL_LOSS[known.target.kind],) * 3 + tuple(registry.losses)))
    batch = draw(st.sampled_from((1, 2, 31, 32, 5000)))
    project = replace(project, training=Training(loss=Choice(loss), batch_size=batch))
    for _ in range(5):
        remedies = [fix for problem in check(project) if problem.severity == "error" for fix in problem.fixes]
        if not remedies:
            break
        project = draw(st.sampled_from(remedies)).apply(project)
    return project


@pytest.mark.filterwarnings("ignore:dropout option adds dropout:UserWarning")
@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel:UserWarning")
def test_what_has_no_error_can_be_trained() -> None:
    ran = 0

    @settings(max_examples=25, suppress_health_check=list(HealthCheck))
    @given(trainable())
    def run(project: Project) -> None:
        nonlocal ran
        if any(problem.severity == "error" for problem in check(project)):
            return
        ran += 1
        take_steps(project)

    run()
    assert ran >= 6


def take_steps(project: Project) -> None:
    """Train on the first and on the last batch, then measure the validation part."""
    source = render_script(project)
    script: dict = {"__name__": "script"}
    exec(compile(source.text, "script.py", "exec"), script)
    torch.manual_seed(0)
    (x, y), validation = script["load_data"]()
    model, loss = script[source.model](), script["make_loss"]()
    optimizer = script["make_optimizer"](model)
    batches = torch.arange(len(x)).split(project.training.batch_size)
    for rows in (batches[0], batches[-1]):
        optimizer.zero_grad()
        loss(model(x[rows]), y[rows]).backward()
        optimizer.step()
    model.eval()
    outputs = model(validation[0])
    assert loss(outputs, validation[1]).shape == ()
    assert script["measure"](outputs, validation[1])
