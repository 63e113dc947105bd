"""Two projects on one canvas: opened from the menu, marked on cards, listed in words, looked at and never edited."""

import re
import threading

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from designer.codegen.source import NotReady
from designer.document.edits import insert_on_edge, remove_nodes, set_parameter
from designer.document.files import load, save
from designer.document.graph import Edge
from designer.paths import resource
from designer.ui.canvas.picture import LEGEND_ROW, Picture, take_subject
from designer.ui.canvas.picture_file import Options, PictureFile, draw_picture
from designer.ui.canvas.places import Places
from designer.ui.commands import COMMANDS
from designer.ui.editor import NO_EDITS
from designer.ui.theme import load_theme
from tests.ui.conftest import settle


def template(name):
    return load(resource(f"templates/{name}.nnd"))


@pytest.fixture
def comparison(window, user, tmp_path):
    """The digits CNN before and after some edits, chosen from the menu."""
    before = template("digits-cnn")
    after = set_parameter(before, "conv1", "kernel_size", 5)
    after = set_parameter(after, "conv1", "out_channels", 24)
    after = remove_nodes(after, ["bn2"], close_gap=True)
    after, _ = insert_on_edge(after, Edge("flatten", 0, "drop", 0), "GELU")
    for name, project in (("before.nnd", before), ("after.nnd", after)):
        save(tmp_path / name, project)
        window.filing.open(tmp_path / name)
    user.choose("File", "Compare with", "before.nnd")
    settle()
    window.canvas.fit_all()
    return window


def test_a_comparison_is_a_tab_of_its_own_with_its_marks(comparison):
    window, sheet = comparison, comparison.canvas.sheet
    assert [window.tabs.tabText(place) for place in range(3)][2] == "before.nnd ↔ after.nnd"
    changes = sheet.contrast.changes
    assert {key: change for key, change in changes.items() if change != "follows"} == {
        "conv1": "changed",
        "bn2": "removed",
        "gelu_1": "added",
    }
    face = sheet.face(sheet.nodes["conv1"])
    assert face.line == "16 → 24 · 3×3 → 5×5"
    assert face.count == "600"
    assert sheet.face(sheet.nodes["conv2"]).count == "4,608 → 6,912"
    assert sheet.face(sheet.nodes["relu1"]).line == ""
    assert len(sheet.contrast.network.added_wires) == 3
    assert len(sheet.contrast.network.removed_wires) == 3
    legend = window.comparing.legend
    assert legend.isVisible()
    assert [button.text() for button in legend.buttons.values()] == ["2 added", "2 removed", "1 changed"]


def test_nothing_is_edited_in_a_comparison(comparison, user):
    window, editor = comparison, comparison.editor
    project, place = editor.project, window.canvas.sheet.nodes["conv1"].position
    start = user.canvas_place("conv1")
    view = window.canvas.viewport()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    for step in range(1, 6):
        QTest.mouseMove(view, start + QPoint(20 * step, 4 * step))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start + QPoint(100, 20))
    settle()
    assert editor.project is project
    assert window.canvas.sheet.nodes["conv1"].position == place
    assert NO_EDITS in [notice.text for notice in window.notices.shown]
    user.click_node("relu1")
    user.press(Qt.Key.Key_Delete, widget=window.canvas)
    assert editor.project is project
    assert "relu1" in window.canvas.sheet.nodes
    assert isinstance(editor.code(), NotReady)
    user.press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier, window)
    assert any("not saved" in text for text in [notice.text for notice in window.notices.shown])


def test_the_panel_lists_differences_and_leads_to_them(comparison, user):
    window, panel = comparison, comparison.workbench.panel("comparison")
    assert not window.workbench.docks["comparison"].isHidden()
    assert "parameters" in panel.totals.text()
    head = panel.tree.topLevelItem(0)
    rows = [head.child(place) for place in range(head.childCount())]
    conv = next(row for row in rows if "conv1" in row.text(0))
    values = {conv.child(i).text(0): (conv.child(i).text(1), conv.child(i).text(2)) for i in range(conv.childCount())}
    assert values["kernel_size"] == ("3", "5")
    assert [text.replace("\xa0", " ") for text in values["output"]] == ["16 × 8 × 8", "24 × 8 × 8"]
    said = conv.data(0, Qt.ItemDataRole.AccessibleTextRole)
    assert said.startswith("changed: Conv2d conv1: out_channels 16 to 24")
    user.click(panel.tree.viewport(), panel.tree.visualItemRect(conv).center())
    assert window.editor.selected_nodes == {"conv1"}
    said = window.canvas.accessibleDescription()
    assert said == "changed, conv1, Conv2d, 16 → 24 · 3×3 → 5×5, 600 parameters, gives 24 × 8 × 8"
    model = user.show("outline").tree.model()
    told = [model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(model.rowCount())]
    assert any(text.startswith("removed, bn2, BatchNorm2d") for text in told), told


def test_keys_walk_from_difference_to_difference(comparison, user):
    seen = []
    for _ in range(3):
        user.press(Qt.Key.Key_F8, widget=comparison)
        seen += comparison.editor.selected_nodes
    assert seen == ["conv1", "bn2", "gelu_1"]
    user.press(Qt.Key.Key_F8, Qt.KeyboardModifier.ShiftModifier, comparison)
    assert comparison.editor.selected_nodes == {"bn2"}
    user.click(comparison.comparing.legend.buttons["added"])
    assert comparison.editor.selected_nodes == {"gelu_1"}


def test_swapped_sides_say_the_opposite(comparison, user):
    panel = comparison.workbench.panel("comparison")
    user.click(panel.swap)
    changes = comparison.canvas.sheet.contrast.changes
    assert (changes["bn2"], changes["gelu_1"]) == ("added", "removed")
    assert comparison.editor.document.name == "after.nnd ↔ before.nnd"
    assert len(comparison.documents.all) == 3


def test_one_steps_into_a_block_and_closes_the_comparison(window, user):
    window.filing.open(resource("templates/resnet-18.nnd"))
    window.filing.open(resource("templates/resnet-50.nnd"))
    user.choose("File", "Compare with", "resnet-18.nnd")
    window.canvas.fit_all()
    sheet = window.canvas.sheet
    assert sheet.contrast.changes["layer1"] == "changed"
    assert sheet.face(sheet.nodes["layer1"]).line == "blocks 2 → blocks 3"
    user.double_click(window.canvas.viewport(), user.canvas_place("layer1"))
    user.double_click(window.canvas.viewport(), user.canvas_place("first"))
    sheet = window.canvas.sheet
    assert window.editor.where == ("stage", "bottleneck")
    assert {key for key, change in sheet.contrast.changes.items() if change == "added"} == {"relu2", "conv3", "bn3"}
    assert sheet.face(sheet.nodes["conv1"]).line.startswith("3×3 → 1×1")
    user.click(window.tabs.closer(window.tabs.currentIndex()))
    assert all(document.compared is None for document in window.documents.all)
    assert window.canvas.sheet.contrast is None
    assert window.workbench.docks["comparison"].isHidden()
    assert not window.comparing.legend.isVisible()


def test_a_project_is_compared_with_what_its_file_holds(window, user, tmp_path):
    save(tmp_path / "digits.nnd", template("digits-cnn"))
    window.filing.open(tmp_path / "digits.nnd")
    window.editor.apply("edit", set_parameter(window.editor.project, "conv1", "out_channels", 32))
    user.choose("File", "Compare with", "The saved version")
    assert window.canvas.sheet.contrast.changes["conv1"] == "changed"


def test_far_and_near_both_themes_draw_marks_of_their_own_shape(comparison, qtbot):
    canvas = comparison.canvas
    pictures = []
    for theme in ("dark", "light"):
        comparison.appearance.choose(theme)
        for scale in (1.0, 0.4, 0.15):
            canvas.zoom_by(scale / canvas.scale_now)
            canvas.centre_on("conv1") if scale == 1.0 else None
            settle()
            marked = canvas.grab().toImage()
            kept = canvas.sheet.contrast.changes.pop("conv1")
            canvas.sheet.version += 1  # as any change does
            plain = canvas.grab().toImage()
            canvas.sheet.contrast.changes["conv1"] = kept
            canvas.sheet.version += 1
            pictures.append(marked != plain)
    assert all(pictures)


def test_a_comparison_follows_edits_of_the_projects_it_shows(comparison):
    window = comparison
    window.documents.show_at(1)
    window.editor.apply("edit", remove_nodes(window.editor.project, ["relu1"], close_gap=True))
    window.documents.show_at(2)
    assert window.canvas.sheet.contrast.changes["relu1"] == "removed"
    assert len(window.documents.all) == 3


def test_a_step_of_the_history_is_compared_with_the_present(window, chain):
    window.filing.show(chain)
    hidden = next(key for key, node in chain.graph.nodes.items() if node.kind == "ReLU")
    window.editor.apply("delete", remove_nodes(chain, [hidden], close_gap=True))
    panel = window.workbench.panel("history")
    panel.list.setCurrentIndex(panel.list.model().index(0, 0))  # as a right click does
    panel.compare.trigger()
    assert window.canvas.sheet.contrast.changes[hidden] == "removed"


def test_large_networks_are_compared_beside_the_window(window, qtbot, monkeypatch):
    monkeypatch.setattr("designer.ui.comparing.SLOW", 1)
    window.filing.open(resource("templates/digits-cnn.nnd"))
    window.comparing.with_file(resource("templates/mnist-cnn.nnd"))
    assert [notice.text for notice in window.notices.shown] == ["Comparing …"]
    buttons = window.notices.shown[0].findChildren(QAbstractButton)
    next(button for button in buttons if button.text() == "Stop").click()  # before an answer can be there
    assert not window.notices.shown
    settle()
    assert len(window.documents.all) == 1
    window.comparing.with_file(resource("templates/mnist-cnn.nnd"))
    qtbot.waitUntil(lambda: window.editor.document.compared is not None)
    assert not window.notices.shown


@pytest.mark.parametrize("menu", ["Edit", "Network", "Train"])
def test_no_command_edits_a_comparison(comparison, menu):
    window = comparison
    project = window.editor.project
    for command in COMMANDS:
        if command.menu != menu or command.choices is not None:
            continue
        window.editor.select(["conv1", "relu1"] if menu == "Network" else ["conv1"])
        if command.enabled(window):
            command.run(window)
            settle()
            for widget in QApplication.topLevelWidgets():
                if widget is not window and widget.isVisible():
                    widget.close()
        assert window.editor.document.project is project, command.id
    assert not [notice for notice in window.notices.shown if "unexpected" in notice.text]


def test_a_picture_of_a_comparison_says_what_its_marks_mean(comparison):
    window = comparison
    theme = load_theme("light")

    def draw(form, legend):
        options = Options(form=form, theme="light", legend=legend, embed=False)
        picture = Picture(take_subject(window.editor), options.make_look())
        return draw_picture(PictureFile(picture, options, window.editor.project)), picture

    raw, _ = draw("svg", legend=True)
    words = re.findall(r">(Added|Removed|Changed)<", raw.decode())
    assert words == ["Added", "Removed", "Changed"]
    assert not re.findall(r">(Added|Removed|Changed)<", draw("svg", legend=False)[0].decode())
    image, picture = draw("png", legend=True)
    shown = QImage.fromData(image)
    foot = shown.copy(0, round(shown.height() * (1 - 5 * LEGEND_ROW / picture.size[1])), shown.width(), shown.height())
    seen = {foot.pixelColor(x, y).name() for x in range(foot.width()) for y in range(foot.height())}
    assert {QColor(one).name() for one in (theme.ok, theme.error, theme.warning)} <= seen
    window.documents.show_at(0)
    assert not re.findall(r">(Added|Removed|Changed)<", draw("svg", legend=True)[0].decode())


def test_a_comparison_laid_out_beside_the_window_is_the_same(comparison, monkeypatch, qtbot):
    window = comparison
    monkeypatch.setattr("designer.ui.comparing.SLOW", 1)
    monkeypatch.setattr("designer.ui.panels.comparison.ROWS_AT_ONCE", 1)
    at_once, rows = describe_sheet(window), list_rows(window)
    laid = []
    monkeypatch.setattr(Places, "lay_wires", record_threads(Places.lay_wires, laid))
    window.comparing.swap()
    window.comparing.stop()
    window.documents.show_at(1)
    window.comparing.with_document(window.documents.all[0])
    qtbot.waitUntil(lambda: window.editor.document.compared is not None)
    panel = window.workbench.panel("comparison")
    qtbot.waitUntil(lambda: not panel._turn.isActive())
    assert describe_sheet(window) == at_once
    assert list_rows(window) == rows
    assert not any(count for here, count in laid if here)  # nothing was left to lay out in the window's thread
    assert any(count for here, count in laid if not here)


@pytest.mark.parametrize("size", [0, 2**30])
def test_a_file_that_cannot_be_compared_says_why(window, qtbot, monkeypatch, tmp_path, size):
    monkeypatch.setattr("designer.ui.comparing.LARGE_FILE", size)
    path = tmp_path / "broken.nnd"
    path.write_text('{"version": 1, "graph": ')
    window.comparing.with_file(path)
    qtbot.waitUntil(lambda: any(one.text.startswith("broken.nnd: ") for one in window.notices.shown))
    assert len(window.documents.all) == 1
    window.notices.dismiss()
    save(path, template("digits-cnn"))
    window.comparing.with_file(path)
    qtbot.waitUntil(lambda: window.editor.document.compared is not None)


def describe_sheet(window):
    sheet = window.canvas.sheet
    nodes = {key: (item.box, item.inputs, item.outputs) for key, item in sheet.nodes.items()}
    return nodes, {edge: (item.line, item.type) for edge, item in sheet.edges.items()}


def list_rows(window):
    tree, found = window.workbench.panel("comparison").tree, []
    items = [tree.topLevelItem(place) for place in range(tree.topLevelItemCount())]
    while items:
        item = items.pop(0)
        found.append((item.text(0), item.text(1), item.text(2), item.isExpanded()))
        items = [item.child(place) for place in range(item.childCount())] + items
    return found


def record_threads(lay, laid):
    def record(places, changed, new, touched):
        changed, new = set(changed), set(new)
        laid.append((threading.current_thread() is threading.main_thread(), len(changed) + len(new)))
        lay(places, changed, new, touched)

    return record


def test_a_closed_comparison_leads_back_to_its_document(window, user, chain, tmp_path):
    save(tmp_path / "mine.nnd", chain)
    window.filing.open(tmp_path / "mine.nnd")
    window.hands.add("ReLU")
    mine = window.editor.document
    window.filing.show(chain)  # a tab at the right
    window.documents.show(mine)
    user.choose("File", "Compare with", "The saved version")
    assert window.comparing.compared.before.name == "saved"
    window.documents.close(window.editor.document)
    assert window.editor.document is mine
