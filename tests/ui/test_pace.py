"""How often the window looks at a run."""

import time

from designer.ui.pace import LEAST, MOST, MOST_SLOW, SHARE, Pace


def work(seconds):
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        sum(range(100))


def test_looks_that_cost_nothing_come_twenty_times_a_second():
    pace = Pace()
    for _ in range(5):
        pace.note()
    assert pace.interval == LEAST
    assert pace.slowness == 1


def test_looks_get_their_share_of_a_core_and_no_more():
    pace, cost = Pace(), 0.003
    for _ in range(20):
        work(cost)
        pace.note()
    assert cost / (pace.interval / 1000) <= SHARE * 1.02
    assert LEAST < pace.interval < MOST
    assert 1 < pace.slowness <= MOST_SLOW


def test_the_costliest_window_still_looks_alive():
    pace = Pace()
    for _ in range(3):
        work(0.05)
        pace.note()
    assert pace.interval == MOST
