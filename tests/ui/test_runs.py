"""Runs that the window keeps: listed, named, starred, deleted, compared, gone on with and repeated, by mouse and keys."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog, QMenu, QMessageBox, QPushButton

from designer.document.edits import set_parameter, set_training
from designer.document.files import load
from designer.document.project import Choice
from designer.engine.loop import train
from designer.engine.plan import Plan
from designer.engine.record import change_record, read_record
from designer.engine.store import Store
from designer.ui.panels.runs import RunsPanel
from tests.ui.conftest import find_entry, settle
from tests.ui.runs import make_moons, single_thread

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def store(tmp_path, monkeypatch) -> Store:
    monkeypatch.setenv("DESIGNER_RUNS", str(tmp_path / "runs"))
    return Store()


@pytest.fixture
def kept(store) -> Store:
    """Three runs of small networks."""
    moons = make_moons(epochs=3)
    layer = next(node.id for node in moons.graph.nodes.values() if node.kind == "Linear")
    fast = set_training(moons, replace(moons.training, optimizer=Choice("SGD", {"lr": 0.5})))
    with single_thread():
        wide = set_parameter(moons, layer, "out_features", 12)
        for day, (name, project) in enumerate((("fast", fast), ("wide", wide), ("plain", moons)), 1):
            folder = store.new_folder("moons")
            list(train(Plan.from_project(project, out=folder, every=2)))
            change_record(folder, name=name, started=f"2026-01-0{day}T00:00:00+00:00")
    return store


@pytest.fixture
def panel(store, window, qtbot) -> RunsPanel:
    """The tab, brought into view by its key."""
    with single_thread():
        QTest.keyClick(window, Qt.Key.Key_R, CTRL | SHIFT)
        settle()
        made = window.workbench.panel("runs")
        assert isinstance(made, RunsPanel)
        yield made
        window.trainer.shut_down()
        settle()


def names(panel: RunsPanel) -> list[str]:
    column = titles(panel).index("name")
    return [panel.order.index(row, column).data() for row in range(panel.order.rowCount())]


def titles(panel: RunsPanel) -> list[str]:
    return [head.title for head in panel.model.heads]


def place_of(panel: RunsPanel, name: str, column: str = "name") -> QPoint:
    index = panel.order.index(names(panel).index(name), titles(panel).index(column))
    panel.table.scrollTo(index)
    return panel.table.visualRect(index).center()


def click(user, panel: RunsPanel, name: str, column: str = "name", keys=Qt.KeyboardModifier.NoModifier) -> None:
    user.click(panel.table.viewport(), place_of(panel, name, column), keys=keys)


def ask(user, panel: RunsPanel, *path: str) -> None:
    """Choose from the context menu of the table."""
    window = panel.window()
    panel.table.customContextMenuRequested.emit(panel.table.visualRect(panel.table.currentIndex()).center())
    settle()
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    for step in path[:-1]:
        entry = find_entry(menu, step)
        menu.setActiveAction(entry)
        user.press(Qt.Key.Key_Right, widget=menu)
        menu = entry.menu()
    entry = find_entry(menu, path[-1])
    user.click(menu, menu.actionGeometry(entry).center())
    window.activateWindow()


def ended(qtbot, window) -> None:
    qtbot.waitUntil(
        lambda: window.trainer.state_under_way == "idle" and window.trainer.state == "ended", timeout=60_000
    )
    settle()


def said(window) -> str:
    return " ".join(notice.text for notice in window.notices.shown)


def test_what_has_no_figure_comes_last_and_what_is_damaged_can_be_deleted(window, user, panel, kept, qtbot):
    first, second, third = (run.folder for run in kept.list().runs)
    for folder, best in ((first, {"val_loss": 0.5, "val_accuracy": 0.25}), (second, {"val_loss": 0.1})):
        change_record(folder, best=best, name=str(best["val_loss"]))
    change_record(third, best={"val_loss": 0.2, "val_accuracy": 0.75}, name="0.2")
    folder = kept.new_folder("<b>torn</b>")
    (folder / ".designer-run").write_text("")
    (folder / "run.json").write_text('{"name": "to')
    qtbot.waitUntil(lambda: len(names(panel)) == 4)  # seen without a hand, as if by another program
    panel.refresh()
    column = titles(panel).index("accuracy")
    shown = []
    for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
        panel.table.sortByColumn(column, order)
        shown.append(names(panel))
    assert shown[0][:2] == ["0.5", "0.2"]
    assert shown[1][:2] == ["0.2", "0.5"]
    assert {*shown[0][2:]} == {*shown[1][2:]} == {"0.1", folder.name}
    click(user, panel, folder.name)
    user.press(Qt.Key.Key_Delete, widget=panel.table)
    assert folder.name not in names(panel)
    assert not folder.exists()


def test_what_is_trained_is_kept_and_seen_as_it_goes(window, user, panel, store, qtbot):
    assert panel.empty.isVisible()
    window.editor.open(make_moons(epochs=5))
    settle()
    user.press(Qt.Key.Key_F5, widget=window)
    window.workbench.show("runs")
    ended(qtbot, window)
    (run,) = store.list().runs
    assert run.told_state == "finished"
    assert (run.folder / "receipt.json").is_file()
    assert names(panel) == ["moons"]
    assert panel.about.text() == "1 run"
    assert len(set(titles(panel))) == len(titles(panel)) == 14
    assert window.runs.folder is None


def test_a_run_that_takes_no_step_leaves_nothing(window, user, panel, store, qtbot):
    project = make_moons(epochs=5)
    window.editor.open(project)
    window.trainer.start()
    assert window.runs.folder is not None
    window.trainer.stop()
    ended(qtbot, window)
    assert list(store.root.iterdir()) == []


def test_a_disk_that_cannot_be_written_is_said_and_the_run_goes_on(window, panel, tmp_path, qtbot, monkeypatch):
    (tmp_path / "file").write_text("")
    window.runs.use_folder(tmp_path / "file" / "runs")
    window.editor.open(make_moons(epochs=1))
    window.trainer.start()
    assert "This run is not kept" in said(window)
    ended(qtbot, window)
    assert window.status.run.text().startswith("Finished")


def test_runs_are_named_starred_and_filtered(kept, window, user, panel):
    assert names(panel) == ["plain", "wide", "fast"]
    click(user, panel, "wide")
    user.press(Qt.Key.Key_F2, widget=panel.table)
    user.type("second <b>")
    user.press(Qt.Key.Key_Return)
    assert names(panel) == ["plain", "second <b>", "fast"]
    assert panel.selected[0].name == "second <b>"
    user.press(Qt.Key.Key_S, widget=panel.table)
    assert [run.record.starred for run in kept.list().runs] == [False, True, False]
    click(user, panel, "fast", "★")
    assert [run.record.starred for run in kept.list().runs] == [False, True, True]
    click(user, panel, "fast", "★")
    assert [run.record.starred for run in kept.list().runs] == [False, True, False]
    user.retype(panel.filter, "sgd")
    assert names(panel) == ["fast"]
    user.retype(panel.filter, "starred")
    assert names(panel) == ["second <b>"]
    user.retype(panel.filter, "nothing of the kind")
    assert names(panel) == []
    assert panel.about.text() == "0 of 3 runs"


def test_runs_are_sorted_by_any_column(kept, user, panel):
    header = panel.table.horizontalHeader()
    for title, key in (("name", lambda run: run.name), ("best loss", lambda run: run.record.best["val_loss"])):
        place = titles(panel).index(title)
        panel.table.horizontalScrollBar().setValue(0)
        at = QPoint(header.sectionViewportPosition(place) + 8, 8)
        for _ in range(2):
            user.click(header.viewport(), at)
            descending = header.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
            runs = sorted(kept.list().runs, key=key, reverse=descending)
            assert names(panel) == [run.name for run in runs]


def test_runs_go_to_the_trash_and_come_back_or_are_gone_for_good(kept, window, user, panel):
    click(user, panel, "plain")
    click(user, panel, "wide", keys=CTRL)
    user.press(Qt.Key.Key_Delete, widget=panel.table)
    assert names(panel) == ["fast"]
    user.answer("Bring back")
    assert names(panel) == ["plain", "wide", "fast"]
    click(user, panel, "fast")
    folder = panel.selected[0].folder
    ask(user, panel, "Delete for good")
    box = window.findChild(QMessageBox, "delete runs")
    assert "fast" in box.text()
    button = next(each for each in box.findChildren(QPushButton) if each.text().replace("&", "") == "Delete")
    user.click(button)
    assert names(panel) == ["plain", "wide"]
    assert not folder.exists()


def test_curves_lie_over_each_other_and_settings_side_by_side(kept, user, panel, qtbot):
    user.press(Qt.Key.Key_A, CTRL, panel.table)
    qtbot.waitUntil(lambda: len(panel.curves.plot.lines) == 3, timeout=30_000)
    assert [line.name for line in panel.curves.plot.lines] == names(panel)
    assert [len(line.training[0]) for line in panel.curves.plot.lines] == [24, 24, 24]
    assert panel.curves.plot.lines[0].training[0][-1] == pytest.approx(3.0)
    assert panel.curves.plot.lines[0].validation[0].tolist() == [1.0, 2.0, 3.0]
    icons = [
        panel.order.index(row, titles(panel).index("name")).data(Qt.ItemDataRole.DecorationRole) for row in range(3)
    ]
    assert all(icon is not None for icon in icons)
    panel.curves.quantity.setFocus()
    user.press(Qt.Key.Key_Down, widget=panel.curves.quantity)
    assert panel.curves.quantity.currentText() == "accuracy"
    assert panel.curves.plot.accessibleDescription().startswith("accuracy over epochs. plain: last ")
    panel.curves.along.setFocus()
    user.press(Qt.Key.Key_Down, widget=panel.curves.along)
    assert panel.curves.plot.lines[0].validation[0].tolist() == [8.0, 16.0, 24.0]
    rows = {
        panel.settings.tree.topLevelItem(place).text(0): [
            panel.settings.tree.topLevelItem(place).text(n) for n in (1, 2, 3)
        ]
        for place in range(panel.settings.tree.topLevelItemCount())
    }
    assert rows["optimizer"] == ["Adam", "Adam", "SGD"]
    assert rows["Linear linear1 out_features"] == ["8", "12", "8"]
    assert rows["parameters"][0] == rows["parameters"][2] != rows["parameters"][1]
    assert "batch_size" not in rows


def test_a_run_is_opened_as_a_project_and_two_are_compared(kept, window, user, panel):
    click(user, panel, "wide")
    user.press(Qt.Key.Key_Return, widget=panel.table)
    assert window.editor.path is None
    wide = next(run for run in kept.list().runs if run.name == "wide")
    assert window.editor.project.graph == load(wide.folder / "project.nnd").graph
    window.workbench.show("runs")
    click(user, panel, "plain")
    click(user, panel, "wide", keys=CTRL)
    ask(user, panel, "Compare their networks")
    assert window.tabs.tabText(window.tabs.currentIndex()) == "wide ↔ plain"
    assert window.editor.document.compared is not None


def test_a_stopped_run_goes_on_in_its_folder(window, user, panel, store, qtbot):
    window.editor.open(make_moons(epochs=400))
    window.trainer.start()
    qtbot.waitUntil(lambda: window.trainer.bridge.progress.step > 50, timeout=30_000)
    window.trainer.stop()
    ended(qtbot, window)
    (run,) = store.list().runs
    assert run.told_state.startswith("stopped at epoch ")
    window.workbench.show("runs")
    settle()
    click(user, panel, "moons")
    assert not window.menus.actions["runs.repeat"].isEnabled()
    ask(user, panel, "Go on where it broke off")
    ended(qtbot, window)
    (again,) = store.list().runs
    assert (again.folder, again.told_state, again.record.epoch) == (run.folder, "finished", 400)
    assert len(window.documents.all) == 1  # in the tab that it was started in


def test_a_killed_run_is_shown_as_broken_off_and_can_go_on(kept, window, user, panel):
    folder = next(run.folder for run in kept.list().runs if run.name == "fast")
    change_record(folder, state="running", pid=2**22 + 3, epoch=2, step=16)
    panel.refresh()
    click(user, panel, "fast")
    state = panel.order.index(names(panel).index("fast"), titles(panel).index("state"))
    assert state.data() == "◆ broken off at epoch 2"
    assert "broken off at epoch 2, step 16" in state.data(Qt.ItemDataRole.ToolTipRole)
    assert window.menus.actions["runs.go_on"].isEnabled()


def test_a_run_is_trained_again_from_a_checkpoint_and_longer(kept, window, user, panel, qtbot):
    click(user, panel, "fast")
    ask(user, panel, "Train again from", "Epoch 2")
    ended(qtbot, window)
    (again,) = [run for run in kept.list().runs if run.record.resumed]
    first = next(run for run in kept.list().runs if run.name == "fast")
    assert again.record.resumed == str(first.folder / "epoch-2.state")
    assert again.record.scores == first.record.scores
    window.workbench.show("runs")
    click(user, panel, "fast")
    ask(user, panel, "Train longer")
    dialog = window.findChild(QInputDialog, "more epochs")
    dialog.setIntValue(2)
    user.press(Qt.Key.Key_Return, widget=dialog)
    ended(qtbot, window)
    longer = max(kept.list().runs, key=lambda run: run.record.epoch)
    assert (longer.record.epoch, longer.record.step, longer.told_state) == (5, 40, "finished")


def test_a_run_is_repeated_and_judged(kept, window, user, panel, qtbot):
    click(user, panel, "fast")
    ask(user, panel, "Repeat this run")
    ended(qtbot, window)
    assert "fast, repeated: Identical bit for bit: 3 epochs, 24 steps" in said(window)
    folder = next(run.folder for run in kept.list().runs if run.name == "wide")
    receipt = folder / "receipt.json"
    receipt.write_text(receipt.read_text().replace(read_record(folder).data["fingerprint"], "0123456789abcdef"))
    window.workbench.show("runs")
    click(user, panel, "wide")
    ask(user, panel, "Repeat this run")
    ended(qtbot, window)
    assert "The data are not those of the run" in said(window)


def test_how_runs_are_kept_is_chosen_from_the_menu(kept, window, user, panel, qtbot, monkeypatch):
    user.choose("Runs", "Keep checkpoints", "Of every epoch too")
    assert window.settings.checkpoint_every == 1
    user.choose("Runs", "Write TensorBoard logs")
    assert window.settings.tensorboard
    window.editor.open(make_moons(epochs=2))
    window.trainer.start()
    ended(qtbot, window)
    folder = max(kept.list().runs, key=lambda run: run.record.started).folder
    assert {path.name for path in folder.glob("epoch-*")} == {"epoch-1.state", "epoch-2.state"}
    assert list((folder / "tensorboard").glob("events.out.tfevents.*"))
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()) or True)
    window.workbench.show("runs")
    click(user, panel, "fast")
    ask(user, panel, "Show in folder")
    assert opened == [str(panel.selected[0].folder)]
    window.settings.most_runs = 2
    window.runs.tidy()
    qtbot.waitUntil(lambda: len(kept.list().runs) == 2, timeout=10_000)
    qtbot.waitUntil(lambda: "moved to the trash, to make room" in said(window), timeout=10_000)
