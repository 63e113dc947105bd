"""What figures are drawn with: boxes, grids, arrows and words in the colours of a theme, on a sheet of 270 x 110."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from designer.catalogue.parameters import Values
from designer.catalogue.spec import Inputs, LayerSpec, Outputs
from designer.ui.figures import HEIGHT
from designer.ui.theme import Theme, colour, fixed_font, mix, text_font

MIDDLE = HEIGHT / 2
ARROW = 3.2  # half the width of an arrow's head

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Subject:
    """The layer that a figure is of: its settings and what goes in and comes out, real or as an example."""

    spec: LayerSpec
    values: Values
    inputs: Inputs
    outputs: Outputs

    @property
    def sizes(self) -> tuple[int, ...]:
        """Sizes of one sample of the first input; one number where there is none."""
        return self.inputs[0].sizes if self.inputs and self.inputs[0].sizes else (1,)

    @property
    def result(self) -> tuple[int, ...]:
        """Sizes of one sample of the first output."""
        return self.outputs[0].sizes if self.outputs and self.outputs[0].sizes else (1,)


class Brush:
    """Draws on a sheet. Colours go by their role in the theme; "family" is that of the layer."""

    def __init__(self, painter: QPainter, theme: Theme, family: str) -> None:
        self.painter = painter
        self.theme = theme
        self._family = theme.family[family]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def shade(self, role: str, share: float = 1.0) -> str:
        """Return a role's colour, `share` of the way from the ground to it; "#merge" is that of the family merge.

        "rule" is that of thin lines between cells.
        """
        if role == "rule":
            return mix(self.theme.window, self.theme.muted, 0.42)
        if role.startswith("#"):
            code = self.theme.family[role[1:]]
        else:
            code = self._family if role == "family" else getattr(self.theme, role)
        return code if share >= 1 else mix(self.theme.window, code, max(0.0, share))

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str = "",
        line: str = "muted",
        *,
        share: float = 1.0,
        radius: float = 1.5,
        dashed: bool = False,
        pen: float = 1.0,
    ) -> None:
        """Draw a box; `fill` and `line` are roles, "" for none, `share` the strength of the fill."""
        self._pen(line, pen, dashed)
        self.painter.setBrush(colour(self.shade(fill, share)) if fill else Qt.BrushStyle.NoBrush)
        self.painter.drawRoundedRect(QRectF(x, y, width, height), radius, radius)

    def cells(
        self,
        x: float,
        y: float,
        columns: int,
        rows: int,
        cell: float,
        strength: Callable[[int, int], float] | None = None,
        text: Callable[[int, int], str] | None = None,
        *,
        role: str = "family",
        line: str = "rule",
    ) -> None:
        """Draw a grid; `strength(column, row)` fills a cell, 0 leaves it empty; `text(column, row)` is written in it."""
        for row in range(rows):
            for column in range(columns):
                share = strength(column, row) if strength else 0.0
                left, top = x + column * cell, y + row * cell
                self.box(left, top, cell, cell, role if share > 0 else "", line, share=share, radius=0)
                if text:
                    self.write(text(column, row), left, top, cell, cell, size=min(9.5, cell * 0.68), role="text")

    def line(self, start: Point, end: Point, role: str = "muted", width: float = 1.0, *, dashed: bool = False) -> None:
        """Draw a straight line."""
        self._pen(role, width, dashed)
        self.painter.drawLine(QPointF(*start), QPointF(*end))

    def path(self, points: Sequence[Point], role: str = "family", width: float = 1.8, *, dashed: bool = False) -> None:
        """Draw a line through points."""
        self._pen(role, width, dashed)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawPolyline(QPolygonF([QPointF(*point) for point in points]))

    def shape(self, points: Sequence[Point], fill: str, share: float = 1.0, line: str = "") -> None:
        """Draw a filled polygon."""
        self._pen(line, 1.0)
        self.painter.setBrush(colour(self.shade(fill, share)))
        self.painter.drawPolygon(QPolygonF([QPointF(*point) for point in points]))

    def arrow(self, start: Point, end: Point, role: str = "muted", width: float = 1.2, *, dashed: bool = False) -> None:
        """Draw a line with a head at its end."""
        dx, dy = end[0] - start[0], end[1] - start[1]
        length = max((dx * dx + dy * dy) ** 0.5, 0.01)
        dx, dy = dx / length, dy / length
        neck = (end[0] - dx * ARROW * 1.6, end[1] - dy * ARROW * 1.6)
        self.line(start, neck, role, width, dashed=dashed)
        side = (-dy * ARROW, dx * ARROW)
        self.shape((end, (neck[0] + side[0], neck[1] + side[1]), (neck[0] - side[0], neck[1] - side[1])), role)

    def dot(
        self, x: float, y: float, radius: float, fill: str = "family", line: str = "", *, share: float = 1.0
    ) -> None:
        """Draw a filled circle."""
        self._pen(line, 1.2)
        self.painter.setBrush(colour(self.shade(fill, share)) if fill else Qt.BrushStyle.NoBrush)
        self.painter.drawEllipse(QPointF(x, y), radius, radius)

    def cross(self, x: float, y: float, radius: float, role: str = "error") -> None:
        """Cross something out."""
        self.line((x - radius, y - radius), (x + radius, y + radius), role, 1.6)
        self.line((x - radius, y + radius), (x + radius, y - radius), role, 1.6)

    def write(
        self,
        text: str,
        x: float,
        y: float,
        width: float,
        height: float = 13,
        *,
        role: str = "muted",
        size: float = 9.5,
        fixed: bool = False,
        align: str = "centre",
    ) -> None:
        """Write a line of text into a box, shortened where it does not fit."""
        flag = {"left": Qt.AlignmentFlag.AlignLeft, "right": Qt.AlignmentFlag.AlignRight}.get(
            align, Qt.AlignmentFlag.AlignHCenter
        )
        font = fixed_font(20) if fixed else text_font(20)
        painter, scale = self.painter, size / 20  # drawn at 20 pixels and scaled: fonts have whole pixels only
        painter.save()
        painter.translate(x, y)
        painter.scale(scale, scale)
        painter.setFont(font)
        painter.setPen(colour(self.shade(role)))
        room = QRectF(0, 0, width / scale, height / scale)
        short = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()) + 1)
        painter.setClipRect(room)
        painter.drawText(room, flag | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, short)
        painter.restore()

    def _pen(self, role: str, width: float, dashed: bool = False) -> None:
        if not role:
            self.painter.setPen(Qt.PenStyle.NoPen)
            return
        pen = QPen(colour(self.shade(role)), width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        if dashed:
            pen.setStyle(Qt.PenStyle.CustomDashLine)
            pen.setDashPattern([3, 2.5])
        self.painter.setPen(pen)


def scatter(*at: int) -> float:
    """Return a number from 0 to 1 that looks drawn at random and is always the same for the same place."""
    mixed = 2166136261
    for number in at:
        mixed = ((mixed ^ (number + 977)) * 16777619) & 0xFFFFFFFF
        mixed ^= mixed >> 13
    mixed = (mixed * 0x5BD1E995) & 0xFFFFFFFF
    return ((mixed >> 8) & 0xFFFF) / 0xFFFF


def by(sizes: Sequence[int]) -> str:
    """Return sizes as they are written: 64 × 28 × 28."""
    return " × ".join(f"{size}" for size in sizes)
