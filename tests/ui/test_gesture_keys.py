"""Each gesture of the hand by its keys: the page of shortcuts promises them, here they are pressed."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from designer.catalogue.templates import open_template
from designer.ui.pages import GESTURES
from tests.ui.conftest import settle, wires

Key = Qt.Key
NONE, CONTROL, SHIFT = (getattr(Qt.KeyboardModifier, f"{name}Modifier") for name in ("No", "Control", "Shift"))
Check = Callable[["Keyboard"], object]
CHECKS: dict[str, Check] = {}


class Keyboard:
    """Somebody who never touches the mouse, before the network of the digits."""

    def __init__(self, window, user) -> None:
        self.window, self.user = window, user
        self.editor = window.editor

    def press(self, key: Key, keys: Qt.KeyboardModifier = NONE) -> None:
        self.window.canvas.setFocus()
        self.user.press(key, keys, self.window.canvas)

    def search(self, text: str) -> None:
        self.user.type(text, self.window.asking.box.line)
        self.user.press(Key.Key_Return, widget=self.window.asking.box.line)

    @property
    def selected(self) -> set[str]:
        return set(self.editor.selected_nodes)

    def kinds(self) -> list[str]:
        return [node.kind for node in self.editor.view.graph.nodes.values()]


def does(gesture: str) -> Callable[[Check], Check]:
    def keep(check: Check) -> Check:
        CHECKS[gesture] = check
        return check

    return keep


@does("Double click on the canvas")
def add(board: Keyboard) -> None:
    for key in (Key.Key_Tab, Key.Key_Space):
        board.editor.select()
        board.press(key)
        board.search("Sigmoid")
    assert board.kinds().count("Sigmoid") == 2


@does("Drag from the palette")
def place(board: Keyboard) -> None:
    board.editor.select(["head"])
    board.press(Key.Key_Tab)
    board.search("Sigmoid")
    (new,) = board.selected
    assert ("head", board.editor.view.graph.nodes[new].name) in wires(board.editor.view)


@does("Drag from the palette onto a wire")
def insert(board: Keyboard) -> None:
    board.editor.select(["relu1"])
    board.press(Key.Key_W)
    (edge,) = board.editor.selected_edges
    board.press(Key.Key_Tab)
    board.search("Sigmoid")
    (new,) = board.selected
    name = board.editor.view.graph.nodes[new].name
    assert {(edge.source, name), (name, edge.target)} <= wires(board.editor.view)
    assert edge not in board.editor.view.graph.edges


@does("Drag from the palette onto a card")
def swap(board: Keyboard) -> None:
    board.editor.select(["relu1"])
    before = len(board.editor.view.graph.edges)
    board.press(Key.Key_R)
    board.search("Sigmoid")
    assert "Sigmoid" in board.kinds()
    assert len(board.editor.view.graph.edges) == before


@does("Drag from a port")
def join(board: Keyboard) -> None:
    board.press(Key.Key_Tab)
    board.search("Sigmoid")
    (new,) = board.selected
    board.editor.select([new])
    before = set(board.editor.view.graph.edges)
    board.press(Key.Key_C)
    board.user.press(Key.Key_Return, widget=board.window.asking.box.line)
    assert len(set(board.editor.view.graph.edges) - before) == 1


@does("Drag the end of a wire away")
@does("Ctrl drag across wires")
def cut(board: Keyboard) -> None:
    board.editor.select(["relu1"])
    board.press(Key.Key_W)
    (edge,) = board.editor.selected_edges
    board.press(Key.Key_Delete)
    assert edge not in board.editor.view.graph.edges


@does("Alt drag a layer")
def take_out(board: Keyboard) -> None:
    board.editor.select(["relu1"])
    board.press(Key.Key_U)
    assert not [pair for pair in wires(board.editor.view) if "relu1" in pair]
    assert ("bn1", "pool1") in wires(board.editor.view)


@does("Drag a layer")
def nudge(board: Keyboard) -> None:
    board.editor.select(["relu1"])
    x, y = board.editor.view.layout["relu1"]
    board.press(Key.Key_Right, SHIFT)
    assert board.editor.view.layout["relu1"] == (x + 8, y)


@does("Click")
def walk(board: Keyboard) -> None:
    board.editor.select(["conv1"])
    board.press(Key.Key_Down)
    assert board.selected == {"bn1"}


@does("Click on a wire")
def pick(board: Keyboard) -> None:
    board.editor.select(["relu1"])
    board.press(Key.Key_W)
    first = board.editor.selected_edges
    board.press(Key.Key_W)
    assert len(first) == 1
    assert len(board.editor.selected_edges) == 1


@does("Shift or Ctrl click")
@does("Drag on the canvas")
def add_to_selection(board: Keyboard) -> None:
    board.editor.select(["conv1"])
    board.press(Key.Key_Down, CONTROL)
    assert board.selected == {"conv1", "bn1"}
    board.press(Key.Key_A, CONTROL)
    assert board.selected == set(board.editor.view.graph.nodes)


@does("Double click on a layer")
def edit(board: Keyboard) -> None:
    board.editor.select(["conv1"])
    board.press(Key.Key_Return)
    assert board.window.workbench.docks["inspector"].isAncestorOf(QApplication.focusWidget())


@does("Double click on a block")
def step_in(board: Keyboard) -> None:
    board.window.filing.show(open_template("resnet-50"))
    nodes = board.editor.view.graph.nodes
    use = next(key for key, node in nodes.items() if node.kind.startswith("block:"))
    for key in (Key.Key_Return, Key.Key_Tab):
        board.editor.select([use])
        board.press(key)
        assert board.editor.where
        board.editor.leave()


@does("Right click")
def menu(board: Keyboard) -> None:
    board.editor.select(["conv1"])
    board.press(Key.Key_F10, SHIFT)  # the Menu key is made a menu by the platform's plug-in
    shown = QApplication.activePopupWidget()
    assert isinstance(shown, QMenu)
    assert "Cut" in [action.text() for action in shown.actions()]
    QTest.keyClick(shown, Key.Key_Escape)
    settle()


@does("Wheel, pinch")
def zoom(board: Keyboard) -> None:
    scale = board.window.canvas.scale_now
    board.press(Key.Key_Plus, CONTROL)
    assert board.window.canvas.scale_now > scale
    board.press(Key.Key_Minus, CONTROL)
    assert board.window.canvas.scale_now == pytest.approx(scale)


@does("Middle drag, Space drag, the minimap")
def pan(board: Keyboard) -> None:
    before = board.window.canvas.view_centre()
    board.press(Key.Key_PageDown)
    assert board.window.canvas.view_centre().y() > before.y()
    board.press(Key.Key_PageUp)
    board.press(Key.Key_PageDown, SHIFT)
    assert board.window.canvas.view_centre().x() > before.x()


@does("Click on nothing")
def let_go(board: Keyboard) -> None:
    board.editor.select(["conv1"])
    board.press(Key.Key_Escape)
    assert not board.selected


def test_every_gesture_has_its_check():
    assert [hand for hand, _, keys in GESTURES if hand not in CHECKS or not keys] == []


@pytest.mark.parametrize("gesture", CHECKS)
def test_the_keys_do_what_the_hand_does(window, user, gesture):
    window.filing.show(open_template("digits-cnn"))
    settle()
    CHECKS[gesture](Keyboard(window, user))
