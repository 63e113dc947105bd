"""Several layers in the inspector of the real window: one form, mixed values, one undo step for all."""

import pytest
from PySide6.QtCore import QPoint, Qt

from designer.document.blocks import set_block_parameters
from designer.document.edits import add_node
from designer.document.grouping import group
from designer.document.project import BlockParameter, Project
from designer.ui.panels.pickers import Check, WordList

CTRL = Qt.KeyboardModifier.ControlModifier


def make(*layers: tuple[str, dict]) -> tuple[Project, list[str]]:
    project, ids = Project(), []
    for kind, parameters in layers:
        project, new = add_node(project, kind, parameters=parameters)
        ids.append(new)
    return project, ids


@pytest.fixture
def page(window):
    """The page of three Conv2d that differ in some ways."""
    project, ids = make(
        ("Conv2d", {"kernel_size": 3, "out_channels": 16, "bias": False}),
        ("Conv2d", {"kernel_size": 7, "out_channels": 16, "padding_mode": "reflect"}),
        ("Conv2d", {"kernel_size": 5, "out_channels": 16}),
    )
    window.filing.show(project)
    window.editor.select(ids)
    return window.workbench.panel("inspector").selection


def held(window, name: str, part: str = "parameters") -> list:
    return [getattr(node, part).get(name) for node in window.editor.view.graph.nodes.values()]


def test_alike_is_shown_and_different_is_mixed(window, page):
    rows = page.form.rows
    assert rows["out_channels"].field.text() == "16"
    assert rows["kernel_size"].field.text() == ""
    assert rows["kernel_size"].field.placeholderText() == "3 – 7 · mixed"
    assert rows["stride"].field.property("default") is True
    assert rows["kernel_size"].back.isVisible()
    assert not rows["stride"].back.isVisible()
    check, words = rows["bias"].field, rows["padding_mode"].field
    assert isinstance(check, Check)
    assert check.checkState() == Qt.CheckState.PartiallyChecked
    assert isinstance(words, WordList)
    assert words.currentIndex() == -1
    assert words.placeholderText() == "mixed"


def test_typing_sets_all_of_them_in_one_step(window, user, page):
    before, field = window.editor.project, page.form.rows["kernel_size"].field
    user.click(field)
    user.type("11", field)
    assert held(window, "kernel_size") == [11, 11, 11]
    user.click(page.form.rows["stride"].field)
    assert window.editor.history.titles == ("set kernel_size of 3 layers",)
    assert field.text() == "11"
    window.editor.undo()
    assert window.editor.project == before
    assert field.placeholderText() == "3 – 7 · mixed"
    assert field.text() == ""


def test_looking_at_a_mixed_field_changes_nothing(window, user, page):
    before = window.editor.project
    for row in page.form.rows.values():
        row.field.setFocus(Qt.FocusReason.TabFocusReason)
        user.press(Qt.Key.Key_Return, widget=row.field)
    assert window.editor.project is before


def test_each_can_be_changed_from_its_own_value(window, user, page):
    field = page.form.rows["kernel_size"].field
    user.click(field)
    user.type("*12", field)  # *1 on the way
    assert held(window, "kernel_size") == [36, 84, 60]
    assert field.text() == "*12"
    user.press(Qt.Key.Key_Return, widget=field)
    assert field.text() == ""
    assert field.placeholderText() == "36 – 84 · mixed"
    user.type("/6", field)
    assert held(window, "kernel_size") == [6, 14, 10]
    assert len(window.editor.history.titles) == 2
    user.press(Qt.Key.Key_Return, widget=field)
    for _ in range(3):
        user.press(Qt.Key.Key_Up, widget=field)
    assert held(window, "kernel_size") == [9, 17, 13]
    window.editor.undo()
    window.editor.undo()
    window.editor.undo()
    assert held(window, "kernel_size") == [3, 7, 5]


def test_what_does_not_fit_one_is_said_at_the_field_and_all_stay(window, user, page):
    row, before = page.form.rows["kernel_size"], window.editor.project
    user.click(row.field)
    user.type("/2", row.field)
    assert row.message.isVisible()
    assert "kernel_size of conv1 must be a whole number, not 1.5" in row.message.text()
    assert held(window, "kernel_size") == [3, 7, 5]
    user.press(Qt.Key.Key_Escape, widget=row.field)
    assert not row.message.isVisible()
    user.type("5y", row.field)  # 5 held for a moment
    assert held(window, "kernel_size") == [3, 7, 5]
    assert row.field.property("invalid") is True
    user.click(page.form.rows["stride"].field)
    assert row.field.text() == ""
    assert window.editor.project == before


def test_emptied_again_each_has_what_it_had(window, user, page):
    field = page.form.rows["kernel_size"].field
    user.click(field)
    user.type("9", field)
    user.press(Qt.Key.Key_Backspace, widget=field)
    assert held(window, "kernel_size") == [3, 7, 5]
    assert not field.error


def test_flags_words_and_resets_go_to_all(window, user, page):
    rows = page.form.rows
    user.click(rows["bias"].field, QPoint(8, rows["bias"].field.height() // 2))
    assert held(window, "bias") == [True, True, True]
    assert rows["bias"].field.text() == "on"
    rows["padding_mode"].field.setFocus()
    user.press(Qt.Key.Key_Down, widget=rows["padding_mode"].field)
    assert held(window, "padding_mode") == ["zeros"] * 3
    user.click(rows["kernel_size"].back)
    assert held(window, "kernel_size") == [None] * 3
    assert window.editor.history.undo_title == "reset kernel_size of 3 layers"


def test_kinds_share_what_they_have_in_common(window, user):
    project, ids = make(("Conv1d", {}), ("Conv2d", {"kernel_size": (3, 5)}), ("MaxPool2d", {}))
    window.filing.show(project)
    window.editor.select(ids)
    page = window.workbench.panel("inspector").selection
    assert list(page.form.rows) == ["kernel_size", "stride", "padding", "dilation"]
    row = page.form.rows["kernel_size"]
    user.click(row.field)
    user.type("3 x 4", row.field)
    assert "kernel_size of conv1 must be one whole number" in row.message.text()
    assert [button.text() for button in page.kinds.buttons] == ["1 × Conv1d", "1 × Conv2d", "1 × MaxPool2d"]
    user.click(page.kinds.buttons[1])
    assert window.editor.selected_nodes == {ids[1]}


def test_nothing_in_common_is_said(window):
    project, ids = make(("Conv2d", {}), ("ReLU", {}))
    window.filing.show(project)
    window.editor.select(ids)
    page = window.workbench.panel("inspector").selection
    assert page.none.isVisible()
    assert not page.form.isVisible()


def test_options_that_differ_are_mixed_and_set_on_all(window, user, page):
    ids = list(window.editor.view.graph.nodes)
    window.editor.select(ids[:1])
    single = window.workbench.panel("inspector").layer.options
    user.click(single.head)
    user.click(single.form.rows["frozen"].field, QPoint(8, 8))
    window.editor.select(ids)
    user.click(page.options.head)
    rows = page.options.form.rows
    assert rows["frozen"].field.checkState() == Qt.CheckState.PartiallyChecked
    user.click(rows["frozen"].field, QPoint(8, 8))
    assert held(window, "frozen", "options") == [True] * 3
    user.retype(rows["l2"].field, "0.01")
    user.press(Qt.Key.Key_Return, widget=rows["l2"].field)
    user.retype(rows["l2"].field, "*2")
    assert held(window, "l2", "options") == [0.02] * 3
    assert window.editor.history.undo_title == "set l2 of 3 layers"


def test_inside_a_block_all_may_have_an_expression(window, user):
    project, ids = make(("Linear", {"out_features": 8}), ("Linear", {"out_features": 4}))
    project, use = group(project, ids, "Pair")
    (block,) = project.blocks
    project = set_block_parameters(project, block, (BlockParameter("width", 32),))
    window.filing.show(project)
    window.editor.enter(use)
    inside = [node.id for node in window.editor.view.graph.nodes.values() if node.kind == "Linear"]
    window.editor.select(inside)
    page = window.workbench.panel("inspector").selection
    field = page.form.rows["out_features"].field
    user.click(field)
    user.type("=width", field)
    nodes = window.editor.view.graph.nodes
    assert [nodes[node].parameters["out_features"] for node in inside] == ["=width", "=width"]
    user.press(Qt.Key.Key_Return, widget=field)
    user.retype(field, "*2")
    nodes = window.editor.view.graph.nodes
    assert [nodes[node].parameters["out_features"] for node in inside] == ["=(width) * 2"] * 2
    assert window.editor.view_inference.nodes[inside[0]].values["out_features"] == 64
    assert window.editor.history.titles == ("set out_features of 2 layers",) * 2


def test_after_an_undo_each_starts_from_what_it_has_then(window, user, page):
    field = page.form.rows["kernel_size"].field
    user.click(field)
    user.type("*2", field)
    assert held(window, "kernel_size") == [6, 14, 10]
    user.press(Qt.Key.Key_Z, CTRL, field)
    assert held(window, "kernel_size") == [3, 7, 5]
    user.press(Qt.Key.Key_Backspace, widget=field)
    user.press(Qt.Key.Key_Backspace, widget=field)
    assert held(window, "kernel_size") == [3, 7, 5]
    user.type("+2", field)
    assert held(window, "kernel_size") == [5, 9, 7]
    assert window.editor.history.titles == ("set kernel_size of 3 layers",)


def test_a_long_form_scrolls_to_the_field_that_has_the_focus(window, user, page):
    window.resize(900, 520)
    page.options.head.setChecked(True)
    page.form.rows["out_channels"].field.setFocus()
    last = page.options.form.rows["l2"].field
    for _ in range(60):
        if last.hasFocus():
            break
        user.press(Qt.Key.Key_Tab)
    assert last.hasFocus()
    assert last.visibleRegion().boundingRect().height() == last.height()
