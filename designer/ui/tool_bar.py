"""The one tool bar: buttons with their words, with icons alone where there is no room for words, and tight at the last."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QAction, QActionEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QToolBar, QToolButton

from designer.ui.marks import set_mark

WORDS, ICONS = Qt.ToolButtonStyle.ToolButtonTextBesideIcon, Qt.ToolButtonStyle.ToolButtonIconOnly
SAVED = 8  # logical pixels by which a tight button is less wide, as the style sheet says
SPARE = 24  # logical pixels left free, so that nothing hides behind the arrow of a bar that is full


class ToolBar(QToolBar):
    """Takes the words off from the left, as many as it must: the primary one keeps its own longest.

    A button without its word has it as tool tip and as accessible name. Where icons alone are too wide they move together.
    """

    def __init__(self) -> None:
        super().__init__("Tools")
        self.setObjectName("tools")
        self.setMovable(False)
        self.setToolButtonStyle(WORDS)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)

    def fit(self) -> None:
        """Give each button its word again, and take off as many as there is no room for."""
        buttons = [
            button
            for action in self.actions()
            if isinstance(button := self.widgetForAction(action), QToolButton) and not action.icon().isNull()
        ]
        buttons.sort(key=lambda button: bool(button.property("primary")))
        room = self.width() - SPARE
        needed = self._measure(buttons, WORDS)
        for button in buttons:
            style = WORDS
            if needed > room:
                wide = _width(button, WORDS)
                style = ICONS
                needed -= wide - _width(button, ICONS)
            if button.toolButtonStyle() != style:
                button.setToolButtonStyle(style)
        for button in buttons:
            set_mark(button, "tight", needed > room)
            if button.minimumSize() != button.sizeHint():
                button.setFixedSize(button.sizeHint())  # the window is not laid out anew for what a button may do now

    def add_arrow(self, action: QAction, menu: QMenu) -> None:
        """Let the button of an action open a menu by an arrow at its side, and by the Down key."""
        button = self.widgetForAction(action)
        assert isinstance(button, QToolButton)
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        button.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Down:
            assert isinstance(watched, QToolButton)
            QTimer.singleShot(0, watched, watched.showMenu)  # it returns when the menu is closed
            return True
        return super().eventFilter(watched, event)

    def actionEvent(self, event: QActionEvent) -> None:
        if event.type() != QEvent.Type.ActionChanged:  # it lays out the whole window, and buttons tell of themselves
            super().actionEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.fit()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.fit()
        super().resizeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        self.fit()
        super().showEvent(event)

    def _measure(self, buttons: list[QToolButton], style: Qt.ToolButtonStyle) -> int:
        """Return how wide the bar is with all buttons in a style."""
        spacing = self.layout().spacing()
        others = [self.widgetForAction(action) for action in self.actions()]
        rest = sum(other.sizeHint().width() for other in others if other is not None and other not in buttons)
        margins = self.layout().contentsMargins()
        wide = sum(_width(button, style) for button in buttons)
        return wide + rest + spacing * (len(others) - 1) + margins.left() + margins.right()


def _width(button: QToolButton, style: Qt.ToolButtonStyle) -> int:
    """Return how wide a button would be in a style, with the usual room round its icon."""
    before, saved = button.toolButtonStyle(), SAVED if button.property("tight") else 0
    if before == style:
        return button.sizeHint().width() + saved
    blocked = button.blockSignals(True)
    button.setToolButtonStyle(style)
    width = button.sizeHint().width() + saved
    button.setToolButtonStyle(before)
    button.blockSignals(blocked)
    return width
