"""Files that others change while they are open: nothing of theirs is lost, nothing of ours, and nothing blocks."""

import os

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication

from designer.document.edits import rename_node
from designer.document.files import load, save
from designer.document.graph import Graph
from designer.document.project import Project
from tests.ui.conftest import settle


@pytest.fixture
def path(window, chain, tmp_path):
    save(tmp_path / "mine.nnd", chain)
    window.filing.open(tmp_path / "mine.nnd")
    return tmp_path / "mine.nnd"


def change_elsewhere(path, chain) -> Project:
    theirs = rename_node(chain, "relu_1", "theirs")
    save(path, theirs)
    return theirs


def edit(window) -> None:
    window.editor.apply("rename", rename_node(window.editor.project, "relu_1", "ours"))


def texts(window) -> list[str]:
    return [notice.text for notice in window.notices.shown]


def test_what_others_saved_is_not_written_over_unasked(window, user, chain, path):
    edit(window)
    theirs = change_elsewhere(path, chain)
    user.press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier, window)
    assert load(path) == theirs
    assert window.editor.modified
    assert texts(window) == [
        "Not saved. mine.nnd was changed on the disk by another program since it was opened or saved here."
    ]
    user.answer("Save over it")
    assert load(path) == window.editor.project
    assert not window.editor.modified
    edit_again = rename_node(window.editor.project, "relu_1", "again")
    window.editor.apply("rename", edit_again)
    window.filing.save()
    assert load(path) == edit_again
    assert not texts(window)


def test_the_other_version_can_be_compared(window, user, chain, path):
    edit(window)
    change_elsewhere(path, chain)
    window.filing.save()
    settle()
    user.answer("Compare")
    assert window.canvas.sheet.contrast.changes["relu_1"] == "changed"


def test_a_file_written_anew_with_the_same_content_is_no_matter(window, chain, path):
    edit(window)
    path.unlink()
    save(path, chain)
    window.filing.save()
    assert load(path) == window.editor.project
    path.unlink()
    window.editor.undo()
    window.filing.save()  # a file that is gone comes back
    assert load(path) == chain
    assert not texts(window)


def test_a_change_is_told_once_when_the_window_is_looked_at_and_can_be_loaded(window, user, chain, path):
    theirs = change_elsewhere(path, chain)
    QApplication.sendEvent(window, QEvent(QEvent.Type.WindowActivate))
    settle()
    assert texts(window) == ["mine.nnd was changed on the disk by another program."]
    user.answer("Load it again")
    assert window.editor.project == theirs
    assert not window.editor.modified
    window.editor.undo()
    assert window.editor.project == chain
    assert window.editor.modified
    save(path, Project("third", Graph()))
    for expected in (1, 0):  # closed by hand, it does not come again
        QApplication.sendEvent(window, QEvent(QEvent.Type.WindowActivate))
        assert len(texts(window)) == expected
        window.notices.dismiss()


def test_what_another_program_broke_is_not_written_over_unasked(window, user, chain, path):
    edit(window)
    path.write_text("{")
    QApplication.sendEvent(window, QEvent(QEvent.Type.WindowActivate))
    window.filing.save()
    assert path.read_text() == "{"
    settle()
    user.answer("Save over it")
    assert load(path) == window.editor.project


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in the file system")
def test_a_pipe_does_not_hold_the_window(window, tmp_path):
    os.mkfifo(tmp_path / "pipe.nnd")
    for look in (window.filing.open, window.comparing.with_file):
        look(tmp_path / "pipe.nnd")
        (text,) = texts(window)
        assert text.endswith("it is no file, but a pipe or a device.")
        window.notices.dismiss()


def test_a_change_nobody_answered_is_told_again_with_its_tab(window, chain, path):
    told = "mine.nnd was changed on the disk by another program."
    change_elsewhere(path, chain)
    QApplication.sendEvent(window, QEvent(QEvent.Type.WindowActivate))
    settle()
    mine = window.editor.document
    for _ in range(2):
        window.filing.new()
        settle()
        assert told not in texts(window)
        window.documents.show(mine)
        settle()
        assert texts(window) == [told]


def test_a_file_that_was_damaged_elsewhere_is_told_of(window, path):
    path.write_bytes(b"{")
    QApplication.sendEvent(window, QEvent(QEvent.Type.WindowActivate))
    settle()
    (text,) = texts(window)
    assert "cannot be read now" in text
