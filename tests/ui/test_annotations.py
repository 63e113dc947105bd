"""Frames, comments, small cards and the way data flows, from menus and keys of the real window."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QCursor
from PySide6.QtTest import QTest

from designer.catalogue.templates import find_template, open_template
from designer.document.edits import set_name
from designer.document.files import load
from designer.ui.canvas.annotating import RemarkText
from designer.ui.canvas.geometry import Box
from designer.ui.canvas.labels import Labels
from tests.ui.conftest import User, settle

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def write(user: User, text: str) -> None:
    (field,) = user.window.canvas.findChildren(RemarkText)
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return, CTRL)
    settle()


def test_a_frame_is_made_titled_coloured_and_left(window, user, chain, tmp_path):
    window.filing.show(chain)
    editor, ids = window.editor, list(chain.graph.nodes)
    editor.select(ids[2:4])
    window.canvas.setFocus()
    user.press(Qt.Key.Key_J, CTRL)
    write(user, "Hidden layer")
    (frame,) = editor.project.drawing.remarks
    made = editor.project.drawing.remarks[frame]
    assert (made.text, made.nodes) == ("Hidden layer", frozenset(ids[2:4]))
    assert editor.history.titles == ("frame 2 layers",)
    user.choose("Network", "Colour", "Green")
    assert editor.project.drawing.remarks[frame].hue == "green"
    window.filing.save_to(tmp_path / "framed.nnd")
    assert load(tmp_path / "framed.nnd").drawing == editor.project.drawing
    user.click_node(ids[2])
    user.choose("Network", "Take out of the frame")
    assert editor.project.drawing.remarks[frame].nodes == {ids[3]}
    for _ in range(3):
        editor.undo()
    assert editor.project.drawing.remarks == {}


def test_a_frame_takes_in_what_lies_between_its_cards(window, user, chain):
    window.filing.show(chain)
    ids = list(chain.graph.nodes)
    window.editor.select([ids[1], ids[3]])
    user.choose("Network", "Frame the selection")
    (made,) = window.editor.project.drawing.remarks.values()
    assert made.nodes == frozenset(ids[1:4])


def test_escape_keeps_the_first_words_of_a_comment(window, user):
    window.canvas.setFocus()
    user.press(Qt.Key.Key_C, SHIFT)
    (field,) = window.canvas.findChildren(RemarkText)
    QTest.keyClicks(field, "keep me")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    settle()
    (made,) = window.editor.project.drawing.remarks.values()
    assert made.text == "keep me"


def test_words_being_typed_stay_with_their_document(window, user, chain):
    window.filing.show(chain)
    window.canvas.setFocus()
    user.press(Qt.Key.Key_C, SHIFT)
    (field,) = window.canvas.findChildren(RemarkText)
    QTest.keyClicks(field, "mine")
    first = window.editor.document
    window.filing.new()
    settle()
    assert [one.text for one in first.project.drawing.remarks.values()] == ["mine"]
    assert window.editor.project.drawing.remarks == {}


def test_a_comment_made_over_a_card_lies_beside_it(window, user, chain):
    window.filing.show(chain)
    canvas = window.canvas
    canvas.setFocus()
    QCursor.setPos(canvas.viewport().mapToGlobal(user.canvas_place("relu_1")))
    user.press(Qt.Key.Key_C, SHIFT)
    write(user, "Why seven?")
    (item,) = canvas.sheet.remarks.values()
    assert not canvas.sheet.cards.find(item.box)
    assert canvas.area().encloses(item.box)


def test_a_comment_is_written_copied_and_pasted(window, user, chain):
    window.filing.show(chain)
    editor = window.editor
    window.canvas.setFocus()
    user.press(Qt.Key.Key_C, SHIFT)
    write(user, "Why seven?")
    (comment,) = editor.project.drawing.remarks
    assert editor.selected_remarks == {comment}
    user.press(Qt.Key.Key_C, CTRL)
    user.press(Qt.Key.Key_V, CTRL)
    texts = [remark.text for remark in editor.project.drawing.remarks.values()]
    assert texts == ["Why seven?"] * 2
    assert len(editor.selected_remarks) == 1
    assert editor.selected_remarks != {comment}
    assert editor.history.titles == ("add comment", "paste 1 comment")
    user.press(Qt.Key.Key_Return)
    write(user, "Because")
    assert sorted(remark.text for remark in editor.project.drawing.remarks.values()) == ["Because", "Why seven?"]


def test_h_hides_and_shows_in_full(window, user, chain):
    window.filing.show(chain)
    editor, ids = window.editor, list(chain.graph.nodes)
    user.click_node(ids[3])
    user.press(Qt.Key.Key_H)
    assert editor.project.drawing.small == {ids[3]}
    assert editor.project.graph is chain.graph
    assert editor.history.undo_title == f"hide {chain.graph.nodes[ids[3]].name}"
    window.menus.refresh()
    assert window.menus.actions["network.hide"].text() == "Show in full"
    user.press(Qt.Key.Key_H)
    assert editor.project.drawing.small == frozenset()


def test_data_flows_to_the_right_in_blocks_too_and_the_next_time(window, user, chain, settings):
    window.filing.show(chain)
    editor, ids = window.editor, list(chain.graph.nodes)
    editor.select(ids[2:4])
    user.press(Qt.Key.Key_G, CTRL, window.canvas)
    user.choose("View", "Data flows", "To the right")
    project = editor.project
    assert project.drawing.flow == "right"
    assert {block.drawing.flow for block in project.blocks.values()} == {"right"}
    lefts = [project.layout[node][0] for node in project.graph.nodes if node in ids]
    assert lefts == sorted(lefts)
    assert editor.history.undo_title == "flow right"
    assert settings.flow == "right"
    window.filing.new_from(find_template("iris"))
    assert editor.project.drawing.flow == "right"
    editor.apply("rename", set_name(editor.project, "iris mine"))
    window.filing.new()
    assert editor.project.drawing.flow == "right"
    assert not editor.modified
    count = len(window.documents.all)
    window.filing.new_from(find_template("wine"))
    assert len(window.documents.all) == count  # in the place of the empty one, whichever way it flows
    user.choose("View", "Data flows", "Down")
    assert editor.project.drawing.flow == settings.flow == "down"


def test_a_frame_at_the_arranged_spacing_covers_no_shape_and_its_title_is_seen_at_every_scale(window, user):
    window.filing.show(open_template("resnet-18"))
    settle()
    editor, canvas = window.editor, window.canvas
    stem = [key for key, node in editor.view.graph.nodes.items() if node.name in ("conv1", "bn1", "relu")]
    editor.select(stem)
    canvas.setFocus()
    user.press(Qt.Key.Key_J, CTRL)
    write(user, "MMMM")
    sheet = canvas.sheet
    (frame,) = sheet.remarks.values()
    outside = [item for key, item in sheet.nodes.items() if key not in stem]
    assert not any(item.box.meets(frame.box) for item in outside)
    canvas.zoom_by(1 / canvas.scale_now)
    canvas.viewport().grab()
    labels = Labels(sheet)
    for item in sheet.nodes.values():
        place = labels.place(item, 0, (90.0, 15.0)) if item.inferred.outputs else None
        if place is not None:
            told = Box(*place, place[0] + 90.0, place[1] + 15.0)
            for rim in (frame.box.top, frame.box.bottom):
                assert not told.top <= rim <= told.bottom or told.left > frame.box.right
    editor.select()
    for scale in (1.0, 0.65, 0.5, 0.4, 0.32, 0.22):
        canvas.zoom_by(scale / canvas.scale_now)
        canvas.reveal(frame.box)
        settle()
        above = canvas.mapFromScene(frame.box.left, sheet.nodes[stem[0]].box.top - 44)
        below = canvas.mapFromScene(frame.box.left, sheet.nodes[stem[0]].box.top)
        image = canvas.viewport().grab().toImage()
        rows = [
            y
            for y in range(above.y() - (0 if scale > 0.27 else 6), below.y())
            if sum(image.pixelColor(above.x() + x, y).lightness() > 150 for x in range(4, int(90 * scale))) >= 3
        ]
        assert len(rows) >= 6, scale  # capital letters in their whole height
