"""The window as a program: start it, take its picture, or drive it through a tour off screen."""

import gc
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEventLoop, QSize
from PySide6.QtWidgets import QApplication

from designer.document.atomic import write_file
from designer.document.embedding import load_any
from designer.document.project import Project
from designer.document.remarks import set_flow
from designer.paths import APP
from designer.ui.editor import Editor
from designer.ui.faults import Faults
from designer.ui.scale import apply_scale, start_again
from designer.ui.settings import Settings
from designer.ui.sweep import COLLECT
from designer.ui.window import Window

if TYPE_CHECKING:
    from designer.ui.canvas.picture_file import Options

QUIT_AFTER_PAINT = "DESIGNER_QUIT_AFTER_PAINT"


def run_window(*paths: Path | str) -> int:
    """Open the window with these files, each in a tab, and return the exit status when it is closed."""
    settings = Settings()
    apply_scale(settings)
    application = make_application()
    faults = Faults(application)
    faults.install()
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl+C in a terminal ends the program; the autosave is kept
    window = Window(Editor(set_flow(Project(), settings.flow)), settings)
    faults.raised.connect(window.report_fault)
    window.filing.open_all(map(Path, paths))
    if os.environ.get(QUIT_AFTER_PAINT):
        window.painted.connect(lambda: _print_and_quit(window))
    window.show()
    try:
        status = application.exec()
    finally:
        faults.remove()
    if window.scale.restart_wanted:
        start_again([document.path for document in window.documents.all if document.path is not None])
    return status


def make_application() -> QApplication:
    """Return the QApplication of this process, made if there is none."""
    application = QApplication.instance()
    if isinstance(application, QApplication):
        return application
    QCoreApplication.setApplicationName("Designer")
    gc.set_threshold(*COLLECT)
    application = QApplication([APP])
    application.setDesktopFileName(APP)
    return application


@contextmanager
def open_offscreen(
    project: Project, path: Path | None = None, theme: str = "dark", size: tuple[int, int] = (1680, 1050)
) -> Iterator[Window]:
    """Give the real window with a project in it, ready and painted, on Qt's offscreen platform.

    Nothing of the user's settings is read or changed. Only for processes that show no other window.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    make_application()
    with tempfile.TemporaryDirectory() as folder:
        window = Window(Editor(), Settings(Path(folder) / "window.ini"), theme, keep_safe=False)
        window.resize(QSize(*size))
        window.workbench.reset()
        window.filing.show(project, path, remember=False)
        loop = QEventLoop()
        window.ready.connect(loop.quit)
        window.show()
        loop.exec()
        window.canvas.fit_all()
        _settle()
        try:
            yield window
        finally:
            window.close_for_good()
            window.deleteLater()
            _settle()


def take_screenshot(
    path: Path | str, out: Path | str, theme: str = "dark", size: tuple[int, int] = (1680, 1050), block: str = ""
) -> None:
    """Save a picture of the real window with a project in it, inside a block where its id is given.

    Raises FileError, and OSError where `out` cannot be.
    """
    path = Path(path)
    with open_offscreen(load_any(path), path, theme, size) as window:
        if block:
            window.editor.enter_block(block)
            _settle()
            window.canvas.fit_all()
        save_picture(window, Path(out))


def write_picture(project: Project, out: Path, options: "Options", block: str = "") -> str:
    """Write a picture of a network, or of the inside of a block, off screen.

    Returns a sentence where it had to be made smaller than asked for, else "". Raises OSError.
    """
    from designer.ui.canvas.picture import Picture, take_subject
    from designer.ui.canvas.picture_file import PictureFile, draw_picture

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    make_application()
    editor = Editor(project)
    if block:
        editor.enter_block(block)
    file = PictureFile(Picture(take_subject(editor), options.make_look()), options, project)
    content = draw_picture(file)
    out.parent.mkdir(parents=True, exist_ok=True)
    write_file(out, content)
    return file.note


def save_picture(window: Window, out: Path) -> None:
    """Save what the window shows now as a PNG. Raises OSError."""
    _settle()
    out.parent.mkdir(parents=True, exist_ok=True)
    if not window.grab().save(str(out)):
        raise OSError(f"{out} cannot be written")


def _settle() -> None:
    """Let everything that waits in Qt's queue happen: layouts, timers of no delay, deletions."""
    for _ in range(4):
        QCoreApplication.sendPostedEvents()
        QCoreApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, 52)  # QEvent.DeferredDelete


def _print_and_quit(window: Window) -> None:
    sys.stdout.write(f"{seconds_since_start():.3f}\n")
    sys.stdout.flush()
    window.close_for_good()
    QCoreApplication.quit()


def seconds_since_start() -> float:
    """Return how long this process has lived; on systems that do not tell, how long Python has counted."""
    try:
        ticks = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
        uptime = float(Path("/proc/uptime").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return time.process_time()
    return uptime - ticks / os.sysconf("SC_CLK_TCK")


def run_tour(out: Path | str) -> int:
    """Take the tour: open, train, export and run an example, off screen. Return 0 if all of it went well."""
    from designer.ui.tour import take_tour  # with the engine: not before the window of `run_window` is painted

    def say(text: str) -> None:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()

    return take_tour(Path(out), say)
