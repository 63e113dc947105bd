"""Find: the bar over the canvas, what stands out, and where it leads."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from designer.catalogue.templates import open_template
from tests.ui.conftest import settle

Key = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def bar(window, user, chain):
    window.filing.show(chain)
    window.canvas.setFocus()
    user.press(Key.Key_F, CTRL, window.canvas)
    return window.find_bar


def test_what_is_typed_stands_out_and_is_gone_through(window, user, bar):
    editor, canvas = window.editor, window.canvas
    assert bar.isVisible()
    assert bar.line.hasFocus()
    assert canvas.marks.found is None
    user.type("linear", bar.line)
    assert bar.list.titles == ["linear1", "linear2"]
    assert bar.count.text() == "2 found"
    assert canvas.marks.found == {"linear_1", "linear_2"}
    assert not editor.selected_nodes
    reached = []
    for key, keys in (
        (Key.Key_Return, Qt.KeyboardModifier.NoModifier),
        (Key.Key_F3, Qt.KeyboardModifier.NoModifier),
        (Key.Key_Return, Qt.KeyboardModifier.NoModifier),
        (Key.Key_Return, SHIFT),
        (Key.Key_F3, SHIFT),
    ):
        user.press(key, keys, bar.line)
        reached.append((*editor.selected_nodes, bar.count.text(), canvas.marks.spot))
    first, second = ("linear_1", "1 of 2", "linear_1"), ("linear_2", "2 of 2", "linear_2")
    assert reached == [first, second, first, second, first]
    assert bar.line.hasFocus()
    user.press(Key.Key_Escape, widget=bar.line)
    assert not bar.isVisible()
    assert canvas.hasFocus()
    assert (canvas.marks.found, canvas.marks.spot) == (None, None)
    user.press(Key.Key_F3, widget=canvas)
    assert bar.isVisible()
    assert editor.selected_nodes == {"linear_2"}  # it goes on from where one was


def test_what_is_not_there_is_said_and_dims_nothing(window, user, bar):
    user.type("qqzz", bar.line)
    assert bar.count.text() == "none"
    assert bar.line.property("invalid")
    assert bar.help.isVisible()
    assert bar.help.text() == "No layer is called qqzz, and none is of that kind."
    assert window.canvas.marks.found is None
    user.press(Key.Key_Return, widget=bar.line)
    assert not window.editor.selected_nodes
    user.press(Key.Key_A, CTRL, bar.line)
    user.press(Key.Key_Backspace, widget=bar.line)
    assert bar.help.isVisible()
    assert bar.count.text() == ""


def test_problems_that_are_not_there_are_told_in_a_sentence(window, user, bar):
    window.filing.show(open_template("digits-cnn"))
    window.find_bar.open()
    user.retype(bar.line, "problem")
    assert bar.help.isVisible()
    assert bar.help.text() == "No layer has a problem."
    assert bar.line.accessibleDescription() == "No layer has a problem."
    assert bar.rect().contains(bar.help.geometry())
    user.retype(bar.line, "conv")
    assert not bar.help.isVisible()


def test_it_follows_edits(window, user, bar):
    user.type("linear", bar.line)
    window.editor.select(["linear_1"])
    window.hands.delete()
    settle()
    assert bar.list.titles == ["linear2"]
    assert window.canvas.marks.found == {"linear_2"}
    window.editor.undo()
    settle()
    assert bar.count.text() == "2 found"


def test_it_goes_into_blocks_and_says_so(window, user, bar):
    window.filing.show(open_template("resnet-18"))
    settle()
    user.retype(bar.line, "conv2")
    assert bar.list.offers[0].title == "conv2"
    assert bar.list.offers[0].detail.endswith("in BasicBlock")
    assert window.canvas.marks.found == {"conv1"}  # it is a Conv2d
    user.press(Key.Key_Return, widget=bar.line)
    settle()
    assert window.editor.where == ("stage", "basic")
    assert window.editor.view.graph.nodes[window.canvas.marks.spot].name == "conv2"
    assert window.canvas.marks.spot in window.canvas.marks.found
    assert bar.line.hasFocus()


def test_what_was_found_is_drawn_brighter_than_the_rest(window, user, bar):
    canvas = window.canvas

    def brightness(node: str) -> int:
        x, y = window.editor.view.layout[node]
        place = canvas.mapFromScene(x + 30, y + 7)
        return canvas.viewport().grab().toImage().pixelColor(place).lightness()

    settle()
    before = brightness("relu_1"), brightness("linear_1")
    user.type("linear", bar.line)
    settle()
    assert brightness("linear_1") == before[1]
    assert brightness("relu_1") < before[0]


@pytest.mark.parametrize("scale", [0.35, 0.55])
def test_what_was_found_keeps_its_name_at_a_scale_where_cards_have_names_alone(window, user, bar, scale):
    canvas = window.canvas
    user.type("linear", bar.line)
    canvas.zoom_by(scale / canvas.scale_now)
    settle()
    image = canvas.viewport().grab().toImage()
    dark = QColor(canvas.theme.card).lightness()
    for node in ("linear_1", "linear_2"):
        box = canvas.sheet.nodes[node].box
        left, right = canvas.mapFromScene(box.left, box.top), canvas.mapFromScene(box.right, box.bottom)
        seen = [
            image.pixelColor(x, y).lightness()
            for x in range(left.x() + 6, right.x() - 2)
            for y in range(left.y() + 2, right.y() - 2)
        ]
        assert sum(abs(one - dark) < 12 for one in seen) > 0.6 * len(seen)  # no solid block,
        assert sum(one - dark > 80 for one in seen) > 20  # but words on a card
