"""The problems panel: what is listed, where a click leads, what a fix does."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from designer.document.edits import add_node, connect, remove_nodes, rename_node
from designer.document.graph import Edge
from designer.document.grouping import group
from designer.document.project import Project
from designer.ui.panels.problems import MOST
from tests.ui.conftest import settle


@pytest.fixture
def broken(chain) -> Project:
    """Input straight into Linear: an error that Flatten mends."""
    return remove_nodes(chain, ["flatten_1"], close_gap=True)


@pytest.fixture
def panel(user):
    return user.show("problems")


def test_it_says_when_there_is_none(window, panel, chain):
    window.filing.show(chain)
    assert [problem for problem in window.editor.problems if problem.severity == "error"] == []
    window.filing.show(Project())
    shown = [row for row in panel.rows if row.isVisible()]
    assert panel.empty.isVisible() is (not shown)


def test_errors_come_with_word_sign_node_and_sentence(window, panel, broken, qtbot):
    window.filing.show(broken)
    row = panel.rows[0]
    assert (row.sign.text(), row.word.text(), row.node.text()) == ("■", "Error", "linear1")
    assert "Put Flatten before it" in row.text.text()
    assert "1\u00a0×\u00a08\u00a0×\u00a08" in row.text.text()
    number = str(len(window.editor.problems))
    qtbot.waitUntil(lambda: number in [one.text() for one in window.findChildren(QLabel, "tabbadge")])
    settle()  # one that was replaced goes
    (badge,) = [one for one in window.findChildren(QLabel, "tabbadge") if one.text() == number]
    assert badge.isVisible()
    assert badge.property("severity") == "error"
    window.workbench.docks["problems"].setFloating(True)
    settle()
    assert window.workbench.docks["problems"].windowTitle() == f"Problems ({len(window.editor.problems)})"


def test_a_click_selects_and_shows_the_node(window, user, panel, broken):
    window.filing.show(broken)
    window.canvas.zoom_by(4)
    user.click(panel.rows[0])
    assert window.editor.selected_nodes == {"linear_1"}
    x, y = broken.layout["linear_1"]
    assert window.canvas.viewport().rect().contains(window.canvas.mapFromScene(x + 100, y + 20))


def test_a_fix_is_applied_and_can_be_undone(window, user, panel, broken):
    window.filing.show(broken)
    button = panel.rows[0].buttons[0]
    title = button.text()
    name = panel.rows[0].node.text()
    user.click(button)
    assert "Flatten" in {node.kind for node in window.editor.project.graph.nodes.values()}
    assert not [problem for problem in window.editor.problems if problem.severity == "error"]
    user.choose("Edit", f"Undo fix {name}: {title[0].lower()}{title[1:]}")
    assert window.editor.project == broken


def test_rows_are_reached_and_chosen_by_keyboard(window, user, panel, broken):
    window.filing.show(broken)
    panel.rows[0].setFocus()
    user.press(Qt.Key.Key_Return, widget=panel.rows[0])
    assert window.editor.selected_nodes == {"linear_1"}
    panel.rows[0].setFocus()
    user.press(Qt.Key.Key_Tab, widget=panel.rows[0])
    assert window.focusWidget() is panel.rows[0].buttons[0]


def test_names_of_strangers_are_text(window, panel, broken):
    window.filing.show(rename_node(broken, "linear_1", "<img src=x onerror=alert(1)>"))
    assert "&lt;img" in panel.rows[0].text.text()
    assert panel.rows[0].node.textFormat() == Qt.TextFormat.PlainText


def test_hundreds_of_problems_are_a_short_list_until_more_is_asked_for(window, user, panel):
    project = Project()
    for place in range(MOST + 30):
        project, _ = add_node(project, "Linear", position=(0.0, 88.0 * place))
    window.filing.show(project)
    assert len(panel.rows) == MOST
    assert panel.rest.isVisible()
    assert f"{len(window.editor.problems) - MOST:,} more" in panel.rest.text()
    user.click(panel.rest)
    assert len([row for row in panel.rows if row.isVisibleTo(panel)]) == len(window.editor.problems)
    assert panel.rows[MOST].hasFocus()
    assert not panel.rest.isVisible()
    window.editor.open(project)
    assert len([row for row in panel.rows if row.isVisibleTo(panel)]) == MOST


def test_nothing_is_made_while_nobody_looks(window, user, panel, broken):
    user.show("code")
    window.filing.show(broken)
    assert not any(row.node.text() == "linear1" for row in panel.rows)
    user.show("problems")
    assert panel.rows[0].node.text() == "linear1"


def listed(panel) -> list:
    return [row for row in panel.rows if row.isVisible()]


def test_what_follows_from_a_fix_is_shown_beside_it(window, qtbot, panel, broken):
    window.filing.show(broken)
    choice = panel.rows[0].fixes.choices[0]
    qtbot.waitUntil(choice.follows.isVisible)
    assert choice.follows.text() == "→ 64 · 4,810 parameters in all"
    assert choice.button.accessibleDescription() == choice.follows.text()


def test_severities_can_be_left_out(window, user, panel, broken):
    window.filing.show(remove_nodes(broken, ["relu_1"], close_gap=True))
    settle()
    assert [row.word.text() for row in listed(panel)] == ["Error", "Warning"]
    buttons = panel.filter.buttons
    assert [buttons[name].text() for name in ("error", "warning")] == ["■ 1 error", "▲ 1 warning"]
    assert not buttons["hint"].isVisible()
    user.click(buttons["error"])
    assert [row.word.text() for row in listed(panel)] == ["Warning"]
    user.click(buttons["error"])
    assert len(listed(panel)) == 2


def test_arrows_walk_the_rows(window, user, panel, broken):
    window.filing.show(remove_nodes(broken, ["relu_1"], close_gap=True))
    settle()
    panel.rows[0].setFocus()
    user.press(Qt.Key.Key_Down, widget=panel.rows[0])
    assert window.focusWidget() is panel.rows[1]
    user.press(Qt.Key.Key_Home, widget=panel.rows[1])
    assert window.focusWidget() is panel.rows[0]


def test_one_click_mends_all_of_a_kind(window, user, panel, chain):
    project, last = chain, "linear_1"
    for _ in range(3):
        project, new = add_node(project, "Linear", position=(0.0, 0.0))
        project = connect(project, Edge(last, 0, new, 0))
        last = new
    project = connect(project, Edge(last, 0, "linear_2", 0))
    project = remove_nodes(project, ["relu_1"])
    window.filing.show(project)
    settle()
    first = next(row for row in panel.rows if row.all.isVisible())
    assert first.all.text() == "Fix all 4"
    assert sum(row.all.isVisible() for row in panel.rows) == 1
    user.click(first.all)
    kinds = [node.kind for node in window.editor.project.graph.nodes.values()]
    assert kinds.count("ReLU") == 4
    assert not window.editor.problems
    assert window.editor.history.titles[-1] == "fix 4 problems: insert ReLU (4 times)"
    window.editor.undo()
    assert window.editor.project == project


def test_an_error_inside_a_block_is_one_row_whatever_uses_it(window, panel, chain):
    project, use = group(chain, ["linear_1", "relu_1"])
    kind = project.graph.nodes[use].kind
    project = remove_nodes(project, ["flatten_1"], close_gap=True)
    for _ in range(2):
        project, new = add_node(project, kind, position=(600.0, 0.0))
        project = connect(project, Edge("input_1", 0, new, 0))
        project, end = add_node(project, "Add")
        project = connect(connect(project, Edge(new, 0, end, 0)), Edge(use, 0, end, 1))
    window.filing.show(project)
    settle()
    errors = [row for row in listed(panel) if row.word.text() == "Error"]
    uses = [problem for problem in window.editor.problems if problem.cause is not None]
    assert len(uses) == 3
    assert len({key for key, item in window.canvas.sheet.nodes.items() if item.badge == "error"}) == 3
    assert len([row for row in errors if "expects a vector" in row.text.text()]) == 1
    assert "So 3 uses of the block cannot work." in errors[0].text.text()
