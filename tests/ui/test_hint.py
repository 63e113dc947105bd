"""What an empty canvas says, in windows of every width."""

import pytest

from designer.ui.window import SMALLEST
from tests.ui.conftest import settle


@pytest.mark.parametrize("size", [(SMALLEST.width(), SMALLEST.height()), (800, 600), (1400, 900)])
def test_nothing_of_it_is_cut(window, size):
    window.resize(*size)
    settle()
    hint, canvas = window.hint, window.canvas
    assert canvas.rect().contains(hint.geometry())
    for line in hint.lines:
        assert hint.rect().contains(line.geometry())
        assert line.height() >= line.heightForWidth(line.width())
        widest = max(line.text().split(), key=len)
        assert line.fontMetrics().horizontalAdvance(widest) <= line.width()
