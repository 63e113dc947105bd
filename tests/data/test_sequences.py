"""What is recorded of texts and series is what their files hold."""

from pathlib import Path

import pytest

from designer.catalogue.facts import facts, source_problem
from designer.data import DataError, inspect_series, set_path, text_parameters
from designer.document.project import Choice, Data, Project
from tests.catalogue.running_sources import load

SHARED = Path(__file__).parents[3] / "shared" / "data"
AIRLINE = SHARED / "airline_passengers" / "airline-passengers.csv"
SHAKESPEARE = SHARED / "tiny_shakespeare" / "input.txt"


@pytest.mark.skipif(not AIRLINE.exists(), reason="the shared data are not here")
def test_the_airline_passengers_are_the_series_of_the_file():
    choice = Choice("Series", inspect_series(AIRLINE))
    assert choice.parameters == {"path": str(AIRLINE), "column": "Passengers", "rows": 144}
    loaded = load(choice, AIRLINE)
    assert loaded["series"].tolist()[:5] == [112, 118, 132, 129, 121]
    assert loaded["series"].tolist()[-2:] == [390, 432]
    known = facts(Project(data=Data(choice)))
    assert (known.rows, known.input.sizes, known.target.labels) == (132, (12, 1), ("Passengers + 1",))
    assert loaded["x"].shape == (132, 12, 1)
    assert len(loaded["validation"]) == 26


@pytest.mark.skipif(not SHAKESPEARE.exists(), reason="the shared data are not here")
def test_tiny_shakespeare_is_the_text_of_the_file():
    choice = Choice("Characters", {**text_parameters(SHAKESPEARE), "length": 100})
    assert len(choice.parameters["vocabulary"]) == 65
    assert choice.parameters["characters"] == 1_115_394
    loaded = load(choice, SHAKESPEARE, validation=0.1)
    text, letters = SHAKESPEARE.read_text("utf-8"), choice.parameters["vocabulary"]
    assert loaded["x"].shape == (11_153, 100)
    assert facts(Project(data=Data(choice))).rows == 11_153
    assert "".join(letters[place] for place in loaded["x"][7].tolist()) == text[700:800]
    assert "".join(letters[place] for place in loaded["y"][-1].tolist()) == text[1_115_201:1_115_301]


def test_another_file_is_recorded_anew(tmp_path):
    first, second = tmp_path / "one.txt", tmp_path / "two.txt"
    first.write_text("abab", "utf-8")
    second.write_text("abc" * 100, "utf-8")
    data = set_path(Data(Choice("Characters", {**text_parameters(first), "length": 7})), second)
    assert data.source.parameters["vocabulary"] == "abc"
    assert data.source.parameters["length"] == 7
    table, other = tmp_path / "one.csv", tmp_path / "two.csv"
    table.write_text("a,b\n" + "1,2\n3,5\n" * 10, "utf-8")
    other.write_text("a,b\n" + "1,2\n3,5\n" * 30, "utf-8")
    data = set_path(Data(Choice("Series", inspect_series(table, "a"))), other)
    assert (data.source.parameters["column"], data.source.parameters["rows"]) == ("a", 60)


@pytest.mark.parametrize(
    "content, words",
    [(b"\xff\xfe\x00\x01", "no text in UTF-8"), (b"aaaa", "two different characters"), (None, "cannot be read")],
)
def test_what_is_no_text_is_refused(content, words, tmp_path):
    path = tmp_path / "text.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=words):
        text_parameters(path)


@pytest.mark.parametrize(
    "rows, column, words",
    [
        ("a,b\nx,y\nz,y\n", None, "no column of numbers"),
        ("a,b\n1,y\n2,z\n", "b", "holds no numbers"),
        ("a,b\n1.5,2\n,3\n2.5,4\n", "a", "has 1 gap"),
        ("a,b\n1,2\n3,4\n", "c", "has no column 'c'"),
    ],
)
def test_what_is_no_series_is_refused(rows, column, words, tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(rows, "utf-8")
    with pytest.raises(DataError, match=words):
        inspect_series(path, column)


def test_sources_without_a_file_say_what_to_do():
    for kind, words in (("Characters", "Choose the text file"), ("Series", "Choose the file, then the column")):
        assert words in source_problem(Project(data=Data(Choice(kind))))
    short = {"vocabulary": "ab", "characters": 20}
    assert "no two windows" in source_problem(Project(data=Data(Choice("Characters", short))))
    unordered = {"vocabulary": "ba", "characters": 2000}
    assert "in order" in source_problem(Project(data=Data(Choice("Characters", unordered))))
    assert "no two windows" in source_problem(Project(data=Data(Choice("Series", {"column": "a", "rows": 13}))))
    tiny = {"column": "a", "rows": 13, "difference": 13}
    assert "leaves nothing" in source_problem(Project(data=Data(Choice("Series", tiny))))
