"""New rows come in other forms than the data of the training, and are the same rows; what may be two things is refused."""

import gzip
from zipfile import ZipFile

import numpy as np
import pandas as pd
import pytest

from designer.data import csv_parameters, inspect_csv
from designer.document.project import Choice
from designer.recipes.excel import read_excel
from designer.recipes.new_table import read_new_table
from designer.recipes.reading import read_table
from tests.catalogue.running_sources import load, predict
from tests.data.test_marks import GERMAN

COLUMNS = ("Nr", "Ort", "Fläche", "Adresse", "Verkauft am")


@pytest.fixture(scope="module")
def learned(tmp_path_factory):
    path = tmp_path_factory.mktemp("learned") / "wohnungen.csv"
    path.write_text(GERMAN, "cp1252", newline="")
    choice = Choice("Csv", csv_parameters(inspect_csv(path), "Preis", ["Fläche", "Ort", "Verkauft am"]))
    loaded = load(choice, path)
    return choice, {"columns": loaded["columns"]}, loaded["x"][:12].numpy()


def list_rows() -> list[list[str]]:
    return [line.split(";")[:5] for line in GERMAN.splitlines()[1:13]]


def write(folder, name, separator=";", encoding="cp1252", point=",", day="%d.%m.%Y", above=""):
    rows = [list(COLUMNS), *list_rows()]
    for row in rows[1:]:
        row[2] = row[2].replace(",", point) if row[2] != "k. A." else row[2]
        row[4] = pd.to_datetime(row[4], format="%d.%m.%Y").strftime(day)
    text = above + "".join(separator.join(row) + "\r\n" for row in rows)
    path = folder / name
    path.write_bytes(gzip.compress(text.encode(encoding)) if name.endswith(".gz") else text.encode(encoding))
    return path


FORMS = {
    "its own": {},
    "points": {"point": "."},
    "utf-8": {"encoding": "utf-8"},
    "with a mark": {"encoding": "utf-8-sig"},
    "utf-16": {"encoding": "utf-16"},
    "commas": {"separator": ",", "point": ".", "encoding": "utf-8"},
    "tabs, packed": {"separator": "\t", "name": "new.csv.gz"},
    "a title and days as elsewhere": {"above": "Wohnungen 2024\r\n\r\n", "day": "%Y-%m-%d"},
    "nothing in the last rows": {},
}


@pytest.mark.parametrize("name", ["cut off", "damaged", "damaged sheet"])
def test_a_file_that_is_damaged_is_refused_in_a_sentence(tmp_path, name):
    packed = bytearray(gzip.compress("".join(f"{n},{n * n}\n" for n in range(3000)).encode()))
    path = tmp_path / "new.csv.gz"
    if name == "cut off":
        packed = packed[: len(packed) // 2]
    elif name == "damaged":
        packed[40:400] = b"\xff" * 360
    path.write_bytes(packed)
    if name == "damaged sheet":
        whole, path = tmp_path / "whole.xlsx", tmp_path / "new.xlsx"
        pd.DataFrame({"a": [1, 2]}).to_excel(whole, index=False)
        with ZipFile(whole) as given, ZipFile(path, "w") as made:
            for part in given.namelist():
                made.writestr(part, given.read(part)[: 60 if "sheet1" in part else None])
    for read in (read_new_table, read_excel if name == "damaged sheet" else read_table):
        with pytest.raises(ValueError, match=r"cannot be read"):
            read(path, ("a",)) if read is read_new_table else read(path)


@pytest.mark.parametrize("form", FORMS)
def test_a_csv_file_of_another_form_holds_the_same_rows(learned, tmp_path, form):
    choice, kept, expected = learned
    path = write(tmp_path, **({"name": "new.csv"} | FORMS[form]))
    if form.startswith("nothing"):
        path.write_bytes(path.read_bytes() + b";;;;\r\n;;;;\r\n")
    assert np.array_equal(predict(choice, path, dict(kept))["x"], expected)


@pytest.mark.parametrize("kind", ["xlsx", "parquet", "jsonl", "json"])
def test_a_file_of_another_kind_holds_the_same_rows(learned, tmp_path, kind):
    choice, kept, expected = learned
    frame = pd.DataFrame(list_rows(), columns=COLUMNS)
    frame["Fläche"] = pd.to_numeric(frame["Fläche"].str.replace(",", "."), errors="coerce")
    days = pd.to_datetime(frame["Verkauft am"], format="%d.%m.%Y")
    frame["Verkauft am"] = days.dt.strftime("%Y-%m-%d") if kind.startswith("json") else days
    path = tmp_path / f"new.{kind}"
    if kind == "xlsx":
        with pd.ExcelWriter(path) as book:
            pd.DataFrame({"read": ["me"]}).to_excel(book, sheet_name="notes", index=False)
            frame.to_excel(book, sheet_name="rows", index=False, startrow=2)
    elif kind == "parquet":
        frame.to_parquet(path)
    else:
        frame.to_json(path, orient="records", lines=kind == "jsonl")
    assert np.array_equal(predict(choice, path, dict(kept))["x"], expected)


def test_a_network_that_learned_from_lines_of_json_reads_a_csv_file(tmp_path):
    path, new = tmp_path / "rows.jsonl", tmp_path / "new.csv"
    frame = pd.DataFrame({"a": np.arange(30) / 4, "kind": ["x", "y", "z"] * 10, "y": np.arange(30) % 2})
    frame.to_json(path, orient="records", lines=True)
    frame[["kind", "a"]].to_csv(new, index=False, sep=";", decimal=",")
    choice = Choice("Csv", csv_parameters(inspect_csv(path)))
    loaded = load(choice, path)
    assert np.array_equal(predict(choice, new, {"columns": loaded["columns"]})["x"], loaded["x"])


@pytest.mark.parametrize(
    "text, words",
    [
        (
            "a;c\n1;2\n",
            r"new\.csv has no column 'b', from which the network learned\. It has 'a', 'c'; wanted are 'a', 'b'\.",
        ),
        ("a;b\n1,234;2\n", "has '1,234', which may be 1.234 or 1234. Write it with '.' before the decimals"),
        ("a;b\n1,5;2\nabc;3\n", "Column 'a' of .* has 'abc' where a number should be"),
        ("a;b\n01.02.2019;2\n", "has '01.02.2019' where a number should be"),
        ("", "has no column 'a'"),
        ("a,b\n1,5,2\n", r"Line 2 of \S+new\.csv has 3 fields where the first has 2"),
    ],
)
def test_what_cannot_be_told_is_said(tmp_path, text, words):
    path = tmp_path / "new.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(ValueError, match=words):
        read_new_table(path, numbers=("a", "b"))


def test_a_file_of_zeros_is_no_table(tmp_path):
    path = tmp_path / "zeros.csv"
    path.write_bytes(bytes(300))
    with pytest.raises(ValueError, match="bytes that are 0"):
        read_new_table(path, numbers=("a",))
    path.write_text("b" * 500 + ",c\n1,2\n")
    with pytest.raises(ValueError, match="has no column 'a'") as found:
        read_new_table(path, numbers=("a",))
    assert len(str(found.value)) < 400
