"""The picture of the canvas that is kept: whatever happened, it is the one that would be drawn anew."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QTransform

from designer.catalogue.check import check
from designer.catalogue.facts import data_type, facts
from designer.catalogue.shapes import infer
from designer.document import edits
from designer.document.project import Project
from designer.ui.canvas.backdrop import Backdrop
from designer.ui.canvas.finding import Hit
from designer.ui.canvas.geometry import PortRef
from designer.ui.canvas.marks import Marks
from designer.ui.canvas.painter import SheetPainter
from designer.ui.canvas.sheet import Sheet
from designer.ui.canvas.view import CanvasView
from designer.ui.canvas.vitals import Vitals
from designer.ui.theme import load_theme
from tests.ui.canvas.conftest import Hand
from tests.ui.canvas.networks import chain, digits_cnn

OpenCanvas = Callable[[Project], Hand]
SIZE = QSize(700, 500)
HAIR = 24  # of 255: a curve that is cut off at the rim of a part may lie a hair beside itself


def count_unlike(one: QImage, other: QImage) -> int:
    """Return how many pixels of two pictures can be told apart."""
    assert one.size() == other.size()
    first, second = (np.frombuffer(image.constBits(), np.uint8).astype(np.int16) for image in (one, other))
    return int((abs(first - second) > HAIR).sum())


def show(sheet: Sheet, project: Project) -> None:
    inference, known = infer(project.graph, data_type(project)), facts(project)
    sheet.show(project, inference, check(project, inference), None if known is None else known.target)


class Screen:
    """A sheet on a screen of some pixel ratio, drawn by a backdrop that keeps its picture."""

    def __init__(self, project: Project, name: str, ratio: float) -> None:
        self.sheet, self.ratio = Sheet(), ratio
        show(self.sheet, project)
        self.drawing = SheetPainter(self.sheet, load_theme(name))
        self.backdrop = Backdrop()
        self.look = QTransform()

    def paint(self, backdrop: Backdrop, marks: Marks) -> QImage:
        image = QImage(SIZE * self.ratio, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(self.ratio)
        painter = QPainter(image)
        painter.setWorldTransform(self.look)
        assert backdrop.paint(painter, self.drawing, marks, SIZE)
        assert painter.worldTransform() == self.look
        painter.end()
        return image

    def check(self, marks: Marks = Marks()) -> QImage:  # noqa: B008
        seen, fresh = self.paint(self.backdrop, marks), self.paint(Backdrop(), marks)
        assert not count_unlike(seen, fresh)
        return seen


@pytest.mark.parametrize(("name", "ratio"), [("dark", 1.0), ("dark", 1.5), ("light", 2.0)])
@pytest.mark.parametrize("scale", [0.625, 1.0, 2.0])
def test_what_is_seen_after_a_change_is_what_would_be_drawn_anew(qapp, name, ratio, scale):
    project = digits_cnn()
    screen = Screen(project, name, ratio)
    screen.look = QTransform(scale, 0, 0, scale, 60, -40 * scale)
    pictures = [screen.check()]
    lit = frozenset({PortRef("bn1", 0, False), PortRef("add1", 1, False)})
    for marks in (  # each on the picture of the one before
        Marks(nodes=frozenset({"conv1", "relu1"})),
        Marks(nodes=frozenset({"relu1"}), hover=Hit("bn1")),
        Marks(edges=frozenset(project.graph.incoming["bn1"]), hover=Hit("bn1", PortRef("bn1", 0, False))),
        Marks(lit=lit, aim=Hit("add1", PortRef("add1", 1, False))),
        Marks(lit=lit, lifted=project.graph.incoming["add1"][0]),
        Marks(doomed=frozenset(project.graph.incoming["relu1"])),
        Marks(),
    ):
        pictures += [screen.check(marks)]
    for step in (
        edits.set_parameter(project, "conv1", "out_channels", 7),
        edits.remove_nodes(project, ["bn1"], close_gap=True),
        edits.insert_on_edge(project, project.graph.incoming["relu1"][0], "Dropout")[0],
        edits.move_nodes(project, {"relu1": (120.0, 290.0)}),
        edits.disconnect(project, project.graph.incoming["conv2"]),
        project,
    ):
        show(screen.sheet, step)
        pictures.append(screen.check())
    assert not count_unlike(pictures[-1], pictures[0])
    for vitals in ({"relu1": Vitals(("dead",), "", (1.0, 2.0, 0.5), (1e-3, 1e-2, 1e-4))}, {}):
        screen.sheet.vitals = vitals
        pictures.append(screen.check())
    assert len({bytes(picture.constBits()) for picture in pictures}) >= (5 if scale == 2 else 12)


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_what_comes_into_view_is_drawn_beside_what_stays(qapp, ratio):
    screen = Screen(digits_cnn(), "dark", ratio)
    for across, down in ((30, 40), (33, 35), (-20, -60), (-20, -300), (-21, -301), (900, 40)):
        screen.look = QTransform(1, 0, 0, 1, across, down)
        screen.check()


def test_only_what_changed_is_drawn(qapp, monkeypatch):
    screen, drawn = Screen(chain(), "dark", 1.0), []
    paint = SheetPainter.paint_sheet
    monkeypatch.setattr(
        SheetPainter,
        "paint_sheet",
        lambda self, painter, area, *rest: (drawn.append(area), paint(self, painter, area, *rest))[1],
    )
    screen.paint(screen.backdrop, Marks())
    screen.paint(screen.backdrop, Marks())
    assert len(drawn) == 1
    screen.paint(screen.backdrop, Marks(nodes=frozenset({"relu"})))
    box = screen.sheet.nodes["relu"].box
    assert len(drawn) == 2
    assert drawn[1].encloses(box)
    assert box.grow(24).encloses(drawn[1])


def check_view(view: CanvasView) -> None:
    seen = view.viewport().grab().toImage()
    view._backdrop.forget()
    assert not count_unlike(view.viewport().grab().toImage(), seen)


def test_a_canvas_in_the_hand_shows_what_it_would_draw_anew(open_canvas: OpenCanvas):
    hand = open_canvas(digits_cnn())
    view = hand.view
    check_view(view)
    place = hand.middle("relu1")
    hand.press(place)
    for step in range(1, 5):
        hand.move((place[0] + 30 * step, place[1] + 11 * step))
        check_view(view)
    hand.release((place[0] + 120, place[1] + 44))
    check_view(view)
    hand.press(hand.port("bn2", output=True))
    for node in ("conv1", "add1", "head"):
        hand.move(hand.port(node, output=False))
        check_view(view)
    hand.release(hand.port("head", output=False))
    check_view(view)
    for way in (QPoint(13, 7), QPoint(-200, 90), QPoint(3000, 0), QPoint(-3000, 0)):
        view.scroll_by(way)
        check_view(view)
    view.zoom_by(0.9, QPoint(10, 10))
    check_view(view)
    view.set_theme(load_theme("light"))
    check_view(view)
    view.show_fault("conv1")
    check_view(view)
    hand.key(Qt.Key.Key_Home)
    check_view(view)
    view.mark(found=frozenset({"conv1"}))
    check_view(view)
    view.mark(found=None)
    check_view(view)
