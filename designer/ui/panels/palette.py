"""The palette: blocks, and every layer by family, with search; drag one onto the canvas, or double click it to add it."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QByteArray, QEvent, QMimeData, QModelIndex, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDrag,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QPainter,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import (
    QMenu,
    QToolTip,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from designer.catalogue.blocks import name_kind
from designer.catalogue.registry import layers
from designer.catalogue.search import search
from designer.catalogue.spec import LayerSpec
from designer.ui.figures.tip import write_figure_tip
from designer.ui.panels.layer_delegate import FAMILY, KIND, LayerDelegate
from designer.ui.panels.search_line import SearchLine
from designer.ui.theme import Theme, colour, text_font
from designer.ui.words import write_tip

WIDTH = 170  # logical pixels, at least
LAYER_MIME = "application/x-designer-layer"


class LayerTree(QTreeWidget):
    """Families with their layers; a drag carries the kind as LAYER_MIME."""

    chosen = Signal(str)
    menu_requested = Signal(str, QPoint)  # kind of a block, and where on the screen
    help_requested = Signal(str)  # kind

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._delegate = LayerDelegate(theme, self)
        self.setItemDelegate(self._delegate)
        self.setHeaderHidden(True)
        self.setIndentation(14)
        self.setRootIsDecorated(False)
        self.setMouseTracking(True)
        self.setDragEnabled(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("layers")
        self.setExpandsOnDoubleClick(False)
        self.itemClicked.connect(self._toggle_family)
        self.itemDoubleClicked.connect(self._choose)
        self._sections: dict[str, QTreeWidgetItem] = {}
        self._fill()

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of a theme."""
        self._delegate.theme = theme
        self.viewport().update()

    def show_blocks(self, sections: Mapping[str, Sequence[LayerSpec]]) -> None:
        """Show blocks above the layers, under a heading for each section that has any."""
        for heading in self._sections.values():
            self.takeTopLevelItem(self.indexOfTopLevelItem(heading))
        self._sections = {}
        for title, specs in sections.items():
            if specs:
                heading = self._sections[title] = QTreeWidgetItem([title])
                self.insertTopLevelItem(len(self._sections) - 1, heading)
                self._open_heading(heading)
                for spec in specs:
                    self._add_layer(heading, spec)

    def show_only(self, kinds: list[str] | None) -> None:
        """Show these kinds, best first in the selection; None shows all."""
        best = None
        for family in self.families():
            for place in range(family.childCount()):
                item = family.child(place)
                kind = item.data(0, KIND)
                item.setHidden(kinds is not None and kind not in kinds)
                if kinds and kind == kinds[0]:
                    best = item
            family.setHidden(all(family.child(i).isHidden() for i in range(family.childCount())))
            if kinds is not None:
                family.setExpanded(True)
        self.setCurrentItem(best)

    def families(self) -> list[QTreeWidgetItem]:
        """Return the headings from the top."""
        return [self.topLevelItem(place) for place in range(self.topLevelItemCount())]

    def item_of(self, kind: str) -> QTreeWidgetItem | None:
        """Return the row of a layer."""
        for family in self.families():
            for place in range(family.childCount()):
                if family.child(place).data(0, KIND) == kind:
                    return family.child(place)
        return None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        item = self.currentItem()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and item is not None:
            if item.data(0, KIND):
                self._choose(item)
            else:
                item.setExpanded(not item.isExpanded())
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        item = self.currentItem() if by_key else self.itemAt(event.pos())
        kind = item.data(0, KIND) if item is not None else None
        if not kind:
            return
        place = self.viewport().mapToGlobal(self.visualItemRect(item).center()) if by_key else event.globalPos()
        if item.parent() in self._sections.values():
            self.menu_requested.emit(kind, place)
        else:
            self._make_menu(kind).popup(place)

    def _make_menu(self, kind: str) -> QMenu:
        """Return the menu of a layer."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(f"Add {kind}", lambda: self.chosen.emit(kind))
        menu.addAction("Open its manual page", lambda: self.help_requested.emit(kind))
        return menu

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            item = self.itemAt(event.pos())
            kind = item.data(0, KIND) if item is not None else None
            if kind in layers:
                QToolTip.showText(
                    event.globalPos(), write_figure_tip(layers[kind], self._delegate.theme), self.viewport()
                )
                return True
        return super().viewportEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()  # Qt paints the rows without the room left of them, where the frame reaches

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:
        super().currentChanged(current, previous)
        self.viewport().update()

    def mimeTypes(self) -> list[str]:
        return [LAYER_MIME]

    def mimeData(self, items: list[QTreeWidgetItem]) -> QMimeData:
        data = QMimeData()
        if items and (kind := items[0].data(0, KIND)):
            data.setData(LAYER_MIME, QByteArray(kind.encode()))
        return data

    def startDrag(self, actions: Qt.DropAction) -> None:
        item = self.currentItem()
        if item is None or not item.data(0, KIND):
            return
        drag = QDrag(self)
        drag.setMimeData(self.mimeData([item]))
        picture = self._picture(item)
        drag.setPixmap(picture)
        drag.setHotSpot(QPoint(12, round(picture.height() / picture.devicePixelRatio() / 2)))
        drag.exec(Qt.DropAction.CopyAction)
        self.viewportEvent(QEvent(QEvent.Type.Leave))  # the pointer is elsewhere now, and nobody said so

    def _fill(self) -> None:
        headings: dict[str, QTreeWidgetItem] = {}
        for spec in layers.values():
            heading = headings.get(spec.family)
            if heading is None:
                heading = headings[spec.family] = QTreeWidgetItem(self, [spec.family.capitalize()])
                self._open_heading(heading)
            self._add_layer(heading, spec)

    def _open_heading(self, heading: QTreeWidgetItem) -> None:
        heading.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
        heading.setExpanded(True)

    def _add_layer(self, heading: QTreeWidgetItem, spec: LayerSpec) -> None:
        item = QTreeWidgetItem(heading, [name_kind(spec)])
        item.setData(0, KIND, spec.kind)
        item.setData(0, FAMILY, spec.family)
        item.setToolTip(0, write_tip(spec.summary))
        item.setData(0, Qt.ItemDataRole.AccessibleDescriptionRole, spec.summary)
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled)

    def _toggle_family(self, item: QTreeWidgetItem) -> None:
        if not item.data(0, KIND):
            item.setExpanded(not item.isExpanded())

    def _choose(self, item: QTreeWidgetItem) -> None:
        if kind := item.data(0, KIND):
            self.chosen.emit(kind)

    def _picture(self, item: QTreeWidgetItem) -> QPixmap:
        """Return what hangs at the pointer while dragging: the layer as a small card."""
        theme, ratio = self._delegate.theme, self.devicePixelRatioF()
        width = self.fontMetrics().horizontalAdvance(item.text(0)) + 36
        picture = QPixmap(round(width * ratio), round(26 * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour(theme.selection), 1))
        painter.setBrush(colour(theme.card))
        painter.drawRoundedRect(QRectF(0.5, 0.5, width - 1, 25), 5, 5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(theme.family[item.data(0, FAMILY)]))
        painter.drawRoundedRect(QRectF(1, 1, 5, 24), 2, 2)
        painter.setPen(colour(theme.text))
        painter.setFont(text_font(theme.metrics.font_size + 1))
        painter.drawText(QRectF(14, 0, width, 26), Qt.AlignmentFlag.AlignVCenter, item.text(0))
        painter.end()
        return picture


class Palette(QWidget):
    """Search field and tree. `add_requested` carries the kind that was double-clicked or entered."""

    add_requested = Signal(str)
    menu_requested = Signal(str, QPoint)  # kind of a block, and where on the screen
    help_requested = Signal(str)  # kind

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._more: tuple[LayerSpec, ...] = ()
        self.search = SearchLine("Search layers", "Tab")
        self.tree = LayerTree(theme)
        column = QVBoxLayout(self)
        self.setMinimumWidth(WIDTH)
        column.setContentsMargins(10, 10, 10, 0)
        column.setSpacing(8)
        column.addWidget(self.search)
        column.addWidget(self.tree)
        self.search.textChanged.connect(self._filter)
        self.search.returnPressed.connect(self._add_best)
        self.search.down.connect(self._enter_tree)
        self.tree.chosen.connect(self.add_requested)
        self.tree.menu_requested.connect(self.menu_requested)
        self.tree.help_requested.connect(self.help_requested)

    @property
    def kind_at_hand(self) -> str:
        """The kind that the cursor is on while the search or the tree has the focus, else ""."""
        if not (self.tree.hasFocus() or (self.search.hasFocus() and self.search.text().strip())):
            return ""
        item = self.tree.currentItem()
        return (item.data(0, KIND) or "") if item is not None else ""

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of a theme."""
        self.tree.set_theme(theme)

    def show_blocks(self, own: Sequence[LayerSpec], kept: Sequence[LayerSpec]) -> None:
        """Show the blocks of the project and those of the library, as far as the search finds them."""
        self._more = (*own, *kept)
        self.tree.show_blocks({"Blocks": own, "Library": kept})
        if self.search.text().strip():
            self._filter(self.search.text())

    def _filter(self, text: str) -> None:
        self.tree.show_only([spec.kind for spec in search(text, self._more)] if text.strip() else None)

    def _add_best(self) -> None:
        item = self.tree.currentItem()
        if self.search.text().strip() and item is not None and item.data(0, KIND):
            self.add_requested.emit(item.data(0, KIND))

    def _enter_tree(self) -> None:
        self.tree.setFocus(Qt.FocusReason.TabFocusReason)
        if self.tree.currentItem() is None:
            self.tree.setCurrentItem(self.tree.families()[0])
