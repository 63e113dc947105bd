"""Comments, frames, small cards and the flow to the right, by real mouse and key events."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from designer.document.drawing import FRAME_MARGINS, PITCH, ROW, Remark
from designer.document.folding import lay_out
from designer.document.graph import Edge
from designer.document.project import Project
from designer.document.remarks import add_remark, set_flow, set_small
from designer.ui.canvas.annotating import RemarkText
from designer.ui.canvas.finding import hit_test
from designer.ui.canvas.geometry import CARD_HEIGHT, Box, PortRef, enclose
from designer.ui.canvas.labels import Labels
from tests.ui.canvas.conftest import Hand
from tests.ui.canvas.networks import Builder, chain, digits_cnn

OpenCanvas = Callable[[Project], Hand]
ALT = Qt.KeyboardModifier.AltModifier
CTRL = Qt.KeyboardModifier.ControlModifier


MARGINS = FRAME_MARGINS["down"]


def framed() -> tuple[Project, str, str]:
    """Return the chain with a frame round two layers and a comment beside, and their ids."""
    project, frame = add_remark(chain(), Remark("middle", "blue", frozenset({"flatten", "hidden"})))
    project, comment = add_remark(project, Remark("why 32?", "yellow", position=(320.0, 176.0)))
    return project, frame, comment


def grip(hand: Hand, remark: str) -> tuple[float, float]:
    box = hand.view.sheet.remarks[remark].grip
    return (box.left + box.right) / 2 + 70, (box.top + box.bottom) / 2


def test_a_frame_goes_round_its_cards_and_carries_them(open_canvas: OpenCanvas):
    project, frame, comment = framed()
    hand = open_canvas(project)
    editor, sheet = hand.view.editor, hand.view.sheet
    first, last = sheet.nodes["flatten"].box, sheet.nodes["hidden"].box
    assert sheet.remarks[frame].box[:2] == (first.left - MARGINS.side, first.top - MARGINS.head)
    assert sheet.remarks[frame].box.bottom > last.bottom
    start = grip(hand, frame)
    hand.press(start)
    hand.carry(start, (start[0] + 160, start[1] + 40))
    assert editor.project is project
    assert sheet.remarks[frame].box.left == first.left - MARGINS.side + 160
    hand.release((start[0] + 160, start[1] + 40))
    moved = {key for key in project.layout if editor.project.layout[key] != project.layout[key]}
    assert moved == {"flatten", "hidden"}
    assert editor.selected_remarks == {frame}
    assert editor.history.titles == ("move frame middle",)
    editor.undo()
    assert sheet.remarks[frame].box.left == first.left - MARGINS.side
    assert sheet.remarks[comment].box[:2] == (320.0, 176.0)


def test_what_lies_in_a_frame_and_is_no_card_goes_along(open_canvas: OpenCanvas):
    project, frame = add_remark(chain(), Remark("wide", "blue", frozenset({"image", "digit"})))
    project, inside = add_remark(project, Remark("a", position=(20.0, 140.0)))
    hand = open_canvas(project)
    start = grip(hand, frame)
    hand.drag(start, (start[0] + 80, start[1]))
    assert hand.view.editor.project.drawing.remarks[inside].position == (100.0, 140.0)


def test_a_card_dropped_in_a_frame_belongs_to_it_and_alt_takes_it_out(open_canvas: OpenCanvas):
    project, frame, _ = framed()
    hand = open_canvas(project)
    editor, sheet = hand.view.editor, hand.view.sheet
    start = hand.middle("relu")
    box = sheet.remarks[frame].box
    inside = (start[0], box.bottom - 30)
    hand.press(start)
    hand.carry(start, inside)
    assert hand.view.marks.frame == frame
    hand.release(inside)
    assert editor.project.drawing.remarks[frame].nodes == {"flatten", "hidden", "relu"}
    assert editor.history.undo_title == "move relu into frame middle"
    start = hand.middle("relu")
    hand.drag(start, (start[0] + 500, start[1]), ALT)
    assert editor.project.drawing.remarks[frame].nodes == {"flatten", "hidden"}
    assert Edge("hidden", 0, "digit", 0) in editor.project.graph.edges


def test_moving_a_card_within_its_frame_changes_no_frame(open_canvas: OpenCanvas):
    project, frame, _ = framed()
    hand = open_canvas(project)
    start = hand.middle("hidden")
    hand.drag(start, (start[0] + 400, start[1]))
    assert hand.view.editor.project.drawing.remarks == project.drawing.remarks
    box = hand.view.sheet.remarks[frame].box
    assert box.right > hand.view.sheet.nodes["hidden"].box.right


def test_a_comment_is_dragged_and_deleted(open_canvas: OpenCanvas):
    project, frame, comment = framed()
    hand = open_canvas(project)
    editor = hand.view.editor
    start = (340.0, 190.0)
    hand.drag(start, (start[0] + 64, start[1] + 8))
    assert editor.project.drawing.remarks[comment].position == (384.0, 184.0)
    hand.key(Qt.Key.Key_Delete)
    assert set(editor.project.drawing.remarks) == {frame}
    assert editor.history.undo_title == "delete comment"
    editor.undo()
    editor.select((), (), [frame])
    hand.key(Qt.Key.Key_Delete)
    assert set(editor.project.graph.nodes) == set(project.graph.nodes)
    assert set(editor.project.drawing.remarks) == {comment}


def test_shift_and_arrows_move_comments_and_frames_too(open_canvas: OpenCanvas):
    project, frame, comment = framed()
    hand = open_canvas(project)
    editor = hand.view.editor
    editor.select((), (), [frame, comment])
    hand.key(Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    hand.key(Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert editor.project.drawing.remarks[comment].position == (336.0, 176.0)
    assert editor.project.layout["hidden"] == (16.0, 176.0)
    assert editor.project.layout["relu"] == project.layout["relu"]
    assert len(editor.history.titles) == 1


def test_a_box_selects_comments_with_cards(open_canvas: OpenCanvas):
    project, _, comment = framed()
    hand = open_canvas(project)
    hand.drag((-60.0, 200.0), (420.0, 300.0))
    assert hand.view.editor.selected_nodes == {"hidden", "relu"}
    assert hand.view.editor.selected_remarks == {comment}


@pytest.mark.parametrize("leave", ["enter", "elsewhere", "escape"])
def test_words_are_typed_where_they_stand(open_canvas: OpenCanvas, leave: str):
    project, frame, _ = framed()
    hand = open_canvas(project)
    editor = hand.view.editor
    hand.view.activateWindow()
    QApplication.processEvents()
    hand.double_click(grip(hand, frame))
    (field,) = hand.view.findChildren(RemarkText)
    assert field.toPlainText() == "middle"
    QTest.keyClicks(field, "Head f m")  # letters that are keys of the canvas elsewhere
    if leave == "enter":
        QTest.keyClick(field, Qt.Key.Key_Return)
    elif leave == "escape":
        QTest.keyClick(field, Qt.Key.Key_Escape)
    else:
        hand.view.setFocus()
        hand.click((600.0, 100.0))
    assert editor.project.drawing.remarks[frame].text == ("middle" if leave == "escape" else "Head f m")
    assert editor.history.titles == (() if leave == "escape" else ("title frame Head f m",))


def test_a_comment_takes_several_lines(open_canvas: OpenCanvas):
    project, _, comment = framed()
    hand = open_canvas(project)
    before = hand.view.sheet.remarks[comment].box
    hand.double_click((340.0, 190.0))
    (field,) = hand.view.findChildren(RemarkText)
    QTest.keyClicks(field, "one")
    QTest.keyClick(field, Qt.Key.Key_Return)
    QTest.keyClicks(field, "two")
    QTest.keyClick(field, Qt.Key.Key_Return, CTRL)
    assert hand.view.editor.project.drawing.remarks[comment].text == "one\ntwo"
    after = hand.view.sheet.remarks[comment].box
    assert after.bottom - after.top > before.bottom - before.top


# Small cards


def test_a_small_card_is_a_strip_in_the_middle_with_its_wires(open_canvas: OpenCanvas):
    hand = open_canvas(set_small(chain(), ["relu"], True))
    sheet = hand.view.sheet
    full, small = sheet.nodes["hidden"].box, sheet.nodes["relu"].box
    assert small.bottom - small.top == (full.bottom - full.top) / 2
    assert (small.left, small.right) == (full.left, full.right)
    wire = sheet.edges[Edge("hidden", 0, "relu", 0)]
    assert wire.straight
    assert wire.route.ends[1] == sheet.nodes["relu"].input_point(0) == ((small.left + small.right) / 2, small.top)
    above = (small.left + 20, small.top - 8)  # inside the whole card, outside the strip
    assert hit_test(sheet, above, 1.0).node is None
    x, y = hand.port("relu", output=True)
    hand.drag((x, y), (x + 300, y + 20))
    assert hand.view.editor.project.graph == chain().graph


# To the right


def test_data_flows_to_the_right(open_canvas: OpenCanvas):
    project = set_flow(digits_cnn(), "right")
    hand = open_canvas(project)
    sheet = hand.view.sheet
    for edge, item in sheet.edges.items():
        source, target = sheet.nodes[edge.source], sheet.nodes[edge.target]
        start, end = item.route.ends
        assert start == source.output_point(edge.source_port)
        assert end == target.input_point(edge.target_port)
        assert start[0] == source.box.right
        assert end[0] == target.box.left
        assert item.curve[0] == start
        assert item.curve[-1] == end
        others = [card.box for key, card in sheet.nodes.items() if key not in (edge.source, edge.target)]
        inner = enclose(item.line) if item.straight else None
        assert inner is None or not any(inner.meets(box) for box in others)


def test_turning_there_and_back_keeps_every_place():
    project = digits_cnn()
    assert set_flow(set_flow(project, "right"), "down") == project


def test_wires_are_drawn_to_ports_at_the_sides(open_canvas: OpenCanvas):
    build = Builder("loose")
    build.add("Input", "image")
    build.add("Flatten", "flatten", wired=False)
    hand = open_canvas(set_flow(build.project, "right"))
    hand.drag(hand.port("image", output=True), hand.port("flatten", output=False))
    assert hand.view.editor.project.graph.edges == (Edge("image", 0, "flatten", 0),)


def test_a_layer_dropped_on_a_wire_stands_after_its_source_and_the_rest_makes_room(open_canvas: OpenCanvas):
    hand = open_canvas(set_flow(chain(), "right"))
    before = hand.view.editor.project.layout
    x, y = hand.port("hidden", output=True)
    hand.drop_layer("Dropout", (x + 50, y))
    project = hand.view.editor.project
    (new,) = project.graph.nodes.keys() - before.keys()
    assert project.layout[new] == before["relu"]
    assert project.layout["relu"][0] > before["relu"][0]
    assert project.layout["relu"][1] == before["relu"][1]
    assert project.layout["flatten"] == before["flatten"]


def test_many_ports_stay_on_the_side(open_canvas: OpenCanvas):
    build = Builder("merge")
    tip = build.add("Input", "image")
    build.add("Concatenate", "joined", wired=False)
    for port in range(9):
        build.wire(tip, "joined", port)
    hand = open_canvas(set_flow(build.project, "right"))
    item = hand.view.sheet.nodes["joined"]
    points = [item.input_point(port) for port in range(item.inputs)]
    assert len(set(points)) == item.inputs == 10
    assert all(x == item.box.left and item.box.top < y < item.box.bottom for x, y in points)
    assert item.point_of(PortRef("joined", 0, True))[0] == item.box.right
    assert isinstance(item.box, Box)


@pytest.mark.parametrize("flow", ["down", "right"])
def test_frames_in_one_another_fit_between_the_cards_and_strike_no_shape(open_canvas: OpenCanvas, flow):
    project = set_flow(chain(), flow)
    project = replace(project, layout=lay_out(project.graph, flow, fold=False))
    for nodes in ({"flatten", "hidden"}, {"hidden"}):
        project, _ = add_remark(project, Remark("", nodes=frozenset(nodes)))
    sheet = open_canvas(project).view.sheet
    outer, inner = (item.box for item in sheet.remarks.values())
    gap = (ROW if flow == "right" else PITCH) - CARD_HEIGHT
    assert sheet.nodes["hidden"].box.top - inner.top + FRAME_MARGINS[flow].foot <= gap
    labels = Labels(sheet)
    for item in sheet.nodes.values():
        place = labels.place(item, 0, (60.0, 15.0)) if item.inferred.outputs else None
        if place is not None:
            left, top, right, bottom = Box(*place, place[0] + 60.0, place[1] + 15.0)
            for box in (outer, inner):
                assert not (top <= box.bottom <= bottom and left <= box.right and right >= box.left)
            assert not (left <= inner.right <= right and top <= inner.bottom and bottom >= inner.top)
