"""The marks in numbers: what is a number under which of them, and what never becomes another one."""

import json

import numpy as np
import pandas as pd
import pytest

from designer.data import DataError, csv_parameters, inspect_csv, look
from designer.document.project import Choice
from designer.recipes.large_table import read_rows
from designer.recipes.reading import read_numbers, read_table
from tests.catalogue.running_sources import load

GERMAN = "Nr;Ort;Fläche;Adresse;Verkauft am;Preis\r\n" + "".join(
    f"{n + 1};{('Köln', 'Görlitz')[n % 2]};{'k. A.' if n % 9 == 0 else f'{30 + n},5'};10.0.{n}.7;"
    f"{n % 28 + 1:02}.{n % 12 + 1:02}.2019;{100 + n}.{n:03},25\r\n"
    for n in range(60)
)


@pytest.fixture
def german(tmp_path):
    path = tmp_path / "wohnungen.csv"
    path.write_text(GERMAN + ";;;;;\r\n;;;;;\r\n", "cp1252", newline="")
    return path


@pytest.mark.parametrize(
    "text, marks, number",
    [
        ("1.234,5", (",", "."), 1234.5),
        ("-1.234.567", (",", "."), -1234567),
        ("117.5", (",", "."), None),
        ("1234.567", (",", "."), None),
        ("01.01.2019", (",", "."), None),
        ("10.0.0.1", (",", "."), None),
        ("117.5", (",", ""), None),
        ("117,5", (",", ""), 117.5),
        ("1,234", (".", ","), 1234),
        ("12,34", (".", ","), None),
        ("1e3", (".", ""), 1000),
        ("1 234,5 €", (",", " ", ("€",)), 1234.5),
        ("-$1,234", (".", ",", ("$",)), -1234),
        ("12,5 %", (",", "", ("%", "€")), 12.5),
        ("5 kg", (".", "", ("€",)), None),
        ("abc", (",", "."), None),
    ],
)
def test_a_text_is_the_number_that_its_marks_say_or_none(text, marks, number):
    found = read_numbers(pd.Series([text, None]), *marks)
    assert found.isna().tolist() == [number is None, True]
    assert number is None or found[0] == number


def test_two_units_in_a_column_make_no_numbers():
    assert read_numbers(pd.Series(["3 kg", "500 g"]), units=("kg", "g")).isna().all()


def test_a_column_of_numbers_with_points_leaves_dates_and_addresses_alone(german):
    table = inspect_csv(german)
    assert (table.form.decimal, table.form.thousands, table.form.missing) == (",", ".", ("k. A.",))
    assert {column.name: column.kind for column in table.columns} == {
        "Nr": "number",
        "Ort": "class",
        "Fläche": "number",
        "Adresse": "text",
        "Verkauft am": "date",
        "Preis": "number",
    }
    assert table.column("Preis").bounds == (100000.25, 159059.25)
    assert table.frame is not None
    assert table.frame["Adresse"][3] == "10.0.3.7"
    parameters = csv_parameters(table)
    loaded = load(Choice("Csv", parameters), german)
    assert loaded["table"]["Preis"][59] == 159059.25
    assert loaded["table"]["Verkauft am month sin"].notna().all()


def test_both_readers_take_the_same_texts_for_numbers(german):
    form = {"separator": ";", "decimal": ",", "thousands": ".", "encoding": "cp1252", "missing": ("k. A.",)}
    whole = read_table(german, "Preis", ("Ort", "Verkauft am"), **form)
    (rows,) = read_rows(german, tuple(whole.columns), "Preis", ("Ort", "Verkauft am"), **form)
    pd.testing.assert_frame_equal(whole, rows)
    strange = german.with_name("point.csv")
    strange.write_text("Fläche;Preis\n117.5;1.000,5\n36.0;2\n", "cp1252")
    assert read_table(strange, "", (), **form)["Fläche"].tolist() == ["117.5", "36.0"]


@pytest.mark.parametrize(
    "cells, form, bounds",
    [
        (("12,5 %", "3,5 %"), {"decimal": ",", "units": ("%",)}, (3.5, 12.5)),
        (("1.234,56 €", "7,00 €"), {"decimal": ",", "thousands": ".", "units": ("€",)}, (7, 1234.56)),
        (('"$1,234"', '"$12,345,678"'), {"decimal": ".", "thousands": ",", "units": ("$",)}, (1234, 12345678)),
    ],
)
def test_units_are_taken_off(tmp_path, cells, form, bounds):
    path = tmp_path / "units.csv"
    path.write_text("a;b\n" + "".join(f"{cells[n % 2]};{'xy'[n // 2 % 2]}\n" for n in range(12)), "utf-8")
    table = inspect_csv(path)
    assert {name: getattr(table.form, name) for name in form} == form
    assert table.column("a").bounds == bounds
    loaded = load(Choice("Csv", csv_parameters(table)), path)
    assert np.unique(loaded["table"]["a"]).tolist() == sorted(bounds)


def write(folder, fields, name="t.csv"):
    path = folder / name
    path.write_text("a;b;c\n" + "".join(f"{a};{'xyz'[n % 3]};{n % 2}\n" for n, a in enumerate(fields)), "utf-8")
    return path


@pytest.mark.parametrize("word", ["k. A.", "keine Angabe", "s.d.", "N/D", "sin datos", "-", "–", "n.c."])
def test_words_of_other_languages_are_missing(tmp_path, word):
    table = inspect_csv(write(tmp_path, [word if n % 4 == 0 else n for n in range(60)]))
    assert (table.form.missing, table.column("a").kind, table.column("a").missing) == ((word,), "number", 15)
    assert f"'{word}'" in table.form.reasons["missing"]


def test_few_words_among_numbers_are_taken_for_missing_unless_another_column_means_them(tmp_path):
    fields = [str(n) for n in range(1000)]
    fields[500], fields[700] = "Schmidt", "siehe Anlage"  # far behind what is read first
    table = inspect_csv(write(tmp_path, fields))
    assert table.form.missing == ("Schmidt", "siehe Anlage")
    assert table.form.reasons["missing"] == "Among numbers stand 'Schmidt', 'siehe Anlage': taken for missing."
    assert (table.column("a").kind, table.column("a").missing) == ("number", 2)
    loaded = load(Choice("Csv", csv_parameters(table)), table.path)
    assert int(loaded["table"]["a"].isna().sum()) == 2
    chosen = inspect_csv(table.path, given={"missing": ("7",)})
    assert (chosen.column("a").kind, chosen.form.reasons["missing"]) == ("text", "As it is set here.")
    fields[500] = fields[700] = "x"  # as in column b
    assert inspect_csv(write(tmp_path, fields)).column("a").kind == "text"


def test_columns_that_are_no_features_are_told(tmp_path):
    path = write(tmp_path, [f"{n} Main St." for n in range(80)])
    words = [guess.words for guess in look(path).guesses]
    assert "No features: a holds texts that differ" in words


def test_labels_that_may_mean_the_same_and_a_target_of_one_value_are_told(tmp_path):
    path = tmp_path / "t.csv"
    labels = ("Ja", "ja", "NEIN", "nein", "1", "vielleicht")
    path.write_text("a,b,y\n" + "".join(f"{n / 7},{n % 5},{labels[n % 6]}\n" for n in range(60)), "utf-8")
    doubts = [guess.words for guess in look(path).guesses if guess.sure == "open"]
    assert len(doubts) == 1
    assert "1, Ja, ja; NEIN, nein" in doubts[0]
    path.write_text("a,b,y\n" + "".join(f"{n / 7},{n % 5},ja\n" for n in range(60)), "utf-8")
    doubts = [guess.words for guess in look(path).guesses if guess.sure == "open"]
    assert len(doubts) == 1
    assert "y seems to be the target, but is ja in every row" in doubts[0]


def test_uneven_rows_and_a_broken_file_are_told_once_and_rightly(tmp_path):
    path = tmp_path / "uneven.csv"
    path.write_text("a,b,y\n" + "".join(",".join("1234567"[: n % 6 + 1]) + "\n" for n in range(60)), "utf-8")
    with pytest.raises(DataError, match=r"^Row 2 of \S+ has 1, not 3 fields as the first row; so it is with 50 of"):
        look(path)
    path = tmp_path / "broken.json"
    path.write_text('{"a":1,\n[}', "utf-8")
    with pytest.raises(DataError) as error:
        look(path)
    assert str(error.value).count(str(path)) == str(error.value).count("cannot be read") == 1


@pytest.mark.parametrize("lines", [True, False])
def test_json_is_a_table_with_a_column_for_each_field_within(tmp_path, lines):
    path = tmp_path / ("rows.jsonl" if lines else "rows.json")
    rows = [{"n": n / 3, "meta": {"town": "xyz"[n % 3]}, "tags": ["a"], "y": n % 2} for n in range(40)]
    text = "\n".join(map(json.dumps, rows)) if lines else json.dumps(rows, indent=1)
    path.write_text(text, "utf-8")
    found = look(path)
    assert found.source.kind == "Csv"
    assert found.source.parameters["form"] == ("jsonl" if lines else "json")
    nested = "tags hold lists and are left out. meta hold objects: there is a column for each of their fields."
    assert found.table is not None
    assert found.table.form.reasons["nested"] == nested
    loaded = load(found.source, path)
    assert list(loaded["table"]) == ["n", "meta.town", "y"]
    assert loaded["x"].shape == (40, 4)
