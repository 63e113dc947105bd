"""Work in small pieces, each in a turn of the event loop."""

from PySide6.QtCore import QTimer

from designer.ui.turns import Turns


def test_other_events_come_between_the_pieces(qtbot):
    seen = []

    def first():
        seen.append("first")
        QTimer.singleShot(0, lambda: seen.append("event"))

    turns = Turns([first, lambda: seen.append("second"), lambda: seen.append("third")])
    with qtbot.waitSignal(turns.done):
        turns.start()
        assert seen == []
    assert seen.index("event") < seen.index("third")
    assert [one for one in seen if one != "event"] == ["first", "second", "third"]


def test_a_piece_that_fails_holds_up_none_of_the_others(qtbot):
    seen = []
    turns = Turns([lambda: 1 / 0, lambda: seen.append("second")])
    with qtbot.captureExceptions() as faults, qtbot.waitSignal(turns.done):
        turns.start()
    assert seen == ["second"]
    assert [fault[0] for fault in faults] == [ZeroDivisionError]


def test_nothing_is_done_after_a_stop(qtbot):
    seen = []
    turns = Turns([lambda: turns.stop(), lambda: seen.append("second")])
    turns.start()
    with qtbot.assertNotEmitted(turns.done, wait=50):
        pass
    assert seen == []


def test_a_piece_in_steps_lets_other_events_come_between_them_and_holds_back_the_next_piece(qtbot):
    seen = []

    def steps():
        for number in range(3):
            QTimer.singleShot(0, lambda number=number: seen.append(f"event {number}"))
            seen.append(number)
            yield

    turns = Turns([steps, lambda: seen.append("next")])
    with qtbot.waitSignal(turns.done):
        turns.start()
    assert [one for one in seen if not str(one).startswith("event")] == [0, 1, 2, "next"]
    assert seen.index("event 0") < seen.index(2)


def test_steps_that_fail_hold_up_none_of_the_other_pieces(qtbot):
    seen = []

    def steps():
        yield
        raise ZeroDivisionError

    turns = Turns([steps, lambda: seen.append("next")])
    with qtbot.captureExceptions() as faults, qtbot.waitSignal(turns.done):
        turns.start()
    assert seen == ["next"]
    assert [fault[0] for fault in faults] == [ZeroDivisionError]
