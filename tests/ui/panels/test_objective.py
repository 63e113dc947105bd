"""The task in the Training tab, texts and series in the Data tab, and samples: the real panels on the real document."""

import numpy as np
import pytest

from designer.document.project import Choice
from designer.engine.events import Samples
from designer.ui.bridge import TrainingBridge
from designer.ui.editor import Editor
from designer.ui.panels.data import DataPanel
from designer.ui.panels.objective import ObjectiveForm
from designer.ui.panels.samples import SamplesPanel
from designer.ui.theme import load_theme
from tests.engine.objective_projects import chain, linear, make


@pytest.fixture
def editor():
    editor = Editor()
    editor.open(make("Hills", "Supervised", chain(linear(8), ("ReLU", {}), linear(1)), "HuberLoss"))
    return editor


def test_a_task_is_chosen_in_one_step(editor, qtbot):
    form = ObjectiveForm(editor)
    qtbot.addWidget(form)
    before = editor.project
    form.list.setCurrentIndex(form.list.findData("BoundedRegression"))
    form.list.activated.emit(form.list.currentIndex())
    project = editor.project
    assert project.training.objective == Choice("BoundedRegression")
    assert project.training.loss.kind == "MSELoss"
    assert "Sigmoid" in {node.kind for node in project.graph.nodes.values()}
    editor.undo()
    assert editor.project == before
    assert form.list.currentData() == "Supervised"


def test_a_text_that_is_chosen_is_read(editor, qtbot, tmp_path):
    path = tmp_path / "speech.txt"
    path.write_text("to be or not to be " * 20, "utf-8")
    panel = DataPanel(editor, load_theme("dark"))
    qtbot.addWidget(panel)
    panel.show()
    editor.apply("choose", make(Choice("Characters"), "LanguageModel", chain(linear(2)), "CrossEntropyLoss"))
    panel.source.chosen.emit(Choice("Characters", {"path": str(path), "length": 8}), "path")
    qtbot.waitUntil(lambda: "vocabulary" in editor.project.data.source.parameters, timeout=10_000)
    parameters = editor.project.data.source.parameters
    assert parameters["vocabulary"] == " benort"
    assert (parameters["characters"], parameters["length"]) == (380, 8)
    assert "one of 7 tokens" in panel.facts.facts()["Target"]
    panel.source.chosen.emit(Choice("Characters", {"path": str(tmp_path / "none.txt")}), "path")
    qtbot.waitUntil(lambda: "none.txt" in panel.samples.message.text(), timeout=10_000)
    panel.shut_down()


def test_a_series_that_is_chosen_is_read(editor, qtbot, tmp_path):
    path = tmp_path / "series.csv"
    path.write_text("month;sold\n" + "".join(f"{month};{month * 0.5}\n" for month in range(30)), "utf-8")
    panel = DataPanel(editor, load_theme("dark"))
    qtbot.addWidget(panel)
    panel.show()
    panel.source.chosen.emit(Choice("Series"), "")
    panel.source.chosen.emit(Choice("Series", {"path": str(path)}), "path")
    qtbot.waitUntil(lambda: "column" in editor.project.data.source.parameters, timeout=10_000)
    parameters = editor.project.data.source.parameters
    assert (parameters["column"], parameters["rows"], parameters["separator"]) == ("sold", 30, ";")
    assert panel.facts.facts()["Validation"] == "the last 20 % in order of time"
    panel.shut_down()


def test_samples_are_shown_as_what_they_are(qtbot):
    panel = SamplesPanel(TrainingBridge(), load_theme("dark"))
    qtbot.addWidget(panel)
    assert panel.stack.currentWidget() is panel.empty
    picture = np.zeros((20, 30, 1), np.uint8)
    picture[5, 7] = 255
    panel.show_samples(Samples(3, picture=picture))
    assert panel.stack.currentWidget() is panel.view
    assert panel.view.currentWidget() is panel.sheet
    assert panel.sheet.picture.pixelColor(7, 5).lightness() == 255
    assert panel.place.text() == "after epoch 3"
    panel.show_samples(Samples(4, text="to be"))
    assert panel.text.toPlainText() == "to be"
    panel.show_samples(Samples(5, rows=np.ones((50, 3), np.float32)))
    assert len(panel.text.toPlainText().splitlines()) == 30
    panel.show_samples(Samples(6, rows=np.ones((50, 2), np.float32)))
    assert panel.sheet.points.shape == (50, 2)
    panel.resize(300, 200)
    panel.grab()
