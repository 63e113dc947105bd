"""The Data tab: sources, split, folders of images and tables, with real files."""

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTableView

from designer.catalogue.facts import facts
from designer.catalogue.source_spec import Target
from designer.document.project import Choice, Data, Project
from designer.ui.editor import Editor
from designer.ui.panels.columns_model import NAME, PREDICT, TREATMENT, USE
from designer.ui.panels.data import DataPanel
from designer.ui.theme import load_theme
from tests.ui.runs import type_into

DARK = load_theme("dark")
TITANIC = Path("/work/shared/data/titanic/titanic.csv")
FLOWERS = """length,width,colour,species
5.1,3.5,red,setosa
4.9,,blue,setosa
6.2,2.8,red,virginica
5.9,3.0,,virginica
5.5,2.4,blue,versicolor
6.0,2.9,red,versicolor
"""


@pytest.fixture
def make(qtbot):
    """A visible panel over a project with some data."""
    panels = []

    def make(data: Data | None = None) -> DataPanel:
        panel = DataPanel(Editor(Project(data=data or Data())), DARK)
        qtbot.addWidget(panel)
        panel.resize(1150, 240)
        panel.show()
        panels.append(panel)
        return panel

    yield make
    for panel in panels:
        panel.shut_down()


def project_of(panel: DataPanel) -> Project:
    return panel._editor.project


def choose(panel: DataPanel, kind: str) -> None:
    index = panel.source.list.findData(kind)
    panel.source.list.setCurrentIndex(index)
    panel.source.list.activated.emit(index)


def tick(view: QTableView, row: int, column: int) -> None:
    """Click into the box of a cell."""
    cell = view.visualRect(view.model().index(row, column))
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(cell.left() + 12, cell.center().y()))


def row_of(panel: DataPanel, name: str) -> int:
    return [column.name for column in panel.csv.table.columns].index(name)


def choose_treatment(panel: DataPanel, name: str, *words: str) -> None:
    """Click on the treatment of a column, and on what its menu offers."""
    tick(panel.csv.view, row_of(panel, name), TREATMENT)
    menu = panel.csv.menu
    for word in words:
        action = next(action for action in menu.actions() if action.text() == word)
        if action.menu() is None:
            action.trigger()
        else:
            menu = action.menu()
    panel.csv.menu.close()


def wait_for_table(qtbot, panel: DataPanel) -> None:
    qtbot.waitUntil(lambda: not panel.csv.busy, timeout=30_000)


# --- sources ----------------------------------------------------------------------------------------------------------


def test_without_data_it_says_what_to_do(make):
    panel = make()
    assert "Choose where the samples come from" in panel.title.text()
    assert not panel.split.isVisible()
    assert panel.facts.facts() == {}


def test_choosing_a_source_is_one_step_with_a_loss_that_fits(make):
    panel = make()
    choose(panel, "Diabetes")
    editor = panel._editor
    assert project_of(panel).data.source == Choice("Diabetes")
    assert project_of(panel).training.loss == Choice("MSELoss")
    assert editor.history.titles == ("choose Diabetes as data",)
    assert panel.facts.facts()["Target"] == "a number: progression"
    assert panel.facts.facts()["Validation"] == "88 rows, 20 % drawn by seed 0"
    editor.undo()
    assert project_of(panel).data.source is None
    assert project_of(panel).training.loss == Choice("CrossEntropyLoss")
    choose(panel, "BreastCancer")
    assert project_of(panel).training.loss == Choice("BCEWithLogitsLoss")
    choose(panel, "Digits")
    assert project_of(panel).training.loss == Choice("CrossEntropyLoss")
    assert panel.facts.facts()["Sample"] == "1 × 8 × 8"


def test_parameters_and_split_are_undo_steps(make):
    panel = make(Data(Choice("Spirals")))
    type_into(panel.source.form.rows["arms"].field, "5")
    type_into(panel.split.rows["validation"].field, "0.25")
    type_into(panel.split.rows["split_seed"].field, "77")
    data = project_of(panel).data
    assert data.source == Choice("Spirals", {"arms": 5})
    assert (data.validation, data.split_seed) == (0.25, 77)
    assert panel.facts.facts()["Validation"] == "225 rows, 25 % drawn by seed 77"
    assert panel._editor.history.titles == ("set data of Spirals", "set validation", "set split_seed")
    type_into(panel.split.rows["validation"].field, "0")
    assert panel.facts.facts()["Validation"] == "the training rows themselves"
    QTest.mouseClick(panel.split.rows["validation"].back, Qt.MouseButton.LeftButton)
    assert project_of(panel).data.validation == 0.2


def test_a_source_with_its_own_validation_offers_no_split(make):
    panel = make(Data(Choice("Xor")))
    assert not panel.split.isVisible()
    type_into(panel.source.form.rows["noise"].field, "0.1")
    assert panel.split.isVisible()


def test_a_source_from_elsewhere_is_kept(make):
    panel = make(Data(Choice("Hologram", {"depth": 3})))
    assert "Hologram" in panel.title.text()
    assert project_of(panel).data.source == Choice("Hologram", {"depth": 3})


# --- images -----------------------------------------------------------------------------------------------------------


def write_images(folder: Path, classes: int = 3, side: int = 6) -> Path:
    folder.mkdir(exist_ok=True)
    random = np.random.default_rng(0)
    for part, count in (("train", 12), ("t10k", 5)):
        images = random.integers(0, 256, (count, side, side), np.uint8)
        labels = (np.arange(count) % classes).astype(np.uint8)
        for name, array in ((f"{part}-images-idx3-ubyte", images), (f"{part}-labels-idx1-ubyte", labels)):
            header = bytes((0, 0, 8, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape)
            (folder / f"{name}.gz").write_bytes(gzip.compress(header + array.tobytes()))
    return folder


def choose_folder(panel: DataPanel, folder: Path) -> None:
    """What the dialog does when a folder is picked."""
    panel.source.form.rows["path"].field.edited.emit(str(folder))


def test_a_folder_of_images_is_looked_at_and_recorded_in_one_step(make, qtbot, tmp_path):
    panel = make(Data(Choice("Idx")))
    choose_folder(panel, write_images(tmp_path / "three"))
    qtbot.waitUntil(lambda: bool(panel.samples.grid.images), timeout=30_000)
    parameters = project_of(panel).data.source.parameters
    assert parameters["path"] == str(tmp_path / "three")
    assert (parameters["sizes"], parameters["classes"], parameters["rows"]) == ((1, 6, 6), 3, 12)
    assert len(panel._editor.history.titles) == 1
    assert "12 images of 6\u00a0×\u00a06 in 3 classes to train on" in panel.samples.guesses.text()
    assert panel.samples.grid.labels == ["0", "1", "2"] * 4
    panel._editor.undo()
    assert project_of(panel).data.source == Choice("Idx")


def test_looking_at_a_project_changes_nothing(make, qtbot, tmp_path):
    folder = write_images(tmp_path / "images")
    panel = make(Data(Choice("Idx", {"path": str(folder)})))  # recorded as MNIST's sizes
    qtbot.waitUntil(lambda: bool(panel.samples.grid.images), timeout=30_000)
    assert panel._editor.history.titles == ()


def test_a_folder_without_images_is_told_calmly(make, qtbot, tmp_path):
    panel = make(Data(Choice("Idx")))
    choose_folder(panel, tmp_path)
    qtbot.waitUntil(lambda: "train-images" in panel.samples.message.text(), timeout=30_000)
    assert panel.samples.message.property("error") is True
    assert not panel.samples.grid.isVisible()
    assert project_of(panel).data.source.parameters["path"] == str(tmp_path)


# --- tables -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def flowers(tmp_path) -> Path:
    path = tmp_path / "flowers.csv"
    path.write_text(FLOWERS, "utf-8")
    return path


def test_a_table_is_read_and_its_columns_are_listed(make, qtbot, flowers):
    panel = make(Data(Choice("Csv")))
    assert panel.csv.empty.isVisible()
    assert not panel.csv.apply.isEnabled()
    panel.csv.open(flowers)
    wait_for_table(qtbot, panel)
    model = panel.csv.columns
    rows = [[model.index(row, column).data() for column in (NAME, NAME + 1, NAME + 2, NAME + 3)] for row in range(4)]
    assert rows == [
        ["length", "number", "", "6"],
        ["width", "number", "1", "5"],
        ["colour", "text", "1", "2"],
        ["species", "text", "", "3"],
    ]
    assert model.target == "species"
    assert panel.csv.facts.text() == "6 rows · 4 columns · utf-8"
    assert project_of(panel).data.source.parameters["target"] == "species"  # the guess is taken over at once
    assert panel._editor.history.titles == ("choose columns of the table",)
    assert not panel.csv.apply.isEnabled()
    panel.sides.tabs.setCurrentIndex(1)
    assert panel.tables.rows.model.index(0, 1).data() == "5.1"


def test_columns_are_chosen_by_mouse_and_applied_in_one_step(make, qtbot, flowers):
    panel = make(Data(Choice("Csv")))
    panel.csv.open(flowers)
    wait_for_table(qtbot, panel)
    tick(panel.csv.view, row_of(panel, "width"), USE)
    tick(panel.csv.view, row_of(panel, "length"), PREDICT)
    assert panel.csv.columns.target == "length"
    assert panel.csv.task.currentData() == "value"
    tick(panel.csv.view, row_of(panel, "species"), PREDICT)
    assert panel.csv.columns.chosen_features() == ["length", "colour"]
    assert panel.csv.apply.isEnabled()
    QTest.mouseClick(panel.csv.apply, Qt.MouseButton.LeftButton)
    wait_for_table(qtbot, panel)
    parameters = project_of(panel).data.source.parameters
    assert parameters["target"] == "species"
    assert parameters["numbers"] == ("length",)
    assert parameters["classes"] == ("setosa", "versicolor", "virginica")
    assert panel._editor.history.titles == ("choose columns of the table",) * 2  # what was guessed, and this choice
    assert facts(project_of(panel)).target == Target("class", 3, parameters["classes"])
    assert not panel.csv.apply.isEnabled()
    tick(panel.csv.view, row_of(panel, "width"), USE)
    assert panel.csv.apply.isEnabled()


def test_undo_brings_the_ticks_back(make, qtbot, flowers):
    panel = make(Data(Choice("Csv")))
    panel.csv.open(flowers)
    wait_for_table(qtbot, panel)
    for column in ("width", "colour"):
        QTest.mouseClick(panel.csv.apply, Qt.MouseButton.LeftButton)
        wait_for_table(qtbot, panel)
        tick(panel.csv.view, row_of(panel, column), USE)
    QTest.mouseClick(panel.csv.apply, Qt.MouseButton.LeftButton)
    wait_for_table(qtbot, panel)
    assert panel.csv.columns.chosen_features() == ["length"]
    panel._editor.undo()
    assert panel.csv.columns.chosen_features() == ["length", "colour"]
    panel._editor.undo()
    assert panel.csv.columns.chosen_features() == ["length", "width", "colour"]
    assert not panel.csv.apply.isEnabled()


def test_a_target_of_numbers_brings_a_loss_for_numbers(make, qtbot, flowers):
    panel = make(Data(Choice("Csv")))
    panel.csv.open(flowers)
    wait_for_table(qtbot, panel)
    tick(panel.csv.view, row_of(panel, "length"), PREDICT)
    QTest.mouseClick(panel.csv.apply, Qt.MouseButton.LeftButton)
    wait_for_table(qtbot, panel)
    assert project_of(panel).training.loss == Choice("MSELoss")
    assert facts(project_of(panel)).target == Target("value", 1, ("length",))


def test_what_cannot_be_learned_is_said_beside_the_table(make, qtbot, flowers):
    panel = make(Data(Choice("Csv")))
    panel.csv.open(flowers)
    wait_for_table(qtbot, panel)
    for column in ("length", "width", "colour"):
        tick(panel.csv.view, row_of(panel, column), USE)
    QTest.mouseClick(panel.csv.apply, Qt.MouseButton.LeftButton)
    wait_for_table(qtbot, panel)
    assert "Choose at least one feature" in panel.csv.message.text()
    assert panel.csv.view.isVisible()
    assert panel._editor.history.titles == ("choose columns of the table",)  # what was guessed, and nothing since


def test_another_separator_overrules_the_guess(make, qtbot, tmp_path):
    path = tmp_path / "odd.txt"
    path.write_text("a|b;c\n1|2;3\n4|5;6\n7|8;9\n", "utf-8")
    panel = make(Data(Choice("Csv")))
    panel.csv.open(path)
    wait_for_table(qtbot, panel)
    first = panel.csv.separator.currentData()
    other = {";": "|", "|": ";"}[first]
    index = panel.csv.separator.findData(other)
    panel.csv.separator.setCurrentIndex(index)
    panel.csv.separator.activated.emit(index)
    wait_for_table(qtbot, panel)
    assert panel.csv.table.form.separator == other
    assert len(panel.csv.table.columns) == 2


def test_a_file_that_is_no_table_is_told_calmly(make, qtbot, tmp_path):
    path = tmp_path / "noise.csv"
    path.write_bytes(bytes(range(256)) * 20)
    panel = make(Data(Choice("Csv")))
    panel.csv.open(path)
    wait_for_table(qtbot, panel)
    assert panel.csv.message.isVisible()
    assert panel.csv.message.property("error") is True
    assert "noise.csv" in panel.csv.message.text()
    assert panel.csv.table is None


def test_reading_can_be_cancelled(make, qtbot, tmp_path):
    path = tmp_path / "long.csv"
    path.write_text("a,b\n" + "1,2\n" * 400_000, "utf-8")
    panel = make(Data(Choice("Csv")))
    panel.csv.open(path)
    panel.csv.reader._note_long()  # what half a second of patience does
    assert panel.csv.bar.isVisible()
    QTest.mouseClick(panel.csv.cancel, Qt.MouseButton.LeftButton)
    assert not panel.csv.busy
    assert panel.csv.message.text() == "Reading was stopped."
    assert not panel.csv.bar.isVisible()


def test_another_split_finds_the_categories_of_its_own_training_rows(make, qtbot, tmp_path):
    path = tmp_path / "letters.csv"
    path.write_text("letter,size,answer\n" + "".join(f"{chr(97 + i % 20)},{i},{i % 2}\n" for i in range(40)), "utf-8")
    panel = make(Data(Choice("Csv")))
    panel.csv.open(path)
    wait_for_table(qtbot, panel)
    QTest.mouseClick(panel.csv.apply, Qt.MouseButton.LeftButton)
    wait_for_table(qtbot, panel)

    def count_levels() -> int:
        ((_, levels),) = project_of(panel).data.source.parameters["categories"]
        return len(levels)

    assert count_levels() >= 18
    steps = len(panel._editor.history.titles)
    type_into(panel.split.rows["validation"].field, "0.9")
    qtbot.waitUntil(lambda: count_levels() <= 4, timeout=30_000)
    assert len(panel._editor.history.titles) == steps + 1
    panel._editor.undo()
    assert project_of(panel).data.validation == 0.2
    assert count_levels() >= 18


def test_a_relative_path_starts_at_the_project_file_and_stays_relative(make, qtbot, flowers):
    data = Data(Choice("Csv", {"path": flowers.name}))
    panel = make(Data())
    editor = panel._editor
    editor.open(Project(data=data), flowers.parent / "net.nnd")
    wait_for_table(qtbot, panel)
    assert panel.csv.table.path == flowers
    QTest.mouseClick(panel.csv.apply, Qt.MouseButton.LeftButton)
    wait_for_table(qtbot, panel)
    assert project_of(panel).data.source.parameters["path"] == "flowers.csv"


@pytest.mark.skipif(not TITANIC.exists(), reason="the Titanic table is not on this machine")
def test_the_titanic_goes_from_file_to_facts(make, qtbot):
    panel = make(Data(Choice("Csv")))
    panel.csv.open(TITANIC)
    wait_for_table(qtbot, panel)
    assert panel.csv.columns.target == "Survived"
    choose_treatment(panel, "Pclass", "Take as", "categories")
    QTest.mouseClick(panel.csv.apply, Qt.MouseButton.LeftButton)
    wait_for_table(qtbot, panel)
    project = project_of(panel)
    assert dict(project.data.source.parameters["categories"])["Pclass"] == ("1", "2", "3")
    assert facts(project).target == Target("binary", 1, ("0", "1"))
    assert facts(project).rows == 891
    assert project.training.loss == Choice("BCEWithLogitsLoss")
    # Another window that opens this project finds the same ticks.
    other = make(project.data)
    wait_for_table(qtbot, other)
    assert other.csv.selection() == panel.csv.selection()
    assert not other.csv.apply.isEnabled()
