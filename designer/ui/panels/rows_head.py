"""The head of the rows of a table: of each column its name, type, role, what is missing, and how its values are spread."""

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPolygonF
from PySide6.QtWidgets import QHeaderView, QWidget

from designer.data import Column
from designer.data.summary import Spread
from designer.document.wording import show_name
from designer.ui.panels.bars import list_inks, paint_bars
from designer.ui.panels.rows_model import FrameModel
from designer.ui.theme import Theme, colour

HEIGHT = 64
KINDS = {"number": "number", "class": "text", "text": "text", "date": "date", "empty": "empty"}
MARGIN = 6


class RowsHead(QHeaderView):
    """Paints the columns; their spreads come when they are worked out."""

    def __init__(self, model: FrameModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._model, self.theme = model, theme
        self.spreads: Mapping[str, Spread] = {}
        self.roles: Mapping[str, str] = {}
        self.setSectionsClickable(True)
        self.setSectionsMovable(False)
        self.setHighlightSections(False)
        self.setSortIndicatorClearable(True)
        self.setDefaultSectionSize(118)
        self.setMinimumSectionSize(48)
        self.setAccessibleName("columns")

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), HEIGHT)

    def describe(self, place: int) -> str:
        """Return what a head says in words, for a tip and a screen reader."""
        column = self._model.column_at(place)
        if column is None:
            return "part: what the split makes of the row"
        role = self.roles.get(column.name, "ignore")
        return f"{show_name(column.name)}: {name_kind(column)}, {role}, {self._tell_missing(column) or 'none missing'}"

    def _tell_missing(self, column: Column) -> str:
        rows = self._model.table.rows if self._model.table is not None else 0
        if not column.missing or not rows:
            return ""
        share = 100 * column.missing / rows
        return f"{share:.0f} % missing" if share >= 1 else "< 1 % missing"

    def paintSection(self, painter: QPainter, rect: QRect, place: int) -> None:
        if not rect.isValid():
            return
        theme, room = self.theme, QRectF(rect)
        painter.save()
        painter.setClipRect(rect)
        painter.fillRect(room, colour(theme.panel))
        painter.setPen(colour(theme.border))
        painter.drawLine(room.bottomLeft() - QPointF(0, 1), room.bottomRight() - QPointF(0, 1))
        painter.drawLine(room.topRight() - QPointF(1, -6), room.bottomRight() - QPointF(1, 6))
        inner = room.adjusted(MARGIN, 4, -MARGIN, -3)
        self._paint_name(painter, inner, place)
        column = self._model.column_at(place)
        if column is not None:
            self._paint_facts(painter, inner, column)
            spread = self.spreads.get(column.name)
            if spread is not None:
                bars = QRectF(inner.left(), inner.top() + 33, inner.width(), inner.height() - 34)
                paint_bars(painter, bars, spread, list_inks(theme, 1), 0.5 if spread.edges else 1)
        painter.restore()

    def _paint_name(self, painter: QPainter, room: QRectF, place: int) -> None:
        font = QFont(painter.font())
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(colour(self.theme.text))
        sorted_by = self.sortIndicatorSection() == place
        text = str(self._model.headerData(place, Qt.Orientation.Horizontal))
        width = round(room.width()) - (14 if sorted_by else 0)
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width)
        painter.drawText(QRectF(room.left(), room.top(), width, 16), Qt.AlignmentFlag.AlignLeft, shown)
        font.setBold(False)
        painter.setFont(font)
        if sorted_by:
            rises = self.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
            tip, foot = (4, 10) if rises else (11, 5)
            right, top = room.right(), room.top()
            arrow = [QPointF(right - 9, top + foot), QPointF(right - 1, top + foot), QPointF(right - 5, top + tip)]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(self.theme.accent))
            painter.drawPolygon(QPolygonF(arrow))

    def _paint_facts(self, painter: QPainter, room: QRectF, column: Column) -> None:
        theme, metrics = self.theme, painter.fontMetrics()
        role, line = self.roles.get(column.name, "ignore"), QRectF(room.left(), room.top() + 15, room.width(), 15)
        missing = self._tell_missing(column)
        words = missing.removesuffix(" missing")
        painter.setPen(colour(theme.warning))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight, words)
        width = round(line.width()) - (metrics.horizontalAdvance(words) + 6 if words else 0)
        painter.setPen(colour(theme.accent if role not in ("feature", "ignore") else theme.muted))
        text = f"{role} · {name_kind(column)}"
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft, metrics.elidedText(text, Qt.TextElideMode.ElideRight, width))


def name_kind(column: Column) -> str:
    """Return the type of a column in a word."""
    return "whole" if column.whole else KINDS[column.kind]
