"""What is written large on cards too small for their own text: the name; kind and shape where there is room."""

from collections.abc import Iterable

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from designer.ui.canvas.geometry import CARD_HEIGHT, CARD_WIDTH, SMALL_HEIGHT
from designer.ui.canvas.node_item import NodeItem
from designer.ui.canvas.sheet import Sheet
from designer.ui.theme import Theme, colour, text_font
from designer.ui.words import write_sizes

NAME_PIXELS, LARGEST_NAME = 10.5, 26.0  # size of a name, and at most so many canvas units
LINE_PIXELS, LARGEST_LINE = 9.0, 18.0  # size of the second line; where it would be larger there is no room for it
INDENT = 9  # pixels from the left side of the card
GAP = 0.3  # of the room above and below two lines, between them


class Nameplates:
    """Writes on cards in the colours of a theme. What fits is found once for each text and scale."""

    def __init__(self, sheet: Sheet, theme: Theme) -> None:
        self._sheet = sheet
        self._theme = theme
        self._fitting: dict[tuple[str, ...], str] = {}  # texts as they fit on a card, at this scale:
        self._scale = 0.0

    def paint(self, painter: QPainter, items: Iterable[NodeItem], scale: float) -> None:
        """Write on these cards."""
        if self._scale != scale:
            self._scale = scale
            self._fitting.clear()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        items = list(items)
        name = text_font(min(LARGEST_NAME, NAME_PIXELS / scale), QFont.Weight.DemiBold)
        line = text_font(LINE_PIXELS / scale) if LINE_PIXELS / scale <= LARGEST_LINE else None
        first, second = _place_lines(QFontMetricsF(name), QFontMetricsF(line) if line is not None else None)
        full = [item for item in items if not item.small]
        self._write(painter, name, self._theme.text, first, [(item, (self._name(item),)) for item in full], cut=True)
        if line is not None:
            told = [(item, self._tell(item)) for item in full]
            self._write(painter, line, self._theme.muted, second, told, cut=False)
        if full != items and QFontMetricsF(name).height() <= SMALL_HEIGHT:
            middle, _ = _place_lines(QFontMetricsF(name), None)
            small = [(item, (self._name(item),)) for item in items if item.small]
            self._write(painter, name, self._theme.text, middle, small, cut=True)

    def _name(self, item: NodeItem) -> str:
        return self._sheet.face(item).title

    def _tell(self, item: NodeItem) -> tuple[str, ...]:
        """Return what the second line says of a card: the first of these that fits."""
        kind, known = self._sheet.face(item).kind, item.inferred.outputs
        if not known:
            return (kind,)
        shape = write_sizes(known[0]).replace(" × ", "×")
        return f"{kind} · {shape}", shape, kind

    def _write(
        self,
        painter: QPainter,
        font: QFont,
        code: str,
        drop: float,
        told: Iterable[tuple[NodeItem, tuple[str, ...]]],
        *,
        cut: bool,
    ) -> None:
        """Write the first text of each card that fits, `drop` below its upper side; `cut` the last if none does."""
        metrics, indent = QFontMetricsF(font), INDENT / self._scale
        room = CARD_WIDTH - 1.5 * indent
        painter.setFont(font)
        painter.setPen(colour(code))
        for item, texts in told:
            text = self._fitting.get(texts)
            if text is None:
                text = next((one for one in texts if metrics.horizontalAdvance(one) <= room), "")
                if not text and cut:
                    text = metrics.elidedText(texts[-1], Qt.TextElideMode.ElideMiddle, room)
                self._fitting[texts] = text
            if text:
                painter.drawText(QPointF(item.position[0] + indent, item.position[1] + drop), text)


def _place_lines(name: QFontMetricsF, line: QFontMetricsF | None) -> tuple[float, float]:
    """Return how far below the upper side of a card the name stands, and the line below it."""
    if line is None:
        return CARD_HEIGHT / 2 + (name.ascent() - name.descent()) / 2, 0.0
    tall = name.capHeight() + line.capHeight()
    room = CARD_HEIGHT - tall
    first = room * (1 - GAP) / 2 + name.capHeight()
    return first, first + room * GAP + line.capHeight()
