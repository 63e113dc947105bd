"""One comment or frame on the canvas: what it says and where it lies."""

import functools

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF

from designer.document.drawing import Remark
from designer.ui.canvas.geometry import Box, Point
from designer.ui.theme import text_font

WIDEST = 264.0  # canvas units of a comment's text; longer lines are broken
LEAST_WIDTH, LEAST_HEIGHT = 96.0, 34.0
PADDING = 10.0
TEXT_SIZE = 12.0
LONGEST = 2_000  # characters that are shown
BREAK = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop


class RemarkItem:
    """A comment or a frame, the box it fills, and its grip: a frame is taken hold of by its title, a comment anywhere."""

    __slots__ = ("box", "grip", "key", "remark")

    def __init__(self, key: str, remark: Remark, box: Box, grip: Box) -> None:
        self.key = key
        self.remark = remark
        self.box = box
        self.grip = grip

    def is_hit(self, point: Point) -> bool:
        """Return whether a point lies on what is taken hold of."""
        return self.grip.holds(point)


def shown_text(remark: Remark) -> str:
    """Return what is written: a frame's in one line, a word in the place of nothing."""
    text = remark.text[:LONGEST]
    if remark.is_frame:
        text = " ".join(text.split())
    return text or ("Frame" if remark.is_frame else "Comment")


@functools.lru_cache(maxsize=4096)
def measure_comment(text: str) -> tuple[float, float]:
    """Return width and height of a comment with this text."""
    metrics = QFontMetricsF(text_font(TEXT_SIZE))
    area = metrics.boundingRect(QRectF(0, 0, WIDEST, 1e6), int(BREAK), text[:LONGEST] or "Comment")
    return (
        max(LEAST_WIDTH, round(area.width()) + 2 * PADDING + 4),
        max(LEAST_HEIGHT, round(area.height()) + 2 * PADDING - 4),
    )
