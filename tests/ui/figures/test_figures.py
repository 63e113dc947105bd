"""Every layer has a picture: it is drawn with any settings, in both themes, at any scale, and stays on its sheet."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from designer.catalogue.facts import infer_project
from designer.catalogue.figures import Figure
from designer.catalogue.parameters import resolve
from designer.catalogue.registry import layers
from designer.catalogue.shapes import infer_node
from designer.catalogue.spec import ShapeError
from designer.document.edits import add_node
from designer.document.graph import Node
from designer.document.grouping import group
from designer.document.project import Project
from designer.ui.figures import HEIGHT, WIDTH
from designer.ui.figures.brush import Brush, Subject
from designer.ui.figures.picture import find_figure, make_subject, paint_figure, render_figure
from designer.ui.figures.table import PAINTS
from designer.ui.theme import load_theme
from tests.catalogue.drawn_layers import draw_case

GROUND = 0xFFFF00FF
AROUND = 12


def draw_freely(subject: Subject, ratio: float, theme: str) -> QImage:
    """The figure on a larger sheet, with nothing that would cut off what reaches out."""
    image = QImage(
        round((WIDTH + 2 * AROUND) * ratio), round((HEIGHT + 2 * AROUND) * ratio), QImage.Format.Format_ARGB32
    )
    image.setDevicePixelRatio(ratio)
    image.fill(GROUND)
    painter = QPainter(image)
    painter.translate(AROUND, AROUND)
    PAINTS[type(find_figure(subject.spec))](
        Brush(painter, load_theme(theme), subject.spec.family), find_figure(subject.spec), subject
    )
    painter.end()
    return image


def find_reach(image: QImage, ratio: float) -> tuple[int, int]:
    """How many pixels were drawn on the sheet, and how many outside of it (one pixel of grace)."""
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width()) != GROUND
    edge = int(AROUND * ratio) - 2
    inside = int(pixels[edge:-edge, edge:-edge].sum())
    return inside, int(pixels.sum()) - inside


@pytest.mark.parametrize("kind", layers)
def test_a_figure_stays_on_its_sheet(qapp, kind):
    subject = make_subject(layers[kind])
    for ratio, theme in ((0.8, "dark"), (1.0, "light"), (2.0, "dark")):
        inside, outside = find_reach(draw_freely(subject, ratio, theme), ratio)
        assert inside > 300 * ratio
        assert outside == 0


@pytest.mark.parametrize("kind", layers)
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_figure_takes_any_settings(qapp, kind, data):
    spec = layers[kind]
    drawn, inputs = data.draw(draw_case(spec)) if spec.role == "layer" and kind != "Custom" else ({}, ())
    values, _ = resolve(spec.parameters, drawn)
    known = infer_node(Node("a", kind, "a", drawn), inputs, data=inputs[0] if inputs else None)
    try:
        subject = Subject(spec, values, inputs, spec.shape(values, inputs)) if inputs else make_subject(spec, known)
    except ShapeError:
        subject = make_subject(spec, known)
    _, outside = find_reach(draw_freely(subject, 1.0, "dark"), 1.0)
    assert outside == 0


def test_every_figure_is_drawn_by_somebody_and_used(qapp):
    assert {kind.__name__ for kind in PAINTS} == {kind.__name__ for kind in Figure.__subclasses__()}
    used = {type(spec.figure) for spec in layers.values()}
    assert {kind.__name__ for kind in set(PAINTS) - used} == {"Inside"}  # of blocks alone


def test_the_settings_of_a_layer_are_seen(qapp):
    theme = load_theme("dark")

    def look(**given) -> QImage:
        project, node = add_node(Project(), "Conv2d", parameters=given)
        spec = layers["Conv2d"]
        known = infer_node(project.graph.nodes[node], (make_subject(spec).inputs[0],))
        return render_figure(theme, make_subject(spec, known))

    plain = look()
    for given_one in ({"kernel_size": 5}, {"stride": 2}, {"padding": 1}, {"dilation": 2}, {"kernel_size": (1, 3)}):
        assert look(**given_one) != plain


def test_a_block_shows_its_own_network(qapp, chain):
    inner = [node for node, one in chain.graph.nodes.items() if one.kind in ("Linear", "ReLU")]
    project, use = group(chain, inner, "Head <b>")
    known = infer_project(project).nodes[use]
    image = draw_freely(make_subject(known.spec, known), 1.0, "light")
    inside, outside = find_reach(image, 1.0)
    assert inside > 600
    assert outside == 0


def test_a_figure_scales_to_its_area_and_not_beyond(qapp):
    image = QImage(400, 300, QImage.Format.Format_ARGB32)
    image.fill(GROUND)
    painter = QPainter(image)
    paint_figure(painter, load_theme("dark"), make_subject(layers["Conv2d"]), QRectF(100, 100, 200, 80))
    painter.end()
    for x in range(400):
        for y in (*range(99), *range(181, 300)):
            assert image.pixel(x, y) == GROUND
