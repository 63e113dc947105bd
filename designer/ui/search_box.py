"""A small box at a place on the screen, typing at once; Enter takes what fits best: a layer, a wire, a command."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QKeyCombination, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from designer.catalogue.registry import layers
from designer.ui.marks import make_label
from designer.ui.offer_list import Offer, OfferList
from designer.ui.panels.search_line import SearchLine
from designer.ui.theme import Theme

WIDTH = 440
HELP = Qt.Key.Key_F1
ALT = Qt.KeyboardModifier.AltModifier
OTHERS = ALT | Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier  # they make Tab another key

Find = Callable[[str], Sequence[Offer]]
Choose = Callable[[Offer], object]


class SearchBox(QFrame):
    """The box. It closes itself when something is chosen, on Escape and on a click elsewhere."""

    help_requested = Signal(str)  # F1 on a kind of layer
    passed = Signal(QKeyCombination)  # keys that mean nothing here, pressed while it was open: it has closed

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("searchbox")
        self._find: Find = lambda text: ()
        self._take: Choose = lambda offer: None
        self.line = SearchLine("Search")
        self.list = OfferList(theme, "what was found")
        self.none = make_label("", "muted", wrap=True)
        self.none.setContentsMargins(8, 2, 8, 4)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        for widget in (self.line, self.list, self.none):
            column.addWidget(widget)
        self.setFixedWidth(WIDTH)
        self.line.textChanged.connect(self._show)
        self.line.installEventFilter(self)
        self.list.chosen.connect(self._choose)

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of a theme."""
        self.list.set_theme(theme)

    def ask(self, place: QPoint, find: Find, choose: Choose, hint: str, none: str) -> None:
        """Open with the text field at a place on the screen.

        `find` gives the offers for a text and `choose` is called with the one taken. `hint` stands in the empty field,
        `none` where nothing was found.
        """
        self._find, self._take = find, choose
        self.setAccessibleName(hint)
        self.line.setPlaceholderText(hint)
        self.line.setAccessibleName(hint)
        self.none.setText(none)
        self.line.clear()
        self._show("")
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
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() == HELP:
            event.accept()  # the key asks for the page of what is offered, not of what is selected
            return True
        if watched is not self.line or event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        key = event.key()
        if (key == Qt.Key.Key_Tab and event.modifiers() & OTHERS) or (key == Qt.Key.Key_Up and event.modifiers() & ALT):
            self.close()
            self.passed.emit(event.keyCombination())
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            self._choose(self.list.current)
        elif key == Qt.Key.Key_Escape:
            self.close()
        elif key == HELP and self.list.current is not None and self.list.current.key in layers:
            kind = self.list.current.key
            self.close()
            self.help_requested.emit(kind)
        else:
            return self.list.press(key)
        return True

    def _show(self, text: str) -> None:
        offers = self._find(text)
        self.list.offer(offers)
        self.none.setVisible(not offers)
        self.adjustSize()

    def _choose(self, offer: Offer | None) -> None:
        if offer is not None:
            self.close()
            self._take(offer)
