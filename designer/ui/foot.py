"""The height of the tabs below the canvas: kept through bars above it that come and go, and nearly all on a wish."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QTabBar

from designer.ui.docks import PanelDock
from designer.ui.workbench import find_foot

if TYPE_CHECKING:
    from designer.ui.window import Window

TALL = 0.75  # share of the window that the tabs have where they are to have nearly all
ENOUGH = 0.55  # share from which on they have it, also where the window allows no more


class Foot(QObject):
    """Gives the tabs below the canvas their height back after a tall bar had pressed them together.

    Qt takes the room of a bar from the docks where the canvas has none left, and never gives it back. What somebody
    has pulled to another height meanwhile stays so. `toggle` gives them nearly all the height there is, and takes it back.
    """

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self._wanted: list[int] = []  # heights as they were before the first bar
        self._left: list[int] = []  # by the bars that are there now
        self._bars = 0  # pixels of all bars
        self._usual = 0  # height of before they had nearly all
        self._settle = QTimer(self, singleShot=True, interval=0)
        self._settle.timeout.connect(self._restore)
        window.notices.coming.connect(self._note)
        window.notices.resized.connect(self._settle.start)
        for dock in window.workbench.docks.values():
            dock.tabs_double_clicked.connect(self._toggle_by)

    @property
    def is_tall(self) -> bool:
        """Whether the tabs have nearly all the height."""
        return max(self._measure(), default=0) >= ENOUGH * self._window.height()

    def toggle(self) -> None:
        """Give the tabs nearly all the height, or take it back."""
        if docks := self._docks:
            tall = self.is_tall
            height = self._usual or find_foot(self._window.height()) if tall else round(TALL * self._window.height())
            self._usual = 0 if tall else docks[0].height() + self._measure_tabs(docks[0])
            self._window.resizeDocks(docks, [height] * len(docks), Qt.Orientation.Vertical)

    def _toggle_by(self, title: str) -> None:
        if title in (dock.windowTitle() for dock in self._docks):
            self.toggle()

    @property
    def _docks(self) -> list[PanelDock]:
        """The docks that are seen below the canvas, from the left: any of those that are tabs of one place."""
        window, below = self._window, Qt.DockWidgetArea.BottomDockWidgetArea
        docks = window.workbench.docks.values()
        seen = (dock for dock in docks if window.dockWidgetArea(dock) == below and not dock.visibleRegion().isEmpty())
        return sorted((dock for dock in seen if not dock.isFloating()), key=lambda dock: (dock.x(), dock.y()))

    def _measure(self) -> list[int]:
        return [dock.height() for dock in self._docks]

    def _measure_tabs(self, dock: PanelDock) -> int:
        """Return the pixels of the tabs above a dock, which count where Qt is asked for a height."""
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        bars = (bar for bar in self._window.findChildren(QTabBar, options=direct) if bar.isVisible())
        return next((bar.height() for bar in bars if bar.tabText(bar.currentIndex()) == dock.windowTitle()), 0)

    def _note(self) -> None:
        """Take note of the heights before a bar comes where none is."""
        if not self._window.notices.shown:
            self._wanted = self._left = self._measure()

    def _restore(self) -> None:
        before, self._bars = self._bars, self._window.notices.height() if self._window.notices.shown else 0
        now = self._measure()
        if self._bars < before and (now != self._left or len(now) != len(self._wanted)):
            self._wanted = now  # pulled there by hand
        elif self._bars < before and self._left != self._wanted:
            docks = self._docks
            heights = [height + self._measure_tabs(dock) for dock, height in zip(docks, self._wanted, strict=True)]
            self._window.resizeDocks(docks, heights, Qt.Orientation.Vertical)
        QTimer.singleShot(0, self, self._look)  # when Qt has laid out what was asked for

    def _look(self) -> None:
        self._left = self._measure()
