"""Why, Importance and Embedding in the real window: of an evaluation and of a sample that is tried, by mouse and keys."""

import gc
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QWidget

import designer
from designer import layer
from designer.catalogue.matching import match_loss
from designer.data import look
from designer.document.project import Choice
from designer.engine.build import build
from designer.engine.evaluation.evaluating import read_data
from designer.engine.evaluation.opening import open_plan, open_weights
from designer.engine.explaining.explaining import explain
from designer.engine.explaining.network import open_network, take_sample
from designer.engine.explaining.record import Ask
from designer.engine.loop import train
from designer.engine.plan import Plan
from designer.engine.store import Store
from designer.ui.evaluate_view import EvaluateView
from designer.ui.explaining import read_cells
from designer.ui.panels.evaluate import EvaluatePanel
from designer.ui.try_why import TryWhy
from tests.engine.plans import CONVOLUTION, digits
from tests.engine.test_media_sources import make_texts
from tests.ui.conftest import settle
from tests.ui.runs import looked_at, make_moons

PATIENCE = 60_000  # milliseconds
ROWS = "kind,wide,noise,twice\n" + "".join(
    f"{'abc'[n % 3]},{n * 7 % 40},{n * n % 17},{'nyn'[n % 3]}\n" for n in range(120)
)


def make_table(folder: Path):
    path = folder / "rows.csv"
    path.write_text(ROWS, "utf-8")
    return path, (), 1


@pytest.fixture(scope="module")
def runs(tmp_path_factory) -> Path:
    """Trained networks on pictures, a table and texts, in a folder of runs."""
    folder = tmp_path_factory.mktemp("why")
    list(train(Plan.from_project(digits(*CONVOLUTION, epochs=2), out=folder / "runs" / "digits")))
    for name, make in (("table", make_table), ("texts", make_texts)):
        path, layers, outputs = make(folder)
        more = {"padding_idx": 0} if name == "texts" else {}
        layers = tuple(layer(each.kind, **{**each.parameters, **more}) for each in layers)
        made = designer.build(name, *layers, layer("Linear", out_features=outputs), data=look(path).source, epochs=8)
        adam = Choice("Adam", {"lr": 0.05})
        project = match_loss(designer.with_training(made, optimizer=adam, device="cpu", batch_size=8))
        list(train(Plan.from_project(project, out=folder / "runs" / name)))
    return folder / "runs"


@pytest.fixture
def store(runs, monkeypatch) -> Store:
    monkeypatch.setenv("DESIGNER_RUNS", str(runs))
    monkeypatch.setattr("designer.engine.evaluation.resampling.DRAWS", 20)
    return Store()


@pytest.fixture
def panel(store, window):
    """The Evaluate tab."""
    with looked_at(window, "evaluate") as shown:
        yield shown


def evaluate(window, qtbot, store: Store, name: str) -> EvaluateView:
    (run,) = (run for run in store.list().runs if run.folder.name == name)
    window.evaluating.evaluate_run(run)
    qtbot.waitUntil(lambda: window.evaluating.result is not None and not window.evaluating.is_busy, timeout=PATIENCE)
    settle()
    return window.findChild(EvaluateView)


def go_to(panel: EvaluatePanel, title: str) -> QWidget:
    bar = panel.tabs.tabBar()
    place = next(place for place in range(bar.count()) if bar.tabText(place) == title and bar.isTabVisible(place))
    panel.tabs.setCurrentIndex(place)
    settle()
    return panel.tabs.currentWidget()


def choose(box: QComboBox, title: str) -> None:
    """Choose by keys what is called so."""
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Home)
    for _ in range(box.count()):
        if box.currentText() == title:
            break
        QTest.keyClick(box, Qt.Key.Key_Down)
    settle()
    assert box.currentText() == title


def hover(widget: QWidget, place: QPointF) -> None:
    screen = QPointF(widget.mapToGlobal(place.toPoint()))
    kind, none = QMouseEvent.Type.MouseMove, Qt.MouseButton.NoButton
    QApplication.sendEvent(widget, QMouseEvent(kind, place, screen, none, none, Qt.KeyboardModifier.NoModifier))
    settle()


def wait(qtbot, part) -> None:
    qtbot.waitUntil(lambda: not part.is_busy, timeout=PATIENCE)
    settle()


def explain_here(runs: Path, name: str, row: int, ask: Ask):
    plan = open_plan(runs / name)
    held = read_data(build(plan.source), plan)
    network = open_network(plan, open_weights(runs / name, "best"), held)
    return explain(network, take_sample(held, "validation", row), ask)


def test_a_picture_of_an_evaluation_is_explained(window, user, qtbot, panel, store, runs):
    view = evaluate(window, qtbot, store, "digits").why
    go_to(panel, "Samples")
    panel.samples.table.setCurrentIndex(panel.samples.model.index(3, 0))
    place, sample = panel.samples.model.place_at(3)
    user.click(panel.samples.why)
    assert panel.tabs.currentWidget() is view.view
    wait(qtbot, view.explaining)
    board = view.view.board
    outcome = window.evaluating.result.outcome
    assert f"true {outcome.labels[int(outcome.targets[place])]}" in view.view.caption.text()
    assert view.view.score.text().startswith(f"{outcome.labels[int(outcome.answers[place])]}: ")
    shown = board.forms["picture"].heats
    assert board.stack.currentWidget() is board.forms["picture"]
    assert np.array_equal(shown[0].values, explain_here(runs, "digits", sample, Ask("integrated")).heats[0].values)
    assert "gap" in view.view.words.text()
    # Another method, by keys; what it lacks it says.
    choose(view.view.method, "Grad-CAM")
    wait(qtbot, view.explaining)
    assert board.forms["picture"].heats[0].values.min() >= 0
    assert not view.view.baseline.isVisible()
    assert "Its limits: It is as coarse" in view.view.words.text()
    # Another class.
    choose(view.view.method, "Occlusion")
    wait(qtbot, view.explaining)
    choose(view.view.question, "7")
    wait(qtbot, view.explaining)
    expected = explain_here(runs, "digits", sample, Ask("occlusion", 7)).heats[0].values
    assert np.array_equal(board.forms["picture"].heats[0].values, expected)
    assert view.view.score.text().startswith("7: ")
    # The next sample of the table is explained as soon as somebody looks again.
    go_to(panel, "Samples")
    QTest.keyClick(panel.samples.table, Qt.Key.Key_Down)
    QTest.keyClick(panel.samples.table, Qt.Key.Key_Return)
    assert panel.tabs.currentWidget() is view.view
    wait(qtbot, view.explaining)
    sample = panel.samples.model.place_at(4)[1]
    expected = explain_here(runs, "digits", sample, Ask("occlusion", 7)).heats[0].values
    assert np.array_equal(board.forms["picture"].heats[0].values, expected)
    # It can be read under the mouse.
    hover(board.forms["picture"], board.forms["picture"].list_places()[1].center())
    assert not board.grab().isNull()


def test_importance_of_columns_is_measured_and_stopped(window, user, qtbot, panel, store, tmp_path):
    view = evaluate(window, qtbot, store, "table").importance
    page = go_to(panel, "Importance")
    assert page is view.page
    user.click(page.button)
    wait(qtbot, view.aside)
    bars = view.page.plot.bars
    assert bars[0].name == "kind"
    assert {bar.name for bar in bars} == {"kind", "wide", "noise"}
    assert bars[0].value == view.found.drops["accuracy"].mean(1).max()
    assert "%" in bars[0].words
    choose(page.score, "Loss")
    assert page.plot.bars[0].value == view.found.drops["loss"].mean(1).max()
    window.findChild(EvaluateView).write("svg", tmp_path / "bars.svg")
    assert ">kind</text>" in (tmp_path / "bars.svg").read_text()
    # A longer one can be stopped.
    page.button.click()
    assert view.aside.is_busy
    assert not page.button.isEnabled()
    page.work.stop.click()
    assert not view.aside.is_busy
    assert page.button.isEnabled()
    # The row the cursor is at, column by column.
    why = go_to(panel, "Why")
    wait(qtbot, window.findChild(EvaluateView).why.explaining)
    rows = {name: (given, value) for name, given, value in why.board.forms["columns"].rows}
    sample = panel.samples.model.place_at(panel.samples.table.currentIndex().row())[1]
    number = int(window.evaluating.result.evaluation.rows[sample])
    assert rows["kind"][0] == "abc"[number % 3]
    assert why.caption.text().startswith(f"row {number + 1} ")  # as Data > Rows numbers it
    assert panel.samples.table.currentIndex().siblingAtColumn(0).data() == str(number + 1)
    assert max(rows, key=lambda name: abs(rows[name][1])) == "kind"
    item = why.method.model().item(why.method.findData("gradcam"))
    assert not item.isEnabled()
    assert "no convolution" in item.toolTip()


def test_samples_lie_in_a_plane_and_lead_to_their_rows(window, user, qtbot, panel, store, tmp_path):
    view = evaluate(window, qtbot, store, "digits").plane
    go_to(panel, "Embedding")
    wait(qtbot, view.aside)
    plane, plot = view.plane, view.plot
    assert plane.layer == "into linear7"
    assert plot.cloud.points is plane.points
    outcome = window.evaluating.result.outcome
    assert (plot.cloud.kinds == outcome.targets).all()
    assert (plot.cloud.ringed == (outcome.targets != outcome.answers)).all()
    far = int(np.abs(plane.points).sum(1).argmax())
    at = plot.place_of(far)
    hover(plot, at)
    assert plot.find(at) == far
    image, lines = plot.describe(far)
    assert image is not None
    assert lines[1] == f"true: {outcome.labels[int(outcome.targets[far])]}"
    user.click(plot, at.toPoint())
    assert panel.tabs.currentWidget() is panel.samples
    assert panel.samples.model.place_at(panel.samples.table.currentIndex().row())[0] == far
    # As a drawing, which has no pixels.
    go_to(panel, "Embedding")
    window.findChild(EvaluateView).write("svg", tmp_path / "plane.svg")
    drawing = (tmp_path / "plane.svg").read_text()
    assert "<image" not in drawing
    assert drawing.count("<circle") >= (outcome.targets < 9).sum()  # of the tenth class they are squares
    # By what is answered, of another layer.
    go_to(panel, "Embedding")
    choose(view.page.colours, "colour: what is answered")
    assert (plot.cloud.kinds == outcome.answers).all()
    choose(view.page.view, "out of relu3")
    wait(qtbot, view.aside)
    assert view.plane.layer == "out of relu3"
    assert "256 numbers each" in view.page.about.text()
    # The wheel looks closer, a double click from afar.
    low = plot.x_axis.low
    middle = plot.area.center()
    wheel = QWheelEvent(middle, QPointF(plot.mapToGlobal(middle.toPoint())), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
    QApplication.sendEvent(plot, wheel)
    assert plot.x_axis.low > low
    QTest.keyClick(plot, Qt.Key.Key_Home)
    assert plot.x_axis.low == low


def test_words_of_a_text_and_the_vectors_of_its_tokens(window, qtbot, panel, store):
    found = evaluate(window, qtbot, store, "texts")
    why = go_to(panel, "Why")
    wait(qtbot, found.why.explaining)
    words = why.board.forms["tokens"]
    strongest = [words.heat.names[place] for place in np.argsort(-np.abs(words.heat.values))[:4]]
    assert {"good", "bad", "well", "never", "liked", "again"} & set(strongest)
    hover(words, words.list_places(words.width())[0].center())
    go_to(panel, "Embedding")
    choose(found.plane.page.view, next(title for title in titles(found.plane.page.view) if title.startswith("vectors")))
    wait(qtbot, found.plane.aside)
    assert found.plane.plane.names[:2] == ("<pad>", "<unknown>")
    assert found.plane.plot.describe(0)[1] == ("<pad>",)


def titles(box: QComboBox) -> list[str]:
    return [box.itemText(place) for place in range(box.count())]


def test_a_sample_that_is_tried_is_explained_as_it_changes(window, user, qtbot, panel, store, runs):
    (run,) = (run for run in store.list().runs if run.folder.name == "digits")
    window.workbench.panel("try")
    window.trying.try_run(run)
    why = window.findChild(TryWhy)
    qtbot.waitUntil(lambda: window.trying.reply is not None, timeout=PATIENCE)
    wait(qtbot, why.explaining)
    picture = why.view.board.forms["picture"]
    assert np.array_equal(picture.heats[0].values, explain_here(runs, "digits", 0, Ask("integrated")).heats[0].values)
    window.trying.take(5)
    qtbot.waitUntil(lambda: window.trying.sample.number == 5, timeout=PATIENCE)
    wait(qtbot, why.explaining)
    assert np.array_equal(picture.heats[0].values, explain_here(runs, "digits", 5, Ask("integrated")).heats[0].values)
    # What nobody looks at is not worked out.
    window.workbench.show("training")
    settle()
    window.trying.take(6)
    assert not why.explaining.is_busy
    # With its document the network and its data are gone.
    qtbot.waitUntil(lambda: not window.trying.is_asking, timeout=PATIENCE)
    first = window.editor.document
    assert why._shelf._kept is not None
    window.filing.show(make_moons(epochs=1))
    window.documents.close(first)
    del first
    settle()
    gc.collect()
    assert why._shelf._kept is None


def test_a_row_of_ones_own_is_explained_by_what_stands_in_its_columns(window, user, qtbot, panel, store):
    (run,) = (run for run in store.list().runs if run.folder.name == "table")
    window.trying.try_run(run)
    qtbot.waitUntil(lambda: window.trying.reply is not None, timeout=PATIENCE)
    why = window.findChild(TryWhy)
    boxes = window.workbench.panel("try").entries.findChildren(QComboBox)
    box = next(box for box in boxes if box.findText("b") >= 0 and box.isVisible())
    before = box.currentText()
    choose(box, "a" if before != "a" else "c")
    box.activated.emit(box.currentIndex())
    qtbot.waitUntil(lambda: window.trying.sample.number < 0, timeout=PATIENCE)
    wait(qtbot, why.explaining)
    rows = {name: given for name, given, _ in why.view.board.forms["columns"].rows}
    assert rows["kind"] == box.currentText()
    cells = read_cells(pd.DataFrame({"age": [pd.NA, 2], "sex": [None, "x"], "fare": [float("nan"), 1.5]}), 0)
    assert set(cells.values()) == {""}  # which the board writes as missing


def test_what_is_missing_is_said(window, qtbot, panel, store, monkeypatch):
    monkeypatch.setattr("designer.engine.explaining.explaining.importlib.util.find_spec", lambda name: None)
    found = evaluate(window, qtbot, store, "digits")
    go_to(panel, "Why")
    wait(qtbot, found.why.explaining)
    assert "pip install captum" in found.why.view.work.message.text()
    assert found.why.view.work.message.isVisible()
