"""Will it fit? in the real window: measured beside it, told, taken over as one step, stopped, refused beside a run."""

from PySide6.QtWidgets import QPushButton

from designer.engine.plan import Plan
from designer.ui.fit_dialog import FitDialog
from designer.ui.theme import load_theme
from tests.ui.runs import make_moons


def open_dialog(window, user, qtbot) -> FitDialog:
    user.click(user.show("training").settings.fit)
    *_, dialog = window.findChildren(FitDialog)
    qtbot.waitUntil(lambda: dialog.found is not None, timeout=60_000)
    return dialog


def test_what_it_takes_is_told_and_where_it_does_not_fit_a_batch_is_used(window, user, qtbot, monkeypatch):
    window.editor.open(make_moons(epochs=1))
    dialog = open_dialog(window, user, qtbot)
    facts = dialog.facts.facts()
    assert facts["Weights"] == "132 bytes"  # 33 numbers
    assert facts["Optimizer"] == "280 bytes"
    assert dialog.message.text().startswith("It fits: a step with 50 rows takes ")
    assert dialog.memory.parts["gradients"] == 132
    assert dialog.grab().toImage().width() == dialog.width()
    assert not dialog.use.isVisible()  # that 400 rows would fit is no reason to take them
    dialog.reject()
    monkeypatch.setattr("designer.engine.fit.measure_free", lambda device: dialog.found.step // 2)
    dialog = open_dialog(window, user, qtbot)
    advised = dialog.found.advised
    assert dialog.use.text() == f"Use batch size {advised}"
    user.click(dialog.use)
    assert window.editor.project.training.batch_size == advised < 50
    window.editor.undo()
    assert window.editor.project.training.batch_size == 50


def test_beside_a_run_it_is_refused(window, user, qtbot):
    window.editor.open(make_moons(epochs=1_000_000))
    window.trainer.start()
    window.trials.measure_fit()
    assert not window.findChildren(FitDialog)
    assert "A run is under way" in window.notices.shown[0].text


def test_stop_ends_it_and_so_does_closing(qtbot):
    plan = Plan.from_project(make_moons(epochs=1))
    dialog = FitDialog(lambda: plan, load_theme("dark"))
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.stop.click()
    qtbot.waitUntil(lambda: dialog.message.text() == "The measurement was stopped.", timeout=60_000)
    assert [one for one in dialog.findChildren(QPushButton) if one.isVisible()]  # Close
    other = FitDialog(lambda: plan, load_theme("light"))
    qtbot.addWidget(other)
    other.show()
    other.reject()
    assert not other._job.running
