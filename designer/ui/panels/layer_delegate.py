"""How a row of the palette is drawn: a family as a quiet heading, a layer with its family's colour bar."""

from PySide6.QtCore import QModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from designer.ui.theme import Theme, colour, text_font

KIND = Qt.ItemDataRole.UserRole
FAMILY = Qt.ItemDataRole.UserRole + 1


class LayerDelegate(QStyledItemDelegate):
    """Draws a family as a quiet heading and a layer with its family's colour bar."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        heading = not index.data(KIND)
        return QSize(120, 26 if heading and index.row() else 22 if heading else 20)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, area = self.theme, QRectF(option.rect)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if selected or (hovered and index.data(KIND)):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(theme.card_hover if selected else theme.card))
            painter.drawRoundedRect(area.adjusted(-6, 0.5, -2, -0.5), 4, 4)
        if option.state & QStyle.StateFlag.State_HasFocus and selected:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour(theme.accent), 1))
            painter.drawRoundedRect(area.adjusted(-6, 0.5, -2, -0.5), 4, 4)
        if index.data(KIND):
            self._paint_layer(painter, area, index)
        else:
            self._paint_family(painter, area, index, bool(option.state & QStyle.StateFlag.State_Open))
        painter.restore()

    def _paint_layer(self, painter: QPainter, area: QRectF, index: QModelIndex) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.family[index.data(FAMILY)]))
        painter.drawRoundedRect(QRectF(area.left(), area.center().y() - 5, 4, 11), 1.5, 1.5)
        painter.setPen(colour(self.theme.text))
        painter.setFont(text_font(self.theme.metrics.font_size + 1))
        room = area.adjusted(12, 0, 0, 0)
        text = painter.fontMetrics().elidedText(index.data(), Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_family(self, painter: QPainter, area: QRectF, index: QModelIndex, is_open: bool) -> None:
        middle = area.center().y() + (2 if index.row() else 0)
        painter.setPen(QPen(colour(self.theme.muted), 1.3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        x = area.left() + 6
        tip = ((-3, -1.5), (0, 1.5), (3, -1.5)) if is_open else ((-1.5, -3), (1.5, 0), (-1.5, 3))
        painter.drawPolyline([QPointF(x + dx, middle + dy) for dx, dy in tip])
        painter.setPen(colour(self.theme.muted))
        painter.setFont(text_font(self.theme.metrics.font_size, QFont.Weight.Medium))
        text = area.adjusted(14, 4 if index.row() else 0, 0, 0)
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, index.data())
