"""Cycles among objects are looked for in pauses, not during edits."""

import gc
import weakref
from concurrent.futures import ThreadPoolExecutor

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from designer.document.edits import add_node
from designer.document.project import Project
from designer.ui.editor import Editor
from designer.ui.sweep import COLLECT, FEW, Sweep
from tests.ui.conftest import settle


class Knot:
    """An object in a cycle with itself."""

    def __init__(self) -> None:
        self.itself = self


def test_what_holds_itself_goes_in_a_pause_after_an_edit(qtbot: QtBot) -> None:
    editor = Editor(Project())
    sweep = Sweep(editor)
    knot = Knot()
    there = weakref.ref(knot)
    del knot
    new: list[list[int]] = [[] for _ in range(FEW + 1)]
    editor.apply("add", add_node(editor.project, "ReLU")[0])
    assert there() is not None
    qtbot.waitUntil(lambda: there() is None)
    assert new
    sweep.deleteLater()
    settle()


def test_a_widget_is_never_taken_away_on_another_thread(qtbot: QtBot) -> None:
    sweep = Sweep(Editor(Project()))
    widget = QWidget()
    widget.itself = widget  # type: ignore[attr-defined]
    there = weakref.ref(widget)
    del widget

    def work() -> list[list[int]]:
        return [[] for _ in range(2 * COLLECT[0])]

    with ThreadPoolExecutor(1) as threads:
        new = threads.submit(work).result()
    assert there() is not None
    sweep._look()
    assert new
    assert there() is None
    assert not gc.isenabled()
    sweep.deleteLater()
    settle()
    assert gc.isenabled()


def test_python_does_not_look_while_qt_takes_a_window_apart(qtbot: QtBot) -> None:
    """It would take widgets away in the middle of that, and wait without end for a lock that Qt holds."""
    window, seen = QWidget(), []
    Sweep(Editor(Project()), window)
    QObject(window).destroyed.connect(lambda: seen.append(gc.isenabled()))
    window.deleteLater()
    settle()
    assert seen == [False]
    assert gc.isenabled()
