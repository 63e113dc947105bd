"""Drawing of frames, below everything else, and of comments."""

from collections.abc import Iterator

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from designer.document.drawing import FRAME_MARGINS
from designer.ui.canvas.geometry import Box
from designer.ui.canvas.marks import Marks
from designer.ui.canvas.pens import make_pen, make_rect, make_thin_pen
from designer.ui.canvas.remark_item import BREAK, PADDING, TEXT_SIZE, RemarkItem, shown_text
from designer.ui.canvas.sheet import Sheet
from designer.ui.canvas.sights import Sight, Sights
from designer.ui.theme import Theme, colour, hue_colour, mix, text_font

NARROWEST_TITLE = 40.0  # pixels of a frame whose words are still written: of less, nothing can be read
ROUND_SCALE = 0.25  # from here on corners are seen to be round
READ_SCALE = 0.5  # from here on the words of a comment can be read
TITLE_PIXELS = 11.0  # a frame's words are never smaller than this on the screen,
LARGEST_LOW_TITLE = 34.0  # and never larger than this many canvas units where they stand between two cards,
LARGEST_TITLE = 60.0  # or this many where they stand over everything
LINE = 1.3  # height of a line of text to its size
CORNER = 8.0
BAR = 4.0


class RemarkPainter:
    """Draws the comments and frames of a sheet in the colours of a theme."""

    def __init__(self, sheet: Sheet, theme: Theme) -> None:
        self._sheet = sheet
        self._theme = theme

    def see(self, area: Box, marks: Marks, sights: Sights) -> None:
        """Add the frames and comments of an area to what is seen, as they lie on one another."""
        for key, item in self._sheet.remarks.items():
            box = item.box.grow(2, LARGEST_TITLE)
            if box.meets(area):
                sights.stacked["remark", key] = Sight((item.remark, key in marks.remarks, key == marks.frame), box)

    def paint_frames(self, painter: QPainter, area: Box, scale: float, marks: Marks, *, titled: bool = True) -> None:
        """Draw the frames that meet an area, outer ones first; unless `titled`, `paint_titles` is to follow."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for item in self._list_frames(area):
            self._paint_frame(painter, item, scale, marks)
            if titled:
                self._paint_title(painter, item, scale, LARGEST_LOW_TITLE)

    def paint_titles(self, painter: QPainter, area: Box, scale: float) -> None:
        """Write the titles of the frames that meet an area over everything: from far away, where cards are blocks."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for item in self._list_frames(area):
            self._paint_title(painter, item, scale, LARGEST_TITLE, plate=True)

    def paint_comments(self, painter: QPainter, area: Box, scale: float, marks: Marks) -> None:
        """Draw the comments that meet an area."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for item in self._sheet.remarks.values():
            if not item.remark.is_frame and item.box.meets(area):
                self._paint_comment(painter, item, scale, marks)

    def _list_frames(self, area: Box) -> Iterator[RemarkItem]:
        for item in self._sheet.remarks.values():
            if item.remark.is_frame and item.box.grow(0, LARGEST_TITLE).meets(area):
                yield item

    def _paint_frame(self, painter: QPainter, item: RemarkItem, scale: float, marks: Marks) -> None:
        theme = self._theme
        hue = hue_colour(theme, item.remark.hue)
        chosen, aimed = item.key in marks.remarks, item.key == marks.frame
        rim = theme.selection if chosen else theme.accent if aimed else mix(hue, theme.canvas, 0.15)
        painter.setPen(make_thin_pen(rim, 2 if chosen or aimed else 1.25))
        painter.setBrush(colour(mix(theme.canvas, hue, 0.16 if aimed else 0.09)))
        if scale < ROUND_SCALE:
            painter.drawRect(make_rect(item.box))
        else:
            painter.drawRoundedRect(make_rect(item.box), CORNER, CORNER)

    def _paint_title(
        self, painter: QPainter, item: RemarkItem, scale: float, largest: float, *, plate: bool = False
    ) -> None:
        theme, strip = self._theme, item.grip
        if (strip.right - strip.left) * scale < NARROWEST_TITLE:
            return
        hue = hue_colour(theme, item.remark.hue)
        size = min(largest, max(theme.metrics.font_size, TITLE_PIXELS / scale))
        font = text_font(size, QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(colour(mix(theme.text, hue, 0.25)))
        room = QRectF(strip.left + 12, strip.top + 2, strip.right - strip.left - 24, strip.bottom - strip.top - 2)
        below = Qt.AlignmentFlag.AlignVCenter
        if size > theme.metrics.font_size + 2:  # as large as can be read: on its cards, and not under the card above
            foot = strip.top + FRAME_MARGINS[self._sheet.flow].head - 1
            room = QRectF(room.left(), foot - LINE * size, room.width(), LINE * size)
        metrics = QFontMetricsF(font)
        text = metrics.elidedText(shown_text(item.remark), Qt.TextElideMode.ElideRight, room.width())
        if plate and text:
            around = QRectF(room.left() - 4, room.top(), metrics.horizontalAdvance(text) + 8, room.height())
            painter.fillRect(around, colour(mix(theme.canvas, hue, 0.09)))
        painter.drawText(room, int(below | Qt.AlignmentFlag.AlignLeft), text)

    def _paint_comment(self, painter: QPainter, item: RemarkItem, scale: float, marks: Marks) -> None:
        theme = self._theme
        hue = hue_colour(theme, item.remark.hue)
        chosen = item.key in marks.remarks
        rect = make_rect(item.box)
        if scale < ROUND_SCALE:
            painter.fillRect(rect, colour(theme.selection if chosen else mix(hue, theme.canvas, 0.15)))
            return
        painter.setPen(make_pen(theme.selection if chosen else mix(hue, theme.canvas, 0.15), 2 if chosen else 1))
        painter.setBrush(colour(mix(theme.card, hue, 0.12)))
        painter.drawRoundedRect(rect, 4, 4)
        painter.fillRect(QRectF(rect.left() + 1, rect.top() + 4, BAR, rect.height() - 8), colour(hue))
        if scale < READ_SCALE:
            return
        painter.setFont(text_font(TEXT_SIZE))
        painter.setPen(colour(theme.text if item.remark.text else theme.muted))
        painter.drawText(rect.adjusted(PADDING + 4, PADDING - 3, -PADDING + 6, 0), int(BREAK), shown_text(item.remark))
