import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor

from designer.ui.plots.filters import FilterPlot, arrange_channels, arrange_pictures, tile
from designer.ui.plots.heat import MatrixPlot, find_range, make_matrix, make_palette, mean_blocks, paint_values
from designer.ui.theme import load_theme

DARK, LIGHT = load_theme("dark"), load_theme("light")
sides = st.integers(1, 40)
matrices = st.tuples(sides, sides).flatmap(lambda shape: arrays(np.float32, shape, elements=st.floats(-9, 9, width=32)))


@given(matrices, sides, sides)
def test_blocks_are_few_and_their_means_add_up(values, rows, columns):
    means, (height, width) = mean_blocks(values, rows, columns)
    assert means.shape[0] <= max(rows, 1)
    assert means.shape[1] <= max(columns, 1)
    for i, j in ((0, 0), (means.shape[0] - 1, means.shape[1] - 1)):
        block = values[i * height : (i + 1) * height, j * width : (j + 1) * width]
        assert means[i, j] == pytest.approx(block.mean(), abs=1e-4)


@given(arrays(np.float32, st.integers(1, 300), elements=st.floats(-1e6, 1e6, width=32)))
def test_the_range_is_round_and_holds_nearly_all(values):
    limit = find_range(values)
    assert limit > 0
    assert np.mean(np.abs(values) <= limit * 1.0001) >= 0.97
    assert f"{limit:.3e}"[0] in "125"


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_colours_diverge_from_the_ground_to_both_sides(theme):
    palette = make_palette(theme)
    pixels = paint_values(np.array([[-1.0, 0.0, 1.0, np.nan]]), 1.0, palette)[0].tolist()
    assert QColor.fromRgb(pixels[0]).name() == theme.family["linear"]
    assert QColor.fromRgb(pixels[2]).name() == theme.family["activation"]
    ground, zero = QColor(theme.canvas), QColor.fromRgb(pixels[1])
    assert max(abs(a - b) for a, b in zip(ground.getRgb()[:3], zero.getRgb()[:3], strict=True)) < 12
    assert len(set(pixels)) == 4  # what is no number is told from all numbers


@pytest.mark.parametrize(
    ("shape", "kind", "size", "names"),
    [
        ((5, 7), "Linear", (5, 7), ("out", "in")),
        ((50, 8), "Embedding", (50, 8), ("index", "feature")),
        ((6, 4, 3), "Conv1d", (6, 12), ("out", "in × kernel")),
        ((6, 4, 1, 1), "Conv2d", (6, 4), ("out", "in")),
    ],
)
def test_a_tensor_becomes_a_matrix_with_its_first_axis_as_rows(shape, kind, size, names):
    tensor = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
    matrix = make_matrix(tensor, kind)
    assert matrix.values.shape == size
    assert (matrix.rows, matrix.columns) == names
    np.testing.assert_array_equal(matrix.values.ravel(), tensor.ravel())


def test_the_heat_map_shows_each_weight_at_its_place(qtbot):
    plot = MatrixPlot(DARK)
    qtbot.addWidget(plot)
    plot.resize(300, 160)
    weights = np.zeros((4, 6), np.float32)
    weights[1, 4] = 1.0
    weights[3, 0] = -1.0
    plot.show_matrix(make_matrix(weights, "Linear"))
    picture = plot.grab().toImage()

    def pixel(row, column):
        area = plot.area
        x = area.left() + (column + 0.5) / 6 * area.width()
        y = area.top() + (row + 0.5) / 4 * area.height()
        assert plot.value_at(QPointF(x, y)) == (row, column, weights[row, column])
        return picture.pixelColor(int(x), int(y)).name()

    assert pixel(1, 4) == DARK.family["activation"]
    assert pixel(3, 0) == DARK.family["linear"]
    assert pixel(0, 0) == pixel(2, 5)
    assert plot.value_at(QPointF(1, 1)) is None


def test_a_large_matrix_is_shown_as_means_of_blocks(qtbot):
    plot = MatrixPlot(DARK)
    qtbot.addWidget(plot)
    plot.resize(200, 120)
    plot.show_matrix(make_matrix(np.ones((1000, 3000), np.float32), "Linear"))
    plot.grab()
    assert plot.block[0] > 1
    assert plot.block[1] > 1
    assert plot.limit == 1


@given(st.integers(1, 600), st.integers(1, 11), st.integers(1, 11), st.floats(10, 400), st.floats(10, 900))
def test_pictures_are_laid_out_within_the_room(count, height, width, tall, wide):
    grid = arrange_pictures(count, height, width, (tall, wide))
    rows, columns = grid.size
    assert grid.scale >= 1
    if min(tall / height, wide / width) >= 2:
        assert rows * grid.scale <= tall
        assert columns * grid.scale <= wide


@given(st.integers(1, 300), st.integers(1, 300), st.integers(1, 7), st.integers(1, 7))
def test_channels_are_laid_out_within_the_room(filters, channels, height, width):
    grid = arrange_channels(filters, channels, height, width, (120.0, 300.0))
    rows, columns = grid.size
    assert 1 <= grid.rows <= filters
    assert 1 <= grid.columns <= channels
    assert rows * grid.scale <= 120
    assert columns * grid.scale <= 300


def test_tiles_stand_in_reading_order_with_a_gap_between():
    grid = arrange_pictures(3, 2, 2, (20.0, 20.0))
    assert (grid.rows, grid.columns) == (2, 2)
    pixels = tile(np.stack([np.full((2, 2), number, np.uint32) for number in (1, 2, 3)]), grid, 9)
    assert pixels.tolist() == [[1, 1, 9, 2, 2], [1, 1, 9, 2, 2], [9] * 5, [3, 3, 9, 9, 9], [3, 3, 9, 9, 9]]


@pytest.mark.parametrize(
    ("shape", "text"),
    [
        ((8, 1, 5, 5), "8 filters over 1 channel"),
        ((64, 3, 7, 7), "64 filters over 3 channels"),
        ((14, 8, 3, 3), "out ↓ 14  in → 8"),
        ((512, 256, 3, 3), " of 512"),
    ],
)
def test_filters_are_described_as_they_are_shown(qtbot, shape, text):
    plot = FilterPlot(DARK)
    qtbot.addWidget(plot)
    plot.resize(320, 150)
    plot.show_filters(np.random.default_rng(0).normal(size=shape).astype(np.float32))
    plot.grab()
    assert text in plot.describe()
