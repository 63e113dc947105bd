"""Runs that ended with the program, by a crash or by closing it: told at the next start, with the way to go on."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from designer.document.wording import show_name
from designer.ui.notices import Answer
from designer.ui.words import write_amount

if TYPE_CHECKING:
    from designer.engine.runs import Run
    from designer.ui.settings import Settings
    from designer.ui.window import Window

KEY = "broken runs"
TOLD, CLOSED = "runs told until", "runs closed"  # what the settings call a time, and folders of runs
FIRST_LOOK = timedelta(days=1)  # of somebody who was never told


def note_closed(settings: "Settings", folder: str) -> None:
    """Take note that a run in a folder ends because the window closes."""
    settings.add_chosen(CLOSED, folder)
    settings.flush()


def prepare_search(settings: "Settings") -> "Callable[[], list[Run]]":
    """Return what finds, on any thread, the runs that ended with the program since the last start, newest first."""
    now = datetime.now(UTC)
    told = next(iter(settings.chosen(TOLD)), (now - FIRST_LOOK).isoformat(timespec="seconds"))
    closed, root = settings.chosen(CLOSED), settings.runs
    settings.add_chosen(TOLD, now.isoformat(timespec="seconds"))

    def find() -> "list[Run]":
        from designer.engine.store import Store

        listed = (Store(root) if root is not None else Store()).list().runs
        new = [run for run in listed if run.record.updated >= told and run.record.step and run.can_go_on]
        return [run for run in new if run.is_broken or (run.record.state == "stopped" and run.folder.name in closed)]

    return find


def tell_broken(window: "Window", runs: "list[Run] | None") -> None:
    """Show a bar about runs that ended with the program, and offer to go on with the newest."""
    if not runs:
        return
    first = runs[0]
    how = "when Designer closed unexpectedly" if first.is_broken else "as Designer was closed"
    place = f"epoch {first.record.epoch:,}, step {first.record.step:,}"
    text = f"The run {show_name(first.name, 60)} ended {how}, at {place}. What it had learned by then is kept."
    if len(runs) > 1:
        text += f" {write_amount(len(runs) - 1, 'more run')} ended like it."

    def show() -> None:
        window.workbench.show("runs")
        window.runs.select((first,))

    def go_on() -> None:
        show()
        window.runs.again.go_on()

    window.notices.show_notice("warning", text, Answer("Go on", go_on), Answer("Show in Runs", show), key=KEY)
