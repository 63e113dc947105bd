"""Cycles among objects are looked for in pauses, not during edits."""

import gc
import weakref

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
    before = gc.get_threshold()
    gc.set_threshold(*COLLECT)  # as in the program: an edit does not look by itself
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
    gc.set_threshold(*before)
    sweep.deleteLater()
    settle()
