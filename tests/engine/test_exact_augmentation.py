"""What becomes of samples is the same in the script, in the engine, by a recording and after an interruption."""

from dataclasses import replace

import pytest

from designer.catalogue.augmentation import AUGMENTATIONS
from designer.document.edits import set_data
from designer.document.project import Choice, Project
from designer.engine import recorded
from designer.engine.plan import Plan
from tests.engine.objective_projects import OBJECTIVES
from tests.engine.plans import make_project
from tests.engine.script_runner import verify_all
from tests.engine.test_recorded import demand_same, run, run_by_hand
from tests.engine.test_resume import demand_equal

PICTURES = (("Conv2d", {"out_channels": 3, "kernel_size": 3}), ("Flatten", {}), ("Linear", {"out_features": 10}))


def make(source, *layers, augmentation=(), sampling=None, **settings) -> Project:
    """Return a project of a few steps."""
    project = make_project(source, *layers, **{"epochs": 1, "batch_size": 32, **settings})
    steps = tuple(Choice(step) if isinstance(step, str) else step for step in augmentation)
    return set_data(
        project, replace(project.data, augmentation=steps, sampling=sampling or project.data.sampling, validation=0.8)
    )


def list_projects() -> dict[str, Project]:
    """Return a project for every augmentation, and for what goes together with them."""
    kinds = {"picture": [], "series": [], "tokens": [], "row": []}
    for spec in AUGMENTATIONS:
        kinds[spec.forms[0]].append(spec.kind)
    series = Choice("MackeyGlass", {"samples": 120, "length": 6})
    tokens = Choice("RandomSamples", {"shape": (8,), "vocabulary": 9, "outputs": 3, "samples": 100})
    embed = (("Embedding", {"num_embeddings": 9, "embedding_dim": 4}), ("Flatten", {}), ("Linear", {"out_features": 3}))
    projects = {}
    projects["all of a picture"] = make("Digits", *PICTURES, augmentation=kinds["picture"])
    projects["series"] = make(
        series,
        ("Flatten", {}),
        ("Linear", {"out_features": 1}),
        augmentation=(*kinds["series"], "Noise", "Mixup"),
        loss="MSELoss",
    )
    projects["tokens"] = make(tokens, *embed, augmentation=kinds["tokens"])
    projects["row"] = make(
        "Moons", ("Linear", {"out_features": 1}), augmentation=("Noise", "Mixup"), loss="BCEWithLogitsLoss"
    )
    projects["switched off"] = make("Digits", *PICTURES, augmentation=(Choice("Rotate", {"on": False}), "Noise"))
    projects["closure"] = make("Iris", ("Linear", {"out_features": 3}), augmentation=("Noise",), optimizer="LBFGS")
    projects["accumulated"] = make("Digits", *PICTURES, augmentation=("Shift", "Mixup"), accumulate=2)
    projects["class weights"] = make("Wine", ("Linear", {"out_features": 3}), sampling=Choice("ClassWeights"))
    projects["class weights, yes or no"] = make(
        "BreastCancer", ("Linear", {"out_features": 1}), sampling=Choice("ClassWeights"), loss="BCEWithLogitsLoss"
    )
    projects["balanced"] = make("Wine", ("Linear", {"out_features": 3}), sampling=Choice("Balanced"), epochs=2)
    projects["balanced, yes or no"] = make(
        "BreastCancer", ("Linear", {"out_features": 1}), sampling=Choice("Balanced", {"strength": 0.5}), loss="MSELoss"
    )
    moving = {"pairs": ("Noise", "Shift")}
    for name in ("autoencoder", "denoising", "variational", "adversarial", "pairs", "language"):
        made = OBJECTIVES[name][0](epochs=1)
        steps = moving.get(name, ("TokenDropout",) if name == "language" else ("Noise",))
        projects[name] = set_data(made, replace(made.data, augmentation=tuple(map(Choice, steps)), test=0.1))
    return projects


def test_the_script_does_the_same(tmp_path):
    plans = {name: Plan.from_project(project) for name, project in list_projects().items()}
    assert all(
        ("augment(" in plan.source.text)
        is bool([c for c in plan.project.data.augmentation if c.parameters.get("on", True)])
        for plan in plans.values()
    )
    assert not {name: why for name, why in verify_all(plans, tmp_path / "all").items() if why}


EVERYTHING = (
    "Rotate",
    "Shift",
    "Scale",
    "HorizontalFlip",
    "Crop",
    "Colour",
    "Noise",
    "Blur",
    "Cutout",
    "Mixup",
    "CutMix",
)


def test_a_recording_draws_what_steps_by_hand_draw(tmp_path, monkeypatch):
    monkeypatch.setattr(recorded, "LONGEST", 1e9)
    project = make("Digits", *PICTURES, augmentation=EVERYTHING, sampling=Choice("Balanced"), epochs=2)
    plan = Plan.from_project(project, device="cpu")
    ours, theirs = run(plan, tmp_path / "ours"), run_by_hand(plan, tmp_path / "theirs", monkeypatch)
    assert (ours[3], theirs[3]) == (True, False)
    demand_same(ours, theirs)


@pytest.mark.parametrize("step", [5, 7])
def test_a_run_that_is_broken_off_goes_on_as_if_it_was_not(step, tmp_path):
    project = make("Digits", *PICTURES, augmentation=EVERYTHING, sampling=Choice("Balanced"), batch_size=128)
    project = replace(project, training=replace(project.training, epochs=3))
    demand_equal(Plan.from_project(project, device="cpu"), tmp_path, step)
