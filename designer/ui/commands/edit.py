"""The commands of the Edit menu: undo, clipboard, selection."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from designer.ui.commands.record import (
    Command,
    has_clip,
    has_graph,
    has_network,
    has_selection,
    has_words,
    in_menu,
)
from designer.ui.words import write_amount, write_count

if TYPE_CHECKING:
    from designer.ui.window import Window


def _name_undo(window: "Window") -> str:
    return f"Undo {window.editor.history.undo_title}".strip()


def _name_redo(window: "Window") -> str:
    return f"Redo {window.editor.history.redo_title}".strip()


MOST_STEPS = 20  # in a list that opens; the History tab has them all


def _list_undo(window: "Window") -> Iterator[Command]:
    """Yield what can be undone, the newest first: whoever takes one undoes it with all after it."""
    return _list_steps(window, "Undo", range(window.editor.history.position, 0, -1), -1)


def _list_redo(window: "Window") -> Iterator[Command]:
    """Yield what can be redone, the next first: whoever takes one redoes it with all before it."""
    history = window.editor.history
    return _list_steps(window, "Redo", range(history.position + 1, len(history.steps)), 0)


def _list_steps(window: "Window", verb: str, places: range, by: int) -> Iterator[Command]:
    steps = window.editor.history.steps
    for number, place in enumerate(places[:MOST_STEPS], start=1):
        title = steps[place].title
        yield Command(
            f"edit.{verb.lower()}.{number}",
            f"{title[:1].upper()}{title[1:]}",
            partial(_jump, place + by),
            tip=f"{verb} {write_amount(number, 'step')}",
        )
    if len(places) > MOST_STEPS:
        yield Command("edit.steps", f"All {write_count(len(places))} in the History tab", _show_history)


def _jump(place: int, window: "Window") -> None:
    window.editor.jump(place)


def _show_history(window: "Window") -> None:
    window.workbench.show("history")


EDIT = in_menu(
    "Edit",
    (
        Command(
            "edit.undo",
            "Undo",
            lambda w: w.editor.undo(),
            icon="ph.arrow-u-up-left",
            shortcuts=("Ctrl+Z",),
            bar=11,
            enabled=lambda w: bool(w.editor.history.undo_title),
            title_now=_name_undo,
        ),
        Command(
            "edit.redo",
            "Redo",
            lambda w: w.editor.redo(),
            icon="ph.arrow-u-up-right",
            shortcuts=("Ctrl+Shift+Z", "Ctrl+Y"),
            bar=12,
            enabled=lambda w: bool(w.editor.history.redo_title),
            title_now=_name_redo,
        ),
        Command(
            "edit.undo_steps",
            "Undo several steps",
            enabled=lambda w: bool(w.editor.history.undo_title),
            choices=_list_undo,
            arrow="edit.undo",
        ),
        Command(
            "edit.redo_steps",
            "Redo several steps",
            enabled=lambda w: bool(w.editor.history.redo_title),
            choices=_list_redo,
            arrow="edit.redo",
        ),
        Command(
            "edit.history",
            "History",
            _show_history,
            icon="ph.clock-counter-clockwise",
            shortcuts=("Ctrl+Alt+Z",),
            tip="All steps by name: go back to any of them, and forward again",
        ),
    ),
    (
        Command(
            "edit.cut",
            "Cut",
            lambda w: w.hands.cut(),
            icon="ph.scissors",
            shortcuts=("Ctrl+X",),
            contexts=("node", "remark"),
            enabled=has_clip,
        ),
        Command(
            "edit.copy",
            "Copy",
            lambda w: w.hands.copy(),
            icon="ph.copy",
            shortcuts=("Ctrl+C",),
            contexts=("node", "remark"),
            enabled=has_clip,
        ),
        Command(
            "edit.paste",
            "Paste",
            lambda w: w.hands.paste(),
            icon="ph.clipboard",
            shortcuts=("Ctrl+V",),
            contexts=("node", "canvas"),
            tip="Layers copied here, in another window, or as text",
        ),
        Command(
            "edit.duplicate",
            "Duplicate",
            lambda w: w.hands.duplicate(),
            icon="ph.copy-simple",
            shortcuts=("Ctrl+D",),
            contexts=("node", "remark"),
            enabled=has_clip,
        ),
        Command(
            "edit.delete",
            "Delete",
            lambda w: w.hands.delete(),
            icon="ph.trash",
            shortcuts=("Del", "Backspace"),
            canvas=True,
            contexts=("node", "edge", "remark"),
            enabled=has_selection,
            tip="Layers go and the gap closes; wires are cut",
        ),
    ),
    (
        Command(
            "edit.rename",
            "Rename",
            lambda w: w.guide.rename(),
            icon="ph.pencil-simple",
            shortcuts=("F2",),
            contexts=("node",),
            enabled=has_words,
        ),
        Command(
            "edit.select_all",
            "Select all",
            lambda w: w.hands.select_all(),
            icon="ph.selection-all",
            shortcuts=("Ctrl+A",),
            contexts=("canvas",),
            enabled=has_graph,
        ),
    ),
    (
        Command(
            "edit.find",
            "Find …",
            lambda w: w.find_bar.open(),
            icon="ph.magnifying-glass",
            shortcuts=("Ctrl+F",),
            enabled=has_network,
            tip="Find layers by name, kind, shape, setting or state, in the network and inside its blocks",
        ),
        Command(
            "edit.find_next",
            "Find next",
            lambda w: w.find_bar.step(1),
            icon="ph.arrow-down",
            shortcuts=("F3",),
            enabled=has_network,
        ),
        Command(
            "edit.find_previous",
            "Find previous",
            lambda w: w.find_bar.step(-1),
            icon="ph.arrow-up",
            shortcuts=("Shift+F3",),
            enabled=has_network,
        ),
    ),
)
