"""The forms of an explanation: pictures with their heat over them, words on coloured ground, a series, bars of columns."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from designer.engine.explaining.record import Heat
from designer.ui.plots.axes import Axis, fit_axis, list_ticks, write_tick
from designer.ui.plots.heat_paint import find_limit, hue_of, paint_over, tint_of
from designer.ui.plots.plot import SMALL, PointedPlot, draw_line, draw_note
from designer.ui.theme import Theme, colour, contrast, text_font

GAP = 8.0
LINE, WORD = 25, 8  # pixels of a line of words, and around a word
ROW = 20  # of a bar
MOST_ROWS, MOST_WORDS = 300, 4000
BLANKS = {"\n": "⏎", " ": "␣", "\t": "⇥", "": "∅"}


def write_heat(value: float) -> str:
    """Return a value with its sign."""
    text = write_tick(float(f"{value:.3g}"))
    return f"+{text}" if value > 0 else text


class HeatPictures(PointedPlot):
    """Each picture as it is and, beside or below it, in grey with its heat; as large as all of them fit."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.heats: tuple[Heat, ...] = ()
        self.limit = 1.0
        self._images: list[tuple[QImage, Heat]] = []
        self.setMinimumSize(120, 90)
        self.setAccessibleName("heat over the picture")

    def show_heats(self, heats: Sequence[Heat], *, signed: bool) -> None:
        """Show the heats of pictures."""
        self.heats, self.limit = tuple(heats), find_limit(heat.values for heat in heats)
        self._images = []
        self.setAccessibleDescription("; ".join(map(_describe_picture, heats)))
        self.update()

    def set_theme(self, theme: Theme) -> None:
        self._images = []
        super().set_theme(theme)

    def list_places(self) -> list[QRectF]:
        """Return where the pictures lie: each as it is, then with its heat."""
        count = 2 * len(self.heats)
        if not count:
            return []
        height, width = self.heats[0].values.shape
        best = (0.0, count)
        for columns in range(1, count + 1):
            rows = -(-count // columns)
            across = (self.width() - GAP * (columns - 1)) / columns / width
            down = (self.height() - GAP * (rows - 1)) / rows / height
            best = max(best, (max(min(across, down), 0.01), columns))
        scale = int(best[0]) if best[0] >= 2 else best[0]
        return [
            QRectF((place % best[1]) * (width * scale + GAP), (place // best[1]) * (height * scale + GAP), width * scale, height * scale)
            for place in range(count)
        ]  # fmt: skip

    def paint(self, painter: QPainter) -> None:
        if not self._images:
            for heat in self.heats:
                self._images += [(_draw_plain(heat.sample), heat), (paint_over(heat.sample, heat.values, self.limit, self.theme), heat)]  # fmt: skip
        places = self.list_places()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, bool(places) and places[0].width() < self.heats[0].values.shape[1])  # fmt: skip
        for place, (image, _) in zip(places, self._images, strict=True):
            painter.drawImage(place, image)
        for place, (_, heat) in zip(places, self._images, strict=True):
            if self._at is not None and place.contains(self._at):
                height, width = heat.values.shape
                row = min(int((self._at.y() - place.top()) / place.height() * height), height - 1)
                column = min(int((self._at.x() - place.left()) / place.width() * width), width - 1)
                value = float(heat.values[row, column])
                lines = [(f"row {row}, column {column}", self.theme.muted), (write_heat(value), self.theme.text)]
                draw_note(painter, self.theme, self._at, lines, QRectF(self.rect()))


def _describe_picture(heat: Heat) -> str:
    row, column = np.unravel_index(np.abs(heat.values).argmax(), heat.values.shape)
    return f"most at row {row}, column {column}: {write_heat(float(heat.values[row, column]))}"


def _draw_plain(sample: NDArray[Any]) -> QImage:
    """Return C x H x W of any range as an image."""
    low, high = float(np.nanmin(sample)), float(np.nanmax(sample))
    scaled = np.nan_to_num((sample.astype(np.float64) - low) / (high - low or 1.0) * 255).astype(np.uint8)
    scaled = scaled if len(scaled) == 3 else np.repeat(scaled.mean(0, keepdims=True).astype(np.uint8), 3, 0)
    pixels = np.ascontiguousarray(np.moveaxis(scaled, 0, -1))
    height, width = pixels.shape[:2]
    return QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


class HeatWords(PointedPlot):
    """The tokens of a text in their order, each on a ground in the colour of its value."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.heat: Heat | None = None
        self.limit = 1.0
        self.setAccessibleName("words and what they add")
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_heats(self, heats: Sequence[Heat], *, signed: bool) -> None:
        """Show the heat of tokens."""
        self.heat, self.limit = heats[0], find_limit(heat.values for heat in heats)
        order = np.argsort(-np.abs(self.heat.values), kind="stable")[:5].tolist()
        told = [f"{self.heat.names[place]} {write_heat(float(self.heat.values[place]))}" for place in order]
        self.setAccessibleDescription("; ".join(told))
        self.updateGeometry()
        self.update()

    def list_places(self, width: float) -> list[QRectF]:
        """Return where the words lie in so many pixels."""
        if self.heat is None:
            return []
        from PySide6.QtGui import QFontMetricsF

        metrics = QFontMetricsF(text_font(12))
        close = all(len(name) <= 1 for name in self.heat.names)
        around, gap = (2, 0) if close else (WORD, 3)
        x = y = 0.0
        places = []
        for name in self.heat.names[:MOST_WORDS]:
            wide = min(metrics.horizontalAdvance(BLANKS.get(name, name)) + 2 * around, max(width, 20))
            if x and x + wide > width:
                x, y = 0.0, y + LINE
            places.append(QRectF(x, y, wide, LINE - 4))
            x = 0.0 if name == "\n" else x + wide + gap
            y += LINE if name == "\n" else 0
        return places

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        places = self.list_places(width)
        return round(places[-1].bottom()) + 4 if places else 30

    def sizeHint(self) -> QSize:
        return QSize(300, self.heightForWidth(max(self.width(), 300)))

    def paint(self, painter: QPainter) -> None:
        if self.heat is None:
            return
        theme, heat = self.theme, self.heat
        painter.setFont(text_font(12))
        places = self.list_places(self.width())
        for place, name, value in zip(places, heat.names, heat.values.tolist(), strict=False):
            ground = tint_of(theme, theme.card, value, self.limit)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(place, 3, 3)
            ink = max((theme.text, theme.window), key=lambda code: contrast(code, ground.name()))
            painter.setPen(colour(ink))
            word = painter.fontMetrics().elidedText(
                BLANKS.get(name, name), Qt.TextElideMode.ElideRight, int(place.width())
            )
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, word)
        painter.setFont(text_font(SMALL))
        for place, name, value in zip(places, heat.names, heat.values.tolist(), strict=False):
            if self._at is not None and place.contains(self._at):
                lines = [(BLANKS.get(name, name)[:40], theme.text), (write_heat(value), theme.muted)]
                draw_note(painter, theme, self._at, lines, QRectF(self.rect()))


class HeatSeries(PointedPlot):
    """A line of numbers over bands in the colours of their values."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.heat: Heat | None = None
        self.limit = 1.0
        self.setMinimumSize(150, 90)
        self.setAccessibleName("heat over the series")

    def show_heats(self, heats: Sequence[Heat], *, signed: bool) -> None:
        """Show the heat of a series."""
        self.heat, self.limit = heats[0], find_limit(heat.values for heat in heats)
        step = int(np.abs(self.heat.values).argmax())
        self.setAccessibleDescription(f"most at step {step + 1}: {write_heat(float(self.heat.values[step]))}")
        self.update()

    def paint(self, painter: QPainter) -> None:
        if self.heat is None:
            return
        theme, area, values = self.theme, self.area, self.heat.values
        numbers = self.heat.sample.astype(np.float64)
        count = len(values)
        self.x_axis = Axis(0.5, count + 0.5)
        self.y_axis, up = fit_axis(
            float(np.nanmin(numbers)), float(np.nanmax(numbers)), max(int(area.height() / 34), 2)
        )
        width = area.width() / count
        for step, value in enumerate(values.tolist()):
            band = QRectF(area.left() + step * width, area.top(), width + 0.5, area.height())
            painter.fillRect(band, tint_of(theme, theme.panel, value, self.limit))
        across = list_ticks(1, max(count, 2), max(int(area.width() / 50), 2), whole=True)
        self.draw_grid(painter, across, up)
        x = self.pixels_x(np.arange(1, count + 1, dtype=np.float64))
        for channel in numbers.T[:8]:
            draw_line(painter, x, self.pixels_y(channel), colour(theme.text), 1.5)
        if self._at is not None and area.contains(self._at):
            step = min(int((self._at.x() - area.left()) / width), count - 1)
            at = QPointF(float(x[step]), float(self.pixels_y(numbers[step, :1])[0]))
            lines = [(f"step {step + 1}: {write_tick(float(f'{numbers[step, 0]:.4g}'))}", theme.muted)]
            lines.append((write_heat(float(values[step])), theme.text))
            draw_note(painter, theme, at, lines, QRectF(self.rect()))


class HeatBars(QWidget):
    """A bar for each column, the most important first: what it is, what the sample has there, and what that adds."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.rows: list[tuple[str, str, float]] = []
        self.setAccessibleName("columns and what they add")
        self.setMinimumWidth(170)
        self._signed = True

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        self.theme = theme
        self.update()

    def show_heats(self, heats: Sequence[Heat], *, signed: bool) -> None:
        """Show the heats of columns."""
        rows = [row for heat in heats for row in zip(heat.names, heat.given, heat.values.tolist(), strict=True)]
        self.rows = sorted(rows, key=lambda row: -abs(row[2]))[:MOST_ROWS]
        self._signed = signed
        self.setMinimumHeight(ROW * len(self.rows) + 4)
        self.setAccessibleDescription("; ".join(f"{name} {write_heat(value)}" for name, _, value in self.rows[:8]))
        self.update()

    def paintEvent(self, event) -> None:
        painter = QPainter(self)
        painter.setFont(text_font(11))
        if not self.rows:
            return
        metrics = painter.fontMetrics()
        numbers = max(metrics.horizontalAdvance(self._write(value)) for _, _, value in self.rows) + 8.0
        texts = max(metrics.horizontalAdvance(f"{name} {given}") for name, given, _ in self.rows) + 16.0
        texts = min(texts, self.width() * 0.5)
        room = max(self.width() - texts - numbers - 4, 20.0) / (2 if self._signed else 1)
        zero = texts + (room if self._signed else 0)
        scale = room / find_limit([np.array([value for _, _, value in self.rows])])
        seen = event.rect().adjusted(0, -ROW, 0, ROW)
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        for place, (name, given, value) in enumerate(self.rows):
            y = ROW * place + 2
            if not seen.top() <= y <= seen.bottom():
                continue
            self._write_name(painter, QRectF(0, y, texts - 8, ROW), name, given.replace("\n", " "))
            bar = QRectF(min(zero, zero + value * scale), y + 4, max(abs(value) * scale, 1.0), ROW - 8)
            painter.fillRect(bar, colour(hue_of(self.theme, value)))
            painter.setPen(colour(self.theme.text))
            painter.drawText(QRectF(self.width() - numbers, y, numbers - 4, ROW), right, self._write(value))
        painter.setPen(QPen(colour(self.theme.wire), 1))
        painter.drawLine(QPointF(zero, 0), QPointF(zero, ROW * len(self.rows) + 4))

    def _write_name(self, painter: QPainter, box: QRectF, name: str, given: str) -> None:
        """Write what a column is called, and what the sample has there."""
        metrics, elide = painter.fontMetrics(), Qt.TextElideMode.ElideRight
        fits = metrics.horizontalAdvance(f"{name} {given}") + 4 <= box.width()
        name = name if fits else metrics.elidedText(name, elide, int(box.width() * (0.62 if given else 1)))
        painter.setPen(colour(self.theme.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, name)
        rest = box.adjusted(metrics.horizontalAdvance(name) + 6, 0, 0, 0)
        painter.setPen(colour(self.theme.muted))
        painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, metrics.elidedText(given, elide, int(rest.width())))

    def _write(self, value: float) -> str:
        return write_heat(value) if self._signed else write_tick(float(f"{value:.3g}"))
