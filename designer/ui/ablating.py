"""The commands that say what may vary: layers that may be left out, alternatives, settings of the selected layer."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from designer.document.wording import show_name
from designer.engine.sweeps.alternatives import OPTIONAL, find_groups, fresh_group, mark, read_mark
from designer.engine.sweeps.places import LAYER, Place, list_places

if TYPE_CHECKING:
    from designer.ui.window import Window

MOST = 30  # settings in a menu


def can_mark(window: "Window") -> bool:
    """Return whether layers of the network itself are selected: those inside a block are marked by their block."""
    return bool(window.editor.selected_nodes) and not window.editor.way


def are_optional(window: "Window") -> bool:
    """Return whether all that is selected may be left out already."""
    nodes = window.editor.view.graph.nodes
    chosen = [nodes[node] for node in window.editor.selected_nodes if node in nodes]
    return bool(chosen) and all(read_mark(node) == OPTIONAL for node in chosen)


def are_alternatives(window: "Window") -> bool:
    """Return whether all that is selected is of one group already."""
    nodes = window.editor.view.graph.nodes
    marks = {read_mark(nodes[node]) for node in window.editor.selected_nodes if node in nodes}
    return len(marks) == 1 and not marks & {"", OPTIONAL}


def toggle_optional(window: "Window") -> None:
    """Mark the selected layers as ones that an ablation may leave out, or no longer."""
    editor = window.editor
    if can_mark(window):
        off = are_optional(window)
        title = "leave out no longer" if off else "mark as optional"
        editor.apply(title, mark(editor.project, editor.selected_nodes, "" if off else OPTIONAL))


def toggle_alternatives(window: "Window") -> None:
    """Make the selected layers alternatives of one another, or no longer."""
    editor = window.editor
    if not can_mark(window):
        return
    if are_alternatives(window):
        editor.apply("no alternatives", mark(editor.project, editor.selected_nodes, ""))
    elif len(editor.selected_nodes) > 1:
        made = mark(editor.project, editor.selected_nodes, fresh_group(editor.project))
        lone = [members[0] for members in find_groups(made).values() if len(members) < 2]
        editor.apply("mark as alternatives", mark(made, lone, ""))


def can_vary(window: "Window") -> bool:
    """Return whether one layer of the network itself is selected."""
    return can_mark(window) and len(window.editor.selected_nodes) == 1


def list_settings(window: "Window") -> Iterator[Place]:
    """Yield what can vary of the selected layer."""
    if can_vary(window):
        (node,) = window.editor.selected_nodes
        start = f"{LAYER}{node}."
        found = [place for place in list_places(window.editor.project) if place.key.startswith(start)]
        yield from found[:MOST]


def name_setting(place: Place) -> str:
    """Return what a menu says."""
    return show_name(place.key.rpartition(".")[2], 60)


def ablate(window: "Window") -> None:
    """Show the Sweep panel, ready for an ablation of what is marked."""
    draft = window.sweeper.draft
    draft.method, draft.seeds = "ablation", draft.seeds or "1, 2, 3"
    window.sweeper.draft_changed.emit()
    window.workbench.show("sweep")
