"""Every setting of a project can vary, and a value that cannot stand is refused in a sentence."""

import pytest

from designer.api.building import new
from designer.catalogue.parameters import Flag, Integer, Option, Real
from designer.document.files import dumps, read_project
from designer.engine.sweeps.places import SweepError, find_place, list_places
from designer.engine.sweeps.setting import set_values


@pytest.fixture(scope="module")
def moons():
    return new("moons")


def test_every_place_takes_the_value_that_is_there(moons):
    for project in (moons, new("mnist-cnn"), new("resnet-152")):
        for place in list_places(project):
            if isinstance(place.value, str) and place.value.startswith("="):
                continue  # what a block works out
            part, _, name = place.key.partition(".")
            own = getattr(project.training, part, None)
            if place.key.startswith(("data.split.", "data.sampling.")):
                continue
            if name and own is not None and name not in own.parameters and part != "data":
                continue  # a setting that only another choice has
            changed = set_values(project, {place.key: place.value})
            assert find_place(changed, place.key).value == place.value


def test_layers_are_found_by_name_and_settings_by_their_part(moons):
    assert find_place(moons, "hidden1.out_features").key == "layer.hidden1.out_features"
    assert isinstance(find_place(moons, "hidden1.out_features").type, Integer)
    assert isinstance(find_place(moons, "hidden2.when").type, Flag)
    assert isinstance(find_place(moons, "optimizer.lr").type, Real)
    assert isinstance(find_place(moons, "optimizer").type, Option)
    assert find_place(moons, "epochs").value == 50
    assert find_place(moons, "data.noise").key == "data.noise"
    assert find_place(moons, "data.validation").value == 0.2


def test_values_stand_where_they_belong(moons):
    values = {
        "layer.hidden1.out_features": 5,
        "layer.hidden2.when": False,
        "optimizer.momentum": 0.5,
        "optimizer": "SGD",
        "schedule": "StepLR",
        "batch_size": 8,
        "data.noise": 0.3,
        "data.validation": 0.5,
        "clip": "Norm",
        "clip.max_norm": 2.0,
    }
    made = set_values(moons, values)
    assert made.graph.nodes["hidden1"].parameters["out_features"] == 5
    assert made.graph.nodes["hidden2"].options["when"] is False
    assert (made.training.optimizer.kind, dict(made.training.optimizer.parameters)) == (
        "SGD",
        {"lr": 0.01, "momentum": 0.5},
    )
    assert made.training.clip.parameters["max_norm"] == 2.0
    assert made.training.batch_size == 8
    assert (made.data.source.parameters["noise"], made.data.validation) == (0.3, 0.5)
    assert read_project(dumps(made)) == made


def test_a_layer_inside_a_block_varies_too():
    project = new("resnet-152")
    place = next(
        place for place in list_places(project) if place.key.startswith("layer.block:") and place.key.endswith("bias")
    )
    changed = set_values(project, {place.key: True})
    assert find_place(changed, place.key).value is True
    assert find_place(project, place.key).value is not True


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"layer.hidden1.out_features": 0}, "must lie between 1"),
        ({"layer.nobody.out_features": 1}, "no layer nobody"),
        ({"layer.relu1.out_features": 1}, "`relu1` has no `out_features`"),
        ({"optimizer": "Nobody"}, "no optimizer called Nobody"),
        ({"optimizer.momentum": 0.9}, "Adam has no `momentum`"),
        ({"epochs": 0}, "`epochs` must lie between"),
        ({"nothing": 1}, "nothing called nothing"),
    ],
)
def test_what_cannot_stand_is_refused(moons, values, words):
    with pytest.raises(SweepError, match=words):
        set_values(moons, values)


def test_a_place_that_is_not_there_is_told_with_those_that_are(moons):
    with pytest.raises(SweepError, match="The network has point, hidden1"):
        find_place(moons, "hidden9.out_features")
    with pytest.raises(SweepError, match="the layer has out_features, bias"):
        find_place(moons, "hidden1.size")
    with pytest.raises(SweepError, match=r"LAYER\.PARAMETER"):
        find_place(moons, "speed")


def test_split_sampling_and_changes_to_samples_vary(moons):
    from dataclasses import replace

    from designer.document.project import Choice

    project = replace(moons, data=replace(moons.data, augmentation=(Choice("Cutout", {"share": 0.5}),)))
    kind = project.data.augmentation[0].kind
    assert find_place(project, f"data.{kind}.share").key == "data.augmentation.1.share"
    values = {
        "data.split": "Stratified",
        "data.test": 0.1,
        "data.sampling": "Balanced",
        "data.augmentation.1.share": 0.25,
        "data.augmentation.1.on": False,
    }
    data = set_values(project, values).data
    assert (data.split.kind, data.test, data.sampling.kind) == ("Stratified", 0.1, "Balanced")
    assert dict(data.augmentation[0].parameters) == {"share": 0.25, "on": False}
    with pytest.raises(SweepError, match="no change 1 to the samples any more"):
        set_values(moons, {"data.augmentation.1.share": 0.25})


def test_several_settings_vary_together(moons):
    place = find_place(moons, "hidden1.out_features + hidden2.out_features")
    assert place.key == "layer.hidden1.out_features + layer.hidden2.out_features"
    assert place.title == "out_features of hidden1 and hidden2"
    nodes = set_values(moons, {place.key: 5}).graph.nodes
    assert [nodes[node].parameters["out_features"] for node in ("hidden1", "hidden2")] == [5, 5]
