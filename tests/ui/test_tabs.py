"""Several documents in one window: tabs, what belongs to each, and how they are opened and closed."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QPlainTextEdit, QWidget

from designer.document.edits import add_node, remove_nodes, rename_node, set_data, set_name
from designer.document.files import load, save
from designer.document.project import Choice, Data, Project
from designer.ui.documents import name_documents
from designer.ui.open_document import start_document
from designer.ui.window import Window
from tests.ui.conftest import User, drop_on, files, settle
from tests.ui.drawing import drag
from tests.ui.runs import make_moons, single_thread

CTRL = Qt.KeyboardModifier.ControlModifier
ENDLESS = 1_000_000


@pytest.fixture
def moons() -> Project:
    return make_moons(epochs=ENDLESS)


@pytest.fixture
def two(window: Window, chain, moons) -> Window:
    """A window with two documents, the second in sight."""
    window.filing.show(chain)
    window.filing.show(moons)
    settle()
    return window


def texts(window: Window) -> list[str]:
    return [window.tabs.tabText(place) for place in range(window.tabs.count())]


def click_tab(user: User, place: int) -> None:
    tabs = user.window.tabs
    user.click(tabs, tabs.tabRect(place).center())


def test_one_document_needs_no_tabs(window, user, chain):
    assert window.tabs.isHidden()
    window.filing.show(chain)
    assert window.tabs.isHidden()
    assert len(window.documents.all) == 1  # the empty one gave its place
    user.tool("file.new")
    assert window.tabs.isVisible()
    assert texts(window) == ["chain", "untitled"]
    user.press(Qt.Key.Key_W, CTRL, window)
    assert window.tabs.isHidden()


def test_each_tab_keeps_what_belongs_to_it(two, user, chain, moons):
    canvas, editor = two.canvas, two.editor
    canvas.zoom_by(1.7)
    canvas.scroll_by(QPoint(37, 11))
    look = canvas.look()
    editor.select(["linear_1"])
    click_tab(user, 0)
    assert editor.project == chain
    assert editor.selected_nodes == frozenset()
    assert set(canvas.sheet.nodes) == set(chain.graph.nodes)
    assert canvas.scale_now != look.scale
    editor.apply("rename", rename_node(chain, "relu_1", "gate"))
    assert texts(two) == ["• chain", "moons"]
    assert two.windowTitle().startswith("chain")
    for _ in range(6):
        user.press(Qt.Key.Key_PageDown, CTRL, canvas)
    assert editor.project.name == "chain"
    user.press(Qt.Key.Key_PageUp, CTRL, canvas)
    assert editor.project == moons
    assert editor.history.titles == ()
    assert editor.selected_nodes == {"linear_1"}
    assert canvas.marks.nodes == {"linear_1"}
    assert canvas.look() == look
    user.choose("View", "Documents", "chain")
    assert editor.history.titles == ("rename",)
    editor.undo()
    assert editor.project == chain
    assert texts(two) == ["chain", "moons"]


def count_shown(window) -> str:
    """The number of problems on the tab of their panel."""
    badges = [badge for badge in window.findChildren(QLabel, "tabbadge") if badge.isVisible()]
    return badges[0].text() if badges else ""


def test_panels_show_the_document_in_sight(two, user, qtbot):
    qtbot.waitUntil(lambda: count_shown(two) == "")
    two.filing.new()
    two.hands.add("Linear")
    qtbot.waitUntil(lambda: count_shown(two) > "0")
    click_tab(user, 0)
    qtbot.waitUntil(lambda: count_shown(two) == "")
    code = user.show("code")
    assert "Digits" in code.view.toPlainText() or "digits" in code.view.toPlainText()
    click_tab(user, 1)
    code.refresh()
    assert "moons" in code.view.toPlainText().lower()


def test_copies_go_from_one_to_another(two, user, moons):
    click_tab(user, 0)
    two.canvas.setFocus()
    two.editor.select(["flatten_1", "linear_1"])
    user.press(Qt.Key.Key_C, CTRL, two.canvas)
    click_tab(user, 1)
    user.press(Qt.Key.Key_V, CTRL, two.canvas)
    new = two.editor.project.graph.nodes.keys() - moons.graph.nodes.keys()
    assert {two.editor.project.graph.nodes[node].kind for node in new} == {"Flatten", "Linear"}
    assert two.editor.history.titles == ("paste 2 layers",)


def test_what_is_typed_stays_in_its_document(two, user, chain, moons):
    notes = next(one for one in two.workbench.panel("inspector").findChildren(QPlainTextEdit) if one.isVisible())
    user.click(notes.viewport())
    user.type("about moons", notes)
    click_tab(user, 0)
    assert two.editor.project == chain
    click_tab(user, 1)
    assert two.editor.project == replace(moons, notes="about moons")


def test_a_file_is_open_once(window, user, chain, moons, tmp_path):
    for name, project in (("a.nnd", chain), ("b.nnd", moons)):
        save(tmp_path / name, project)
    drop_on(window, files(tmp_path / "a.nnd", tmp_path / "picture.txt", tmp_path / "b.nnd"), QPoint(10, 10))
    assert texts(window) == ["a.nnd", "b.nnd"]
    assert not window.notices.shown
    window.editor.apply("name", set_name(moons, "changed"))
    window.filing.open(tmp_path / "a.nnd")
    window.filing.open(tmp_path / "sub" / ".." / "b.nnd")
    assert texts(window) == ["a.nnd", "• b.nnd"]
    assert window.editor.project.name == "changed"
    window.filing.save_to(tmp_path / "a.nnd")
    (notice,) = window.notices.shown
    assert notice.text.startswith("Not saved. a.nnd is open in another tab")
    assert load(tmp_path / "a.nnd") == chain


def test_closing_asks_about_that_document_alone(two, user, chain, moons):
    two.editor.apply("rename", rename_node(moons, "tanh_1", "gate"))
    user.click(two.tabs.closer(0))
    assert texts(two) == ["• moons"]
    user.choose("File", "Close")
    assert two.findChild(QMessageBox).text() == "Save the changes to moons?"
    user.answer("Cancel")
    assert two.editor.project.graph.nodes["tanh_1"].name == "gate"
    user.choose("File", "Close")
    user.answer("Discard")
    assert two.editor.document.untouched


def test_a_middle_click_closes_and_a_drag_moves(two, user, chain):
    tabs = two.tabs
    start = tabs.tabRect(1).center()
    drag(tabs, [QPoint(x, start.y()) for x in range(start.x(), 2, -8)])
    assert [document.project.name for document in two.documents.all] == ["moons", "chain"]
    assert two.editor.project.name == "moons"
    QTest.mouseClick(tabs, Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier, tabs.tabRect(0).center())
    settle()
    assert two.editor.project == chain
    assert len(two.documents.all) == 1


def test_closing_the_window_asks_about_each(two, user, tmp_path):
    for document, name in zip(two.documents.all, ("one.nnd", "two.nnd"), strict=True):
        two.documents.show(document)
        two.editor.path = tmp_path / name
        two.editor.apply("add", add_node(two.editor.project, "Dropout")[0])
    two.close()
    settle()
    user.answer("Save")
    assert load(tmp_path / "one.nnd") == two.documents.all[0].project
    assert two.isVisible()
    assert "two.nnd" in two.findChild(QMessageBox).text()
    user.answer("Cancel")
    assert two.isVisible()
    two.close()
    settle()
    user.answer("Discard")
    assert not two.isVisible()
    assert not (tmp_path / "two.nnd").exists()


def test_a_way_into_a_block_is_kept(two, user):
    two.editor.select(["linear_1", "tanh_1"])
    two.grouping.group()
    (block,) = two.editor.project.blocks
    two.editor.enter_block(block)
    click_tab(user, 0)
    assert two.editor.where == ()
    assert two.crumbs.isHidden()
    click_tab(user, 1)
    assert two.editor.where == (block,)
    assert two.crumbs.isVisible()
    assert set(two.canvas.sheet.nodes) == set(two.editor.view.graph.nodes)


def test_coming_back_works_out_nothing_anew(two, user):
    inference, problems = two.editor.inference, two.editor.document.problems
    click_tab(user, 0)
    click_tab(user, 1)
    assert two.editor.inference is inference
    assert two.editor.document.problems is problems


def test_names_tell_tabs_apart(chain, tmp_path):
    paths = (tmp_path / "here" / "net.nnd", tmp_path / "there" / "net.nnd", None, None, tmp_path / "other.nnd")
    documents = [start_document(Project(), path) for path in paths]
    assert name_documents(documents) == ["net.nnd · here", "net.nnd · there", "untitled", "untitled (2)", "other.nnd"]


def test_undo_selects_what_it_brought_back(two, user):
    two.editor.apply("remove", remove_nodes(two.editor.project, ["tanh_1"], close_gap=True))
    two.editor.select(["input_1"])
    two.editor.undo()
    assert two.editor.selected_nodes == {"tanh_1"}
    two.editor.redo()
    assert two.editor.selected_nodes == frozenset()


@pytest.fixture
def training(two, qtbot) -> Window:
    """The second document is training; the first is in sight."""
    with single_thread():
        two.workbench.show("training")
        panel = two.workbench.panel("training")
        two.trainer.start()
        qtbot.waitUntil(lambda: len(panel.curves.loss.training) > 3, timeout=30_000)
        two.documents.show_at(0)
        settle()
        yield two
        two.trainer.shut_down()


def test_a_run_goes_on_behind_another_document(training, qtbot, user):
    window, trainer = training, training.trainer
    panel = window.workbench.panel("training")
    run = trainer.bridge.run_under_way
    assert trainer.state == "idle"
    assert len(panel.curves.loss.training) == 0
    step = run.progress.step
    qtbot.waitUntil(lambda: run.progress.step > step, timeout=30_000)
    assert len(panel.curves.loss.training) == 0
    qtbot.waitUntil(lambda: "moons" in window.status.run.text(), timeout=30_000)
    window.editor.apply("rename", rename_node(window.editor.project, "relu_1", "gate"))
    assert not window.notices.shown  # that the run does not follow would be no news here
    trainer.start()
    (notice,) = window.notices.shown
    assert notice.text.startswith("moons is training. One run at a time")
    window.menus.refresh()
    assert window.menus.actions["train.stop"].text() == "Stop moons"
    settle()
    user.answer("Show it")
    assert trainer.state == "running"
    assert len(panel.curves.loss.training) >= step
    assert "moons" not in window.status.run.text()
    trainer.stop()
    qtbot.waitUntil(lambda: trainer.state == "ended", timeout=30_000)
    steps = len(panel.curves.loss.training)
    click_tab(user, 0)
    assert len(panel.curves.loss.training) == 0
    click_tab(user, 1)
    assert len(panel.curves.loss.training) == steps
    assert trainer.state == "ended"


def test_what_trains_is_said_wherever_one_looks(training, qtbot, user):
    window, trainer = training, training.trainer
    assert [text.startswith("▶") for text in texts(window)] == [False, True]
    assert window.tabs.accessibleTabName(1).endswith("training")
    buttons = {
        name: window.findChild(QWidget, "tools").widgetForAction(window.menus.actions[f"train.{name}"])
        for name in ("start", "pause", "stop")
    }
    window.menus.refresh()
    settle()
    shown = {name: (button.text(), button.geometry()) for name, button in buttons.items()}
    assert [text for text, _ in shown.values()] == ["Train", "Pause", "Stop"]
    assert buttons["stop"].toolTip().startswith("Stop moons")
    assert buttons["pause"].toolTip().startswith("Pause moons")
    assert "moons is training" in buttons["start"].toolTip()
    assert window.status.run.text().startswith("moons: ")
    user.tool("train.pause")
    qtbot.waitUntil(lambda: buttons["pause"].text() == "Resume")
    assert buttons["stop"].geometry() == shown["stop"][1]
    assert texts(window)[1].startswith("‖")
    user.tool("train.start")
    user.answer("Show it")
    qtbot.waitUntil(lambda: "moons" not in buttons["stop"].toolTip())
    assert buttons["pause"].text() == "Resume"
    assert buttons["stop"].geometry() == shown["stop"][1]
    click_tab(user, 0)
    trainer.start()  # refused: one run at a time
    assert any("is training" in notice.text for notice in window.notices.shown)
    user.tool("train.stop")
    qtbot.waitUntil(lambda: not trainer.is_active, timeout=30_000)
    qtbot.waitUntil(lambda: not any(text[0] in "▶‖" for text in texts(window)))
    assert not any("is training" in notice.text for notice in window.notices.shown)
    qtbot.waitUntil(lambda: not buttons["stop"].isEnabled())
    assert buttons["stop"].text() == "Stop"


def test_the_end_of_a_run_is_told_in_another_document(training, qtbot, user):
    window, trainer = training, training.trainer
    trainer.stop()
    qtbot.waitUntil(lambda: not trainer.is_active, timeout=30_000)
    (notice,) = window.notices.shown
    assert notice.text == "moons: the training was stopped."
    qtbot.waitUntil(lambda: window.status.run.text() == "")
    trainer.start()  # this one is free to begin now
    assert trainer.state == "loading"
    assert trainer.document is window.editor.document


def test_closing_what_trains_asks_first(training, qtbot, user):
    window, trainer = training, training.trainer
    user.click(window.tabs.closer(1))
    assert len(window.documents.all) == 2
    assert trainer.is_active
    user.answer("Stop and close")
    assert len(window.documents.all) == 1
    qtbot.waitUntil(lambda: not trainer.is_active, timeout=30_000)


def test_closing_others_leaves_none_behind_for_what_trains(training, qtbot, user, chain, tmp_path):
    window, (first, moons) = training, training.documents.all
    window.filing.show(chain)
    window.documents.move(window.documents.index, 0)
    window.filing.show(rename_node(chain, "relu_1", "gate"), saved=False)
    third, last = window.documents.all[:2]
    window.filing.close((moons, first, last))
    settle()
    user.answer("Cancel")  # about the one with changes: nothing is closed
    assert len(window.documents.all) == 4
    assert not window.notices.shown
    window.filing.close((moons, first, last))
    settle()
    user.answer("Discard")
    assert set(window.documents.all) == {third, moons}
    assert window.trainer.is_active
    user.answer("Stop and close")
    assert window.documents.all == (third,)
    qtbot.waitUntil(lambda: not window.trainer.is_active, timeout=30_000)


def test_data_that_is_being_read_does_not_land_in_the_next_document(two, qtbot, user, tmp_path, chain):
    table = tmp_path / "flowers.csv"
    table.write_text("a,b,kind\n" + "1,2,x\n2,1,y\n" * 50)
    two.editor.apply("data", set_data(two.editor.project, Data(Choice("Csv", {"path": str(table)}))))
    panel = user.show("data")
    qtbot.waitUntil(lambda: panel.csv.table is not None)
    two.filing.show(set_data(Project(name="bare"), Data(Choice("Csv"))))
    assert panel.csv.table is None
    assert two.editor.history.titles == ()
    click_tab(user, 1)
    qtbot.waitUntil(lambda: panel.csv.table is not None)


def test_what_was_said_of_one_document_is_gone_beside_another(two, user):
    QApplication.clipboard().setText("no layers")
    two.canvas.setFocus()
    user.press(Qt.Key.Key_V, CTRL, two.canvas)
    assert [notice.key for notice in two.notices.shown] == ["paste"]
    click_tab(user, 0)
    assert not two.notices.shown
