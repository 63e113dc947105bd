"""A number in a coloured disc on the tab of a panel: how many problems there are, by colour and word how bad."""

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QDockWidget, QLabel, QMainWindow, QTabBar

from designer.catalogue.check.groups import count_matters
from designer.ui.editor import Editor
from designer.ui.marks import set_mark

RIGHT = QTabBar.ButtonPosition.RightSide
REST = 80  # milliseconds without an edit after which the number of problems follows: it lays out the window


class TabBadge(QObject):
    """The number on the tab of a dock. Qt makes tabs anew when docks move, so it is put on again then.

    A dock that stands alone or floats has no tab: its title tells the number.
    """

    def __init__(self, dock: QDockWidget, window: QMainWindow) -> None:
        super().__init__(dock)
        self._dock = dock
        self._window = window
        self._title = dock.windowTitle()
        self._number = 0
        self._severity = ""
        self.label: QLabel | None = None
        self._settle = QTimer(self, singleShot=True, interval=0)
        self._settle.timeout.connect(self._put_on)
        for signal in (dock.visibilityChanged, dock.topLevelChanged, dock.dockLocationChanged):
            signal.connect(lambda *_: self._settle.start())

    def show_number(self, number: int, severity: str) -> None:
        """Show a number, none where it is 0, in the colour of a severity."""
        is_there = self.label is not None and shiboken6.isValid(self.label)
        if (number, severity) != (self._number, self._severity) or is_there != bool(number):
            self._number, self._severity = number, severity
            self._put_on()

    def _put_on(self) -> None:
        bar, index = self._find_tab()
        spoken = f"{self._title}, {self._number:,}" if self._number else self._title
        if bar is None:
            self._take_off()
            self._dock.setWindowTitle(f"{self._title} ({self._number:,})" if self._number else self._title)
            return
        self._dock.setWindowTitle(self._title)
        bar.setAccessibleTabName(index, spoken)
        worn = bar.tabButton(index, RIGHT)
        if self._number and worn is not None and worn is self.label:
            worn.setText(f"{self._number:,}")
            set_mark(worn, "severity", self._severity)
            if worn.sizeHint() == worn.size():
                return
        bar.setTabButton(index, RIGHT, None)  # type: ignore[arg-type]
        self._take_off()
        if self._number:
            self.label = self._make_label()
            bar.setTabButton(index, RIGHT, self.label)

    def _take_off(self) -> None:
        if self.label is not None and shiboken6.isValid(self.label):  # Qt takes it along with a tab
            self.label.hide()
            self.label.deleteLater()
        self.label = None

    def _make_label(self) -> QLabel:
        label = QLabel(f"{self._number:,}", alignment=Qt.AlignmentFlag.AlignCenter)
        label.setObjectName("tabbadge")
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        set_mark(label, "severity", self._severity)
        label.adjustSize()
        return label

    def _find_tab(self) -> tuple[QTabBar | None, int]:
        """Return the tab of the dock, by its title: Qt tells no other way."""
        if not self._dock.isFloating():
            for bar in self._window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
                for index in range(bar.count()):
                    if bar.isVisible() and bar.tabText(index).partition(" (")[0] == self._title:
                        return bar, index
        return None, -1


class ProblemBadge(TabBadge):
    """How many problems the project has."""

    def __init__(self, dock: QDockWidget, window: QMainWindow, editor: Editor) -> None:
        super().__init__(dock, window)
        self._editor = editor
        self._soon = QTimer(self, singleShot=True, interval=REST)
        self._soon.timeout.connect(self._count)
        editor.project_changed.connect(lambda *_: self._soon.start())
        self._count()

    def _count(self) -> None:
        problems = self._editor.problems
        self.show_number(count_matters(problems), problems[0].severity if problems else "")
