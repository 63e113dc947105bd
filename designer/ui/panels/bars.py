"""Bars that show how the values of a column are spread, painted small in a head or large with what they stand for."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from designer.data.summary import Spread
from designer.document.wording import show_name
from designer.ui.theme import Theme, colour
from designer.ui.words import write_tip

GAP = 1  # pixels between two bars
FAMILIES = ("linear", "activation", "convolution", "normalization", "recurrent", "pooling")


def paint_bars(painter: QPainter, room: QRectF, spread: Spread, inks: Sequence[str], gap: float = GAP) -> None:
    """Paint a bar for each bin, in which the groups stand on each other."""
    counts = spread.counts
    most = float(counts.sum(1).max()) if len(counts) else 0.0
    if not most:
        return
    width = room.width() / len(counts)
    gap = gap if width >= 4 else 0
    for place, groups in enumerate(counts.tolist()):
        left, right = (round(room.left() + each * width) for each in (place, place + 1))
        bottom = room.bottom()
        for group, count in enumerate(groups):
            if not count:
                continue
            height = max(room.height() * count / most, 1.0 if len(groups) == 1 else 0.0)
            bar = QRectF(left, bottom - height, max(right - left - gap, 1.0), height)
            painter.fillRect(bar, colour(inks[group % len(inks)]))
            bottom -= height


def list_inks(theme: Theme, groups: int) -> list[str]:
    """Return a colour for each group."""
    if groups == 1:
        return [theme.family["linear"]]
    known = [theme.family[name] for name in FAMILIES if name in theme.family]
    return [known[place % len(known)] for place in range(groups)]


def name_bin(spread: Spread, place: int, *, is_date: bool = False) -> str:
    """Return what a bin stands for."""
    if spread.labels:
        return show_name(spread.labels[place], 60)
    low, high = spread.edges[place], spread.edges[place + 1]
    if is_date:
        return f"{write_day(low)} to {write_day(high)}"
    whole = low % 1 == 0.5 and high - low == 1
    return f"{low + 0.5:.6g}" if whole else f"{low:.5g} to {high:.5g}"


def write_day(days: float) -> str:
    """Return a day since 1970 as a date."""
    try:
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=days)).strftime("%Y-%m-%d")
    except OverflowError:
        return "?"


class Bars(QWidget):
    """The spread of a column, large; a tip says what the bar under the cursor stands for."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.spread: Spread | None = None
        self.names: tuple[str, ...] = ()
        self._is_date = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)

    def sizeHint(self) -> QSize:
        names = len(self.names)
        return QSize(200, 96 + (18 * (-(-names // 2)) if names > 1 else 0))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.sizeHint().height())

    def show_spread(self, spread: Spread | None, names: Sequence[str] = (), *, is_date: bool = False) -> None:
        """Show how values are spread over these groups."""
        self.spread, self.names, self._is_date = spread, tuple(names), is_date
        self.setAccessibleName(f"distribution: {self.describe()}")
        self.updateGeometry()
        self.update()

    def describe(self) -> str:
        """Return what is shown in words: the largest bins."""
        if self.spread is None or not len(self.spread.counts):
            return "none"
        totals = self.spread.counts.sum(1)
        largest = totals.argsort()[::-1][:5]
        return ", ".join(f"{name_bin(self.spread, int(p), is_date=self._is_date)}: {totals[p]:,}" for p in largest)

    @property
    def _room(self) -> QRectF:
        legend = self.sizeHint().height() - 96
        return QRectF(0, 2, self.width(), self.height() - legend - 22)

    def paintEvent(self, event) -> None:
        spread = self.spread
        if spread is None or not len(spread.counts):
            return
        painter = QPainter(self)
        room, inks = self._room, list_inks(self.theme, max(len(self.names), 1))
        paint_bars(painter, room, spread, inks, 1 if spread.edges else 3)
        painter.setPen(colour(self.theme.border))
        painter.drawLine(room.bottomLeft() + QPointF(0, 1), room.bottomRight() + QPointF(0, 1))
        painter.setPen(colour(self.theme.muted))
        under = QRectF(0, room.bottom() + 2, self.width(), 16)
        first, last = (name_bin(spread, place, is_date=self._is_date) for place in (0, len(spread.counts) - 1))
        if spread.edges:
            first, last = first.split(" to ")[0], last.split(" to ")[-1]
        metrics, half = painter.fontMetrics(), round(self.width() / 2) - 4
        elide = Qt.TextElideMode.ElideRight
        painter.drawText(under, Qt.AlignmentFlag.AlignLeft, metrics.elidedText(first, elide, half))
        if len(spread.counts) > 1:
            painter.drawText(under, Qt.AlignmentFlag.AlignRight, metrics.elidedText(last, elide, half))
        for place, name in enumerate(self.names if len(self.names) > 1 else ()):
            self._paint_name(painter, place, name, inks[place], room.bottom() + 22)

    def _paint_name(self, painter: QPainter, place: int, name: str, ink: str, top: float) -> None:
        half = self.width() / 2
        box = QRectF((place % 2) * half, top + 18 * (place // 2), half, 16)
        painter.fillRect(QRectF(box.left(), box.top() + 4, 9, 9), colour(ink))
        painter.setPen(colour(self.theme.muted))
        text = painter.fontMetrics().elidedText(show_name(name, 40), Qt.TextElideMode.ElideRight, round(half) - 20)
        painter.drawText(box.adjusted(14, 0, 0, 0), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self.spread is not None:
            count = len(self.spread.counts)
            place = int(event.pos().x() * count / max(self.width(), 1))
            if 0 <= place < count:
                QToolTip.showText(event.globalPos(), write_tip(self._tell(place)), self)
            return True
        return super().event(event)

    def _tell(self, place: int) -> str:
        assert self.spread is not None
        groups = self.spread.counts[place].tolist()
        lines = [f"{name_bin(self.spread, place, is_date=self._is_date)}: {sum(groups):,}"]
        if len(self.names) > 1:
            lines += [f"{name}: {count:,}" for name, count in zip(self.names, groups, strict=False)]
        return "\n".join(lines)
