"""What a run says of its layers, in the window: badges, words, the Activity tab, the decision boundary."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt

from designer.document.arrange import arrange
from designer.document.edits import move_nodes, set_training
from designer.document.project import Choice, Project
from designer.engine.seeing import Look
from designer.ui.canvas.vitals import badge_place
from designer.ui.panels.findings import FindingLine
from tests.engine.plans import CONVOLUTION, digits, make_project
from tests.ui.conftest import settle

pytestmark = pytest.mark.usefixtures("one_thread")
LONG = 10_000  # epochs that no test waits for


def lay_out(project: Project) -> Project:
    return move_nodes(project, arrange(project.graph))


@pytest.fixture
def dead(window):
    """A window with a run under way whose rate is so high that its units die."""
    project = digits(epochs=LONG, optimizer=Choice("SGD", {"lr": 50.0}))
    window.editor.open(lay_out(project))
    settle()
    window.menus.actions["train.start"].trigger()
    yield window
    window.trainer.stop()


def wait_for_look(qtbot, window, count: int = 1) -> None:
    seen = []
    window.trainer.bridge.happened.connect(lambda event: seen.append(event) if isinstance(event, Look) else None)
    qtbot.waitUntil(lambda: len(seen) >= count, timeout=60_000)


def test_dead_units_are_said_at_the_card_in_the_list_and_above_the_curves(dead, user, qtbot):
    bridge = dead.trainer.bridge
    qtbot.waitUntil(lambda: any(one.kind == "Dead units" for one in bridge.findings), timeout=60_000)
    settle()
    vitals = dead.canvas.sheet.vitals["n-relu3"]
    assert any("of 32 units" in text and "Try:" in text for text in vitals.findings)
    line = dead.workbench.panel("training").findChild(FindingLine)
    assert line.isVisible()
    user.click(line)
    activity = dead.workbench.panel("activity")
    assert activity.isVisible()
    row = next(row for row in activity.findings.rows if row.finding.kind == "Dead units")
    assert row.title.text() == "relu3 · Dead units"
    user.click(row)
    assert dead.editor.selected_nodes == {"n-relu3"}


def test_a_click_on_the_badge_of_a_finding_explains_it(dead, user, qtbot):
    qtbot.waitUntil(lambda: bool(dead.canvas.sheet.vitals.get("n-relu3", None) and dead.canvas.sheet.vitals["n-relu3"].findings), timeout=60_000)  # fmt: skip
    place = dead.canvas.mapFromScene(*badge_place(dead.canvas.sheet.nodes["n-relu3"]))
    user.click(dead.canvas.viewport(), QPoint(place))
    assert dead.editor.selected_nodes == {"n-relu3"}
    assert dead.workbench.panel("activity").isVisible()


def test_findings_go_when_another_network_is_opened(dead, qtbot):
    qtbot.waitUntil(lambda: bool(dead.trainer.bridge.findings), timeout=60_000)
    dead.trainer.stop()
    qtbot.waitUntil(lambda: dead.trainer.state == "ended", timeout=60_000)
    dead.editor.open(Project())
    settle()
    assert not dead.canvas.sheet.vitals


def test_cards_show_how_their_layers_learn_until_that_is_turned_off(window, user, qtbot):
    window.editor.open(lay_out(digits(epochs=LONG)))
    window.menus.actions["train.start"].trigger()
    wait_for_look(qtbot, window, 3)
    settle()
    vitals = window.canvas.sheet.vitals
    assert len(vitals["n-linear2"].gradients) >= 2  # the first look comes before the first step
    assert "gradient" in vitals["n-linear2"].facts
    assert not vitals["n-relu3"].gradients
    user.choose("View", "Learning on cards")
    assert not window.canvas.sheet.vitals["n-linear2"].gradients
    assert window.settings.trends is False
    window.trainer.stop()


def test_the_selected_layer_is_seen_on_a_sample_of_ones_choice(window, user, qtbot):
    window.editor.open(lay_out(digits(*CONVOLUTION, epochs=LONG)))
    window.menus.actions["train.start"].trigger()
    activity = user.show("activity")
    wait_for_look(qtbot, window)
    activity.draw()
    assert activity.table.rowCount() == 7
    assert activity.table.item(0, 1).text() == "Conv2d"
    qtbot.waitUntil(lambda: activity.table.item(0, 6).text() != "", timeout=60_000)  # a step lies between two looks
    gradient, update, forward, memory, weights = (activity.table.item(0, column).text() for column in range(5, 10))
    assert float(gradient) > 0
    assert update.endswith(" %")
    assert " ms · " in forward
    assert memory.split()[-1] in ("B", "kB")
    assert weights.split()[-1] in ("B", "kB")
    user.click(activity.table.viewport(), activity.table.visualItemRect(activity.table.item(0, 0)).center())
    assert window.editor.selected_nodes == {"n-conv2d1"}
    qtbot.waitUntil(lambda: activity.maps.isVisible(), timeout=60_000)
    assert activity.maps.filters.shape == (4, 1, 8, 8)
    qtbot.waitUntil(lambda: activity.maps.describe() == "4 maps of 8 × 8", timeout=10_000)  # once it has its size
    assert "class" in activity.answer.text()
    user.click(activity.picker.after)
    qtbot.waitUntil(lambda: window.trainer.bridge.look.example is not None and window.trainer.bridge.look.example.number == 1, timeout=60_000)  # fmt: skip
    user.retype(activity.picker.field, "13")
    user.press(Qt.Key.Key_Return, widget=activity.picker.field)
    qtbot.waitUntil(lambda: window.trainer.bridge.look.example.number == 12, timeout=60_000)
    window.trainer.stop()
    qtbot.waitUntil(lambda: window.trainer.state == "ended", timeout=60_000)
    for node, form in (("n-relu3", activity.maps), ("n-linear7", activity.bars)):  # the last look brought them all
        window.editor.select([node])
        settle()
        assert form.isVisible()


def test_a_held_run_shows_another_sample_at_once(window, user, qtbot):
    window.editor.open(lay_out(digits(epochs=LONG)))
    window.editor.select(["n-relu3"])
    window.menus.actions["train.start"].trigger()
    activity = user.show("activity")
    wait_for_look(qtbot, window)
    window.trainer.pause()
    qtbot.waitUntil(lambda: window.trainer.bridge.session.state == "paused", timeout=60_000)
    user.click(activity.picker.before)
    last = window.trainer.bridge.look.example.count - 1
    qtbot.waitUntil(lambda: window.trainer.bridge.look.example.number == last, timeout=60_000)
    window.trainer.stop()


def test_two_dimensional_data_is_seen_as_a_plane_beside_its_curves(window, user, qtbot):
    layers = (("Linear", {"out_features": 16}), ("Tanh", {}), ("Linear", {"out_features": 2}))
    project = make_project("Moons", *layers, epochs=LONG, optimizer=Choice("Adam", {"lr": 0.05}))
    window.editor.open(lay_out(project))
    window.menus.actions["train.start"].trigger()
    curves = user.show("training").curves
    qtbot.waitUntil(lambda: curves.plane.isVisible(), timeout=60_000)
    qtbot.waitUntil(lambda: curves.plane.count_right() > 0.9 * len(curves.plane.boundary.labels), timeout=60_000)
    user.show("code")
    assert not window.trainer.bridge._run.wish.boundary  # nobody looks
    window.trainer.stop()


def test_other_data_has_no_plane(window, user, qtbot):
    window.editor.open(lay_out(set_training(digits(), replace(digits().training, epochs=LONG))))
    window.menus.actions["train.start"].trigger()
    curves = user.show("training").curves
    wait_for_look(qtbot, window)
    settle()
    assert not curves.plane.isVisible()
    window.trainer.stop()


def test_curves_are_saved_by_the_menu_above_them(window, user, qtbot, tmp_path):
    window.editor.open(lay_out(digits(epochs=1)))
    window.menus.actions["train.start"].trigger()
    qtbot.waitUntil(lambda: window.trainer.state == "ended", timeout=60_000)
    curves = user.show("training").curves
    assert [curves.choice.itemText(place) for place in range(3)] == ["Accuracy", "Learning rate", "Samples a second"]
    curves.more.menu().actions()[-2].trigger()
    settle()
    user.name_file(tmp_path / "mine.csv")
    qtbot.waitUntil(lambda: (tmp_path / "mine.csv").exists(), timeout=10_000)
    assert "Loss,validation,1," in (tmp_path / "mine.csv").read_text("utf-8")
