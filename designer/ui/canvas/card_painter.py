"""Drawing of a card with everything that can be read on it."""

import math

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath, QPolygonF

from designer.ui.canvas.contrast_painter import ContrastPainter
from designer.ui.canvas.face import Face
from designer.ui.canvas.geometry import CARD_HEIGHT, CARD_WIDTH, SMALL_HEIGHT, PortRef
from designer.ui.canvas.marks import Marks
from designer.ui.canvas.node_item import NodeItem
from designer.ui.canvas.outputs import REACH, OutputPainter
from designer.ui.canvas.pens import LaidText, LaidTexts, make_pen
from designer.ui.canvas.sheet import Sheet
from designer.ui.canvas.sights import Sight
from designer.ui.canvas.vitals import VitalsPainter
from designer.ui.theme import Theme, colour, mix, text_font

PADDING = 16.0  # from the card's left side to its text
TRAILING = 10.0  # from its text to its right side
UPPER, LOWER = 13.5, 30.5  # the middles of its two lines
GAP = 8.0  # between two texts on one line
BELOW = 4.0  # how far the card below that of a block looks out
FLAKE = 9.0  # the size of the sign for frozen weights
CARD_RECT = QRectF(0, 0, CARD_WIDTH, CARD_HEIGHT)
SMALL_RECT = QRectF(0, (CARD_HEIGHT - SMALL_HEIGHT) / 2, CARD_WIDTH, SMALL_HEIGHT)
RIM = 1.5  # the width of the rim of a port


class _Shape:
    """The outline of a card: its middle, inner and outer side of its rim, thin and thick, and the bar of its family."""

    def __init__(self, rect: QRectF, theme: Theme) -> None:
        radius = theme.metrics.card_radius

        def outline(outset: float) -> QPainterPath:
            path = QPainterPath()
            path.addRoundedRect(rect.adjusted(-outset, -outset, outset, outset), radius + outset, radius + outset)
            return path

        self.middle = outline(0)
        self.thin = outline(0.5), outline(-0.5)
        self.thick = outline(1), outline(-1)
        left = QPainterPath()
        left.addRect(QRectF(rect.left(), rect.top(), theme.metrics.bar_width, rect.height()))
        self.bar = self.middle.intersected(left)  # what is left of the rounded shape when the rest is cut off


class CardPainter:
    """Draws cards of a sheet in the colours of a theme."""

    def __init__(self, sheet: Sheet, theme: Theme) -> None:
        self._sheet = sheet
        self._theme = theme
        self._contrasts = ContrastPainter(sheet, theme)
        self._vitals, self._outputs = VitalsPainter(theme), OutputPainter(theme)
        self._title = text_font(theme.metrics.font_size, QFont.Weight.DemiBold)
        self._text = text_font(theme.metrics.font_size)
        self._small_title = text_font(theme.metrics.font_small, QFont.Weight.DemiBold)
        self._small_text = text_font(theme.metrics.font_small)
        self._metrics = QFontMetricsF(self._text), QFontMetricsF(self._title)
        self._titles, self._texts = LaidTexts(self._title), LaidTexts(self._text)
        self._small_titles, self._small_texts = LaidTexts(self._small_title), LaidTexts(self._small_text)
        self._shapes = (_Shape(CARD_RECT, theme), _Shape(SMALL_RECT, theme))  # of a whole card, and of a small one

    def paint(self, painter: QPainter, item: NodeItem, marks: Marks, *, as_text: bool = False) -> None:
        """Draw one card with its ports and its badge; `as_text` keeps its letters in a file."""
        contrast, face = self._sheet.contrast, self._sheet.face(item)
        x, y = item.position
        painter.translate(x, y)
        self._paint_body(painter, item, face, marks)
        (self._paint_small if item.small else self._paint_texts)(painter, item, face, as_text)
        painter.translate(-x, -y)
        if contrast is not None:
            self._contrasts.paint_card(painter, item)
        self._paint_ports(painter, item, marks)
        if (vitals := self._sheet.vitals.get(item.key)) is not None and not as_text:
            self._vitals.paint(painter, item, vitals)
        if (output := self._sheet.outputs.get(item.key)) is not None and not as_text:
            self._outputs.paint(painter, item, output)
        if item.badge == "error" or item.key == self._sheet.fault:
            self._paint_error(painter, item)
        elif item.badge == "warning":
            self._paint_warning(painter, item)

    def see(self, item: NodeItem, marks: Marks) -> Sight:
        """Return what a card looks like and where: the same as before is drawn the same, in a sheet without contrast."""
        key, hover, vitals, output = (
            item.key,
            marks.hover,
            self._sheet.vitals.get(item.key),
            self._sheet.outputs.get(item.key),
        )
        ports: tuple[object, ...] = ()
        if marks.lit is not None:
            ports = (marks.aim.port, *(port in marks.lit for port, _ in item.ports()))
        elif hover.node == key:
            ports = (hover.port,)
        look = (
            *(self._sheet.face(item), item.family, item.spare, item.inputs, item.outputs, item.small, item.turned),
            *(item.badge, vitals, output, key in marks.nodes, key == self._sheet.fault, hover.node == key, ports),
        )
        return Sight(look, item.box.grow(*REACH) if output else item.box if vitals is None else item.box.grow(48, 32))

    def _paint_body(self, painter: QPainter, item: NodeItem, face: Face, marks: Marks) -> None:
        theme, contrast, shape = self._theme, self._sheet.contrast, self._shapes[item.small]
        hovered = item.key == marks.hover.node and marks.hover.port is None
        # What is left out is hollow, with a broken rim and a quiet name: it looks so without colour, and can be read.
        hollow = face.off or (contrast is not None and item.key in contrast.network.removed)
        ground = colour(theme.canvas if hollow else theme.card_hover if hovered else theme.card)
        faulty = item.key == self._sheet.fault
        selected = item.key in marks.nodes or faulty
        code = theme.error if faulty else theme.selection if selected else theme.muted if face.off else theme.border
        if face.off or item.family == "block":
            painter.setPen(make_pen(code, 2 if selected else 1, broken=face.off))
            painter.setBrush(ground)
            if item.family == "block":  # a second card below: there is more inside
                painter.drawPath(shape.middle.translated(BELOW, BELOW))
            painter.drawPath(shape.middle)
        else:  # two shapes, one on the other, are filled sooner than a rim is drawn
            outer, inner = shape.thick if selected else shape.thin
            painter.fillPath(outer, colour(code))
            painter.fillPath(inner, ground)
        quiet = face.off or (contrast is not None and item.key not in contrast.changes)
        family = theme.family[item.family]
        painter.fillPath(shape.bar, colour(mix(family, theme.card, 0.5) if quiet else family))

    def _paint_texts(self, painter: QPainter, item: NodeItem, face: Face, as_text: bool) -> None:
        if item.texts is None:
            item.texts = self._lay_texts(face)
        title, kind, line, count = item.texts
        contrast = self._sheet.contrast
        same = contrast is not None and contrast.changes.get(item.key) in (None, "removed")
        painter.setPen(colour(self._theme.muted if same or face.off else self._theme.text))
        _draw_text(painter, title, UPPER, as_text)
        if contrast is not None and item.key in contrast.network.removed:
            painter.drawLine(QLineF(PADDING - 2, UPPER, PADDING + title.width + 2, UPPER))
        painter.setPen(colour(self._theme.muted))
        _draw_text(painter, kind, UPPER, as_text, at_right=True)
        _draw_text(painter, line, LOWER, as_text)
        _draw_text(painter, count, LOWER, as_text, at_right=True)
        if face.frozen:
            self._paint_frozen(painter, CARD_WIDTH - TRAILING - count.width - FLAKE)

    def _paint_small(self, painter: QPainter, item: NodeItem, face: Face, as_text: bool) -> None:
        """Write the name, and the kind where it says more, into a small card."""
        if item.texts is None:
            item.texts = self._lay_small(face)
        name, kind = item.texts
        painter.setPen(colour(self._theme.muted if face.off else self._theme.text))
        _draw_text(painter, name, CARD_HEIGHT / 2, as_text)
        painter.setPen(colour(self._theme.muted))
        _draw_text(painter, kind, CARD_HEIGHT / 2, as_text, at_right=True)

    def _lay_small(self, face: Face) -> tuple[LaidText, ...]:
        metrics = QFontMetricsF(self._small_title)
        room = CARD_WIDTH - PADDING - TRAILING - GAP
        name = metrics.elidedText(face.title, Qt.TextElideMode.ElideMiddle, room)  # a number at its end is kept
        kind = face.kind if metrics.horizontalAdvance(name + face.kind) + GAP <= room else ""
        return self._small_titles.lay(name), self._small_texts.lay(kind)

    def _lay_texts(self, face: Face) -> tuple[LaidText, ...]:
        """Return the four texts of a card, each cut to what is free beside the other on its line."""
        metrics, bold = self._metrics
        room = CARD_WIDTH - PADDING - TRAILING - GAP
        cut = Qt.TextElideMode.ElideRight
        kind = metrics.elidedText(face.kind, cut, max(room * 0.6, room - bold.horizontalAdvance(face.title)))
        title = bold.elidedText(face.title, Qt.TextElideMode.ElideMiddle, room - metrics.horizontalAdvance(kind))
        count = metrics.elidedText(face.count, cut, room)
        flake = FLAKE + GAP if face.frozen else 0.0
        line = metrics.elidedText(face.line, cut, room - flake - metrics.horizontalAdvance(count))
        return self._titles.lay(title), *map(self._texts.lay, (kind, line, count))

    def _paint_ports(self, painter: QPainter, item: NodeItem, marks: Marks) -> None:
        theme, family, spare = self._theme, self._theme.family[item.family], item.spare
        aimed = marks.hover.port if marks.hover.node == item.key else None
        plain = marks.lit is None and aimed is None
        painter.setPen(Qt.PenStyle.NoPen)
        for number, is_output, x, y in item.spots():
            code, fill, size = family if is_output else theme.wire, theme.canvas, theme.metrics.port_radius
            if number == spare and not is_output:
                code, size = mix(code, theme.canvas, 0.45), size - 1
            if not plain:
                port = PortRef(item.key, number, is_output)
                if marks.lit is not None and port in marks.lit:
                    code = fill = theme.accent
                    size = theme.metrics.port_radius
                    painter.setBrush(colour(theme.accent, 70))
                    halo = size - RIM / 2 + (8 if port == marks.aim.port else 4.5)
                    painter.drawEllipse(QPointF(x, y), halo, halo)
                elif marks.lit is not None:
                    code, size = mix(family if is_output else theme.wire, theme.canvas, 0.5), theme.metrics.port_radius
                elif port == aimed:
                    code, size = theme.accent, theme.metrics.port_radius + 2
            painter.setBrush(colour(code))
            painter.drawEllipse(QPointF(x, y), size, size)
            painter.setBrush(colour(fill))
            painter.drawEllipse(QPointF(x, y), size - RIM, size - RIM)

    def _paint_frozen(self, painter: QPainter, x: float) -> None:
        """Draw a snowflake before the number of weights: they stay as they are."""
        painter.setPen(make_pen(self._theme.accent, 1.5, round_ends=True))
        for corner in range(3):
            arm = QPointF(FLAKE / 2 * math.sin(corner * math.pi / 3), FLAKE / 2 * math.cos(corner * math.pi / 3))
            painter.drawLine(QPointF(x, LOWER) + arm, QPointF(x, LOWER) - arm)

    def _paint_error(self, painter: QPainter, item: NodeItem) -> None:
        """Draw a square on its corner with a cross."""
        theme = self._theme
        x, y = item.box.right - 1, item.box.top + 1
        painter.setPen(make_pen(theme.canvas, 1.5))
        painter.setBrush(colour(theme.error))
        corners = ((x, y - 10), (x + 10, y), (x, y + 10), (x - 10, y))
        painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))
        painter.setPen(make_pen(theme.canvas, 2, round_ends=True))
        painter.drawLines([QLineF(x - 2.5, y - 2.5, x + 2.5, y + 2.5), QLineF(x - 2.5, y + 2.5, x + 2.5, y - 2.5)])

    def _paint_warning(self, painter: QPainter, item: NodeItem) -> None:
        """Draw a disc with an exclamation mark."""
        theme = self._theme
        x, y = item.box.right - 1, item.box.top + 1
        painter.setPen(make_pen(theme.canvas, 1.5))
        painter.setBrush(colour(theme.warning))
        painter.drawEllipse(QPointF(x, y), 8, 8)
        painter.setPen(make_pen(theme.canvas, 2, round_ends=True))
        painter.drawLine(QLineF(x, y - 3.8, x, y + 0.4))
        painter.drawPoint(QPointF(x, y + 3.8))


def _draw_text(painter: QPainter, text: LaidText, middle: float, as_text: bool, *, at_right: bool = False) -> None:
    if text.text:
        left = CARD_WIDTH - TRAILING - text.width if at_right else PADDING
        text.draw(painter, left, middle - text.height / 2, as_text=as_text)
