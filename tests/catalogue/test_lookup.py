"""Layers found by name, kind, shape, setting and state, in the network and inside blocks."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designer.catalogue.check import check
from designer.catalogue.facts import infer_project
from designer.catalogue.lookup import STATES, Index, Place, find_places, tell_nothing
from designer.catalogue.templates import open_template
from designer.document.edits import set_option, set_parameter
from designer.document.project import Project
from tests.strategies import projects


def look(project: Project) -> Index:
    index = Index()
    inference = infer_project(project)
    index.renew(project, inference, check(project, inference))
    return index


@pytest.fixture(scope="module")
def resnet() -> tuple[Place, ...]:
    return look(open_template("resnet-50")).places


@pytest.mark.parametrize(
    "text, first",
    [
        ("conv1", ["conv1", "conv1"]),
        ("CONV1", ["conv1", "conv1"]),
        ("fc", ["fc"]),
        ("linear", ["fc"]),
        ("type=linear", ["fc"]),
        ("kernel_size=7", ["conv1"]),
        ("kernel: 7x7", ["conv1"]),
        ("conv 7 × 7", []),
        ("1000", ["fc", "scores"]),
        ("64 × 112 x 112", ["conv1", "bn1", "relu", "maxpool"]),
        ("maxpool 64x56", ["maxpool"]),
        ("layer block", ["layer1", "layer2", "layer3", "layer4"]),
        ("repeated", ["rest"]),
        ("batchnorm 2048", []),
        ("stride=2 pool", ["maxpool"]),
        ("  ", []),
        ("qqzz", []),
    ],
)
def test_what_is_typed_finds_what_is_meant(resnet: tuple[Place, ...], text: str, first: list[str]):
    assert [place.name for place in find_places(resnet, text)] == first


def test_slips_and_scattered_letters_count_only_where_nothing_else_does(resnet: tuple[Place, ...]):
    assert {place.kind for place in find_places(resnet, "cv2")} == {"Conv2d"}
    assert {place.kind for place in find_places(resnet, "batchnrm")} == {"BatchNorm2d"}
    inside = find_places(resnet, "conv2")
    assert [(place.block, place.name) for place in inside if place.name == "conv2"] == [("bottleneck", "conv2")]


def test_states_are_found_in_words():
    project = open_template("digits-cnn")
    ids = {node.name: node.id for node in project.graph.nodes.values()}
    project = set_option(project, [ids["conv1"]], "frozen", True)
    project = set_option(project, [ids["drop"]], "when", False)
    project = set_parameter(project, ids["pool2"], "kernel_size", 40)
    places = look(project).places

    def names(text: str) -> list[str]:
        return [place.name for place in find_places(places, text)]

    assert names("frozen") == names("is:frozen") == ["conv1"]
    assert names("bypassed") == names("off") == ["drop"]
    assert names("error") == ["pool2"]
    assert "pool2" in names("has a problem")
    assert names("pool error") == ["pool2"]
    assert {place.name for place in places if "problem" in place.states} == set(names("problems"))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("has a problem", "No layer has a problem."),
        ("errors", "No layer has an error."),
        ("is:frozen", "No layer is frozen."),
        ("64 x 9", "No layer takes or gives 64 × 9."),
        ("513", "No layer takes or gives 513, or is called so."),
        ("kernel_size=9", "No layer has kernel_size = 9."),
        ("conv 513", "No layer fits all of these words."),
        ("qqzz", "No layer is called qqzz, and none is of that kind."),
    ],
)
def test_what_nothing_fits_is_told_in_a_sentence(text: str, sentence: str):
    assert tell_nothing(text) == sentence


def test_what_did_not_change_is_kept():
    project = open_template("digits-cnn")
    inference = infer_project(project)
    index = Index()
    index.renew(project, inference, ())
    before = {place.name: place for place in index.places}
    head = next(node.id for node in project.graph.nodes.values() if node.name == "head")
    changed = set_parameter(project, head, "out_features", 12)
    index.renew(changed, infer_project(changed, inference), ())
    after = {place.name: place for place in index.places}
    assert after["conv1"] is before["conv1"]
    assert after["head"].gives == "12"
    assert [place.name for place in find_places(index.places, "12")] == ["head", "digit"]


@settings(max_examples=40)
@given(projects(settled=True), st.text(max_size=30) | st.sampled_from([*STATES, "1", "relu", "p=0", "x=y", "1x1"]))
def test_any_text_may_be_typed_over_any_project(project: Project, text: str):
    places = look(project).places
    assert len(places) >= len(project.graph.nodes)
    found = find_places(places, text)
    assert tell_nothing(text).startswith("No layer ")
    assert len({id(place) for place in found}) == len(found)
    for place in places[:3]:
        if place.name.isascii() and place.name.isalpha():
            assert place in find_places(places, place.name)
