"""Search-to-add: a small box at the cursor, typing at once; Enter places the layer that fits best."""

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from designer.catalogue.blocks import name_kind
from designer.catalogue.registry import layers
from designer.catalogue.search import search
from designer.catalogue.spec import LayerSpec
from designer.ui.marks import make_label
from designer.ui.panels.palette import SearchLine
from designer.ui.theme import Theme, colour, text_font
from designer.ui.words import write_tip

WIDTH, ROWS, ROW_HEIGHT = 440, 9, 24
SPEC = Qt.ItemDataRole.UserRole


class ResultDelegate(QStyledItemDelegate):
    """Draws one result: colour bar, kind, summary."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        return QSize(WIDTH - 20, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        spec: LayerSpec = index.data(SPEC)
        theme, area = self.theme, QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setBrush(colour(theme.card_hover))
            painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), 4, 4)
        painter.setBrush(colour(theme.family[spec.family]))
        painter.drawRoundedRect(QRectF(area.left() + 8, area.center().y() - 5, 4, 11), 1.5, 1.5)
        painter.setPen(colour(theme.text))
        painter.setFont(text_font(theme.metrics.font_size + 1))
        painter.drawText(area.adjusted(20, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, name_kind(spec))
        used = painter.fontMetrics().horizontalAdvance(name_kind(spec)) + 32
        painter.setPen(colour(theme.muted))
        painter.setFont(text_font(theme.metrics.font_size - 1))
        room = area.adjusted(used, 0, -8, 0)
        summary = painter.fontMetrics().elidedText(spec.summary, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, summary)
        painter.restore()


class SearchBox(QFrame):
    """The box. `chosen` carries a kind; the box closes itself then, on Escape and on a click elsewhere."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("searchbox")
        self.setAccessibleName("search for a layer to add")
        self._kinds: tuple[str, ...] | None = None
        self._more: tuple[LayerSpec, ...] = ()
        self.line = SearchLine("Add a layer")
        self.list = QListWidget()
        self.list.setAccessibleName("layers found")
        self._delegate = ResultDelegate(theme, self)
        self.list.setItemDelegate(self._delegate)
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.none = make_label("No layer of that name fits here.", "muted")
        self.none.setContentsMargins(8, 2, 8, 4)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        for widget in (self.line, self.list, self.none):
            column.addWidget(widget)
        self.setFixedWidth(WIDTH)
        self.line.textChanged.connect(self._find)
        self.line.installEventFilter(self)
        self.list.itemEntered.connect(self.list.setCurrentItem)
        self.list.itemClicked.connect(self._choose)

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of a theme."""
        self._delegate.theme = theme

    def ask(self, place: QPoint, kinds: tuple[str, ...] | None = None, more: tuple[LayerSpec, ...] = ()) -> None:
        """Open with the text field at a place on the screen, offering these kinds, or all; blocks are `more`."""
        self._kinds, self._more = kinds, more
        self.line.clear()
        self._find("")
        screen = QGuiApplication.screenAt(place) or self.screen()
        room = screen.availableGeometry()
        self.adjustSize()
        x = min(place.x() - 24, room.right() - self.width())
        y = min(place.y() - 20, room.bottom() - self.height())
        self.move(max(room.left(), x), max(room.top(), y))
        self.show()
        self.activateWindow()
        self.line.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched, event: QEvent) -> bool:
        if watched is not self.line or event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            count = max(1, self.list.count())
            self.list.setCurrentRow((self.list.currentRow() + (1 if key == Qt.Key.Key_Down else -1)) % count)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            self._choose(self.list.currentItem())
        elif key == Qt.Key.Key_Escape:
            self.close()
        else:
            return False
        return True

    def _find(self, text: str) -> None:
        found = search(text, self._more) if text.strip() else (*layers.values(), *self._more)
        self.list.clear()
        for spec in found:
            if self._kinds is None or spec.kind in self._kinds:
                item = QListWidgetItem(name_kind(spec), self.list)
                item.setData(SPEC, spec)
                item.setToolTip(write_tip(spec.summary))
        self.list.setCurrentRow(0)
        self.list.setVisible(self.list.count() > 0)
        self.none.setVisible(self.list.count() == 0)
        self.list.setFixedHeight(ROW_HEIGHT * min(ROWS, max(1, self.list.count())) + 2)
        self.adjustSize()

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.close()
            self.chosen.emit(item.data(SPEC).kind)
