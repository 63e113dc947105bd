"""The History tab in the real window: it names the steps, goes to any of them, and stays with the document."""

import pytest
from PySide6.QtCore import Qt

from designer.document.edits import rename_node, set_name
from designer.document.history import History
from designer.document.project import Project
from designer.ui.panels.history import HERE, StepsModel
from tests.ui.conftest import settle


@pytest.fixture
def panel(window, user, chain):
    window.filing.show(chain)
    for number in range(5):
        window.editor.apply(f"rename {number}", rename_node(window.editor.project, "relu_1", f"gate{number}"))
    return user.show("history")


def rows(panel) -> list[str]:
    return [panel.model.index(row).data() for row in range(panel.model.rowCount())]


def click_row(user, panel, row: int) -> None:
    user.click(panel.list.viewport(), panel.list.visualRect(panel.model.index(row)).center())


def test_a_click_goes_to_a_step_and_back(window, user, panel, chain):
    assert [row.strip(HERE) for row in rows(panel)] == [
        "The document as it was opened",
        *(f"Rename {number}" for number in range(5)),
    ]
    assert rows(panel)[5].startswith(HERE)
    click_row(user, panel, 2)
    assert window.editor.project.graph.nodes["relu_1"].name == "gate1"
    assert [row.startswith(HERE) for row in rows(panel)] == [place == 2 for place in range(6)]
    assert panel.model.index(4).data(Qt.ItemDataRole.AccessibleTextRole) == "rename 3, undone"
    assert panel.about.text().startswith("2 steps · 3 steps undone")
    click_row(user, panel, 0)
    assert window.editor.project == chain
    assert not window.editor.modified
    click_row(user, panel, 5)
    assert window.editor.project.graph.nodes["relu_1"].name == "gate4"


def test_keys_go_there_too_and_a_new_step_cuts_what_was_undone(window, user, panel):
    panel.list.setFocus()
    user.press(Qt.Key.Key_Up, widget=panel.list)
    user.press(Qt.Key.Key_Up, widget=panel.list)
    assert window.editor.history.position == 5  # looking goes nowhere
    user.press(Qt.Key.Key_Return, widget=panel.list)
    assert window.editor.history.position == 3
    window.editor.apply("other", set_name(window.editor.project, "other"))
    settle()
    assert [row.strip(HERE) for row in rows(panel)][3:] == ["Rename 2", "Other"]
    window.filing.new()
    assert len(rows(panel)) == 1
    window.documents.step(1)
    assert len(rows(panel)) == 5


def test_ten_thousand_steps_are_told_row_by_row(qtbot, window):
    history = History.start(Project())
    model = StepsModel(history, window.theme)
    inserted = []
    model.rowsInserted.connect(lambda parent, first, last: inserted.append((first, last)))
    model.modelReset.connect(lambda: inserted.append("reset"))
    for number in range(10_000):
        history = History((*history.steps, *History.start(Project(name=str(number))).steps), number + 1)
        if number % 1000 == 999:
            model.show_history(history)
    assert len(inserted) == 10
    assert "reset" not in inserted
    assert model.rowCount() == 10_001
