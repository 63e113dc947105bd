import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from designer.ui.plots.curve_figure import AXIS, MARGIN, TITLE
from designer.ui.plots.curve_pair import CurvePair
from designer.ui.plots.curves import CurvePlot
from designer.ui.theme import load_theme

DARK, LIGHT = load_theme("dark"), load_theme("light")


@pytest.fixture
def plot(qtbot) -> CurvePlot:
    made = CurvePlot("Loss", DARK)
    qtbot.addWidget(made)
    made.resize(400, 160)
    made.show()
    made.start(4)
    return made


def feed(plot: CurvePlot, values) -> None:
    values = np.asarray(values, dtype=float)
    plot.add_training(np.arange(1, len(values) + 1) / len(values) * 4, values)


def count_pixels(plot: CurvePlot, code: str, within: float = 12) -> int:
    """How many pixels of the picture are nearly of a colour."""
    image = plot.grab().toImage().convertToFormat(plot.grab().toImage().Format.Format_RGB32)
    data = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)[..., 2::-1]
    wanted = np.array(QColor(code).getRgb()[:3])
    return int((np.abs(data.astype(int) - wanted).max(axis=2) <= within).sum())


def test_a_curve_is_seen_in_the_colour_of_its_theme(plot):
    assert count_pixels(plot, DARK.family["linear"]) == 0
    feed(plot, np.linspace(1, 0.2, 500))
    assert count_pixels(plot, DARK.family["linear"]) > 200
    plot.set_theme(LIGHT)
    assert count_pixels(plot, LIGHT.family["linear"]) > 200


def test_the_best_value_is_the_lowest_or_the_highest(plot):
    for epoch, value in enumerate((0.5, 0.3, 0.4, np.nan), 1):
        plot.add_validation(epoch, value)
    assert plot.best == (2, 0.3)
    plot.refresh()
    assert plot.accessibleDescription() == "best 0.3"
    plot.set_quantity("Accuracy", better="higher", percent=True)
    plot.start(4)
    assert plot.best is None
    for epoch, value in enumerate((0.5, 0.9, 0.4), 1):
        plot.add_validation(epoch, value)
    assert plot.best == (2, 90.0)
    assert plot.write_value(plot.best[1]) == "90.0 %"


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("values", [[], [np.nan], [np.inf, np.inf], [0.0, 0.0], [-1.0, 2.0], [1e-30, 1e30], [5.0]])
def test_whatever_the_values_the_plot_is_painted(plot, values, log):
    plot.set_log(log)
    feed(plot, values)
    plot.add_validation(1, values[0] if values else np.nan)
    plot.read(1.0)
    plot.grab()
    assert plot.y_axis.low < plot.y_axis.high


def test_a_first_spike_does_not_squash_the_rest(plot):
    plot.set_smoothing(0.05)
    feed(plot, [1e6, *np.linspace(1, 0.1, 2000)])
    plot.training.span = 0.001
    plot.set_log(False)
    plot.grab()
    assert plot.y_axis.high < 5
    plot.start(4)
    feed(plot, [*np.linspace(1, 0.1, 1000), 50.0, *np.linspace(0.1, 0.05, 1000)])
    plot.grab()
    assert plot.y_axis.high < 5


def test_both_plots_read_the_epoch_under_the_mouse(qtbot):
    pair = CurvePair(DARK)
    qtbot.addWidget(pair)
    pair.resize(800, 200)
    pair.show()
    pair.start(4)
    for plot in pair.plots:
        feed(plot, np.full(100, 0.5))
        plot.add_validation(1, 0.25)
        plot.grab()
    place = pair.loss.point(2.0, pair.loss.y_axis.low).toPoint()
    with qtbot.waitSignal(pair.loss.read_at) as read:
        QTest.mouseMove(pair.loss, QPoint(place.x(), 60))
    (epoch,) = read.args
    assert epoch == pytest.approx(2.0, abs=0.02)
    pair.loss.extend(8)
    pair.loss.grab()
    with qtbot.waitSignal(pair.loss.read_at) as read:
        QTest.mouseMove(pair.loss, QPoint(round(pair.loss.area.right()) - 2, 60))
    assert read.args == [pytest.approx(4.0, abs=0.05)]  # where the curves end: nothing is known of what comes
    pair.loss.extend(4)
    pair.loss.grab()
    assert [text for text, _ in pair.loss.readings(epoch)] == ["training 0.5", "validation 0.25"]
    assert [text for text, _ in pair.score.readings(epoch)] == ["training 50.0 %", "validation 25.0 %"]
    assert [text.split()[0] for text, _ in pair.loss.readings(0.9)] == ["training"]  # no epoch was validated yet
    before = count_pixels(pair.score, DARK.wire, 3)
    pair.loss.read_at.emit(None)
    assert count_pixels(pair.score, DARK.wire, 3) < before


def test_the_wheel_zooms_into_the_epochs_and_a_double_click_shows_all(plot):
    feed(plot, np.linspace(1, 0, 400))
    plot.grab()
    at = plot.point(3.0, 0.0)
    for _ in range(6):
        turn = QWheelEvent(
            at, plot.mapToGlobal(at.toPoint()).toPointF(), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(plot, turn)
    plot.grab()
    assert plot.x_axis.low < 3.0 < plot.x_axis.high
    assert plot.x_axis.high - plot.x_axis.low < 2
    assert plot.point(3.0, 0.0).x() == pytest.approx(at.x(), abs=2)
    QTest.mouseDClick(plot, Qt.MouseButton.LeftButton, pos=QPointF(at).toPoint())
    plot.grab()
    assert (plot.x_axis.low, plot.x_axis.high) == (0, 4)


def test_smoothing_and_log_scale_are_set_by_their_controls(qtbot):
    pair = CurvePair(DARK)
    qtbot.addWidget(pair)
    pair.show()
    pair.start(10)
    feed(pair.loss, np.random.default_rng(0).uniform(1, 2, 1000))
    pair.smoothing.setValue(0)
    np.testing.assert_array_equal(pair.loss.training.smooth, pair.loss.training.y)
    pair.smoothing.setValue(100)
    assert pair.loss.training.smooth[500:].std() < 0.3 * pair.loss.training.y.std()
    QTest.mouseClick(pair.log, Qt.MouseButton.LeftButton, pos=QPoint(8, pair.log.height() // 2))
    pair.loss.grab()
    assert pair.loss.y_axis.log
    assert not pair.score.y_axis.log


# --- more quantities, steps and epochs, files -----------------------------------------------------------------------


@pytest.fixture
def pair(qtbot) -> CurvePair:
    made = CurvePair(DARK)
    qtbot.addWidget(made)
    made.resize(900, 200)
    made.start(4)
    made.show()
    for step in range(1, 41):
        place = np.array([step / 10])
        made.loss.add_training(place, np.array([2.0 / step]))
        made.score.add_training(place, np.array([step / 80]))
        made.quantity("Learning rate").add_training(place, np.array([0.1 / step]))
        made.note_step(float(place[0]), step)
    for epoch in range(1, 5):
        made.loss.add_mean(epoch, 1.0 / epoch)
        made.loss.add_validation(epoch, 1.1 / epoch)
    made.refresh()
    return made


def test_another_quantity_is_chosen_beside_the_loss(pair):
    assert pair.choice.isVisible()
    assert not pair.titles[1].isVisible()
    pair.choice.setFocus()
    QTest.keyClick(pair.choice, Qt.Key.Key_Down)
    assert pair.choice.currentText() == "Learning rate"
    assert pair.shown is pair.others["Learning rate"]
    assert pair.shown.isVisible()
    assert pair.shown.best is None  # no rate is the best one
    pair.start(2)
    assert not pair.choice.isVisible()
    assert pair.shown is pair.score


def test_the_axis_counts_steps_or_epochs(pair):
    plot = pair.loss
    _, _, none = plot._place_ticks(0.0, 4.0, ())
    assert none == ()
    pair.in_steps.trigger()
    places, _, labels = plot._place_ticks(0.0, 4.0, ())
    assert "40" in labels
    assert places[labels.index("40")] == pytest.approx(4.0)
    assert plot.step_at(2.5) == pytest.approx(25)
    assert plot.step_at(5.0) == pytest.approx(50)  # beyond the last as the last ones went


def test_training_is_drawn_by_step_or_by_epoch(pair):
    assert len(pair.loss.drawn) == 40
    pair.smoothing.setValue(0)
    assert pair.loss.readings(3.0)[0][0] == "training 0.06667"
    pair.by_epoch.trigger()
    assert len(pair.loss.drawn) == 4
    assert pair.loss.readings(3.0)[0][0] == "training 0.3333"


def test_what_was_zoomed_is_dragged_along(pair):
    plot = pair.loss
    centre = plot.area.center().toPoint()
    for _ in range(6):
        turn_wheel(plot, centre)
    plot.grab()
    left = plot.x_axis.low
    QTest.mousePress(plot, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, centre)
    QTest.mouseMove(plot, centre + QPoint(60, 0))
    QTest.mouseRelease(plot, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, centre + QPoint(60, 0))
    plot.grab()
    assert plot.x_axis.low < left
    assert plot.x_axis.low >= 0
    QTest.mouseDClick(plot, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, centre)
    plot.grab()
    assert (plot.x_axis.low, plot.x_axis.high) == (0, 4)


def test_curves_are_saved_as_a_table_and_as_a_picture(pair, tmp_path):
    pair.save(tmp_path / "curves.csv")
    rows = (tmp_path / "curves.csv").read_text("utf-8").splitlines()
    assert rows[0] == "quantity,part,epoch,step,value"
    assert "Loss,training,0.1,1,2.0" in rows
    assert "Loss,epoch mean,2,20,0.5" in rows
    assert "Accuracy,training,4,40,0.5" in rows  # a share, as it was measured
    assert sum(row.startswith("Learning rate,training") for row in rows) == 40
    pair.save(tmp_path / "curves.png")
    figure = QImage(str(tmp_path / "curves.png"))
    assert figure.height() == pair.loss.height() + TITLE + AXIS + 2 * MARGIN  # plots and their names, no controls
    assert not pair.score._legend
    with pytest.raises(OSError, match="cannot be written"):
        pair.save(tmp_path / "nowhere" / "curves.png")


def turn_wheel(plot: CurvePlot, at: QPoint) -> None:
    event = QWheelEvent(
        QPointF(at),
        QPointF(plot.mapToGlobal(at)),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(plot, event)
