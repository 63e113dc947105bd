"""The canvas by keyboard: walking the wires, nudging, deleting, asking for a layer."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from designer.document.edits import add_node, connect
from designer.document.graph import Edge
from designer.document.project import Project
from designer.ui.canvas.walking import step_from
from tests.strategies import projects
from tests.ui.canvas.conftest import Hand
from tests.ui.canvas.networks import chain, digits_cnn

OpenCanvas = Callable[[Project], Hand]
Key = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier


def test_arrows_walk_the_wires(open_canvas: OpenCanvas):
    hand = open_canvas(digits_cnn())
    chosen = []
    for key in (Key.Key_Down, Key.Key_Down, Key.Key_Down, Key.Key_Up, Key.Key_Right, Key.Key_Down, Key.Key_Left):
        hand.key(key)
        chosen.append(next(iter(hand.view.editor.selected_nodes)))
    assert chosen == ["image", "conv1", "bn1", "conv1", "pool", "flatten", "bn1"]
    assert not hand.view.editor.history.titles


def branches(flow: str = "down") -> Project:
    """Three branches from one card to one, the middle one straight below, drawn in either flow."""
    project = Project()
    for key, place in {"top": (300, 0), "a": (0, 100), "b": (300, 100), "c": (600, 100), "sum": (300, 200)}.items():
        kind = "Add" if key == "sum" else "ReLU"
        position = (float(place[1] * 4), float(place[0])) if flow == "right" else (float(place[0]), float(place[1]))
        project, _ = add_node(project, kind, id=key, name=key, position=position)
    for number, key in enumerate("abc"):
        project = connect(connect(project, Edge("top", 0, key, 0)), Edge(key, 0, "sum", number))
    return replace(project, drawing=replace(project.drawing, flow=flow))


@pytest.mark.parametrize("flow", ["down", "right"])
def test_walking_goes_from_branch_to_branch_and_back_the_way_it_came(open_canvas: OpenCanvas, flow):
    hand = open_canvas(branches(flow))
    on, back, after, before = (
        (Key.Key_Down, Key.Key_Up, Key.Key_Right, Key.Key_Left)
        if flow == "down"
        else (Key.Key_Right, Key.Key_Left, Key.Key_Down, Key.Key_Up)
    )
    editor = hand.view.editor
    editor.select(["top"])
    way = []
    for key in (on, after, before, before, on, back, back, on):
        hand.key(key)
        way.extend(editor.selected_nodes)
    assert way == ["b", "c", "b", "a", "sum", "a", "top", "a"]
    hand.key(after, Qt.KeyboardModifier.ControlModifier)
    assert editor.selected_nodes == {"a", "b"}
    hand.key(after, Qt.KeyboardModifier.ControlModifier)
    assert editor.selected_nodes == {"a", "b", "c"}


def test_wires_are_picked_walked_and_cut_from_the_keys(open_canvas: OpenCanvas):
    hand = open_canvas(branches())
    editor = hand.view.editor
    editor.select(["top"])
    hand.key(Key.Key_W)
    assert editor.selected_edges == {Edge("top", 0, "a", 0)}
    assert hand.view.accessibleDescription().startswith("wire top → a")
    hand.key(Key.Key_W)
    hand.key(Key.Key_Right)
    assert editor.selected_edges == {Edge("top", 0, "c", 0)}
    hand.key(Key.Key_Left)
    assert editor.selected_edges == {Edge("top", 0, "b", 0)}
    hand.key(Key.Key_Delete)
    assert Edge("top", 0, "b", 0) not in editor.project.graph.edges
    editor.select((), [Edge("top", 0, "c", 0)])
    hand.key(Key.Key_Down)
    assert editor.selected_nodes == {"c"}
    editor.select((), [Edge("top", 0, "c", 0)])
    hand.key(Key.Key_Up)
    assert editor.selected_nodes == {"top"}


def test_pages_move_the_view_and_the_focus_is_seen(open_canvas: OpenCanvas, qtbot):
    view = open_canvas(digits_cnn()).view
    view.zoom_by(3)
    hand, before = Hand(view), view.view_centre()
    hand.key(Key.Key_PageDown)
    assert view.view_centre().y() > before.y()
    hand.key(Key.Key_PageUp)
    hand.key(Key.Key_PageDown, SHIFT)
    assert view.view_centre().x() > before.x()

    def rim() -> str:
        return view.grab().toImage().pixelColor(0, 200).name()

    view.activateWindow()
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    assert rim() == view.theme.accent
    view.clearFocus()
    assert rim() != view.theme.accent


def test_walking_keeps_the_card_in_view(open_canvas: OpenCanvas):
    hand = open_canvas(digits_cnn())
    view = hand.view
    view.zoom_by(4.0)
    for _ in range(12):
        hand.key(Key.Key_Down)
        (node,) = view.editor.selected_nodes
        box, area = view.sheet.nodes[node].box, view.area()
        assert area.left < box.left
        assert box.right < area.right
        assert area.top < box.top
        assert box.bottom < area.bottom


def test_the_selection_is_told_to_those_who_listen(open_canvas: OpenCanvas):
    hand = open_canvas(digits_cnn())
    hand.view.editor.select(["head"])
    assert hand.view.accessibleDescription().startswith("head, Linear, 10, 650 parameters, gives 10")
    hand.view.editor.select()
    assert hand.view.accessibleDescription() == "nothing selected"


def test_shift_arrows_nudge_in_one_step(open_canvas: OpenCanvas):
    hand = open_canvas(chain())
    editor = hand.view.editor
    editor.select(["relu"])
    before = editor.project.layout["relu"]
    for key in (Key.Key_Right, Key.Key_Right, Key.Key_Down):
        hand.key(key, SHIFT)
    assert editor.project.layout["relu"] == (before[0] + 16, before[1] + 8)
    assert editor.history.titles == ("move relu",)


def test_a_wire_that_goes_with_other_layers_is_named(open_canvas: OpenCanvas):
    hand = open_canvas(chain())
    editor = hand.view.editor
    (last,) = editor.project.graph.incoming["digit"]
    editor.select(["flatten"], [last, *editor.project.graph.outgoing["flatten"]])
    hand.key(Key.Key_Delete)
    assert last not in editor.project.graph.edges
    assert editor.history.titles == ("delete flatten and 1 wire",)


@pytest.mark.parametrize("key", [Key.Key_Delete, Key.Key_Backspace])
def test_delete_closes_the_gap(open_canvas: OpenCanvas, key):
    hand = open_canvas(chain())
    editor = hand.view.editor
    editor.select(["hidden", "relu"])
    hand.key(key)
    assert Edge("flatten", 0, "digit", 0) in editor.project.graph.edges
    assert editor.history.titles == ("delete 2 layers",)
    assert hand.view.sheet.nodes.keys() == {"image", "flatten", "digit"}
    editor.undo()
    assert editor.project == chain()


def test_delete_cuts_selected_wires(open_canvas: OpenCanvas):
    hand = open_canvas(chain())
    editor = hand.view.editor
    wire = Edge("hidden", 0, "relu", 0)
    editor.select((), [wire])
    hand.key(Key.Key_Delete)
    assert wire not in editor.project.graph.edges
    assert editor.history.titles == ("cut hidden → relu",)
    hand.key(Key.Key_Delete)
    assert len(editor.history.titles) == 1


def test_select_all_and_escape(open_canvas: OpenCanvas):
    hand = open_canvas(chain())
    hand.key(Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert hand.view.editor.selected_nodes == set(chain().graph.nodes)
    hand.key(Key.Key_Escape)
    assert not hand.view.editor.selected_nodes


def test_tab_and_space_ask_for_a_layer_at_the_pointer(open_canvas: OpenCanvas):
    hand = open_canvas(chain())
    asked = []
    hand.view.next_requested.connect(asked.append)
    hand.move((250.0, 100.0))
    hand.key(Key.Key_Tab)
    hand.key(Key.Key_Space)
    assert len(asked) == 2
    for place in asked:
        assert (place.x(), place.y()) == pytest.approx((250, 100), abs=2)


def test_f_fits_the_selection_and_home_everything(open_canvas: OpenCanvas):
    hand = open_canvas(digits_cnn())
    view = hand.view
    whole = view.scale_now
    view.editor.select(["conv1"])
    hand.key(Key.Key_F)
    assert view.scale_now > whole
    item = view.sheet.nodes["conv1"]
    assert (view.view_centre() - item.rect.center()).manhattanLength() < 3
    hand.key(Key.Key_Home)
    assert view.scale_now == pytest.approx(whole)


@settings(max_examples=40)
@given(projects(settled=True), st.sampled_from(("up", "down", "left", "right")), st.data())
def test_a_step_leads_to_another_node_or_nowhere(project, direction, data):
    graph = project.graph
    start = data.draw(st.sampled_from([None, *graph.nodes]))
    flow = data.draw(st.sampled_from(("down", "right")))
    reached = step_from(graph, project.layout, start, direction, flow=flow, trail=sorted(graph.nodes)[:2])
    assert reached is None or reached in graph.nodes
    if (direction in ("left", "right")) == (flow == "down") and start is not None:
        assert reached != start
    if start is None:
        assert (reached is None) == (not graph.nodes)
