"""A run whose disk is full: said at once, kept elsewhere, and never lost with a stop."""

import errno
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from designer.document.atomic import write_file
from designer.engine.record import read_record
from designer.engine.state import read_state
from designer.ui.keeping import AGAIN, ELSEWHERE
from tests.ui.conftest import settle
from tests.ui.runs import make_moons, single_thread


class Disk:
    """Where nothing can be written under `full`."""

    def __init__(self, monkeypatch) -> None:
        self.full: Path | None = None
        for module in ("packing", "state", "tables", "record", "checkpoint", "ownership"):
            monkeypatch.setattr(f"designer.engine.{module}.write_file", self.write)

    def write(self, path: Path, content: bytes) -> None:
        if self.full is not None and path.is_relative_to(self.full):
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        write_file(path, content)


@pytest.fixture
def disk(window, tmp_path, monkeypatch, qtbot):
    """A run under way in a window, on a disk that has become full."""
    monkeypatch.setattr("designer.engine.checkpoint.INTERVAL", 0.0)
    disk = Disk(monkeypatch)
    window.runs.use_folder(tmp_path / "first")
    window.editor.open(make_moons(epochs=1_000_000))
    with single_thread():
        window.trainer.start()
        qtbot.waitUntil(lambda: window.trainer.bridge.progress.step > 20, timeout=30_000)
        disk.full = tmp_path / "first"
        qtbot.waitUntil(lambda: bool(texts(window, "unkept")), timeout=30_000)
        yield disk
        window.trainer.shut_down()


def texts(window, key: str) -> list[str]:
    return [notice.text for notice in window.notices.shown if notice.key == key]


def choose(window, folder: Path) -> None:
    dialog = window.findChild(QFileDialog, "keep runs")
    dialog.fileSelected.emit(str(folder))
    dialog.close()
    settle()


def test_a_full_disk_is_told_at_once_and_the_run_kept_elsewhere(window, user, disk, tmp_path, qtbot):
    (text,) = texts(window, "unkept")
    assert "no space left on device" in text
    assert "all it learns is in memory" in text
    settle()
    user.answer("Choose another folder …")
    choose(window, tmp_path / "second")
    qtbot.waitUntil(lambda: "kept again" in " ".join(texts(window, "unkept")), timeout=30_000)
    window.trainer.stop()
    qtbot.waitUntil(lambda: window.trainer.state == "ended", timeout=30_000)
    (run,) = window.runs.list().runs
    assert run.folder.parent == tmp_path / "second"
    assert read_state(run.folder / "last.state").step == run.record.step == window.trainer.bridge.progress.step
    assert window.trainer.rescue.last == run.folder / "last.state"


def test_what_a_stop_cannot_write_waits_in_memory(window, user, disk, tmp_path, qtbot):
    window.trainer.stop()
    qtbot.waitUntil(lambda: window.trainer.state == "ended", timeout=30_000)
    (notice,) = [each for each in window.notices.shown if each.key == "train"]
    assert notice.titles[:2] == (AGAIN, ELSEWHERE)
    assert "still in memory" in notice.text
    settle()
    user.answer(AGAIN)
    qtbot.waitUntil(lambda: "in memory alone" in " ".join(texts(window, "unkept")), timeout=30_000)
    disk.full = None
    settle()
    user.answer(AGAIN)
    qtbot.waitUntil(lambda: "Saved" in " ".join(texts(window, "unkept")), timeout=30_000)
    folder = window.trainer.bridge.folder
    step = window.trainer.bridge.progress.step
    assert (read_record(folder).state, read_state(folder / "last.state").step) == ("stopped", step)
