"""A table in the Data tab: what is done to its columns, how its file is read, and what of that is overruled."""

from pathlib import Path

import pandas as pd
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from designer.catalogue.facts import facts
from designer.data.overruling import tell_date
from designer.document.project import Choice, Data
from designer.ui.panels.columns_model import PREDICT, TREATMENT, USE
from tests.ui.panels.test_data_panel import choose_treatment, make, project_of, row_of, tick, wait_for_table

__all__ = ["make"]

ROWS = "".join(
    f"{n % 9 or ''};{n},5;{'abc'[n % 3]};{n % 28 + 1:02}.0{n % 9 + 1}.2024;{'yes' if n % 2 else 'no'};{n % 3 == 0}\n"
    for n in range(60)
)
PEOPLE = "rooms;area;town;sold;wet;cold\n" + ROWS


@pytest.fixture
def people(tmp_path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE, "utf-8")
    return path


@pytest.fixture
def page(make, people, qtbot):
    panel = make(Data(Choice("Csv")))
    panel.resize(1150, 420)
    panel.csv.open(people)
    wait_for_table(qtbot, panel)
    return panel


def treatments(panel) -> dict[str, str]:
    model = panel.csv.columns
    return {column.name: model.index(row, TREATMENT).data() for row, column in enumerate(panel.csv.table.columns)}


def apply(panel, qtbot) -> dict:
    QTest.mouseClick(panel.csv.apply, Qt.MouseButton.LeftButton)
    wait_for_table(qtbot, panel)
    assert not panel.csv.message.text()
    return project_of(panel).data.source.parameters


def test_every_column_has_its_usual_treatment_and_may_have_another(page, qtbot):
    assert treatments(page) == {
        "rooms": "standardize · median",
        "area": "standardize",
        "town": "one-hot",
        "sold": "month, day, weekday",
        "wet": "one-hot",
        "cold": "",
    }
    choose_treatment(page, "area", "Scale", "log")
    choose_treatment(page, "rooms", "Fill missing with", "median, marked")
    choose_treatment(page, "town", "Give as", "embedding")
    choose_treatment(page, "sold", "Take as", "parts of a date")
    parameters = apply(page, qtbot)
    assert parameters["treatments"] == (
        ("rooms", "fill", "mark"),
        ("area", "scale", "log"),
        ("town", "encode", "embedding"),
    )
    assert parameters["dates"] == (("sold", "%d.%m.%Y", ("month", "day", "weekday")),)
    assert facts(project_of(page)).input.sizes == (2 + 1 + 1 + 6 + 2,)
    choose_treatment(page, "area", "Scale", "standardize")  # the usual is not recorded
    assert [one[0] for one in apply(page, qtbot)["treatments"]] == ["rooms", "town"]
    page._editor.undo()
    assert treatments(page)["area"] == "log"


def test_another_window_finds_the_same_choice(page, make, qtbot):
    choose_treatment(page, "area", "Scale", "robust")
    choose_treatment(page, "rooms", "Take as", "categories")
    tick(page.csv.view, row_of(page, "wet"), PREDICT)
    choose_treatment(page, "cold", "Predict as well")
    assert page.csv.task.currentData() == "labels"
    parameters = apply(page, qtbot)
    assert parameters["answers"] == (("wet", ("no", "yes")), ("cold", ("False", "True")))
    assert project_of(page).training.loss.kind == "BCEWithLogitsLoss"
    other = make(project_of(page).data)
    wait_for_table(qtbot, other)
    assert other.csv.selection() == page.csv.selection()
    assert not other.csv.apply.isEnabled()


def test_several_numbers_are_predicted_together(page, qtbot):
    tick(page.csv.view, row_of(page, "area"), PREDICT)
    choose_treatment(page, "rooms", "Predict as well")
    assert page.csv.task.currentData() == "value"
    choose_treatment(page, "area", "Scale", "0 to 1")
    parameters = apply(page, qtbot)
    assert (parameters["more"], parameters["treatments"]) == (("rooms",), (("area", "scale", "minmax"),))
    assert parameters["bounds"] == (0.5, 59.5)
    assert facts(project_of(page)).target.labels == ("area", "rooms")
    tick(page.csv.view, row_of(page, "rooms"), PREDICT)
    assert page.csv.columns.more == []


def test_rows_are_split_by_a_column(page):
    choose_treatment(page, "town", "Keep its groups together in the split")
    assert project_of(page).data.split == Choice("Group", {"column": "town"})
    choose_treatment(page, "sold", "Split by its order in time")
    assert project_of(page).data.split == Choice("Time", {"column": "sold"})
    assert treatments(page)["sold"] == "month, day, weekday · splits the rows: time"


def test_the_form_of_the_file_is_shown_with_reasons_and_overruled(page, qtbot):
    QTest.mouseClick(page.csv.reading, Qt.MouseButton.LeftButton)
    form = page.csv.form
    assert form.isVisible()
    assert (form.separator.currentText(), form.decimal.currentText()) == ("semicolons", "comma")
    assert form._reasons["decimal"].text() == "Decimal commas outnumber points."
    assert not form.sheet.isVisible()
    form.missing.setText("1, 2")
    QTest.keyClick(form.missing, Qt.Key.Key_Return)
    wait_for_table(qtbot, page)
    assert page.csv.table.form.missing == ("1", "2")
    assert page.csv.table.column("rooms").missing == 21
    QTest.mouseClick(form.header, Qt.MouseButton.LeftButton, pos=QPoint(8, form.header.height() // 2))
    wait_for_table(qtbot, page)
    assert page.csv.table.rows == 61
    assert page.csv.table.form.missing == ("1", "2")  # what was overruled before stays so


def test_odd_rows_are_told_and_left_out_by_a_click(make, people, qtbot):
    people.write_text(PEOPLE + "1;2\n", "utf-8")
    panel = make(Data(Choice("Csv")))
    panel.csv.open(people)
    wait_for_table(qtbot, panel)
    assert "has 2 fields where the first row has 6" in panel.csv.message.text()
    QTest.mouseClick(panel.csv.leave_out, Qt.MouseButton.LeftButton)
    wait_for_table(qtbot, panel)
    assert panel.csv.table.form.left_out == (61,)
    assert "1 line left out" in panel.csv.facts.text()
    assert not panel.csv.leave_out.isVisible()
    parameters = apply(panel, qtbot)
    assert parameters["left_out"] == (61,)
    other = make(project_of(panel).data)
    wait_for_table(qtbot, other)
    assert other.csv.table.form == panel.csv.table.form
    assert not other.csv.apply.isEnabled()


def test_a_sheet_of_a_workbook_is_chosen(make, tmp_path, qtbot):
    path = tmp_path / "book.xlsx"
    with pd.ExcelWriter(path) as book:
        for name, shift in (("one", 0), ("two", 100)):
            frame = pd.DataFrame({"a": range(20), "b": [n * 1.5 + shift for n in range(20)], "c": ["x", "y"] * 10})
            frame.to_excel(book, sheet_name=name, index=False)
    panel = make(Data(Choice("Csv")))
    panel.csv.open(path)
    wait_for_table(qtbot, panel)
    QTest.mouseClick(panel.csv.reading, Qt.MouseButton.LeftButton)
    sheet = panel.csv.form.sheet
    assert sheet.isVisible()
    assert not panel.csv.form.decimal.isVisible()
    sheet.setCurrentIndex(1)
    sheet.activated.emit(1)
    wait_for_table(qtbot, panel)
    assert panel.csv.table.column("b").examples[0] == "100.0"
    QTest.mouseClick(panel.csv.reading, Qt.MouseButton.LeftButton)
    tick(panel.csv.view, row_of(panel, "a"), USE)
    assert (apply(panel, qtbot)["sheet"], project_of(panel).data.source.parameters["form"]) == ("two", "excel")


def test_the_type_of_a_column_is_overruled(make, people, qtbot):
    people.write_text(PEOPLE.replace(".2024", "/2024").replace(".0", "/0").replace(";a;", ";1 a;"), "utf-8")
    panel = make(Data(Choice("Csv")))
    panel.csv.open(people)
    wait_for_table(qtbot, panel)
    apply(panel, qtbot)
    before = panel.csv.table.column("sold")
    other = {"%m/%d/%Y": "%d/%m/%Y", "%d/%m/%Y": "%m/%d/%Y"}[before.date]
    choose_treatment(panel, "town", "Take as", "numbers")
    wait_for_table(qtbot, panel)
    assert "Column 'town' has 3 texts that are no numbers" in panel.csv.message.text()
    choose_treatment(panel, "sold", "Take as", f"dates as {tell_date(other)}")
    wait_for_table(qtbot, panel)
    assert not panel.csv.message.text()
    assert panel.csv.table.column("sold").date == other
    assert apply(panel, qtbot)["dates"][0][1] == other
    assert not panel.csv.apply.isEnabled()


def test_a_column_of_texts_is_a_feature_or_not(page, qtbot):
    choose_treatment(page, "town", "Take as", "texts")
    assert "town" not in page.csv.selection().features
    choose_treatment(page, "wet", "Take as", "texts")
    tick(page.csv.view, row_of(page, "town"), USE)
    assert set(page.csv.selection().features) == {"rooms", "area", "town", "sold"}
