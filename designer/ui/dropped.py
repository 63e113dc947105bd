"""What is dropped on the window from outside: projects, pictures with one inside, data, or something else."""

from pathlib import Path
from typing import TYPE_CHECKING

from designer.document.embedding import is_picture
from designer.document.files import SUFFIX
from designer.document.wording import show_name

if TYPE_CHECKING:
    from designer.ui.window import Window


def take_dropped(window: "Window", paths: list[Path]) -> None:
    """Open every project among the files, else go on with data; say it where they are neither."""
    mine = [path for path in paths if path.suffix.lower() == SUFFIX or is_picture(path)]
    window.filing.open_all(mine)
    if not paths or mine:
        return
    if len(paths) == 1:
        _take_data(window, paths[0])
        return
    text = f"{show_name(paths[0].name)} and {len(paths) - 1:,} more are no Designer projects: those end in {SUFFIX}, or are "
    window.notices.show_notice("note", f"{text}inside a PNG or SVG. Data is dropped as one file or folder.", key="open")


def _take_data(window: "Window", path: Path) -> None:
    """Look at a file or folder in the Data tab."""
    window.notices.dismiss("open")
    window.workbench.show("data")
    panel = window.workbench.panel("data")
    assert hasattr(panel, "take_path")  # its module needs numpy
    panel.take_path(path, lambda reason: window.notices.show_notice("note", reason, key="open"))
