"""The Try it tab in the real window: samples of every kind are asked about by mouse and keys."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from designer.document.edits import set_training
from designer.document.project import Project
from designer.engine.store import Store
from designer.ui.panels.try_it import TryPanel
from tests.ui.conftest import settle
from tests.ui.runs import single_thread

PATIENCE = 60_000  # milliseconds


@pytest.fixture
def store(tmp_path, monkeypatch) -> Store:
    monkeypatch.setenv("DESIGNER_RUNS", str(tmp_path / "runs"))
    return Store()


@pytest.fixture
def tab(store, window):
    """The panel, and an end to all that runs."""
    with single_thread():
        window.resize(1600, 1000)
        window.workbench.show("try")
        window.resizeDocks([window.workbench.docks["try"]], [420], Qt.Orientation.Vertical)
        settle()
        panel = window.workbench.panel("try")
        assert isinstance(panel, TryPanel)
        yield panel
        window.trying.cancel()
        window.trainer.shut_down()
        settle()


def train_to_end(window, qtbot, project: Project) -> None:
    window.filing.show(project)
    window.trainer.start()
    qtbot.waitUntil(lambda: window.trainer.state == "ended", timeout=PATIENCE)


def wait_for_answer(window, qtbot, what=lambda reply: True):
    """Wait until all that was asked is answered, and return the reply."""
    trying = window.trying
    qtbot.waitUntil(
        lambda: not trying.is_opening and not trying.is_asking and trying.reply is not None and what(trying.reply),
        timeout=PATIENCE,
    )
    settle()
    return trying.reply


def test_an_empty_tab_says_how_to_fill_it(window, tab):
    assert "Train a network first" in tab.empty.text()


def test_a_sample_of_the_data_is_answered_as_the_evaluation_answers_it(window, user, qtbot, tab, chain):
    train_to_end(window, qtbot, set_training(chain, replace(chain.training, epochs=1, device="cpu")))
    user.show("try")
    wait_for_answer(window, qtbot)
    window.evaluating.evaluate("best", "validation")
    qtbot.waitUntil(lambda: not window.evaluating.is_busy, timeout=PATIENCE)
    outcome = window.evaluating.result.outcome
    picker = tab.head.picker
    user.show("try")
    user.click(picker.after)
    reply = wait_for_answer(window, qtbot, lambda _: window.trying.sample.number == 1)
    (answer,) = reply.answers
    assert np.allclose([chance for _, chance in answer.bars], outcome.chances[1], atol=1e-6)
    assert answer.best == outcome.labels[outcome.answers[1]]
    part = tab.answers.parts[0]
    assert part.headline.text().startswith(f"{answer.best} · ")
    assert f"In the data: {outcome.labels[outcome.targets[1]]}" in part.truth.text()
