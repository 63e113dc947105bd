"""The editor without a window: what steps select."""

from designer.document.edits import add_node, move_nodes
from designer.document.project import Project
from designer.ui.editor import Editor


def test_undo_of_a_step_over_most_of_a_large_network_selects_nothing():
    project = Project()
    for number in range(60):
        project, _ = add_node(project, "ReLU", id=f"n{number}", position=(0.0, 88.0 * number))
    editor = Editor(project)
    for count, selected in ((10, 10), (55, 0)):
        moved = {f"n{number}": (400.0, 88.0 * number) for number in range(count)}
        editor.apply("arrange", move_nodes(editor.project, moved))
        editor.select([])
        editor.undo()
        assert len(editor.selected_nodes) == selected
