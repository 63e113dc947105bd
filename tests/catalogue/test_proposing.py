"""A first network for every kind of data: sound, laid out, and told in words."""

from dataclasses import replace

import pytest

from designer.catalogue.check import check
from designer.catalogue.facts import facts
from designer.catalogue.proposing import propose
from designer.catalogue.registry import sources
from designer.document.edits import add_node
from designer.document.project import Choice, Data, Project, Training

TABLE = {"path": "t.csv", "target": "y", "numbers": ("a", "b"), "rows": 400}
TEXTS = {"path": "t.csv", "text": "a", "label": "b", "classes": ("x", "y", "z"), "rows": 900, "sizes": (500, 40, 300)}
SERIES = {"path": "t.csv", "column": "sold", "rows": 300}
PICTURES = {"path": "p", "classes": ("cat", "dog"), "rows": 90_000}
# Data of every form, with the task in words.
GIVEN = [
    (Choice("Csv", {**TABLE, "classes": ("no", "yes")}), "Predict y (yes or no) from 2 columns: 400 rows."),
    (Choice("Csv", {**TABLE, "classes": ("r", "g", "b")}), "Predict y (one of 3 classes) from 2 columns: 400 rows."),
    (Choice("Csv", {**TABLE, "rows": 90_000}), "Predict y (a number) from 2 columns: 90,000 rows."),
    (
        Choice("Csv", {**TABLE, "treatments": (("y", "scale", "minmax"),)}),
        "Predict y (a number) from 2 columns: 400 rows.",
    ),
    (
        Choice("Csv", {**TABLE, "answers": (("y", ("0", "1")), ("z", ("0", "1")))}),
        "Predict y and 1 more (2 questions with yes or no) from 2 columns: 400 rows.",
    ),
    (
        Choice(
            "Csv",
            {
                **TABLE,
                "categories": (("town", ("a", "b", "c")),),
                "treatments": (("town", "encode", "embedding"),),
            },
        ),
        "Predict y (a number) from 3 columns: 400 rows.",
    ),
    (Choice("Texts", TEXTS), "Tell 3 classes of texts apart: 900 texts."),
    (Choice("Series", SERIES), "Forecast the next number of sold from the 12 before: 288 windows."),
    (
        Choice("Series", {**SERIES, "horizon": 3}),
        "Forecast the next 3 numbers of sold from the 12 before: 286 windows.",
    ),
    (Choice("ImageFolder", PICTURES), "Tell cat from dog, each of 64 x 64: 90,000 pictures."),
    (Choice("ImageFolder", {**PICTURES, "size": (6, 200), "greyscale": True}), "Tell cat from dog, each of 6 x 200"),
    (
        Choice("Characters", {"path": "t", "vocabulary": "abc", "characters": 9_000}),
        "Continue a text: the next character from up to",
    ),
    (Choice("Language", {"path": "t", "words": 9_000}), "Continue a text: the next byte pair from up to 64 before it."),
    (Choice("Idx", {"path": "p"}), "Tell 10 classes of pictures apart, each of 28 x 28: 60,000 pictures."),
]


@pytest.mark.parametrize(("source", "sentence"), GIVEN, ids=[f"{at}-{one.kind}" for at, (one, _) in enumerate(GIVEN)])
def test_what_is_proposed_is_sound_and_told_in_words(source, sentence):
    project = Project(data=Data(source))
    proposal = propose(project)
    assert proposal.task.sentence.startswith(sentence)
    made = proposal.project
    assert [problem.message for problem in check(made)] == []
    assert len(set(made.layout.values())) == len(made.graph.nodes)
    assert f"{made.training.epochs} epochs in batches of {made.training.batch_size}" in proposal.reasons


@pytest.mark.parametrize("kind", list(sources))
def test_every_source_that_is_known_as_it_stands_gets_a_sound_network(kind):
    project = Project(data=Data(Choice(kind)))
    known, proposal = facts(project), propose(project)
    assert (proposal is not None) == (known is not None)
    if proposal is not None:
        assert [problem.message for problem in check(proposal.project) if problem.severity == "error"] == []


def test_device_and_seed_stay_and_the_network_gives_way():
    project, _ = add_node(Project(data=Data(Choice("Digits")), training=Training(device="cpu", seed=7)), "LSTM")
    made = propose(project).project
    assert (made.training.device, made.training.seed) == ("cpu", 7)
    assert "LSTM" not in {node.kind for node in made.graph.nodes.values()}
    assert propose(Project()) is None


def test_a_proposal_for_more_rows_has_more_units_and_fewer_epochs():
    few, many = (propose(Project(data=Data(Choice("Csv", {**TABLE, "rows": rows})))).project for rows in (400, 90_000))
    widths = [
        [node.parameters["out_features"] for node in each.graph.nodes.values() if node.kind == "Linear"]
        for each in (few, many)
    ]
    assert widths == [[32, 32, 1], [64, 64, 1]]
    assert few.training.epochs > many.training.epochs
    assert any(node.kind == "Dropout" for node in few.graph.nodes.values())


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/home/ada/titanic.csv", "titanic"),
        ("/home/ada/sign_digits/images", "sign_digits"),
        ("tiny/input.txt.gz", "tiny"),
        ("data", "untitled"),
    ],
)
def test_a_project_without_a_name_is_called_as_its_data(path, name):
    project = Project(data=Data(Choice("Csv", {**TABLE, "path": path})))
    assert propose(project).project.name == name
    assert propose(replace(project, name="mine")).project.name == "mine"


def test_few_rows_of_a_class_are_drawn_class_by_class_unless_somebody_has_chosen_how():
    source = Choice(
        "Csv", {"path": "a.csv", "target": "kind", "classes": ("a", "b", "c"), "numbers": ("x",), "rows": 150}
    )
    project = replace(Project(), data=Data(source=source))
    found = propose(project)
    assert found.project.data.split == Choice("Stratified")
    assert "class by class" in found.reasons
    chosen = replace(project, data=Data(source=source, split=Choice("Time", {"column": "x"})))
    assert propose(chosen).project.data.split.kind == "Time"
    many = replace(source, parameters=source.parameters | {"rows": 3000})
    assert propose(replace(project, data=Data(source=many))).project.data.split == Data().split


def test_shares_are_answered_by_shares():
    shares = {"path": "a.csv", "target": "rate", "numbers": ("x",), "rows": 500, "bounds": (0.02, 0.98)}
    project = replace(Project(), data=Data(source=Choice("Csv", shares)))
    made = propose(project).project
    assert made.training.objective == Choice("BoundedRegression")
    assert [node.kind for node in made.graph.nodes.values()][-2:] == ["Sigmoid", "Output"]
    assert made.data.source.parameters["treatments"] == (("rate", "scale", "none"),)
    wide = replace(project, data=Data(source=Choice("Csv", shares | {"bounds": (0.0, 40.0)})))
    assert propose(wide).project.training.objective == Choice("Regression")
