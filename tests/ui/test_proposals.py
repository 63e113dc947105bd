"""From a file dropped on the window to a model that was evaluated: one click makes the network, no number is typed."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint

from designer.engine.events import EpochDone
from designer.ui.panels.data import DataPanel
from designer.ui.panels.evaluate import EvaluatePanel
from tests.ui.conftest import drop_on, files, settle
from tests.ui.runs import single_thread

SHARED = Path(__file__).parents[3] / "shared" / "data"
PATIENCE = 120_000  # milliseconds
MARGIN = 0.03  # by which a figure is passed before the run is stopped

# A data set, what the sentence says of it, the figure that is read off the Evaluate tab, and what it must reach.
WAYS = [
    ("titanic/titanic.csv", "Predict Survived (yes or no) from 7 columns: 891 rows.", "accuracy", 0.80),
    ("sms_spam", "Tell ham from spam: 5,574 texts.", "accuracy", 0.975),
    ("california_housing", "Predict median_house_value (a number) from 9 columns: 20,640 rows.", "r2", 0.75),
    ("sign_digits", "Tell 10 classes of pictures apart, each of 64\u00a0×\u00a064: 400 pictures.", "accuracy", 0.75),
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


@pytest.mark.parametrize(("place", "sentence", "figure", "least"), WAYS, ids=lambda value: str(value).split("/")[0])
def test_from_the_drop_to_the_evaluated_model(at_work, user, qtbot, place, sentence, figure, least):
    window, path = at_work, SHARED / place
    if not path.exists():
        pytest.skip(f"{path} is not here")
    panel = drop(window, qtbot, path)
    assert panel.proposal.sentence == sentence
    user.click(panel.proposal.make)
    assert [step.title for step in window.editor.history.steps][2:] == ["make a network for the data"]
    assert [problem.message for problem in window.editor.problems] == []

    scores = []
    window.trainer.bridge.happened.connect(
        lambda event: scores.append(event.val_metrics[figure]) if isinstance(event, EpochDone) else None
    )
    user.tool("train.start")
    enough = least + MARGIN
    qtbot.waitUntil(lambda: window.trainer.state == "ended" or max(scores, default=0) > enough, timeout=PATIENCE)
    if window.trainer.state != "ended":
        user.tool("train.stop")  # as somebody does who has seen enough: the test costs less
        qtbot.waitUntil(lambda: window.trainer.state == "ended", timeout=PATIENCE)
    tab = user.show("evaluate")
    assert isinstance(tab, EvaluatePanel)
    user.click(tab.head.button)
    qtbot.waitUntil(lambda: window.evaluating.result is not None and not window.evaluating.is_busy, timeout=PATIENCE)
    found = {each.kind: each.value for each in window.evaluating.result.assessment.figures}
    assert found[figure] >= least
