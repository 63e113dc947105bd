"""Every objective learns something real, and its script does what was trained here, bit for bit."""

import pytest

from designer.catalogue.check import check
from designer.engine.events import EpochDone, Finished
from designer.engine.loop import train
from designer.engine.plan import Plan
from tests.engine.objective_projects import OBJECTIVES
from tests.engine.script_runner import verify_all


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory):
    """What the comparison of two epochs says of every objective, and of some with other choices beside."""
    plans = {name: Plan.from_project(make(epochs=2)) for name, (make, _, _) in OBJECTIVES.items()}
    for name in ("variational", "weighted", "denoising", "pairs"):
        make = OBJECTIVES[name][0]
        plans[f"{name}, gathered"] = Plan.from_project(make(epochs=1, accumulate=3, batch_size=8))
    return verify_all(plans, tmp_path_factory.mktemp("exact"))


GATHERED = [f"{name}, gathered" for name in ("variational", "weighted", "denoising", "pairs")]


@pytest.mark.parametrize("name", [*OBJECTIVES, *GATHERED])
def test_the_script_does_what_was_trained(name, verdicts):
    assert verdicts[name] == ""


@pytest.mark.parametrize("name", OBJECTIVES)
def test_an_objective_learns(name):
    make, score, least = OBJECTIVES[name]
    project = make()
    assert [problem.message for problem in check(project) if problem.severity != "hint"] == []
    events = list(train(Plan.from_project(project)))
    assert isinstance(events[-1], Finished), events[-1]
    epochs = [event for event in events if isinstance(event, EpochDone)]
    if score:
        assert epochs[-1].val_metrics[score] >= least
        assert epochs[-1].val_loss < epochs[0].val_loss
