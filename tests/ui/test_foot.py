"""The tabs below the canvas: nearly all the height on a wish, and as they were after it."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTabBar

from tests.ui.conftest import settle


def find_bar(window) -> QTabBar:
    bars = window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return next(bar for bar in bars if bar.isVisible() and "Data" in [bar.tabText(n) for n in range(bar.count())])


def double_click(bar: QTabBar, title: str) -> None:
    place = next(n for n in range(bar.count()) if bar.tabText(n) == title)
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(place).center())
    QTest.mouseDClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(place).center())
    settle()


def test_a_double_click_on_a_tab_gives_it_nearly_all_the_height_and_takes_it_back(window, user):
    window.resize(1400, 900)
    window.workbench.show("problems")
    settle()
    dock = window.workbench.docks["data"]
    before = window.workbench.docks["problems"].height()
    double_click(find_bar(window), "Data")
    assert dock.isVisible()
    assert dock.height() > 0.6 * window.height()
    assert window.canvas.height() > 0
    user.choose("View", "Tall tabs")
    assert dock.height() == before


def test_tabs_at_the_side_stay_as_they_are(window):
    window.resize(1400, 900)
    settle()
    heights = {name: dock.height() for name, dock in window.workbench.docks.items()}
    bars = window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
    side = next(bar for bar in bars if bar.isVisible() and bar.tabText(0) == "Layers")
    double_click(side, "Layers")
    assert {name: dock.height() for name, dock in window.workbench.docks.items()} == heights


def test_its_key_works_from_the_canvas_and_leaves_spaces_to_fields(window):
    window.resize(1400, 900)
    window.workbench.show("problems")
    window.canvas.setFocus()
    settle()
    dock = window.workbench.docks["problems"]
    before = dock.height()
    QTest.keyClick(window.canvas, Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    settle()
    assert dock.height() > before
    search = window.workbench.panel("palette").search
    search.setFocus()
    QTest.keyClick(search, Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    assert search.text() == " "
    assert dock.height() > before
