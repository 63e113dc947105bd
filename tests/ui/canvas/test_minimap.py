"""The map of the network in the corner of the canvas."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from designer.document import edits
from designer.document.graph import Graph, Node
from designer.document.project import Project
from tests.ui.canvas.conftest import Hand
from tests.ui.canvas.networks import digits_cnn

OpenCanvas = Callable[[Project], Hand]
LEFT, NO_KEYS = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def test_it_shows_itself_while_something_is_out_of_view(open_canvas: OpenCanvas, qtbot):
    view = open_canvas(digits_cnn()).view
    assert not view.minimap.isVisible()
    view.zoom_by(4)
    assert view.minimap.isVisible()
    corner = view.minimap.geometry().bottomRight()
    assert view.rect().contains(corner)
    assert (view.rect().bottomRight() - corner).manhattanLength() < 40
    view.fit_all()
    assert not view.minimap.isVisible()
    view.zoom_by(4)
    view.minimap.wanted = False
    assert not view.minimap.isVisible()
    view.scroll_by(QPoint(50, 0))
    assert not view.minimap.isVisible()
    view.minimap.wanted = True
    assert view.minimap.isVisible()


def test_a_click_and_a_drag_go_there(open_canvas: OpenCanvas):
    view = open_canvas(digits_cnn()).view
    view.zoom_by(4)
    minimap = view.minimap
    for key in ("image", "head"):
        goal = minimap.to_map(view.sheet.nodes[key].box).center()
        QTest.mouseClick(minimap, LEFT, NO_KEYS, goal.toPoint())
        assert (minimap.to_map(view.area()).center() - goal).manhattanLength() < 3
    start = minimap.to_map(view.sheet.nodes["conv1"].box).center().toPoint()
    QTest.mousePress(minimap, LEFT, NO_KEYS, start)
    before = view.view_centre()
    QTest.mouseMove(minimap, start + QPoint(0, 20))
    QTest.mouseRelease(minimap, LEFT, NO_KEYS, start + QPoint(0, 20))
    assert view.view_centre().y() > before.y()
    assert not view.editor.history.titles


def test_it_shows_every_card_in_its_colour_and_follows_edits(open_canvas: OpenCanvas, qtbot):
    hand = open_canvas(digits_cnn())
    view = hand.view
    view.zoom_by(4)
    minimap = view.minimap

    def colours(node: str) -> set[str]:
        picture = minimap.grab().toImage()
        place = minimap.to_map(view.sheet.nodes[node].box).center() * picture.devicePixelRatio()
        return {picture.pixelColor(QPointF(place + QPointF(dx, 0)).toPoint()).name() for dx in (-4, 0, 4)}

    family = view.theme.family
    view.zoom_by(4)
    view.centre_on("head")
    assert family["convolution"] in colours("conv1")
    version = minimap._drawn
    view.editor.select(["conv1"])
    hand.key(Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: minimap._drawn != version)
    view.editor.select()
    assert family["convolution"] in colours("conv1")


def test_after_every_edit_it_is_as_if_drawn_anew(open_canvas: OpenCanvas):
    view = open_canvas(digits_cnn()).view
    view.zoom_by(4)
    editor, minimap = view.editor, view.minimap
    node = editor.project.graph.nodes["relu1"]
    graph = Graph({**editor.project.graph.nodes, "relu1": replace(node, kind="Dropout")}, editor.project.graph.edges)
    pictures = []
    for step in (
        edits.move_nodes(editor.project, {"relu2": (180.0, 640.0)}),
        edits.move_nodes(editor.project, {"head": (1800.0, 640.0)}),
        edits.remove_nodes(editor.project, ["conv2", "bn2"]),
        replace(editor.project, graph=graph),
        editor.project,
    ):
        editor.apply("edit", step)
        minimap._renew()
        pictures.append(minimap._picture.toImage())
        minimap.renew()
        assert minimap._picture.toImage() == pictures[-1]
    assert len({bytes(picture.constBits()) for picture in pictures}) == len(pictures)


def test_a_crowd_of_cards_is_a_haze_of_many_colours_not_one(open_canvas: OpenCanvas):
    kinds = ("Linear", "ReLU", "Conv2d", "BatchNorm2d")
    nodes = {f"n{k}": Node(f"n{k}", kinds[k % 4], f"n{k}") for k in range(2400)}
    layout = {f"n{k}": (288.0 * (k // 40), 88.0 * (k % 40)) for k in range(2400)}
    hand = open_canvas(edits.move_nodes(Project(graph=Graph(nodes, ())), layout))
    hand.view.zoom_by(8)
    hand.view.minimap.renew()
    picture = hand.view.minimap.grab().toImage()
    inside = [picture.pixelColor(x, y) for x in range(20, 50) for y in range(14, picture.height() - 14)]
    lightness = sum(pixel.lightness() for pixel in inside) / len(inside)
    ground = QColor(hand.view.theme.panel).lightness()
    assert ground + 10 < lightness < 140
