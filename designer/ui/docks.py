"""Docks of the window: panels made when they are first looked at, under a slim title that tabs replace."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QDockWidget,
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QScrollArea,
    QTabBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from designer.ui.marks import make_label, set_mark
from designer.ui.turns import polish

TITLE_HEIGHT = 26
MOST_NEEDED = 110  # logical pixels: in a window that is lower, what needs more height scrolls
NAME_OF_TABS = "panels"
LEAST_WIDTH = 120  # logical pixels of a panel below the canvas


@dataclass(frozen=True, slots=True)
class Panel:
    """What a dock holds: its id, its title, where it stands at first, and how its widget is made."""

    name: str
    title: str
    area: Qt.DockWidgetArea
    make: Callable[[], QWidget]


class DockTitle(QWidget):
    """The handle of a dock: its title, and a button that hides it."""

    def __init__(self, dock: QDockWidget) -> None:
        super().__init__(dock)
        self._label = make_label(dock.windowTitle(), "docktitle")
        self.closer = QToolButton(text="×", autoRaise=True, toolTip="Hide this panel (View, Panels shows it again)")
        self.closer.setAccessibleName(f"hide {dock.windowTitle()}")
        self.closer.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.closer.clicked.connect(dock.close)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 6, 0)
        self._label.setFixedHeight(TITLE_HEIGHT - 4)
        row.addWidget(self._label, 1)
        row.addWidget(self.closer)
        dock.windowTitleChanged.connect(self._label.setText)


def make_no_title() -> QWidget:
    """Return the title of a dock whose tab says it already: nothing."""
    nothing = QWidget()
    QHBoxLayout(nothing).setContentsMargins(0, 0, 0, 0)
    return nothing


class SideScroll(QScrollArea):
    """Gives its widget all the room there is, and bars to scroll by where that is less than it needs."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("sidescroll")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def minimumSizeHint(self) -> QSize:
        inner = self.widget()
        return QSize(LEAST_WIDTH, min(inner.minimumSizeHint().height(), MOST_NEEDED) if inner is not None else 0)

    def sizeHint(self) -> QSize:
        inner = self.widget()
        return inner.sizeHint() if inner is not None else super().sizeHint()


class PanelDock(QDockWidget):
    """One panel. Its widget is made by `build`, or when the dock is first shown after the window is ready.

    `tabs_double_clicked` carries the title of the panel whose tab was, of any tabs that this dock was the first to find.
    """

    tabs_double_clicked = Signal(str)

    def __init__(self, panel: Panel, window: QMainWindow) -> None:
        super().__init__(panel.title, window)
        self.panel = panel
        self.setObjectName(f"dock-{panel.name}")
        self.setAccessibleName(panel.title)
        self.ready = False  # whether making the widget may take time: not before the window is painted
        self.content: QWidget | None = None
        self._seen = False
        self._body = QWidget()
        self._body.setObjectName("dockbody")
        self._body.setAccessibleName(panel.title)  # it takes the focus while nothing in it can
        self._body.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._column = QVBoxLayout(self._body)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.setWidget(self._body)
        self._no_title = make_no_title()
        self._own_title: DockTitle | None = None  # made where it is seen: most docks are tabs
        self._settle = QTimer(self, singleShot=True, interval=0)
        self._settle.timeout.connect(self._choose_title)
        self.setTitleBarWidget(self._no_title)
        self.visibilityChanged.connect(self._appear)
        self.topLevelChanged.connect(lambda _: self._settle.start())
        self.dockLocationChanged.connect(lambda _: self._settle.start())

    def build(self) -> QWidget:
        """Return the panel's widget, made if it is not there yet."""
        content = self.content or self._make()
        content.setVisible(self._seen)
        return content

    def _make(self) -> QWidget:
        """Make the panel's widget, hidden at first."""
        content = self.content = self.panel.make()
        content.hide()
        frame = self._frame(content)
        self._column.addWidget(frame)
        if frame is not content:
            frame.show()  # now, and not when Qt comes to it: whoever goes to the panel by key looks for its first field
        return content

    def _frame(self, content: QWidget) -> QWidget:
        """Return what holds the content: below the canvas it scrolls sideways where the window is too narrow for it."""
        if self.panel.area != Qt.DockWidgetArea.BottomDockWidgetArea:
            return content
        area = SideScroll()
        area.setWidget(content)
        return area

    def allow(self) -> Iterator[None]:
        """From now on make the widget as soon as the dock is seen; where it is already, make it in small steps."""
        self.ready = True
        if not self._seen or self.content is not None:
            return
        content = self._make()
        yield
        yield from polish(content)
        content.setVisible(self._seen)

    def _appear(self, visible: bool) -> None:
        # Qt moves a covered tab out of sight and still calls it visible: hidden here, so that it knows to rest.
        self._seen = visible
        if visible and self.ready:
            self.build()
        if self.content is not None:
            self.content.setVisible(visible)
        self._settle.start()

    def _choose_title(self) -> None:
        window = self.parentWidget()
        assert isinstance(window, QMainWindow)
        tabbed = not self.isFloating() and any(not dock.isHidden() for dock in window.tabifiedDockWidgets(self))
        set_mark(self._body, "tabbed", tabbed)
        self._column.setContentsMargins(0, int(tabbed), 0, 0)  # room for the line below the tabs
        for tabs in window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
            if tabs.accessibleName() != NAME_OF_TABS:
                tabs.tabBarDoubleClicked.connect(
                    lambda place, bar=tabs: self.tabs_double_clicked.emit(bar.tabText(place))
                )
                tabs.setAccessibleName(NAME_OF_TABS)
            tabs.setElideMode(Qt.TextElideMode.ElideNone)  # where there are too many for the room they are scrolled
            tabs.setUsesScrollButtons(True)
        if not tabbed and self._own_title is None:
            self._own_title = DockTitle(self)
        title = self._no_title if tabbed else self._own_title
        former = self.titleBarWidget()
        if title is not None and former is not title:
            self.setTitleBarWidget(title)
            title.show()
            former.hide()
