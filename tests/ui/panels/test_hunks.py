"""Hunks of two texts turn the one into the other, whatever they are."""

from hypothesis import given, settings
from hypothesis import strategies as st

from designer.ui.panels.hunks import MOST, find_hunks

TEXTS = st.lists(st.sampled_from("abcdefgh"), max_size=60)


def apply_hunks(old: list[str], new: list[str]) -> list[str]:
    lines = list(old)
    for start, end, first, last in reversed(find_hunks(old, new)):
        lines[start:end] = new[first:last]
    return lines


@settings(max_examples=300)
@given(TEXTS, TEXTS)
def test_hunks_make_one_text_of_the_other(old, new) -> None:
    assert apply_hunks(old, new) == new
    assert not find_hunks(old, old)


def test_a_line_here_and_there_leaves_all_between_alone() -> None:
    old = [str(number) for number in range(1000)]
    new = [*old[:3], "new", *old[4:500], "more", *old[500:900], *old[901:]]
    assert find_hunks(old, new) == [(3, 4, 3, 4), (500, 500, 500, 501), (900, 901, 901, 901)]


def test_very_many_places_are_one() -> None:
    old = [str(number) for number in range(1000)]
    new = [f"{line}!" if number % 10 == 0 else line for number, line in enumerate(old)]
    assert len(old) / 10 > MOST
    assert find_hunks(old, new) == [(0, 991, 0, 991)]
