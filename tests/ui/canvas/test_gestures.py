"""Every gesture by real mouse events, with what it does to the document."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from designer.document.edits import move_nodes
from designer.document.graph import Edge
from designer.document.project import Project
from designer.ui.canvas.geometry import GRID, Point, PortRef
from tests.ui.canvas.conftest import Hand
from tests.ui.canvas.networks import Builder, chain, digits_cnn

OpenCanvas = Callable[[Project], Hand]
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


def loose() -> Project:
    """Return image and flatten wired, hidden beside them, and an Output without a wire."""
    build = Builder("loose")
    build.add("Input", "image")
    build.add("Flatten", "flatten")
    build.add("Linear", "hidden", at=(320.0, 200.0), wired=False)
    build.add("Output", "digit", at=(0.0, 400.0), wired=False)
    return build.project


# Selecting


def test_click_selects_and_click_on_nothing_selects_nothing(open_canvas: OpenCanvas):
    hand = open_canvas(chain())
    editor = hand.view.editor
    hand.click(hand.middle("hidden"))
    assert editor.selected_nodes == {"hidden"}
    hand.click(hand.middle("relu"), CTRL)
    hand.click(hand.middle("image"), SHIFT)
    assert editor.selected_nodes == {"hidden", "relu", "image"}
    hand.click(hand.middle("relu"), CTRL)
    assert editor.selected_nodes == {"hidden", "image"}
    hand.click(hand.middle("image"))
    assert editor.selected_nodes == {"image"}
    hand.click((-300.0, 100.0))
    assert editor.selected_nodes == frozenset()
    assert not editor.history.titles


def test_click_on_a_wire_selects_it(open_canvas: OpenCanvas):
    hand = open_canvas(chain())
    x, y = hand.port("flatten", output=True)
    hand.click((x + 3, y + 20))
    assert hand.view.editor.selected_edges == {Edge("flatten", 0, "hidden", 0)}
    hand.click((x + 3, y + 108), CTRL)
    assert len(hand.view.editor.selected_edges) == 2


def test_a_box_selects_cards_and_shift_adds(open_canvas: OpenCanvas):
    hand = open_canvas(chain())
    hand.drag((-60.0, -20.0), (40.0, 100.0))
    assert hand.view.editor.selected_nodes == {"image", "flatten"}
    hand.drag((-60.0, 340.0), (40.0, 420.0), SHIFT)
    assert hand.view.editor.selected_nodes == {"image", "flatten", "digit"}


def test_a_box_between_cards_selects_wires(open_canvas: OpenCanvas):
    hand = open_canvas(digits_cnn())
    start = hand.port("relu1", output=True)
    hand.drag((start[0] + 120, start[1] + 100), (start[0] + 170, start[1] + 130))
    assert hand.view.editor.selected_edges == {Edge("relu1", 0, "add1", 1)}
    assert not hand.view.editor.selected_nodes


def test_escape_gives_the_selection_back(open_canvas: OpenCanvas):
    hand = open_canvas(chain())
    hand.click(hand.middle("relu"))
    hand.press((-60.0, -20.0))
    hand.carry((-60.0, -20.0), (40.0, 100.0))
    assert hand.view.editor.selected_nodes == {"image", "flatten"}
    hand.key(Qt.Key.Key_Escape)
    assert hand.view.editor.selected_nodes == {"relu"}


# Moving


def test_dragging_a_card_moves_the_selection_in_one_step_on_the_grid(open_canvas: OpenCanvas):
    hand = open_canvas(chain())
    editor = hand.view.editor
    editor.select(["hidden", "relu"])
    before = editor.project.layout
    start = hand.middle("hidden")
    hand.press(start)
    hand.carry(start, (start[0] + 301, start[1] + 43))
    assert editor.project.layout is before
    assert hand.view.sheet.nodes["relu"].position != before["relu"]
    hand.release((start[0] + 301, start[1] + 43))
    after = editor.project.layout
    moves = {key: (after[key][0] - before[key][0], after[key][1] - before[key][1]) for key in before}
    assert moves["hidden"] == moves["relu"]
    assert abs(moves["hidden"][0] - 301) <= GRID
    assert abs(moves["hidden"][1] - 43) <= GRID
    assert after["hidden"][0] % GRID == after["hidden"][1] % GRID == 0
    assert {key for key, move in moves.items() if move != (0, 0)} == {"hidden", "relu"}
    assert editor.history.titles == ("move 2 layers",)
    editor.undo()
    assert editor.project.layout == before


def test_escape_puts_a_dragged_card_back(open_canvas: OpenCanvas):
    hand = open_canvas(chain())
    start = hand.middle("relu")
    hand.press(start)
    hand.carry(start, (start[0] + 200, start[1]))
    hand.key(Qt.Key.Key_Escape)
    assert hand.view.sheet.nodes["relu"].position == hand.view.editor.project.layout["relu"]
    hand.release((start[0] + 200, start[1]))
    assert not hand.view.editor.history.titles


def test_undo_in_the_middle_of_a_drag_ends_it(open_canvas: OpenCanvas):
    hand = open_canvas(chain())
    editor = hand.view.editor
    hand.drag(hand.middle("image"), (300.0, 22.0))
    start = hand.middle("relu")
    hand.press(start)
    hand.carry(start, (start[0] + 200, start[1]))
    editor.undo()
    hand.release((start[0] + 200, start[1]))
    assert editor.history.titles == ("move image",)
    assert {key: item.position for key, item in hand.view.sheet.nodes.items()} == dict(chain().layout)


def test_alt_drag_takes_a_card_out_of_its_wires(open_canvas: OpenCanvas):
    hand = open_canvas(chain())
    editor = hand.view.editor
    start = hand.middle("relu")
    hand.drag(start, (start[0] + 320, start[1]), ALT)
    graph = editor.project.graph
    assert Edge("hidden", 0, "digit", 0) in graph.edges
    assert not graph.edges_of(["relu"])
    assert editor.project.layout["relu"][0] == pytest.approx(320, abs=GRID)
    assert editor.history.titles == ("take out relu",)


# Wiring


def test_dragging_from_output_to_input_connects(open_canvas: OpenCanvas):
    hand = open_canvas(loose())
    hand.drag(hand.port("flatten", output=True), hand.port("hidden", output=False))
    editor = hand.view.editor
    assert Edge("flatten", 0, "hidden", 0) in editor.project.graph.edges
    assert editor.history.titles == ("connect flatten → hidden",)


def test_dragging_from_input_to_output_connects_too(open_canvas: OpenCanvas):
    hand = open_canvas(loose())
    hand.drag(hand.port("digit", output=False), hand.port("hidden", output=True))
    assert Edge("hidden", 0, "digit", 0) in hand.view.editor.project.graph.edges


def test_a_wire_snaps_to_a_near_port_and_to_the_free_port_of_a_card(open_canvas: OpenCanvas):
    hand = open_canvas(loose())
    x, y = hand.port("hidden", output=False)
    hand.drag(hand.port("flatten", output=True), (x - 14, y - 14))
    assert Edge("flatten", 0, "hidden", 0) in hand.view.editor.project.graph.edges
    hand.drag(hand.port("hidden", output=True), hand.middle("digit"))
    assert Edge("hidden", 0, "digit", 0) in hand.view.editor.project.graph.edges


def test_only_fitting_ports_light_up_and_others_say_why(open_canvas: OpenCanvas):
    hand = open_canvas(loose())
    hints: list[str] = []
    hand.view.status_hint.connect(hints.append)
    hand.press(hand.port("image", output=True))
    target = hand.port("hidden", output=False)
    hand.carry(hand.port("image", output=True), target)
    assert hand.view.marks.lit == {PortRef("flatten", 0, False), PortRef("digit", 0, False)}
    assert any("expects a vector but gets 1\u00a0×\u00a08\u00a0×\u00a08" in hint for hint in hints)
    hand.release(target)
    assert Edge("image", 0, "hidden", 0) not in hand.view.editor.project.graph.edges
    assert hand.view.marks.lit is None
    assert hints[-1] == ""


def test_no_wire_closes_a_circle(open_canvas: OpenCanvas):
    hand = open_canvas(digits_cnn())
    hand.press(hand.port("relu2", output=True))
    hand.carry(hand.port("relu2", output=True), hand.port("add1", 2, output=False))
    assert not any(port.node in ("add1", "conv1", "relu2") for port in hand.view.marks.lit)
    hand.release(hand.port("add1", 2, output=False))
    assert not hand.view.editor.history.titles


def test_a_new_wire_takes_the_place_of_the_old(open_canvas: OpenCanvas):
    hand = open_canvas(chain())
    hand.drag(hand.port("hidden", output=True), hand.port("digit", output=False))
    edges = hand.view.editor.project.graph.incoming["digit"]
    assert edges == (Edge("hidden", 0, "digit", 0),)


def test_dropping_a_wire_on_nothing_asks_for_a_layer(open_canvas: OpenCanvas):
    hand = open_canvas(loose())
    asked: list[tuple[QPointF, object]] = []
    hand.view.add_requested.connect(lambda place, port: asked.append((place, port)))
    hand.drag(hand.port("flatten", output=True), (-150.0, 300.0))
    ((place, port),) = asked
    assert port == PortRef("flatten", 0, True)
    assert (place - QPointF(-150.0, 300.0)).manhattanLength() < 4
    assert not hand.view.editor.history.titles


def test_a_wire_is_unplugged_and_plugged_in_elsewhere(open_canvas: OpenCanvas):
    build = Builder()
    build.add("Input", "image")
    build.add("ReLU", "left")
    build.add("ReLU", "right", at=(320.0, 120.0), wired=False)
    hand = open_canvas(build.project)
    editor = hand.view.editor
    hand.drag(hand.port("left", output=False), hand.port("right", output=False))
    assert editor.project.graph.edges == (Edge("image", 0, "right", 0),)
    assert editor.history.titles == ("rewire image → right",)
    hand.drag(hand.port("right", output=False), (-200.0, 200.0))
    assert editor.project.graph.edges == ()
    assert editor.history.titles[-1] == "unplug image → right"
    editor.undo()
    editor.undo()
    assert editor.project.graph.edges == (Edge("image", 0, "left", 0),)


def test_a_wire_put_back_where_it_was_is_no_step(open_canvas: OpenCanvas):
    hand = open_canvas(chain())
    x, y = hand.port("relu", output=False)
    hand.press((x, y))
    hand.carry((x, y), (x + 200, y))
    hand.carry((x + 200, y), (x, y))
    hand.release((x, y))
    assert hand.view.editor.project.graph == chain().graph
    assert not hand.view.editor.history.titles


def test_escape_drops_a_wire(open_canvas: OpenCanvas):
    hand = open_canvas(chain())
    hand.press(hand.port("relu", output=False))
    hand.carry(hand.port("relu", output=False), (-200.0, 100.0))
    assert hand.view.marks.lifted == Edge("hidden", 0, "relu", 0)
    hand.key(Qt.Key.Key_Escape)
    hand.release((-200.0, 100.0))
    assert hand.view.editor.project.graph == chain().graph
    assert hand.view.marks.lifted is None


def test_ctrl_drag_cuts_the_wires_it_crosses(open_canvas: OpenCanvas):
    hand = open_canvas(digits_cnn())
    x, y = hand.port("conv2", output=True)
    hand.drag((x - 160, y + 22), (x + 180, y + 22), CTRL)
    editor = hand.view.editor
    gone = set(digits_cnn().graph.edges) - set(editor.project.graph.edges)
    assert gone == {Edge("conv2", 0, "bn2", 0), Edge("relu1", 0, "add1", 1)}
    assert editor.history.titles == ("cut 2 wires",)


# Adding


def test_a_layer_dropped_on_nothing_is_placed_there(open_canvas: OpenCanvas):
    hand = open_canvas(chain())
    hand.drop_layer("Dropout", (400.0, 200.0))
    editor = hand.view.editor
    (new,) = editor.selected_nodes
    assert editor.project.graph.nodes[new].kind == "Dropout"
    x, y = editor.project.layout[new]
    assert (x + 104, y + 22) == pytest.approx((400, 200), abs=GRID)
    assert not editor.project.graph.edges_of([new])
    assert editor.history.titles == ("add drop1",)


@pytest.mark.parametrize("shift", [(0.0, 0.0), (120.0, 4.0), (-90.0, 10.0), (0.0, -14.0)])
def test_a_layer_dropped_where_a_card_lies_goes_to_the_nearest_free_place(open_canvas: OpenCanvas, shift: Point):
    hand = open_canvas(loose())
    x, y = hand.middle("flatten")
    hand.drop_layer("Flatten", (x + shift[0], y + shift[1]))
    (new,) = hand.view.editor.selected_nodes
    boxes = {key: item.box for key, item in hand.view.sheet.nodes.items()}
    own = boxes.pop(new).grow(8, 8)
    assert not any(own.meets(box) for box in boxes.values())
    left, top = hand.view.editor.project.layout[new]
    assert abs(left + 104 - x) < 340
    assert abs(top + 22 - y) < 340


def test_a_layer_dropped_on_a_wire_is_inserted_and_gets_room(open_canvas: OpenCanvas):
    hand = open_canvas(chain())
    x, y = hand.port("relu", output=True)
    hand.drop_layer("Dropout", (x + 4, y + 22))
    editor = hand.view.editor
    (new,) = editor.selected_nodes
    graph = editor.project.graph
    assert {Edge("relu", 0, new, 0), Edge(new, 0, "digit", 0)} <= set(graph.edges)
    assert Edge("relu", 0, "digit", 0) not in graph.edges
    boxes = [item.box for item in hand.view.sheet.nodes.values()]
    assert not any(a.meets(b) for index, a in enumerate(boxes) for b in boxes[:index])
    assert editor.history.titles == ("insert drop1 on relu → digit",)


def test_a_layer_dropped_near_a_free_port_is_wired(open_canvas: OpenCanvas):
    hand = open_canvas(loose())
    x, y = hand.port("flatten", output=True)
    hand.drop_layer("Linear", (x + 12, y + 50))
    editor = hand.view.editor
    (new,) = editor.selected_nodes
    assert Edge("flatten", 0, new, 0) in editor.project.graph.edges
    assert hand.port(new, output=False)[0] == x
    x, y = hand.port("digit", output=False)
    hand.drop_layer("ReLU", (x, y - 50))
    (new,) = editor.selected_nodes
    assert Edge(new, 0, "digit", 0) in editor.project.graph.edges


def test_a_layer_dropped_near_a_port_off_the_grid_gets_a_straight_wire(open_canvas: OpenCanvas):
    hand = open_canvas(move_nodes(loose(), {"flatten": (5.0, 88.0), "digit": (603.0, 400.0)}))
    x, y = hand.port("flatten", output=True)
    hand.drop_layer("Linear", (x + 12, y + 50))
    (new,) = hand.view.editor.selected_nodes
    assert hand.port(new, output=False)[0] == x
    x, y = hand.port("digit", output=False)
    hand.drop_layer("ReLU", (x - 9, y - 50))
    (new,) = hand.view.editor.selected_nodes
    assert hand.port(new, output=True)[0] == x


def test_a_layer_that_does_not_fit_a_port_is_not_wired(open_canvas: OpenCanvas):
    hand = open_canvas(loose())
    x, y = hand.port("flatten", output=True)
    hand.drop_layer("Conv2d", (x, y + 50))
    (new,) = hand.view.editor.selected_nodes
    assert not hand.view.editor.project.graph.edges_of([new])


def test_a_layer_carried_away_leaves_nothing(open_canvas: OpenCanvas):
    hand = open_canvas(chain())
    hints: list[str] = []
    hand.view.status_hint.connect(hints.append)
    x, y = hand.port("relu", output=True)
    hand.carry_layer("Dropout", (x, y + 22))
    assert hand.view.marks.aim.edge == Edge("relu", 0, "digit", 0)
    assert hints[-1] == "Insert Dropout between relu and digit"
    hand.carry_layer_away()
    assert hand.view.marks.aim.edge is None
    assert hints[-1] == ""
    assert hand.view.editor.project == chain()


def test_an_unknown_kind_is_not_taken(open_canvas: OpenCanvas):
    hand = open_canvas(chain())
    hand.drop_layer("NoSuchLayer", (400.0, 200.0))
    assert hand.view.editor.project == chain()


def test_double_click_asks_for_a_layer_or_opens_a_node(open_canvas: OpenCanvas):
    hand = open_canvas(chain())
    asked, opened = [], []
    hand.view.add_requested.connect(lambda place, port: asked.append((place, port)))
    hand.view.node_activated.connect(opened.append)
    hand.double_click((-250.0, 150.0))
    assert (asked[0][0] - QPointF(-250.0, 150.0)).manhattanLength() < 4
    assert asked[0][1] is None
    hand.double_click(hand.middle("relu"))
    assert opened == ["relu"]
    assert len(asked) == 1


# Looking


def test_middle_drag_and_space_drag_pan(open_canvas: OpenCanvas):
    hand = open_canvas(chain())
    view = hand.view
    asked = []
    view.next_requested.connect(asked.append)
    scale, before = view.scale_now, view.view_centre()
    hand.drag((300.0, 100.0), (200.0, 100.0), button=Qt.MouseButton.MiddleButton, steps=1)
    assert view.view_centre().x() - before.x() == pytest.approx(100, abs=3 / scale)
    QTest.keyPress(view, Qt.Key.Key_Space)
    before = view.view_centre()
    hand.drag((300.0, 100.0), (300.0, 200.0), steps=1)
    QTest.keyRelease(view, Qt.Key.Key_Space)
    assert before.y() - view.view_centre().y() == pytest.approx(100, abs=3 / scale)
    assert not asked
    assert not view.editor.selected_nodes
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert len(asked) == 1


def test_a_second_button_cancels(open_canvas: OpenCanvas):
    hand = open_canvas(chain())
    start = hand.middle("relu")
    hand.press(start)
    hand.carry(start, (start[0] + 200, start[1]))
    hand.press((start[0] + 200, start[1]), button=Qt.MouseButton.RightButton)
    hand.release((start[0] + 200, start[1]))
    assert hand.view.editor.project == chain()
    assert hand.view.sheet.nodes["relu"].position == chain().layout["relu"]


def test_a_lost_release_does_not_swallow_the_next_press(open_canvas: OpenCanvas):
    hand = open_canvas(chain())
    start = hand.middle("relu")
    hand.press(start)
    hand.carry(start, (start[0] + 200, start[1]))
    elsewhere = QMouseEvent(
        QMouseEvent.Type.MouseButtonPress,
        QPointF(hand.pixel(hand.middle("image"))),
        QPointF(),
        Qt.MouseButton.LeftButton,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(hand.view.viewport(), elsewhere)
    hand.release(hand.middle("image"))
    assert hand.view.editor.selected_nodes == {"image"}
    assert hand.view.editor.project == chain()


def test_right_click_selects_and_asks_for_the_menu(open_canvas: OpenCanvas):
    hand = open_canvas(chain())
    x, y = hand.port("flatten", output=True)
    for place, selected in (
        (hand.middle("relu"), {"relu"}),
        ((x, y + 22), {Edge("flatten", 0, "hidden", 0)}),
        ((-250.0, 0.0), set()),
    ):
        hand.click(place, button=Qt.MouseButton.RightButton)
        assert hand.view.editor.selected_nodes | hand.view.editor.selected_edges == selected


def test_the_view_scrolls_when_a_drag_reaches_the_rim(open_canvas: OpenCanvas, qtbot):
    hand = open_canvas(chain())
    view = hand.view
    before = view.view_centre()
    start = hand.middle("relu")
    hand.press(start)
    hand.carry(start, (view.area().right - 2, start[1]))
    qtbot.waitUntil(lambda: view.view_centre().x() > before.x() + 40, timeout=3000)
    hand.key(Qt.Key.Key_Escape)
    assert not view._pointing.rim.active


def test_a_carried_layer_lights_only_inputs_that_take_what_it_gives(open_canvas: OpenCanvas):
    build = Builder()
    build.add("Conv2d", "conv", at=(0.0, 300.0))
    hand = open_canvas(build.project)
    view = hand.view
    port = PortRef("conv", 0, False)
    x, y = hand.port("conv", output=False)
    hand.carry_layer("Linear", (x, y - 40))
    assert port not in view.marks.lit
    hand.carry_layer_away()
    hand.carry_layer("MaxPool2d", (x, y - 40))
    assert port in view.marks.lit
    hand.carry_layer_away()


def test_a_layer_carried_over_a_card_shows_that_it_replaces_it(open_canvas: OpenCanvas):
    hand = open_canvas(chain())
    view, before = hand.view, hand.view.editor.project
    hints: list[str] = []
    view.status_hint.connect(hints.append)
    hand.carry_layer("GELU", hand.middle("relu"))
    assert view.marks.aim.node == "relu"
    assert hints[-1] == "Replace relu by GELU; its wires stay"
    hand.carry_layer("LSTM", hand.middle("relu"))
    assert hints[-1].endswith("It does not fit there")
    hand.carry_layer_away()
    assert view.editor.project is before
    hand.drop_layer("GELU", hand.middle("relu"))
    assert view.editor.project.graph.nodes["relu"].kind == "GELU"
    assert view.editor.project.graph.edges == before.graph.edges
    assert view.editor.selected_nodes == {"relu"}
