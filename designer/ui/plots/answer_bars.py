"""What a network answers to one sample: a bar for each chance, the largest above, or a number for each value."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import QToolTip

from designer.engine.evaluation.record import write_number
from designer.ui.plots.plot import Plot
from designer.ui.theme import Theme, colour, text_font
from designer.ui.words import write_tip

LINE = 22.0  # pixels of a bar with its name
MOST_NAME = 0.42  # of the width, for the longest name
NUMBER = 62.0  # pixels for a number at the right
HUE, RIGHT_HUE = "linear", "normalization"

Bars = Sequence[tuple[str, float]]


class AnswerBars(Plot):
    """Chances as bars, as many as there is room for; those above `threshold` are a yes where questions are asked.

    Numbers of `values` are written as they are. `truth` are the names of what would have been right: they carry a mark.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.bars: tuple[tuple[str, float], ...] = ()
        self.truth: frozenset[str] = frozenset()
        self.threshold: float | None = None
        self.is_value = False
        self.setMinimumSize(180, 48)
        self.setAccessibleName("answer")

    def sizeHint(self) -> QSize:
        return QSize(320, round(LINE * min(max(len(self.bars), 2), 10)))

    def show_chances(self, bars: Bars, truth: Sequence[str] = (), threshold: float | None = None) -> None:
        """Show chances by name, the largest first unless each is a question of its own with a threshold."""
        ordered = (
            bars if threshold is not None else sorted(bars, key=lambda bar: -bar[1] if math.isfinite(bar[1]) else 0.0)
        )
        self._show(ordered, truth, threshold, is_value=False)

    def show_values(self, bars: Bars) -> None:
        """Show numbers by name."""
        self._show(bars, (), None, is_value=True)

    def _show(self, bars: Bars, truth: Sequence[str], threshold: float | None, *, is_value: bool) -> None:
        self.bars, self.truth = tuple(bars), frozenset(truth)
        self.threshold, self.is_value = threshold, is_value
        told = "; ".join(f"{name} {self.write(value)}" for name, value in self.bars[:10])
        self.setAccessibleDescription(told)
        self.update()

    def write(self, value: float) -> str:
        """Return a chance or a value as it is shown."""
        if self.is_value:
            return write_number(value, ".5g")
        if not math.isfinite(value):
            return "NaN"
        return f"{100 * value:.1f} %" if value >= 0.0005 or value == 0 else "< 0.1 %"

    @property
    def shown(self) -> tuple[tuple[str, float], ...]:
        """The bars there is room for; the last place tells how many are left out, where some are."""
        room = max(int((self.height() - 4) / LINE), 1)
        return self.bars if len(self.bars) <= room else self.bars[: max(room - 1, 1)]

    def place_of(self, number: int) -> QRectF:
        """Return the line of a bar, in pixels."""
        return QRectF(4, 2 + number * LINE, max(self.width() - 8.0, 1), LINE)

    def event(self, event: QEvent) -> bool:
        """Tell the whole name of the bar under the pointer: a long one is cut."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            number = int((event.pos().y() - 2) / LINE)
            told = f"{self.shown[number][0]}: {self.write(self.shown[number][1])}" if number < len(self.shown) else ""
            QToolTip.showText(event.globalPos(), write_tip(told), self)
            return True
        return super().event(event)

    def paint(self, painter: QPainter) -> None:
        if not self.bars:
            return
        painter.setFont(text_font(self.theme.metrics.font_small))
        metrics = painter.fontMetrics()
        shown = self.shown
        widest = max(metrics.horizontalAdvance(name) for name, _ in shown) + 10.0
        names = min(widest, MOST_NAME * self.width())
        for number, (name, value) in enumerate(shown):
            self._paint_bar(painter, self.place_of(number), name, value, names)
        left_out = len(self.bars) - len(shown)
        if left_out:
            painter.setPen(colour(self.theme.muted))
            line = self.place_of(len(shown))
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, f"and {left_out:,} more")

    def _paint_bar(self, painter: QPainter, line: QRectF, name: str, value: float, names: float) -> None:
        theme, right = self.theme, name in self.truth
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(colour(theme.text))
        painter.setFont(text_font(theme.metrics.font_small, QFont.Weight.DemiBold if right else QFont.Weight.Normal))
        text = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, round(names - 8))
        painter.drawText(
            QRectF(line.left(), line.top(), names, line.height()), middle | Qt.AlignmentFlag.AlignLeft, text
        )
        painter.setFont(text_font(theme.metrics.font_small))
        number = QRectF(line.right() - NUMBER, line.top(), NUMBER, line.height())
        if self.is_value:
            place = QRectF(line.left() + names, line.top(), line.width() - names, line.height())
            painter.setFont(text_font(theme.metrics.font_size, QFont.Weight.DemiBold))
            painter.drawText(place, middle | Qt.AlignmentFlag.AlignLeft, self.write(value))
            return
        painter.drawText(number, middle | Qt.AlignmentFlag.AlignRight, self.write(value))
        track = QRectF(line.left() + names, line.top() + 6, line.width() - names - NUMBER, line.height() - 12)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(theme.card))
        painter.drawRoundedRect(track, 3, 3)
        bar = QRectF(
            track.left(),
            track.top(),
            track.width() * min(max(value if math.isfinite(value) else 0.0, 0.0), 1.0),
            track.height(),
        )
        painter.setBrush(colour(theme.family[RIGHT_HUE if right else HUE]))
        painter.drawRoundedRect(bar, min(3, bar.width() / 2), 3)
        if right:  # told without colour too
            painter.setPen(QPen(colour(theme.text), 1.5))
            painter.drawLine(track.topLeft(), track.bottomLeft())
        if self.threshold is not None:
            x = track.left() + track.width() * self.threshold
            painter.setPen(QPen(colour(theme.muted), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QRectF(x, line.top() + 2, 0, line.height() - 4).topLeft(), QRectF(x, line.top() + 2, 0, line.height() - 4).bottomLeft())  # fmt: skip
