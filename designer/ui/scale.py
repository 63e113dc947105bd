"""How large the interface is drawn: a choice that Qt takes up when the program starts, so that a change starts it anew."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from designer.ui.notices import Answer
from designer.ui.settings import SCALES, Settings

if TYPE_CHECKING:
    from designer.ui.window import Window

FACTOR = "QT_SCALE_FACTOR"
OURS = "DESIGNER_SCALE_IS_CHOSEN"  # says that the factor is the choice made here, and none of the user's environment


def apply_scale(settings: Settings) -> None:
    """Let Qt draw at the scale that was chosen. Before the QApplication is made; a factor of the user's own wins."""
    if FACTOR not in os.environ and settings.scale != 100:
        os.environ[FACTOR] = f"{settings.scale / 100:g}"
        os.environ[OURS] = "1"


def start_again(paths: list[Path]) -> None:
    """Start the program in a process of its own, with these files."""
    import subprocess  # once in a while: the start does not wait for it

    environment = dict(os.environ)
    if environment.pop(OURS, None):
        environment.pop(FACTOR, None)
    program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "designer"]
    subprocess.Popen([*program, *map(str, paths)], env=environment, start_new_session=True)


def scale_in_force() -> int:
    """Return the scale in percent that this program is drawn at."""
    return round(100 * float(os.environ[FACTOR])) if OURS in os.environ else 100


class Scale(QObject):
    """The choice of one window."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self.restart_wanted = False  # whether the program starts again once the window is closed

    @property
    def choice(self) -> int:
        """The scale in percent that was chosen."""
        return self._window.settings.scale

    def choose(self, percent: int) -> None:
        """Remember a scale, and offer to start again with it."""
        settings, notices = self._window.settings, self._window.notices
        if percent not in SCALES or percent == settings.scale:
            return
        settings.scale = percent
        if FACTOR in os.environ and OURS not in os.environ:
            text = f"{FACTOR} is set in the environment of this program and goes before the choice of {percent} %."
            notices.show_notice("note", text, key="scale")
            return
        if percent == scale_in_force():
            notices.dismiss("scale")
            return
        text = f"Designer is shown at {percent} % from its next start on."
        notices.show_notice("note", text, Answer("Restart now", self.restart), key="scale")

    def restart(self) -> None:
        """Close the window, after the questions about what is not saved, and start again with the same files."""
        self._window.filing.ask_unsaved(self._close)

    def _close(self) -> None:
        self.restart_wanted = True
        self._window.close_for_good()
