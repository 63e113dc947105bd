"""The Evaluate tab in the real window: from a run to figures, from a cell to its samples, and into files."""

import json
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score

from designer.api.building import new
from designer.document.edits import set_training
from designer.document.project import Choice, Data, Project
from designer.engine.loop import train
from designer.engine.plan import Plan
from designer.engine.record import change_record, read_record
from designer.engine.store import Store
from designer.ui.panels.evaluate import EvaluatePanel
from tests.engine.plans import make_project
from tests.ui.conftest import settle
from tests.ui.runs import looked_at, make_moons

PATIENCE = 60_000  # milliseconds


@pytest.fixture
def store(tmp_path, monkeypatch) -> Store:
    monkeypatch.setenv("DESIGNER_RUNS", str(tmp_path / "runs"))
    monkeypatch.setattr("designer.engine.evaluation.resampling.DRAWS", 50)
    return Store()


@pytest.fixture
def tab(store, window):
    """The panel, and an end to all that runs."""
    with looked_at(window, "evaluate") as panel:
        assert isinstance(panel, EvaluatePanel)
        yield panel


def train_to_end(window, qtbot, project: Project) -> None:
    window.filing.show(project)
    window.trainer.start()
    qtbot.waitUntil(lambda: window.trainer.state == "ended", timeout=PATIENCE)


def press_evaluate(window, user, qtbot, panel: EvaluatePanel) -> None:
    user.show("evaluate")
    user.click(panel.head.button)
    qtbot.waitUntil(lambda: not window.evaluating.is_busy, timeout=PATIENCE)
    settle()


def figure(panel: EvaluatePanel, title: str) -> str:
    table = panel.figures
    rows = [table.item(row, 0).text() for row in range(table.rowCount())]
    return table.item(rows.index(title), 1).text()


def views(panel: EvaluatePanel) -> list[str]:
    return [panel.tabs.tabText(place) for place in range(panel.tabs.count()) if panel.tabs.isTabVisible(place)]


def go_to(panel: EvaluatePanel, title: str) -> None:
    place = next(place for place in range(panel.tabs.count()) if panel.tabs.tabText(place) == title)
    panel.tabs.setCurrentIndex(place)
    settle()


def test_an_empty_tab_says_how_to_fill_it(window, tab):
    assert "Train a network, then press Evaluate" in tab.empty.text()
    assert not tab.head.button.isEnabled()


def test_digits_go_from_a_run_to_the_samples_of_a_cell(window, user, qtbot, tab, chain, tmp_path):
    train_to_end(window, qtbot, set_training(chain, replace(chain.training, epochs=2, device="cpu")))
    press_evaluate(window, user, qtbot, tab)
    result = window.evaluating.result
    outcome = result.outcome
    assert views(tab) == [
        "Confusion",
        "ROC",
        "Precision and recall",
        "Calibration",
        "Embedding",
        "Classes",
        "Samples",
        "Why",
    ]
    accuracy = accuracy_score(outcome.targets, outcome.answers)
    assert figure(tab, "Accuracy") == f"{100 * accuracy:.2f} %"
    best = read_record(window.trainer.bridge.folder).best
    assert result.evaluation.scores["loss"] == best["val_loss"]
    # A click on a cell shows its samples.
    counts = confusion_matrix(outcome.targets, outcome.answers)
    wrong = np.where(np.eye(10, dtype=bool), 0, counts)
    row, column = map(int, np.unravel_index(wrong.argmax(), wrong.shape))
    go_to(tab, "Confusion")
    plot = tab.charts[0].widget.plot
    user.click(plot, plot.place_of(row, column).center().toPoint())
    assert tab.tabs.currentWidget() is tab.samples
    shown = tab.samples.model.shown
    assert len(shown) == wrong.max()
    assert (outcome.targets[shown] == row).all()
    assert (outcome.answers[shown] == column).all()
    assert f"True {row}, answered {column}" in tab.samples.about.text()
    # All of them again, worst first.
    user.click(tab.samples.all)
    losses = outcome.losses[tab.samples.model.shown]
    assert len(losses) == outcome.rows
    assert (np.diff(losses) <= 0).all()
    assert f"true: {outcome.labels[int(outcome.targets[tab.samples.model.shown[0]])]}" in tab.samples.text.toPlainText()
    # By keys: the frame moves, Return chooses.
    go_to(tab, "Confusion")
    plot.setFocus()
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Down, Qt.Key.Key_Return):
        QTest.keyClick(plot, key)
    assert tab.tabs.currentWidget() is tab.samples
    # Into files.
    view = next(each for each in window.children() if type(each).__name__ == "EvaluateView")
    view.write("json", tmp_path / "a.json")
    found = json.loads((tmp_path / "a.json").read_text())
    assert found["outputs"][0]["figures"]["accuracy"]["value"] == pytest.approx(accuracy)
    assert found["outputs"][0]["confusion"] == counts.tolist()
    view.write("samples.csv", tmp_path / "samples.csv")
    assert len((tmp_path / "samples.csv").read_text().splitlines()) == outcome.rows + 1
    view.write("figures.csv", tmp_path / "figures.csv")
    view.write("classes.csv", tmp_path / "classes.csv")
    go_to(tab, "ROC")
    view.write("svg", tmp_path / "roc.svg")
    assert "<path" in (tmp_path / "roc.svg").read_text() or "<polyline" in (tmp_path / "roc.svg").read_text()
    view.write("png", tmp_path / "roc.png")
    assert (tmp_path / "roc.png").read_bytes()[:4] == b"\x89PNG"


def test_figures_follow_the_threshold(window, user, qtbot, tab):
    train_to_end(window, qtbot, make_moons(epochs=2))
    press_evaluate(window, user, qtbot, tab)
    outcome = window.evaluating.result.outcome
    truth, chances = outcome.targets[:, 0], outcome.chances[:, 0]
    yes = outcome.labels[1]
    assert tab.threshold.isVisible()
    assert tab.threshold.label.text() == f"{yes} above"  # figures like F1 are of this class
    tab.threshold.slider.setFocus()
    QTest.keyClick(tab.threshold.slider, Qt.Key.Key_PageUp)
    moved = window.evaluating.result.assessment.threshold
    assert moved == pytest.approx(0.55)
    assert figure(tab, f"F1 of {yes}") == f"{100 * f1_score(truth, chances > moved):.2f} %"
    user.click(tab.threshold.offers["Best F1"])
    best = window.evaluating.result.assessment.threshold
    assert figure(tab, f"F1 of {yes}") == f"{100 * f1_score(truth, chances > best):.2f} %"
    assert f1_score(truth, chances > best) >= f1_score(truth, chances > moved)
    counts = tab.charts[0].widget.plot.counts
    assert (counts == confusion_matrix(truth, chances > best)).all()


def test_a_held_run_is_evaluated_as_it_is_and_goes_on(window, user, qtbot, tab):
    window.filing.show(make_moons(epochs=10_000))
    window.trainer.start()
    qtbot.waitUntil(lambda: window.trainer.bridge.progress.step > 20, timeout=PATIENCE)
    window.trainer.pause()
    qtbot.waitUntil(lambda: window.trainer.bridge.session.state == "paused", timeout=PATIENCE)
    assert [key for key, _ in window.evaluating.weights.choices] == ["now", "best"]
    press_evaluate(window, user, qtbot, tab)
    window.trainer.bridge.drain()
    step = window.trainer.bridge.progress.step
    assert window.evaluating.result.evaluation.step == step
    assert "as it is now" in tab.head.about.text()
    tab.head.weights.setCurrentIndex(1)
    press_evaluate(window, user, qtbot, tab)
    assert "best epoch so far" in tab.head.about.text()
    assert window.trainer.state == "paused"
    window.trainer.resume()
    qtbot.waitUntil(lambda: window.trainer.bridge.progress.step > step, timeout=PATIENCE)


def test_an_evaluation_can_be_given_up(window, user, qtbot, tab):
    train_to_end(window, qtbot, make_moons(epochs=1))
    user.show("evaluate")
    tab.head.button.click()
    assert window.evaluating.is_busy
    assert tab.head.button.text() == "Cancel"
    tab.head.button.click()
    assert not window.evaluating.is_busy
    assert tab.head.button.text() == "Evaluate"
    assert window.evaluating.result is None
    press_evaluate(window, user, qtbot, tab)
    assert window.evaluating.result is not None


def test_a_kept_run_is_evaluated_and_its_test_part_once(window, user, qtbot, tab, store):
    project = make_moons(epochs=2)
    project = replace(project, data=Data(Choice("Moons"), validation=0.2, test=0.2))
    folder = store.new_folder("moons")
    list(train(Plan.from_project(project, out=folder)))
    change_record(folder, name="kept moons")
    (run,) = store.list().runs
    window.runs.select([run])
    window.menus.actions["runs.evaluate"].trigger()
    qtbot.waitUntil(lambda: window.evaluating.result is not None, timeout=PATIENCE)
    settle()
    assert "kept moons" in tab.head.about.text()
    assert window.evaluating.result.evaluation.scores["loss"] == run.record.best["val_loss"]
    # The test part: said what it means, looked at once, remembered.
    tab.head.part.setCurrentIndex(1)
    settle()
    assert tab.head.button.text() == "Look once"
    assert "never looked at" in tab.empty.text()
    press_evaluate(window, user, qtbot, tab)
    assert window.evaluating.result.evaluation.part == "test"
    assert window.evaluating.result.outcome.rows == 100
    assert len(read_record(folder).test_looks) == 1
    assert tab.head.button.text() == "Look again"
    tab.head.part.setCurrentIndex(0)
    settle()
    assert window.evaluating.result.evaluation.part == "validation"
    # Without one it says what to do.
    plain = store.new_folder("plain")
    list(train(Plan.from_project(make_moons(epochs=1), out=plain)))
    window.evaluating.evaluate_run(next(run for run in store.list().runs if run.folder == plain))
    qtbot.waitUntil(lambda: window.evaluating.result is not None, timeout=PATIENCE)
    tab.head.part.setCurrentIndex(1)
    press_evaluate(window, user, qtbot, tab)
    assert any("No test part" in notice.text for notice in window.notices.shown)
    assert read_record(plain).test_looks == ()


def test_values_lead_to_their_samples(window, user, qtbot, tab):
    from tests.engine.plans import make_project

    train_to_end(window, qtbot, make_project("Diabetes", ("Linear", {"out_features": 1}), loss="MSELoss", epochs=1))
    press_evaluate(window, user, qtbot, tab)
    assert views(tab) == ["Predicted", "Residuals", "Importance", "Embedding", "Samples", "Why"]
    go_to(tab, "Predicted")
    plot = tab.tabs.currentWidget()
    outcome = window.evaluating.result.outcome
    place = plot.point(float(outcome.targets[7, 0]), float(outcome.answers[7, 0]))
    user.click(plot, QPoint(round(place.x()), round(place.y())))
    assert tab.tabs.currentWidget() is tab.samples
    index = tab.samples.table.currentIndex()
    chosen = tab.samples.model.place_at(index.row())[0]
    away = np.hypot(outcome.targets[:, 0] - outcome.targets[7, 0], outcome.answers[:, 0] - outcome.answers[7, 0])
    assert away[chosen] < np.ptp(outcome.targets) / 20


def test_a_narrow_tab_has_its_figures_among_the_views(window, user, qtbot, tab):
    train_to_end(window, qtbot, make_moons(epochs=1))
    press_evaluate(window, user, qtbot, tab)
    window.resize(1000, 800)
    settle()
    assert views(tab)[0] == "Figures"
    window.resize(1600, 1000)
    settle()
    assert "Figures" not in views(tab)
    assert tab.figures.isVisible()


def test_forecasts_of_several_steps_are_drawn_whole(window, tab, user, qtbot):
    layers = (("Flatten", {}), ("Linear", {"out_features": 6}))
    series = Choice("MackeyGlass", {"samples": 400, "length": 12, "horizon": 6})
    train_to_end(window, qtbot, make_project(series, *layers, loss="MSELoss", epochs=12))
    press_evaluate(window, user, qtbot, tab)
    go_to(tab, "Forecasts")
    plot, outcome = tab.tabs.currentWidget(), window.evaluating.result.outcome
    assert outcome.targets.shape[1] == 6
    assert np.array_equal(plot.paths, outcome.answers)
    assert np.array_equal(plot.course, np.append(outcome.targets[:, 0], outcome.targets[-1, 1:]))
    assert plot.accessibleDescription().endswith("each of 6 steps")
    before = plot.grab().toImage()
    qtbot.mouseMove(plot, plot.rect().center())
    settle()
    assert plot.grab().toImage() != before  # the forecast from there stands out


def test_a_threshold_that_takes_long_stays_with_its_document(window, qtbot, tab, monkeypatch):
    monkeypatch.setattr("designer.ui.evaluating.AT_ONCE", 0)
    project = new("task-multi-label")
    train_to_end(window, qtbot, set_training(project, replace(project.training, epochs=1, device="cpu")))
    evaluating = window.evaluating
    evaluating.evaluate("best", "validation")
    qtbot.waitUntil(lambda: not evaluating.is_busy, timeout=PATIENCE)
    subject = evaluating.subject
    evaluating.move_threshold(0.9)
    window.filing.show(make_moons(epochs=1))
    qtbot.waitUntil(lambda: subject.results["validation"].assessment.threshold == 0.9, timeout=PATIENCE)
    assert evaluating.subject is not subject
    assert evaluating.result is None
