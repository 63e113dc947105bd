"""The Sweep tab in the real window with real trainings: pick, start, stop, go on, brush, open, use; and ablation."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu

from designer.api.building import new
from designer.document.edits import insert_on_edge
from designer.engine.sweeps.definition import Sweep, check_sweep, read_axis
from designer.engine.sweeps.folder import Origin, begin_sweep
from designer.engine.sweeps.parts import find_groups, find_optional, mark
from designer.ui.canvas.face import describe_card
from designer.ui.panels.sweep import SweepPanel
from designer.ui.plots.effects import EffectPlot
from designer.ui.plots.parallel import ParallelPlot
from designer.ui.window import Window
from tests.ui.conftest import LEFT, settle
from tests.ui.runs import single_thread

PATIENCE = 90_000  # milliseconds


@pytest.fixture
def panel(window: Window) -> Iterator[SweepPanel]:
    window.editor.open(new("iris"))
    window.menus.actions["train.sweep"].trigger()
    panel = window.workbench.docks["sweep"].content
    assert panel.isVisible()
    settle()
    with single_thread():
        yield panel
        window.sweeper.shut_down()


def notices(window: Window) -> list[str]:
    return [notice.text for notice in window.notices.shown]


def pick(panel: SweepPanel, title: str, values: str) -> None:
    """Type a setting and its values as a user does."""
    panel.form.rows.picker.setFocus()
    QTest.keyClicks(panel.form.rows.picker, title)
    panel.form.rows.picker.completer().popup().hide()
    QTest.keyClick(panel.form.rows.picker, Qt.Key.Key_Return)
    assert not panel.form.rows.picker.text()
    entry = next(entry for entry in panel.form.rows.entries.values() if entry.accessibleName() == f"values of {title}")
    entry.selectAll()
    QTest.keyClicks(entry, values)


def choose_method(panel: SweepPanel, method: str) -> None:
    box = panel.form.settings.method
    box.setCurrentIndex(box.findData(method))
    box.activated.emit(box.currentIndex())


def type_into(entry, text: str) -> None:
    entry.setFocus()
    entry.selectAll()
    QTest.keyClicks(entry, text)


def end(qtbot, window: Window) -> None:
    qtbot.waitUntil(lambda: not window.sweeper.is_active, timeout=PATIENCE)


def test_a_sweep_from_the_picker_to_the_best_values(window, panel, qtbot):
    pick(panel, "hidden.out_features", "2,8")
    pick(panel, "optimizer.lr", "0.00001,0.05")
    choose_method(panel, "grid")
    type_into(panel.form.settings.epochs, "3")
    QTest.mouseClick(panel.form.start, LEFT)
    assert window.sweeper.is_active
    assert panel.form.start.text() == "Stop"
    end(qtbot, window)
    assert panel.form.message.text() == "Finished: 4 done, of 4"
    model = panel.model
    assert model.heads == ["trial", "val_loss", "±", "hidden.out_features", "optimizer.lr", "epochs", "time", "state"]
    head = panel.table.horizontalHeader()
    at = head.sectionViewportPosition(1) + 10
    QTest.mouseClick(head.viewport(), LEFT, pos=QPoint(at, 8))  # by the goal
    goals = [trial.goal for trial in model.trials]
    assert goals in (sorted(goals), sorted(goals, reverse=True))
    row = model.row_of(model.best)
    QTest.mouseClick(panel.table.viewport(), LEFT, pos=panel.table.visualRect(model.index(row, 1)).center())
    assert panel.chosen == model.best
    lines = panel.findChild(ParallelPlot)
    assert lines.marked == model.best
    before = window.editor.project
    QTest.mouseClick(panel.use, LEFT)
    assert window.editor.project.training.optimizer.parameters["lr"] == 0.05
    assert window.editor.project.graph.nodes["hidden"].parameters["out_features"] in (2, 8)
    window.editor.undo()
    assert window.editor.project == before
    QTest.mouseClick(panel.open, LEFT)
    assert len(window.documents.all) == 2
    assert window.editor.project.training.optimizer.parameters["lr"] == 0.05
    assert window.sweeper.findings is None  # the new tab has none of its own
    window.documents.show_at(0)
    settle()
    assert len(panel.model.trials) == 4


def test_the_picker_finds_settings_by_what_is_said_of_them(window, panel):
    """And takes the best with Return alone, while the list is open."""
    picker = panel.form.rows.picker
    for words in ("learning rate", "batch"):
        picker.setFocus()
        QTest.keyClicks(picker, words)
        popup = picker.completer().popup()
        assert popup.isVisible()
        QTest.keyClick(popup, Qt.Key.Key_Return)
        settle()
        assert not picker.text()
    assert list(window.sweeper.draft.rows) == ["optimizer.lr", "batch"]
    QTest.keyClicks(picker, "lr_factor")
    layers = {title.partition(".")[0] for title in picker.completer().model().stringList()}
    assert layers == {"hidden", "scores"}  # those with weights


def test_a_brush_on_an_axis_filters_the_table(window, panel, qtbot):
    pick(panel, "hidden.out_features", "2,4,8")
    choose_method(panel, "grid")
    type_into(panel.form.settings.epochs, "1")
    QTest.mouseClick(panel.form.start, LEFT)
    end(qtbot, window)
    lines = panel.findChild(ParallelPlot)
    settle()
    x = round(lines.x_of(0))
    low, high = (QPoint(x, round(lines.y_of(place))) for place in (-0.02, 0.7))
    QTest.mousePress(lines, LEFT, pos=low)
    QTest.mouseMove(lines, high)
    QTest.mouseRelease(lines, LEFT, pos=high)
    assert [trial.values["layer.hidden.out_features"] for trial in panel.model.trials] == [2, 4]
    QTest.mouseClick(lines, LEFT, pos=high)
    assert len(panel.model.trials) == 3
    assert panel.findChild(EffectPlot).grab().width() > 0


def test_a_stopped_sweep_goes_on_also_from_its_folder(window, panel, qtbot):
    pick(panel, "hidden.out_features", "1..64")
    choose_method(panel, "random")
    type_into(panel.form.settings.trials, "4")
    type_into(panel.form.settings.epochs, "40")
    QTest.mouseClick(panel.form.start, LEFT)
    qtbot.waitUntil(lambda: any(trial.state == "done" for trial in panel.model.trials), timeout=PATIENCE)
    QTest.mouseClick(panel.form.start, LEFT)
    end(qtbot, window)
    done = [trial for trial in window.sweeper.findings.trials if trial.state == "done"]
    assert 1 <= len(done) < 4
    assert panel.form.start.text() == "Go on"
    (folder,) = window.sweeper.list_kept()[:1]
    window.filing.show(new("moons"))
    assert panel.form.start.text() == "Start sweep"
    window.sweeper.open(folder)
    qtbot.waitUntil(lambda: window.editor.project == new("iris"), timeout=PATIENCE)
    assert list(window.sweeper.draft.rows.values()) == ["int:1..64"]
    QTest.mouseClick(panel.form.start, LEFT)
    end(qtbot, window)
    trials = window.sweeper.findings.trials
    assert [trial.state for trial in trials if trial.state not in ("done", "pruned")] == []
    assert len(trials) == 4
    assert trials[: len(done)] == tuple(done)


def test_what_cannot_be_is_said(window, panel):
    QTest.mouseClick(panel.form.start, LEFT)
    assert notices(window) == ["Nothing varies yet. Choose at least one setting with its values."]
    pick(panel, "hidden.out_features", "small")
    (entry,) = panel.form.rows.entries.values()
    assert entry.property("invalid") is True
    QTest.mouseClick(panel.form.start, LEFT)
    assert notices(window) == ["hidden.out_features must be a whole number, not 'small'."]
    assert not window.sweeper.is_active


def test_one_thing_trains_at_a_time(window, panel, qtbot):
    pick(panel, "hidden.out_features", "2,4")
    type_into(panel.form.settings.epochs, "100000")
    QTest.mouseClick(panel.form.start, LEFT)
    window.trainer.start()
    assert not window.trainer.is_active
    assert any("A sweep of Iris is training. One thing trains at a time" in text for text in notices(window))
    window.sweeper.stop()
    end(qtbot, window)
    window.trainer.start()
    assert window.trainer.is_active
    QTest.mouseClick(panel.form.start, LEFT)
    assert not window.sweeper.is_active
    assert any("A run is under way. One thing trains at a time" in text for text in notices(window))
    window.trainer.shut_down()


def test_a_setting_of_the_selected_layer_varies_from_its_menu(window, panel):
    window.editor.select(["hidden"])
    settle()
    context = window.menus.context_menu("node")
    menu = next(menu for menu in context.findChildren(QMenu) if menu.title() == "Vary in a sweep")
    menu.aboutToShow.emit()
    next(action for action in menu.actions() if action.text() == "out_features").trigger()
    context.close()
    assert window.sweeper.draft.rows == {"layer.hidden.out_features": "8,16,32"}
    assert "layer.hidden.out_features" in panel.form.rows.entries


def vary_by_field(widget, name):
    """Let a setting vary by the context menu of a widget of its field."""
    menu = open_menu(widget)
    action = menu.actions()[0]
    assert action.text() == f"Vary {name} in a sweep"
    action.trigger()
    menu.close()
    settle()


def test_a_field_of_the_inspector_and_of_the_training_varies_by_its_own_menu(window, panel):
    window.editor.select(["hidden"])
    settle()
    row = window.workbench.panel("inspector").layer.form.rows["out_features"]
    vary_by_field(row.field, "out_features")
    vary_by_field(row.label, "out_features")  # once is enough
    settings = window.workbench.panel("training").settings
    vary_by_field(settings.optimizer.form.rows["lr"].field, "lr")
    vary_by_field(settings.optimizer.list, "optimizer")
    vary_by_field(settings.run.rows["batch_size"].label, "batch_size")
    rows = window.sweeper.draft.rows
    assert list(rows) == ["layer.hidden.out_features", "optimizer.lr", "optimizer", "batch_size"]
    assert rows["layer.hidden.out_features"] == "8,16,32"
    assert set(panel.form.rows.entries) == set(rows)
    assert window.workbench.docks["sweep"].content.isVisible()


def open_menu(widget) -> QMenu:
    """Ask for the context menu of a widget, as the right button does."""
    place = QPoint(4, 4)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, widget.mapToGlobal(place))
    QApplication.sendEvent(widget, event)
    (menu,) = widget.findChildren(QMenu)
    return menu


def test_every_other_field_varies_by_its_menu_too(window, panel):
    window.editor.select(["hidden"])
    settle()
    options = window.workbench.panel("inspector").layer.options
    QTest.mouseClick(options.head, LEFT)
    vary_by_field(options.form.rows["weight_init"].field, "weight_init")
    vary_by_field(options.form.rows["l2"].label, "l2")
    settings = window.workbench.panel("training").settings
    vary_by_field(settings.batches.rows["accumulate"].field, "accumulate")
    vary_by_field(settings.batches.rows["batch"].label, "batch")
    vary_by_field(settings.objective.list, "objective")
    data = window.workbench.panel("data")
    vary_by_field(data.split.rows["validation"].field, "validation")
    vary_by_field(data.source.form.rows["standardize"].field, "standardize")
    assert window.sweeper.draft.rows == {
        "layer.hidden.weight_init": "none,xavier_uniform,xavier_normal",
        "layer.hidden.l2": "0,0.0001,0.001",
        "accumulate": "1,2",
        "batch": "mini,full,single",
        "objective": "Supervised,Binary,MultiClass",
        "data.validation": "0.1..0.4",
        "data.standardize": "true,false",
    }


def test_a_field_of_several_layers_varies_alike_or_each_by_itself(window, panel):
    window.editor.select(["hidden", "scores"])
    settle()
    page = window.workbench.panel("inspector").selection
    menu = open_menu(page.form.rows["bias"].field)
    words = [action.text() for action in menu.actions()]
    assert words == ["Vary bias in a sweep, all alike", "Vary bias in a sweep, each by itself"]
    menu.actions()[0].trigger()
    menu.close()
    settle()
    assert window.sweeper.draft.rows == {"layer.hidden.bias + layer.scores.bias": "true,false"}
    (entry,) = panel.form.rows.entries.values()
    assert entry.accessibleName() == "values of bias of hidden and scores"
    menu = open_menu(page.form.rows["bias"].label)
    menu.actions()[1].trigger()
    menu.close()
    assert list(window.sweeper.draft.rows)[1:] == ["layer.hidden.bias", "layer.scores.bias"]


def test_an_ablation_shows_what_each_part_is_worth(window, panel, qtbot):
    editor = window.editor
    wire = next(edge for edge in editor.project.graph.edges if edge.source == "relu")
    project, tanh = insert_on_edge(editor.project, wire, "Tanh")
    editor.apply("insert", project)
    editor.select(["hidden"])
    settle()
    window.menus.actions["network.optional"].trigger()
    editor.select(["relu", tanh])
    settle()
    window.menus.actions["network.alternatives"].trigger()
    assert [part.nodes for part in find_optional(editor.project)] == [("hidden",)]
    (group,) = find_groups(editor.project).values()
    assert [part.nodes for part in group] == [("relu",), (tanh,)]
    window.menus.actions["train.ablation"].trigger()
    type_into(panel.form.settings.epochs, "2")
    type_into(panel.form.settings.seeds, "1, 2")
    QTest.mouseClick(panel.form.start, LEFT)
    end(qtbot, window)
    found = window.sweeper.findings
    assert [trial.state for trial in found.trials] == ["done"] * 4
    assert all(len(trial.results) == 2 for trial in found.trials)
    bars = panel.findChild(EffectPlot).bars
    assert [bar.name for bar in bars] == ["without hidden", "tanh1 for relu"]
    assert all(bar.spread > 0 for bar in bars)
    assert panel.model.heads[3] == "difference"
    column = [panel.model.data(panel.model.index(row, 3)) for row in range(4)]
    assert column[0] == ""
    assert all("±" in text for text in column[1:])
    editor.select(["relu", tanh])
    settle()
    window.menus.actions["network.alternatives"].trigger()
    assert not find_groups(editor.project)


def test_an_ablation_of_nothing_says_what_to_do(window, panel):
    window.menus.actions["train.ablation"].trigger()
    QTest.mouseClick(panel.form.start, LEFT)
    assert notices(window)[0].startswith("Nothing is marked. Mark layers that may be left out")
    window.editor.apply("mark", mark(window.editor.project, ["relu"], "choice 1"))
    QTest.mouseClick(panel.form.start, LEFT)
    assert notices(window) == ["relu has no alternative. Mark another layer as an alternative to it."]


def test_marks_are_refused_with_a_sentence_seen_on_the_card_and_undone(window, panel):
    editor, actions = window.editor, window.menus.actions
    before = editor.project
    editor.select(["scores"])
    settle()
    actions["network.optional"].trigger()
    assert notices(window)[-1].startswith("scores cannot be left out: then ")
    assert editor.project == before
    editor.select(["relu"])
    settle()
    actions["network.optional"].trigger()
    assert describe_card(editor.view_inference.nodes["relu"]).line == "optional"
    editor.undo()
    assert editor.project == before
    context = window.menus.context_menu("node")
    menu = next(menu for menu in context.findChildren(QMenu) if menu.title() == "Other kinds in an ablation")
    menu.aboutToShow.emit()
    for kind in ("GELU", "Tanh"):
        next(action for action in menu.actions() if action.text() == kind).trigger()
    context.close()
    assert editor.project.graph.nodes["relu"].options["ablation"] == "instead: GELU, Tanh"
    actions["train.ablation"].trigger()
    assert panel.form.rows.findChildren(QLabel)[-1].text() == "relu is also GELU, Tanh."


def test_the_inside_of_a_block_is_marked_where_it_is_edited(window, panel):
    editor = window.editor
    editor.select(["hidden", "relu"])
    settle()
    window.menus.actions["block.group"].trigger()
    settle()
    window.menus.actions["block.enter"].trigger()
    settle()
    relu = next(node.id for node in editor.view.graph.nodes.values() if node.name == "relu")
    editor.select([relu])
    settle()
    window.menus.actions["network.optional"].trigger()
    (part,) = find_optional(editor.project)
    assert (part.block, part.nodes) == (editor.where[-1], (relu,))


def test_each_fold_is_trained_by_one_command(window, panel, qtbot):
    before = window.editor.project
    window.editor.apply("few epochs", replace(before, training=replace(before.training, epochs=2)))
    window.menus.actions["train.folds"].trigger()
    assert window.editor.project.data.split.kind == "Fold"
    assert window.editor.history.titles[-1] == "cut rows into folds"
    end(qtbot, window)
    assert panel.form.message.text().startswith("Finished: 5 done, of 5 · val_accuracy ")
    assert panel.form.message.text().endswith("over 5 of 5 folds")
    assert panel.model.heads[3] == "data.split.fold"


def test_a_sweep_that_another_process_works_on_is_followed_and_joined(window, panel, qtbot, tmp_path):
    study = begin_elsewhere(tmp_path / "sweep", trials=3)
    trial = study.ask()
    window.sweeper.open(tmp_path / "sweep")
    qtbot.waitUntil(lambda: window.sweeper.findings is not None, timeout=PATIENCE)
    assert panel.form.message.text() == "Under way elsewhere: begins, of 3"
    assert panel.form.start.text() == "Join in"
    study.tell(trial, "COMPLETE", 0.5, results=[0.5], curve=[(0, 1, 0.5, 0.5, 0.5)])
    second = study.ask()
    qtbot.waitUntil(lambda: panel.form.message.text() == "Under way elsewhere: 1 done, of 3", timeout=PATIENCE)
    QTest.mouseClick(panel.form.start, LEFT)
    end(qtbot, window)
    assert [trial.state for trial in window.sweeper.findings.trials] == ["done", "running", "done"]
    study.tell(second, "COMPLETE", 0.25, results=[0.25])
    (tmp_path / "sweep" / "sweep.json").write_text("{")
    window.sweeper.open(tmp_path / "sweep")
    qtbot.waitUntil(lambda: any("Cannot read the sweep" in text for text in notices(window)), timeout=PATIENCE)


def begin_elsewhere(folder, trials: int):
    """Begin a sweep of iris in a folder, as another process does."""
    project = new("iris")
    axes = (read_axis(project, "hidden.out_features=2..8"),)
    sweep = check_sweep(Sweep(axes, "random", trials, epochs=1), project)
    return begin_sweep(folder, project, sweep, Origin()).open()
