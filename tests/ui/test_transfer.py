"""Load weights, freeze layers and replace the head, by menus and dialog in the real window."""

import threading

import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox
from safetensors.torch import load_file

from designer.catalogue.head import is_frozen
from designer.document.edits import set_parameter
from designer.document.files import save
from designer.ui.weights_dialog import WeightsDialog
from tests.ui.conftest import settle

WAIT = 20_000  # milliseconds: torch is imported on the way


@pytest.fixture
def theirs(tmp_path):
    """Weights in other names that fit all of `chain` but its head, which has 5 classes."""
    state = {"body.weight": torch.randn(64, 64), "body.bias": torch.randn(64)}
    path = tmp_path / "theirs.pt"
    torch.save({"state_dict": state | {"fc.weight": torch.randn(5, 64), "fc.bias": torch.randn(5)}}, path)
    return path


@pytest.fixture
def opened(window, chain, tmp_path):
    save(tmp_path / "chain.nnd", chain)
    window.filing.open(tmp_path / "chain.nnd")
    settle()
    return window


def ask(user, qtbot, path):
    """Go through File, Load weights and the file dialog; return the dialog once the file was looked at."""
    user.choose("File", "Load weights")
    user.name_file(path)
    dialog = user.window.findChild(WeightsDialog)
    qtbot.waitUntil(lambda: dialog.bar.isHidden(), timeout=WAIT)
    return dialog


def cells(dialog):
    model = dialog.model
    rows, columns = model.rowCount(), model.columnCount()
    return [[model.index(row, column).data() for column in range(columns)] for row in range(rows)]


def test_weights_are_looked_at_chosen_and_loaded(opened, user, qtbot, theirs, tmp_path):
    dialog = ask(user, qtbot, theirs)
    assert dialog.message.text() == "2 of 4 tensors come from theirs.pt, 2 begin fresh; 2 of the file are not used."
    assert cells(dialog)[:2] == [
        ["body.weight", "layers.1.weight", "64 x 64", "Linear linear1", "by shape and order"],
        ["body.bias", "layers.1.bias", "64", "Linear linear1", "by shape and order"],
    ]
    tick = dialog.model.index(0, 0)
    assert dialog.model.setData(tick, Qt.CheckState.Unchecked.value, Qt.ItemDataRole.CheckStateRole)
    assert cells(dialog)[1][4] == "left out, begins fresh"
    assert not dialog.apply.isEnabled()
    assert dialog.model.setData(tick, Qt.CheckState.Checked.value, Qt.ItemDataRole.CheckStateRole)
    assert dialog.place.text() == str(tmp_path / "chain_start.safetensors")
    with qtbot.waitSignal(dialog.loaded, timeout=WAIT):
        user.click(dialog.apply)
    settle()
    editor = opened.editor
    assert editor.project.training.weights == "chain_start.safetensors"
    assert load_file(tmp_path / "chain_start.safetensors").keys() == {"layers.1.weight", "layers.1.bias"}
    assert "load_weights(model, weights)" in editor.code().text
    assert editor.history.undo_title == "load weights from chain_start.safetensors"
    assert any("2 of 4 tensors" in notice.text for notice in opened.notices.shown)
    user.choose("File", "Begin with fresh weights")
    assert editor.project.training.weights == ""


def test_a_file_that_is_none_is_refused_in_the_dialog(opened, user, qtbot, tmp_path):
    before = opened.editor.project
    (tmp_path / "text.pt").write_text("hello, no weights in here")
    dialog = ask(user, qtbot, tmp_path / "text.pt")
    assert "holds no weights" in dialog.message.text()
    assert not dialog.apply.isEnabled()
    user.click(dialog.buttons.button(QDialogButtonBox.StandardButton.Cancel))
    assert opened.findChild(WeightsDialog) is None
    assert opened.editor.project is before


def test_what_cannot_be_written_is_said_and_the_dialog_stays(opened, user, qtbot, theirs, tmp_path):
    dialog = ask(user, qtbot, theirs)
    dialog.place.setText(str(tmp_path / "no" / "such" / "w.safetensors"))
    user.click(dialog.apply)
    qtbot.waitUntil(lambda: dialog.bar.isHidden(), timeout=WAIT)
    assert "Cannot write" in dialog.message.text()
    assert dialog.apply.isEnabled()
    dialog.reject()


def test_the_dialog_closed_at_once_leaves_no_thread(opened, user, theirs):
    user.choose("File", "Load weights")
    user.name_file(theirs)
    opened.findChild(WeightsDialog).reject()
    settle()
    assert "background" not in {thread.name for thread in threading.enumerate()}


def test_layers_freeze_and_thaw_by_the_menu_of_a_card(opened, user):
    editor = opened.editor
    editor.select(["linear_1", "relu_1"])
    settle()
    menu = opened.menus.context_menu("node")
    assert "Freeze" in [action.text() for action in menu.actions()]
    menu.deleteLater()
    user.choose("Network", "Freeze")
    assert [key for key in editor.project.graph.nodes if is_frozen(editor.project, key)] == ["linear_1"]
    item = opened.canvas.sheet.nodes["linear_1"]
    assert opened.canvas.sheet.face(item).frozen
    user.choose("Network", "Unfreeze")
    assert not opened.canvas.sheet.face(item).frozen
    editor.undo()
    assert is_frozen(editor.project, "linear_1")
    editor.select(["relu_1"])
    settle()
    assert not opened.menus.actions["network.freeze"].isEnabled()


def test_the_head_is_replaced_and_the_rest_frozen(opened, user):
    editor = opened.editor
    editor.apply("widen", set_parameter(editor.project, "linear_2", "out_features", 1000))
    settle()
    user.choose("Network", "Replace the head")
    assert editor.project.graph.nodes["linear_2"].parameters["out_features"] == 10
    assert editor.selected_nodes == {"linear_2"}
    user.choose("Network", "Freeze all but the head")
    assert [key for key in editor.project.graph.nodes if is_frozen(editor.project, key)] == ["linear_1"]
    user.choose("Network", "Replace the head")
    assert any("10 numbers already" in notice.text for notice in opened.notices.shown)
