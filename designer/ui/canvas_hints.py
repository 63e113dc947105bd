"""What the status bar says of the canvas: what a gesture would do, and why the key of a command did nothing."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QKeyCombination, QObject, Qt, QTimer
from PySide6.QtGui import QKeySequence

from designer.ui.commands import COMMANDS
from designer.ui.commands.record import Command, has_clip, has_nodes, has_remarks, has_selection, has_words

if TYPE_CHECKING:
    from designer.ui.window import Window

SHOWN = 8000  # milliseconds, unless something is selected or another key pressed before
NEEDS: dict[Callable[["Window"], bool], str] = {
    has_nodes: "select a layer first",
    has_selection: "select a layer or a wire first",
    has_clip: "select a layer or a comment first",
    has_remarks: "select a comment or a frame first",
    has_words: "select one layer, a comment or a frame first",
}


class CanvasHints(QObject):
    """Listens to gestures, and to the keys that reach the canvas: those of commands that can be done now never do."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self._shows = False
        self._end = QTimer(self, singleShot=True, interval=SHOWN)
        self._end.timeout.connect(self._clear)
        window.canvas.status_hint.connect(window.status.show_hint)
        window.canvas.pressed.connect(self._tell)
        window.editor.selection_changed.connect(self._clear)
        window.editor.view_changed.connect(self._clear)

    def _tell(self, key: int, keys: Qt.KeyboardModifier) -> None:
        self._clear()
        command = _find_command(QKeySequence(QKeyCombination(keys & ~Qt.KeyboardModifier.KeypadModifier, Qt.Key(key))))
        if command is not None and not command.enabled(self._window):
            title = command.title.removesuffix(" \N{HORIZONTAL ELLIPSIS}")
            self._window.status.show_hint(f"{title}: {NEEDS[command.enabled]}.")
            self._shows = True
            self._end.start()

    def _clear(self) -> None:
        if self._shows:
            self._shows = False
            self._end.stop()
            self._window.status.show_hint("")


def _find_command(keys: QKeySequence) -> Command | None:
    """Return the command of a key among those that need something selected."""
    there = (one for one in COMMANDS if one.enabled in NEEDS)
    return next((one for one in there if any(QKeySequence(each) == keys for each in one.shortcuts)), None)
