"""The Training tab with the real engine and real widgets."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from designer.catalogue.parameters import Flag, Maybe, Option, Unacceptable
from designer.catalogue.registry import losses, optimizers, schedules
from designer.catalogue.training_settings import SETTINGS
from designer.document.edits import set_training
from designer.document.project import Choice
from designer.engine.events import StepsDone
from designer.engine.seeing import Device, Look, Wish
from designer.engine.symptoms import Finding
from designer.ui.editor import Editor
from designer.ui.panels.entries import parse_entry
from designer.ui.panels.findings import FindingLine
from designer.ui.panels.run import RunSettings
from designer.ui.panels.training import EMPTY, TrainingPanel
from designer.ui.plots.curve_pair import CurvePair
from designer.ui.theme import load_theme
from tests.ui.runs import make_moons, running, type_into

DARK = load_theme("dark")


@pytest.fixture
def editor(qtbot) -> Editor:
    return Editor(make_moons(epochs=1_000_000))


@pytest.fixture
def run(qtbot):
    with running(qtbot) as run:
        yield run


@pytest.fixture
def panel(qtbot, editor, run) -> TrainingPanel:
    made = TrainingPanel(editor, run.bridge, CurvePair(DARK))
    qtbot.addWidget(made)
    made.resize(1150, 240)
    made.show()
    return made


def choose(box, kind: str) -> None:
    """Pick from a list as the keyboard does."""
    index = box.findData(kind)
    box.setCurrentIndex(index)
    box.activated.emit(index)


def test_before_the_first_run_it_says_what_will_be_there(panel):
    assert panel.empty.isVisible()
    assert panel.empty.text() == EMPTY
    assert not panel.curves.isVisible()
    assert panel.settings.count == 3  # all settings side by side while there is nothing else to see


def test_a_run_is_drawn_held_and_ended(panel, run, editor, qtbot):
    curves = panel.curves
    run.start(editor.project)
    assert panel.curves.isVisible()
    assert panel.bar.maximum() == 0  # busy until the number of steps is known
    run.wait_for(StepsDone, 3)
    assert panel.bar.maximum() == 8_000_000
    qtbot.waitUntil(lambda: panel.place.text().startswith("Epoch "))
    assert len(curves.loss.training) == sum(len(event.losses) for event in run.of(StepsDone))
    assert len(curves.score.training) == len(run.of(StepsDone))
    assert curves.choice.currentText() == "Accuracy"
    run.bridge.pause()
    run.wait_until_held()
    qtbot.waitUntil(lambda: panel.place.end() == "Paused")
    drawn = len(curves.loss.training)
    run.bridge.resume()
    qtbot.waitUntil(lambda: len(curves.loss.training) > drawn, timeout=30_000)
    run.bridge.stop()
    run.wait_until("ended")
    assert panel.place.text().startswith("Stopped after ")
    assert len(curves.loss.training) == run.bridge.progress.step
    assert len(curves.loss.validation) == len(curves.score.validation)


def test_the_points_of_a_run_lie_at_their_epochs(panel, run):
    run.start(make_moons(epochs=4))
    run.wait_until("ended")
    x = panel.curves.loss.training.x
    assert len(x) == 32
    assert (x[0], x[-1]) == (1 / 8, 4)
    assert panel.curves.loss.validation.x.tolist() == [1, 2, 3, 4]
    assert panel.curves.loss.best[0] == run.bridge.progress.best


def test_a_second_run_clears_the_curves(panel, run):
    for epochs in (4, 2):
        run.start(make_moons(epochs=epochs))
        run.wait_until("ended")
    assert len(panel.curves.loss.training) == 16
    assert panel.bar.value() == panel.bar.maximum() == 16


def test_a_run_that_fails_says_why_in_the_tab(panel, run, qtbot):
    project = make_moons(
        epochs=50, layers=(("Linear", {"out_features": 4}), ("ReLU", {}), ("Linear", {"out_features": 1}))
    )
    training = replace(project.training, loss=Choice("MSELoss"), optimizer=Choice("SGD", {"lr": 1e30}))
    run.start(set_training(project, training))
    run.wait_until("ended")
    qtbot.waitUntil(lambda: panel.place.end() == "Failed")
    assert "infinite" in panel.place.text() or "not a number" in panel.place.text()
    assert "`" not in panel.place.text() + panel.place.toolTip()
    run.start(make_moons(epochs=1))
    run.wait_until("ended")
    assert not panel.place.toolTip()
    assert panel.place.text().startswith("Finished after 8 steps")


def test_regression_draws_its_own_metric(panel, run):
    project = make_moons(epochs=2)
    project = replace(project, data=replace(project.data, source=Choice("Diabetes")))
    run.start(set_training(project, replace(project.training, loss=Choice("MSELoss"))))
    run.wait_until("ended")
    assert panel.curves.choice.currentText() == "R²"
    assert len(panel.curves.score.validation) == 2


def test_a_tab_that_is_hidden_keeps_its_points(panel, run):
    panel.hide()
    run.start(make_moons(epochs=3))
    run.wait_until("ended")
    assert len(panel.curves.loss.training) == 24
    panel.show()
    assert panel.place.text().startswith("Finished after 24 steps")


@pytest.mark.parametrize(("width", "columns"), [(1900, 2), (1150, 0), (776, 0)])
def test_the_curves_get_room_once_there_is_a_run(panel, run, width, columns):
    panel.resize(width, 240)
    run.start(make_moons(epochs=1))
    run.wait_until("ended")
    assert (panel.settings.count if panel.settings.isVisible() else 0) == columns
    assert panel.curves.width() >= 450
    assert panel.curves.loss.height() >= 100


def test_a_narrow_run_folds_its_settings_away_and_names_its_curves_in_the_plot(panel, run, qtbot):
    panel.resize(700, 240)
    assert panel.settings.isVisible()
    run.start(make_moons(epochs=3))
    run.wait_until("ended")
    assert not panel.settings.isVisible()
    plane = panel.curves.plane
    assert plane.isVisible()
    assert plane.area.height() > 130  # over the whole height, not below the controls
    assert not any(key.isVisible() for key in panel.curves.keys)
    choice = panel.curves.choice
    room = choice.fontMetrics().horizontalAdvance(choice.currentText()) + 30
    qtbot.waitUntil(lambda: choice.width() >= room)  # not cut
    qtbot.mouseClick(panel.view.settings, Qt.MouseButton.LeftButton)
    assert panel.settings.isVisible()
    qtbot.mouseClick(panel.view.settings, Qt.MouseButton.LeftButton)
    assert not panel.settings.isVisible()


def test_the_curves_have_their_room_below_what_looks_wrong(panel, run, qtbot):
    """In a low panel what to try is left to the tool tip."""
    line = FindingLine(str, DARK)
    panel.add_line(line)
    line.show_findings((Finding("Over-fitting", None, "It learns by heart.", "Try Dropout."),))
    run.start(make_moons(epochs=1))
    run.wait_until("ended")
    panel.resize(752, 500)
    qtbot.waitUntil(lambda: line.height() == line.sizeHint().height())
    panel.resize(752, 221)
    qtbot.waitUntil(lambda: line.height() == line.minimumSizeHint().height())
    assert panel.curves.loss.height() > 90
    assert "Dropout" in line.toolTip()


# --- settings ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def settings(qtbot, editor) -> RunSettings:
    made = RunSettings(editor)
    qtbot.addWidget(made)
    made.resize(800, 300)
    made.show()
    return made


def test_typing_a_number_is_one_undo_step(settings, editor):
    type_into(settings.run.rows["epochs"].field, "125")
    assert editor.project.training.epochs == 125
    assert editor.history.titles == ("set epochs",)
    type_into(settings.run.rows["epochs"].field, "7")
    assert len(editor.history.titles) == 2
    editor.undo()
    assert settings.run.rows["epochs"].field.text() == "125"
    editor.undo()
    assert editor.project.training.epochs == 1_000_000


def test_text_that_is_no_number_changes_nothing(settings, editor):
    field = settings.run.rows["batch_size"].field
    type_into(field, "many")
    assert editor.project.training.batch_size == 50
    assert settings.run.rows["batch_size"].message.isVisible()


def test_another_optimizer_keeps_the_learning_rate(settings, editor):
    type_into(settings.optimizer.form.rows["lr"].field, "0.02")
    choose(settings.optimizer.list, "SGD")
    assert editor.project.training.optimizer == Choice("SGD", {"lr": 0.02})
    assert list(settings.optimizer.form.rows)[:2] == ["lr", "momentum"]
    type_into(settings.optimizer.form.rows["momentum"].field, "0.9")
    assert editor.project.training.optimizer == Choice("SGD", {"lr": 0.02, "momentum": 0.9})
    assert editor.history.titles[-1] == "set momentum of SGD"
    QTest.mouseClick(settings.optimizer.form.rows["lr"].back, Qt.MouseButton.LeftButton)
    assert editor.project.training.optimizer == Choice("SGD", {"momentum": 0.9})
    for _ in range(len(editor.history.titles)):
        editor.undo()
    assert editor.project.training.optimizer == Choice("Adam")


def test_loss_and_schedule_are_chosen(settings, editor):
    choose(settings.loss.list, "HuberLoss")
    choose(settings.schedule.list, "OneCycleLR")
    assert (editor.project.training.loss.kind, editor.project.training.schedule.kind) == ("HuberLoss", "OneCycleLR")
    assert "pct_start" in settings.schedule.form.rows
    assert editor.history.titles == ("choose HuberLoss", "choose OneCycleLR")


def test_a_kind_from_elsewhere_is_shown_and_left_alone(qtbot):
    project = make_moons()
    strange = set_training(project, replace(project.training, optimizer=Choice("Sophia", {"rho": 0.04})))
    editor = Editor(strange)
    settings = RunSettings(editor)
    qtbot.addWidget(settings)
    assert settings.optimizer.list.placeholderText() == "Sophia (unknown here)"
    assert editor.project is strange


def test_devices_are_looked_up_when_the_list_opens(settings, editor, qtbot):
    box = settings.device
    assert box.job is None
    assert [box.itemData(i) for i in range(box.count())] == ["auto", "cpu", None]
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    qtbot.waitUntil(lambda: not box.job.running, timeout=30_000)
    devices = [box.itemData(i) for i in range(box.count())]
    assert devices[0] == "auto"
    assert "cpu" in devices
    assert None not in devices
    box.hidePopup()
    choose(box, "cpu")
    assert editor.project.training.device == "cpu"


def test_a_device_of_another_machine_stays(qtbot):
    project = make_moons()
    editor = Editor(set_training(project, replace(project.training, device="cuda:7")))
    settings = RunSettings(editor)
    qtbot.addWidget(settings)
    assert settings.device.currentData() == "cuda:7"


@pytest.mark.parametrize(("width", "columns"), [(300, 1), (580, 2), (900, 3)])
def test_settings_lie_in_as_many_columns_as_there_is_room_for(settings, width, columns):
    settings.resize(width, 200)
    assert settings.count == columns
    assert settings.widget().width() <= width


def test_sections_unfold_and_what_they_set_can_be_undone(panel, editor, qtbot):
    section, form = panel.settings.sections["Gradients"], panel.settings.parts["clip"]
    assert not form.isVisible()
    QTest.mouseClick(section.button, Qt.MouseButton.LeftButton)
    assert form.isVisible()
    choose(form.list, "Norm")
    assert editor.project.training.clip == Choice("Norm")
    QTest.mouseClick(section.button, Qt.MouseButton.LeftButton)
    assert (form.isVisible(), section.summary.text()) == (False, "by norm")
    editor.undo()
    assert (editor.project.training.clip.kind, section.summary.text()) == ("None", "")


def test_batches_are_gathered_by_the_form(panel, editor, qtbot):
    QTest.mouseClick(panel.settings.sections["Batches"].button, Qt.MouseButton.LeftButton)
    type_into(panel.settings.batches.rows["accumulate"].field, "4")
    assert editor.project.training.accumulate == 4
    choose(panel.settings.batches.rows["batch"].field, "full")
    assert editor.project.training.batch == "full"


KINDS = {"loss": losses, "optimizer": optimizers, "schedule": schedules} | {
    field: kinds for field, (_, kinds) in SETTINGS.items()
}


@pytest.mark.parametrize("field", KINDS)
def test_every_declared_choice_opens_a_form_that_can_be_filled_in(panel, editor, qtbot, field):
    """Each field shows its default, and takes what is typed into it; lists of numbers are "1, 2.5"."""
    settings = panel.settings
    for section in settings.sections.values():
        section.button.setChecked(True)
    part = settings.parts.get(field) or getattr(settings, field)
    for kind, spec in KINDS[field].items():
        choose(part.list, kind)
        assert getattr(editor.project.training, field).kind == kind
        assert list(part.form.rows) == [parameter.name for parameter in spec.parameters if not parameter.hidden]
        for parameter in spec.parameters:
            inner = parameter.type.item if isinstance(parameter.type, Maybe) else parameter.type
            if parameter.hidden or isinstance(inner, Flag | Option):
                continue
            text = fitting_text(parameter.type)
            entry = part.form.rows[parameter.name].field
            qtbot.waitUntil(entry.isVisible)
            type_into(entry, text)
            set_to = getattr(editor.project.training, field).parameters.get(parameter.name, parameter.default)
            assert set_to == parse_entry(parameter.type, text), (kind, parameter.name)
            assert part.form.rows[parameter.name].message.isHidden()


def fitting_text(kind) -> str:
    """Return something to type that a type of parameter takes."""
    inner = kind.item if isinstance(kind, Maybe) else kind
    for text in ("1, 2.5", "1, 2", "0.75, 0.5", "3, -4, 2", "0.125", "7", "1.5", "1", "-0.5"):
        try:
            parse_entry(inner, text)
        except Unacceptable:
            continue
        return text
    raise AssertionError(f"nothing fits {kind}")


def test_the_use_of_a_device_is_drawn_beside_the_loss(panel, run):
    run.start(make_moons(epochs=20))
    run.wait_until("ended")
    panel.take(Look(20, 160, 8, (), 0.0, Wish(), device=Device("GPU", 2_500_000_000, 80_000_000_000, 0.75)))
    memory, busy = panel.curves.others["Device memory (GB)"], panel.curves.others["Device busy"]
    assert (memory.training.x.tolist(), memory.training.y.tolist()) == ([20.0], [2.5])
    assert busy.training.y.tolist() == [75.0]
    assert panel.curves.choice.findText("Device busy") >= 0


def test_metrics_are_ticked_drawn_and_printed(panel, run, editor, qtbot):
    QTest.mouseClick(panel.settings.sections["Metrics"].button, Qt.MouseButton.LeftButton)
    form = panel.settings.metrics

    def ticked() -> list[str]:
        return [name for name, box in form.boxes.items() if box.isChecked()]

    def click(name: str) -> None:
        box = form.boxes[name]
        qtbot.waitUntil(lambda: box.width() > 50)  # laid out
        QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))

    assert list(form.boxes) == ["accuracy", "precision", "recall", "f1", "auroc"]
    assert (ticked(), form.back.isVisible()) == (["accuracy"], False)
    click("accuracy")  # the last one out brings the usual one back: there is no edit
    assert (ticked(), editor.history.titles) == (["accuracy"], ())
    click("f1")
    assert editor.project.training.metrics == ("accuracy", "f1")
    click("accuracy")
    assert (editor.project.training.metrics, ticked()) == (("f1",), ["f1"])
    assert editor.history.titles == ("measure F1", "leave out accuracy")
    QTest.mouseClick(panel.settings.sections["Metrics"].button, Qt.MouseButton.LeftButton)
    assert panel.settings.sections["Metrics"].summary.text() == "F1"
    run.start(set_training(editor.project, replace(editor.project.training, epochs=2)))
    run.wait_until("ended")
    assert panel.curves.choice.currentText() == "F1"
    assert len(panel.curves.score.validation) == 2
    QTest.mouseClick(panel.view.settings, Qt.MouseButton.LeftButton)
    QTest.mouseClick(panel.settings.sections["Metrics"].button, Qt.MouseButton.LeftButton)
    QTest.mouseClick(form.back, Qt.MouseButton.LeftButton)
    assert editor.project.training.metrics == ()
    editor.undo()
    assert (editor.project.training.metrics, ticked()) == (("f1",), ["f1"])
