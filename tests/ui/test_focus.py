"""Where the keys go after a command: never nowhere, and back to where they were once what it opened is closed."""

import gc

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QWidget

from designer.catalogue.templates import open_template
from designer.ui.commands import COMMANDS
from designer.ui.window import Window
from tests.ui.conftest import address_of, settle

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LEFT_OUT = {
    "file.quit",
    "train.start",
    "train.step",
}  # the first ends the window; runs are looked at in test_trainer.py
ELSEWHERE = ("go.", "runs.show", "train.evaluate", "train.try")  # these are there to take the keys to a panel


def list_opened(window: Window) -> list[QWidget]:
    """Every window, dialog and box that is in sight beside the window itself."""
    return [one for one in QApplication.topLevelWidgets() if one.isVisible() and one is not window]


def test_going_round_leaves_every_widget_to_its_parent(window):
    window.filing.show(open_template("digits-cnn"))
    window.editor.select(["conv1"])
    for name in ("try", "evaluate", "inspector"):
        window.workbench.show(name)
        settle()
        before = {address_of(widget) for widget in window.findChildren(QWidget)}
        window.rounds.go_to(name)
        QTest.keyClick(window, Qt.Key.Key_Tab)
        gc.collect()  # as the window does in a pause
        assert before <= {address_of(widget) for widget in window.findChildren(QWidget)}


def test_every_command_leaves_the_keys_where_they_were(window, monkeypatch):
    monkeypatch.setattr("PySide6.QtGui.QDesktopServices.openUrl", lambda url: True)  # a program of the desktop's
    opened, strayed = 0, []
    for command in COMMANDS:
        if command.id in LEFT_OUT or command.choices:
            continue
        window.filing.show(open_template("digits-cnn"))
        window.editor.select(["conv1"])
        window.activateWindow()
        window.canvas.setFocus()
        settle()
        window.menus.refresh()
        action = window.menus.actions[command.id]
        if not action.isEnabled():
            continue
        action.trigger()
        settle()
        there = list_opened(window)
        opened += len(there)
        field = QApplication.focusWidget()
        assert field is not None, f"{command.id}: nothing has the keys"
        assert field.isVisible(), f"{command.id}: what has the keys is out of sight"
        if there or field is not window.canvas:
            QTest.keyClick(field, Qt.Key.Key_Escape)
            settle()
        for one in list_opened(window):
            one.close()
        settle()
        if QApplication.focusWidget() is not window.canvas and not command.id.startswith(ELSEWHERE):
            strayed.append(command.id)
    assert not strayed
    assert opened > 12


def test_the_keys_come_back_when_a_script_was_exported(window, user, chain, tmp_path):
    window.filing.show(chain)
    window.canvas.setFocus()
    user.choose("File", "Export script")
    line = window.findChild(QFileDialog).findChild(QLineEdit, "fileNameEdit")
    line.selectAll()
    user.type(str(tmp_path / "train.py"), line)
    user.press(Qt.Key.Key_Return, widget=line)
    assert (tmp_path / "train.py").exists()
    assert QApplication.focusWidget() is window.canvas


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Escape])
def test_a_made_block_is_selected_and_named_by_a_key(window, user, chain, key):
    window.filing.show(chain)
    window.editor.select(["linear_1", "relu_1"])
    window.canvas.setFocus()
    user.press(Qt.Key.Key_G, CONTROL)
    assert QApplication.focusWidget() is window.canvas
    (use,) = window.editor.selected_nodes
    (block,) = window.editor.project.blocks
    before = window.editor.project.blocks[block].name
    user.press(Qt.Key.Key_F2, SHIFT)
    user.type("Dense")  # the name that was made up is selected: typing replaces it
    user.press(key)
    assert QApplication.focusWidget() is window.canvas
    assert window.editor.selected_nodes == {use}
    assert window.editor.project.blocks[block].name == ("Dense" if key == Qt.Key.Key_Return else before)


class Watch(QObject):
    """Notes every widget that is shown as a window."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.shown.append(watched.objectName() or type(watched).__name__)
        return False


def test_no_part_of_a_panel_flashes_as_a_window_when_it_is_made(window):
    """It would also take the keys away from the window."""
    watch = Watch()
    QApplication.instance().installEventFilter(watch)
    try:
        for name in window.workbench.docks:
            window.workbench.show(name)
            settle()
    finally:
        QApplication.instance().removeEventFilter(watch)
    assert watch.shown == []
