"""What is written on cards too small for their own text: read off the canvas, pixel by pixel."""

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor

from designer.document.edits import rename_node
from designer.document.remarks import set_small
from tests.ui.canvas.networks import chain


def read_rows(hand, node: str) -> list[bool]:
    """Return for each row of pixels of a card, beside its colour bar, whether anything is written there."""
    view = hand.view
    box = view.sheet.nodes[node].box
    left, right = view.mapFromScene(QPointF(box.left, box.top)), view.mapFromScene(QPointF(box.right, box.bottom))
    image = view.viewport().grab().toImage()
    card = QColor(view.theme.card).lightness()
    rows = range(left.y() + 1, right.y())
    columns = range(left.x() + 6, right.x() - 2)
    return [any(abs(image.pixelColor(x, y).lightness() - card) > 60 for x in columns) for y in rows]


def count_lines(rows: list[bool]) -> int:
    """Return how many lines of text there are: runs of rows with something on them."""
    return sum(there and not before for before, there in zip([False, *rows], rows, strict=False))


@pytest.mark.parametrize(("scale", "lines"), [(0.3, 1), (0.45, 1), (0.5, 2), (0.55, 2), (0.59, 2)])
def test_a_second_line_is_written_where_there_is_room_for_it(open_canvas, scale, lines):
    hand = open_canvas(chain())
    hand.view.zoom_by(scale / hand.view.scale_now)
    for node in ("hidden", "flatten"):
        rows = read_rows(hand, node)
        assert count_lines(rows) == lines
        assert not rows[0]
        assert not rows[-1]


def test_a_long_name_and_a_small_card_stay_inside_and_say_one_thing(open_canvas):
    project = rename_node(chain(), "hidden", "a" * 80)
    hand = open_canvas(set_small(project, ["relu"], True))
    hand.view.zoom_by(0.55 / hand.view.scale_now)
    assert count_lines(read_rows(hand, "hidden")) == 2
    assert count_lines(read_rows(hand, "relu")) <= 1


def test_a_long_name_keeps_the_number_at_its_end(open_canvas):
    hand = open_canvas(rename_node(chain(), "hidden", "batch_normalization_of_the_trunk_1234"))
    item = hand.view.sheet.nodes["hidden"]
    hand.view.zoom_by(1 / hand.view.scale_now)
    hand.view.viewport().grab()
    assert item.texts[0].text.endswith("1234")
    assert "…" in item.texts[0].text
