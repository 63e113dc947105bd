"""The figure of a layer, painted into any area or as an image for pages and tool tips."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from designer.catalogue.blocks import BlockSpec
from designer.catalogue.examples import find_example
from designer.catalogue.figures import Figure, Passed
from designer.catalogue.shapes import Inferred
from designer.catalogue.spec import LayerSpec
from designer.ui.figures import HEIGHT, MARGIN, WIDTH
from designer.ui.figures.brush import Brush, Subject
from designer.ui.figures.table import PAINTS
from designer.ui.theme import Theme


def find_figure(spec: LayerSpec) -> Figure:
    """Return the figure a declaration names; where a plug-in names none that can be drawn, that of what passes through."""
    return spec.figure if type(spec.figure) in PAINTS else Passed()


def make_subject(spec: LayerSpec, known: Inferred | None = None) -> Subject | None:
    """Return what to draw of a layer: its real sizes where they are known, else those of an example; None for nothing."""
    if known is not None and known.outputs is not None and not known.is_off and None not in known.inputs:
        inputs = tuple(kind for kind in known.inputs if kind is not None)
        if inputs or not spec.inputs:
            return Subject(spec, known.values, inputs, known.outputs)
    if isinstance(spec, BlockSpec):
        return Subject(spec, known.values if known is not None else {}, (), ())
    found = find_example(spec, known.values if known is not None else None)
    if found is not None:
        return Subject(spec, *found)
    return Subject(spec, known.values, (), ()) if known is not None else Subject(spec, {}, (), ())


def paint_figure(painter: QPainter, theme: Theme, subject: Subject, area: QRectF) -> None:
    """Draw the figure of a layer into an area, as large as it fits; nothing reaches out of it."""
    figure = find_figure(subject.spec)
    scale = min(area.width() / WIDTH, area.height() / HEIGHT)
    painter.save()
    painter.setClipRect(area, Qt.ClipOperation.IntersectClip)
    painter.translate(area.center().x() - WIDTH * scale / 2, area.center().y() - HEIGHT * scale / 2)
    painter.scale(scale, scale)
    PAINTS[type(figure)](Brush(painter, theme, subject.spec.family), figure, subject)
    painter.restore()


def render_figure(theme: Theme, subject: Subject, ratio: float = 1.0, scale: float = 1.0) -> QImage:
    """Return the figure of a layer as an image on the theme's ground, for a screen of a device pixel ratio."""
    width, height = (WIDTH + 2 * MARGIN) * scale, (HEIGHT + 2 * MARGIN) * scale
    image = QImage(round(width * ratio), round(height * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(theme.window)
    painter = QPainter(image)
    paint_figure(painter, theme, subject, QRectF(MARGIN * scale, MARGIN * scale, WIDTH * scale, HEIGHT * scale))
    painter.end()
    return image
