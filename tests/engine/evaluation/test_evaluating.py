"""An evaluation says what the run itself said, bit for bit, and leaves the run alone."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from designer.catalogue.templates import open_template
from designer.document.project import Choice
from designer.engine.build import build
from designer.engine.evaluation.assessing import assess
from designer.engine.evaluation.evaluating import Weights, evaluate, load_model, read_data
from designer.engine.evaluation.opening import note_look, open_plan, open_weights
from designer.engine.evaluation.randomness import OwnRandomness
from designer.engine.evaluation.record import EvaluationError
from designer.engine.evaluation.resampling import Cancelled
from designer.engine.events import Copied, EpochDone, Request
from designer.engine.loop import train
from designer.engine.plan import Plan
from designer.engine.record import read_record
from designer.engine.session import Session
from tests.engine.objective_projects import language, two_heads
from tests.engine.plans import CONVOLUTION, digits, make_project

PATIENCE = 60


@pytest.fixture(autouse=True)
def few_draws(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("designer.engine.evaluation.resampling.DRAWS", 20)


def run_to_end(plan: Plan) -> list[EpochDone]:
    return [event for event in train(plan) if isinstance(event, EpochDone)]


def scores_of(epoch: EpochDone) -> dict[str, float]:
    return {"loss": epoch.val_loss, **epoch.val_metrics}


PROJECTS = {
    "class": digits(*CONVOLUTION, epochs=2, batch_size=128),
    "weighted classes": digits(loss=Choice("CrossEntropyLoss", {"balanced": True}), epochs=1),
    "margins": digits(loss="MultiMarginLoss", epochs=1),
    "binary": make_project("BreastCancer", ("Linear", {"out_features": 1}), loss="BCEWithLogitsLoss", epochs=2),
    "hinge": make_project("BreastCancer", ("Linear", {"out_features": 1}), loss="HingeLoss", epochs=1),
    "value": make_project("Diabetes", ("Linear", {"out_features": 1}), loss="HuberLoss", epochs=2),
    "two numbers a value": make_project("Diabetes", ("Linear", {"out_features": 2}), loss="GaussianNLLLoss", epochs=1),
    "averaged": digits(epochs=2, averaging=Choice("EMA")),
}
TEMPLATES = ("task-multi-label", "task-bounded-regression", "denoising-autoencoder", "vae", "siamese-network")


def list_projects():
    yield from PROJECTS.items()
    yield "language", language(epochs=1)
    yield "two heads", two_heads(epochs=1)
    for name in TEMPLATES:
        project = open_template(name)
        yield name, replace(project, training=replace(project.training, epochs=1, device="cpu"))


@pytest.mark.parametrize("project", [project for _, project in list_projects()], ids=[name for name, _ in list_projects()])  # fmt: skip
def test_it_equals_what_the_run_reported_bit_for_bit(project, tmp_path):
    epochs = run_to_end(Plan.from_project(project, out=tmp_path / "run", seed=3))
    plan = open_plan(tmp_path / "run")
    best = min(epochs, key=lambda epoch: epoch.val_loss)
    for which, epoch in (("last", epochs[-1]), ("best", best)):
        found, _ = evaluate(plan, open_weights(tmp_path / "run", which))
        assert found.scores == scores_of(epoch)
        assert found.epoch == epoch.epoch
    outcome = found.outcomes[0]
    assert outcome.task != "none"
    values = {figure.kind: figure.value for figure in assess(outcome).figures}
    assert values["loss"] == pytest.approx(found.scores["loss"], rel=1e-5)
    for kind in ("accuracy", "r2", "exact_match", "f1"):
        if kind in found.scores and not outcome.unit:
            assert values[kind] == pytest.approx(found.scores[kind], abs=1e-5)


def test_rows_are_those_of_the_data(tmp_path):
    run_to_end(Plan.from_project(digits(epochs=1), out=tmp_path / "run"))
    found, _ = evaluate(open_plan(tmp_path / "run"), open_weights(tmp_path / "run", "last"))
    from sklearn.datasets import load_digits

    assert found.rows_known
    assert (load_digits().target[found.rows] == found.outcomes[0].targets).all()
    np.testing.assert_allclose(load_digits().images[found.rows] / 16, found.samples[0][:, 0], atol=1e-6)


def test_random_numbers_modes_and_threads_stay(tmp_path):
    project = digits(
        ("Flatten", {}), ("Linear", {"out_features": 16}), ("Dropout", {}), ("Linear", {"out_features": 10})
    )
    run_to_end(Plan.from_project(project, out=tmp_path / "run", epochs=1))
    torch.manual_seed(5)
    before, threads = torch.get_rng_state(), torch.get_num_threads()
    evaluate(open_plan(tmp_path / "run"), open_weights(tmp_path / "run", "last"))
    assert (torch.get_rng_state() == before).all()
    assert torch.get_num_threads() == threads


def test_own_random_numbers_are_those_of_the_global_generator_with_that_seed():
    def draw():
        return [
            torch.rand(3), torch.randn(2, 2), torch.randperm(5), torch.randint(9, (4,)), torch.empty(4).uniform_(),
            torch.empty(4).normal_(), torch.bernoulli(torch.full((5,), 0.5)), torch.randn_like(torch.ones(3)),
            torch.multinomial(torch.ones(4), 2), torch.nn.Linear(3, 2).weight.detach(), torch.rand_like(torch.ones(3)),
        ]  # fmt: skip

    torch.manual_seed(11)
    expected = draw()
    before = torch.get_rng_state()
    with OwnRandomness(11):
        found = draw()
    assert all((one == other).all() for one, other in zip(expected, found, strict=True))
    assert (torch.get_rng_state() == before).all()


def test_a_run_that_is_evaluated_on_its_way_is_the_same_run(tmp_path):
    plan = Plan.from_project(digits(epochs=3), out=tmp_path / "run")
    undisturbed = run_to_end(replace(plan, out=None))
    run, epochs, asked = train(plan), [], 0
    event = next(run)
    while True:
        request = None
        if isinstance(event, EpochDone):
            epochs.append(event)
            request = Request(copy="now")
        elif isinstance(event, Copied):
            found, _ = evaluate(plan, Weights(event.tensors, "as it is now", event.epoch, event.step), alone=False)
            assert found.scores == scores_of(epochs[-1])
            asked += 1
        try:
            event = run.send(request)
        except StopIteration:
            break
    assert asked == 3
    assert [scores_of(epoch) for epoch in epochs] == [scores_of(epoch) for epoch in undisturbed]
    assert [epoch.train_loss for epoch in epochs] == [epoch.train_loss for epoch in undisturbed]


def test_a_session_brings_a_copy_while_it_is_held(tmp_path):
    session = Session(Plan.from_project(digits(epochs=10_000), out=tmp_path / "run"))
    session.start()
    try:
        session.pause()
        assert session.wait("paused", timeout=PATIENCE) == "paused"
        session.drain()
        session.copy("now")
        assert session.wait_for_event(PATIENCE)
        copied = next(event for event in session.drain() if isinstance(event, Copied))
        assert copied.tensors
        assert session.state == "paused"
        session.copy("best")
        assert session.wait_for_event(PATIENCE)
        best = next(event for event in session.drain() if isinstance(event, Copied))
        assert best.best
        assert bool(best.tensors) == bool(best.epoch)
    finally:
        session.stop()
        assert session.join(PATIENCE)


def test_what_cannot_be_evaluated_is_said(tmp_path):
    folder = tmp_path / "run"
    with pytest.raises(EvaluationError, match="holds no run"):
        open_plan(folder)
    run_to_end(Plan.from_project(digits(epochs=1), out=folder))
    plan, weights = open_plan(folder), open_weights(folder, "last")
    with pytest.raises(EvaluationError, match="No test part"):
        evaluate(plan, weights, "test")
    with pytest.raises(EvaluationError, match="do not fit"):
        evaluate(plan, replace(weights, tensors={}))
    with pytest.raises(Cancelled):
        evaluate(plan, weights, report=lambda share: share < 0.5)
    (folder / "best.safetensors").unlink()
    with pytest.raises(EvaluationError, match=r"no best\.safetensors"):
        open_weights(folder, "best")
    source = replace(plan.source, takes_path=True)
    with pytest.raises(EvaluationError, match="not there"):
        evaluate(replace(plan, source=source, data_path=Path("/nowhere")), weights)


def test_looks_at_the_test_part_are_remembered_and_a_run_that_goes_on_keeps_them(tmp_path):
    folder = tmp_path / "run"
    run_to_end(Plan.from_project(digits(epochs=1), out=folder))
    note_look(folder)
    note_look(folder)
    looks = read_record(folder).test_looks
    assert len(looks) == 2
    run_to_end(Plan.from_project(digits(epochs=2), out=folder, resume=folder / "last.state"))
    assert read_record(folder).test_looks == looks


def test_a_network_is_loaded_without_drawing_what_it_is_given(tmp_path):
    folder = tmp_path / "run"
    run_to_end(Plan.from_project(digits(epochs=1), out=folder))
    plan = open_plan(folder)
    script, weights = build(plan.source), open_weights(folder, "last")
    model = load_model(script, weights, torch.device("cpu"))
    assert not model.training
    assert all((model.state_dict()[name] == tensor).all() for name, tensor in weights.tensors.items())
    assert set(read_data(script, plan).parts) == {"validation"}


def test_answers_that_would_fill_the_memory_are_judged_batch_by_batch(tmp_path, monkeypatch):
    plan = Plan.from_project(language(epochs=1), device="cpu", out=tmp_path / "run")
    run_to_end(plan)
    weights = open_weights(tmp_path / "run", "last")
    whole, held = evaluate(plan, weights)
    monkeypatch.setattr("designer.engine.evaluation.judging.LARGEST", 1)
    source = replace(plan.source, evaluation_batch=7)
    parts, _ = evaluate(replace(plan, source=source), weights, held=held)
    assert parts.scores == pytest.approx(whole.scores, rel=1e-5)
    for one, other in zip(whole.outcomes, parts.outcomes, strict=True):
        assert (one.task, one.labels) == (other.task, other.labels) == ("tokens", one.labels)
        for name in ("targets", "answers", "ranks", "places", "importance"):
            assert np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("chances", "losses"):
            assert np.allclose(getattr(one, name), getattr(other, name), rtol=1e-4)
