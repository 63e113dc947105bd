"""File > Take away: the run that is meant, and the dialog that writes it as files for others."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from designer.document.wording import show_name

if TYPE_CHECKING:
    from designer.engine.runs import Run
    from designer.ui.take_dialog import TakeDialog
    from designer.ui.window import Window

KEY = "take"  # of the notices


def can_take(window: "Window") -> bool:
    """Return whether the run of the document, or the one that is evaluated, has ended."""
    return window.evaluating.weights.run is not None or window.trainer.state == "ended"


def ask(window: "Window") -> "TakeDialog | None":
    """Ask in which forms to take away the run that is evaluated, else the document's own; say why it cannot be."""
    folder = window.evaluating.weights.folder
    if folder is None or not (folder / "best.safetensors").is_file():
        text = (
            "This run was not kept: there is nothing to take away. Train it again."
            if folder is None
            else "This run has no finished epoch yet: there is nothing to take away."
        )
        window.notices.show_notice("warning", text, key=KEY)
        return None
    return open_dialog(window, folder, window.evaluating.weights.name or show_name(window.editor.project.name, 60))


def ask_run(window: "Window", run: "Run") -> "TakeDialog":
    """Ask in which forms to take away a kept run."""
    return open_dialog(window, run.folder, show_name(run.name, 60))


def open_dialog(window: "Window", folder: Path, name: str) -> "TakeDialog":
    """Open the dialog; a folder beside the project, or where something was saved last, is proposed."""
    from designer.ui.take_dialog import TakeDialog  # the first paint needs it not

    path = window.editor.path
    place = path.parent if path is not None else Path(window.settings.folder or Path.home())
    dialog = TakeDialog(folder, name, propose_folder(place, name), window)
    dialog.written.connect(lambda out: _tell(window, out))
    dialog.show_wanted.connect(lambda out: _show(window, out))
    dialog.open()
    return dialog


def propose_folder(place: Path, name: str) -> Path:
    """Return a folder that is not there yet."""
    stem = (
        "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in name[:60]).strip("_") or "network"
    )
    numbered = [place / stem, *(place / f"{stem}_{number}" for number in range(2, 1000))]
    return next((path for path in numbered if not path.exists()), place / f"{stem}_new")


def _tell(window: "Window", out: Path) -> None:
    window.settings.folder = str(out.parent)
    window.notices.show_notice("note", f"Taken away to {out}", key=KEY)


def _show(window: "Window", out: Path) -> None:
    if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(out))):
        window.notices.show_notice("note", f"The folder is {out}", key=KEY)
