"""Building a chain from the keys alone: each layer lies below the one before it and is wired to it."""

import itertools

import pytest
from PySide6.QtCore import Qt

from designer.catalogue.templates import open_template
from designer.document.project import PITCH
from tests.ui.conftest import settle

Key, Modifier = Qt.Key, Qt.KeyboardModifier


def test_layers_added_from_the_keys_stand_in_a_column(window, user):
    canvas = window.canvas
    canvas.setFocus()
    for kind in ("Input", "Flatten", "Linear", "Output"):
        user.press(Qt.Key.Key_Tab, widget=canvas)
        user.type(kind, window.hands.box.line)
        user.press(Qt.Key.Key_Return, widget=window.hands.box.line)
    project = window.editor.project
    places = sorted(project.layout.values(), key=lambda place: place[1])
    assert len({x for x, _ in places}) == 1
    assert [round(below[1] - above[1]) for above, below in itertools.pairwise(places)] == [PITCH] * 3
    assert len(project.graph.edges) == 3


@pytest.mark.parametrize("keys", [(Key.Key_Tab, Modifier.ControlModifier), (Key.Key_Up, Modifier.AltModifier)])
def test_stepping_out_while_the_search_is_open_adds_nothing(window, user, keys):
    window.filing.show(open_template("resnet-18"))
    settle()
    editor, canvas = window.editor, window.canvas
    block = next(key for key, node in editor.view.graph.nodes.items() if node.kind.startswith("block:"))
    project = editor.project
    assert editor.enter(block)
    canvas.setFocus()
    editor.select()
    user.press(Key.Key_Space, widget=canvas)
    box = window.asking.box
    assert box.isVisible()
    user.press(*keys, widget=box.line)
    assert not box.isVisible()
    assert editor.where == ()
    assert editor.project is project
    user.press(Key.Key_Space, widget=canvas)
    user.press(*keys, widget=box.line)
    assert not box.isVisible()
    assert editor.project is project


def test_what_fits_the_axes_of_a_layer_above_comes_first_while_the_input_has_no_shape(window, user):
    canvas, box = window.canvas, window.asking.box
    canvas.setFocus()

    def search(text: str) -> None:
        user.press(Key.Key_Tab, widget=canvas)
        user.type(text, box.line)

    for kind in ("Input", "Conv2d", "ReLU"):
        search(kind)
        user.press(Key.Key_Return, widget=box.line)
    assert window.editor.view_inference.type_at("relu_1") is None
    search("mxpl")
    assert box.list.titles[0] == "MaxPool2d"
    user.press(Key.Key_Return, widget=box.line)
    for kind in ("Conv1d", "Flatten"):  # a wrong one is still found by its name
        search(kind)
        assert box.list.titles[0] == kind
        user.press(Key.Key_Escape, widget=box.line)
    search("pool")
    assert all(title.endswith("2d") for title in box.list.titles[:5])
    user.press(Key.Key_Escape, widget=box.line)
