"""Building a network by hand in the real window: every step by mouse or keyboard, every check on the document."""

import itertools

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from designer.document.edits import move_nodes
from designer.ui.canvas.geometry import CARD_HEIGHT, CARD_WIDTH, PortRef
from designer.ui.panels.palette import LayerTree
from tests.ui.conftest import LEFT, NO_KEYS, names, settle, wires
from tests.ui.drawing import drag

CTRL = Qt.KeyboardModifier.ControlModifier


def layer_place(tree: LayerTree, kind: str) -> QPoint:
    item = tree.item_of(kind)
    assert item is not None
    tree.scrollToItem(item)
    return tree.visualItemRect(item).center()


def test_a_layer_is_dragged_from_the_palette(window, user, carry):
    tree, viewport = window.workbench.panel("palette").tree, window.canvas.viewport()
    carry(viewport, QPoint(300, 200))
    start = layer_place(tree, "Conv2d")
    QTest.mousePress(tree.viewport(), LEFT, NO_KEYS, start)
    for step in (8, 16, 40):
        QTest.mouseMove(tree.viewport(), start + QPoint(step, 0))
        settle()
    QTest.mouseRelease(tree.viewport(), LEFT, NO_KEYS, start)
    assert names(window.editor.project) == ["conv1"]
    (place,) = window.editor.project.layout.values()
    shown = window.canvas.mapFromScene(place[0] + 104, place[1] + 22)
    assert (shown - QPoint(300, 200)).manhattanLength() < 16
    assert window.editor.history.undo_title == "add conv1"


def test_a_double_click_adds_after_the_selection_and_connects(window, user):
    tree = window.workbench.panel("palette").tree
    for kind in ("Input", "Flatten", "Linear", "Output"):
        user.double_click(tree.viewport(), layer_place(tree, kind))
    assert wires(window.editor.project) == {("input", "flatten1"), ("flatten1", "linear1"), ("linear1", "output")}
    tops = [y for _, y in window.editor.project.layout.values()]
    assert tops == sorted(tops)
    assert len(set(tops)) == 4


def test_a_layer_added_within_a_chain_is_inserted(window, user, chain):
    window.filing.show(chain)
    user.click_node("linear_1")
    tree = window.workbench.panel("palette").tree
    user.double_click(tree.viewport(), layer_place(tree, "Dropout"))
    assert {("linear1", "drop1"), ("drop1", "relu1")} <= wires(window.editor.project)
    assert ("linear1", "relu1") not in wires(window.editor.project)
    window.editor.undo()
    assert window.editor.project == chain


def test_the_palette_is_searched_by_keyboard(window, user):
    palette = window.workbench.panel("palette")
    user.click(palette.search)
    user.type("bn2")
    shown = {
        family.child(place).text(0)
        for family in palette.tree.families()
        for place in range(family.childCount())
        if not family.isHidden() and not family.child(place).isHidden()
    }
    assert shown <= {"BatchNorm1d", "BatchNorm2d", "BatchNorm3d"}
    assert palette.tree.currentItem().text(0) == "BatchNorm2d"
    user.press(Qt.Key.Key_Return)
    assert [node.kind for node in window.editor.project.graph.nodes.values()] == ["BatchNorm2d"]
    user.click(palette.search)
    user.press(Qt.Key.Key_Escape)
    assert palette.search.text() == ""
    user.press(Qt.Key.Key_Down)
    assert QApplication.focusWidget() is palette.tree


def test_a_family_folds(window, user):
    tree = window.workbench.panel("palette").tree
    family = tree.families()[0]
    user.click(tree.viewport(), tree.visualItemRect(family).center())
    assert not family.isExpanded()
    tree.setFocus()
    user.press(Qt.Key.Key_Return, widget=tree)
    assert family.isExpanded()


@pytest.mark.parametrize("key", [Qt.Key.Key_Tab, Qt.Key.Key_Space], ids=["tab", "space"])
def test_search_to_add_by_keyboard(window, user, key):
    window.canvas.setFocus()
    user.press(key, widget=window.canvas)
    box = window.hands.box
    assert box.isVisible()
    user.type("dens", box.line)
    user.press(Qt.Key.Key_Return, widget=box.line)
    assert not box.isVisible()
    assert names(window.editor.project) == ["linear1"]
    user.press(key, widget=window.canvas)
    user.type("relu", box.line)
    user.press(Qt.Key.Key_Down, widget=box.line)
    user.press(Qt.Key.Key_Up, widget=box.line)
    user.press(Qt.Key.Key_Return, widget=box.line)
    assert wires(window.editor.project) == {("linear1", "relu1")}


def test_search_to_add_by_double_click_lies_where_it_was_asked_for(window, user):
    user.double_click(window.canvas.viewport(), QPoint(200, 150))
    box = window.hands.box
    user.type("input", box.line)
    user.press(Qt.Key.Key_Return, widget=box.line)
    (place,) = window.editor.project.layout.values()
    assert (window.canvas.mapFromScene(place[0] + 104, place[1] + 22) - QPoint(200, 150)).manhattanLength() < 16


def test_the_search_box_closes_on_escape_and_says_when_nothing_fits(window, user):
    user.double_click(window.canvas.viewport(), QPoint(200, 150))
    box = window.hands.box
    user.type("qqqq", box.line)
    assert box.none.isVisible()
    assert not box.list.titles
    user.press(Qt.Key.Key_Return, widget=box.line)
    assert box.isVisible()
    user.press(Qt.Key.Key_Escape, widget=box.line)
    assert not box.isVisible()
    assert not window.editor.project.graph.nodes


def test_undo_and_redo_by_menu_and_keys(window, user, chain):
    window.filing.show(chain)
    user.click_node("relu_1")
    user.press(Qt.Key.Key_Delete, widget=window.canvas)
    assert "relu1" not in names(window.editor.project)
    assert ("linear1", "linear2") in wires(window.editor.project)
    user.choose("Edit", "Undo delete relu1")
    assert window.editor.project == chain
    user.choose("Edit", "Redo delete relu1")
    assert "relu1" not in names(window.editor.project)
    user.press(Qt.Key.Key_Z, CTRL, window.canvas)
    assert window.editor.project == chain
    user.tool("edit.redo")
    assert "relu1" not in names(window.editor.project)


def test_copy_paste_cut_and_duplicate(window, user, chain):
    window.filing.show(chain)
    window.canvas.setFocus()
    user.click_node("linear_1")
    user.click_node("relu_1", keys=CTRL)
    user.press(Qt.Key.Key_C, CTRL, window.canvas)
    user.press(Qt.Key.Key_V, CTRL, window.canvas)
    assert names(window.editor.project)[-2:] == ["linear3", "relu2"]
    assert ("linear3", "relu2") in wires(window.editor.project)
    assert window.editor.selected_nodes == frozenset(list(window.editor.project.graph.nodes)[-2:])
    assert window.editor.history.undo_title == "paste 2 layers"
    user.press(Qt.Key.Key_D, CTRL, window.canvas)
    assert len(window.editor.project.graph.nodes) == len(chain.graph.nodes) + 4
    user.press(Qt.Key.Key_X, CTRL, window.canvas)
    assert len(window.editor.project.graph.nodes) == len(chain.graph.nodes) + 2
    user.choose("Edit", "Paste")
    assert len(window.editor.project.graph.nodes) == len(chain.graph.nodes) + 4
    for _ in range(4):
        user.press(Qt.Key.Key_Z, CTRL, window.canvas)
    assert window.editor.project == chain


def covers_nothing(project) -> bool:
    places = list(project.layout.values())
    return all(
        abs(x - u) >= CARD_WIDTH or abs(y - v) >= CARD_HEIGHT for (x, y), (u, v) in itertools.combinations(places, 2)
    )


def test_what_is_pasted_lies_at_the_pointer_and_covers_nothing(window, user, chain):
    window.filing.show(chain)
    editor, canvas = window.editor, window.canvas
    user.click_node("linear_1")
    user.press(Qt.Key.Key_C, CTRL, canvas)
    place = QPoint(120, 300)
    QCursor.setPos(canvas.viewport().mapToGlobal(place))
    user.press(Qt.Key.Key_V, CTRL, canvas)
    (new,) = editor.selected_nodes
    middle = canvas.sheet.nodes[new].rect.center()
    assert (canvas.mapFromScene(middle) - place).manhattanLength() < 16
    user.press(Qt.Key.Key_V, CTRL, canvas)
    QCursor.setPos(window.mapToGlobal(QPoint(5, 5)))
    user.press(Qt.Key.Key_V, CTRL, canvas)
    user.press(Qt.Key.Key_D, CTRL, canvas)
    assert len(editor.project.graph.nodes) == len(chain.graph.nodes) + 4
    assert covers_nothing(editor.project)
    canvas.centerOn(9000, 9000)
    user.press(Qt.Key.Key_V, CTRL, canvas)
    (new,) = editor.selected_nodes
    assert (canvas.sheet.nodes[new].rect.center() - canvas.view_centre()).manhattanLength() < 16


@pytest.mark.parametrize("share", [(0.01, 0.5), (0.99, 0.5), (0.5, 0.01), (0.99, 0.99), (0.5, 0.5)])
def test_what_is_pasted_near_the_edge_of_the_view_comes_into_view(window, user, chain, share):
    window.filing.show(chain)
    editor, canvas = window.editor, window.canvas
    user.click_node("linear_1")
    user.click_node("relu_1", keys=CTRL)
    user.press(Qt.Key.Key_C, CTRL, canvas)
    canvas.zoom_by(1 / canvas.scale_now)
    canvas.centerOn(2000, 2000)  # where there is room
    before, view = canvas.area(), canvas.viewport()
    place = QPoint(round(share[0] * view.width()), round(share[1] * view.height()))
    QCursor.setPos(view.mapToGlobal(place))
    user.press(Qt.Key.Key_V, CTRL, canvas)
    box = canvas.sheet.bounds(editor.selected_nodes)
    assert canvas.area().grow(-20).encloses(box)
    assert (canvas.area() == before) == before.grow(-24).encloses(box)
    assert canvas.area().meets(before)


@pytest.mark.parametrize("text", ["import os; os.remove('/')", '{"nodes": nothing', '{"a": 1}'])
def test_foreign_text_is_not_pasted(window, user, text):
    QApplication.clipboard().setText(text)
    user.choose("Edit", "Paste")
    assert not window.editor.project.graph.nodes
    (notice,) = window.notices.shown
    assert notice.text == "Nothing to paste: the clipboard holds no layers. Copy some first."


def test_select_all_arrange_and_rename(window, user, chain):
    window.filing.show(chain)
    user.press(Qt.Key.Key_A, CTRL, window.canvas)
    assert window.editor.selected_nodes == frozenset(chain.graph.nodes)
    x, y = chain.layout["relu_1"]
    window.editor.apply("move", move_nodes(chain, {"relu_1": (x + 500, y)}))
    user.tool("network.arrange")
    assert window.editor.project.layout == chain.layout
    user.click_node("relu_1")
    user.press(Qt.Key.Key_F2, widget=window.canvas)
    user.type("gate")
    user.press(Qt.Key.Key_Return)
    assert window.editor.project.graph.nodes["relu_1"].name == "gate"
    assert window.editor.history.undo_title == "rename relu1 to gate"


def right_click(window, place: QPoint) -> None:
    viewport = window.canvas.viewport()
    QTest.mousePress(viewport, Qt.MouseButton.RightButton, NO_KEYS, place)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, viewport.mapToGlobal(place))
    QApplication.sendEvent(viewport, event)
    settle()


def test_the_context_menu_belongs_to_what_is_under_the_pointer(window, user, chain):
    window.filing.show(chain)
    right_click(window, user.canvas_place("relu_1"))
    assert window.editor.selected_nodes == {"relu_1"}
    menu = QApplication.activePopupWidget()
    assert {"Cut", "Copy", "Duplicate", "Delete", "Rename"} <= {action.text() for action in menu.actions()}
    user.press(Qt.Key.Key_Escape, widget=menu)
    right_click(window, QPoint(5, 5))
    menu = QApplication.activePopupWidget()
    assert {"Add layer", "Arrange", "Paste", "Fit"} <= {action.text() for action in menu.actions()}
    user.press(Qt.Key.Key_Escape, widget=menu)


def test_an_empty_canvas_says_how_to_begin(window, user):
    assert window.hint.isVisible()
    user.choose("Network", "Add layer")
    user.type("input", window.hands.box.line)
    user.press(Qt.Key.Key_Return, widget=window.hands.box.line)
    assert not window.hint.isVisible()
    user.press(Qt.Key.Key_Z, CTRL, window.canvas)
    assert window.hint.isVisible()


def test_a_wire_dropped_on_nothing_asks_for_what_fits(window, user, chain):
    window.filing.show(chain)
    canvas, viewport = window.canvas, window.canvas.viewport()
    port = canvas.sheet.nodes["relu_1"].point_of(PortRef("relu_1", 0, True))
    start, end = canvas.mapFromScene(QPointF(*port)), QPoint(viewport.width() - 60, 60)
    drag(viewport, [start + (end - start) * part / 6 for part in range(7)])
    box = window.hands.box
    assert box.isVisible()
    offered = set(box.list.titles)
    assert "Linear" in offered
    assert "Input" not in offered
    assert "Conv2d" not in offered  # it takes images, and a vector leaves here
    user.type("drop", box.line)
    user.press(Qt.Key.Key_Return, widget=box.line)
    assert ("relu1", "drop1") in wires(window.editor.project)
    assert ("relu1", "linear2") in wires(window.editor.project)
    assert window.editor.history.undo_title == "add drop1 after relu1"
