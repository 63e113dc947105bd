"""From a file dropped on the window to a model that was evaluated: one click makes the network, no number is typed."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt

from designer.engine.events import EpochDone
from designer.ui.evaluation_job import Result
from designer.ui.panels.data import DataPanel
from designer.ui.panels.evaluate import EvaluatePanel
from tests.ui.conftest import drop_on, files, settle
from tests.ui.runs import make_moons, single_thread

SHARED = Path(__file__).parents[3] / "shared" / "data"
PATIENCE = 200_000  # milliseconds, on a busy machine
MARGIN = 0.1  # share of what is left up to 1 by which a figure is passed before the run is stopped

# A data set, what the sentence says of it, the figure that is read off the Evaluate tab, and what it must reach.
WAYS = [
    ("titanic/titanic.csv", "Predict Survived (yes or no) from 7 columns: 891 rows.", "accuracy", 0.80),
    ("sms_spam", "Tell ham from spam: 5,574 texts.", "accuracy", 0.975),
    ("california_housing", "Predict median_house_value (a number) from 9 columns: 20,640 rows.", "r2", 0.75),
    ("sign_digits", "Tell 10 classes of pictures apart, each of 64\u00a0×\u00a064: 400 pictures.", "accuracy", 0.75),
    ("mnist", "Tell 10 classes of pictures apart, each of 28\u00a0×\u00a028: 60,000 pictures.", "accuracy", 0.985),
]


@pytest.fixture
def at_work(window, tmp_path, monkeypatch):
    """The window, with a store of its own, and an end to all that runs."""
    monkeypatch.setenv("DESIGNER_RUNS", str(tmp_path / "runs"))
    monkeypatch.setattr("designer.engine.evaluation.resampling.DRAWS", 50)
    with single_thread():
        window.resize(1500, 1000)
        yield window
        window.evaluating.cancel()
        window.trainer.shut_down()
        settle()


def drop(window, qtbot, path: Path) -> DataPanel:
    drop_on(window, files(path), QPoint(700, 300))
    qtbot.waitUntil(lambda: window.proposals.proposal is not None, timeout=PATIENCE)
    settle()
    panel = window.workbench.panel("data")
    assert isinstance(panel, DataPanel)
    return panel


def go_all_the_way(window, user, qtbot, path: Path, sentence: str, figure: str, enough: float) -> Result:
    """Drop, make a network, train until the figure of an epoch is good enough or the run is over, evaluate."""
    if not path.exists():
        pytest.skip(f"{path} is not here")
    drop(window, qtbot, path)
    assert window.proposals.card.bar.sentence == sentence
    user.click(window.proposals.card.bar.make)
    assert [step.title for step in window.editor.history.steps][2:] == ["make a network for the data"]
    assert [problem.message for problem in window.editor.problems] == []

    scores = []
    window.trainer.bridge.happened.connect(
        lambda event: scores.append(event.val_metrics[figure]) if isinstance(event, EpochDone) else None
    )
    user.tool("train.start")
    qtbot.waitUntil(lambda: window.trainer.state == "ended" or max(scores, default=0) > enough, timeout=PATIENCE)
    if window.trainer.state != "ended":
        user.tool("train.stop")  # as somebody does who has seen enough: the test costs less
        qtbot.waitUntil(lambda: window.trainer.state == "ended", timeout=PATIENCE)
    tab = user.show("evaluate")
    assert isinstance(tab, EvaluatePanel)
    user.click(tab.head.button)
    qtbot.waitUntil(lambda: window.evaluating.result is not None and not window.evaluating.is_busy, timeout=PATIENCE)
    return window.evaluating.result


@pytest.mark.parametrize(("place", "sentence", "figure", "least"), WAYS, ids=[way[0].split("/")[0] for way in WAYS])
def test_from_the_drop_to_the_evaluated_model(at_work, user, qtbot, place, sentence, figure, least):
    result = go_all_the_way(at_work, user, qtbot, SHARED / place, sentence, figure, least + MARGIN * (1 - least))
    assert {each.kind: each.value for each in result.assessment.figures}[figure] >= least


def test_a_forecast_beats_the_season_before_and_the_window_says_what_is_to_beat(at_work, user, qtbot):
    window, path = at_work, SHARED / "airline_passengers"
    sentence = "Forecast the next number of Passengers from the 12 before: 120 windows."
    result = go_all_the_way(window, user, qtbot, path, sentence, "r2", 1.0)
    qtbot.waitUntil(lambda: bool(window.baselines.found), timeout=PATIENCE)
    reached = {each.title: each.scores["loss"] for each in window.baselines.found}
    assert result.evaluation.scores["loss"] < reached["as last season"]
    panel = window.workbench.panel("evaluate")
    assert panel.beat.isVisible()
    assert panel.beat.text().startswith("To beat (R2 of what is learned): always the mean -0.1")
    loss = window.workbench.panel("training").curves.loss
    assert loss.levels == [(value, title) for title, value in reached.items()]


def test_a_text_is_continued_better_than_by_pairs_of_letters(at_work, user, qtbot, tmp_path):
    window, path = at_work, SHARED / "tiny_shakespeare" / "input.txt"
    if not path.exists():
        pytest.skip(f"{path} is not here")
    start = tmp_path / "start.txt"  # a tenth of it: what is learned of it costs seconds
    start.write_text(path.read_text()[:110_000])
    sentence = "Continue a text: the next character from up to 64 before it: 1,718 windows."
    result = go_all_the_way(window, user, qtbot, start, sentence, "accuracy", 0.4)
    qtbot.waitUntil(lambda: bool(window.baselines.found), timeout=PATIENCE)
    pairs = window.baselines.found[-1]
    assert pairs.title == "pairs of tokens"
    assert result.evaluation.scores["loss"] < pairs.scores["loss"]


def test_measuring_can_be_given_up_and_is_asked_for_in_the_menu(at_work, user, qtbot):
    window = at_work
    window.filing.show(make_moons())
    action = window.menus.actions["train.baselines"]
    action.trigger()
    window.menus.refresh()
    assert action.text().replace("&", "") == "Stop comparing with simple methods"
    action.trigger()
    assert not window.baselines.is_busy
    assert window.baselines.found == ()
    user.choose("Train", "Compare with simple methods")
    qtbot.waitUntil(lambda: bool(window.baselines.found), timeout=PATIENCE)
    best = max(window.baselines.found, key=lambda each: each.scores["accuracy"])
    assert "The network beats them all." in window.baselines.tell({"accuracy": 1.0})
    trees = "Gradient boosting reaches" in window.baselines.tell({"accuracy": 0.1})
    assert trees == (best.kind == "boosting")


def test_another_target_is_chosen_in_the_sentence(at_work, user, qtbot):
    window, path = at_work, SHARED / "titanic" / "titanic.csv"
    if not path.exists():
        pytest.skip(f"{path} is not here")
    panel = drop(window, qtbot, path)
    bar = window.proposals.card.bar
    box = bar.target
    assert [box.itemText(place) for place in range(box.count())][:3] == ["Survived", "Pclass", "Sex"]
    box.setFocus()
    user.type("Fare", box)
    user.press(Qt.Key.Key_Return, widget=box)
    qtbot.waitUntil(lambda: "a number" in bar.sentence, timeout=PATIENCE)
    assert bar.sentence == "Predict Fare (a number) from 7 columns: 891 rows."
    user.click(bar.make)
    assert window.editor.project.training.loss.kind == "MSELoss"
    assert window.editor.problems == ()
    user.tool("edit.undo")
    assert not window.editor.project.graph.nodes
    assert bar.isVisible()
    assert not panel.proposal.isVisibleTo(panel)  # it would say the same again


def test_a_network_that_does_not_fit_gives_way_and_comes_back(at_work, chain, user, qtbot):
    window, path = at_work, SHARED / "titanic" / "titanic.csv"
    if not path.exists():
        pytest.skip(f"{path} is not here")
    window.editor.open(chain)
    assert window.proposals.proposal is None
    panel = drop(window, qtbot, path)
    assert panel.proposal.sentence == "Predict Survived (yes or no) from 7 columns: 891 rows."
    assert panel.proposal.make.text() == "Replace the network"
    user.click(panel.proposal.make)
    assert window.editor.problems == ()
    assert not panel.proposal.isVisibleTo(panel)
    assert window.editor.history.titles == ("choose Table as data", "make a network for the data")
    user.tool("edit.undo")
    user.tool("edit.undo")
    assert window.editor.project == chain


def test_columns_that_are_ticked_and_not_yet_applied_are_learned_from(at_work, user, qtbot, tmp_path):
    window, path = at_work, tmp_path / "flats.csv"
    rows = "\n".join(f"{n % 17},{n % 13},{n % 17 + 2 * (n % 13)}" for n in range(200))
    path.write_text(f"rooms,floor,price\n{rows}\n")
    panel = drop(window, qtbot, path)
    model = panel.csv.columns
    model.setData(model.index(1, 0), Qt.CheckState.Unchecked.value, Qt.ItemDataRole.CheckStateRole)
    assert panel.csv.apply.isEnabled()
    window.proposals.make()
    qtbot.waitUntil(lambda: bool(window.editor.project.graph.nodes), timeout=PATIENCE)
    assert window.editor.project.data.source.parameters["numbers"] == ("rooms",)
    assert not panel.csv.apply.isEnabled()
