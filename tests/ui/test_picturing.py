"""Export picture in the real window: the dialog, the file, and the way back by opening and dropping it."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QComboBox

from designer.api import build
from designer.document.embedding import load_any
from designer.ui.canvas.picture_file import Options
from designer.ui.picture_dialog import PictureDialog
from tests.ui.conftest import drop_on, files, settle


def export(window, user, qtbot, path, **choices) -> None:
    """Export a picture as a user does."""
    user.choose("File", "Export picture")
    dialog = window.findChild(PictureDialog)
    for name, value in choices.items():
        field = getattr(dialog, name)
        if isinstance(field, QComboBox):
            field.setCurrentIndex(field.findData(value))
        elif field.isChecked() != value:
            user.click(field, QPoint(12, field.height() // 2))
    assert not dialog.preview.pixmap().isNull()
    user.answer("Export …")
    user.name_file(path)
    qtbot.waitUntil(lambda: not window.picturing.busy)
    settle()


@pytest.mark.parametrize("form", ["png", "svg"])
def test_a_picture_is_exported_and_the_project_opened_from_it(window, user, qtbot, chain, tmp_path, form):
    window.filing.show(chain)
    path = tmp_path / f"chain.{form}"
    export(window, user, qtbot, path, form=form, title=True, legend=True)
    assert [notice.text for notice in window.notices.shown] == [f"Saved the picture to {path}."]
    assert load_any(path) == chain
    window.filing.new()
    drop_on(window, files(tmp_path / "other.txt", path), window.rect().center())
    assert window.editor.project == chain
    assert window.editor.path is None  # saving must not put a project file in the picture's place
    assert not window.editor.modified
    window.filing.new()
    user.choose("File", "Open …")
    user.name_file(path)
    assert window.editor.project == chain


def test_a_pdf_holds_no_project_and_the_choices_are_remembered(window, user, qtbot, chain, tmp_path):
    window.filing.show(chain)
    export(window, user, qtbot, tmp_path / "a.pdf", form="pdf", transparent=True)
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    user.choose("File", "Export picture")
    dialog = window.findChild(PictureDialog)
    assert dialog.options == Options("pdf", transparent=True)
    assert not dialog.embed.isEnabled()
    assert not dialog.dots.isEnabled()
    assert "cannot hold" in dialog.hint.text()
    user.press(Qt.Key.Key_Escape, widget=dialog)
    settle()
    assert window.findChild(PictureDialog) is None


def test_a_picture_without_a_project_gets_a_sentence(window, user, qtbot, chain, tmp_path):
    window.filing.show(chain)
    path = tmp_path / "bare.png"
    export(window, user, qtbot, path, embed=False)
    drop_on(window, files(path), window.rect().center())
    (notice,) = [notice for notice in window.notices.shown if notice.property("severity") == "error"]
    assert notice.text.startswith("bare.png: This picture holds no Designer project.")
    assert window.editor.project == chain
    damaged = tmp_path / "damaged.svg"
    export(window, user, qtbot, damaged, form="svg", embed=True)
    damaged.write_bytes(damaged.read_bytes().replace(b'base64 zlib">', b'base64 zlib">AAAA'))
    drop_on(window, files(damaged), window.rect().center())
    assert any("is damaged" in notice.text for notice in window.notices.shown)
    assert window.editor.project == chain


def test_a_picture_that_cannot_be_written_is_told(window, user, qtbot, chain, tmp_path):
    window.filing.show(chain)
    window.picturing.ask()
    dialog = window.findChild(PictureDialog)
    window.picturing.begin(dialog._subject, Options("svg"), tmp_path / "nowhere" / "a.svg")
    dialog.reject()
    qtbot.waitUntil(lambda: not window.picturing.busy)
    (notice,) = window.notices.shown
    assert notice.text.startswith(f"Not written to {tmp_path / 'nowhere' / 'a.svg'}: No such file")


def test_a_large_picture_is_drawn_while_the_window_goes_on_and_can_be_stopped(
    window, user, qtbot, tmp_path, monkeypatch
):
    monkeypatch.setattr("designer.ui.picture_dialog.LARGE", 1)
    monkeypatch.setattr("designer.ui.canvas.picture.STEP", 1)
    window.filing.show(build("long", *["ReLU"] * 300))
    user.choose("File", "Export picture")
    dialog = window.findChild(PictureDialog)
    qtbot.waitUntil(dialog.button.isEnabled)
    user.answer("Export …")
    user.name_file(tmp_path / "a.png")
    assert window.picturing.busy
    qtbot.waitUntil(lambda: any("Drawing a.png" in notice.text for notice in window.notices.shown))
    settle()
    user.answer("Stop")
    assert not window.picturing.busy
    assert not (tmp_path / "a.png").exists()
    assert not window.notices.shown
