"""Blocks in the real window: made, entered, edited, left, dissolved, kept. Every step by mouse or keyboard."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from designer.catalogue.facts import infer_project
from designer.catalogue.templates import open_template
from designer.document.edits import connect
from designer.document.project import Project, used_block
from designer.paths import user_blocks
from tests.codegen.block_networks import resnet
from tests.ui.conftest import LEFT, NO_KEYS, find_entry, names, settle, wires
from tests.ui.test_editing import layer_place

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(autouse=True)
def empty_library():
    yield
    for path in user_blocks().glob("*"):
        path.unlink()


@pytest.fixture
def small_resnet(window) -> Project:
    project = resnet((1, 2), size=16, width=4, classes=3)
    window.filing.show(project)
    window.arranging.arrange()
    window.editor.enter_block("bottleneck")
    window.arranging.arrange()
    window.editor.leave(0)
    window.editor.select()
    settle()
    return window.editor.project


def group_two(window, user, chain) -> str:
    """Group the first Linear and the ReLU of the chain as a user does; return the id of the new node."""
    window.filing.show(chain)
    settle()
    user.click_node("linear_1")
    user.click_node("relu_1", keys=SHIFT)
    user.press(Qt.Key.Key_G, CTRL, window.canvas)
    (new,) = window.editor.selected_nodes
    return new


def test_a_block_is_made_named_entered_edited_left_and_dissolved(window, user, chain):
    editor, inspector = window.editor, window.workbench.panel("inspector")
    use = group_two(window, user, chain)
    block = used_block(editor.project.graph.nodes[use].kind)
    assert block in editor.project.blocks
    assert QApplication.focusWidget() is window.canvas
    user.press(Qt.Key.Key_F2, SHIFT)
    assert QApplication.focusWidget() is inspector.layer.block.name
    user.type("Dense")  # the name that was made up is selected: typing replaces it
    user.press(Qt.Key.Key_Return)
    assert editor.project.blocks[block].name == "Dense"
    assert wires(editor.project) >= {("flatten1", editor.project.graph.nodes[use].name)}
    assert not window.crumbs.isVisible()

    user.click_node(use)
    user.press(Qt.Key.Key_Tab, widget=window.canvas)
    assert editor.where == (block,)
    assert window.crumbs.isVisible()
    assert [button.text() for button in window.crumbs.buttons] == ["chain", f"Dense ({chain_name(editor, use)})"]
    assert set(names(editor.view)) == {"input", "linear1", "relu1", "output"}
    user.click_node("linear_1")
    user.retype(inspector.layer.form.rows["out_features"].field, "32")
    assert editor.view_inference.nodes["linear_1"].outputs[0].sizes == (32,)
    assert editor.inference.nodes[use].outputs[0].sizes == (32,)
    user.press(Qt.Key.Key_Tab, CTRL, window.canvas)
    assert editor.where == ()
    assert editor.selected_nodes == {use}

    user.double_click(window.canvas.viewport(), user.canvas_place(use))
    assert editor.where == (block,)
    user.click(window.crumbs.buttons[0])
    assert editor.where == ()
    user.press(Qt.Key.Key_G, CTRL | SHIFT, window.canvas)
    assert [node.kind for node in editor.project.graph.nodes.values()].count("Linear") == 2
    assert not [node for node in editor.project.graph.nodes.values() if used_block(node.kind)]
    while editor.history.undo_title:
        user.press(Qt.Key.Key_Z, CTRL, window.canvas)
    assert editor.project == chain


def chain_name(editor, node: str) -> str:
    return editor.project.graph.nodes[node].name


def test_undo_inside_a_block_that_goes_ends_outside_and_redo_is_sound(window, user, chain):
    editor = window.editor
    use = group_two(window, user, chain)
    user.click_node(use)
    user.press(Qt.Key.Key_Return, widget=window.canvas)
    assert len(editor.where) == 1
    user.press(Qt.Key.Key_A, CTRL, window.canvas)
    user.press(Qt.Key.Key_Delete, widget=window.canvas)
    assert editor.view.graph.nodes == {}
    assert window.canvas.sheet.nodes == {}
    user.press(Qt.Key.Key_Z, CTRL, window.canvas)
    assert set(window.canvas.sheet.nodes) == set(editor.view.graph.nodes)
    user.press(Qt.Key.Key_Z, CTRL, window.canvas)
    assert editor.where == ()
    assert editor.project == chain
    assert set(window.canvas.sheet.nodes) == set(chain.graph.nodes)
    user.press(Qt.Key.Key_Z, CTRL | SHIFT, window.canvas)
    assert editor.where == ()
    assert use in window.canvas.sheet.nodes


def test_another_document_opens_while_a_layer_inside_a_block_is_selected(window, user, chain, tmp_path):
    use = group_two(window, user, chain)
    user.click_node(use)
    user.press(Qt.Key.Key_Tab, widget=window.canvas)
    user.click_node("linear_1")
    window.editor.mark_saved(tmp_path / "saved.nnd")
    user.press(Qt.Key.Key_N, CTRL, window.canvas)
    assert window.editor.project == Project()
    assert (window.editor.where, window.editor.selected_nodes) == ((), frozenset())
    assert not window.notices.shown  # a fault of a listener would be told there


def test_m_lets_data_pass_a_layer_by(window, user, chain):
    window.filing.show(chain)
    user.click_node("relu_1")
    user.press(Qt.Key.Key_M, widget=window.canvas)
    item = window.canvas.sheet.nodes["relu_1"]
    assert window.editor.project.graph.nodes["relu_1"].options == {"when": False}
    assert window.canvas.sheet.face(item).off
    assert window.canvas.sheet.face(item).line == "off"
    assert window.editor.inference.nodes["linear_2"].outputs is not None
    window.canvas.viewport().repaint()
    user.press(Qt.Key.Key_M, widget=window.canvas)
    assert window.editor.project == chain


def test_a_parameter_is_added_and_used_in_an_expression(window, user, chain):
    editor, inspector = window.editor, window.workbench.panel("inspector")
    use = group_two(window, user, chain)
    block = used_block(editor.project.graph.nodes[use].kind)
    form = inspector.layer.block
    user.click(form.add)
    user.type("width")
    user.press(Qt.Key.Key_Return)
    assert [(one.name, one.default) for one in editor.project.blocks[block].parameters] == [("width", 64)]
    user.click_node(use)
    user.press(Qt.Key.Key_Tab, widget=window.canvas)
    user.click_node("linear_1")
    row = inspector.layer.form.rows["out_features"]
    user.retype(row.field, "=wide * 4")
    assert "wide" in row.message.text()
    user.retype(row.field, "=width * 4")
    assert row.field.note == "→ 256"
    bias = inspector.layer.form.rows["bias"]
    bias.field.setFocus()
    user.type("=", bias.field)  # the box becomes an entry
    user.type("width > 100")
    user.press(Qt.Key.Key_Return)
    assert editor.view.graph.nodes["linear_1"].parameters["bias"] == "=width > 100"
    assert bias.formula.isVisible()
    assert editor.view_inference.nodes["linear_1"].values["bias"] is False

    window.editor.leave()
    user.click_node(use)
    user.retype(inspector.layer.form.rows["width"].field, "5")
    assert editor.inference.nodes[use].outputs[0].sizes == (20,)
    user.retype(inspector.layer.repeat.rows["repeat"].field, "3")
    assert "× 3" in window.canvas.sheet.face(window.canvas.sheet.nodes[use]).line
    item = form.table.item(0, 0)
    form.table.editItem(item)
    user.type("size")
    user.press(Qt.Key.Key_Return)
    assert editor.project.blocks[block].graph.nodes["linear_1"].parameters["out_features"] == "=size * 4"
    assert editor.project.graph.nodes[use].parameters == {"size": 5}
    form.table.editItem(form.table.item(0, 0))
    user.type("for")  # a word of Python
    user.press(Qt.Key.Key_Return)
    assert form.message.isVisible()
    assert form.table.item(0, 0).text() == "size"


def test_options_are_set_for_all_selected_layers(window, user, chain):
    window.filing.show(chain)
    user.click_node("linear_1")
    user.click_node("linear_2", keys=SHIFT)
    inspector = window.workbench.panel("inspector")
    section = inspector.selection.options
    user.click(section.head)
    user.click(section.form.rows["frozen"].field, QPoint(8, 8))
    assert all(window.editor.project.graph.nodes[key].options == {"frozen": True} for key in ("linear_1", "linear_2"))
    user.click_node("linear_2")
    layer = inspector.layer.options
    user.click(layer.head)
    assert {"when", "weight_init", "frozen", "lr_factor", "l1", "l2"} <= set(layer.form.rows)
    user.retype(layer.form.rows["l2"].field, "0.01")
    assert window.editor.project.graph.nodes["linear_2"].options == {"frozen": True, "l2": 0.01}
    user.click(layer.form.rows["frozen"].back)
    assert window.editor.project.graph.nodes["linear_2"].options == {"l2": 0.01}


def test_weights_are_shared_by_choice(window, user, chain):
    window.filing.show(chain)
    user.click_node("linear_1")
    user.press(Qt.Key.Key_D, CTRL, window.canvas)
    (copy,) = window.editor.selected_nodes
    picker = window.workbench.panel("inspector").layer.options
    assert not picker.shared.count()  # nothing is made while it is folded
    project = window.editor.project
    edge = next(edge for edge in project.graph.edges if edge.target == "linear_1")
    window.editor.apply("connect", connect(project, edge._replace(target=copy)))
    user.click(picker.head)
    assert [picker.shared.itemData(row) for row in range(picker.shared.count())] == ["", "linear_1"]
    user.press(Qt.Key.Key_Down, widget=picker.shared)
    picker.shared.activated.emit(picker.shared.currentIndex())
    assert window.editor.project.graph.nodes[copy].options == {"shared_with": "linear_1"}


def test_a_block_goes_into_the_library_and_from_there_onto_a_wire(window, user, chain, carry):
    use = group_two(window, user, chain)
    user.choose("Network", "Save block to library")
    tree = window.workbench.panel("palette").tree
    assert [family.text(0) for family in tree.families()[:3]] == ["Blocks", "Library", "Data"]
    window.editor.mark_saved(window.settings.path)
    window.filing.show(chain)  # another project, which has no blocks
    settle()
    assert [family.text(0) for family in tree.families()[:2]] == ["Library", "Data"]
    kind = tree.families()[0].child(0).data(0, Qt.ItemDataRole.UserRole)
    sheet = window.canvas.sheet
    edge = next(edge for edge in sheet.edges if edge.target == "linear_1")
    x, y = sheet.nodes["linear_1"].position
    place = window.canvas.mapFromScene(x + 104, y - 20)
    carry(window.canvas.viewport(), place)
    start = layer_place(tree, kind)
    QTest.mousePress(tree.viewport(), LEFT, NO_KEYS, start)
    for step in (8, 16, 40):
        QTest.mouseMove(tree.viewport(), start + QPoint(step, 0))
        settle()
    QTest.mouseRelease(tree.viewport(), LEFT, NO_KEYS, start)
    (new,) = window.editor.selected_nodes
    project = window.editor.project
    assert used_block(project.graph.nodes[new].kind) in project.blocks
    assert any(one.source == edge.source and one.target == new for one in project.graph.edges)
    assert infer_project(project).nodes[new].outputs is not None
    (user_blocks() / "bad.nnd").write_text("{")
    window.refresh_library()
    assert any("bad.nnd" in notice.text for notice in window.notices.shown)
    item = tree.itemAt(layer_place(tree, kind))
    assert item.text(0) == window.editor.project.blocks[used_block(project.graph.nodes[new].kind)].name
    choose_in_menu(window, user, tree, kind, "Remove from library")
    assert "Library" not in [family.text(0) for family in tree.families()]
    assert use


def choose_in_menu(window, user, tree, kind: str, entry: str) -> None:
    """Open the context menu of a row of the palette, and click an entry."""
    place = layer_place(tree, kind)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, tree.viewport().mapToGlobal(place))
    QApplication.sendEvent(tree.viewport(), event)
    menu = QApplication.activePopupWidget()
    user.click(menu, menu.actionGeometry(find_entry(menu, entry)).center())


def test_blocks_of_the_palette_are_entered_and_removed_once_unused(window, user, chain):
    use = group_two(window, user, chain)
    tree = window.workbench.panel("palette").tree
    kind = window.editor.project.graph.nodes[use].kind
    choose_in_menu(window, user, tree, kind, "Step inside")
    assert window.editor.where == (used_block(kind),)
    assert tree.item_of(kind) is None  # it cannot stand in itself
    user.press(Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier, window.canvas)
    user.press(Qt.Key.Key_G, CTRL | SHIFT, window.canvas)
    choose_in_menu(window, user, tree, kind, "Remove from project")
    assert window.editor.project.blocks == {}
    assert tree.item_of(kind) is None


def test_a_block_is_searched_and_placed(window, user, chain):
    group_two(window, user, chain)
    user.press(Qt.Key.Key_F2, SHIFT)
    user.type("Dense")
    user.press(Qt.Key.Key_Return)
    user.press(Qt.Key.Key_Escape, widget=window.canvas)
    user.press(Qt.Key.Key_Tab, widget=window.canvas)
    user.type("dense", window.hands.box.line)
    assert window.hands.box.list.titles[0] == "Dense"
    user.press(Qt.Key.Key_Return, widget=window.hands.box.line)
    uses = [node for node in window.editor.project.graph.nodes.values() if used_block(node.kind)]
    assert len(uses) == 2


def test_problems_and_lines_of_code_lead_into_blocks(window, user, chain):
    editor = window.editor
    use = group_two(window, user, chain)
    block = used_block(editor.project.graph.nodes[use].kind)
    code = user.show("code")
    (line, *_) = code.lines[f"block:{block}/linear_1"]
    code.view.line_clicked.emit(line)
    assert editor.where == (block,)
    assert editor.selected_nodes == {"linear_1"}
    assert line in code.view.marked
    assert "inside LinearRelu" in window.status.totals.text()
    (wire,) = editor.view.graph.incoming["relu_1"]
    editor.select((), [wire])
    user.press(Qt.Key.Key_Delete, widget=window.canvas)
    assert window.canvas.sheet.nodes["relu_1"].badge
    problems = user.show("problems")
    user.click(window.crumbs.buttons[0])
    row = next(row for row in problems.rows if row.isVisible() and row.node.text() == "relu1")
    user.click(row, QPoint(20, 8))
    assert editor.where == (block,)
    assert editor.selected_nodes == {"relu_1"}


def test_a_key_of_a_running_network_leads_to_its_node(window, small_resnet):
    editor = window.editor
    window.guide.show_node("stage1/rest[0]/conv3")
    assert [(step.node, step.index) for step in editor.way] == [("stage1", 0), ("rest", 0)]
    assert editor.selected_nodes == {"conv3"}
    assert editor.key_of("conv3") == "stage1/rest/conv3"  # it is there once only
    editor.leave()
    assert editor.selected_nodes == {"rest"}


def test_one_use_is_made_independent(window, user, small_resnet):
    editor = window.editor
    user.click_node("stage1")
    user.choose("Network", "Make independent")
    kinds = {editor.project.graph.nodes[key].kind for key in ("stage0", "stage1")}
    assert len(kinds) == 2
    assert len(editor.project.blocks) == 3
    user.press(Qt.Key.Key_Z, CTRL, window.canvas)
    assert editor.project == small_resnet


def test_a_layer_is_pasted_into_a_block_and_wired_there(window, user, small_resnet):
    editor = window.editor
    user.click_node("fc")
    user.press(Qt.Key.Key_C, CTRL, window.canvas)
    editor.enter_block("bottleneck")
    settle()
    before = editor.view.graph
    user.press(Qt.Key.Key_V, CTRL, window.canvas)
    assert len(editor.view.graph.nodes) == len(before.nodes) + 1
    assert len(editor.project.graph.nodes) == len(small_resnet.graph.nodes)
    user.click_node("conv1")
    user.press(Qt.Key.Key_Delete, widget=window.canvas)
    assert "conv1" not in editor.project.blocks["bottleneck"].graph.nodes
    menu = window.menus.context_menu("canvas")
    assert find_entry(menu, "Step out")
    menu.deleteLater()
    assert isinstance(menu, QMenu)


def test_layers_of_a_repeated_block_are_told_apart(window):
    window.editor.open(open_template("tiny-gpt"))
    names = [window.guide.name_layer(f"blocks[{turn}]/norm1") for turn in range(2)]
    assert names == ["blocks 1 / norm1", "blocks 2 / norm1"]
    assert window.guide.name_layer("head") == "head"
    assert window.guide.name_layer("gone[3]/norm1") == "gone[3]/norm1"
