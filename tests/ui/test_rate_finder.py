"""Find learning rate: a real test on a thread, its plot, and a proposal that can be used and undone."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from designer.engine.plan import Plan
from designer.ui.editor import Editor
from designer.ui.panels.run import RunSettings
from designer.ui.rate_finder import RateFinder
from designer.ui.theme import load_theme
from tests.engine.plans import digits
from tests.ui.runs import make_moons


def test_a_proposal_is_found_used_and_undone(qtbot):
    editor = Editor(digits())
    settings = RunSettings(editor)
    qtbot.addWidget(settings)
    finder = RateFinder(lambda: Plan.from_project(editor.project), load_theme("light"))
    qtbot.addWidget(finder)
    finder.used.connect(settings.use_rate)
    finder.show()
    qtbot.waitUntil(lambda: finder.use.isVisible(), timeout=60_000)
    assert finder.found.proposal is not None
    assert finder.grab().toImage().width() == finder.width()
    QTest.mouseClick(finder.use, Qt.MouseButton.LeftButton)
    assert editor.project.training.optimizer.parameters["lr"] == finder.found.proposal
    editor.undo()
    assert "lr" not in editor.project.training.optimizer.parameters


def test_closing_ends_the_test(qtbot):
    finder = RateFinder(lambda: Plan.from_project(make_moons(epochs=1)), load_theme("dark"))
    qtbot.addWidget(finder)
    finder.show()
    finder.reject()
    assert not finder._job.running
