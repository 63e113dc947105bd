"""The bars above the canvas: which of them close themselves, when, and how many there are."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QCursor, QEnterEvent
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from designer.ui import notices as bars
from designer.ui.notices import Answer
from tests.ui.conftest import settle


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody needs to read these."""
    monkeypatch.setattr(bars, "READING", (20, 0))


def texts(window) -> list[str]:
    return [notice.text for notice in window.notices.shown]


def rest_on(notice) -> None:
    place = QPointF(QPoint(5, 5))
    QApplication.sendEvent(notice, QEnterEvent(place, place, QPointF(notice.mapToGlobal(QPoint(5, 5)))))


def test_information_closes_itself_and_what_went_wrong_stays(window, qtbot):
    show = window.notices.show_notice
    show("error", "It broke.")
    show("warning", "It may break.")
    show("note", "It is done.")
    qtbot.waitUntil(lambda: texts(window) == ["It broke.", "It may break."])
    window.notices.dismiss()
    show("note", "Shall it be done?", Answer("Do it", lambda: None))
    show("note", "Doing it …")
    show("note", "It is done again.")
    qtbot.waitUntil(lambda: "It is done again." not in texts(window))
    assert texts(window) == ["Shall it be done?", "Doing it …"]


def test_it_waits_while_the_mouse_rests_on_it(window, qtbot):
    notice = window.notices.show_notice("note", "It is done.")
    rest_on(notice)
    assert not notice.timer.isActive()
    QApplication.sendEvent(notice, QEvent(QEvent.Type.Leave))
    qtbot.waitUntil(lambda: not texts(window))


def test_it_waits_while_it_has_the_keys(window, qtbot):
    notice = window.notices.show_notice("note", "It is done.")
    notice.closer.setFocus()
    with qtbot.waitSignal(notice.timer.timeout):
        pass
    assert texts(window) == ["It is done."]
    window.canvas.setFocus()
    qtbot.waitUntil(lambda: not texts(window))


def test_the_same_words_are_shown_once_and_a_few_bars_at_most(window):
    show = window.notices.show_notice
    show("warning", "The same.", key="one")
    show("warning", "The same.", key="two")
    assert texts(window) == ["The same."]
    show("error", "It broke.")
    show("note", "Doing it …")
    show("warning", "It may break.")
    settle()
    assert texts(window) == ["The same.", "It broke.", "It may break."]  # what only informs gives way first


def test_a_bar_in_a_small_window_is_read_whole(window):
    window.resize(800, 500)
    text = "Designer closed unexpectedly. Unsaved work on one.nnd, another.nnd and a third.nnd was kept 2 minutes ago."
    answers = Answer("Restore all", lambda: None), Answer("Discard all", lambda: None)
    notice = window.notices.show_notice("warning", text, *answers)
    settle()
    label = next(one for one in notice.findChildren(QLabel) if one.text() == text)
    assert label.height() >= label.heightForWidth(label.width())
    button = notice.findChild(QPushButton)
    assert button.mapTo(notice, QPoint()).y() > label.mapTo(notice, QPoint()).y()
    window.resize(1600, 900)
    settle()
    assert button.mapTo(notice, QPoint()).x() > label.mapTo(notice, QPoint()).x() + label.width()


def test_the_tabs_below_have_their_height_back_when_tall_bars_go(window, user):
    """And keep the height that they are pulled to while there is a bar."""
    dock = window.workbench.docks["training"]

    def pull(height: int) -> int:
        window.resizeDocks([dock], [height], Qt.Orientation.Vertical)
        settle()
        return dock.height()

    def show_bars() -> None:
        for number in range(3):
            notice = window.notices.show_notice("error", f"It broke {number}.", details="why")
            user.click(notice.findChild(QPushButton))

    wanted = pull(500)
    show_bars()
    assert dock.height() < wanted
    for notice in window.notices.shown:
        user.click(notice.closer)
    assert dock.height() == wanted
    show_bars()
    low = pull(dock.height() - 60)
    window.notices.dismiss()
    settle()
    assert dock.height() == low


def test_a_click_meant_for_a_bar_does_not_hit_the_one_that_moved_there(window, user):
    """Not at once, as long as the mouse rests; moved, it is meant."""
    first, second = (window.notices.show_notice("error", f"It broke {number}.") for number in (1, 2))
    settle()
    QCursor.setPos(first.closer.mapToGlobal(first.closer.rect().center()))
    user.click(first.closer)
    user.click(second.closer)
    assert window.notices.shown == [second]
    QCursor.setPos(QCursor.pos() + QPoint(40, 40))
    user.click(second.closer, second.closer.rect().center() + QPoint(3, 3))
    assert not window.notices.shown
