"""What events of a run say in a terminal."""

import pytest

from designer.cli.telling import spell_time


@pytest.mark.parametrize(
    "seconds, words", [(0.04, "0.0 s"), (9.4, "9.4 s"), (42.4, "42 s"), (72, "1 min 12 s"), (7500, "2 h 5 min")]
)
def test_times_are_spelled_as_people_say_them(seconds, words):
    assert spell_time(seconds) == words
