"""Looking at the plane: zoom at the pointer, fit, pictures, tool tips, other themes."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from designer.document.edits import remove_nodes
from designer.document.graph import Edge
from designer.document.project import Project
from designer.ui.canvas.finding import Hit
from designer.ui.canvas.geometry import PortRef
from designer.ui.canvas.hints import explain_hit
from designer.ui.canvas.plane import LARGEST_SCALE, LEAST_SCALE
from designer.ui.canvas.view import CanvasView
from designer.ui.editor import Editor
from designer.ui.theme import load_theme
from tests.ui.canvas.conftest import NO_KEYS, Hand
from tests.ui.canvas.networks import chain, digits_cnn

OpenCanvas = Callable[[Project], Hand]

NONE = QPoint()


def turn_wheel(
    view: CanvasView, at: QPoint, angle: QPoint, keys=NO_KEYS, pixels=NONE, phase=Qt.ScrollPhase.NoScrollPhase
) -> None:
    screen = QPointF(view.viewport().mapToGlobal(at))
    event = QWheelEvent(QPointF(at), screen, pixels, angle, Qt.MouseButton.NoButton, keys, phase, False)
    QApplication.sendEvent(view.viewport(), event)


@pytest.mark.parametrize("angle", [120, -120, 360, -15])
def test_the_wheel_zooms_at_the_pointer(open_canvas: OpenCanvas, angle: int):
    view = open_canvas(chain()).view
    at = QPoint(300, 200)
    before, scale = view.mapToScene(at), view.scale_now
    turn_wheel(view, at, QPoint(0, angle))
    assert (view.scale_now > scale) == (angle > 0)
    assert (view.mapFromScene(before) - at).manhattanLength() <= 2


def test_zoom_has_ends(open_canvas: OpenCanvas):
    view = open_canvas(chain()).view
    seen = []
    view.scale_changed.connect(seen.append)
    for _ in range(60):
        view.zoom_by(2.0)
    assert view.scale_now == LARGEST_SCALE
    for _ in range(60):
        view.zoom_by(0.5)
    assert view.scale_now == LEAST_SCALE
    assert seen[-1] == LEAST_SCALE


def test_two_fingers_and_shift_wheel_pan(open_canvas: OpenCanvas):
    view = open_canvas(chain()).view
    scale, before = view.scale_now, view.view_centre()
    turn_wheel(view, QPoint(300, 200), QPoint(0, -80), pixels=QPoint(10, -40), phase=Qt.ScrollPhase.ScrollUpdate)
    moved = view.view_centre() - before
    assert (moved.x() * scale, moved.y() * scale) == pytest.approx((-10, 40), abs=2)
    turn_wheel(view, QPoint(300, 200), QPoint(0, -120), keys=Qt.KeyboardModifier.ShiftModifier)
    assert (view.view_centre() - before).x() * scale == pytest.approx(50, abs=2)
    assert view.scale_now == scale


def test_zooming_in_the_middle_of_a_drag_keeps_the_card_under_the_pointer(open_canvas: OpenCanvas):
    hand = open_canvas(chain())
    view = hand.view
    start = hand.middle("relu")
    hand.press(start)
    hand.carry(start, (start[0] + 160, start[1]))
    at = hand.pixel((start[0] + 160, start[1]))
    turn_wheel(view, at, QPoint(0, -240))
    view.scroll_by(QPoint(100, 0))
    turn_wheel(view, at, QPoint(0, -1))
    end = view.mapToScene(at)
    hand.release((end.x(), end.y()))
    box = view.sheet.nodes["relu"].box
    assert box.holds((end.x(), end.y()))


def test_fit_before_the_window_is_shown(qapp, open_canvas: OpenCanvas):
    shown = open_canvas(digits_cnn()).view
    later = CanvasView(Editor(digits_cnn()), load_theme("dark"))
    later.fit_all()
    later.resize(1200, 900)
    later.show()
    assert later.scale_now == pytest.approx(shown.scale_now)
    later.close()
    later.deleteLater()


def test_an_empty_network_can_be_looked_at(open_canvas: OpenCanvas):
    view = open_canvas(Project()).view
    view.fit_all()
    view.fit_selection()
    view.centre_on("nobody")
    assert view.grab().toImage().pixelColor(5, 5) == QColor(view.theme.canvas)


def test_centre_on_brings_a_card_into_the_middle(open_canvas: OpenCanvas):
    view = open_canvas(digits_cnn()).view
    view.zoom_by(0.1)
    view.centre_on("head")
    assert view.scale_now == pytest.approx(1.0)
    assert (view.view_centre() - view.sheet.nodes["head"].rect.center()).manhattanLength() < 3


def test_another_theme_recolours_everything(open_canvas: OpenCanvas):
    view = open_canvas(digits_cnn()).view
    light = load_theme("light")
    view.grab()
    view.set_theme(light)
    image = view.grab().toImage()
    card = view.sheet.nodes["conv1"].rect
    assert image.pixelColor(view.mapFromScene(card.bottomRight() - QPointF(30, 6))) == QColor(light.card)
    bar = view.mapFromScene(card.center() - QPointF(card.width() / 2 - 2.5, 0))
    assert image.pixelColor(bar) == QColor(light.family["convolution"])


def test_the_menu_is_asked_for_by_what_lies_there(open_canvas: OpenCanvas):
    hand = open_canvas(chain())
    asked = []
    hand.view.menu_requested.connect(lambda what, where: asked.append(what))
    x, y = hand.port("flatten", output=True)
    for place in (hand.middle("relu"), (x, y + 22), (-250.0, 0.0)):
        at = hand.pixel(place)
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, hand.view.viewport().mapToGlobal(at))
        QApplication.sendEvent(hand.view.viewport(), event)
    hand.view.editor.select(["relu"])
    QApplication.sendEvent(hand.view, QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint()))
    assert asked == ["node", "edge", "canvas", "node"]


def test_tool_tips_say_what_lies_there(open_canvas: OpenCanvas):
    project = remove_nodes(chain(), ["flatten"], close_gap=True)
    view = open_canvas(project).view
    graph = project.graph

    def explain(**hit: object) -> str:
        return explain_hit(view.sheet, graph, Hit(**hit))

    assert "expects a vector but gets 1\u00a0×\u00a08\u00a0×\u00a08" in explain(edge=Edge("image", 0, "hidden", 0))
    assert explain(edge=Edge("hidden", 0, "relu", 0)) == "hidden → relu"
    assert explain(node="hidden").startswith("Error: ")
    assert explain(port=PortRef("image", 0, True)) == "output\n1 × 8 × 8"
    assert explain() == ""


def test_hover_lights_what_a_press_would_take(open_canvas: OpenCanvas):
    hand = open_canvas(chain())
    hand.hover(hand.middle("relu"))
    assert hand.view.marks.hover == Hit(node="relu")
    hand.hover(hand.port("relu", output=True))
    assert hand.view.marks.hover.port == PortRef("relu", 0, True)
    assert hand.view.viewport().cursor().shape() == Qt.CursorShape.CrossCursor
    hand.hover((-250.0, 0.0))
    assert hand.view.marks.hover == Hit()
