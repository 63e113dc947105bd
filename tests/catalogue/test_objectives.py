"""Choosing an objective sets what belongs to it; the checker says where data, loss and network do not fit, and mends it."""

import pytest

from designer.catalogue.check import check
from designer.catalogue.matching import choose_objective
from designer.catalogue.registry import layers, losses, objectives, optimizers
from designer.document.edits import add_node, connect, set_parameter
from designer.document.graph import Edge
from designer.document.project import Choice, Data, Project, Training
from tests.codegen.networks import make_graph
from tests.engine.objective_projects import adversaries, chain, linear, make, two_heads, variational


@pytest.mark.parametrize("spec", objectives.values(), ids=lambda spec: spec.kind)
def test_every_declaration_teaches(spec):
    assert spec.title
    assert spec.summary.endswith(".")
    assert len(spec.help) > 40
    assert {spec.loss, *spec.losses} - {""} <= losses.keys()
    assert {spec.ending} - {""} <= layers.keys()
    assert {spec.optimizer} - {""} <= optimizers.keys()
    for parameter in spec.parameters:
        assert parameter.type.accept(parameter.default) == parameter.default
        assert parameter.meaning.endswith(".")


def kinds(project: Project) -> list[str]:
    return [node.kind for node in project.graph.nodes.values()]


def test_a_bounded_number_ends_in_a_sigmoid_and_an_unbounded_one_does_not():
    plain = make("Hills", "Supervised", chain(linear(8), ("ReLU", {}), linear(1)), "HuberLoss")
    bounded = choose_objective(plain, "BoundedRegression")
    assert sorted(kinds(bounded)) == sorted([*kinds(plain), "Sigmoid"])
    assert bounded.training.loss.kind == "MSELoss"
    assert not [problem for problem in check(bounded) if problem.severity != "hint"]
    back = choose_objective(bounded, "Regression")
    assert kinds(back) == kinds(plain)
    tanh = make("Hills", "Supervised", chain(linear(8), ("ReLU", {}), linear(1), ("Tanh", {})), "MSELoss")
    assert kinds(choose_objective(tanh, "BoundedRegression"))[-2:] == ["Sigmoid", "Output"]


def test_a_classifier_on_logits_loses_its_softmax_and_keeps_its_own_settings():
    lines = chain(linear(3), ("Softmax", {}))
    project = make("Iris", "Supervised", lines, "MSELoss", epochs=7)
    chosen = choose_objective(project, "MultiClass")
    assert chosen.training.loss.kind == "CrossEntropyLoss"
    assert "Softmax" not in kinds(chosen)
    assert (chosen.training.epochs, chosen.training.optimizer) == (7, project.training.optimizer)
    smooth = Choice("CrossEntropyLoss", {"label_smoothing": 0.1})
    kept = Project(graph=chosen.graph, data=chosen.data, training=Training(loss=smooth))
    assert choose_objective(kept, "MultiClass").training.loss == smooth


def test_the_perceptron_rule_brings_its_loss_and_its_optimizer():
    chosen = choose_objective(make("And", "Supervised", chain(linear(1)), "BCEWithLogitsLoss"), "Perceptron")
    assert (chosen.training.loss.kind, chosen.training.optimizer.kind) == ("PerceptronLoss", "SGD")
    assert not [problem for problem in check(chosen) if problem.severity == "error"]


def without_draw() -> Project:
    return make("BreastCancer", "VariationalAutoencoder", chain(linear(4), linear(30)), "MSELoss")


def lone_discriminator() -> Project:
    return make("Moons", "GAN", chain(linear(1)), "BCEWithLogitsLoss")


def noisy_classifier() -> Project:
    project, noise = add_node(make("Iris", "Supervised", chain(linear(3)), "CrossEntropyLoss"), "Noise", name="extra")
    project, both = add_node(project, "Concatenate")
    for edge in (Edge("n-input0", 0, both, 0), Edge(noise, 0, both, 1), Edge(both, 0, "n-linear1", 0)):
        project = connect(project, edge)
    return project


def wide_verdict() -> Project:
    return set_parameter(adversaries(), "n-d4", "out_features", 3)


def lone_pair() -> Project:
    lines = [
        ("one", "Input", {}, ()),
        ("flat", "Flatten", {}, ("one",)),
        ("answer", "Linear", {"out_features": 1}, ("flat",)),
        ("same", "Output", {}, ("answer",)),
    ]
    return Project(
        graph=make_graph(lines), data=Data(Choice("DigitPairs")), training=Training(loss=Choice("BCEWithLogitsLoss"))
    )


CASES = {
    "other target": (
        make("Iris", "Regression", chain(linear(3)), "CrossEntropyLoss"),
        ("error", None, "A number does not go with this data", ("Use the objective One of several classes",)),
    ),
    "targets without bounds": (
        make("Diabetes", "BoundedRegression", chain(linear(1), ("Sigmoid", {})), "MSELoss"),
        ("warning", None, "the targets may lie outside", ("Use the objective A number",)),
    ),
    "rows without time": (
        make("Diabetes", "Forecasting", chain(linear(1)), "MSELoss"),
        ("warning", None, "drawn at random", ("Use the objective A number",)),
    ),
    "a copy of tokens": (
        make(
            Choice("Characters", {"vocabulary": "ab", "characters": 1000}), "Autoencoder", chain(linear(3)), "MSELoss"
        ),
        ("error", None, "samples of one tensor of numbers", ("Use the objective As the data says",)),
    ),
    "a loss for classes on a copy": (
        make("Wine", "Autoencoder", chain(linear(4), ("ReLU", {}), linear(13)), "CrossEntropyLoss"),
        ("error", None, "does not compare numbers", ("Use MSELoss",)),
    ),
    "no draw": (without_draw(), ("error", None, "needs one Reparameterize", ("Use the objective Autoencoder",))),
    "a copy of another size": (
        make("Wine", "Autoencoder", chain(linear(4), ("ReLU", {}), linear(5)), "MSELoss"),
        ("error", "output4", "should get 13: the sizes of a sample", ("Insert Linear",)),
    ),
    "one network where two should be": (
        lone_discriminator(),
        ("error", None, "needs two networks side by side", ("Use the objective As the data says",)),
    ),
    "a discriminator with three answers": (
        wide_verdict(),
        ("error", "verdict", "should give 1 number", ("Insert Linear",)),
    ),
    "an output of the wrong size": (
        set_parameter(two_heads(), "n-copy", "out_features", 7),
        ("error", "again", "it is compared with the input", ()),
    ),
    "one input for pairs": (lone_pair(), ("error", "one", "has 2 parts, but the network has 1 Input", ())),
    "noise in a classifier": (
        noisy_classifier(),
        ("error", "extra", "is for a generator", ("Use the objective Generator and discriminator",)),
    ),
}


@pytest.mark.parametrize("project, problem", CASES.values(), ids=CASES)
def test_what_does_not_fit_is_found(project, problem):
    severity, name, words, titles = problem
    found = [one for one in check(project) if words in one.message]
    assert [(one.severity, None if one.node is None else project.graph.nodes[one.node].name) for one in found] == [
        (severity, name)
    ]
    assert tuple(fix.title for fix in found[0].fixes) == titles
    assert found[0].message.endswith(".")
    for fix in found[0].fixes:
        assert not [one for one in check(fix.apply(project)) if one.message == found[0].message]


def test_settings_under_which_two_networks_cannot_learn():
    for changes, title in (({"accumulate": 2}, "Set accumulate to 1"), ({"optimizer": Choice("LBFGS")}, "Use Adam")):
        project = adversaries(**changes)
        found = [one for one in check(project) if one.fixes and one.fixes[0].title == title]
        assert len(found) == 1
        assert not [one for one in check(found[0].fixes[0].apply(project)) if one.severity == "error"]


def test_sound_projects_are_sound():
    for project in (variational(), adversaries(), two_heads()):
        assert not [found.message for found in check(project) if found.severity != "hint"]
