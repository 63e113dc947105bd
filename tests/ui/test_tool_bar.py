"""The lists of named steps at the buttons of Undo and Redo."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from designer.ui.tool_bar import ToolBar
from tests.ui.conftest import LEFT, NO_KEYS, names, settle


def button_of(window, command: str) -> QToolButton:
    return window.findChild(ToolBar).widgetForAction(window.menus.actions[command])


@pytest.fixture
def built(window, user):
    for kind in ("Input", "Flatten", "Linear", "ReLU"):
        window.hands.add(kind)
    window.menus.refresh()
    settle()
    return window


def open_by_mouse(button: QToolButton) -> None:
    QTest.mouseClick(button, LEFT, NO_KEYS, QPoint(button.width() - 8, button.height() // 2))


def open_by_key(button: QToolButton) -> None:
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Down)
    settle()


@pytest.mark.parametrize("open_list", [open_by_mouse, open_by_key])
def test_a_step_is_chosen_from_the_list(built, open_list: Callable[[QToolButton], None]):
    window, seen = built, []

    def choose(button: QToolButton, row: int) -> None:
        """Take a row of the list that is open by then, and remember what it said."""
        menu = button.menu()
        seen.append([action.text() for action in menu.actions()])
        place = menu.actionGeometry(menu.actions()[row]).center()
        QTest.mouseMove(menu, place)
        QTest.mouseClick(menu, LEFT, NO_KEYS, place)

    undo, redo = button_of(window, "edit.undo"), button_of(window, "edit.redo")
    QTimer.singleShot(0, lambda: QTimer.singleShot(0, lambda: choose(undo, 1)))
    open_list(undo)
    assert seen[-1] == [
        "Add relu1 after linear1",
        "Add linear1 after flatten1",
        "Add flatten1 after input",
        "Add input",
    ]
    assert names(window.editor.project) == ["input", "flatten1"]
    window.menus.refresh()
    QTimer.singleShot(0, lambda: QTimer.singleShot(0, lambda: choose(redo, 1)))
    open_list(redo)
    assert seen[-1] == ["Add linear1 after flatten1", "Add relu1 after linear1"]
    assert names(window.editor.project) == ["input", "flatten1", "linear1", "relu1"]
    assert len(window.editor.history.steps) == 5


def test_the_rest_of_a_long_list_is_in_the_history_tab(built, user):
    window = built
    for _ in range(30):
        window.hands.add("ReLU")
    user.choose("Edit", "Undo several steps", "All 34")
    assert window.workbench.docks["history"].content.isVisible()
