"""A wire dropped where it does not fit is refused with a word, and drawn through a layer in between where one helps."""

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from designer.document.edits import disconnect
from designer.document.graph import Edge
from designer.document.project import Project
from designer.ui.canvas.geometry import PortRef
from designer.ui.window import Window
from tests.ui.conftest import settle, wires

LEFT, NO_KEYS = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def loose(chain: Project) -> Project:
    """A chain whose first Linear has no input."""
    return disconnect(chain, [Edge("flatten_1", 0, "linear_1", 0)])


def pull(window: Window, start: PortRef, node: str) -> None:
    """Drag a wire from a port onto the middle of a card."""
    canvas = window.canvas
    port = canvas.mapFromScene(QPointF(*canvas.sheet.nodes[start.node].point_of(start)))
    box = canvas.sheet.nodes[node].box
    goal = canvas.mapFromScene(QPointF((box.left + box.right) / 2 - 50, (box.top + box.bottom) / 2))
    QTest.mousePress(canvas.viewport(), LEFT, NO_KEYS, port)
    for share in (0.3, 0.7, 1.0):
        QTest.mouseMove(canvas.viewport(), port + (goal - port) * share)
    QTest.mouseRelease(canvas.viewport(), LEFT, NO_KEYS, goal)
    settle()


def test_it_is_drawn_through_a_layer_chosen_from_the_menu(window, user, loose):
    window.filing.show(loose)
    settle()
    pull(window, PortRef("input_1", 0, True), "linear_1")
    assert window.editor.view.graph == loose.graph
    menu = window.refusals.menu
    said = [action.text() for action in menu.actions()]
    assert "Connect through Flatten → 64" in said
    head = menu.actions()[0].defaultWidget()
    assert "expects a vector but gets 1\u00a0×\u00a08\u00a0×\u00a08" in head.text()
    user.press(Qt.Key.Key_Return, widget=menu)
    graph = window.editor.view.graph
    (new,) = graph.nodes.keys() - loose.graph.nodes.keys()
    assert graph.nodes[new].kind == "Flatten"
    assert {Edge("input_1", 0, new, 0), Edge(new, 0, "linear_1", 0)} <= set(graph.edges)
    assert window.editor.history.titles[-1] == "connect input → linear1 through Flatten"
    assert window.editor.view_inference.nodes["linear_1"].error is None
    window.editor.undo()
    assert window.editor.project == loose


def test_a_circle_is_refused_with_a_word_until_something_else_is_done(window, user, chain):
    window.filing.show(chain)
    settle()
    pull(window, PortRef("linear_2", 0, True), "flatten_1")
    assert window.editor.project == chain
    assert window.refusals.menu is None
    (notice,) = [each for each in window.notices.shown if each.key == "wire"]
    assert notice.text == "That would close a circle: Flatten flatten1 already leads to Linear linear2."
    window.editor.apply("cut", disconnect(chain, [chain.graph.edges[0]]))
    settle()
    assert not window.notices.shown


def test_a_lifted_wire_that_does_not_fit_elsewhere_stays_where_it_was(window, user, chain):
    window.filing.show(chain)
    settle()
    pull(window, PortRef("linear_2", 0, False), "flatten_1")
    assert wires(window.editor.project) == wires(chain)
    assert [each.key for each in window.notices.shown] == ["wire"]
