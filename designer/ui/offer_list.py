"""A list of offers under a search field: what it holds, how a row is drawn, how keys go through it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from designer.document.graph import NO_PARAMETERS, Parameters
from designer.ui.theme import Theme, colour, text_font
from designer.ui.words import write_tip

ROWS, ROW_HEIGHT = 9, 24
LEAST_DETAIL = 48  # logical pixels: less of a detail says nothing
OFFER = Qt.ItemDataRole.UserRole

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Offer:
    """One row: its title, what is said of it at the right, and a short note in a frame ("recent", a shortcut).

    `family` colours the bar before it. `settings` are parameters that come with the choice of a layer. One that is not
    `enabled` is shown dim and cannot be chosen.
    """

    key: str
    title: str
    detail: str = ""
    note: str = ""
    family: str = ""
    tip: str = ""
    settings: Parameters = NO_PARAMETERS
    enabled: bool = True

    @property
    def spoken(self) -> str:
        """The row in words, for those who cannot see it."""
        parts = (self.title, self.detail, self.note, "" if self.enabled else "not possible now")
        return ", ".join(part for part in parts if part)


class OfferModel(QAbstractListModel):
    """The offers of a list."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.offers: Sequence[Offer] = ()

    def show(self, offers: Sequence[Offer]) -> None:
        """Hold these from now on."""
        self.beginResetModel()
        self.offers = offers
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (as Qt declares it)
        return 0 if parent.isValid() else len(self.offers)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        offer = self.offers[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return offer.title
        if role == OFFER:
            return offer
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return offer.spoken
        return write_tip(offer.tip) if role == Qt.ItemDataRole.ToolTipRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        on = index.isValid() and self.offers[index.row()].enabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable if on else Qt.ItemFlag.NoItemFlags


class OfferDelegate(QStyledItemDelegate):
    """Draws one offer: colour bar, title, detail, note."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        offer: Offer = index.data(OFFER)
        theme, area = self.theme, QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setBrush(colour(theme.card_hover))
            painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), 4, 4)
        if offer.family:
            painter.setBrush(colour(theme.family[offer.family]))
            painter.drawRoundedRect(QRectF(area.left() + 8, area.center().y() - 5, 4, 11), 1.5, 1.5)
        left, right = area.left() + (20 if offer.family else 10), area.right() - 8
        if offer.note:
            right = self._paint_note(painter, area, right, offer.note)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(colour(theme.text if offer.enabled else theme.muted))
        painter.setFont(text_font(theme.metrics.font_size + 1))
        room = QRectF(left, area.top(), max(0.0, right - left), area.height())
        title = painter.fontMetrics().elidedText(offer.title, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, middle, title)
        room.setLeft(left + painter.fontMetrics().horizontalAdvance(title) + 12)
        if offer.detail and room.width() > LEAST_DETAIL:
            painter.setPen(colour(theme.muted))
            painter.setFont(text_font(theme.metrics.font_size - 1))
            detail = painter.fontMetrics().elidedText(offer.detail, Qt.TextElideMode.ElideRight, int(room.width()))
            painter.drawText(room, middle | Qt.AlignmentFlag.AlignRight, detail)
        painter.restore()

    def _paint_note(self, painter: QPainter, area: QRectF, right: float, note: str) -> float:
        """Draw the note at the right end; return where it begins."""
        theme = self.theme
        painter.setFont(text_font(theme.metrics.font_size - 1))
        width = painter.fontMetrics().horizontalAdvance(note) + 10
        frame = QRectF(right - width, area.center().y() - 8, width, 17)
        painter.setPen(QPen(colour(theme.border), 1))
        painter.setBrush(colour(theme.card))
        painter.drawRoundedRect(frame, 3.5, 3.5)
        painter.setPen(colour(theme.muted))
        painter.drawText(frame, Qt.AlignmentFlag.AlignCenter, note)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        return right - width - 8


class OfferList(QListView):
    """The list. It never has the focus: the search field above it hands over the keys that go through it."""

    chosen = Signal(object)  # the Offer that was clicked

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offers = OfferModel(self)
        self._delegate = OfferDelegate(theme, self)
        self.setModel(self._offers)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(name)
        self.setUniformItemSizes(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.entered.connect(self._point_at)
        self.clicked.connect(self._choose)

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of a theme."""
        self._delegate.theme = theme

    @property
    def offers(self) -> Sequence[Offer]:
        """What is offered now."""
        return self._offers.offers

    @property
    def titles(self) -> list[str]:
        """The titles of the rows."""
        return [offer.title for offer in self.offers]

    @property
    def current(self) -> Offer | None:
        """The offer that Enter would choose."""
        row = self.currentIndex().row()
        return self.offers[row] if 0 <= row < len(self.offers) and self.offers[row].enabled else None

    def offer(self, offers: Sequence[Offer], row: int | None = None) -> None:
        """Show these, at a row, or at the first that can be chosen; the list is as high as it needs to be."""
        self._offers.show(offers)
        first = next((place for place, offer in enumerate(offers) if offer.enabled), -1)
        self.go_to(first if row is None else row)
        self.setVisible(bool(offers))
        self.setFixedHeight(ROW_HEIGHT * min(ROWS, max(1, len(offers))) + 2)

    def go_to(self, row: int) -> None:
        """Make a row the current one and bring it into view."""
        self.setCurrentIndex(self._offers.index(row) if row >= 0 else QModelIndex())

    def step(self, by: int) -> None:
        """Go so many rows on, past those that cannot be chosen, and round at the ends."""
        offers = self.offers
        row, sign = self.currentIndex().row(), 1 if by > 0 else -1
        if abs(by) > 1:  # a page: to the end and not beyond
            row = min(max(row + by, 0), len(offers) - 1) - sign
        for _ in range(len(offers)):
            row = (row + sign) % len(offers)
            if offers[row].enabled:
                self.go_to(row)
                return

    def press(self, key: int) -> bool:
        """Do what a key of the search field means for the list; return whether it means anything."""
        steps = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_PageDown: ROWS - 1,
            Qt.Key.Key_PageUp: 1 - ROWS,
        }
        if key not in steps:
            return False
        self.step(steps[Qt.Key(key)])
        return True

    def _point_at(self, index: QModelIndex) -> None:
        if self.offers[index.row()].enabled:
            self.setCurrentIndex(index)

    def _choose(self, index: QModelIndex) -> None:
        if self.offers[index.row()].enabled:
            self.chosen.emit(self.offers[index.row()])
