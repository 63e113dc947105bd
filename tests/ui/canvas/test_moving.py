"""Cards moved by hand: the grid, lines that draw them, and wires that take them in."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from designer.document.edits import move_nodes
from designer.document.graph import Edge
from designer.document.project import PITCH, Project
from designer.ui.canvas.geometry import GRID
from designer.ui.canvas.guides import find_guides
from tests.ui.canvas.conftest import Hand
from tests.ui.canvas.networks import Builder, chain

OpenCanvas = Callable[[Project], Hand]
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier


def beside(at: tuple[float, float] = (480.0, 300.0)) -> Project:
    """Return image, flatten and digit wired, and gate without a wire."""
    build = Builder("beside")
    build.add("Input", "image")
    build.add("Flatten", "flatten")
    build.add("Output", "digit")
    build.add("ReLU", "gate", at=at, wired=False)
    return build.project


def drag_card(hand: Hand, node: str, by: tuple[float, float], keys: Qt.KeyboardModifier = SHIFT) -> tuple[float, float]:
    start = hand.middle(node)
    end = (start[0] + by[0], start[1] + by[1])
    hand.press(start)
    hand.carry(start, end)
    hand.release(end, keys)
    return hand.view.editor.view.layout[node]


NONE = Qt.KeyboardModifier.NoModifier


def test_a_card_stops_at_the_grid_and_with_shift_where_it_is_let_go(open_canvas: OpenCanvas):
    hand = open_canvas(beside())
    before = hand.view.editor.view.layout["gate"]
    x, y = drag_card(hand, "gate", (101.3, 60.9), NONE)
    assert (x % GRID, y % GRID) == (0, 0)
    hand.view.editor.undo()
    x, y = drag_card(hand, "gate", (101.3, 60.9), SHIFT)
    assert (x % GRID, y % GRID) != (0, 0)
    assert abs(x - before[0] - 101.3) < 2
    assert abs(y - before[1] - 60.9) < 2


def test_without_snapping_shift_brings_the_grid_back(open_canvas: OpenCanvas):
    hand = open_canvas(beside())
    hand.view.snaps = False
    assert drag_card(hand, "gate", (101.3, 60.9), NONE)[0] % GRID
    x, y = drag_card(hand, "gate", (37.7, -20.2), SHIFT)
    assert (x % GRID, y % GRID) == (0, 0)


def test_a_card_is_drawn_into_the_row_of_another_and_a_line_shows_it(open_canvas: OpenCanvas):
    project = beside((480.0, 300.0))
    hand = open_canvas(move_nodes(project, {"flatten": (3.0, 91.0)}))
    start = hand.middle("gate")
    end = (start[0], start[1] + 91 - 300 + 4)
    hand.press(start)
    hand.carry(start, end)
    plain = hand.view.viewport().grab().toImage()
    hand.release(end)
    assert hand.view.editor.view.layout["gate"] == (480.0, 91.0)
    accent = hand.view.theme.accent
    row = round(hand.pixel((0, 91 + 22)).y())
    colours = {plain.pixelColor(x, y).name() for x in range(plain.width()) for y in range(row - 2, row + 3)}
    assert accent in colours


def test_a_card_without_wires_goes_into_the_wire_it_is_let_go_on(open_canvas: OpenCanvas):
    hand = open_canvas(beside())
    editor = hand.view.editor
    x, y = hand.port("flatten", output=True)
    start = hand.middle("gate")
    end = (x - 60, y + 20)
    hints: list[str] = []
    hand.view.status_hint.connect(hints.append)
    hand.press(start)
    hand.carry(start, end)
    assert hand.view.marks.aim.edge == Edge("flatten", 0, "digit", 0)
    hand.release(end)
    assert set(editor.view.graph.edges) == {
        Edge("image", 0, "flatten", 0),
        Edge("flatten", 0, "gate", 0),
        Edge("gate", 0, "digit", 0),
    }
    assert editor.history.undo_title == "insert gate on flatten → digit"
    assert hints[0] == "Insert gate between flatten and digit"
    assert hints[-1] == ""
    layout = editor.view.layout
    assert layout["gate"][1] == layout["flatten"][1] + PITCH
    assert layout["digit"][1] == layout["gate"][1] + PITCH
    assert hand.view.marks.aim.edge is None
    editor.undo()
    assert editor.view == beside()


def test_a_card_with_wires_is_only_moved(open_canvas: OpenCanvas):
    hand = open_canvas(chain())
    edges = hand.view.editor.view.graph.edges
    x, y = hand.port("image", output=True)
    start = hand.middle("relu")
    hand.drag(start, (x - 60, y + 22))
    assert hand.view.editor.view.graph.edges == edges


def test_with_alt_a_card_is_taken_out_of_its_wires_and_put_into_another(open_canvas: OpenCanvas):
    hand = open_canvas(chain())
    editor = hand.view.editor
    x, y = hand.port("image", output=True)
    start = hand.middle("relu")
    hand.press(start, ALT)
    hand.carry(start, (x - 60, y + 22))
    hand.release((x - 60, y + 22), ALT)
    graph = editor.view.graph
    assert [edge.source for edge in graph.incoming["relu"]] == ["image"]
    assert [edge.target for edge in graph.outgoing["relu"]] == ["flatten"]
    assert len(editor.history.titles) == 1


places = st.tuples(st.integers(-50, 50).map(float), st.integers(-50, 50).map(float))


@given(places, st.lists(places), st.floats(0, 10))
def test_guides_lead_to_a_card_near_the_line_and_nowhere_else(place, others, pull):
    guides = find_guides(place, others, others, pull)
    assert abs(guides.place[0] - place[0]) <= pull
    assert abs(guides.place[1] - place[1]) <= pull
    assert not guides.across or guides.place[0] in {x for x, _ in others}
    assert not guides.along or guides.place[1] in {y for _, y in others}
    if not guides.lines:
        assert guides.place == place


def test_several_cards_dragged_into_the_way_of_a_wire_send_it_no_further_than_one_does(open_canvas: OpenCanvas):
    build = Builder("columns")
    build.add("Input", "image")
    build.add("Flatten", "flatten")
    for number in range(8):
        build.add("ReLU", f"a{number}")
    build.add("ReLU", "b0", at=(392.0, 0.0))
    for number in range(1, 8):
        build.add("ReLU", f"b{number}")
    hand = open_canvas(build.project)
    hand.click(hand.middle("a3"))
    hand.click(hand.middle("a4"), SHIFT)
    drag_card(hand, "a4", (190, 0), NONE)
    places = hand.view.editor.view.layout
    assert 150 < places["a3"][0] == places["a4"][0] < 230
    wire = hand.view.sheet.edges[Edge("a7", 0, "b0", 0)]
    assert max(x for x, _ in wire.line) < hand.view.sheet.nodes["b0"].box.right
    assert min(x for x, _ in wire.line) > 0
    moved = [hand.view.sheet.nodes[node].box for node in ("a3", "a4")]
    assert not [point for point in wire.line for box in moved if box.grow(2).holds(point)]
