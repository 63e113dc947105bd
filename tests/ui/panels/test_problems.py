"""The problems panel: what is listed, where a click leads, what a fix does."""

import pytest
from PySide6.QtCore import Qt

from designer.document.edits import add_node, remove_nodes, rename_node
from designer.document.project import Project
from designer.ui.panels.problems import MOST


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


def test_errors_come_with_word_sign_node_and_sentence(window, panel, broken):
    window.filing.show(broken)
    row = panel.rows[0]
    assert (row.sign.text(), row.word.text(), row.node.text()) == ("■", "Error", "linear1")
    assert "Put Flatten before it" in row.text.text()
    assert "1 × 8 × 8" in row.text.text()
    count = len(window.editor.problems)
    assert window.workbench.docks["problems"].windowTitle() == f"Problems ({count})"


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


def test_hundreds_of_problems_stay_a_short_list(window, panel):
    project = Project()
    for place in range(MOST + 30):
        project, _ = add_node(project, "Linear", position=(0.0, 88.0 * place))
    window.filing.show(project)
    assert len(panel.rows) == MOST
    assert panel.rest.isVisible()
    assert f"{len(window.editor.problems) - MOST:,} more" in panel.rest.text()


def test_nothing_is_made_while_nobody_looks(window, user, panel, broken):
    user.show("code")
    window.filing.show(broken)
    assert not any(row.node.text() == "linear1" for row in panel.rows)
    user.show("problems")
    assert panel.rows[0].node.text() == "linear1"
