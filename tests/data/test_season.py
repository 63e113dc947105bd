"""The season of a series is found where there is one, and nowhere else."""

import numpy as np
import pytest

from designer.data.season import Season, find_season

RANDOM = np.random.default_rng(0)


@pytest.mark.parametrize("length", [4, 7, 12, 24])
def test_a_season_is_found_under_noise_and_a_trend(length):
    places = np.arange(20 * length, dtype=float)
    series = 0.1 * places + 5 * np.sin(2 * np.pi * places / length) + RANDOM.normal(0, 0.5, len(places))
    assert find_season(series) == Season(length, grows=False)


def test_swings_that_grow_with_the_level_are_told():
    places = np.arange(144.0)
    series = np.exp(0.01 * places + 0.2 * np.sin(2 * np.pi * places / 12))
    assert find_season(series) == Season(12, grows=True)


@pytest.mark.parametrize(
    "series",
    [RANDOM.normal(size=500), RANDOM.normal(size=500).cumsum(), np.arange(100.0), np.full(100, 3.0), np.arange(3.0)],
    ids=["noise", "walk", "line", "constant", "short"],
)
def test_what_does_not_repeat_itself_has_no_season(series):
    assert find_season(series) == Season(0, grows=False)
