"""The outline: in step with the canvas both ways, by mouse, keys and words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication

from designer.catalogue.check import check
from designer.catalogue.facts import infer_project
from designer.catalogue.templates import open_template
from designer.document.drawing import Remark
from designer.document.edits import add_node, remove_nodes, replace_kind, set_parameter
from designer.document.project import Project
from designer.document.remarks import add_remark
from designer.ui.panels.outline_model import NOWHERE, OutlineModel
from tests.strategies import projects
from tests.ui.conftest import names, settle

Key, Modifier = Qt.Key, Qt.KeyboardModifier
SPOKEN = Qt.ItemDataRole.AccessibleTextRole


@pytest.fixture
def outline(window, user, chain):
    window.filing.show(chain)
    return user.show("outline")


def titles(model: OutlineModel, parent: QModelIndex = NOWHERE) -> list[str]:
    return [model.data(model.index(row, 0, parent)) for row in range(model.rowCount(parent))]


def current(outline) -> str:
    return outline.model.data(outline.tree.currentIndex())


def test_rows_are_the_layers_in_the_order_of_flow_and_speak(outline, window):
    model = outline.model
    assert titles(model) == ["input", "flatten1", "linear1", "relu1", "linear2", "output"]
    row = model.index(2, 0)
    assert model.data(row, SPOKEN) == "linear1, Linear, takes 64, gives 32, 2,080 parameters" or model.data(
        row, SPOKEN
    ).startswith("linear1, Linear, takes 64, gives ")
    window.editor.apply("break", set_parameter(window.editor.project, "linear_1", "out_features", "many"))
    assert "error: " in model.data(row, SPOKEN)
    assert "Linear linear1" in model.data(row, SPOKEN)


def test_it_follows_the_canvas_and_the_canvas_follows_it(outline, window, user):
    editor, tree = window.editor, outline.tree
    editor.select(["relu_1"])
    assert current(outline) == "relu1"
    user.click(tree.viewport(), tree.visualRect(outline.model.index(1, 0)).center())
    assert editor.selected_nodes == {"flatten_1"}
    tree.setFocus()
    user.press(Key.Key_Down, widget=tree)
    assert editor.selected_nodes == {"linear_1"}
    user.press(Key.Key_Down, Modifier.ShiftModifier, tree)
    assert editor.selected_nodes == {"linear_1", "relu_1"}
    user.type("out", tree)
    assert editor.selected_nodes == {"output_1"}
    user.press(Key.Key_Return, widget=tree)
    assert window.canvas.hasFocus()
    editor.select(["linear_1", "linear_2"])
    rows = {index.row() for index in tree.selectionModel().selectedRows()}
    assert rows == {2, 4}
    editor.select()
    assert not tree.selectionModel().hasSelection()


def test_f2_renames_and_delete_takes_out(outline, window, user):
    editor, tree = window.editor, outline.tree
    editor.select(["relu_1"])
    tree.setFocus()
    user.press(Key.Key_F2, widget=tree)
    field = tree.indexWidget(tree.currentIndex())
    assert field is not None
    assert field.hasFocus()
    user.press(Key.Key_A, Modifier.ControlModifier, field)
    user.type("bend", field)
    user.press(Key.Key_Return, widget=field)
    settle()
    assert "bend" in names(editor.project)
    assert editor.history.undo_title == "rename relu1 to bend"
    assert titles(outline.model)[3] == "bend"
    tree.setFocus()
    user.press(Key.Key_Delete, widget=tree)
    assert "relu_1" not in editor.project.graph.nodes
    assert titles(outline.model) == ["input", "flatten1", "linear1", "linear2", "output"]
    editor.undo()
    assert len(titles(outline.model)) == 6


def test_it_leads_into_blocks_and_stands_where_one_stands(outline, window, user):
    window.filing.show(open_template("resnet-18"))
    settle()
    editor, model, tree = window.editor, outline.model, outline.tree
    layer1 = model.index(titles(model).index("layer1"), 0)
    assert "block of" in model.data(layer1, SPOKEN)
    tree.expand(layer1)
    first = model.index(titles(model, layer1).index("first"), 0, layer1)
    tree.expand(first)
    inner = model.index(titles(model, first).index("conv2"), 0, first)
    tree.scrollTo(inner)
    user.click(tree.viewport(), tree.visualRect(inner).center())
    assert editor.where == ("stage", "basic")
    (node,) = editor.selected_nodes
    assert editor.view.graph.nodes[node].name == "conv2"
    editor.leave()
    assert current(outline) == "first"
    window.editor.enter(next(iter(editor.selected_nodes)))
    assert current(outline) == "first"
    editor.leave(0)
    assert current(outline) == "layer1"


def test_hidden_it_rests_and_shown_again_it_catches_up(outline, window, user):
    window.workbench.show("palette")
    settle()
    window.asking.add("GELU")
    assert "gelu1" not in titles(outline.model)
    user.show("outline")
    assert "gelu1" in titles(outline.model)
    assert current(outline) == "gelu1"


def test_a_row_has_the_menu_of_its_layer(outline, window, user):
    from PySide6.QtWidgets import QApplication

    window.editor.select(["relu_1"])
    outline.menu_requested.emit("node", window.mapToGlobal(window.rect().center()))
    menu = QApplication.activePopupWidget()
    assert "Delete" in {action.text() for action in menu.actions()}
    QTest.keyClick(menu, Key.Key_Escape)
    settle()


@settings(max_examples=25, deadline=None)
@given(st.lists(projects(settled=True), min_size=1, max_size=3), st.data())
def test_after_any_edit_the_rows_are_those_of_the_project(qapp, several, data):
    """Qt's own tester follows each signal: what is told to come and go must be what comes and goes."""
    model = OutlineModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for project in several:
        for _ in range(3):
            inference = infer_project(project)
            model.show(inference, check(project, inference))
            expected = [*inference.order, *sorted(inference.unplaced)]
            rows = [model.index(row, 0) for row in range(model.rowCount())]
            assert [model.node_of(row) for row in rows] == expected
            for row in rows[:4]:
                model.rowCount(row)
                assert model.data(row, SPOKEN)
            project = change(project, data)
    model.deleteLater()


def change(project: Project, data: st.DataObject) -> Project:
    nodes = sorted(project.graph.nodes)
    what = data.draw(st.sampled_from(("add", "remove", "replace") if nodes else ("add",)))
    if what == "add":
        return add_node(project, "ReLU")[0]
    node = data.draw(st.sampled_from(nodes))
    if what == "remove":
        return remove_nodes(project, [node], close_gap=True)
    return replace_kind(project, node, "Tanh")


def test_it_stands_in_the_block_even_when_it_is_shown_later_or_nothing_was_selected(window, user):
    window.filing.show(open_template("resnet-50"))
    editor = window.editor
    layer1 = next(key for key, node in editor.view.graph.nodes.items() if node.name == "layer1")
    user.click_node(layer1)
    user.press(Key.Key_Return, widget=window.canvas)
    assert editor.where == ("stage",)
    outline = user.show("outline")
    use = outline.model.find((), layer1)
    assert outline.tree.isExpanded(use)
    assert outline.tree.here == use
    user.press(Key.Key_Tab, Modifier.ControlModifier, window.canvas)
    outline.tree.collapseAll()
    assert not outline.tree.here.isValid()
    editor.select()
    editor.enter(layer1)
    settle()
    assert outline.tree.isExpanded(use)
    first = next(iter(editor.view.graph.nodes))
    user.click_node(first)
    assert outline.tree.currentIndex().parent() == use


def test_comments_and_frames_are_listed_spoken_and_walked_by_keys(outline, window, user, chain):
    editor, listed = window.editor, outline.remarks
    assert not listed.isVisible()
    project, frame = add_remark(chain, Remark("Head", "green", frozenset({"linear_2", "relu_1"})))
    project, comment = add_remark(project, Remark("Why\nseven?", "yellow", position=(4000.0, 4000.0)))
    editor.apply("remark", project)
    assert [listed.item(row).text() for row in range(listed.count())] == ["Head · 2 layers", "Why seven?"]
    assert [listed.item(row).data(SPOKEN) for row in range(listed.count())] == [
        "frame Head, green, around 2 layers",
        "comment, yellow: Why seven?",
    ]
    editor.select((), (), [frame])
    assert [item.text() for item in listed.selectedItems()] == ["Head · 2 layers"]
    listed.setCurrentRow(0)
    listed.setFocus()
    user.press(Key.Key_Down, widget=listed)
    assert editor.selected_remarks == {comment}
    told = QAccessible.queryAccessibleInterface(window.canvas).text(QAccessible.Text.Description)
    assert told == "comment, yellow: Why seven?"
    area = window.canvas.area()
    assert area.holds((4010.0, 4010.0))  # it was brought into view
    user.press(Key.Key_Return, widget=listed)
    assert QApplication.focusWidget() is window.canvas
    listed.setFocus()
    user.press(Key.Key_Delete, widget=listed)
    assert set(editor.view.drawing.remarks) == {frame}
    assert listed.count() == 1
