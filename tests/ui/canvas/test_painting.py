"""Painting: any project at any scale, and nothing that cannot be read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QColor, QImage, QPainter

from designer.catalogue.check import check
from designer.catalogue.facts import data_type, facts
from designer.catalogue.shapes import infer
from designer.document.edits import remove_nodes
from designer.document.graph import Edge
from designer.document.project import Project
from designer.ui.canvas.geometry import Box
from designer.ui.canvas.labels import Labels
from designer.ui.canvas.marks import Marks
from designer.ui.canvas.painter import SheetPainter
from designer.ui.canvas.sheet import Sheet
from designer.ui.theme import load_theme
from tests.strategies import projects
from tests.ui.canvas.networks import chain, digits_cnn

PLAIN = Marks()


def make_sheet(project: Project) -> Sheet:
    inference = infer(project.graph, data_type(project))
    known = facts(project)
    sheet = Sheet()
    sheet.show(project, inference, check(project, inference), None if known is None else known.target)
    return sheet


def paint(sheet: Sheet, scale: float, marks: Marks = PLAIN, name: str = "dark", area: Box | None = None) -> QImage:
    area = (sheet.bounds() or Box(0, 0, 100, 100)).grow(40) if area is None else area
    width, height = min((area.right - area.left) * scale, 1500), min((area.bottom - area.top) * scale, 1500)
    image = QImage(int(width) + 1, int(height) + 1, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.scale(scale, scale)
    painter.translate(-area.left, -area.top)
    drawing = SheetPainter(sheet, load_theme(name))
    drawing.paint_ground(painter, area, scale)
    drawing.paint_sheet(painter, area, scale, marks)
    painter.end()
    return image


@settings(max_examples=30)
@given(projects(settled=True), st.sampled_from((0.01, 0.2, 0.4, 1.0, 4.0)))
def test_any_project_can_be_painted(qapp, project, scale):
    sheet = make_sheet(project)
    nodes, edges = frozenset(project.graph.nodes), frozenset(project.graph.edges)
    box = next((item.box for item in sheet.nodes.values()), Box(0, 0, 1, 1)).grow(400)
    for marks in (Marks(), Marks(nodes, edges, lit=frozenset()), Marks(doomed=edges)):
        paint(sheet, scale, marks, area=box)


@pytest.mark.parametrize("name", ["dark", "light"])
@pytest.mark.parametrize("scale", [0.1, 0.4, 1.0])
def test_a_card_has_the_colour_of_its_family_at_every_scale(qapp, name, scale):
    sheet = make_sheet(chain())
    theme = load_theme(name)
    item = sheet.nodes["hidden"]
    area = item.box.grow(20)
    image = paint(sheet, scale, name=name, area=area)
    pixel = image.pixelColor(int((20 + 2.5) * scale), int((20 + 22) * scale))
    assert pixel == QColor(theme.family["linear"])


def test_a_wire_that_does_not_fit_is_red_and_broken(qapp):
    sheet = make_sheet(remove_nodes(chain(), ["flatten"], close_gap=True))
    item = sheet.edges[Edge("image", 0, "hidden", 0)]
    (x, top), (_, bottom) = item.route.start, item.route.end
    area = Box(x - 10, top + 8, x + 10, bottom - 8)
    image = paint(sheet, 2.0, area=area)
    column = [image.pixelColor(20, row).name() for row in range(image.height())]
    theme = load_theme("dark")
    assert theme.error in column
    assert column.count(theme.error) < len(column) * 0.8


def test_problems_are_told_by_shape_too(qapp):
    sheet = make_sheet(remove_nodes(chain(), ["flatten"], close_gap=True))
    theme = load_theme("dark")
    item = sheet.nodes["hidden"]
    x, y = item.box.right - 1, item.box.top + 1
    image = paint(sheet, 4.0, area=Box(x - 12, y - 12, x + 12, y + 12))
    coloured = {
        (column, row)
        for column in range(image.width())
        for row in range(image.height())
        if image.pixelColor(column, row).name() == theme.error
    }
    assert item.badge == "error"
    # A square on its corner: narrow at the top, wide in the middle, with the sign left out of it.
    widths = [sum(1 for column, at in coloured if at == row) for row in range(image.height())]
    assert widths[14] < widths[30]
    assert (48, 48) not in coloured


def test_labels_stand_beside_wires_and_never_on_cards(qapp):
    sheet = make_sheet(digits_cnn())
    labels = Labels(sheet)
    placed = {key: labels.place(item, 0, (76.0, 14.0)) for key, item in sheet.nodes.items() if item.outputs}
    assert all(placed.values())
    left = {key for key, place in placed.items() if place[0] < sheet.nodes[key].output_point(0)[0]}
    assert left == {"relu1", "bn2", "relu2"}


def test_labels_follow_a_moved_card(qapp):
    sheet = make_sheet(chain())
    labels = Labels(sheet)
    before = labels.place(sheet.nodes["relu"], 0, (76.0, 14.0))
    sheet.preview({"relu": (400.0, 264.0)})
    assert labels.place(sheet.nodes["relu"], 0, (76.0, 14.0)) != before
