"""What is dropped on the window from outside: projects, pictures with one inside, data, or something else."""

from pathlib import Path
from typing import TYPE_CHECKING

from designer.document.embedding import is_picture
from designer.document.files import SUFFIX
from designer.document.wording import show_name

if TYPE_CHECKING:
    from designer.ui.window import Window

TABLES = (".csv", ".tsv")
IDX = "-ubyte"  # in the names of the files of a folder of images


def take_dropped(window: "Window", paths: list[Path]) -> None:
    """Open every project among the files, else go on with data; say it where they are neither."""
    mine = [path for path in paths if path.suffix.lower() == SUFFIX or is_picture(path)]
    window.filing.open_all(mine)
    if not paths or mine or (len(paths) == 1 and _take_data(window, paths[0])):
        return
    others = f" and {len(paths) - 1:,} more" if len(paths) > 1 else ""
    verb = "are no Designer projects" if others else "is no Designer project"
    text = f"{show_name(paths[0].name)}{others} {verb}: those end in {SUFFIX}, or are inside a PNG or SVG."
    window.notices.show_notice("note", text, key="open")


def _take_data(window: "Window", path: Path) -> bool:
    """Go to the Data tab with a table or a folder; return whether it is one of these."""
    try:
        folder = path.is_dir()
        images = folder and any(IDX in one.name.lower() for one in path.iterdir())
    except OSError:
        return False
    if folder and not images:
        text = f"{show_name(path.name)} holds no images in IDX files, as the folder of MNIST does."
        window.notices.show_notice("note", f"{text} Drop such a folder, a CSV file or a project.", key="open")
        return True
    if not images and not (path.suffix.lower() in TABLES and path.is_file()):
        return False
    window.workbench.show("data")
    panel = window.workbench.panel("data")
    assert hasattr(panel, "take_path")  # its module needs numpy
    panel.take_path(path)
    return True
