"""The commands that say what may vary: layers that may be left out, alternatives, settings of the selected layers."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from designer.catalogue.ablation import Mark, read_mark
from designer.catalogue.blocks import find_spec, name_kind
from designer.catalogue.replacing import find_replacements
from designer.document.graph import Node
from designer.document.project import Project
from designer.document.wording import show_name
from designer.engine.sweeps.leaving import refuse_alternatives, refuse_leaving
from designer.engine.sweeps.parts import edit_inside, find_groups, find_optional, mark, mark_alternatives, mark_optional
from designer.engine.sweeps.places import JOINT, Place, find_kinds_like, list_layer

if TYPE_CHECKING:
    from designer.ui.window import Window

MOST = 40  # settings in a menu


def can_mark(window: "Window") -> bool:
    """Return whether layers are selected."""
    return bool(_list_chosen(window))


def are_optional(window: "Window") -> bool:
    """Return whether all that is selected may be left out already."""
    chosen = _list_chosen(window)
    return bool(chosen) and all(read_mark(node).role == "optional" for node in chosen)


def are_alternatives(window: "Window") -> bool:
    """Return whether all that is selected is of one group already."""
    marks = [read_mark(node) for node in _list_chosen(window)]
    return len({found.name for found in marks}) == 1 and all(found.role == "group" for found in marks)


def toggle_optional(window: "Window") -> None:
    """Mark the selected layers as ones that an ablation may leave out, or no longer; where that cannot be, say why."""
    view, chosen = window.editor.view, [node.id for node in _list_chosen(window)]
    if are_optional(window):
        window.editor.apply_view("leave out no longer", mark(view, chosen, ""))
        return
    made = mark_optional(view, chosen)
    whole = _put_back(window, made)
    parts = [part for part in find_optional(whole) if part.block == _block(window) and set(part.nodes) & set(chosen)]
    reasons = (reason for part in parts if (reason := refuse_leaving(whole, part)))
    _mark(window, "mark as optional", made, next(reasons, ""))


def toggle_alternatives(window: "Window") -> None:
    """Make the selected layers alternatives of one another, or no longer; where that cannot be, say why."""
    view, chosen = window.editor.view, [node.id for node in _list_chosen(window)]
    if are_alternatives(window):
        window.editor.apply_view("no alternatives", mark(view, chosen, ""))
    elif len(chosen) > 1:
        made = mark_alternatives(view, chosen)
        whole = _put_back(window, made)
        groups = [parts for parts in find_groups(whole).values() if parts[0].block == _block(window)]
        new = next((parts for parts in groups if any(chosen[0] in part.nodes for part in parts)), ())
        _mark(window, "mark as alternatives", made, refuse_alternatives(whole, new))


def has_kinds(window: "Window") -> bool:
    """Return whether one layer is selected that could be of another kind."""
    chosen = _list_chosen(window)
    spec = find_spec(chosen[0].kind, window.editor.view.blocks) if len(chosen) == 1 else None
    return spec is not None and spec.role == "layer" and len(find_kinds_like(spec, window.editor.view.blocks)) > 1


def list_kinds(window: "Window") -> Iterator[tuple[str, str]]:
    """Yield the kinds that fit in the place of the selected layer, and what people call them."""
    if has_kinds(window):
        (node,), blocks = _list_chosen(window), window.editor.view.blocks
        spec = find_spec(node.kind, blocks)
        assert spec is not None
        rivals = [one for kind in find_kinds_like(spec, blocks) if (one := find_spec(kind, blocks)) is not None]
        fitting = find_replacements(window.editor.view_inference, (node.id,), rivals[1:])
        yield from ((one.kind, name_kind(one)) for one in rivals[1:] if one.kind in fitting)


def read_kinds(window: "Window") -> tuple[str, ...]:
    """Return the kinds as which the selected layer is tried."""
    return next((read_mark(node).kinds for node in _list_chosen(window)), ())


def toggle_kind(window: "Window", kind: str) -> None:
    """Let an ablation try the selected layer as one more kind, or no longer."""
    (node,), before = _list_chosen(window), read_kinds(window)
    kinds = tuple(one for one in before if one != kind) if kind in before else (*before, kind)
    text = Mark("instead", kinds=kinds).text if kinds else ""
    _mark(window, f"try {show_name(node.name)} as other kinds", mark(window.editor.view, (node.id,), text), "")


def list_settings(window: "Window") -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what can vary of all selected layers, in words and with its keys: of several alike, or each by itself."""
    chosen = _list_chosen(window)
    lists = [
        {_name(place): place for place in list_layer(window.editor.project, _block(window), node)} for node in chosen
    ]
    common = [name for name in lists[0] if all(name in each for each in lists)][:MOST] if lists else []
    for name in common:
        keys = tuple(each[name].key for each in lists)
        if len(keys) == 1:
            yield show_name(name, 60), keys
        else:
            yield f"{show_name(name, 60)}, all alike", (JOINT.join(keys),)
            yield f"{show_name(name, 60)}, each by itself", keys


def vary(window: "Window", keys: tuple[str, ...]) -> None:
    """Let settings vary in a sweep."""
    for key in keys:
        window.sweeper.offer(key)


def ablate(window: "Window") -> None:
    """Show the Sweep panel, ready for an ablation of what is marked."""
    draft = window.sweeper.draft
    draft.method, draft.seeds = "ablation", draft.seeds or "1, 2, 3"
    window.sweeper.draft_changed.emit()
    window.workbench.show("sweep")


def _name(place: Place) -> str:
    return place.key.rpartition(".")[2]


def _list_chosen(window: "Window") -> list[Node]:
    nodes = window.editor.view.graph.nodes
    return [node for key, node in nodes.items() if key in window.editor.selected_nodes]


def _block(window: "Window") -> str:
    """Return the block in which one stands, "" in the network itself."""
    return window.editor.where[-1] if window.editor.where else ""


def _put_back(window: "Window", view: Project) -> Project:
    return edit_inside(window.editor.project, _block(window), lambda _: view)


def _mark(window: "Window", title: str, view: Project, reason: str) -> None:
    """Take over marks, or say why they cannot be."""
    if reason:
        window.notices.show_notice("warning", reason.replace("`", ""), key="ablation")
    else:
        window.notices.dismiss("ablation")
        window.editor.apply_view(title, view)
