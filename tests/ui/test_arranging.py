"""Arrange, align, distribute and the gliding of cards, in the real window."""

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from designer.catalogue.templates import open_template
from designer.document.drawing import PITCH, STRIDE
from designer.document.edits import move_nodes
from designer.document.folding import lay_out
from designer.document.grouping import dissolve
from designer.document.project import Project, used_block
from designer.document.remarks import set_flow
from designer.ui.commands.alignment import ALIGNMENTS
from tests.ui.conftest import settle

SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


def scatter(project: Project) -> Project:
    """Return the project with its cards here and there."""
    places = {key: (320.0 * (number % 2), 150.0 * number) for number, key in enumerate(project.graph.nodes)}
    return move_nodes(project, places)


def unroll(project: Project) -> Project:
    """Return the project with all of its blocks dissolved."""
    while used := [key for key, node in project.graph.nodes.items() if used_block(node.kind) in project.blocks]:
        project, _ = dissolve(project, used[0])
    return project


def test_the_selection_alone_is_arranged_in_place_as_one_step(window, user, chain):
    window.filing.show(scatter(chain))
    before = dict(window.editor.view.layout)
    user.click_node("linear_1")
    user.click_node("relu_1", keys=SHIFT)
    user.click_node("linear_2", keys=SHIFT)
    window.menus.refresh()
    assert window.menus.actions["network.arrange"].text() == "Arrange selection"
    user.press(Qt.Key.Key_L, widget=window.canvas)
    after = window.editor.view.layout
    assert {key for key in before if before[key] != after[key]} <= {"linear_1", "relu_1", "linear_2"}
    assert len({after[key][0] for key in ("linear_1", "relu_1", "linear_2")}) == 1
    assert after["relu_1"][1] - after["linear_1"][1] == PITCH
    assert window.editor.history.undo_title == "arrange 3 layers"
    user.press(Qt.Key.Key_Z, CTRL)
    assert window.editor.view.layout == before


def test_all_is_arranged_along_the_flow_folded_or_not(window, user):
    from designer.api import build

    long = build("long", *["ReLU"] * 30)
    window.filing.show(scatter(long))
    user.tool("network.arrange")
    graph = window.editor.view.graph
    folded = lay_out(graph, page=window.canvas.page)
    assert len({x for x, _ in folded.values()}) > 1
    assert window.editor.view.layout == folded
    assert window.editor.history.undo_title == "arrange"
    user.press(Qt.Key.Key_L, SHIFT, window.canvas)
    assert len({x for x, _ in window.editor.view.layout.values()}) == 1
    user.choose("Network", "Fold long networks")
    user.tool("network.arrange")
    assert len({x for x, _ in window.editor.view.layout.values()}) == 1
    assert not window.settings.folds
    user.press(Qt.Key.Key_L, SHIFT, window.canvas)
    assert window.editor.view.layout == folded
    window.editor.apply("turn", set_flow(window.editor.project, "right"))
    user.tool("network.arrange")
    places = list(window.editor.view.layout.values())
    assert {y for _, y in places} == {0}
    assert sorted(x for x, _ in places) == [STRIDE * number for number in range(len(places))]


def measure(window) -> tuple[float, float]:
    """Return which share of the view the network takes, across and down."""
    box, area = window.canvas.sheet.bounds(), window.canvas.area()
    return (box.right - box.left) / (area.right - area.left), (box.bottom - box.top) / (area.bottom - area.top)


@pytest.mark.parametrize("flow", ["down", "right"])
@pytest.mark.parametrize("name", ["vgg-16", "resnet-50"])
def test_a_folded_network_fills_the_view_in_either_flow(window, user, name, flow):
    window.filing.show(unroll(set_flow(open_template(name), flow)))
    user.tool("network.arrange")
    assert min(measure(window)) > 0.5
    assert max(measure(window)) > 0.8


def test_undo_and_redo_of_arrange_show_all_again(window, user, chain):
    window.filing.show(scatter(chain))
    canvas = window.canvas
    start = canvas.look()
    user.tool("network.arrange")
    arranged = canvas.look()
    assert arranged.scale != start.scale
    user.press(Qt.Key.Key_Z, CTRL, canvas)
    assert canvas.look() == start
    user.press(Qt.Key.Key_Z, CTRL | SHIFT, canvas)
    assert canvas.look() == arranged
    canvas.zoom_by(1.5)  # somebody looks elsewhere: their place is kept
    near = canvas.look()
    user.press(Qt.Key.Key_Z, CTRL, canvas)
    assert canvas.look() == near


def test_a_network_as_arranged_is_folded_anew_for_another_flow(window, user):
    window.filing.show(open_template("vgg-16"))
    user.choose("View", "Data flows", "To the right")
    assert window.editor.view.layout == lay_out(window.editor.view.graph, "right")
    user.press(Qt.Key.Key_Z, CTRL, window.canvas)
    assert window.editor.view.layout == lay_out(window.editor.view.graph)
    moved = move_nodes(window.editor.view, {"image": (-400.0, 0.0)})
    window.editor.apply("move", moved)
    user.choose("View", "Data flows", "To the right")
    assert window.editor.view.layout == set_flow(moved, "right").layout  # laid by hand: only turned


@pytest.fixture
def go_on(monkeypatch):
    """Let even the smallest network be arranged beside the window, and wait there until the event is set."""
    event = threading.Event()

    def lay_out_slowly(*words, **more):
        event.wait(20)
        return lay_out(*words, **more)

    monkeypatch.setattr("designer.ui.arranging.SLOW", 3)
    monkeypatch.setattr("designer.ui.arranging.PATIENCE", 0)
    monkeypatch.setattr("designer.ui.arranging.lay_out", lay_out_slowly)
    yield event
    event.set()


def test_a_huge_network_is_arranged_beside_the_window_and_can_be_stopped(window, user, chain, qtbot, go_on):
    scattered = scatter(chain)
    window.filing.show(scattered)
    user.tool("network.arrange")
    assert [notice.text for notice in window.notices.shown] == ["Arranging 6 layers …"]
    user.answer("Stop")
    assert not window.notices.shown
    user.tool("network.arrange")
    assert window.editor.view.layout == scattered.layout
    go_on.set()
    qtbot.waitUntil(lambda: window.editor.view.layout == chain.layout)
    settle()
    assert not window.notices.shown


def test_what_changed_meanwhile_is_not_overwritten(window, user, chain, qtbot, go_on):
    window.filing.show(scatter(chain))
    user.tool("network.arrange")
    user.click_node("relu_1")
    user.press(Qt.Key.Key_Delete, widget=window.canvas)
    changed = window.editor.view
    go_on.set()
    qtbot.waitUntil(lambda: any("changed meanwhile" in notice.text for notice in window.notices.shown))
    assert window.editor.view is changed


@pytest.mark.parametrize("choice", range(8))
def test_every_alignment_is_a_named_step_of_its_own(window, user, chain, choice):
    window.filing.show(scatter(chain))
    before = window.editor.view.layout
    commands = ALIGNMENTS
    assert not any(command.enabled(window) for command in commands)
    for node in ("linear_1", "relu_1", "linear_2"):
        user.click_node(node, keys=SHIFT)
    moved = move_nodes(window.editor.view, {"relu_1": (700.0, before["relu_1"][1] + 40)})
    window.editor.apply("move", moved)
    title = commands[choice].title
    user.choose("Network", "Align", title)
    assert window.editor.view.layout != moved.layout
    assert window.editor.history.undo_title.split()[0] in ("align", "distribute")
    assert "3 layers" in window.editor.history.undo_title
    user.press(Qt.Key.Key_Z, CTRL)
    assert window.editor.view.layout == moved.layout


# --- gliding ------------------------------------------------------------------------------------------------------


@pytest.fixture
def gliding(window):
    """The window with its cards gliding so slowly that a test can look at them on their way."""
    window.canvas.glide.duration = 600_000
    return window


def test_cards_glide_to_where_the_document_says(gliding, user, chain):
    window, start = gliding, scatter(chain)
    window.filing.show(start)
    sheet = window.canvas.sheet
    assert not window.canvas.glide.running
    user.tool("network.arrange")
    assert window.editor.view.layout == chain.layout  # the document is there at once
    assert window.canvas.glide.running
    assert sheet.nodes["output_1"].position != chain.layout["output_1"]
    shown = window.canvas.area()  # what is fitted is where the cards will be
    assert shown.top < 0 < chain.layout["output_1"][1] < shown.bottom
    assert shown.right - shown.left < 2500
    window.canvas.glide.duration = 1
    settle()
    QTest.qWait(40)
    assert not window.canvas.glide.running
    assert {key: item.position for key, item in sheet.nodes.items()} == chain.layout


def test_only_what_is_in_view_glides(gliding, user, chain):
    window, start = gliding, scatter(chain)
    window.filing.show(start)
    canvas = window.canvas
    canvas.zoom_by(2 / canvas.scale_now)
    canvas.centre_on("input_1")
    assert not canvas.sheet.nodes["output_1"].box.meets(canvas.area())
    here = [key for key, item in canvas.sheet.nodes.items() if item.box.meets(canvas.area())]
    window.editor.apply("spread", move_nodes(start, {key: (x + 64, y + 8) for key, (x, y) in start.layout.items()}))
    assert canvas.glide.running
    assert canvas.sheet.nodes["output_1"].position == window.editor.view.layout["output_1"]
    assert all(canvas.sheet.nodes[key].position == start.layout[key] for key in here)


@pytest.mark.parametrize("what", ["press", "key", "edit", "undo"])
def test_whatever_else_happens_ends_it_at_once(gliding, user, chain, what):
    window = gliding
    window.filing.show(scatter(chain))
    sheet = window.canvas.sheet
    user.tool("network.arrange")
    assert window.canvas.glide.running
    if what == "press":
        user.click(window.canvas.viewport())
    elif what == "key":
        user.press(Qt.Key.Key_Right, widget=window.canvas)
    elif what == "edit":
        window.editor.apply("move", move_nodes(window.editor.project, {"relu_1": (900.0, 0.0)}))
    else:
        window.canvas.glide.duration = 0
        user.press(Qt.Key.Key_Z, CTRL)
    assert not window.canvas.glide.running
    assert {key: item.position for key, item in sheet.nodes.items()} == window.editor.view.layout


def test_undo_glides_too_and_an_edit_of_the_network_does_not(gliding, user, chain):
    window = gliding
    window.filing.show(scatter(chain))
    user.tool("network.arrange")
    user.press(Qt.Key.Key_Z, CTRL)
    assert window.canvas.glide.running
    user.click_node("relu_1")
    user.press(Qt.Key.Key_Delete, widget=window.canvas)
    assert not window.canvas.glide.running


def test_animations_can_be_switched_off_and_that_is_remembered(window, user):
    assert window.canvas.glide.duration == 0  # as the tests' settings say
    user.choose("View", "Animations")
    assert window.settings.animations
    assert window.canvas.glide.duration > 0
    user.choose("View", "Animations")
    assert not window.settings.animations
    assert window.canvas.glide.duration == 0
    user.choose("View", "Snap to grid")
    assert not window.settings.snaps
    assert not window.canvas.snaps


def test_another_theme_after_a_context_menu_with_submenus(window, user, chain):
    window.filing.show(chain)
    window.editor.select(["relu_1", "linear_1"])
    menu = window.menus.context_menu("node")
    menu.popup(window.rect().center())
    (align,) = [action.menu() for action in menu.actions() if action.text() == "Align"]
    align.aboutToShow.emit()
    assert [action.isEnabled() for action in align.actions()] == [True] * 6 + [False] * 2
    assert not any(action.icon().isNull() for action in align.actions())
    user.press(Qt.Key.Key_Escape, widget=menu)
    settle()
    window.appearance.choose("light")  # the icons of menus that are gone are not drawn anew
    window.appearance.choose("dark")
