"""The box in which layers, wires and commands are asked for by name."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from designer.ui.canvas.geometry import PortRef
from designer.ui.canvas.view import LAYER_MIME
from designer.ui.settings import MOST_RECENT, Settings
from designer.ui.text_match import rate_text
from tests.ui.conftest import drop_on, names, settle, wires

Key = Qt.Key
CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def box(window, chain):
    window.filing.show(chain)
    window.canvas.setFocus()
    return window.asking.box


def test_what_was_used_lately_comes_first_and_is_remembered(window, user, box, settings):
    for kind in ("gelu", "conv2d"):
        user.press(Key.Key_Tab, widget=window.canvas)
        user.type(kind, box.line)
        user.press(Key.Key_Return, widget=box.line)
    window.editor.select()
    user.press(Key.Key_Tab, widget=window.canvas)
    assert [(offer.title, offer.note) for offer in box.list.offers][:3] == [
        ("Conv2d", "recent"),
        ("GELU", "recent"),
        ("Input", ""),
    ]
    user.type("conv", box.line)
    assert box.list.titles[:2] == ["Conv2d", "Conv1d"]
    user.press(Key.Key_Escape, widget=box.line)
    settings.flush()
    again = Settings(settings.path)
    assert again.chosen("layers") == ["Conv2d", "GELU"]
    for number in range(2 * MOST_RECENT):
        again.add_chosen("layers", f"kind{number}")
    assert len(again.chosen("layers")) == MOST_RECENT


def test_settings_are_typed_with_the_name(window, user, box):
    window.editor.select(["relu_1"])
    user.press(Key.Key_Tab, widget=window.canvas)
    user.type("linear 17", box.line)
    assert box.list.offers[0].detail == "out_features 17"
    user.press(Key.Key_Return, widget=box.line)
    (new,) = window.editor.selected_nodes
    assert window.editor.project.graph.nodes[new].parameters["out_features"] == 17
    assert len(window.editor.history.titles) == 1


@pytest.mark.parametrize("way", ["tab", "space", "bar"])
def test_from_the_keys_a_layer_goes_on_in_the_chain_wherever_the_pointer_rests(window, user, box, way):
    user.click_node("relu_1")
    QTest.mouseMove(window.canvas.viewport(), QPoint(40, 500))
    if way == "bar":
        user.tool("network.add")
    else:
        user.press(Key.Key_Tab if way == "tab" else Key.Key_Space, widget=window.canvas)
    user.type("gelu", box.line)
    user.press(Key.Key_Return, widget=box.line)
    project = window.editor.project
    assert {("relu1", "gelu1"), ("gelu1", "linear2")} <= wires(project)
    assert ("relu1", "linear2") not in wires(project)
    (new,) = window.editor.selected_nodes
    assert project.layout[new][0] == project.layout["relu_1"][0]


def test_a_double_click_beside_adds_a_branch_where_it_points(window, user, box):
    user.click_node("relu_1")
    user.double_click(window.canvas.viewport(), QPoint(60, 500))
    user.type("gelu", box.line)
    user.press(Key.Key_Return, widget=box.line)
    project = window.editor.project
    assert {("relu1", "gelu1"), ("relu1", "linear2")} <= wires(project)
    (new,) = window.editor.selected_nodes
    assert project.layout[new][0] < project.layout["relu_1"][0]


def test_a_layer_goes_into_the_selected_wire(window, user, box):
    (wire,) = window.editor.project.graph.outgoing["flatten_1"]
    window.editor.select((), [wire])
    user.press(Key.Key_Tab, widget=window.canvas)
    user.type("drop", box.line)
    user.press(Key.Key_Return, widget=box.line)
    assert {("flatten1", "drop1"), ("drop1", "linear1")} <= wires(window.editor.project)


def test_a_wire_dragged_from_an_input_asks_for_what_can_feed_it(window, user, box):
    window.asking.ask_layer_at(QPointF(400, 0), PortRef("flatten_1", 0, False))
    every = len(box.list.titles)
    user.press(Key.Key_Escape, widget=box.line)
    window.asking.add("Conv2d")
    (conv,) = window.editor.selected_nodes
    window.asking.ask_layer_at(QPointF(400, 0), PortRef(conv, 0, False))
    assert "MaxPool2d" in box.list.titles
    assert not {"Linear", "Conv1d", "LSTM"} & set(box.list.titles)
    assert len(box.list.titles) < every
    user.press(Key.Key_Escape, widget=box.line)


def test_replacing_keeps_wires_and_is_one_step(window, user, box):
    editor, before = window.editor, window.editor.project
    editor.select(["relu_1"])
    user.press(Key.Key_R, widget=window.canvas)
    assert box.line.placeholderText() == "Replace relu1 with"
    notes = {offer.title: offer.note for offer in box.list.offers}
    assert "ReLU" not in notes
    assert (notes["GELU"], notes["Conv2d"]) == ("", "does not fit")
    assert box.list.titles.index("Conv2d") > box.list.titles.index("Tanh")
    user.type("gelu", box.line)
    user.press(Key.Key_Return, widget=box.line)
    assert editor.project.graph.nodes["relu_1"].kind == "GELU"
    assert editor.project.graph.edges == before.graph.edges
    assert editor.history.undo_title == "replace relu1 by GELU"
    assert names(editor.project)[3] == "gelu1"
    editor.undo()
    editor.select(["relu_1", "linear_1"])
    user.press(Key.Key_R, widget=window.canvas)
    user.type("tanh", box.line)
    user.press(Key.Key_Return, widget=box.line)
    assert editor.history.undo_title == "replace 2 layers by Tanh"
    assert editor.selected_nodes == {"relu_1", "linear_1"}
    editor.undo()
    assert editor.project == before


def test_a_layer_dropped_on_a_card_takes_its_place(window, user, box):
    tree = window.workbench.panel("palette").tree
    tree.setCurrentItem(tree.item_of("Sigmoid"))
    data = tree.mimeData([tree.currentItem()])
    assert data.hasFormat(LAYER_MIME)
    x, y = window.editor.view.layout["relu_1"]
    window.canvas.zoom_by(1 / window.canvas.scale_now)
    window.canvas.centre_on("relu_1")
    drop_on(window.canvas.viewport(), data, window.canvas.mapFromScene(QPointF(x + 104, y + 22)))
    assert window.editor.project.graph.nodes["relu_1"].kind == "Sigmoid"
    assert ("linear1", "sigmoid1") in wires(window.editor.project)
    assert window.editor.project.layout["relu_1"] == (x, y)
    assert window.settings.chosen("layers") == ["Sigmoid"]


def test_a_wire_is_drawn_from_the_keys(window, user, box):
    editor = window.editor
    editor.select(["flatten_1"])
    user.press(Key.Key_C, widget=window.canvas)
    offered = {(offer.title, offer.note): offer.detail for offer in box.list.offers}
    assert offered["relu1", "to"].endswith("in the place of linear1")
    assert ("linear1", "to") not in offered  # that wire is there
    user.type("output", box.line)
    user.press(Key.Key_Return, widget=box.line)
    assert ("flatten1", "output") in wires(editor.project)
    assert ("linear2", "output") not in wires(editor.project)
    editor.undo()
    editor.select(["flatten_1", "relu_1"])
    user.press(Key.Key_C, widget=window.canvas)
    assert box.list.titles == ["relu1"]
    user.press(Key.Key_Escape, widget=box.line)
    assert editor.project.graph.edges


def test_a_layer_is_taken_out_of_its_wires_from_the_keys(window, user, box):
    editor = window.editor
    editor.select(["relu_1"])
    before = editor.project.layout["relu_1"]
    user.press(Key.Key_U, widget=window.canvas)
    assert ("linear1", "linear2") in wires(editor.project)
    assert not editor.project.graph.edges_of(["relu_1"])
    after = editor.project.layout["relu_1"]
    assert after[0] > before[0]
    assert after[1] == before[1]
    assert editor.history.undo_title == "take out relu1"
    assert len(editor.history.titles) == 1


def test_the_command_palette_does_anything_by_name(window, user, box):
    user.press(Key.Key_P, CTRL_SHIFT, window.canvas)
    assert box.isVisible()
    titles = box.list.titles
    assert {"Theme: Light", "Panels: Code", "Save", "Train"} <= set(titles)
    assert "Command palette …" not in titles
    assert not box.list.offers[titles.index("Copy")].enabled  # nothing is selected
    assert all(not offer.enabled for offer in box.list.offers[titles.index("Copy") :])
    user.type("th light", box.line)
    assert box.list.titles[0] == "Theme: Light"
    user.press(Key.Key_Return, widget=box.line)
    assert window.theme.name == "light"
    user.press(Key.Key_P, CTRL_SHIFT, window.canvas)
    assert box.list.titles[0] == "Theme: Light"
    user.type("select all", box.line)
    user.press(Key.Key_Return, widget=box.line)
    assert window.editor.selected_nodes == set(window.editor.project.graph.nodes)
    window.appearance.choose("dark")


def test_rows_are_walked_past_what_cannot_be_chosen_and_spoken_in_words(window, user, box):
    user.press(Key.Key_P, CTRL_SHIFT, window.canvas)
    user.press(Key.Key_Up, widget=box.line)
    assert box.list.current is not None
    user.press(Key.Key_Down, widget=box.line)
    assert box.list.currentIndex().row() == 0
    model = box.list.model()
    copy = model.index(box.list.titles.index("Copy"), 0)
    assert model.data(copy, Qt.ItemDataRole.AccessibleTextRole) == "Copy, Edit, Ctrl+C, not possible now"
    row = box.list.visualRect(model.index(2, 0)).center()
    title = box.list.titles[2]
    QTest.mouseMove(box.list.viewport(), row)
    settle()
    assert box.list.current.title == title
    user.press(Key.Key_Escape, widget=box.line)
    assert QApplication.activePopupWidget() is None


@pytest.mark.parametrize(
    "text, title, fits",
    [("sa", "Save as …", True), ("fs", "Fit selection", True), ("slect", "Fit selection", True), ("xq", "Save", False)],
)
def test_titles_are_matched_by_parts_initials_and_letters(text, title, fits):
    assert (rate_text(text, title) is not None) == fits
    assert rate_text("", title) == 0
