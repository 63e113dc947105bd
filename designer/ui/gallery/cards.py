"""The cards of the gallery: a grid of templates, each with its picture, its title and what it shows."""

from collections.abc import Iterable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPainterPath, QTextLayout, QTextOption
from PySide6.QtWidgets import QListView, QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from designer.catalogue.templates import Template
from designer.ui.gallery.pictures import Pictures
from designer.ui.theme import Theme, colour, text_font

TEMPLATE = Qt.ItemDataRole.UserRole
PICTURE = QSize(216, 128)
GAP, INSET = 10, 10
TITLE_HEIGHT, LINE_HEIGHT, LINES = 20, 15, 2
CARD = QSize(PICTURE.width() + GAP, PICTURE.height() + INSET + TITLE_HEIGHT + LINES * LINE_HEIGHT + 8 + GAP)
RADIUS = 6


class CardDelegate(QStyledItemDelegate):
    """Draws one card."""

    def __init__(self, theme: Theme, pictures: Pictures, parent: QListWidget) -> None:
        super().__init__(parent)
        self.theme = theme
        self._pictures = pictures

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return CARD

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        template: Template = index.data(TEMPLATE)
        theme = self.theme
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        is_near = bool(option.state & QStyle.StateFlag.State_MouseOver)
        card = QRect(option.rect.left(), option.rect.top(), PICTURE.width(), CARD.height() - GAP)
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(card).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(outline, colour(theme.card_hover if is_chosen or is_near else theme.card))
        self._paint_picture(painter, template, QRect(card.topLeft(), PICTURE), outline)
        self._write(painter, template, card.adjusted(INSET, PICTURE.height() + 6, -INSET, 0))
        painter.setPen(colour(theme.accent if is_chosen else theme.border))
        painter.drawPath(outline)
        if is_chosen:  # not by colour alone: the frame is twice as strong
            painter.drawRoundedRect(QRectF(card).adjusted(1.5, 1.5, -1.5, -1.5), RADIUS - 1, RADIUS - 1)
        painter.restore()

    def _paint_picture(self, painter: QPainter, template: Template, area: QRect, outline: QPainterPath) -> None:
        picture = self._pictures.find(template, self.theme, area.size(), painter.device().devicePixelRatioF())
        painter.save()
        painter.setClipPath(outline)
        if picture is None:
            painter.fillRect(area, colour(self.theme.canvas))
        else:
            painter.drawImage(area, picture)
        painter.restore()

    def _write(self, painter: QPainter, template: Template, area: QRect) -> None:
        theme = self.theme
        title, plain = (
            text_font(theme.metrics.font_size + 1, QFont.Weight.DemiBold),
            text_font(theme.metrics.font_size - 1),
        )
        painter.setFont(title)
        painter.setPen(colour(theme.text))
        cut = QFontMetrics(title).elidedText(template.title, Qt.TextElideMode.ElideRight, area.width())
        line = QRect(area.left(), area.top(), area.width(), TITLE_HEIGHT)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, cut)
        painter.setFont(plain)
        painter.setPen(colour(theme.muted))
        for number, text in enumerate(fold_text(template.summary, plain, area.width(), LINES)):
            line = QRect(area.left(), area.top() + TITLE_HEIGHT + number * LINE_HEIGHT, area.width(), LINE_HEIGHT)
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, text)


class CardGrid(QListWidget):
    """The grid. Enter is left to the dialog; the item of a template is what a screen reader reads."""

    def __init__(self, theme: Theme, pictures: Pictures) -> None:
        super().__init__()
        self.setObjectName("cards")
        self.setAccessibleName("templates")
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setGridSize(CARD)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.delegate = CardDelegate(theme, pictures, self)
        self.setItemDelegate(self.delegate)
        pictures.painted.connect(self.viewport().update)

    @property
    def chosen(self) -> Template | None:
        """The template whose card is selected."""
        item = self.currentItem()
        return None if item is None else item.data(TEMPLATE)

    def show_templates(self, templates: Iterable[Template]) -> None:
        """Show these, best first, and choose the first: Enter opens what fits a search best."""
        templates = tuple(templates)
        self.blockSignals(True)
        self.clear()
        for template in templates:
            item = QListWidgetItem(template.title, self)
            item.setData(TEMPLATE, template)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{template.title}. {template.summary}")
            item.setToolTip(template.summary)
        self.blockSignals(False)
        self.setCurrentRow(0)
        self.scrollToItem(self.currentItem())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
        else:
            super().keyPressEvent(event)


def fold_text(text: str, font: QFont, width: int, lines: int) -> list[str]:
    """Return a text in at most so many lines of a width; the last one is cut where there is more."""
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WordWrap)
    layout.setTextOption(option)
    layout.beginLayout()
    starts = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        starts.append(line.textStart())
    layout.endLayout()
    ends = [*starts[1:lines], len(text)]
    parts = [text[start:end].strip() for start, end in zip(starts, ends, strict=False)]
    return [*parts[:-1], QFontMetrics(font).elidedText(parts[-1], Qt.TextElideMode.ElideRight, width)] if parts else []
