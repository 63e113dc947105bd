"""Building a chain from the keys alone: each layer lies below the one before it and is wired to it."""

import itertools

from PySide6.QtCore import Qt

from designer.document.project import PITCH


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
