"""Where the keys go: from the canvas to a panel and from panel to panel, so that no part needs the mouse."""

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from designer.ui.focus_chain import find_next, has_proxy

if TYPE_CHECKING:
    from designer.ui.window import Window

CANVAS = "canvas"


class Rounds(QObject):
    """Moves the focus between the canvas and the panels in view."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys back when a dialog is closed."""
        if event.type() == QEvent.Type.WindowUnblocked:
            self.take_keys()
        return False

    def take_keys(self) -> None:
        """Let the window have the keys again when one before it was closed: not every window manager sees to that."""
        if self._window.isVisible() and QApplication.activeModalWidget() is None:
            self._window.activateWindow()

    @property
    def places(self) -> list[str]:
        """Names of the canvas and of every panel of which something is in view, in the order one goes round."""
        docks = self._window.workbench.docks
        return [CANVAS, *(name for name, dock in docks.items() if not dock.visibleRegion().isEmpty())]

    @property
    def here(self) -> str:
        """Where the focus is; "" where it is in neither the canvas nor a panel."""
        field = QApplication.focusWidget()
        if field is None:
            return ""
        for name, dock in self._window.workbench.docks.items():
            if dock.isAncestorOf(field):
                return name
        return CANVAS if field is self._window.canvas or self._window.canvas.isAncestorOf(field) else ""

    def go_to(self, name: str) -> None:
        """Bring the focus to the canvas or to a panel, which comes into view."""
        if name == CANVAS:
            self._window.canvas.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return
        self._window.workbench.show(name)
        target = find_first(self._window.workbench.panel(name))
        (target or self._window.workbench.docks[name].widget()).setFocus(Qt.FocusReason.TabFocusReason)

    def go_on(self, way: Literal[1, -1]) -> None:
        """Go to the next place (1) or the one before (-1), round."""
        places, here = self.places, self.here
        index = places.index(here) if here in places else -1 if way == 1 else 0
        for step in range(1, len(places) + 1):  # a panel that holds nothing to type or press is passed by
            self.go_to(places[(index + way * step) % len(places)])
            if self.here != here:
                return


def find_first(panel: QWidget) -> QWidget | None:
    """Return the first widget of a panel that Tab would reach; None where there is none."""
    inside = [panel]
    field = find_next(panel)
    while field is not panel:
        if panel.isAncestorOf(field):
            inside.append(field)
        field = find_next(field)
    return next((one for one in inside if takes_tab(one)), None)


def takes_tab(widget: QWidget) -> bool:
    """Return whether Tab stops at a widget as it is now."""
    tab = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    plain = not has_proxy(widget) and not isinstance(widget, QScrollArea)
    return bool(tab) and plain and widget.isEnabled() and widget.isVisible()
