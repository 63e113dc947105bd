"""What is said of a CSV file, and that the script reads just the same in it."""

import csv
import io
import re
from pathlib import Path

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from designer.catalogue.facts import facts, source_problem
from designer.data import Cancelled, DataError, csv_parameters, inspect_csv
from designer.data.columns import NAN_WORDS
from designer.document.project import Choice, Data, Project
from designer.recipes.reading import read_table
from tests.catalogue.running_sources import load

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
shared = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data is not on this machine")


def expect(words):
    return pytest.raises(DataError, match=re.escape(words))


def write(folder, content):
    path = folder / "table.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def inspect(folder, content, **options):
    return inspect_csv(write(folder, content), **options)


# --- form ---


@pytest.mark.parametrize(
    "content, separator, decimal, names",
    [
        ("a,b\n1.5,x\n2.5,y\n", ",", ".", ["a", "b"]),
        ("a;b\n1,5;2,5\n2,5;3,5\n", ";", ",", ["a", "b"]),
        ("1,5;2,5\n2,5;3,5\n", ";", ",", ["column 1", "column 2"]),
        ("a\tb\n1\tx, y\n2\tz\n", "\t", ".", ["a", "b"]),
        ("a|b\n1|x\n2|y\n", "|", ".", ["a", "b"]),
        ("  1  2.5 x\n 2 3.5   y\n", " ", ".", ["column 1", "column 2", "column 3"]),
        ('"name, first",b\r\n"Braund, ""Owen""",1\r\n"Cumings, J",2\r\n', ",", ".", ["name, first", "b"]),
        ("\ufeffa,b\n1,2\n3,4\n", ",", ".", ["a", "b"]),
        ("a,b\r1,2\r3,4\r", ",", ".", ["a", "b"]),
        ("ham,hello\nspam,buy\nham,no\n", ",", ".", ["column 1", "column 2"]),
        ("kind,words\nham,hello\nspam,buy\n", ",", ".", ["kind", "words"]),
        ("a,a,b\n1,2,3\n4,5,6\n", ",", ".", ["a", "a.1", "b"]),
        (",b\n0,2\n1,4\n", ",", ".", ["Unnamed: 0", "b"]),
        ("a,b,\n1,2,\n3,4,\n", ",", ".", ["a", "b", "Unnamed: 2"]),
        ("\n\na,b\n\n1,2\n   \n3,4\n\n", ",", ".", ["a", "b"]),
    ],
)
def test_finds_the_form(tmp_path, content, separator, decimal, names):
    table = inspect(tmp_path, content)
    assert (table.form.separator, table.form.decimal) == (separator, decimal)
    assert [column.name for column in table.columns] == names
    assert bool(table.form.names) == names[0].startswith("column")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_finds_the_encoding(tmp_path, encoding):
    table = inspect(tmp_path, "größe,b\n1,ä\n2,é\n".encode(encoding))
    assert table.form.encoding == encoding
    assert table.columns[0].name == "größe"
    assert table.columns[1].examples == ("ä", "é")


def test_bytes_that_no_encoding_knows_are_latin_1(tmp_path):
    assert inspect(tmp_path, b"a,b\n\x81,1\n\x8d,2\n").form.encoding == "latin-1"


def test_quotes_that_are_marks_in_the_text(tmp_path):
    lines = "".join(f"{n},word\n" for n in range(300))
    table = inspect(tmp_path, 'a,b\n1,"quoted"\n' + lines + '7,"hello" he said\n8,"unclosed\n9,x\n')
    assert not table.form.quotes
    assert table.rows == 304


def test_separator_and_header_can_be_given(tmp_path):
    assert inspect(tmp_path, "1,2;3\n4,5;6\n", separator=",").form.separator == ","
    assert inspect(tmp_path, "ham,no\nspam,yes\nham,no\n", header=True).rows == 2
    assert inspect(tmp_path, "a,b\n1,2\n", header=False).rows == 2


# --- what is no table ---


@pytest.mark.parametrize(
    "content, words",
    [
        (b"", "is empty"),
        (b" \n\n  \n", "is blank"),
        (b"a,b\n1,\0\n", "NUL bytes"),
        (bytes(range(1, 256)) * 50, "is not a text file"),
        (b"PK\x03\x04 a workbook", "an Excel workbook"),
        (b"\x1f\x8b packed", "gzip"),
        (b"\x89PNG\r\n\x1a\n", "is a picture"),
        (b"\xff\xfea,b\n1", "UTF-16"),
        (b"alone\n1\n2\n", "has only one column"),
        (b"Some prose.\nWith words, and more.\nAnd no table at all\n", "has only one column"),
        (b"a,b,c\n1,2,3\n4,5\n6,7,8\n", "Row 3 of "),
        (b"a,b\n1,2\n1,2,3\n4,5\n", "has 3 fields where the first row has 2"),
        (b"a,b\n1,2,\n1,2,\n4,5,\n", "Row 2 of "),
        (b"a,b,c\n", "has a header but no rows"),
        (",".join(["c"] * 10_000).encode() + b"\n", "has 10,000 columns"),
        (b"a,b\n" + b"1" * 200_000 + b",2\n", "has only one column"),
    ],
)
def test_what_is_no_table_gives_one_sentence(tmp_path, content, words):
    with expect(words) as caught:
        inspect(tmp_path, content)
    assert str(tmp_path) in str(caught.value)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("path", ["nothing.csv", "", "a\0b", "x" * 10_000, "~nobody/there"])
def test_odd_paths(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError):
        inspect_csv(path)


@settings(max_examples=300)
@given(content=st.binary(max_size=400) | st.text('a1;,\t \n\r".-\0é', max_size=60).map(str.encode))
def test_no_bytes_bring_it_down(content, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(content)
    try:
        table = inspect_csv(path)
        parameters = csv_parameters(table)
    except DataError:
        return
    choice = Choice("Csv", parameters)
    assert source_problem(Project(data=Data(choice))) is None
    loaded = load(choice, path)
    assert loaded["x"].shape == (parameters["rows"], *facts(Project(data=Data(choice))).input.sizes)


# --- columns ---


def test_says_what_columns_hold(tmp_path):
    rows = [f"{n},{n % 3},{n / 7},{'xyz'[n % 3]},name {n},,{'' if n % 4 else 1.5}" for n in range(100)]
    table = inspect(tmp_path, "id,kind,size,letter,name,nothing,some\n" + "\n".join(rows))
    found = {column.name: column for column in table.columns}
    kinds = {name: column.kind for name, column in found.items()}
    assert kinds == {
        "id": "number",
        "kind": "number",
        "size": "number",
        "letter": "class",
        "name": "text",
        "nothing": "empty",
        "some": "number",
    }
    assert found["id"].serial
    assert found["kind"].whole
    assert not found["size"].whole
    assert (found["some"].missing, found["nothing"].missing, found["kind"].missing) == (75, 100, 0)
    assert (found["letter"].distinct, found["name"].distinct) == (3, 100)
    assert found["letter"].examples == ("x", "y", "z")
    assert table.head[1] == ("1", "1", rows[1].split(",")[2], "y", "name 1", "", "")
    assert len(table.head) == 20


@pytest.mark.parametrize(
    "header, target, task",
    [
        ("number,letter,species", "species", "class"),
        ("Survived,letter,size", "Survived", "class"),
        ("number,letter,size", "size", "value"),
        ("PassengerId,letter,SalePrice", "SalePrice", "value"),
    ],
)
def test_guesses_the_target_and_the_task(tmp_path, header, target, task):
    last = "{}" if header.endswith("species") else "{}.5"
    rows = [f"{n % 2},{'ab'[n % 2]},{last.format(n % 3 if '.' not in last else n)}" for n in range(40)]
    table = inspect(tmp_path, header + "\n" + "\n".join(rows))
    assert (table.target, table.task) == (target, task)
    assert target not in table.features
    assert "PassengerId" not in table.features


# --- parameters ---

TABLE = "n,letter,y\n" + "".join(f"{n},{'abcd'[n % 4] if n % 5 else ''},{n % 2}\n" for n in range(40))


def test_categories_are_those_of_the_training_rows(tmp_path):
    content = "n,letter,y\n" + "".join(f"{n * 1.5},v{n},{n % 2}\n" for n in range(50))
    table = inspect(tmp_path, content)
    for seed in range(3):
        parameters = csv_parameters(table, "y", ["letter"], validation=0.3, split_seed=seed)
        loaded = load(Choice("Csv", parameters), table.path, 0.3, seed)
        ((name, levels),) = parameters["categories"]
        assert name == "letter"
        assert len(levels) == 35
        assert loaded["x"][loaded["train"]].sum(1).tolist() == [1] * 35
        assert loaded["x"][loaded["validation"]].sum() == 0


def test_choices_are_kept(tmp_path):
    table = inspect(tmp_path, TABLE)
    parameters = csv_parameters(table, "letter", ["y", "n"], one_hot=["y"])
    assert parameters["target"] == "letter"
    assert parameters["classes"] == ("a", "b", "c", "d")
    assert parameters["numbers"] == ("n",)
    assert parameters["categories"] == (("y", ("0", "1")),)
    assert parameters["rows"] == 32  # 8 have no letter
    assert "classes" not in csv_parameters(table, "y", ["n"], task="value")


def test_classes_that_are_numbers_are_in_order_of_value(tmp_path):
    table = inspect(tmp_path, "a,y\n" + "".join(f"{n}.5,{n % 12}\n" for n in range(60)))
    assert csv_parameters(table, "y")["classes"] == tuple(map(str, range(12)))


@pytest.mark.parametrize(
    "target, features, options, words",
    [
        ("y", [], {}, "No column is chosen"),
        ("y", ["n", "y"], {}, "is the target and a feature"),
        ("y", ["n", "n"], {}, "chosen twice"),
        ("income", ["n"], {}, "has no column 'income'"),
        ("y", ["income"], {}, "has no column 'income'"),
        ("letter", ["n"], {"task": "value"}, "holds text"),
        ("y", ["void"], {}, "is empty"),
        ("void", ["n"], {}, "is filled in 0 rows"),
        ("one", ["n"], {"task": "class"}, "single value"),
        ("y", ["many"], {}, "different values"),
        ("many", ["n"], {}, "different values"),
        ("y", ["long"], {}, "long texts"),
    ],
)
def test_choices_that_cannot_be_learned_are_refused(tmp_path, target, features, options, words):
    rows = "".join(f"{n},{'ab'[n % 2]},{n % 2},,7,name {n},{'x' * 2000}{n % 4}\n" for n in range(1500))
    table = inspect(tmp_path, "n,letter,y,void,one,many,long\n" + rows)
    with expect(words):
        csv_parameters(table, target, features, **options)


names = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).map(lambda t: "c" + t.strip())
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12).map(str.strip) | st.sampled_from(
    ["NA", "nan", "None", "?", "'); import os; ('", '"', '""', "${x}", "{x}", "\\n", "#", "a,b", "a;b", "1e999"]
)
columns = st.one_of(
    st.just(st.floats(-1e6, 1e6).map("{:.4f}".format) | st.just("")),
    st.just(st.integers(-(10**6), 10**6).map(str)),
    st.just(st.sampled_from(["red", "green", "blue", ""])),
    st.just(texts),
)


@settings(max_examples=150)
@given(data=st.data())
def test_the_script_reads_what_was_seen(data, tmp_path_factory):
    header = data.draw(st.lists(names, min_size=2, max_size=5, unique_by=str.lower))
    kinds = [data.draw(columns) for _ in header]
    rows = data.draw(st.lists(st.tuples(*kinds), min_size=6, max_size=25))
    separator = data.draw(st.sampled_from([",", ";", "\t", "|"]))
    validation, seed = data.draw(st.sampled_from([0.0, 0.2, 0.5])), data.draw(st.integers(0, 9))
    file = io.StringIO()
    csv.writer(file, delimiter=separator, lineterminator="\n").writerows([header, *rows])
    path = tmp_path_factory.getbasetemp() / "drawn.csv"
    path.write_text(file.getvalue(), encoding="utf-8", newline="")
    assume(any(map(any, rows)))  # rows with nothing in them are none
    try:
        table = inspect_csv(path, separator=separator, header=True)
        assert [column.name for column in table.columns] == header
        assert table.rows + table.blank == len(rows)
        parameters = csv_parameters(table, validation=validation, split_seed=seed)
    except DataError:
        return
    choice = Choice("Csv", parameters)
    known = facts(Project(data=Data(choice, validation, seed)))
    loaded = load(choice, path, validation, seed)
    x, y = loaded["x"], loaded["y"]
    assert x.shape == (known.rows, *known.input.sizes)
    assert x.isfinite().all()
    assert len(y) == known.rows
    if known.target.kind == "value":
        assert y.isfinite().all()
    else:
        index = header.index(parameters["target"])
        seen = [row[index] for row in rows]
        for row, number in zip([text for text in seen if text in parameters["classes"]], y.tolist(), strict=True):
            assert parameters["classes"][number] == row
    width = len(parameters.get("numbers", ()))
    for _, levels in parameters.get("categories", ()):
        hot = x[loaded["train"], width : width + len(levels)]
        assert torch.equal(hot.sum(1), torch.ones(len(hot)))
        assert (hot.sum(0) > 0).all()
        width += len(levels)


# --- progress ---


def test_progress_rises_and_can_cancel(tmp_path):
    path = write(tmp_path, "a,b,y\n" + "".join(f"{n},{n * n},{n % 2}\n" for n in range(150_000)))
    shares = []
    inspect_csv(path, progress=lambda share: shares.append(share) or True)
    assert shares == sorted(shares)
    assert len(shares) > 5
    assert shares[-1] == 1
    for stop in (0, 0.3, 0.6):
        with pytest.raises(Cancelled):
            inspect_csv(path, progress=lambda share, stop=stop: share < stop)


# --- real tables ---


@shared
def test_titanic():
    table = inspect_csv(SHARED / "titanic" / "titanic.csv")
    assert (table.rows, table.target, table.task) == (891, "Survived", "class")
    assert table.features == ("Pclass", "Sex", "Age", "SibSp", "Parch", "Fare", "Embarked")
    assert {column.name: column.missing for column in table.columns if column.missing} == {
        "Age": 177,
        "Cabin": 687,
        "Embarked": 2,
    }


@shared
def test_california_housing():
    table = inspect_csv(SHARED / "california_housing" / "housing.csv")
    assert (table.rows, table.target, table.task) == (20_640, "median_house_value", "value")
    assert len(table.features) == 9
    assert table.column("total_bedrooms").missing == 207
    parameters = csv_parameters(table)
    assert parameters["categories"][0][1] == ("<1H OCEAN", "INLAND", "ISLAND", "NEAR BAY", "NEAR OCEAN")
    loaded = load(Choice("Csv", parameters), table.path)
    assert loaded["x"].shape == (20_640, 13)
    assert loaded["y"][loaded["train"]].std() == pytest.approx(1, abs=1e-3)


@shared
def test_airline_passengers():
    table = inspect_csv(SHARED / "airline_passengers" / "airline-passengers.csv")
    assert (table.rows, table.target) == (144, "Passengers")
    assert (table.column("Month").kind, table.column("Month").date) == ("date", "%Y-%m")
    assert table.column("Month").parts == ("year", "month")
    assert table.features == ("Month",)


@shared
def test_sms_spam():
    table = inspect_csv(SHARED / "sms_spam" / "SMSSpamCollection")
    assert (table.rows, table.form.quotes, table.form.separator) == (5574, False, "\t")
    assert (table.target, table.columns[0].examples) == ("column 1", ("ham", "spam"))


# --- missing fields ---


def test_a_class_called_none_is_a_class(tmp_path):
    rows = [f"{n}.5,{('None', 'Apnea', 'NA')[n % 3]}" for n in range(60)]
    table = inspect(tmp_path, "age,disorder\n" + "\n".join(rows))
    parameters = csv_parameters(table, "disorder")
    assert (table.column("disorder").missing, table.say_dropped("disorder")) == (0, "")
    assert (parameters["classes"], parameters["rows"]) == (("Apnea", "NA", "None"), 60)
    assert len(load(Choice("Csv", parameters), table.path)["x"]) == 60


def test_rows_without_target_are_counted_and_said(tmp_path):
    table = inspect(tmp_path, "n,y\n1.5,?\n2.5,2\n3.5,NaN\n4.5,\n5.5,3\n")
    assert table.column("y").missing == 3
    assert table.say_dropped("y") == "3 of 5 rows are left out, since their `y` is missing (blank, ? or NaN)."
    table = inspect(tmp_path, "n,y\n1.5,?\n2.5,a\n3.5,NaN\n4.5,\n5.5,a\n")
    assert table.say_dropped("y") == "2 of 5 rows are left out, since their `y` is missing (blank or ?)."


def test_both_readers_know_the_same_words(tmp_path):
    words = [*NAN_WORDS, "", "?", "inf", "none", "Nan", "missing", "-", "N/A!"]
    rows = [",".join(f"c{n}" for n in range(len(words))), *[",".join(["1"] * len(words))] * 3, ",".join(words)]
    table = inspect(tmp_path, "\n".join(rows))
    seen = [column.name for column in table.columns if column.missing]
    assert table.form.missing == ("missing", "-")
    read = read_table(table.path, f"c{len(words) - 1}", missing=table.form.missing)
    assert seen == [name for name in read if read[name].isna().any()]
    assert seen == [*(f"c{n}" for n in range(len(NAN_WORDS) + 2)), "c18", "c19"]


FIELDS = st.sampled_from(["", "?", "NaN", "NA", "None", "n/a", "1", "2", "3.5", "none", "a", "nan "])


@settings(max_examples=100)
@given(
    rows=st.lists(st.tuples(FIELDS, FIELDS, FIELDS), min_size=2, max_size=12),
    one_hot=st.booleans(),
    mark=st.sampled_from([(",", "."), (";", ",")]),
)
def test_both_readers_miss_the_same_fields(rows, one_hot, mark, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "missing.csv"
    separator, decimal = mark
    text = "\n".join(separator.join(field.replace(".5", f"{decimal}5") for field in row) for row in rows)
    path.write_text(f"first{separator}second{separator}label\n{text}\n", encoding="utf-8")
    try:
        table = inspect_csv(path, separator=separator, header=True)
        features = [column.name for column in table.columns[:2] if column.kind != "empty"]
        numbers = [name for name in features if table.column(name).kind == "number"]
        parameters = csv_parameters(table, "label", features, one_hot=numbers if one_hot else ())
    except DataError:
        return
    choice = Choice("Csv", parameters)
    loaded = load(choice, path)
    assert len(loaded["x"]) == len(loaded["y"]) == parameters["rows"] == table.rows - table.column("label").missing
    if table.column("label").missing == 0:
        for name in features:
            assert int(loaded["table"][name].isna().sum()) == table.column(name).missing
