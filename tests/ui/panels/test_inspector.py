"""The inspector in the real window: typing into the generated form changes the document, wrong text does not."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from designer.catalogue.parameters import Sizes
from designer.catalogue.registry import layers
from designer.document.edits import add_node, connect, remove_nodes, set_parameter
from designer.document.graph import Edge
from designer.document.project import Project
from designer.ui.panels.pickers import Check, WordList
from designer.ui.panels.text_entry import Entry
from tests.ui.conftest import settle

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def page(window, chain):
    """The inspector's page of a Conv2d that is alone on the canvas."""
    project, node = add_node(Project(), "Conv2d")
    window.filing.show(project)
    window.editor.select([node])
    return window.workbench.panel("inspector").layer


def value_of(window, name: str, kind: str = "Conv2d"):
    (node,) = (node for node in window.editor.project.graph.nodes.values() if node.kind == kind)
    return node.parameters.get(name)


def test_every_layer_has_a_page(window):
    inspector = window.workbench.panel("inspector")
    for kind, spec in layers.items():
        project, node = add_node(Project(), kind)
        window.editor.open(project)
        window.editor.select([node])
        assert list(inspector.layer.form.rows) == [one.name for one in spec.parameters if not one.hidden]
        assert kind in inspector.layer.kind.text()
        for row in inspector.layer.form.rows.values():
            assert row.field.accessibleName() == row.parameter.name
            assert row.parameter.meaning in row.field.toolTip()


def test_typing_is_one_step_and_follows_each_key(window, user, page):
    field = page.form.rows["out_channels"].field
    user.click(field)
    user.press(Qt.Key.Key_A, CTRL, field)
    seen = []
    for letter in "128":
        user.type(letter, field)
        seen.append(value_of(window, "out_channels"))
    assert seen == [1, 12, 128]
    assert window.editor.history.titles == ("set out_channels of conv1",)
    user.press(Qt.Key.Key_Z, CTRL, field)
    assert value_of(window, "out_channels") is None
    assert field.text() == str(layers["Conv2d"].parameters[0].default)
    user.press(Qt.Key.Key_Z, CTRL | Qt.KeyboardModifier.ShiftModifier, field)
    assert value_of(window, "out_channels") == 128


def test_a_second_visit_is_a_second_step(window, user, page):
    field, other = page.form.rows["out_channels"].field, page.form.rows["stride"].field
    user.retype(field, "32")
    user.click(other)
    user.retype(field, "64")
    assert len(window.editor.history.titles) == 2
    window.editor.undo()
    assert value_of(window, "out_channels") == 32


@pytest.mark.parametrize(
    "text, says",
    [("0", "out_channels must lie between 1"), ("many", "must be a whole number"), ("", "must not be empty")],
)
def test_wrong_text_is_marked_explained_and_not_applied(window, user, page, text, says):
    row = page.form.rows["out_channels"]
    user.retype(row.field, "48")
    user.press(Qt.Key.Key_Return, widget=row.field)
    user.press(Qt.Key.Key_A, CTRL, row.field)
    user.press(Qt.Key.Key_Delete, widget=row.field)
    user.type(text, row.field)
    assert row.field.property("invalid") is True
    assert row.message.isVisible()
    assert says in row.message.text()
    assert value_of(window, "out_channels") in (48, None)
    user.press(Qt.Key.Key_Escape, widget=row.field)
    assert not row.field.property("invalid")
    assert not row.message.isVisible()
    assert row.field.text() == "48"


def test_a_number_the_text_passed_through_does_not_stay(window, user, page):
    row = page.form.rows["out_channels"]
    user.retype(row.field, "48")
    user.press(Qt.Key.Key_Return, widget=row.field)
    user.retype(row.field, "5x")  # 5 held for a moment
    assert row.field.property("invalid") is True
    assert value_of(window, "out_channels") == 48
    user.click(page.form.rows["stride"].field)
    assert row.field.text() == "48"
    assert not row.message.isVisible()


def test_sizes_words_flags_and_lists(window, user, page):
    rows = page.form.rows
    user.retype(rows["kernel_size"].field, "3 x 5")
    assert value_of(window, "kernel_size") == (3, 5)
    user.retype(rows["padding"].field, "same")
    assert value_of(window, "padding") == "same"
    check = rows["bias"].field
    assert isinstance(check, Check)
    user.click(check, QPoint(8, check.height() // 2))
    assert value_of(window, "bias") is False
    choice = rows["padding_mode"].field
    assert isinstance(choice, WordList)
    choice.setFocus()
    user.press(Qt.Key.Key_Down, widget=choice)
    assert value_of(window, "padding_mode") == choice.itemData(1)


def test_arrow_keys_step_through_numbers(window, user, page):
    field = page.form.rows["out_channels"].field
    user.retype(field, "8")
    user.press(Qt.Key.Key_Up, widget=field)
    user.press(Qt.Key.Key_Up, widget=field)
    assert value_of(window, "out_channels") == 10
    for _ in range(12):
        user.press(Qt.Key.Key_Down, widget=field)
    assert value_of(window, "out_channels") == 1


def test_what_is_set_can_go_back_to_its_default(window, user, page):
    row = page.form.rows["stride"]
    assert row.field.property("default") is True
    assert not row.back.isVisible()
    user.retype(row.field, "2")
    assert row.field.property("default") is False
    user.click(row.back)
    assert value_of(window, "stride") is None
    assert row.field.text() == "1"
    assert window.editor.history.undo_title == "reset stride of conv1"


def test_a_stored_value_that_cannot_stand_is_shown_as_it_is(window, page):
    (node,) = window.editor.project.graph.nodes
    window.editor.apply("damage", set_parameter(window.editor.project, node, "out_channels", "<b>no</b>"))
    row = page.form.rows["out_channels"]
    assert row.field.text() == "<b>no</b>"
    assert "must be a whole number" in row.message.text()
    assert row.message.textFormat() == Qt.TextFormat.PlainText


def test_shapes_weights_and_cost_are_listed(window, user, chain):
    window.filing.show(chain)
    user.click_node("linear_1")
    page = window.workbench.panel("inspector").layer
    facts = page.facts.facts()
    assert facts["Input"] == "64"
    assert facts["Output"] == "64"
    assert facts["weight"] == "64 × 64"
    assert facts["Cost"] == "4.10 k multiply-adds"
    assert page.count.text() == "4,160"
    user.click_node("input_1")
    assert page.facts.facts() == {"Output": "1 × 8 × 8"}


def test_a_fix_is_offered_at_the_layer_it_concerns(window, user, chain):
    window.filing.show(remove_nodes(chain, ["flatten_1"], close_gap=True))
    user.click_node("linear_1")
    page = window.workbench.panel("inspector").layer
    button = page.rows[0].buttons[0]
    assert button.isVisible()
    user.click(button)
    assert "Flatten" in [node.kind for node in window.editor.project.graph.nodes.values()]
    assert not page.rows[0].isVisible()


def test_renaming_by_typing_over_the_heading(window, user, page):
    user.retype(page.name, "stem")
    user.press(Qt.Key.Key_Return, widget=page.name)
    assert [node.name for node in window.editor.project.graph.nodes.values()] == ["stem"]
    user.retype(page.name, "other")
    user.press(Qt.Key.Key_Escape, widget=page.name)
    assert page.name.text() == "stem"
    user.retype(page.name, " ")
    user.press(Qt.Key.Key_Return, widget=page.name)
    assert page.name.text() == "stem"


def test_without_a_selection_the_project_is_described(window, user, chain):
    window.filing.show(chain)
    page = window.workbench.panel("inspector").project
    assert page.isVisible()
    facts = page.facts.facts()
    assert facts["Layers"] == "6"
    assert facts["Parameters"] == "4,810"
    assert facts["Sample"] == "1 × 8 × 8"
    user.click(page.notes)
    user.type("first try", page.notes)
    assert window.editor.project.notes == "first try"
    assert window.editor.history.titles == ("edit notes",)
    user.retype(page.name, "net")
    user.press(Qt.Key.Key_Return, widget=page.name)
    assert window.editor.project.name == "net"


def test_several_are_counted_and_summed(window, user, chain):
    window.filing.show(chain)
    window.editor.select(["linear_1", "linear_2"])
    page = window.workbench.panel("inspector").selection
    assert page.isVisible()
    assert page.title.text() == "2 layers selected"
    assert page.facts.facts()["Parameters"] == "4,810"
    assert page.names.text() == "linear1\nlinear2"
    window.editor.select([], [next(iter(chain.graph.edges))])
    assert page.title.text() == "1 wire selected"
    assert page.facts.facts() == {"Carries": "1 × 8 × 8"}


def test_an_unknown_kind_is_shown_and_left_alone(window):
    project, node = add_node(Project(), "Quantum2d", parameters={"spin": 0.5})
    window.filing.show(project)
    window.editor.select([node])
    page = window.workbench.panel("inspector").layer
    assert "does not know" in page.help.text()
    assert not page.form.rows
    assert window.editor.project is project


def test_tab_walks_through_the_form(window, user, page):
    fields = [row.field for row in page.form.rows.values()]
    fields[0].setFocus()
    seen = []
    for _ in range(40):
        focus = QApplication.focusWidget()
        if focus in fields and focus not in seen:
            seen.append(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    assert seen == fields


def test_tab_leads_from_the_name_down_the_form_and_to_the_help_last(window, user, page):
    broken, node = add_node(set_parameter(window.editor.project, "conv2d_1", "stride", 0), "Linear")
    window.editor.apply("break", broken)
    for again in ([node], ["conv2d_1"]):  # rows of another layer are made in between
        window.editor.select(again)
    page.name.setFocus()
    seen = []
    for _ in range(40):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        if not page.isAncestorOf(focus):
            break
        seen.append(focus)
    assert page.form.rows["out_channels"].field in seen
    assert seen[-1] is page.more
    heights = [one.mapTo(page, one.rect().center()).y() for one in seen]
    assert all(upper < lower + 8 for upper, lower in pairwise(heights))


def test_the_wheel_does_not_change_what_it_passes_over(window, page):
    choice = page.form.rows["padding_mode"].field
    before = window.editor.project
    place = choice.mapTo(window, choice.rect().center())
    QTest.wheelEvent(window.windowHandle(), place, QPoint(0, -240))
    assert window.editor.project is before


def test_the_same_entry_takes_what_is_typed_in_any_form(qtbot):
    entry = Entry(Sizes())
    qtbot.addWidget(entry)
    got = []
    entry.edited.connect(got.append)
    entry.show_value((1, 28, 28))
    assert entry.text() == "1 × 28 × 28"
    entry.selectAll()
    QTest.keyClicks(entry, "3x32")
    assert got[-1] == (3, 32)


def test_the_figure_and_the_worked_formula_follow_the_settings(window, user, chain):
    project, conv = add_node(chain, "Conv2d")
    project = connect(project, Edge("input_1", 0, conv, 0))
    window.filing.show(project)
    window.editor.select([conv])
    page = window.workbench.panel("inspector").layer
    assert page.worked.text() == "6 = (8 + 2·0 − 1·(3 − 1) − 1) / 1 + 1"
    before = page.figure.grab().toImage()
    assert "filters" in page.figure.accessibleName()
    user.retype(page.form.rows["padding"].field, "1")
    assert page.worked.text() == "8 = (8 + 2·1 − 1·(3 − 1) − 1) / 1 + 1"
    assert page.figure.grab().toImage() != before
    window.editor.select(["linear_1"])
    assert not page.worked.isVisible()
    assert page.figure.isVisible()


def test_the_fields_of_a_kind_that_comes_back_show_the_layer_that_is_selected_now(window, user, chain):
    window.filing.show(chain)
    form = window.workbench.panel("inspector").layer.form
    user.click_node("linear_1")
    user.retype(form.rows["out_features"].field, "x")  # cannot stand
    field = form.rows["out_features"].field
    user.click_node("relu_1")
    assert not field.isVisible()
    user.click_node("linear_2")
    assert form.rows["out_features"].field is field
    assert field.isVisible()
    assert field.text() == str(chain.graph.nodes["linear_2"].parameters["out_features"])
    assert not form.rows["out_features"].message.isVisible()
    user.retype(field, "7")
    assert window.editor.project.graph.nodes["linear_2"].parameters["out_features"] == 7
    assert window.editor.project.graph.nodes["linear_1"] == chain.graph.nodes["linear_1"]


def test_a_symbol_alone_is_no_formula(window, user, chain):
    window.filing.show(chain)
    page = window.workbench.panel("inspector")
    shown = {}
    for node in ("input_1", "linear_1", "output_1"):
        window.editor.select([node])
        settle()
        labels = [label for label in page.findChildren(QLabel) if label.isVisible()]
        shown[node] = [
            label.text() for label in labels if label.text() in ("x", "ŷ") or label.text().startswith("y = ")
        ]
    assert (shown["input_1"], shown["output_1"]) == ([], [])
    assert shown["linear_1"]
