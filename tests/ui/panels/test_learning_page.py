"""Rows and augmentation in the Data tab: parts are counted, changes are listed, ordered, switched off, and seen."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from designer.document.project import Choice, Data, Project
from designer.engine.sweeps.places import find_place
from designer.ui.editor import Editor
from designer.ui.panels.data import DataPanel
from designer.ui.theme import load_theme
from tests.ui.runs import type_into


@pytest.fixture
def make(qtbot):
    """A visible panel over a project with some data, its second page in sight once all is read."""
    panels = []

    def make(data: Data) -> DataPanel:
        panel = DataPanel(Editor(Project(data=data)), load_theme("dark"))
        qtbot.addWidget(panel)
        panel.resize(1200, 420)
        panel.show()
        panels.append(panel)
        panel.sides.show_changes()
        wait(panel)
        return panel

    def wait(panel: DataPanel) -> None:
        qtbot.waitUntil(lambda: not panel.learning.busy, timeout=60_000)

    make.wait = wait
    yield make
    for panel in panels:
        panel.shut_down()


def data_of(panel: DataPanel) -> Data:
    return panel._editor.project.data


def pick(form, kind: str) -> None:
    index = form.list.findData(kind)
    form.list.setCurrentIndex(index)
    form.list.activated.emit(index)


def test_a_split_is_chosen_and_its_parts_are_counted(make):
    panel = make(Data(Choice("Iris")))
    assert panel.learning.parts.columns()["training"][0] == "120"
    pick(panel.split.way, "Stratified")
    type_into(panel.split.rows["test"].field, "0.2")
    pick(panel.split.sampling, "Balanced")
    make.wait(panel)
    assert data_of(panel) == Data(Choice("Iris"), split=Choice("Stratified"), test=0.2, sampling=Choice("Balanced"))
    assert panel._editor.history.titles == ("set the split", "set test", "set sampling")
    three = {
        "training": ["90", "30", "30", "30"],
        "validation": ["30", "10", "10", "10"],
        "test": ["30", "10", "10", "10"],
    }
    assert panel.learning.parts.columns() == three
    assert panel.learning.parts.verticalHeaderItem(1).text() == "setosa"
    assert panel.facts.facts()["Test"] == "30 rows, 20 %, kept for the end"
    assert panel.facts.facts()["Validation"] == "30 rows, 20 % drawn by seed 0, class by class"
    for _ in range(3):
        panel._editor.undo()
    assert data_of(panel) == Data(Choice("Iris"))


def test_ways_that_do_not_fit_cannot_be_chosen(make):
    panel = make(Data(Choice("Diabetes")))
    model = panel.split.way.list.model()
    able = {panel.split.way.list.itemData(row) for row in range(model.rowCount()) if model.item(row).isEnabled()}
    assert able == {"Random", "Alike", "Time", "Fold"}
    assert not panel.split.sampling.isVisible()


def test_changes_are_added_set_ordered_and_switched_off(make):
    panel = make(Data(Choice("Digits")))
    steps = panel.learning.steps
    offered = {action.text() for action in steps.offer().actions()}
    assert {"rotate", "mixup", "noise"} <= offered
    assert "token dropout" not in offered
    steps.add_step("Rotate")
    steps.add_step("Noise")
    assert steps.row == 1
    type_into(steps.form.rows["std"].field, "0.3")
    assert data_of(panel).augmentation == (Choice("Rotate"), Choice("Noise", {"std": 0.3}))
    QTest.mouseClick(steps.up, Qt.MouseButton.LeftButton)
    assert [choice.kind for choice in data_of(panel).augmentation] == ["Noise", "Rotate"]
    assert steps.row == 0
    box = steps.list.visualItemRect(steps.list.item(1))
    QTest.mouseClick(steps.list.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(box.left() + 12, box.center().y()))
    assert data_of(panel).augmentation[1] == Choice("Rotate", {"on": False})
    steps.list.setCurrentRow(1)
    QTest.mouseClick(steps.remove, Qt.MouseButton.LeftButton)
    assert data_of(panel).augmentation == (Choice("Noise", {"std": 0.3}),)
    for _ in range(6):
        panel._editor.undo()
    assert data_of(panel).augmentation == ()
    assert steps.empty.isVisible()


def test_a_sample_is_seen_as_it_is_and_eight_times_as_it_is_learned(make):
    panel = make(Data(Choice("Digits"), augmentation=(Choice("Rotate"), Choice("Cutout"))))
    strip = panel.learning.strip
    first = strip.images
    assert len(first) == 9
    assert len({bytes(image.constBits()) for image in first}) == 9
    QTest.mouseClick(panel.learning.anew, Qt.MouseButton.LeftButton)
    make.wait(panel)
    assert strip.images[0] == first[0]
    assert strip.images[1:] != first[1:]
    QTest.mouseClick(panel.learning.another, Qt.MouseButton.LeftButton)
    make.wait(panel)
    assert strip.images[0] != first[0]
    assert strip.grab().toImage() != panel.learning.parts.grab().toImage()


def test_what_cannot_be_read_is_said(make, tmp_path):
    gone = Choice("Csv", {"path": str(tmp_path / "gone.csv"), "target": "t", "numbers": ("a",)})
    panel = make(Data(gone))
    assert "There is no file or folder" in panel.learning.message.text()
    panel._editor.apply("split", replace(panel._editor.project, data=Data(gone, split=Choice("Group"))))
    make.wait(panel)
    assert "Choose the column" in panel.learning.message.text()


@pytest.mark.parametrize("source", [Choice("MackeyGlass"), Choice("RandomSamples", {"shape": (9,), "vocabulary": 5})])
def test_series_and_tokens_are_drawn(make, source):
    kind = "TimeShift" if source.kind == "MackeyGlass" else "TokenDropout"
    panel = make(Data(source, augmentation=(Choice(kind),)))
    assert len(panel.learning.strip.examples) == 9
    drawn = panel.learning.strip.grab().toImage()
    panel.learning.strip.show_examples(())
    assert panel.learning.strip.grab().toImage() != drawn


def test_settings_of_rows_and_changes_can_vary(make):
    panel = make(Data(Choice("Digits"), sampling=Choice("Balanced"), augmentation=(Choice("Noise"), Choice("Rotate"))))
    wanted = []
    panel.vary_wanted.connect(wanted.append)
    panel.learning.steps.list.setCurrentRow(1)
    panel.learning.steps.form.vary_wanted.emit("degrees", None)
    panel.split.shares.vary_wanted.emit("test", None)
    panel.split.way.vary_wanted.emit("")
    panel.split.sampling.form.vary_wanted.emit("strength", None)
    assert wanted == ["data.augmentation.2.degrees", "data.test", "data.split", "data.sampling.strength"]
    for key in wanted:
        assert find_place(panel._editor.project, key).key == key
