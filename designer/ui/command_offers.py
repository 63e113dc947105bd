"""Commands as offers of the search box: every one of the records and of their submenus, with its menu and its keys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence

from designer.ui.commands import COMMANDS, Command
from designer.ui.offer_list import Offer
from designer.ui.text_match import rate_text

if TYPE_CHECKING:
    from designer.ui.window import Window

ITSELF = "view.commands"  # to ask for a command by its name is no answer
MOST_RECENT = 6


@dataclass(frozen=True, slots=True)
class Reach:
    """A command and where it stands: its menu, and the submenu whose choice it is."""

    command: Command
    menu: str
    submenu: str = ""


def list_commands(window: "Window") -> dict[str, Reach]:
    """Return every command by id, the choices of submenus among them."""
    reached: dict[str, Reach] = {}
    for command in COMMANDS:
        if command.choices is not None:
            for choice in command.choices(window):
                reached[choice.id] = Reach(choice, command.menu, command.title)
        elif command.id != ITSELF:
            reached[command.id] = Reach(command, command.menu)
    return reached


def offer_commands(
    text: str, commands: Mapping[str, Reach], window: "Window", recent: Sequence[str] = ()
) -> list[Offer]:
    """Return the commands that fit a text, best first; what cannot be done now stands dim at the end.

    Without a text those used lately come first.
    """
    place = {key: rank for rank, key in enumerate(recent[:MOST_RECENT])}
    rated: list[tuple[tuple[bool, int, int], Offer]] = []
    for key, reach in commands.items():
        offer = _offer(key, reach, window, recently=key in place and not text.strip())
        cost = rate_text(text, offer.title, f"{reach.menu} {reach.command.tip} {key}")
        if cost is not None:
            rated.append(((not offer.enabled, cost, place.get(key, MOST_RECENT)), offer))
    return [offer for _, offer in sorted(rated, key=lambda pair: pair[0])]


def _offer(key: str, reach: Reach, window: "Window", *, recently: bool) -> Offer:
    command = reach.command
    title = command.title_now(window) if command.title_now is not None else command.title
    checked = command.checked is not None and command.checked(window)
    says = (reach.menu, "recent" if recently else "", "on" if checked else "")
    return Offer(
        key,
        f"{reach.submenu}: {title}" if reach.submenu else title,
        " · ".join(part for part in says if part),
        _show_keys(command.shortcuts[0]) if command.shortcuts else "",
        tip=command.tip,
        enabled=command.enabled(window),
    )


def _show_keys(keys: str) -> str:
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
