"""How large the interface is drawn: chosen, kept, taken up at the next start; and nothing is cut in the smallest window."""

import itertools
import os
import subprocess
import sys

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolBar

from designer.document.edits import add_node
from designer.document.files import save
from designer.document.project import Project
from designer.ui.settings import Settings
from designer.ui.window import SMALLEST, Window
from tests.ui.conftest import settle
from tests.ui.cut_words import find_cut
from tests.ui.runs import make_moons, single_thread

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


# Logical pixels of a screen of 1280 x 800 at 80 to 200 %, at the last less the title bar, and of 1920 x 1080 at 200 and 80 %.
SIZES = [
    *((1600, 1000), (1280, 800), (1024, 640), (853, 533), (731, 457), (SMALLEST.width(), SMALLEST.height())),
    *((960, 540), (2400, 1350)),
]


def find_cut_anywhere(window: Window) -> list[str]:
    """Return what is cut with any panel in front, in a window as large as each of the screens."""
    found = []
    for size in SIZES:
        window.resize(*size)
        for name in window.workbench.docks:
            window.workbench.show(name)
            settle()
            if find_cut(window):
                settle()  # what came at the very end of the last turn is laid out in the next
            found += [f"{size} {name}: {cut}" for cut in find_cut(window)]
        assert (window.width(), window.height()) == size
        shown = [dock for dock in window.workbench.docks.values() if not dock.visibleRegion().isEmpty()]
        places = [dock.geometry() for dock in shown]
        assert not any(one.intersects(other) for one, other in itertools.combinations(places, 2))
        assert not any(place.intersects(window.statusBar().geometry()) for place in places)
    return found


def test_nothing_is_cut_on_any_screen_at_any_scale(window, chain):
    window.filing.show(chain)
    window.filing.show(Project(name="a project with quite a long name, as people have them"))
    window.hands.add("Linear")
    assert find_cut_anywhere(window) == []


def test_nothing_is_cut_while_a_network_trains(window, qtbot):
    window.editor.open(make_moons(epochs=1_000_000))
    window.editor.select(list(window.editor.view.graph.nodes)[1:2])
    trainer = window.trainer
    with single_thread():
        trainer.start()
        qtbot.waitUntil(lambda: " %" in window.status.run.text(), timeout=60_000)
        trainer.pause()
        qtbot.waitUntil(lambda: trainer.bridge.session.state == "paused", timeout=60_000)
        settle()
        assert find_cut_anywhere(window) == []
        trainer.shut_down()


def test_nothing_is_cut_at_the_largest_scale_with_the_letters_of_that_scale(tmp_path, chain):
    save(tmp_path / "a.nnd", chain)
    more = (
        "import tests.ui.test_scale as here; window.resize(here.SMALLEST); window.workbench.reset(); here.settle(); "
        "print(*here.find_cut(window), sep=chr(10)); window.close_for_good()"
    )
    assert start(tmp_path, more, tmp_path / "a.nnd", QT_SCALE_FACTOR="2") == ["2.0"]


def test_in_a_narrow_window_the_sides_share_one_place(window):
    window.resize(SMALLEST)
    window.workbench.reset()
    settle()
    assert window.canvas.width() > SMALLEST.width() / 2 - 20
    window.resize(1400, 900)
    window.workbench.reset()
    settle()
    docks = window.workbench.docks
    assert docks["palette"].x() < window.centralWidget().x() < docks["inspector"].x()


def test_words_of_the_tool_bar_come_back_with_the_room(window):
    bar = window.findChild(QToolBar, "tools")
    train = bar.widgetForAction(window.menus.actions["train.start"])
    new = bar.widgetForAction(window.menus.actions["file.new"])
    window.resize(760, 520)
    settle()
    assert new.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly
    assert train.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextBesideIcon
    assert new.accessibleName() == "New"
    assert "New" in new.toolTip()
    window.resize(SMALLEST)
    settle()
    assert train.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly
    window.resize(1400, 900)
    settle()
    assert train.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextBesideIcon
    assert new.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextBesideIcon


def test_the_scale_that_is_in_force_needs_no_restart(window):
    window.scale.choose(200)
    assert "200 %" in window.notices.shown[0].text
    window.scale.choose(100)
    assert window.settings.scale == 100
    assert not window.notices.shown
