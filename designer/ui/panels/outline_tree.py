"""The tree of the outline: how a row is drawn, how a name is typed into it, what its keys do."""

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from designer.ui.panels.outline_model import DETAIL, Detail
from designer.ui.theme import Theme, colour, fixed_font, text_font

ROW_HEIGHT = 22
SIGNS = {"error": "■", "warning": "▲", "hint": "●"}
LEAST_KIND = 24  # logical pixels: less of a kind says nothing


class OutlineDelegate(QStyledItemDelegate):
    """Draws a row: colour bar, sign of a problem, name, kind, and the shape at the right end where there is room."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.here = QPersistentModelIndex()  # the block in which one stands

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        return QSize(80, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        detail: Detail = index.data(DETAIL)
        theme, area = self.theme, QRectF(option.rect)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(QPen(colour(theme.border), 1) if selected else Qt.PenStyle.NoPen)
            painter.setBrush(colour(theme.card_hover if selected else theme.card))
            painter.drawRoundedRect(area.adjusted(-2, 0.5, -3, -0.5), 4, 4)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour(theme.accent), 1))
            painter.drawRoundedRect(area.adjusted(-2, 0.5, -3, -0.5), 4, 4)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.here.isValid() and self.here == index:
            painter.setBrush(colour(theme.accent))
            painter.drawRoundedRect(QRectF(area.left() - 3, area.top() + 2, 3, area.height() - 4), 1.5, 1.5)
        painter.setBrush(colour(theme.family[detail.family]))
        painter.drawRoundedRect(QRectF(area.left() + 2, area.center().y() - 5, 4, 11), 1.5, 1.5)
        left, right = area.left() + 12, area.right() - 9
        size = theme.metrics.font_size
        if detail.severity:
            painter.setFont(text_font(size - 2))
            painter.setPen(colour({"error": theme.error, "warning": theme.warning}.get(detail.severity, theme.accent)))
            painter.drawText(QRectF(left, area.top(), 14, area.height()), middle, SIGNS[detail.severity])
            left += 14
        painter.setFont(text_font(size))
        metrics = painter.fontMetrics()
        name = metrics.elidedText(detail.name, Qt.TextElideMode.ElideRight, int(max(0.0, right - left)))
        painter.setPen(colour(theme.text))
        painter.drawText(QRectF(left, area.top(), right - left, area.height()), middle, name)
        left += metrics.horizontalAdvance(name) + 8
        painter.setPen(colour(theme.muted))
        if detail.shape:
            painter.setFont(fixed_font(size - 1.5))
            width = painter.fontMetrics().horizontalAdvance(detail.shape)
            if left + width <= right:
                box = QRectF(right - width, area.top(), width, area.height())
                painter.drawText(box, middle | Qt.AlignmentFlag.AlignRight, detail.shape)
                right -= width + 8
        if right - left >= LEAST_KIND:
            painter.setFont(text_font(size - 1))
            kind = painter.fontMetrics().elidedText(detail.kind, Qt.TextElideMode.ElideRight, int(right - left))
            painter.drawText(QRectF(left, area.top(), right - left, area.height()), middle, kind)
        painter.restore()


class NameField(QLineEdit):
    """The field in which a name is typed. It ends once: with the name, or with nothing on Escape."""

    ended = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._done = False
        self.setAccessibleName("name of the layer")
        self.editingFinished.connect(lambda: self._end(self.text()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._end("")
        else:
            super().keyPressEvent(event)

    def _end(self, name: str) -> None:
        if not self._done:
            self._done = True
            self.ended.emit(name)


class OutlineTree(QTreeView):
    """The tree. F2 renames in place, Enter goes to the layer, Delete takes it out."""

    entered_row = Signal(QModelIndex)
    delete_requested = Signal()
    menu_requested = Signal(str, QPoint)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._delegate = OutlineDelegate(theme, self)
        self.setItemDelegate(self._delegate)
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setIndentation(14)
        self.setMouseTracking(True)
        self.setExpandsOnDoubleClick(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setObjectName("outline")
        self.setAccessibleName("outline of the network")
        self.doubleClicked.connect(self.entered_row)

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of a theme."""
        self._delegate.theme = theme
        self.viewport().update()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_F2 and self.currentIndex().isValid():  # the window has a command of that key
                event.accept()
                return True
        return super().event(event)

    def stand_in(self, index: QModelIndex) -> None:
        """Mark the row of the block in which one stands; an index of nowhere marks none."""
        self._delegate.here = QPersistentModelIndex(index)
        self.viewport().update()

    @property
    def here(self) -> QPersistentModelIndex:
        """The row of the block in which one stands."""
        return self._delegate.here

    def rename(self, index: QModelIndex) -> None:
        """Put the cursor into the name of a row; Enter gives it, Escape leaves it as it was."""
        field = NameField(self.model().data(index, Qt.ItemDataRole.EditRole))
        row = QPersistentModelIndex(index)

        def end(name: str) -> None:
            if row.isValid():
                self.setIndexWidget(row, None)
                self.setFocus(Qt.FocusReason.OtherFocusReason)
                if name:
                    self.model().setData(row, name)

        field.ended.connect(end)
        self.setIndexWidget(index, field)
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        field.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        there = self.currentIndex().isValid()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and there:
            self.entered_row.emit(self.currentIndex())
        elif event.key() == Qt.Key.Key_F2 and there:
            self.rename(self.currentIndex())
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete_requested.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.currentIndex().isValid():
            keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
            place = self.visualRect(self.currentIndex()).center() if keyboard else None
            self.menu_requested.emit("node", event.globalPos() if place is None else self.viewport().mapToGlobal(place))
