"""The Weights tab with the real engine: what it shows is what the network holds."""

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget

from designer.document.blocks import look_inside, put_back
from designer.document.edits import add_node, set_data, set_option, set_parameter
from designer.document.grouping import group
from designer.document.project import Choice, Data
from designer.engine.events import EpochDone, StepsDone, Weights
from designer.ui.editor import Editor
from designer.ui.plots.history import Summary
from designer.ui.plots.weights import NOTHING, WeightsPanel, describe
from designer.ui.theme import load_theme
from tests.ui.runs import make_moons, running

DARK, LIGHT = load_theme("dark"), load_theme("light")
ENDLESS = 1_000_000


@pytest.fixture
def run(qtbot):
    with running(qtbot) as run:
        yield run


@pytest.fixture
def editor(qtbot) -> Editor:
    return Editor(make_moons(epochs=ENDLESS))


@pytest.fixture
def panel(qtbot, editor, run) -> WeightsPanel:
    made = WeightsPanel(editor, run.bridge, DARK)
    qtbot.addWidget(made)
    made.resize(1150, 230)
    made.show()
    return made


def shown(panel: WeightsPanel) -> QWidget:
    return panel._form.currentWidget()


def test_empty_states_say_what_is_missing(panel, editor):
    assert panel.message.isVisible()
    assert panel.message.text() == NOTHING
    editor.select(["tanh_1"])
    assert panel.message.text() == "tanh1 (Tanh) has no weights: there is nothing in it to learn."
    editor.select(["linear_1"])
    assert panel.message.text() == "The weights of linear1 appear here from the first step on. Press Train to begin."
    editor.apply("drop data", set_data(editor.project, Data()))
    assert panel.message.text().startswith("The sizes of linear1 are not known yet")


def test_the_selected_layer_is_shown_while_it_trains(panel, editor, run, qtbot):
    editor.select(["linear_1"])
    run.start(editor.project)
    run.wait_for(Weights, 3)
    qtbot.waitUntil(lambda: panel.matrix.isVisible())
    snapshot = run.of(Weights)[-1]
    assert panel.tensors.currentText().split()[0] == "weight"
    assert "8 × 2" in panel.tensors.currentText()
    assert shown(panel) is panel.matrix
    panel.draw()
    np.testing.assert_array_equal(panel.matrix.matrix.values, panel.history.tensor)
    assert panel.history.tensor.shape == snapshot.tensors["weight"].shape
    assert len(panel.history) >= 2
    assert np.isfinite(panel.history.updates[1:]).any()
    assert "gradient" in panel.facts.text()


def test_a_layer_inside_a_repeated_block_is_shown_as_in_the_repetition_one_looks_at(panel, editor, run, qtbot):
    project, use = group(editor.project, ["linear_1", "tanh_1"])
    inside = set_parameter(look_inside(project, "block"), "linear_1", "out_features", 2)
    editor.apply("group", set_option(put_back(project, "block", inside), [use], "repeat", 3))
    editor.select([use])
    assert "Step inside" in panel.message.text()
    run.start(editor.project)
    editor.enter(use)
    editor.select(["linear_1"])
    for number in (0, 2):
        editor.enter_repetition(number)
        qtbot.waitUntil(lambda: panel.history is not None, timeout=30_000)
        assert run.of(Weights)[-1].node == f"{use}[{number}]/linear_1"
        panel.draw()
        assert panel.name.text() == "linear1 · Linear"


def test_a_held_run_shows_whatever_is_selected_then(panel, editor, run, qtbot):
    run.start(editor.project)
    run.wait_for(StepsDone)
    run.bridge.pause()
    run.wait_until_held()
    for node, size in (("linear_1", (8, 2)), ("linear_2", (1, 8))):
        editor.select([node])
        qtbot.waitUntil(lambda: panel.history is not None, timeout=30_000)
        panel.draw()
        assert panel.history.tensor.shape == size
        assert panel.history.summary.step == run.bridge.progress.step


def test_after_the_run_every_layer_can_still_be_seen(panel, editor, run):
    run.start(make_moons(epochs=3))
    run.wait_until("ended")
    for node in ("linear_1", "linear_2"):
        editor.select([node])
        assert panel.history.summary.step == 24
        assert panel.name.text().startswith(f"linear{node[-1]} · Linear")
    bias = panel.tensors.findData("bias")
    panel.tensors.setCurrentIndex(bias)
    panel.tensors.activated.emit(bias)
    assert shown(panel) is panel.bars
    np.testing.assert_array_equal(panel.bars.values, panel.history.tensor)
    editor.select(["linear_1"])
    assert panel.tensors.currentData() == "bias"  # what was looked at stays looked at


def test_a_new_run_forgets_the_last_one(panel, editor, run):
    for _ in range(2):
        run.start(make_moons(epochs=3))
        run.wait_until("ended")
    editor.select(["linear_1"])
    assert len(panel.history) == 1
    added, new = add_node(editor.project, "Linear")
    editor.apply("add", added)
    editor.select([new])
    assert panel.history is None


def test_nothing_is_asked_for_while_the_tab_is_hidden(panel, editor, run):
    editor.select(["linear_1"])
    panel.hide()
    run.start(editor.project)
    run.wait_for(EpochDone, 5)
    assert not run.of(Weights)
    panel.show()
    run.wait_for(Weights)


def test_the_list_of_tensors_tells_the_sizes_of_the_layer_shown(panel, editor, run):
    run.start(make_moons(epochs=1))
    run.wait_until("ended")
    for node, sizes in (("linear_1", "8 × 2"), ("linear_2", "1 × 8")):
        editor.select([node])
        assert panel.tensors.currentText() == f"weight   {sizes}"


def test_a_tab_opened_after_the_run_shows_how_it_ended(qtbot, editor, run):
    project = make_moons(epochs=3)
    run.start(project)
    run.wait_until("ended")
    editor.open(project)
    editor.select(["linear_1"])
    late = WeightsPanel(editor, run.bridge, DARK)
    qtbot.addWidget(late)
    late.show()
    assert late.history.summary.step == run.bridge.progress.step
    assert late.matrix.isVisible()


def test_filters_are_shown_as_pictures(panel, editor, run):
    layers = (
        ("Conv2d", {"out_channels": 4, "kernel_size": 3}),
        ("Flatten", {}),
        ("Linear", {"out_features": 10}),
    )
    project = set_data(make_moons(epochs=1, layers=layers, loss=Choice("CrossEntropyLoss")), Data(Choice("Digits")))
    editor.open(project)
    run.start(project)
    run.wait_until("ended")
    editor.select(["conv2d_1"])
    assert shown(panel) is panel.filters
    assert panel.filters.filters.shape == (4, 1, 3, 3)
    panel.grab()
    assert panel.filters.describe() == "4 filters over 1 channel"
    panel.set_theme(LIGHT)
    panel.grab()


def test_numbers_are_described_in_one_line():
    summary = Summary(3900, -0.00000944, 0.07041, -0.31, 0.32, 0.0902, 0.0003)
    assert describe(summary) == (
        "step 3,900 · mean −9.44e−6 · deviation 0.0704 · −0.31 to 0.32 · gradient 0.0902 · update 3e−4"
    )
    assert describe(summary, brief=True) == "step 3,900 · gradient 0.0902 · update 3e−4"
    unknown = Summary(0, float("nan"), 0.0, 0.0, 0.0, float("nan"), float("nan"))
    assert describe(unknown) == "step 0 · mean nan · deviation 0 · 0 to 0"


def test_a_gradient_is_seen_spread_over_the_steps_like_the_weights(panel, editor, run):
    editor.select(["linear_1"])
    run.start(editor.project)
    run.wait_for(Weights, 3)
    run.bridge.stop()
    run.wait_until("ended")
    panel.draw()
    entries = [panel.tensors.itemData(place) for place in range(panel.tensors.count())]
    assert entries == ["weight", "bias", "weight gradient", "bias gradient"]
    place = panel.tensors.findData("weight gradient")
    panel.tensors.setCurrentIndex(place)
    panel.tensors.activated.emit(place)
    newest = [event for event in run.of(Weights) if event.node == "linear_1"][-1]
    np.testing.assert_array_equal(panel.history.tensor, newest.gradients["weight"])
    assert panel.history.summary.gradient == pytest.approx(float(np.linalg.norm(panel.history.tensor)), rel=1e-4)
    assert len(panel.spread.steps) >= 2
