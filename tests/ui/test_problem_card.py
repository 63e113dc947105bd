"""The card beside what is wrong: opened by resting, clicking or keys, mended by one click, put away by Escape."""

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from designer.document.edits import add_node, connect, remove_nodes
from designer.document.graph import Edge
from designer.document.project import Project
from designer.ui.canvas.geometry import Point
from designer.ui.problem_card import choose_corner
from designer.ui.window import Window
from tests.ui.conftest import settle


@pytest.fixture
def broken(chain: Project) -> Project:
    """Input straight into Linear, and a Linear into a Linear: an error and a warning."""
    project = remove_nodes(chain, ["flatten_1"], close_gap=True)
    return remove_nodes(project, ["relu_1"], close_gap=True)


@pytest.fixture
def pointer(window: Window, broken: Project):
    window.filing.show(broken)
    settle()
    return window.problem_pointer


def pixel(window: Window, place: Point) -> QPoint:
    return window.canvas.mapFromScene(QPointF(*place))


def badge(window: Window, node: str) -> QPoint:
    box = window.canvas.sheet.nodes[node].box
    return pixel(window, (box.right, box.top))


def click(window: Window, place: QPoint) -> None:
    QTest.mouseClick(window.canvas.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    settle()


def hover(window: Window, place: QPoint) -> None:
    """Move the pointer there with no button down: QTest takes one for down that another test did not let go."""
    viewport = window.canvas.viewport()
    none = Qt.MouseButton.NoButton
    screen = QPointF(viewport.mapToGlobal(place))
    moved = QMouseEvent(QMouseEvent.Type.MouseMove, QPointF(place), screen, none, none, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(viewport, moved)


def test_resting_on_a_badge_opens_the_card_and_leaving_puts_it_away(window, qtbot, pointer):
    assert pointer._card is None  # nothing is made before it is wanted
    hover(window, badge(window, "linear_1"))
    qtbot.waitUntil(lambda: pointer.is_open)
    card = pointer.card
    assert (
        card.parts[0].title.text()
        == 'Linear <span style="font-weight:600">linear1</span> expects a vector but gets 1\u00a0×\u00a08\u00a0×\u00a08.'
    )
    assert card.parts[0].text.text() == "Put Flatten before it."
    assert not card.geometry().contains(badge(window, "linear_1"))
    assert window.canvas.rect().contains(card.geometry())
    hover(window, QPoint(5, 5))
    qtbot.waitUntil(lambda: not pointer.is_open)


def test_a_click_on_a_badge_opens_it_for_good_and_one_on_a_fix_mends(window, user, qtbot, pointer, broken):
    click(window, badge(window, "linear_1"))
    assert pointer.is_open
    assert window.editor.selected_nodes == {"linear_1"}
    choice = pointer.card.parts[0].fixes.choices[0]
    assert choice.button.text() == "Insert Flatten"
    qtbot.waitUntil(choice.follows.isVisible)
    assert choice.follows.text() == "→ 64 · 4,810 parameters in all"
    assert "4,810 parameters behind it can be counted then" in choice.explain()
    assert "1 problem left" in choice.explain()
    user.click(choice.button)
    assert "flatten_1" in window.editor.project.graph.nodes
    assert not pointer.is_open
    window.editor.undo()
    assert window.editor.project == broken


def test_a_click_on_a_broken_wire_offers_the_same_fixes(window, user, pointer):
    edge = Edge("input_1", 0, "linear_1", 0)
    item = window.canvas.sheet.edges[edge]
    assert item.refusal == window.editor.problems[0].message.replace(" x ", "\u00a0×\u00a0")
    line = item.line
    middle = ((line[0][0] + line[-1][0]) / 2, (line[0][1] + line[-1][1]) / 2)
    click(window, pixel(window, middle))
    assert window.editor.selected_edges == {edge}
    assert [part.problem for part in pointer.card.parts] == [window.editor.problems[0]]
    user.click(pointer.card.parts[0].fixes.buttons[0])
    assert "flatten_1" in window.editor.project.graph.nodes


def test_the_keyboard_opens_walks_mends_and_closes_it(window, user, pointer):
    window.canvas.setFocus()
    user.press(Qt.Key.Key_Period, widget=window.canvas)
    assert window.editor.selected_nodes == {"linear_1"}
    assert window.focusWidget() is pointer.card.parts[0].fixes.buttons[0]
    user.press(Qt.Key.Key_Escape)
    assert not pointer.is_open
    assert window.focusWidget() is window.canvas
    window.editor.select(["linear_2"])
    user.press(Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier, window.canvas)
    assert pointer.card.subject == "linear_2"
    user.press(Qt.Key.Key_Down)
    assert window.focusWidget() is pointer.card.parts[0].fixes.buttons[1]
    user.press(Qt.Key.Key_Space)
    kinds = {node.kind for node in window.editor.project.graph.nodes.values()}
    assert "GELU" in kinds
    assert not pointer.is_open
    assert window.focusWidget() is window.canvas


def test_escape_on_the_canvas_and_a_press_elsewhere_put_it_away(window, user, pointer):
    click(window, badge(window, "linear_1"))
    user.press(Qt.Key.Key_Escape, widget=window.canvas)
    assert not pointer.is_open
    assert window.editor.selected_nodes == {"linear_1"}  # the key was for the card
    click(window, badge(window, "linear_1"))
    click(window, QPoint(5, 5))
    assert not pointer.is_open


def test_all_problems_of_a_layer_are_told_and_the_card_follows_it(window, pointer, broken):
    project, new = add_node(broken, "Dropout", parameters={"p": 1}, position=(900.0, 0.0))
    project = connect(project, Edge("input_1", 0, new, 0))
    window.filing.show(project)
    settle()
    click(window, badge(window, new))
    told = [part.problem for part in pointer.card.parts]
    assert len(told) == 2
    assert told == [problem for problem in window.editor.problems if problem.node == new]
    before = pointer.card.pos()
    window.canvas.scroll_by(QPoint(40, 0))
    assert pointer.card.pos() != before
    window.canvas.scroll_by(QPoint(4000, 0))
    assert not pointer.is_open


def test_names_of_strangers_are_text_on_the_card(window, pointer, broken):
    project, new = add_node(broken, "Linear", name="<img src=x>", position=(900.0, 0.0))
    window.filing.show(connect(project, Edge("input_1", 0, new, 0)))
    settle()
    pointer.card.show_at(new)
    assert "&lt;img" in pointer.card.parts[0].title.text()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_return_applies_the_fix_that_has_the_keyboard(window, user, pointer, key):
    pointer.card.show_at("linear_1", focus=True)
    user.press(key)
    assert "Flatten" in [node.kind for node in window.editor.project.graph.nodes.values()]


@pytest.mark.parametrize("x, y", [(10, 10), (600, 20), (150, 100), (150, 380), (260, 200)])
def test_the_card_lies_where_it_covers_least_of_what_it_is_about(x, y):
    room, subject = QRect(0, 0, 620, 440), QRect(x, y, 208, 44)
    card = QRect(choose_corner(room, subject, QSize(320, 130)), QSize(320, 130))
    assert room.contains(card)
    assert not card.intersects(subject)
