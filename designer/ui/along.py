"""Shows along the canvas what each layer gives for the sample that is tried: feature maps, units as bars, sequences."""

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QImage, QPainter

from designer.ui.canvas.outputs import Output
from designer.ui.plots.heat import find_range, make_image, make_palette, mean_blocks, paint_values
from designer.ui.theme import Theme, colour, text_font

if TYPE_CHECKING:
    from designer.engine.trying.bench import Reply, Sample
    from designer.ui.plots.activity import ActivityPanel
    from designer.ui.trying import Trying
    from designer.ui.window import Window

CANVAS, ACTIVITY = "canvas", "activity"  # who wants to see what layers give
SIDE = 48  # pixels of a map beside a card
BARS, TALL = 52, 26  # units that each have a bar, and how high bars are
MAPS = 4  # of a layer that are shown


class Along(QObject):
    """Keeps the pictures beside the cards in view up to date with the reply to the sample of the shown document."""

    def __init__(self, window: "Window", trying: "Trying") -> None:
        super().__init__(trying)
        self._window, self._trying = window, trying
        trying.sample_changed.connect(self.refresh)
        trying.changed.connect(self.refresh)
        window.editor.view_changed.connect(self._follow)

    def show(self, on: bool) -> None:
        """Show what layers give, or no longer."""
        self._trying.see(CANVAS, on)
        self.refresh()

    def refresh(self) -> None:
        """Show what layers give, or nothing where that is not wanted."""
        canvas, trying = self._window.canvas, self._trying
        sample, reply = trying.sample, trying.reply
        compared = self._window.editor.document.compared is not None
        wanted = trying.sees_for(CANVAS) and not compared and sample is not None and reply is not None
        outputs = self._list_outputs(sample, reply) if wanted and reply.activations else {}
        if outputs or canvas.sheet.outputs:
            canvas.sheet.outputs = outputs
            canvas.viewport().update()

    def _follow(self) -> None:
        if self._trying.sees_for(CANVAS):
            self.refresh()

    def _list_outputs(self, sample: "Sample", reply: "Reply") -> dict[str, Output]:
        """Return the picture of each card in view of which something is known."""
        editor, theme = self._window.editor, self._window.theme
        inputs = list(sample.x) if isinstance(sample.x, tuple) else [sample.x]
        outputs = list(reply.outputs) if isinstance(reply.outputs, tuple) else [reply.outputs]
        found: dict[str, Output] = {}
        for node, known in editor.view_inference.nodes.items():
            role = known.spec.role if known.spec is not None else ""
            values = None
            if role == "input" and inputs and not editor.document.way:
                values = inputs.pop(0)[0].float().numpy()
            elif role == "output" and outputs and not editor.document.way:
                values = outputs.pop(0)[0].float().numpy()
            else:
                values = find_values(reply, editor.key_of(node))
            if values is not None and values.size:
                family = known.spec.family if known.spec is not None else "custom"
                found[node] = Output(draw_output(values, theme, family), describe_values(values))
        return found


def serve_activity(panel: "ActivityPanel", trying: "Trying") -> None:
    """Let the Activity tab show what layers give for the sample that is tried, where that is wanted."""
    from designer.engine.seeing import Example

    def tell() -> None:
        sample, reply, bench = trying.sample, trying.reply, trying.bench
        if sample is None or reply is None or bench is None:
            panel.show_own({}, None)
            return
        x, y, answer = (_take_first(bundle) for bundle in (sample.x, sample.y, reply.outputs))
        count = bench.stock.count if bench.stock is not None else 1
        panel.show_own(reply.activations, Example(max(sample.number, 0), count, x, y, answer))

    panel.mine_wanted.connect(lambda on: trying.see(ACTIVITY, on))
    trying.sample_changed.connect(tell)
    tell()


def _take_first(bundle: Any) -> np.ndarray:
    """Return the one row of the first of some tensors as numbers; none of nothing."""
    if bundle is None:
        return np.zeros(0, np.float32)
    found: np.ndarray = (bundle[0] if isinstance(bundle, tuple) else bundle)[0].float().numpy()
    return found


def find_values(reply: "Reply", key: str) -> np.ndarray | None:
    """Return what a layer gave, or the last of those within a block."""
    seen = reply.activations
    if key in seen:
        return seen[key].values
    inside = [each for name, each in seen.items() if name.startswith((f"{key}/", f"{key}["))]
    return inside[-1].values if key and inside else None


def draw_output(values: np.ndarray, theme: Theme, family: str) -> QImage:
    """Return what a layer gave as a small picture: some of its maps, its units as bars, or a sequence as a matrix."""
    values = np.where(np.isfinite(values), values, 0).astype(np.float32)
    if values.ndim >= 3 and min(values.shape[-2:]) > 1:
        maps = values.reshape(-1, *values.shape[-2:])
        return _draw_maps(maps[:MAPS] if len(maps) >= MAPS else maps[:1], theme)
    if values.ndim >= 2 and min(values.shape[0], values.size // len(values)) > 1:
        return _paint(values.reshape(len(values), -1), theme)
    if values.size == 1:
        return _write_number(float(values.ravel()[0]), theme)
    return _draw_bars(values.ravel(), theme, family)


def _write_number(value: float, theme: Theme) -> QImage:
    """Return one number as a picture of it."""
    image = QImage(2 * BARS, 40, QImage.Format.Format_RGB32)
    image.fill(colour(theme.canvas))
    painter = QPainter(image)
    painter.setFont(text_font(24))
    painter.setPen(colour(theme.text))
    painter.drawText(image.rect(), Qt.AlignmentFlag.AlignCenter, f"{value:.3g}".replace("-", "−"))
    painter.end()
    return image


def _draw_maps(maps: np.ndarray, theme: Theme) -> QImage:
    if len(maps) == 1:
        return _paint(maps[0], theme)
    small = np.stack([mean_blocks(np.ascontiguousarray(one), SIDE // 2, SIDE // 2)[0] for one in maps])
    height, width = small.shape[1:]
    pixels = paint_values(small, find_range(small), make_palette(theme))
    whole = np.full((2 * height + 1, 2 * width + 1), np.uint32(colour(theme.border).rgb()), np.uint32)
    for place, one in enumerate(pixels):
        top, left = place // 2 * (height + 1), place % 2 * (width + 1)
        whole[top : top + height, left : left + width] = one
    return make_image(whole)


def _paint(matrix: np.ndarray, theme: Theme) -> QImage:
    """Return a matrix in the colours of heat maps, of at most so many pixels as are seen."""
    small, _ = mean_blocks(np.ascontiguousarray(matrix), SIDE, SIDE)
    return make_image(paint_values(small, find_range(small), make_palette(theme)))


def _draw_bars(units: np.ndarray, theme: Theme, family: str) -> QImage:
    """Return units as bars from 0, those that are many put together: of each the one furthest from 0."""
    if len(units) > BARS:
        parts = np.array_split(units, BARS)
        units = np.array([part[np.abs(part).argmax()] for part in parts])
    wide = max(BARS // len(units), 1)
    low, high = min(float(units.min()), 0.0), max(float(units.max()), 0.0)
    span = (high - low) or 1.0
    rows = np.arange(TALL)[:, None] + 0.5
    tops = TALL * (high - np.maximum(units, 0)) / span
    bottoms = TALL * (high - np.minimum(units, 0)) / span
    inside = (rows >= np.floor(tops)[None]) & (rows <= np.ceil(bottoms)[None])
    ground, ink = (np.uint32(colour(code).rgb()) for code in (theme.canvas, theme.family[family]))
    pixels = np.where(inside, ink, ground).repeat(wide, 1).astype(np.uint32)
    if wide > 3:  # a gap between two
        pixels[:, wide - 1 :: wide] = ground
    return make_image(pixels)


def describe_values(values: np.ndarray) -> str:
    """Return sizes and range of what a layer gave in one line."""
    sizes = " × ".join(map(str, values.shape))
    low, high = float(values.min()), float(values.max())
    return f"for this sample: {sizes} numbers from {low:.3g} to {high:.3g}".replace("-", "−")
