"""The head of a network: found, replaced for other data, and left to learn alone."""

import pytest

from designer.catalogue.check import check
from designer.catalogue.facts import infer_project
from designer.catalogue.head import find_head, freeze, freeze_all_but_head, is_frozen, replace_head
from designer.document.edits import EditError, set_option
from designer.document.graph import Graph
from designer.document.project import Choice, Data, Project, Training
from tests.codegen.networks import make_graph


def project(*lines, source="Digits", loss="CrossEntropyLoss"):
    """Return a project whose layers stand in a row between Input and Output, unless a line says what feeds it."""
    rows = [("in", "Input", {}, ())]
    for name, kind, parameters, *given in lines:
        rows.append((name, kind, parameters, given[0] if given else (rows[-1][0],)))
    rows.append(("out", "Output", {}, (rows[-1][0],)))
    data = Data(Choice(source)) if source else Data()
    return Project("p", make_graph(rows), data=data, training=Training(loss=Choice(loss)))


FLAT = ("flat", "Flatten", {})
HIDDEN = ("hidden", "Linear", {"out_features": 16})
HEAD = ("head", "Linear", {"out_features": 1000})


@pytest.mark.parametrize(
    "layers",
    [
        (FLAT, HIDDEN, ("relu", "ReLU", {}), HEAD),
        (FLAT, HIDDEN, HEAD, ("norm", "BatchNorm1d", {}), ("drop", "Dropout", {})),
        (FLAT, HIDDEN, HEAD, ("soft", "Softmax", {})),
        (("head", "Conv2d", {"out_channels": 1000, "kernel_size": 1}), ("pool", "AdaptiveAvgPool2d", {}), FLAT),
    ],
)
def test_the_last_layer_with_a_size_becomes_as_large_as_the_data_want(layers):
    before = set_option(project(*layers, loss="CrossEntropyLoss"), ["n-head"], "frozen", True)
    after, head = replace_head(before)
    assert head == "n-head"
    assert not is_frozen(after, head)
    assert [p for p in check(after) if p.severity == "error"] == []
    assert set(before.graph.nodes) == set(after.graph.nodes)
    with pytest.raises(EditError, match="10 numbers already"):
        replace_head(after)
    assert replace_head(after, 7)[0].graph.nodes[head].parameters.get("out_features", 7) == 7


def test_yes_or_no_takes_one_number_or_two():
    one, _ = replace_head(project(HEAD, source="BreastCancer", loss="BCEWithLogitsLoss"))
    two, _ = replace_head(project(HEAD, source="BreastCancer", loss="CrossEntropyLoss"))
    assert [p.graph.nodes["n-head"].parameters["out_features"] for p in (one, two)] == [1, 2]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (Project(data=Data(Choice("Digits"))), "no Output"),
        (project(FLAT), "No layer before the Output learns"),
        (project(HIDDEN, HEAD, source=""), "No data is chosen"),
        (
            project(
                FLAT,
                ("a", "Linear", {"out_features": 3}),
                ("b", "Linear", {"out_features": 3}, ("flat",)),
                ("sum", "Add", {}, ("a", "b")),
            ),
            "several heads: Linear `.` and Linear `.`",
        ),
    ],
)
def test_where_there_is_no_one_head_it_is_said(given, words):
    with pytest.raises(EditError, match=words):
        replace_head(given)


def test_freezing_touches_layers_with_weights_alone_and_is_taken_back():
    before = project(FLAT, HIDDEN, ("relu", "ReLU", {}), HEAD)
    everything = freeze(before, before.graph.nodes)
    assert [key for key in everything.graph.nodes if is_frozen(everything, key)] == ["n-hidden", "n-head"]
    assert freeze(everything, ["n-hidden", "n-head"], frozen=False) == before
    but_head, head = freeze_all_but_head(everything)
    assert [key for key in but_head.graph.nodes if is_frozen(but_head, key)] == ["n-hidden"]
    assert head == find_head(infer_project(before)) == "n-head"
    assert freeze_all_but_head(but_head)[0] == but_head
    no_data = project(FLAT, HIDDEN, HEAD, source="")
    assert is_frozen(freeze_all_but_head(no_data)[0], "n-hidden")
    with pytest.raises(EditError, match="nothing to freeze"):
        freeze_all_but_head(project(FLAT, HEAD))


def test_any_wiring_is_answered():
    """A cycle, or an Output that nothing enters, is no reason to fall over."""
    good = project(FLAT, HIDDEN, HEAD)
    alone = Project("p", Graph(good.graph.nodes, ()), data=good.data)
    with pytest.raises(EditError):
        replace_head(alone)


def test_a_network_that_is_frozen_whole_is_an_error_with_two_ways_out():
    sound = replace_head(project(FLAT, HIDDEN, ("relu", "ReLU", {}), HEAD))[0]
    still = freeze(sound, sound.graph.nodes)
    (problem,) = [p for p in check(still) if p.severity == "error"]
    assert "Every layer with weights is frozen" in problem.message
    assert [fix.title for fix in problem.fixes] == ["Unfreeze head", "Unfreeze all"]
    last, every = (fix.apply(still) for fix in problem.fixes)
    assert [key for key in last.graph.nodes if is_frozen(last, key)] == ["n-hidden"]
    assert every == sound
    assert [p for p in check(last) if p.severity == "error"] == []
