"""How large the interface is drawn: chosen, kept, taken up at the next start; and nothing is cut in the smallest window."""

import itertools
import os
import subprocess
import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QTabBar, QToolBar

from designer.document.edits import add_node
from designer.document.files import save
from designer.document.project import Project
from designer.ui.settings import Settings
from designer.ui.window import SMALLEST, Window
from tests.ui.conftest import settle

TELL = """
import sys
import designer.ui.app as app
def tell(window):
    print(window.devicePixelRatioF())
    {more}
app._print_and_quit = tell
app.run_window(*sys.argv[1:])
"""


def start(home, more: str, *paths: object, **environment: str) -> list[str]:
    """Start the program as a process; return what it and those it starts say."""
    full = os.environ | {"QT_QPA_PLATFORM": "offscreen", "DESIGNER_HOME": str(home), "DESIGNER_QUIT_AFTER_PAINT": "1"}
    command = [sys.executable, "-c", TELL.format(more=more), *map(str, paths)]
    done = subprocess.run(command, env=full | environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_a_choice_is_taken_up_at_the_next_start_unless_the_user_set_a_factor(tmp_path):
    Settings(tmp_path / "state" / "window.ini").scale = 150
    Settings(tmp_path / "state" / "window.ini").flush()
    assert start(tmp_path, "window.close_for_good()") == ["1.5"]
    assert start(tmp_path, "window.close_for_good()", QT_SCALE_FACTOR="2") == ["2.0"]


def test_restart_now_starts_the_program_again_with_its_files(tmp_path, chain):
    save(tmp_path / "a.nnd", chain)
    more = "window.scale.choose(200); print(window.notices.shown[0].text); window.scale.restart()"
    said = start(tmp_path, more, tmp_path / "a.nnd")
    assert said[:2] == ["1.0", "Designer"]
    assert 0 < float(said[-1]) < 60  # the second one was painted, and said how long that took
    assert Settings(tmp_path / "state" / "window.ini").scale == 200
    assert Settings(tmp_path / "state" / "window.ini").recent == [tmp_path / "a.nnd"]


def test_unsaved_work_is_asked_about_before_a_restart(window, user):
    window.editor.apply("add", add_node(window.editor.project, "ReLU")[0])
    user.choose("View", "Interface scale", "125")
    user.answer("Restart now")
    user.answer("Cancel")
    assert window.isVisible()
    assert not window.scale.restart_wanted
    assert window.settings.scale == 125


def find_cut(window: Window) -> list[str]:
    """Return what cannot be read whole, and has no tool tip that says it."""
    found = []
    for widget in window.findChildren(QAbstractButton) + window.findChildren(QLabel):
        text = widget.text()
        if not widget.isVisible() or not text or widget.toolTip():
            continue
        inside = widget.visibleRegion().boundingRect()
        if isinstance(widget, QLabel) and widget.wordWrap():
            cut = widget.height() < widget.heightForWidth(widget.width())
        else:
            cut = (
                widget.width() < widget.minimumSizeHint().width() or widget.height() < widget.minimumSizeHint().height()
            )
        if cut and not inside.isEmpty():
            found.append(f"{widget.metaObject().className()} {text!r}: {widget.width()} of {widget.sizeHint().width()}")
    # A tab that is cut is scrolled to, or says its name as a tool tip.
    found.extend(
        f"tab {bar.tabText(place)!r}"
        for bar in window.findChildren(QTabBar)
        for place in range(bar.count())
        if bar.isVisible() and not bar.tabToolTip(place) and bar.tabRect(place).width() < bar.tabSizeHint(place).width()
    )
    return found


@pytest.mark.parametrize("panel", ["training", "weights", "samples", "code", "data", "problems", "history"])
def test_nothing_is_cut_in_the_smallest_window(window, user, chain, panel):
    window.filing.show(chain)
    window.filing.show(Project(name="a project with quite a long name, as people have them"))
    window.hands.add("Linear")
    window.resize(SMALLEST)
    user.show(panel)
    settle()
    assert (window.width(), window.height()) == (SMALLEST.width(), SMALLEST.height())
    assert find_cut(window) == []
    bar = window.findChild(QToolBar, "tools")
    buttons = [bar.widgetForAction(action) for action in bar.actions()]
    assert all(bar.rect().contains(button.geometry()) for button in buttons)
    docks = [
        dock for dock in window.workbench.docks.values() if dock.isVisible() and not dock.visibleRegion().isEmpty()
    ]
    places = [dock.geometry() for dock in docks]
    assert not any(one.intersects(other) for one, other in itertools.combinations(places, 2))


def test_words_of_the_tool_bar_come_back_with_the_room(window):
    bar = window.findChild(QToolBar, "tools")
    train = bar.widgetForAction(window.menus.actions["train.start"])
    new = bar.widgetForAction(window.menus.actions["file.new"])
    window.resize(SMALLEST)
    settle()
    assert new.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly
    assert train.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextBesideIcon
    assert new.accessibleName() == "New"
    assert "New" in new.toolTip()
    window.resize(1400, 900)
    settle()
    assert new.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextBesideIcon


def test_the_scale_that_is_in_force_needs_no_restart(window):
    window.scale.choose(200)
    assert "200 %" in window.notices.shown[0].text
    window.scale.choose(100)
    assert window.settings.scale == 100
    assert not window.notices.shown
