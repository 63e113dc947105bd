"""The commands that show: the window, pictures of it and of networks. Qt is imported by those that need it."""

import os
import sys
from argparse import Namespace
from pathlib import Path
from typing import Literal

from designer.cli.demands import Refusal, demand_output, find_block, open_project


def take_picture(arguments: Namespace) -> int:
    """Save a picture of the window with a project in it."""
    demand_output(arguments.out, arguments.file)
    project = open_project(arguments.file)  # what is wrong with it is said before Qt is there
    block = "" if arguments.block is None else find_block(project, arguments.block)
    from designer.ui.app import take_screenshot

    take_screenshot(arguments.file, arguments.out, arguments.theme, arguments.size, block)
    print(f"Saved {arguments.out}")
    return 0


def draw_network(arguments: Namespace) -> int:
    """Save a picture of the network itself, or of the inside of a block, in full detail."""
    from designer.document.placement import place_missing

    out: Path = arguments.out
    demand_output(out, arguments.file)
    forms: dict[str, Literal["png", "svg", "pdf"]] = {".png": "png", ".svg": "svg", ".pdf": "pdf"}
    form = forms.get(out.suffix.lower())
    if form is None:
        raise Refusal(f"{out} says no format: its name must end in .png, .svg or .pdf.", 2)
    project = place_missing(open_project(arguments.file))
    if not project.graph.nodes:
        raise Refusal("The project has no layers to draw.")
    block = "" if arguments.block is None else find_block(project, arguments.block)
    from designer.ui.app import write_picture
    from designer.ui.canvas.picture_file import Options

    looks = {name: getattr(arguments, name) for name in ("theme", "transparent", "title", "legend")}
    options = Options(form, resolution=arguments.dpi, embed=not arguments.bare, **looks)
    note = write_picture(project, out, options, block)
    print(f"Saved {out}")
    if note:
        sys.stderr.write(f"{note}\n")
    return 0


def run_tour(arguments: Namespace) -> int:
    """Drive the real window off screen from an example to a trained network and its script."""
    from designer.ui.app import run_tour as tour

    return tour(arguments.out)


def open_window(arguments: Namespace) -> int:
    """Open the window, with the projects that are named in its tabs."""
    for path in arguments.files:
        if not path.exists():
            raise Refusal(f"There is no file {path}.", 2)
    if not _has_display():
        raise Refusal("There is no display here to open the window on. `designer tour` shows it off screen.")
    from designer.ui.app import run_window

    return run_window(*arguments.files)


def _has_display() -> bool:
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
