"""Where the panels of a window stand, and how the arrangement is kept."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QMainWindow, QTabWidget, QWidget

from designer.ui.docks import PanelDock
from designer.ui.furniture import BOTTOM, LEFT, RIGHT, Furniture
from designer.ui.panels.inspector import Inspector
from designer.ui.panels.palette import Palette
from designer.ui.settings import Settings
from designer.ui.theme import Theme

if TYPE_CHECKING:
    from designer.ui.window import Window

VERSION = 3  # of the arrangement that settings keep; another one is not restored
NARROW = 800  # logical pixels of a window in which two sides would leave no room for the canvas
SPANNED = 1000  # logical pixels: in a window that is narrower the tabs below reach below both sides
SIDES = (212, 314)  # logical pixels of palette and inspector
FOOT = 0.3  # share of the height for the tabs below,
NEEDED_BELOW, NEEDED_ABOVE = 300, 500  # logical pixels: more than the share below, where so many are left above
AT_ONCE = ("palette", "inspector")  # made before the first paint


class Workbench(QObject):
    """The docks by name. Most panels are made when they are first looked at, none of those before the first paint."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self._set_up()
        self.docks = {panel.name: PanelDock(panel, window) for panel in Furniture(window).list_panels()}
        for name in AT_ONCE:
            self.docks[name].build()

    def panel(self, name: str) -> QWidget:
        """Return the widget of a panel, made if it was not looked at yet."""
        return self.docks[name].build()

    def show(self, name: str) -> None:
        """Bring a panel into view. Where it covers the one that has the keys, the canvas gets them."""
        dock, field = self.docks[name], QApplication.focusWidget()
        had = next((one for one in self.docks.values() if field is not None and one.isAncestorOf(field)), None)
        dock.show()
        dock.raise_()
        dock.build()
        if had is not None and had is not dock and had in self._window.tabifiedDockWidgets(dock):
            self._window.canvas.setFocus()

    def toggle(self, name: str) -> None:
        """Show a hidden panel, hide a shown one."""
        if self.docks[name].isHidden():
            self.show(name)
        else:
            self.docks[name].hide()

    def kind_at_hand(self) -> str:
        """Return the kind of layer that the palette's cursor is on while it has the focus, else ""."""
        palette = self.docks["palette"].content
        return palette.kind_at_hand if isinstance(palette, Palette) else ""

    def list_pieces(self) -> list[Callable[[], object]]:
        """Return what makes the panels that are seen, in small pieces; afterwards others are made as soon as seen."""
        inspector = self.panel("inspector")
        assert isinstance(inspector, Inspector)
        return [*(dock.allow for dock in self.docks.values()), *inspector.list_pieces()]

    def rehearse(self) -> Iterator[None]:
        """Make in small steps what is not seen yet, and will be as soon as something is selected."""
        inspector = self.panel("inspector")
        assert isinstance(inspector, Inspector)
        return inspector.rehearse()

    def set_theme(self, theme: Theme) -> None:
        """Draw every panel in the colours of a theme."""
        for dock in self.docks.values():
            if hasattr(dock.content, "set_theme"):
                dock.content.set_theme(theme)

    def reset(self) -> None:
        """Put every panel back where it stands at first."""
        for dock in self.docks.values():
            dock.setFloating(False)
            self._window.removeDockWidget(dock)
        self._place()
        for dock in self.docks.values():
            dock.show()
        self._hide_comparison()

    def _hide_comparison(self) -> None:
        """Put the list of differences away while no comparison is shown: it comes with one."""
        if self._window.editor.document.compared is None:
            self.docks["comparison"].hide()

    def restore(self, settings: Settings) -> None:
        """Arrange window and panels as settings say, or as they stand at first."""
        geometry, docks = settings.layout()
        window = self._window
        if geometry.isEmpty() or not window.restoreGeometry(geometry):
            room = window.screen().availableGeometry()
            window.resize(min(1680, room.width()), min(1050, room.height()))
        self._place()
        if not docks.isEmpty():
            window.restoreState(docks, VERSION)
            self.fit()
        self._hide_comparison()

    def keep(self, settings: Settings) -> None:
        """Remember how window and panels are arranged."""
        settings.save_layout(self._window.saveGeometry(), self._window.saveState(VERSION))

    def shut_down(self) -> None:
        """Let panels end what they do on threads of their own."""
        for dock in self.docks.values():
            if hasattr(dock.content, "shut_down"):
                dock.content.shut_down()

    def _set_up(self) -> None:
        window = self._window
        window.setDockOptions(QMainWindow.DockOption.AllowNestedDocks | QMainWindow.DockOption.AllowTabbedDocks)
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        window.setDocumentMode(True)
        self.fit()

    def fit(self) -> None:
        """Give the corners below to the sides, or in a narrow window to the tabs, which would be too narrow between them."""
        window, spans = self._window, self._window.width() < SPANNED
        for corner, side in ((Qt.Corner.BottomLeftCorner, LEFT), (Qt.Corner.BottomRightCorner, RIGHT)):
            area = BOTTOM if spans else side
            if window.corner(corner) != area:
                window.setCorner(corner, area)

    def _place(self) -> None:
        """Put every dock where it stands at first: those of one side as tabs of one place, in a narrow window of both."""
        window = self._window
        areas = {LEFT: RIGHT} if window.width() < NARROW else {}
        stacks: dict[Qt.DockWidgetArea, list[PanelDock]] = {}
        for dock in self.docks.values():
            area = areas.get(dock.panel.area, dock.panel.area)
            stack = stacks.setdefault(area, [])
            if stack:
                window.tabifyDockWidget(stack[-1], dock)
            else:
                window.addDockWidget(area, dock)
            stack.append(dock)
        for stack in stacks.values():
            stack[0].raise_()
        bottom = stacks[BOTTOM]
        window.resizeDocks([self.docks["palette"], self.docks["inspector"]], SIDES, Qt.Orientation.Horizontal)
        window.resizeDocks(bottom[:1], [find_foot(window.height())], Qt.Orientation.Vertical)


def find_foot(height: int) -> int:
    """Return the pixels of the tabs below in a window of so many."""
    return round(max(height * FOOT, min(NEEDED_BELOW, height - NEEDED_ABOVE)))
