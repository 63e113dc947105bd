"""When Python looks for cycles among its objects: while the user rests, not in the middle of an edit.

A document, what is inferred of it and what is drawn of it are hundreds of thousands of objects without one cycle: they
go as soon as nothing holds them. Looking through them for cycles costs more than an edit, so it waits for a pause, and
then only what is new is looked through. What panels and dialogs leave behind is found then too.

Python itself would look wherever it happens to be, on a thread beside the window too, and there take away a widget that
a cycle held. Qt forbids that: the program ends in the middle of whatever asks for all widgets next. So while there is a
window, Python does not look by itself.
"""

import gc

from PySide6.QtCore import QObject, QTimer

from designer.ui.editor import Editor

# Python looks after every 700 new objects. This is for work without a window.
COLLECT = (200_000, 20, 100)
MOST = 1_000_000  # new objects after which it looks without a pause: for edits without end
REST = 1000  # milliseconds without an edit: a pause
LOOK = 5000  # milliseconds between two looks while nothing is edited but a network trains, or windows come and go
FEW = 20_000  # new objects that are not worth a look


class Sweep(QObject):
    """Looks for cycles among young objects in the pauses between edits, in the window's thread and nowhere else."""

    alive = 0  # of these: as many as there are windows

    def __init__(self, editor: Editor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, interval=LOOK)
        self._timer.timeout.connect(self._look)
        self._timer.start()
        for signal in (editor.view_changed, editor.opened):
            signal.connect(self._wait)
        gc.disable()
        Sweep.alive += 1
        self.destroyed.connect(_end)

    def _wait(self) -> None:
        """Put the look off until the user rests; where that never comes, look now."""
        self._timer.start(REST)
        if gc.get_count()[0] > MOST:
            gc.collect(1)

    def _look(self) -> None:
        if self._timer.interval() != LOOK:
            self._timer.start(LOOK)
        new, _, looks = gc.get_count()
        if new > FEW:
            gc.collect(2 if looks > COLLECT[2] else 1)


def _end(*_: object) -> None:
    """Let Python look by itself again, a turn of the event loop later.

    Here Qt is taking a window apart, and holds locks for which a widget that is found in a cycle would wait without end.
    """
    Sweep.alive -= 1
    QTimer.singleShot(0, _let_python_look)


def _let_python_look() -> None:
    if not Sweep.alive:
        gc.enable()
