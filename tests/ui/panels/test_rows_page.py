"""The rows of a table in the Data tab by mouse and keys: sorted, searched, filtered, copied; a column's figures and role; leaks."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from designer.catalogue.facts import facts
from designer.document.project import Choice, Data
from designer.ui.panels.data_sides import LEAKS, ROWS
from tests.ui.conftest import settle
from tests.ui.panels.test_data_panel import make, project_of, wait_for_table

__all__ = ["make"]

LEFT, CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier
COUNT = 240


def write_table(folder: Path) -> Path:
    """Write a table with rows that come again, a number of the row, missing values and a column that tells the target."""
    random = np.random.default_rng(3)
    one = random.normal(size=COUNT).round(3)
    sold = np.where(one + random.normal(size=COUNT) > 0, "yes", "no")
    table = pd.DataFrame({"one": one, "age": [n % 40 if n % 4 else None for n in range(COUNT)], "sold": sold})
    table = table.assign(town=[("Oslo", "Rome", "Bonn")[n % 3] for n in range(COUNT)], receipt=table["sold"] == "yes")
    table = pd.concat([table, table.iloc[:40]])
    table.insert(0, "row_id", range(len(table)))
    table = table.drop(columns="sold").assign(sold=table["sold"])
    table.to_csv(folder / "sales.csv", index=False)
    return folder / "sales.csv"


@pytest.fixture
def panel(make, tmp_path, qtbot):
    made = make(Data(Choice("Csv")))
    made.resize(1250, 520)
    made.csv.open(write_table(tmp_path))
    wait_for_table(qtbot, made)
    show(made, qtbot, ROWS)
    return made


def show(panel, qtbot, side: int) -> None:
    tabs = panel.sides.tabs
    QTest.mouseClick(tabs, LEFT, pos=tabs.tabRect(side).center())
    wait(panel, qtbot)


def wait(panel, qtbot) -> None:
    qtbot.waitUntil(
        lambda: not (panel.csv.busy or panel.tables.busy or (panel._job and panel._job.running)), timeout=30_000
    )
    settle()  # so that what is shown now has its place


def texts(panel, place: int) -> list[str]:
    model = panel.tables.rows.model
    return [model.index(row, place).data() for row in range(model.rowCount())]


def click_head(panel, qtbot, place: int) -> None:
    head = panel.tables.rows.view.head
    left = head.sectionViewportPosition(place)
    QTest.mouseClick(head.viewport(), LEFT, pos=QPoint(left + 20, 10))
    wait(panel, qtbot)


def choose(box, data) -> None:
    box.setCurrentIndex(box.findData(data))
    box.activated.emit(box.currentIndex())


def give_role(panel, qtbot, name: str, role: str) -> None:
    panel.tables.rows.show_at(name)
    choose(panel.tables.rows.column.role, role)
    wait(panel, qtbot)


def test_rows_are_sorted_searched_filtered_and_copied(panel, qtbot):
    page = panel.tables.rows
    assert page.count.text() == "280 rows"
    assert set(texts(panel, 0)) == {"train", "validation"}
    assert texts(panel, 0).count("validation") == 56
    assert [texts(panel, 3)[row] for row in (0, 1)] == ["missing", "1"]
    click_head(panel, qtbot, 3)
    assert texts(panel, 3)[0] == "1"
    assert texts(panel, 3)[-1] == "missing"
    click_head(panel, qtbot, 3)
    assert texts(panel, 3)[0] == "39"
    click_head(panel, qtbot, 3)
    assert texts(panel, 1) == [str(row) for row in range(280)]
    assert page.column.column == "age"
    QTest.keyClicks(page.words, "5..7")
    QTest.keyClick(page.words, Qt.Key.Key_Return)
    wait(panel, qtbot)
    assert set(texts(panel, 3)) == {"5", "6", "7"}
    assert page.count.text() == f"{len(texts(panel, 3))} of 280 rows"
    choose(page.part, 1)
    wait(panel, qtbot)
    assert set(texts(panel, 0)) == {"validation"}
    found = texts(panel, 1)
    page.view.setCurrentIndex(page.model.index(0, 0))
    page.view.setFocus()
    page.view.selectAll()
    QTest.keyClick(page.view, Qt.Key.Key_C, CTRL)
    lines = QGuiApplication.clipboard().text().split("\n")
    assert [line.split("\t")[1] for line in lines] == found
    assert lines[0].split("\t")[0] == "validation"
    page.words.clear()
    choose(page.part, None)
    wait(panel, qtbot)
    QTest.keyClicks(page.row, "200")
    QTest.keyClick(page.row, Qt.Key.Key_Return)
    assert page.view.currentIndex().row() == 199


def test_a_head_says_what_a_column_is_and_the_page_beside_it_more(panel, qtbot):
    page = panel.tables.rows
    assert page.view.head.describe(3) == "age: whole, feature, 25 % missing"
    assert page.view.head.describe(6).startswith("sold: text, target")
    assert set(page.view.head.spreads) == {"row_id", "one", "age", "sold", "town", "receipt"}
    page.show_at("one")
    choose(page.column.by, "class")
    wait(panel, qtbot)
    facts, bars = page.column.facts.facts(), page.column.bars
    assert {"Missing", "Different", "Least, largest", "Alone", "Information"} <= set(facts)
    assert set(bars.names) == {"yes", "no"}
    assert bars.spread.counts.sum() == 280
    choose(page.column.by, "part")
    wait(panel, qtbot)
    assert bars.spread.counts.sum(0).tolist() == [224, 56]


def test_a_role_is_given_by_one_choice_and_taken_back_by_undo(panel, qtbot):
    before = project_of(panel).data
    give_role(panel, qtbot, "town", "ignore")
    assert "town" not in str(project_of(panel).data.source.parameters["categories"])
    panel._editor.undo()
    assert project_of(panel).data == before
    give_role(panel, qtbot, "age", "target")
    assert project_of(panel).data.source.parameters["target"] == "age"
    assert panel.tables.rows.view.head.describe(3).startswith("age: whole, target")
    panel._editor.undo()
    wait(panel, qtbot)
    give_role(panel, qtbot, "row_id", "time")
    assert project_of(panel).data.split == Choice("Time", {"column": "row_id"})
    assert texts(panel, 0) == ["train"] * 224 + ["validation"] * 56
    give_role(panel, qtbot, "row_id", "feature")
    assert project_of(panel).data.split == Choice("Random")
    assert "row_id" in project_of(panel).data.source.parameters["numbers"]


def test_a_weight_is_chosen_or_refused_with_the_reason(panel, qtbot):
    before = project_of(panel).data
    give_role(panel, qtbot, "one", "weight")
    page = panel.tables.rows.column
    assert "weights below 0" in page.message.text()
    assert page.message.isVisible()
    assert page.role.currentData() == "feature"
    assert project_of(panel).data == before
    give_role(panel, qtbot, "sold", "ignore")
    assert page.message.text().startswith("This is what is predicted.")
    assert page.role.currentData() == "target"
    give_role(panel, qtbot, "row_id", "weight")
    assert not page.message.isVisible()
    assert project_of(panel).data.source.parameters["weight"] == "row_id"
    assert panel.tables.rows.view.head.describe(1) == "row_id: whole, weight, none missing"
    assert facts(project_of(panel)).weighted
    give_role(panel, qtbot, "row_id", "ignore")
    assert project_of(panel).data == before


def test_leaks_are_said_and_mended_by_a_click(panel, qtbot):
    assert panel.sides.tabs.tabText(LEAKS) == "Leaks (2)"
    show(panel, qtbot, LEAKS)
    teller, copies = panel.tables.leaks.rows
    assert teller.title.text() == "receipt says the same as the target sold."
    assert "stand in the training part as well, all with the same target." in copies.title.text()
    QTest.mouseClick(copies.buttons[0], LEFT)
    wait(panel, qtbot)
    assert project_of(panel).data.split == Choice("Alike")
    (teller,) = panel.tables.leaks.rows
    QTest.mouseClick(teller.view, LEFT)
    assert panel.sides.tabs.currentIndex() == ROWS
    assert panel.tables.rows.column.column == "receipt"
    show(panel, qtbot, LEAKS)
    QTest.mouseClick(panel.tables.leaks.rows[0].buttons[0], LEFT)
    wait(panel, qtbot)
    assert panel.sides.tabs.tabText(LEAKS) == "Leaks"
    assert panel.tables.leaks.message.text().startswith("No leaks were found.")
    assert "receipt" not in str(project_of(panel).data.source.parameters["categories"])
    for _ in range(2):
        panel._editor.undo()
    assert project_of(panel).data.split == Choice("Random")


def test_equal_samples_of_other_data_are_found_when_one_looks(make, qtbot, tmp_path):
    for number in range(40):
        folder = tmp_path / "texts" / ("good", "bad")[number % 2]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number}.txt").write_text(f"these are the words of number {number // 4}")
    panel = make(Data(Choice("Texts", {"path": str(tmp_path / "texts"), "classes": ("bad", "good")})))
    assert not panel.tables.busy
    show(panel, qtbot, LEAKS)
    (row,) = panel.tables.leaks.rows
    assert "8 of 8 validation samples" in row.title.text()
    QTest.mouseClick(row.buttons[0], LEFT)
    wait(panel, qtbot)
    assert not panel.tables.leaks.rows
