"""What an empty canvas says, in windows of every width."""

import pytest

from designer.ui.window import SMALLEST
from tests.ui.conftest import settle


@pytest.mark.parametrize(
    ("size", "fitting"),
    [((SMALLEST.width(), SMALLEST.height()), 2), ((760, 520), 3), ((800, 600), 5), ((1400, 900), 5)],
)
def test_nothing_of_it_is_cut(window, size, fitting):
    window.resize(*size)
    settle()
    hint, canvas = window.hint, window.canvas
    assert hint.isVisible() == bool(fitting)
    assert canvas.rect().contains(hint.geometry()) or not fitting
    shown = [line for line in hint.lines if line.isVisible()]
    assert shown == hint.lines[:fitting]
    for line in shown:
        assert hint.rect().contains(line.geometry())
        assert line.height() >= line.heightForWidth(line.width())
        widest = max(line.text().split(), key=len)
        assert line.fontMetrics().horizontalAdvance(widest) <= line.width()
