"""Keys with nothing selected say what they need, and Escape goes back from a wire to the card it was picked from."""

import pytest
from PySide6.QtCore import Qt

from designer.document.graph import Edge
from tests.ui.conftest import settle

Key = Qt.Key
TOTALS = "6 layers"


@pytest.fixture
def canvas(window, chain):
    window.filing.show(chain)
    settle()
    window.canvas.setFocus()
    return window.canvas


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (Key.Key_C, "Connect with: select a layer first."),
        (Key.Key_R, "Replace with: select a layer first."),
        (Key.Key_Delete, "Delete: select a layer or a wire first."),
        (Key.Key_W, "Pick a wire: select a layer or a wire first."),
    ],
)
def test_a_key_that_finds_nothing_selected_says_so(window, user, canvas, key, text):
    project = window.editor.project
    user.press(key, widget=canvas)
    assert window.status.totals.text() == text
    assert window.editor.project is project
    window.editor.select(["linear_1"])
    assert window.status.totals.text().startswith(TOTALS)


def test_another_key_takes_the_words_away(window, user, canvas):
    user.press(Key.Key_R, widget=canvas)
    assert not window.status.totals.text().startswith(TOTALS)
    user.press(Key.Key_PageDown, widget=canvas)
    assert window.status.totals.text().startswith(TOTALS)


def test_escape_goes_back_to_the_card_a_wire_was_picked_from_and_then_lets_go(window, user, canvas):
    editor = window.editor
    editor.select(["linear_1"])
    user.press(Key.Key_W, widget=canvas)
    user.press(Key.Key_W, widget=canvas)
    assert len(editor.selected_edges) == 1
    user.press(Key.Key_Escape, widget=canvas)
    assert (set(editor.selected_nodes), set(editor.selected_edges)) == ({"linear_1"}, set())
    user.press(Key.Key_Escape, widget=canvas)
    assert not editor.selected_nodes


def test_escape_lets_go_of_a_wire_that_was_not_picked_from_a_card(window, user, canvas):
    editor = window.editor
    editor.select(["linear_1"])
    user.press(Key.Key_W, widget=canvas)
    editor.select((), [Edge("input_1", 0, "flatten_1", 0)])
    user.press(Key.Key_Escape, widget=canvas)
    assert not editor.selected_nodes
    assert not editor.selected_edges
