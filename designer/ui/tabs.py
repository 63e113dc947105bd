"""The tabs above the canvas: one for each open document, in the window's look."""

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QTabBar, QToolButton, QWidget

from designer.ui.documents import Documents, name_documents
from designer.ui.open_document import OpenDocument
from designer.ui.words import write_tip

UNSAVED = "• "
RUNS = {"paused": ("‖ ", "held training"), "": ("▶ ", "training")}  # the sign before its name, and what it means
LONGEST, SHORTEST = 260, 120  # logical pixels of one tab; a longer name is cut in its middle


class DocumentTabs(QTabBar):
    """Shows the documents, lets one be chosen, moved and closed. Hidden while there is only one.

    A tab says its file, with a dot while something is not saved, and a sign while it is training. `close_requested`
    asks to close documents; the question about what is not saved is not asked here.
    """

    close_requested = Signal(object)  # a tuple of OpenDocuments

    def __init__(self, documents: Documents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._documents = documents
        self._filling = False
        self._trains: OpenDocument | None = None
        self._held = False
        self._pressed = -1  # the tab that the middle button went down on
        self.setObjectName("documents")
        self.setAccessibleName("open documents")
        self.setMovable(True)
        self.setExpanding(False)
        self.setDrawBase(False)
        self.setUsesScrollButtons(True)
        self.setElideMode(Qt.TextElideMode.ElideMiddle)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.currentChanged.connect(self._choose)
        self.tabMoved.connect(self._move)
        documents.changed.connect(self.refresh)
        self.refresh()

    def show_run(self, document: OpenDocument | None, *, held: bool) -> None:
        """Mark the document whose run is under way, or is held."""
        if (document, held) != (self._trains, self._held):
            self._trains, self._held = document, held
            self.refresh()

    def refresh(self) -> None:
        """Show the documents as they are now."""
        documents = self._documents.all
        self._filling = True
        while self.count() > len(documents):
            self.removeTab(self.count() - 1)
        while self.count() < len(documents):
            self._add()
        for place, (document, name) in enumerate(zip(documents, name_documents(documents), strict=True)):
            sign, runs = RUNS["paused" if self._held else ""] if document is self._trains else ("", "")
            text = sign + (UNSAVED if document.modified else "") + name.replace("&", "&&")
            if text != self.tabText(place):
                self.setTabText(place, text)
            path = str(document.path) if document.path is not None else f"{name}: not saved to a file yet"
            tip = path + ("\nwith changes that are not saved" if document.modified else "") + (runs and f"\n{runs}")
            if self.tabData(place) != tip:
                self.setTabData(place, tip)
                self.setTabToolTip(place, write_tip(tip))
                self.setAccessibleTabName(
                    place, ", ".join(filter(None, (name, "not saved" if document.modified else "", runs)))
                )
        self.setCurrentIndex(self._documents.index)
        self._filling = False
        self.setVisible(len(documents) > 1)

    def closer(self, place: int) -> QWidget:
        """Return the button that closes a tab."""
        return self.tabButton(place, QTabBar.ButtonPosition.RightSide)

    def tabSizeHint(self, index: int) -> QSize:
        size = super().tabSizeHint(index)
        return QSize(min(size.width(), LONGEST), size.height())

    def minimumTabSizeHint(self, index: int) -> QSize:
        size = self.tabSizeHint(index)
        return QSize(min(size.width(), SHORTEST), size.height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.MiddleButton:
            self._pressed = self.tabAt(event.position().toPoint())
        else:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.MiddleButton:
            place = self.tabAt(event.position().toPoint())
            if place >= 0 and place == self._pressed:
                self._ask_close(place)
            self._pressed = -1
        else:
            super().mouseReleaseEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
        place = self.currentIndex() if keyboard else self.tabAt(event.pos())
        if place >= 0:
            where = self.mapToGlobal(self.tabRect(place).bottomLeft()) if keyboard else event.globalPos()
            self._make_menu(place).popup(where)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.updateGeometry()

    def _add(self) -> None:
        closer = QToolButton(text="×", autoRaise=True, toolTip="Close this document (Ctrl+W)")
        closer.setAccessibleName("close this document")
        closer.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        closer.clicked.connect(lambda: self._ask_close(self.tabAt(closer.mapTo(self, QPoint(1, 1)))))
        self.setTabButton(self.addTab(""), QTabBar.ButtonPosition.RightSide, closer)

    def _make_menu(self, place: int) -> QMenu:
        documents = self._documents
        document = documents.all[place]
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        others = tuple(one for one in documents.all if one is not document)
        menu.addAction("Close", lambda: self.close_requested.emit((document,)))
        menu.addAction("Close others", lambda: self.close_requested.emit(others)).setEnabled(bool(others))
        return menu

    def _ask_close(self, place: int) -> None:
        if 0 <= place < len(self._documents.all):
            self.close_requested.emit((self._documents.all[place],))

    def _choose(self, place: int) -> None:
        if not self._filling:
            self._documents.show_at(place)

    def _move(self, start: int, end: int) -> None:
        if not self._filling:
            self._documents.move(start, end)
