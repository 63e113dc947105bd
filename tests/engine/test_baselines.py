"""What simple methods reach, held against scikit-learn itself, and on every kind of target."""

from dataclasses import replace

import pytest
from sklearn.datasets import load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from designer.catalogue.proposing import propose
from designer.catalogue.templates import open_template
from designer.document.project import Choice, Data, Project
from designer.engine.baselines import measure_baselines
from designer.engine.build import build
from designer.engine.evaluation.record import EvaluationError
from designer.engine.evaluation.resampling import Cancelled
from designer.engine.plan import Plan


def plan_for(source: str) -> Plan:
    return Plan.from_project(propose(Project(data=Data(Choice(source)))).project)


def test_figures_are_those_of_scikit_learn_on_the_script_s_own_parts():
    plan = plan_for("Wine")
    found = {each.kind: each.scores for each in measure_baselines(plan)}
    (x, y), (held_x, held_y) = build(plan.source).load_data(None)
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=100)).fit(x.numpy(), y.numpy())
    assert found["linear"]["accuracy"] == pytest.approx(model.score(held_x.numpy(), held_y.numpy()))
    assert found["linear"]["loss"] == pytest.approx(log_loss(held_y, model.predict_proba(held_x.numpy())), abs=1e-4)
    commonest = int(y.bincount().argmax())
    assert found["majority"]["accuracy"] == pytest.approx((held_y == commonest).float().mean().item())
    assert set(found) == {"majority", "linear", "boosting"}
    assert len(load_wine().target) == len(y) + len(held_y)


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        ("Moons", ["majority", "linear", "boosting"]),
        ("Diabetes", ["majority", "linear", "boosting"]),
        ("DigitProperties", ["majority", "linear", "boosting"]),
        ("DigitPairs", ["majority", "linear", "boosting"]),
        ("AirlinePassengers", ["majority", "naive", "linear", "boosting"]),
    ],
)
def test_every_kind_of_target_has_something_to_beat(source, kinds, monkeypatch):
    monkeypatch.setattr("designer.engine.baselines.MOST_NUMBERS", 1)  # a thousand rows are enough here
    found = measure_baselines(plan_for(source))
    assert [each.kind for each in found] == kinds
    losses = [each.scores["loss"] for each in found]
    assert min(losses[1:]) < losses[0]
    assert all(loss == loss for loss in losses)


def test_a_loss_on_probabilities_and_one_on_two_classes_are_met():
    moons = propose(Project(data=Data(Choice("Moons")))).project
    plain = {each.kind: each.scores for each in measure_baselines(Plan.from_project(moons))}
    focal = replace(moons, training=replace(moons.training, loss=Choice("BinaryFocalLoss")))
    other = {each.kind: each.scores for each in measure_baselines(Plan.from_project(focal))}
    assert other["linear"]["accuracy"] == plain["linear"]["accuracy"]
    assert other["linear"]["loss"] < plain["linear"]["loss"]  # it counts what is certain for less


def test_it_can_be_stopped_and_says_where_it_has_no_answer():
    with pytest.raises(Cancelled):
        measure_baselines(plan_for("Wine"), lambda share: False)
    with pytest.raises(EvaluationError, match="trained for something else"):
        measure_baselines(Plan.from_project(open_template("autoencoder")))
