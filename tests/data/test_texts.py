"""Texts with labels are found in tables and folders, and what is recorded of them is what the recipe then gives."""

from pathlib import Path

import pytest
import torch

import designer
from designer.catalogue.facts import facts, source_problem
from designer.data import DataError, look, look_again
from designer.document.project import Choice, Data, Project
from tests.catalogue.running_sources import load, predict

SMS = Path(__file__).parents[2].parent / "shared" / "data" / "sms_spam" / "SMSSpamCollection"
WORDS = {"pos": "a truly good film number {n}, I liked it", "neg": "what a bad film number {n}; never again"}
REVIEWS = "id,review,stars,verdict\n" + "".join(
    f'{n},"{WORDS["pos" if n % 2 else "neg"].format(n=n)}",{n % 5},{"pos" if n % 2 else "neg"}\n' for n in range(1, 61)
)


def load_found(choice, **data):
    known = facts(Project(data=Data(choice)))
    loaded = load(choice, Path(choice.parameters["path"]), **data)
    assert loaded["x"].shape[1:] == known.input.sizes
    assert (loaded["x"].dtype, known.input.dtype) == (torch.int64, "int")
    assert loaded["x"].max() < known.vocabulary
    assert len(loaded["vocabulary"]["tokens"]) <= known.vocabulary
    return known, loaded


@pytest.mark.skipif(not SMS.exists(), reason="the messages are not beside this checkout")
def test_the_messages_need_no_setting():
    found = look(SMS)
    assert [each.words for each in found.guesses] == [
        "5,574 texts in the column column 2, quotes are part of the texts",
        "Label: column 1: ham (4,827), spam (747)",
        "Cut into words: 43 of them, as long as 95 % of the texts",
        "Vocabulary: 4,388 words, those that come more than once",
    ]
    known, loaded = load_found(found.source)
    assert known.target.labels == ("ham", "spam")
    assert known.rows == len(loaded["x"]) == 5574
    assert int(loaded["y"].sum()) == 747
    assert sum('"' in text for text in loaded["texts"]) > 100
    assert found.preview.labels[:3] == ("ham", "ham", "spam")


@pytest.mark.parametrize("unit", ["word", "character", "byte pair"])
def test_each_unit_has_its_own_length_and_vocabulary(tmp_path, unit):
    path = tmp_path / "reviews.csv"
    path.write_text(REVIEWS, "utf-8")
    found = look(path)
    assert (found.source.parameters["text"], found.source.parameters["label"]) == ("review", "verdict")
    choice = Choice("Texts", {**found.source.parameters, "unit": unit})
    known, loaded = load_found(choice)
    whole = (loaded["x"][:, -1] == 0).float().mean()
    assert whole > 0.03 or known.input.sizes[0] <= 12
    later = tmp_path / "later.csv"
    later.write_text(
        "\n".join(f"{row.split(',')[0]},{row.split(',', 1)[1].rsplit(',', 2)[0]}" for row in REVIEWS.splitlines()),
        "utf-8",
    )
    again = predict(choice, later, {"vocabulary": loaded["vocabulary"]})
    assert torch.equal(again["x"], loaded["x"])
    assert list(again["rows"].columns) == ["id", "review"]


def test_other_columns_can_be_chosen(tmp_path):
    path = tmp_path / "reviews.csv"
    path.write_text(REVIEWS, "utf-8")
    found = look_again(Choice("Texts", {"label": "stars"}), path)
    assert found.source.parameters["classes"] == ("0", "1", "2", "3", "4")
    with pytest.raises(DataError, match="has no column 'gone'"):
        look_again(Choice("Texts", {"text": "review", "label": "gone"}), path)
    path.write_text("a,b\n1,2\n3,4\n5,6\n")
    with pytest.raises(DataError, match="has no column of texts"):
        look_again(Choice("Texts"), path)


def test_folders_of_texts_with_parts(tmp_path):
    for part, count in (("train", 8), ("test", 4)):
        for name, words in WORDS.items():
            (tmp_path / "imdb" / part / name).mkdir(parents=True)
            for n in range(count):
                (tmp_path / "imdb" / part / name / f"{n}.txt").write_text(words.format(n=n), "utf-8")
    found = look(tmp_path / "imdb")
    assert found.source.kind == "Texts"
    assert found.source.parameters["parts"] == ("train", "", "test")
    known, loaded = load_found(found.source)
    assert known.given_split
    assert known.rows == len(loaded["train"]) == 16
    assert len(loaded["validation"]) == 8
    one = predict(found.source, tmp_path / "imdb" / "test" / "pos" / "3.txt", {"vocabulary": loaded["vocabulary"]})
    assert one["rows"] == [WORDS["pos"].format(n=3)]
    assert torch.equal(one["x"][0], loaded["x"][loaded["files"].index("test/pos/3.txt")])
    (tmp_path / "flat" / "only").mkdir(parents=True)
    (tmp_path / "flat" / "only" / "a.txt").write_text("alone")
    with pytest.raises(
        DataError, match=r"a single class \(only\). Put the texts of each class in a folder of their own"
    ):
        look(tmp_path / "flat")


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"classes": ()}, "Choose the file or folder of the texts"),
        ({"classes": ("a",)}, "a single class"),
        ({"text": "t", "label": ""}, "or that of its label is missing"),
        ({"text": "t", "label": "t"}, "the text and its label at once"),
        ({"unit": "sentence"}, "`unit` must be one of"),
    ],
)
def test_too_little_is_said(changes, words):
    choice = Choice("Texts", {"classes": ("a", "b"), **changes})
    assert words in source_problem(Project(data=Data(choice)))


def test_an_embedding_too_small_for_the_vocabulary_is_found_and_mended(tmp_path):
    path = tmp_path / "reviews.csv"
    path.write_text(REVIEWS, "utf-8")
    source = look(path).source
    size = facts(Project(data=Data(source))).vocabulary
    project = designer.build(
        "net", designer.layer("EmbeddingBag", num_embeddings=5), designer.layer("Linear", out_features=1), data=source
    )
    (problem,) = [each for each in designer.check(project) if "samples hold numbers" in each.message]
    assert problem.severity == "error"
    assert f"has 5 vectors, but samples hold numbers up to {size - 1}" in problem.message
    mended = problem.fixes[0].apply(project)
    assert not [each for each in designer.check(mended) if "samples hold numbers" in each.message]
    assert problem.node is not None
    assert mended.graph.nodes[problem.node].parameters["num_embeddings"] == size
