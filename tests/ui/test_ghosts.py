"""What a fix would do is seen on the canvas while one points at it, and gone in every way one can leave."""

from itertools import combinations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QTransform
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from designer.catalogue.facts import infer_project
from designer.document.edits import add_node, connect, insert_on_edge, remove_nodes, set_parameter
from designer.document.graph import Edge
from designer.document.project import Project
from designer.ui.canvas.changes import remove_wires
from designer.ui.canvas.geometry import PortRef
from designer.ui.canvas.ghost import MOST, imagine
from designer.ui.canvas.ghost_painter import place_chips, tell_more
from tests.ui.conftest import settle


@pytest.fixture
def broken(chain):
    """A vector is expected, and there is no Flatten."""
    return remove_nodes(chain, ["flatten_1"], close_gap=True)


@pytest.fixture
def buttons(window, user, broken):
    """Every fix that the Problems tab offers, by its title."""
    window.filing.show(broken)
    panel = user.show("problems")
    return {button.accessibleName(): button for row in panel.rows for button in row.buttons}


def enter(button) -> None:
    place = QPointF(button.rect().center())
    QApplication.sendEvent(button, QEnterEvent(place, place, QPointF(button.mapToGlobal(place.toPoint()))))


def told(window) -> list[tuple[str, str, str]]:
    ghost = window.canvas.ghost
    return [] if ghost is None else [(chip.what, chip.text, chip.shape) for chip in ghost.chips]


def test_an_inserted_layer_lies_on_its_wire_and_leaving_takes_it_away(window, buttons, broken):
    insert = buttons["fix: Insert Flatten"]
    enter(insert)
    assert told(window) == [("added", "+ Flatten", "→ 64")]
    (chip,) = window.canvas.ghost.chips
    wire = window.canvas.sheet.edges[Edge("input_1", 0, "linear_1", 0)]
    middle = (chip.box.left + chip.box.right) / 2, (chip.box.top + chip.box.bottom) / 2
    assert middle == pytest.approx(((wire.line[0][0]), (wire.line[0][1] + wire.line[-1][1]) / 2))
    assert window.editor.project is broken
    assert len(window.editor.history.steps) == 1
    shown = window.canvas.viewport().grab().toImage()
    QApplication.sendEvent(insert, QEvent(QEvent.Type.Leave))
    assert window.canvas.ghost is None
    assert window.canvas.viewport().grab().toImage() != shown


def test_a_changed_setting_is_written_on_its_card(window, user, chain):
    window.filing.show(set_parameter(chain, "linear_2", "out_features", 7))
    enter(user.show("problems").rows[0].buttons[0])
    assert told(window) == [("changed", "out_features 7 → 10", "→ 10")]


@pytest.mark.parametrize("way", ["apply", "tab", "panel", "undo", "step in the list"])
def test_nothing_is_left_behind(window, user, buttons, chain, way):
    window.editor.apply("insert", insert_on_edge(window.editor.project, Edge("relu_1", 0, "linear_2", 0), "ReLU")[0])
    settle()
    panel = window.workbench.panel("problems")
    insert = panel.rows[0].buttons[0]
    insert.setFocus()
    enter(insert)
    assert told(window)
    if way == "apply":
        user.press(Qt.Key.Key_Space, widget=insert)
        assert "Flatten" in {node.kind for node in window.editor.project.graph.nodes.values()}
        window.canvas.setFocus()
    elif way == "tab":
        window.filing.show(chain)
    elif way == "panel":
        user.show("history")
    elif way == "undo":
        window.editor.undo()
    else:
        user.press(Qt.Key.Key_Down, widget=panel.rows[0])
    settle()
    assert window.canvas.ghost is None


def test_the_card_shows_it_by_the_keyboard_alone(window, user, broken):
    window.filing.show(broken)
    window.canvas.setFocus()
    window.problem_pointer.explain()
    settle()
    assert told(window)[0][:2] == ("added", "+ Flatten")
    user.press(Qt.Key.Key_Escape)
    assert window.canvas.ghost is None


def test_what_a_large_ghost_leaves_out_is_counted(window, chain):
    many = chain
    for number in range(MOST + 7):
        many, _ = add_node(many, "ReLU", position=(0.0, 100.0 * number))
    ghost = imagine(window.canvas.sheet, chain, many, infer_project(many))
    assert len(ghost.chips) == MOST
    assert tell_more(ghost.more) == "and 7 more: ReLU × 7"
    assert tell_more(["Pad", "ReLU", "Crop", "ReLU", "Permute", "Add"]) == "and 6 more: ReLU × 2, Pad, Crop …"


@pytest.mark.parametrize("scale", [0.05, 0.4, 1.0, 3.0])
def test_a_chip_is_as_large_on_the_screen_at_any_zoom(window, buttons, scale):
    canvas = window.canvas
    canvas.zoom_by(scale / canvas.scale_now)
    canvas.centerOn(*canvas.sheet.nodes["linear_1"].position)
    before = canvas.viewport().grab().toImage()
    enter(buttons["fix: Insert Flatten"])
    (placed,), left_out = place_chips(canvas.ghost.chips, canvas.viewportTransform(), window.theme)
    rect = placed[1].toAlignedRect()
    assert not left_out
    assert (rect.height(), rect.width()) == (pytest.approx(27, abs=1), pytest.approx(125, abs=25))
    after = canvas.viewport().grab().toImage()
    assert before.copy(rect) != after.copy(rect)
    text = QColor(window.theme.text).lightness()
    bright = [
        (x, y)
        for x in range(rect.left() + 12, rect.right())
        for y in range(rect.top(), rect.bottom())
        if abs(after.pixelColor(x, y).lightness() - text) < 60
    ]
    assert len(bright) > 60  # its words


def test_chips_that_have_no_room_side_by_side_lie_below_one_another_or_are_counted(window, chain):
    many = chain
    for number in range(40):
        many, _ = add_node(many, "ReLU", position=(10.0 * number, 20.0 * number))
    ghost = imagine(window.canvas.sheet, chain, many, infer_project(many))
    for scale in (0.02, 0.3, 1.0):
        placed, left_out = place_chips(ghost.chips, QTransform.fromScale(scale, scale), window.theme)
        assert len(placed) + len(left_out) == 40
        assert len(placed) > 5
        assert not [pair for pair in combinations([rect for _, rect in placed], 2) if pair[0].intersects(pair[1])]


def test_a_wire_in_the_hand_says_where_it_goes_and_what_it_brings(window, user, chain):
    window.filing.show(remove_wires(chain, [Edge("relu_1", 0, "linear_2", 0)], "cut")[1])
    canvas = window.canvas
    canvas.zoom_by(1 / canvas.scale_now)
    start, end = (
        canvas.mapFromScene(QPointF(*canvas.sheet.nodes[node].point_of(PortRef(node, 0, is_output))))
        for node, is_output in (("relu_1", True), ("linear_2", False))
    )
    QTest.mousePress(canvas.viewport(), Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(canvas.viewport(), start + QPoint(-200, 10))
    away = canvas.viewport().grab().toImage()
    QTest.mouseMove(canvas.viewport(), end)
    chip = QRect(end + QPoint(20, 18), QSize(60, 18))
    assert canvas.viewport().grab(chip).toImage() != away.copy(chip)
    QTest.mouseRelease(canvas.viewport(), Qt.MouseButton.LeftButton, pos=end)
    assert Edge("relu_1", 0, "linear_2", 0) in window.editor.view.graph.edges


@pytest.mark.parametrize("shift", [0, 300])
def test_no_chip_lies_under_the_card_that_offers_the_fix(window, shift):
    project, before = Project(), None
    for kind, settings in (("Input", {"shape": (3, 32, 32)}), ("MaxPool1d", {}), ("Output", {})):
        project, new = add_node(project, kind, parameters=settings, position=(0.0, 88.0 * len(project.graph.nodes)))
        project = project if before is None else connect(project, Edge(before, 0, new, 0))
        before = new
    window.filing.show(project)
    settle()
    canvas = window.canvas
    window.editor.select(["maxpool1d_1"])
    canvas.setFocus()
    canvas.scroll_by(QPoint(shift, 0))
    window.problem_pointer.explain()
    settle()
    (cover,) = canvas.covers
    buttons = [button for part in window.problem_pointer.card.parts for button in part.fixes.buttons]
    enter(next(button for button in buttons if "MaxPool2d" in button.text()))
    assert told(window)[0][1] == "becomes MaxPool2d"  # and keeps its name
    placed, _ = place_chips(canvas.ghost.chips, canvas.viewportTransform(), window.theme, canvas.covers)
    assert placed
    for _, rect in placed:
        assert not rect.intersects(cover)
        assert QRectF(canvas.viewport().rect()).contains(rect)
