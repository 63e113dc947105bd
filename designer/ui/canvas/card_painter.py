"""Drawing of a card with everything that can be read on it."""

import math

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath, QPolygonF, QStaticText

from designer.ui.canvas.contrast_painter import ContrastPainter
from designer.ui.canvas.geometry import CARD_HEIGHT, CARD_WIDTH, SMALL_HEIGHT
from designer.ui.canvas.marks import Marks
from designer.ui.canvas.node_item import NodeItem
from designer.ui.canvas.pens import lay_text, make_pen
from designer.ui.canvas.sheet import Sheet
from designer.ui.theme import Theme, colour, mix, text_font

PADDING = 16.0  # from the card's left side to its text
TRAILING = 10.0  # from its text to its right side
UPPER, LOWER = 13.5, 30.5  # the middles of its two lines
GAP = 8.0  # between two texts on one line
BELOW = 4.0  # how far the card below that of a block looks out
FLAKE = 9.0  # the size of the sign for frozen weights
CARD_RECT = QRectF(0, 0, CARD_WIDTH, CARD_HEIGHT)
SMALL_RECT = QRectF(0, (CARD_HEIGHT - SMALL_HEIGHT) / 2, CARD_WIDTH, SMALL_HEIGHT)


class CardPainter:
    """Draws cards of a sheet in the colours of a theme."""

    def __init__(self, sheet: Sheet, theme: Theme) -> None:
        self._sheet = sheet
        self._theme = theme
        self._contrasts = ContrastPainter(sheet, theme)
        self._title = text_font(theme.metrics.font_size, QFont.Weight.DemiBold)
        self._text = text_font(theme.metrics.font_size)
        self._small_title = text_font(theme.metrics.font_small, QFont.Weight.DemiBold)
        self._small_text = text_font(theme.metrics.font_small)
        self._bars = {rect.height(): self._make_bar(rect) for rect in (CARD_RECT, SMALL_RECT)}

    def paint(self, painter: QPainter, item: NodeItem, marks: Marks) -> None:
        """Draw one card with its ports and its badge."""
        theme = self._theme
        family = theme.family[item.family]
        selected = item.key in marks.nodes
        hovered = item.key == marks.hover.node and marks.hover.port is None
        x, y = item.position
        painter.translate(x, y)
        face = self._sheet.face(item)
        # What is left out is hollow, with a broken rim and a quiet name: it looks so without colour, and can be read.
        code, width = (theme.selection, 2) if selected else (theme.muted if face.off else theme.border, 1)
        painter.setPen(make_pen(code, width, broken=face.off))
        painter.setBrush(colour(theme.card_hover if hovered else theme.card))
        rect = SMALL_RECT if item.small else CARD_RECT
        contrast = self._sheet.contrast
        if face.off or (contrast is not None and item.key in contrast.network.removed):
            painter.setBrush(colour(theme.canvas))  # hollow
        if item.family == "block":  # a second card below: there is more inside
            painter.drawRoundedRect(rect.translated(BELOW, BELOW), theme.metrics.card_radius, theme.metrics.card_radius)
        painter.drawRoundedRect(rect, theme.metrics.card_radius, theme.metrics.card_radius)
        quiet = face.off or (contrast is not None and item.key not in contrast.changes)
        painter.fillPath(self._bars[rect.height()], colour(mix(family, theme.card, 0.5) if quiet else family))
        (self._paint_small if item.small else self._paint_texts)(painter, item)
        painter.translate(-x, -y)
        if contrast is not None:
            self._contrasts.paint_card(painter, item)
        self._paint_ports(painter, item, marks, family)
        if item.badge == "error":
            self._paint_error(painter, item)
        elif item.badge == "warning":
            self._paint_warning(painter, item)

    def _paint_texts(self, painter: QPainter, item: NodeItem) -> None:
        if item.texts is None:
            item.texts = self._lay_texts(item)
        title, kind, line, count = item.texts
        contrast = self._sheet.contrast
        painter.setFont(self._title)
        same = contrast is not None and contrast.changes.get(item.key) in (None, "removed")
        quiet = same or self._sheet.face(item).off
        painter.setPen(colour(self._theme.muted if quiet else self._theme.text))
        _draw_text(painter, title, UPPER)
        if contrast is not None and item.key in contrast.network.removed:
            painter.drawLine(QLineF(PADDING - 2, UPPER, PADDING + title.size().width() + 2, UPPER))
        painter.setFont(self._text)
        painter.setPen(colour(self._theme.muted))
        _draw_text(painter, kind, UPPER, at_right=True)
        _draw_text(painter, line, LOWER)
        _draw_text(painter, count, LOWER, at_right=True)
        if self._sheet.face(item).frozen:
            self._paint_frozen(painter, CARD_WIDTH - TRAILING - count.size().width() - FLAKE)

    def _paint_small(self, painter: QPainter, item: NodeItem) -> None:
        """Write the name, and the kind where it says more, into a small card."""
        if item.texts is None:
            item.texts = self._lay_small(item)
        name, kind = item.texts
        painter.setFont(self._small_title)
        painter.setPen(colour(self._theme.muted if self._sheet.face(item).off else self._theme.text))
        _draw_text(painter, name, CARD_HEIGHT / 2)
        painter.setFont(self._small_text)
        painter.setPen(colour(self._theme.muted))
        _draw_text(painter, kind, CARD_HEIGHT / 2, at_right=True)

    def _lay_small(self, item: NodeItem) -> tuple[QStaticText, ...]:
        face, metrics = self._sheet.face(item), QFontMetricsF(self._small_title)
        room = CARD_WIDTH - PADDING - TRAILING - GAP
        name = metrics.elidedText(face.title, Qt.TextElideMode.ElideRight, room)
        kind = face.kind if metrics.horizontalAdvance(name + face.kind) + GAP <= room else ""
        return lay_text(name, self._small_title), lay_text(kind, self._small_text)

    def _make_bar(self, rect: QRectF) -> QPainterPath:
        """Return the bar of a card's family: what is left of its rounded shape when the rest is cut off."""
        radius, width = self._theme.metrics.card_radius, self._theme.metrics.bar_width
        whole, left = QPainterPath(), QPainterPath()
        whole.addRoundedRect(rect, radius, radius)
        left.addRect(QRectF(rect.left(), rect.top(), width, rect.height()))
        return whole.intersected(left)

    def _lay_texts(self, item: NodeItem) -> tuple[QStaticText, ...]:
        """Return the four texts of a card, each cut to what is free beside the other on its line."""
        face = self._sheet.face(item)
        metrics, bold = QFontMetricsF(self._text), QFontMetricsF(self._title)
        room = CARD_WIDTH - PADDING - TRAILING - GAP
        cut = Qt.TextElideMode.ElideRight
        kind = metrics.elidedText(face.kind, cut, max(room * 0.6, room - bold.horizontalAdvance(face.title)))
        title = bold.elidedText(face.title, cut, room - metrics.horizontalAdvance(kind))
        count = metrics.elidedText(face.count, cut, room)
        flake = FLAKE + GAP if face.frozen else 0.0
        line = metrics.elidedText(face.line, cut, room - flake - metrics.horizontalAdvance(count))
        return lay_text(title, self._title), *(lay_text(text, self._text) for text in (kind, line, count))

    def _paint_ports(self, painter: QPainter, item: NodeItem, marks: Marks, family: str) -> None:
        theme = self._theme
        radius = theme.metrics.port_radius - 0.75
        for port, (x, y) in item.ports():
            code, fill, size = family if port.is_output else theme.wire, theme.canvas, radius
            if marks.lit is not None and port in marks.lit:
                code = fill = theme.accent
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour(theme.accent, 70))
                halo = radius + (8 if port == marks.aim.port else 4.5)
                painter.drawEllipse(QPointF(x, y), halo, halo)
            elif marks.lit is not None:
                code = mix(code, theme.canvas, 0.5)
            elif port == marks.hover.port:
                code, size = theme.accent, radius + 2
            elif item.is_spare(port):
                code, size = mix(code, theme.canvas, 0.45), radius - 1
            painter.setPen(make_pen(code, 1.5))
            painter.setBrush(colour(fill))
            painter.drawEllipse(QPointF(x, y), size, size)

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


def _draw_text(painter: QPainter, text: QStaticText, middle: float, *, at_right: bool = False) -> None:
    if text.text():
        size = text.size()
        left = CARD_WIDTH - TRAILING - size.width() if at_right else PADDING
        painter.drawStaticText(QPointF(left, middle - size.height() / 2), text)
