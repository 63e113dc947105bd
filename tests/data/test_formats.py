"""Tables in every form they come in: read right by guess alone, by the window and by the script."""

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from designer.catalogue.facts import facts, source_problem
from designer.data import DataError, csv_parameters, inspect_csv, look
from designer.data.form import UnequalRows
from designer.data.rows import Unsure, count_rows
from designer.document.project import Choice, Data, Project
from designer.recipes.reading import read_table
from tests.catalogue.running_sources import load, predict

ROWS = 60
FRAME = pd.DataFrame(
    {
        "age": [None if n % 7 == 0 else float(n) for n in range(ROWS)],
        "born": pd.to_datetime([f"20{n % 20:02}-0{n % 9 + 1}-1{n % 10}" for n in range(ROWS)]),
        "town": ["Rom, Italia" if n % 3 else "Oslo" for n in range(ROWS)],
        "members": [n % 4 for n in range(ROWS)],
        "glad": [bool(n % 2) for n in range(ROWS)],
        "kind": ["a", "b", "c"] * (ROWS // 3),
    }
)


def write_csv(path):
    FRAME.to_csv(path, index=False)


def write_packed(path):
    path.write_bytes(gzip.compress(FRAME.to_csv(index=False).encode()))


def write_excel(path):
    with pd.ExcelWriter(path) as book:
        FRAME.to_excel(book, sheet_name="people", index=False)
        pd.DataFrame({"other": [1, 2], "sheet": [3, 4]}).to_excel(book, sheet_name="notes", index=False)


def write_parquet(path):
    FRAME.to_parquet(path)


def write_lines(path):
    FRAME.assign(born=FRAME["born"].dt.strftime("%Y-%m-%d")).to_json(path, orient="records", lines=True)


def write_arff(path):
    kinds = {"age": "NUMERIC", "born": "DATE 'yyyy-MM-dd'", "town": "{Oslo,'Rom, Italia'}", "members": "INTEGER"}
    kinds |= {"glad": "{True,False}", "kind": "{a,b,c}"}
    lines = ["% people", "@RELATION people", *(f"@ATTRIBUTE {name} {kind}" for name, kind in kinds.items()), "@DATA"]
    for row in FRAME.astype(object).itertuples(index=False):
        cells = ["?" if pd.isna(cell) else str(cell).removesuffix(" 00:00:00") for cell in row]
        lines.append(",".join(f"'{cell}'" if "," in cell else cell for cell in cells))
    path.write_text("\n".join(lines))


@pytest.mark.parametrize(
    "name, write",
    [
        ("t.csv", write_csv),
        ("t.csv.gz", write_packed),
        ("t.xlsx", write_excel),
        ("t.parquet", write_parquet),
        ("t.jsonl", write_lines),
        ("t.arff", write_arff),
    ],
)
def test_every_form_gives_the_same_table(name, write, tmp_path):
    path = tmp_path / name
    write(path)
    table = inspect_csv(path)
    kinds = {column.name: column.kind for column in table.columns}
    assert kinds == {"age": "number", "born": "date", "town": "class", "members": "number", "glad": "class"} | {
        "kind": "class"
    }
    assert (table.rows, table.target, table.task) == (ROWS, "kind", "class")
    assert table.column("age").missing == 9
    assert table.column("born").parts == ("year", "month", "day", "weekday")
    assert table.head[1][2] == "Rom, Italia"
    parameters = csv_parameters(table, one_hot=["members"])
    assert parameters["categories"] == (
        ("town", ("Oslo", "Rom, Italia")),
        ("members", ("0", "1", "2", "3")),
        ("glad", ("False", "True")),
    )
    choice = Choice("Csv", parameters)
    project = Project(data=Data(choice))
    assert source_problem(project) is None
    loaded = load(choice, path)
    assert loaded["x"].shape == (ROWS, *facts(project).input.sizes) == (ROWS, 1 + 7 + 8)
    assert loaded["y"].tolist() == [n % 3 for n in range(ROWS)]
    assert loaded["x"].isfinite().all()
    plain = tmp_path / "plain.csv"
    write_csv(plain)
    again = load(Choice("Csv", csv_parameters(inspect_csv(plain), one_hot=["members"])), plain)
    assert np.array_equal(loaded["x"], again["x"])


def test_whatever_is_dropped_is_known_as_a_table_and_its_form_is_told(tmp_path):
    for name, write in (("t.xlsx", write_excel), ("t.parquet", write_parquet), ("t.jsonl", write_lines)):
        write(tmp_path / name)
        found = look(tmp_path / name)
        assert (found.source.kind, found.source.parameters["target"], found.table.rows) == ("Csv", "kind", ROWS)
    path = tmp_path / "packed.csv.gz"
    path.write_bytes(gzip.compress(b"size;kind\n1,5;a\n2,5;b\n3,5;a\n1,25;b\n"))
    words = " ".join(guess.words for guess in look(path).guesses)
    assert "Separator: semicolons." in words
    assert "Decimal commas. Decimal commas outnumber points." in words
    book = tmp_path / "t.xlsx"
    assert any(guess.words.startswith("Sheet: people") for guess in look(book).guesses)


def test_new_rows_of_a_file_without_header_may_lack_the_target(tmp_path):
    path, new = tmp_path / "t.csv", tmp_path / "new.csv"
    rows = [f"{n % 2},{n}.5,{'xyz'[n % 3]}" for n in range(20)]
    path.write_text("\n".join(rows))
    parameters = csv_parameters(inspect_csv(path), "column 1", ["column 2", "column 3"], task="class")
    loaded = load(Choice("Csv", parameters), path)
    for text in (rows, [row[2:] for row in rows]):
        new.write_text("\n".join(text))
        found = predict(Choice("Csv", parameters), new, {"columns": loaded["columns"]})
        assert np.array_equal(found["x"], loaded["x"])


def test_a_sheet_can_be_chosen(tmp_path):
    path = tmp_path / "t.xlsx"
    write_excel(path)
    assert inspect_csv(path).form.sheets == ("people", "notes")
    table = inspect_csv(path, given={"sheet": "notes"})
    assert [column.name for column in table.columns] == ["other", "sheet"]
    with pytest.raises(DataError, match="has no sheet 'x', only people, notes"):
        inspect_csv(path, given={"sheet": "x"})


def write(folder, text, encoding="utf-8"):
    path = folder / "table.csv"
    path.write_bytes(text.encode(encoding) if isinstance(text, str) else text)
    return path


BODY = "".join(f"{2 * n},{'xy'[n % 2]}\n" for n in range(12))


@pytest.mark.parametrize(
    "text, expected",
    [
        ("a;b\n1.234,5;x\n2.345.678,25;y\n", {"decimal": ",", "thousands": "."}),
        ('a,b\n"1,234.5",x\n"2,345",y\n', {"decimal": ".", "thousands": ","}),
        ("a;b\n1 234;x\n2 345 678;y\n3;z\n", {"thousands": " "}),
        ("a;b\n1,234;x\n2,345;y\n", {"decimal": ",", "thousands": ""}),
        ("a,b\n" + BODY + "-,x\n-,y\n", {"missing": ("-",)}),
        ("a,b\n" + BODY + "-999,x\n-999,y\n", {"missing": ("-999",)}),
        ("a,b\n" + BODY + "-3,x\n-3,y\n", {"missing": ()}),
        ("a,b\nno,x\n-,y\nyes,x\n", {"missing": ()}),
        ("# made by a machine\n#a,b\na,b\n" + BODY, {"left_out": (0, 1)}),
        ("Sales of the year\n\na,b\n" + BODY, {"left_out": (0,)}),
        ("a,b\n" + BODY + ",\n,\n", {"left_out": ()}),
        ("a,b\r\n" + BODY.replace("\n", "\r\n"), {"left_out": (), "separator": ","}),
    ],
)
def test_marks_are_found_and_the_script_reads_the_same(text, expected, tmp_path):
    path = write(tmp_path, text)
    table = inspect_csv(path)
    assert {name: getattr(table.form, name) for name in expected} == expected
    assert all(reason.endswith(".") for reason in table.form.reasons.values())
    form = table.form
    read = read_table(
        path,
        separator=form.separator,
        decimal=form.decimal,
        thousands=form.thousands,
        missing=form.missing,
        left_out=form.left_out,
    )
    assert list(read.columns) == ["a", "b"]
    assert len(read) == table.rows
    assert pd.api.types.is_numeric_dtype(read["a"]) == (table.column("a").kind == "number")
    assert int(read["a"].isna().sum()) == table.column("a").missing


def test_empty_rows_at_the_end_are_counted(tmp_path):
    table = inspect_csv(write(tmp_path, "a,b\n" + BODY + ",\n,\n,\n"))
    assert (table.rows, table.blank) == (12, 3)
    assert load(Choice("Csv", csv_parameters(table)), table.path)["x"].shape[0] == 12


def test_rows_of_another_length_are_told_and_left_out_where_wanted(tmp_path):
    lines = [f"{n},{n % 2},x" for n in range(40)]
    lines[5], lines[30] = "5,1", "30,0,x,y"
    path = write(tmp_path, "a,b,c\n" + "\n".join(lines) + '\n"40,\n41",0,"x ""y"""\n41\n')
    with pytest.raises(UnequalRows, match=r"Row 7 of .* has 2 fields where the first row has 3, as 2 more rows have"):
        inspect_csv(path)
    table = inspect_csv(path, given={"leave_out": True})
    assert table.form.left_out == (6, 31, 42)
    assert table.rows == 39
    assert load(Choice("Csv", csv_parameters(table, "b", ["c"], task="class")), path)["x"].shape[0] == 39
    read = read_table(path, texts=("a", "c"), left_out=table.form.left_out)
    assert read["a"].tolist()[-1] == "40,\n41"
    assert read["c"].tolist()[-1] == 'x "y"'


@pytest.mark.parametrize("block", [1, 3, 16, 2**20])
def test_counting_by_bytes_is_what_the_csv_module_counts(block, tmp_path, monkeypatch):
    import csv

    monkeypatch.setattr("designer.data.opening.BLOCK", block)
    random = np.random.default_rng(block)
    cells = ["", "a", "12", '"x"', '"a,b"', '"a\nb"', '"say ""so"""', " ", "é"]
    for _ in range(60):
        rows = [",".join(random.choice(cells, random.integers(1, 4))) for _ in range(8)]
        text = "\r\n".join(rows) if random.random() < 0.5 else "\n".join(rows) + "\n"
        path = write(tmp_path, text)
        counted = count_rows(path, ",", True, 2)
        every = list(csv.reader(text.splitlines(keepends=True)))
        known = {line: row for line, row in enumerate(every) if len(row) > 1 or any(map(str.strip, row))}
        assert counted.count == len(known), text
        assert counted.odd == {line: len(row) for line, row in known.items() if len(row) != 2}, text
    for strange in ('a,b "c" d\n', 'a,"b" c\n', 'a,"b\n', "a,b\rc,d\n"):
        with pytest.raises(Unsure):
            count_rows(write(tmp_path, strange), ",", True, 2)


def test_what_is_given_is_not_guessed(tmp_path):
    path = write(tmp_path, "a;b\n1,5;x\n-;y\n".encode("cp1252"))
    given = {"decimal": ".", "thousands": ",", "missing": ("x",), "encoding": "latin-1", "quotes": False}
    form = inspect_csv(path, given=given).form
    assert {name: getattr(form, name) for name in given} == given


def test_answers_of_yes_and_no(tmp_path):
    lines = [f"{n}.5,{'yes' if n % 2 else 'no'},{n % 3 == 0}" for n in range(30)]
    table = inspect_csv(write(tmp_path, "size,wet,cold\n" + "\n".join(lines)))
    parameters = csv_parameters(table, "wet", ["size"], task="labels", more=["cold"])
    assert parameters["answers"] == (("wet", ("no", "yes")), ("cold", ("False", "True")))
    choice = Choice("Csv", parameters)
    target = facts(Project(data=Data(choice))).target
    assert (target.kind, target.size, target.labels) == ("labels", 2, ("wet", "cold"))
    assert load(choice, table.path)["y"].tolist() == [[n % 2, n % 3 == 0] for n in range(30)]
    both = csv_parameters(table, "size", ["wet"], task="value")
    assert "answers" not in both
    with pytest.raises(DataError, match="not as classes"):
        csv_parameters(table, "wet", ["size"], task="class", more=["cold"])
    with pytest.raises(DataError, match="where yes or no has two"):
        csv_parameters(table, "size", ["wet"], task="labels")


def test_treatments_are_recorded_for_features_and_change_what_is_listed(tmp_path):
    lines = [f"{n},{'' if n % 5 == 0 else 'abc'[n % 3]},name {n},{n}.5" for n in range(1500)]
    table = inspect_csv(write(tmp_path, "n,letter,name,y\n" + "\n".join(lines)))
    with pytest.raises(DataError, match="As an embedding it may have"):
        csv_parameters(table, "y", ["name"])
    chosen = [("name", "encode", "embedding"), ("letter", "fill", "frequent"), ("y", "scale", "log")]
    parameters = csv_parameters(table, "y", ["letter", "name"], treatments=chosen)
    assert parameters["treatments"] == (("name", "encode", "embedding"), ("letter", "fill", "frequent"))
    assert parameters["categories"][0] == ("letter", ("a", "b", "c"))
    loaded = load(Choice("Csv", parameters), table.path)
    assert loaded["x"].shape == (1500, 4)
    assert loaded["x"][:, 3].max() == 1200  # the number of names among the training rows stands for all others


def test_shared_files_are_found_by_guess_alone():
    shared = Path(__file__).parents[2].parent / "shared" / "data"
    if not shared.is_dir():
        pytest.skip("../shared/data is not on this machine")
    for name, rows, width in (("titanic/titanic.csv", 891, 11), ("california_housing/housing.csv", 20640, 13)):
        table = inspect_csv(shared / name)
        assert (table.rows, table.form.left_out, table.form.missing, table.form.thousands) == (rows, (), (), "")
        loaded = load(Choice("Csv", csv_parameters(table)), table.path)
        assert loaded["x"].shape == (rows, width)
    spam = inspect_csv(shared / "sms_spam" / "SMSSpamCollection")
    assert (spam.rows, spam.form.quotes, spam.form.names) == (5574, False, ("column 1", "column 2"))
    assert len(read_table(spam.path, names=spam.form.names, separator="\t", quotes=False)) == 5574
    months = inspect_csv(shared / "airline_passengers" / "airline-passengers.csv")
    assert load(Choice("Csv", csv_parameters(months)), months.path)["x"].shape == (144, 3)
