"""What a command is: one record, from which menus, tool bar, context menus, palette and help pages are made."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import KW_ONLY, dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeVar

if TYPE_CHECKING:
    from designer.ui.window import Window

Menu = Literal["File", "Edit", "View", "Go", "Network", "Train", "Runs", "Help", ""]
Value = TypeVar("Value")
Found = TypeVar("Found")

MENUS = ("File", "Edit", "View", "Go", "Network", "Train", "Runs", "Help")


@dataclass(frozen=True, slots=True)
class Command:
    """One thing the user can ask for.

    `menu` and `part` say where it stands, a line between two parts: `in_menu` sets them. `bar` puts it onto the tool bar: its number there, by tens for gaps; from 100 on it
    stands at the right end. `contexts` are the context menus that offer it. A `canvas` command has its
    shortcut only while the canvas has the focus, so that text fields keep their keys. `choices` makes it a submenu;
    `arrow` names the command on the tool bar whose button opens that by an arrow at its side. What ends in `_now` is
    what holds at the moment: the title, whose first word a button on the tool bar says, and the tip.
    """

    id: str
    title: str
    run: "Callable[[Window], object]" = lambda window: None
    _: KW_ONLY
    menu: Menu = ""
    part: int = 0
    icon: str = ""
    shortcuts: tuple[str, ...] = ()
    canvas: bool = False
    bar: int = 0
    contexts: tuple[Literal["node", "edge", "remark", "canvas", "run"], ...] = ()
    enabled: "Callable[[Window], bool]" = lambda window: True
    checked: "Callable[[Window], bool] | None" = None
    title_now: "Callable[[Window], str] | None" = None
    tip_now: "Callable[[Window], str] | None" = None
    choices: "Callable[[Window], Iterable[Command]] | None" = None
    arrow: str = ""
    tip: str = ""


def in_menu(menu: Menu, *parts: Iterable[Command]) -> tuple[Command, ...]:
    """Return commands as they stand in a menu, in its parts."""
    return tuple(replace(one, menu=menu, part=number) for number, part in enumerate(parts) for one in part)


def offer(
    start: str,
    values: Iterable[tuple[str, Value]],
    run: Callable[[Value], object],
    checked: Callable[[Value], bool] | None = None,
    tip: Callable[[Value], str] = lambda value: "",
) -> "Iterator[Command]":
    """Yield a command for each of some titled values; its id is a number after `start`."""
    for number, (title, value) in enumerate(values):
        is_checked = _bind(checked, value) if checked is not None else None
        yield Command(f"{start}.{number}", title, _bind(run, value), checked=is_checked, tip=tip(value))


def _bind(call: "Callable[[Value], Found]", value: Value) -> "Callable[[Window], Found]":
    return lambda window: call(value)


def has_nodes(window: "Window") -> bool:
    """Return whether a layer is selected."""
    return bool(window.editor.selected_nodes)


def has_selection(window: "Window") -> bool:
    """Return whether a layer, a wire, a comment or a frame is selected."""
    editor = window.editor
    return bool(editor.selected_nodes or editor.selected_edges or editor.selected_remarks)


def has_clip(window: "Window") -> bool:
    """Return whether there is something selected to copy."""
    return bool(window.editor.selected_nodes or window.editor.selected_remarks)


def has_remarks(window: "Window") -> bool:
    """Return whether a comment or a frame is selected."""
    return bool(window.editor.selected_remarks)


def has_words(window: "Window") -> bool:
    """Return whether exactly one layer is selected, which has a name, or comments and frames alone."""
    editor = window.editor
    return len(editor.selected_nodes) == 1 or bool(editor.selected_remarks and not editor.selected_nodes)


def has_network(window: "Window") -> bool:
    """Return whether the network has any layer."""
    return bool(window.editor.project.graph.nodes)


def has_graph(window: "Window") -> bool:
    """Return whether there is any layer where one stands."""
    return bool(window.editor.view.graph.nodes)
