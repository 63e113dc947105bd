"""The page of comments and frames: words, colour and what a frame carries, by keyboard and as single steps."""

import pytest
from PySide6.QtCore import Qt

from designer.document.drawing import Remark
from designer.document.remarks import add_remark
from tests.ui.conftest import settle

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def page(window, user, chain):
    """The page, of a project with two frames and two comments."""
    for text, hue, nodes in (
        ("Encoder", "blue", {"linear_1", "relu_1"}),
        ("Head", "green", {"linear_2"}),
        ("Why?", "yellow", ()),
        ("Because", "yellow", ()),
    ):
        chain, _ = add_remark(chain, Remark(text, hue, frozenset(nodes), (600.0, 40.0)))
    window.filing.show(chain)
    user.show("inspector")
    return window.workbench.panel("inspector").remarks


def remarks(window) -> dict[str, tuple[str, str]]:
    return {key: (one.text, one.hue) for key, one in window.editor.view.drawing.remarks.items()}


def test_a_frame_tells_what_it_carries_and_is_titled_and_coloured_by_keys(page, window, user):
    editor = window.editor
    editor.select((), (), ["frame1"])
    assert page.isVisible()
    assert (page.title.text(), page.kind.text()) == ("Encoder", "Frame")
    parameters = sum(editor.inference.nodes[node].parameters for node in ("linear_1", "relu_1"))
    assert page.facts.facts()["Layers"] == "2"
    assert page.facts.facts()["Parameters"] == f"{parameters:,}"
    assert page.names.text() == "linear1\nrelu1"
    window.canvas.setFocus()
    user.press(Qt.Key.Key_F2)
    user.type("Features")
    user.press(Qt.Key.Key_Tab)
    assert remarks(window)["frame1"] == ("Features", "blue")
    assert page.hue.list.hasFocus()
    assert page.hue.list.currentText() == "blue"
    user.press(Qt.Key.Key_Down)
    user.press(Qt.Key.Key_Down)
    assert remarks(window)["frame1"] == ("Features", "teal")
    assert editor.history.titles == ("title frame Features", "colour frame Features teal")
    editor.undo()
    assert page.hue.list.currentText() == "blue"
    user.click(page.select)
    assert editor.selected_nodes == {"linear_1", "relu_1"}


def test_a_comment_of_several_lines_is_one_step_and_undone_from_its_field(page, window, user):
    editor = window.editor
    editor.select((), (), ["comment1"])
    assert page.text.toPlainText() == "Why?"
    window.canvas.setFocus()
    user.press(Qt.Key.Key_F2)
    user.type("First")
    user.press(Qt.Key.Key_Return)
    user.type("second")
    assert remarks(window)["comment1"][0] == "First\nsecond"
    assert len(editor.history.titles) == 1
    user.press(Qt.Key.Key_Z, CONTROL)
    assert page.text.toPlainText() == "Why?" == remarks(window)["comment1"][0]
    user.press(Qt.Key.Key_Tab)
    assert page.hue.list.hasFocus()


def test_several_are_edited_together(page, window, user):
    editor = window.editor
    editor.select((), (), ["frame1", "frame2"])
    assert (page.title.text(), page.title.placeholderText().split(":")[0]) == ("", "mixed")
    assert page.kind.text() == "2 frames"
    assert page.hue.list.currentText() == ""
    assert page.hue.list.placeholderText() == "mixed"
    assert page.facts.facts()["Layers"] == "3"
    page.title.setFocus()
    user.press(Qt.Key.Key_Return)
    assert not editor.history.titles  # looking changes nothing
    page.title.setFocus()
    user.type("Part")
    user.press(Qt.Key.Key_Return)
    page.hue.list.setFocus()
    user.type("red")
    assert [remarks(window)[key] for key in ("frame1", "frame2")] == [("Part", "red")] * 2
    assert editor.history.titles == ("title 2 frames Part", "colour 2 frames red")
    editor.select((), (), ["comment1", "comment2"])
    user.retype(page.text, "Both")
    assert [remarks(window)[key][0] for key in ("comment1", "comment2")] == ["Both"] * 2
    assert editor.history.undo_title == "write 2 comments Both"


def test_frames_and_comments_and_layers_together_are_told_and_coloured(page, window, user):
    editor = window.editor
    editor.select((), (), ["frame1", "comment1"])
    assert page.heading.text() == "2 comments and frames"
    assert not page.title.isVisible()
    assert not page.text.isVisible()
    editor.select(["linear_1", "relu_1"], (), ["frame2"])
    selection = window.workbench.panel("inspector").selection
    assert selection.title.text() == "2 layers and frame Head selected"
    selection.hue.list.setFocus()
    user.type("pink")
    assert remarks(window)["frame2"] == ("Head", "pink")


def test_what_goes_leaves_the_page_and_the_colours_follow_the_theme(page, window, user):
    editor = window.editor
    editor.select((), (), ["frame1"])
    page.title.setFocus()
    user.type("never taken")
    before = page.hue.list.itemIcon(1).pixmap(12).toImage()
    window.appearance.choose("light")
    settle()
    assert page.hue.list.itemIcon(1).pixmap(12).toImage() != before
    user.press(Qt.Key.Key_Escape)
    window.canvas.setFocus()
    user.press(Qt.Key.Key_Delete)
    assert "frame1" not in editor.view.drawing.remarks
    assert not page.isVisible()
    assert editor.history.titles == ("delete frame Encoder",)
