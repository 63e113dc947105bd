"""Drawing of a ghost: dashed rims and wires on the canvas, and chips that can be read whatever the scale."""

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen, QTransform

from designer.document.wording import show_name
from designer.ui.canvas.geometry import Point
from designer.ui.canvas.ghost import Chip, Ghost
from designer.ui.canvas.pens import make_rect, make_thin_pen
from designer.ui.theme import Theme, colour, mix, text_font

HEIGHT, WIDEST = 26.0, 420.0  # logical pixels of a chip, at most
PADDING, BAR, GAP = 10.0, 5.0, 10.0  # beside its text, of the bar in its colour, between its text and its shape
APART = 4.0  # from a chip to the next, and to the card that it is about
LOW_CARD = 40.0  # logical pixels: on a card less high a chip would hide its name
MOST_KINDS = 3  # that are named of those that have no chip
MOST_MOVES = 12  # chips that one is moved past; beyond that it is left out, and counted
BESIDE = QPointF(16.0, 14.0)  # from a pointer to its chip, in logical pixels
OPACITY = 0.92


def paint_ghost(painter: QPainter, ghost: Ghost, theme: Theme, covers: Sequence[QRectF] = ()) -> None:
    """Draw a ghost over the canvas; `covers` are what lies over it, in logical pixels."""
    painter.save()
    painter.setOpacity(OPACITY)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    radius = theme.metrics.card_radius
    for line in ghost.lines:
        painter.setPen(make_thin_pen(theme.accent, 1.5, broken=True))
        painter.drawLine(QPointF(*line[0]), QPointF(*line[1]))
    for chip in ghost.chips:
        painter.setPen(_choose_rim(chip, theme))
        if chip.card is not None:
            painter.drawRoundedRect(make_rect(chip.card), radius, radius)
    places, left_out = place_chips(ghost.chips, painter.worldTransform(), theme, covers)
    painter.resetTransform()
    for chip, rect in places:
        paint_chip(painter, chip, rect, theme)
    if places and (more := (*(chip.kind for chip in left_out), *ghost.more)):
        last = max((rect for _, rect in places), key=lambda rect: rect.bottom())
        chip = Chip("more", ghost.chips[-1].box, tell_more(more), family="custom")
        paint_chip(painter, chip, QRectF(last.bottomLeft() + QPointF(0, APART), measure_chip(chip, theme)), theme)
    painter.restore()


def place_chips(
    chips: Sequence[Chip], transform: QTransform, theme: Theme, covers: Sequence[QRectF] = ()
) -> tuple[list[tuple[Chip, QRectF]], list[Chip]]:
    """Return where chips are drawn, in logical pixels, and those that have no place.

    Each lies in the middle of its box, or below its card where that is too low for both; one that would lie on another
    goes below it, and one that would lie under a cover beside that.
    """
    placed: list[tuple[Chip, QRectF]] = []
    left_out: list[Chip] = []
    for chip in sorted(chips, key=lambda chip: (chip.box.top, chip.box.left)):
        rect = QRectF(QPointF(), measure_chip(chip, theme))
        rect.moveCenter(transform.map(make_rect(chip.box).center()))
        card = transform.mapRect(make_rect(chip.card)) if chip.card is not None else None
        if card is not None and card.height() < LOW_CARD:
            rect.moveTop(card.bottom() + APART)
        for cover in covers:
            _move_aside(rect, cover)
        for _ in range(MOST_MOVES):
            below = [other.bottom() for _, other in placed if other.intersects(rect)]
            if not below:
                placed.append((chip, rect))
                break
            rect.moveTop(max(below) + APART)
        else:
            left_out.append(chip)
    return placed, left_out


def _move_aside(rect: QRectF, cover: QRectF) -> None:
    """Move a chip out from under what covers it, to the side on which most of it lies; below where it has no room."""
    if not cover.intersects(rect):
        return
    before = cover.left() - APART - rect.width()
    if rect.center().x() > cover.center().x():
        rect.moveLeft(cover.right() + APART)
    elif before >= APART:
        rect.moveLeft(before)
    else:
        rect.moveTop(cover.bottom() + APART)


def paint_beside(painter: QPainter, chip: Chip, point: Point, theme: Theme, view: QRectF) -> None:
    """Draw a chip beside a point of the canvas, as far as that goes within the view, given in logical pixels."""
    painter.save()
    rect = QRectF(painter.worldTransform().map(QPointF(*point)) + BESIDE, measure_chip(chip, theme))
    inside = view.adjusted(APART, APART, -APART, -APART)
    rect.moveRight(min(rect.right(), inside.right()))
    rect.moveBottom(min(rect.bottom(), inside.bottom()))
    painter.resetTransform()
    painter.setOpacity(OPACITY)
    paint_chip(painter, chip, rect, theme)
    painter.restore()


def tell_more(kinds: Sequence[str]) -> str:
    """Return how many more layers there are and of which kinds, the most frequent first: and 5 more: ReLU × 4, Conv2d."""
    counts = Counter(kinds).most_common()
    named = [f"{show_name(kind)} × {count}" if count > 1 else show_name(kind) for kind, count in counts[:MOST_KINDS]]
    return f"and {len(kinds):,} more: {', '.join(named)}{' …' if len(counts) > MOST_KINDS else ''}"


def measure_chip(chip: Chip, theme: Theme) -> QSizeF:
    """Return the size of a chip in logical pixels."""
    bold, plain = _choose_fonts(theme)
    text, shape = bold.horizontalAdvance(chip.text), plain.horizontalAdvance(chip.shape)
    return QSizeF(min(WIDEST, BAR + 2 * PADDING + text + (GAP + shape if chip.shape else 0.0) + 1), HEIGHT)


def paint_chip(painter: QPainter, chip: Chip, rect: QRectF, theme: Theme) -> None:
    """Draw a chip at a place in logical pixels, what comes at the left and its shape at the right."""
    radius = theme.metrics.card_radius
    painter.setPen(_choose_rim(chip, theme))
    painter.setBrush(colour(mix(theme.card, theme.accent, 0.14)))
    painter.drawRoundedRect(rect, radius, radius)
    bar = QRectF(rect.left() + 1, rect.top() + radius, BAR, rect.height() - 2 * radius)
    painter.fillRect(bar, colour(theme.family[chip.family]))
    room = rect.adjusted(BAR + PADDING, 0, -PADDING, 0)
    bold, plain = _choose_fonts(theme)
    shape = plain.elidedText(chip.shape, Qt.TextElideMode.ElideRight, room.width() * 0.5)
    left = room.width() - (plain.horizontalAdvance(shape) + GAP if shape else 0.0) + 1
    middle = Qt.AlignmentFlag.AlignVCenter
    painter.setPen(colour(theme.error if chip.what == "removed" else theme.text))
    painter.setFont(text_font(theme.metrics.font_size, QFont.Weight.DemiBold))
    text = bold.elidedText(chip.text, Qt.TextElideMode.ElideRight, left)
    painter.drawText(room, middle | Qt.AlignmentFlag.AlignLeft, text)
    painter.setPen(colour(theme.muted))
    painter.setFont(text_font(theme.metrics.font_size))
    painter.drawText(room, middle | Qt.AlignmentFlag.AlignRight, shape)


def _choose_rim(chip: Chip, theme: Theme) -> QPen:
    return make_thin_pen(theme.error if chip.what == "removed" else theme.accent, 1.5, broken=True)


def _choose_fonts(theme: Theme) -> tuple[QFontMetricsF, QFontMetricsF]:
    size = theme.metrics.font_size
    return QFontMetricsF(text_font(size, QFont.Weight.DemiBold)), QFontMetricsF(text_font(size))
