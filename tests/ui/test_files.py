"""New, open, save, recent, export, drop and close in the real window, files on the disk."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from designer.catalogue.facts import facts
from designer.catalogue.templates import list_templates
from designer.document.edits import rename_node
from designer.document.files import load, save
from designer.document.project import Project
from designer.ui.editor import Editor
from designer.ui.window import Window
from tests.idx_files import write_folder
from tests.picture_files import write_pictures
from tests.ui.conftest import drop_on, files, settle
from tests.ui.runs import type_into

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def changed(window, chain):
    """A window with a change that is not saved."""
    window.filing.show(chain)
    window.editor.apply("rename", rename_node(chain, "relu_1", "gate"))
    settle()
    return window.editor.project


def test_save_asks_for_a_place_once(window, user, changed, tmp_path):
    assert window.isWindowModified()
    assert window.status.file.text().endswith("not saved")
    user.press(Qt.Key.Key_S, CTRL, window)
    user.name_file(tmp_path / "net")
    assert load(tmp_path / "net.nnd") == changed
    assert not window.isWindowModified()
    assert window.windowTitle().startswith("net.nnd")
    assert window.status.file.text().endswith("saved just now")
    window.editor.apply("rename", rename_node(changed, "relu_1", "again"))
    user.tool("file.save")
    assert load(tmp_path / "net.nnd") == window.editor.project
    assert window.findChild(QFileDialog) is None


def test_an_untitled_project_is_called_after_its_file(window, user, tmp_path):
    window.hands.add("Input")
    user.choose("File", "Save as")
    user.name_file(tmp_path / "first.nnd")
    assert load(tmp_path / "first.nnd").name == "first"
    assert window.editor.project.name == "first"
    assert not window.editor.modified


def test_open_by_menu_and_recent(window, user, chain, tmp_path):
    path = tmp_path / "chain.nnd"
    save(path, chain)
    user.press(Qt.Key.Key_O, CTRL, window)
    user.name_file(path)
    assert window.editor.project == chain
    assert window.editor.path == path
    assert not window.editor.modified
    user.choose("File", "New")
    assert window.editor.project == Project()
    user.choose("File", "Open recent", "chain.nnd")
    assert window.editor.project == chain


def test_recent_forgets_what_is_gone(window, user, chain, tmp_path):
    path = tmp_path / "gone.nnd"
    save(path, chain)
    window.filing.open(path)
    path.unlink()
    assert window.filing.recent() == []
    window.filing.open(path)
    assert window.editor.path == path  # it is open, after all
    window.filing.close()
    window.filing.open(path)
    (notice,) = window.notices.shown
    assert notice.text.startswith("gone.nnd: Cannot read")
    assert path not in window.settings.recent


@pytest.mark.parametrize(
    "content, says",
    [
        (b"", "The file is empty"),
        (b"\x89PNG\r\n", "no UTF-8 text"),
        (b'{"version": 99}', "newer Designer"),
        (b'{"version": 1, "nodes": {"a": {"kind": 7}}}', "nodes.a.kind"),
    ],
)
def test_a_file_that_cannot_be_opened_is_explained_and_the_work_stays(window, changed, tmp_path, content, says):
    path = tmp_path / "bad.nnd"
    path.write_bytes(content)
    window.filing.open(path)
    settle()
    (notice,) = window.notices.shown
    assert says in notice.text
    assert "Traceback" not in notice.text
    assert window.editor.project is changed
    assert QApplication.activeModalWidget() is None


def test_a_second_error_takes_the_place_of_the_first_and_a_good_file_clears_it(window, user, chain, tmp_path):
    bad, good = tmp_path / "bad.nnd", tmp_path / "good.nnd"
    bad.write_text("{")
    save(good, chain)
    window.filing.open(bad)
    window.filing.open(bad)
    assert len(window.notices.shown) == 1
    window.filing.open(good)
    assert not window.notices.shown


def test_of_several_files_each_that_cannot_be_opened_is_named(window, chain, tmp_path):
    bad = [tmp_path / f"bad {number}.nnd" for number in range(5)]
    for path in bad:
        path.write_text("{" * (path is not bad[1]))
    good = tmp_path / "good.nnd"
    save(good, chain)
    drop_on(window, files(*bad[:2], good), QPoint(10, 10))
    assert window.editor.path == good
    (notice,) = window.notices.shown
    assert notice.text.startswith("2 files were not opened. bad 0.nnd: The file ")
    assert "bad 1.nnd: The file is empty" in notice.text
    drop_on(window, files(*bad), QPoint(10, 10))
    (notice,) = window.notices.shown
    assert notice.text.endswith("Nor were bad 3.nnd, bad 4.nnd.")


def test_unsaved_work_is_asked_about_cancel(window, user, changed):
    window.close()
    settle()
    user.answer("Cancel")
    assert window.isVisible()
    assert window.editor.project is changed


def test_unsaved_work_is_asked_about_discard(window, user, changed):
    window.close()
    settle()
    user.answer("Discard")
    assert not window.isVisible()


def test_unsaved_work_is_asked_about_save(window, user, changed, tmp_path):
    window.editor.path = tmp_path / "kept.nnd"
    window.close()
    settle()
    user.answer("Save")
    assert not window.isVisible()
    assert load(tmp_path / "kept.nnd") == changed


def test_saving_nowhere_keeps_the_window(window, user, changed, tmp_path):
    window.editor.path = tmp_path / "no" / "such" / "folder.nnd"
    window.close()
    settle()
    user.answer("Save")
    assert window.isVisible()
    (notice,) = window.notices.shown
    assert notice.text.startswith("Not saved. Cannot write")
    user.answer("Save as …")
    user.name_file(tmp_path / "here.nnd")
    assert load(tmp_path / "here.nnd") == changed


def test_without_changes_nothing_is_asked(window, chain):
    window.filing.show(chain)
    window.close()
    assert not window.isVisible()


def test_new_leaves_unsaved_work_in_its_tab(window, user, changed):
    user.tool("file.new")
    assert window.editor.project == Project()
    assert [document.project for document in window.documents.all] == [changed, Project()]


def test_a_project_dropped_on_the_window_is_opened(window, chain, tmp_path):
    path = tmp_path / "dropped.nnd"
    save(path, chain)
    drop_on(window, files(tmp_path / "other.txt", path), QPoint(10, 10))
    assert window.editor.path == path


def test_any_other_file_dropped_gets_a_sentence(window, changed, qtbot, tmp_path):
    (tmp_path / "cat.exe").write_bytes(bytes(range(256)) * 10)
    drop_on(window, files(tmp_path / "cat.exe"), QPoint(10, 10))
    qtbot.waitUntil(lambda: bool(window.notices.shown), timeout=30_000)
    (notice,) = window.notices.shown
    assert notice.text.startswith("cat.exe is nothing that Designer can learn from. Drop a table (CSV")
    assert window.editor.project is changed
    drop_on(window, files(tmp_path / "cat.exe", tmp_path / "dog.exe"), QPoint(10, 10))
    (notice,) = window.notices.shown
    assert notice.text.startswith("cat.exe and 1 more are no Designer projects: those end in .nnd, or are inside a PNG")


def test_a_table_dropped_on_the_window_becomes_the_data_and_the_next_is_shown_to_choose(window, chain, qtbot, tmp_path):
    window.filing.show(chain)
    path, other = tmp_path / "flowers.csv", tmp_path / "others.csv"
    rows = [f"{number / 10},{number % 4},{kind}" for number in range(20, 30) for kind in ("setosa", "virginica")]
    for each in (path, other):
        each.write_text("\n".join(["length,width,species", *rows]), "utf-8")
    drop_on(window, files(path), QPoint(10, 10))
    panel = window.workbench.panel("data")
    qtbot.waitUntil(lambda: panel.isVisible() and panel.csv.table is not None and not panel.csv.busy, timeout=30_000)
    assert panel.csv.columns.target == "species"
    assert window.editor.project.data.source.parameters["target"] == "species"
    assert window.editor.project.data.source.parameters["path"] == str(path)
    assert len(window.editor.history.steps) == 2
    assert not panel.csv.apply.isEnabled()
    drop_on(window, files(other), QPoint(10, 10))
    qtbot.waitUntil(panel.csv.apply.isEnabled, timeout=30_000)
    assert window.editor.project.data.source.parameters["path"] == str(path)
    QTest.mouseClick(panel.csv.apply, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.editor.project.data.source.parameters["path"] == str(other), timeout=30_000)
    assert not window.notices.shown


def test_a_folder_of_images_dropped_on_the_window_becomes_the_data(window, chain, qtbot, tmp_path):
    window.filing.show(chain)
    write_folder(tmp_path / "digits")
    drop_on(window, files(tmp_path / "digits"), QPoint(10, 10))
    qtbot.waitUntil(lambda: window.editor.project.data.source.parameters.get("classes") == 3, timeout=30_000)
    assert window.editor.project.data.source.parameters["path"] == str(tmp_path / "digits")
    assert len(window.editor.history.steps) == 2
    panel = window.workbench.panel("data")
    qtbot.waitUntil(lambda: len(panel.samples.grid.images) == 12)
    (tmp_path / "photos").mkdir()
    drop_on(window, files(tmp_path / "photos"), QPoint(10, 10))
    qtbot.waitUntil(lambda: bool(window.notices.shown), timeout=30_000)
    (notice,) = window.notices.shown
    assert notice.text.startswith("photos is nothing that Designer can learn from. Drop a table (CSV, Excel")


def test_a_folder_of_pictures_dropped_on_the_window_is_shown_and_can_be_undone(window, chain, qtbot, tmp_path):
    window.filing.show(chain)
    drop_on(window, files(write_pictures(tmp_path / "colours", size=(80, 100))), QPoint(10, 10))
    panel = window.workbench.panel("data")
    qtbot.waitUntil(lambda: bool(panel.samples.grid.images), timeout=30_000)
    known = facts(window.editor.project)
    assert known.input.sizes == (3, 64, 64)
    assert known.target.labels == ("blue", "green", "red")
    assert panel.samples.message.text() == "Images in folders · colours"
    assert panel.samples.guesses.text().startswith("· 3 classes, a folder each: blue, green, red (6 pictures)\n")
    assert panel.samples.grid.isVisible()
    type_into(panel.source.form.rows["size"].field, "32, 48")
    assert facts(window.editor.project).input.sizes == (3, 32, 48)
    assert len(panel.samples.grid.images) == 18
    for _ in range(2):
        window.editor.undo()
    assert window.editor.project == chain


def test_a_file_of_messages_dropped_on_the_window_is_shown_with_its_labels(window, chain, qtbot, tmp_path):
    window.filing.show(chain)
    path = tmp_path / "messages"
    rows = [f'{("ham", "spam")[n % 2]}\tsee you at {n}, said "her' for n in range(60)]
    path.write_text("\n".join(rows), "utf-8")
    drop_on(window, files(path), QPoint(10, 10))
    panel = window.workbench.panel("data")
    qtbot.waitUntil(lambda: panel.samples.texts.topLevelItemCount() == 60, timeout=30_000)
    first = panel.samples.texts.topLevelItem(1)
    assert (first.text(0), first.text(1)) == ("spam", 'see you at 1, said "her')
    assert facts(window.editor.project).target.labels == ("ham", "spam")
    type_into(panel.source.form.rows["label"].field, "column 3")
    qtbot.waitUntil(lambda: "has no column 'column 3'" in panel.samples.message.text(), timeout=30_000)
    type_into(panel.source.form.rows["label"].field, "column 1")
    qtbot.waitUntil(lambda: panel.samples.texts.topLevelItemCount() == 60, timeout=30_000)
    assert panel.samples.message.text() == "Texts with labels · messages"
    panel.source.list.setCurrentIndex(panel.source.list.findData("Language"))
    panel.source.list.activated.emit(panel.source.list.currentIndex())  # the file stays
    qtbot.waitUntil(lambda: window.editor.project.data.source.parameters.get("words", 0) > 0, timeout=30_000)
    assert window.editor.project.data.source.parameters["path"] == str(path)
    assert facts(window.editor.project).target.kind == "tokens"


def test_a_series_dropped_on_the_window_is_shown_and_another_column_can_be_taken(window, chain, qtbot, tmp_path):
    window.filing.show(chain)
    path = tmp_path / "months.csv"
    rows = [f"{1950 + n // 12}-{n % 12 + 1:02},{n * n},{n % 7}" for n in range(60)]
    path.write_text("\n".join(["month,sales,staff", *rows]), "utf-8")
    drop_on(window, files(path), QPoint(10, 10))
    panel = window.workbench.panel("data")
    qtbot.waitUntil(lambda: panel.samples.texts.topLevelItemCount() > 10, timeout=30_000)
    assert window.editor.project.data.source.parameters["column"] == "staff"
    assert "rows in order of time, by the column month" in panel.samples.guesses.text()
    type_into(panel.source.form.rows["column"].field, "sales")
    qtbot.waitUntil(lambda: "Series: the column sales (or staff)" in panel.samples.guesses.text(), timeout=30_000)
    type_into(panel.source.form.rows["column"].field, "rain")
    qtbot.waitUntil(lambda: "no column 'rain'" in panel.samples.message.text(), timeout=30_000)


TEMPLATES = list_templates()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
def test_every_template_reads_well(template):
    assert template.summary
    assert len(template.title) < 60


def test_a_network_that_is_not_ready_is_not_exported(window, user):
    window.hands.add("Linear")
    user.choose("File", "Export script")
    (notice,) = window.notices.shown
    assert notice.text.startswith("Not ready to export")
    user.answer("Show problems")
    assert window.workbench.panel("problems").isVisible()


def test_a_script_is_exported(window, user, chain, tmp_path):
    window.filing.show(chain)
    user.press(Qt.Key.Key_E, CTRL, window)
    user.name_file(tmp_path / "chain.py")
    compile((tmp_path / "chain.py").read_text("utf-8"), "chain.py", "exec")
    (notice,) = window.notices.shown
    assert notice.text == f"Exported {tmp_path / 'chain.py'}"
    user.click(notice.closer)
    assert not window.notices.shown


def test_an_export_that_cannot_be_written_says_so(window, chain, tmp_path):
    window.filing.show(chain)
    window.filing.export_to(tmp_path / "none" / "chain.py")
    (notice,) = window.notices.shown
    assert "Not written to" in notice.text
    assert notice.property("severity") == "error"


def test_what_is_opened_with_the_window_is_remembered(qtbot, settings, chain, tmp_path):
    path = tmp_path / "again.nnd"
    save(path, chain)
    window = Window(Editor(), settings, "dark")
    window.filing.open(path)
    with qtbot.waitSignal(window.ready):
        window.show()
    assert settings.recent == [path]
    assert settings.folder == str(tmp_path)
    window.close_for_good()
    window.deleteLater()
