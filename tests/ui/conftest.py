"""A real window for each test, hands to drive it, and a look afterwards at what was left behind."""

import gc
import threading
from collections.abc import Callable, Iterator

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDrag, QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QLineEdit, QMenu, QWidget

from designer.document.arrange import arrange
from designer.document.edits import add_node, connect, move_nodes, set_data
from designer.document.graph import Edge
from designer.document.project import Choice, Data, Project
from designer.ui.editor import Editor
from designer.ui.settings import Settings
from designer.ui.trainer import Trainer
from designer.ui.window import Window

LEFT = Qt.MouseButton.LeftButton
NO_KEYS = Qt.KeyboardModifier.NoModifier
LEAVING = 20.0  # seconds that a thread may take to end, on a busy machine


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let every warning of Qt fail its test; the offscreen platform's own is none of ours."""
    for item in items:
        item.add_marker(pytest.mark.qt_log_level_fail("WARNING"))
        item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support"))


def settle() -> None:
    """Let everything that waits in Qt's queue happen, deletions too."""
    for _ in range(3):
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(autouse=True)
def leaves_nothing(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves windows, running timers or threads behind."""
    if "qapp" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("qapp")
    windows, threads = set(map(address_of, QApplication.topLevelWidgets())), set(threading.enumerate())
    gc.freeze()  # what is there already needs no look afterwards: torch alone brings 200,000 objects
    gc.disable()  # as under a window: while Qt takes widgets apart it holds locks for which others would wait for good
    yield
    settle()
    for thread in set(threading.enumerate()) - threads:
        thread.join(LEAVING)  # it was told to stop
    gc.collect()
    gc.enable()
    left = [repr(widget) for widget in QApplication.topLevelWidgets() if address_of(widget) not in windows]
    left += [repr(thread) for thread in threading.enumerate() if thread not in threads]
    left += [repr(timer.parent()) for timer in find_timers() if timer.isActive()]
    assert not left


def address_of(widget: QWidget) -> int:
    """Where C++ keeps a widget: Python makes its side of one anew each time it is asked for."""
    return shiboken6.getCppPointer(widget)[0]


def find_timers() -> list[QTimer]:
    """The timers that the test made and that are still there."""
    return [one for one in gc.get_objects() if type(one) is QTimer and shiboken6.isValid(one)]


@pytest.fixture
def one_thread(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One thread of arithmetic, here and in scripts of their own: small networks gain nothing from more."""
    import torch  # here, so that tests without a run need not wait for it

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    yield
    torch.set_num_threads(before)


@pytest.fixture
def settings(tmp_path) -> Settings:
    made = Settings(tmp_path / "window.ini")
    made.animations = False  # a card stands where the document says; test_arranging.py looks at cards on their way
    return made


@pytest.fixture
def window(qtbot, settings: Settings) -> Iterator[Window]:
    """The real window, empty, painted and ready."""
    made = Window(Editor(), settings, "dark")
    made.resize(1400, 900)
    try:
        with qtbot.waitSignal(made.ready):
            made.show()
            made.activateWindow()
        settle()
        yield made
    finally:
        if shiboken6.isValid(made):
            made.close_for_good()
            made.deleteLater()
            settle()


@pytest.fixture
def chain() -> Project:
    """Digits into Flatten, Linear, ReLU, Linear: ready to train."""
    project = set_data(Project(name="chain"), Data(Choice("Digits")))
    layers = (("Input", {}), ("Flatten", {}), ("Linear", {}), ("ReLU", {}), ("Linear", {"out_features": 10}))
    before = None
    for kind, parameters in (*layers, ("Output", {})):
        project, new = add_node(project, kind, parameters=parameters)
        if before is not None:
            project = connect(project, Edge(before, 0, new, 0))
        before = new
    return move_nodes(project, arrange(project.graph))


def wires(project: Project) -> set[tuple[str, str]]:
    """The wires by the names of the nodes they join."""
    nodes = project.graph.nodes
    return {(nodes[edge.source].name, nodes[edge.target].name) for edge in project.graph.edges}


def names(project: Project) -> list[str]:
    return [node.name for node in project.graph.nodes.values()]


class User:
    """Somebody with a mouse and a keyboard in front of a window. Every method sends real events."""

    def __init__(self, window: Window) -> None:
        self.window = window

    def click(self, widget: QWidget, place: QPoint | None = None, *, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        settle()
        QTest.mouseClick(widget, LEFT, keys, place or widget.rect().center())
        settle()

    def double_click(self, widget: QWidget, place: QPoint) -> None:
        QTest.mouseClick(widget, LEFT, NO_KEYS, place)
        QTest.mouseDClick(widget, LEFT, NO_KEYS, place)
        QTest.mouseRelease(widget, LEFT, NO_KEYS, place)
        settle()

    def type(self, text: str, widget: QWidget | None = None) -> None:
        QTest.keyClicks(widget or QApplication.focusWidget() or self.window.focusWidget(), text)
        settle()

    def press(self, key: Qt.Key, keys: Qt.KeyboardModifier = NO_KEYS, widget: QWidget | None = None) -> None:
        settle()
        QTest.keyClick(widget or QApplication.focusWidget() or self.window.focusWidget() or self.window, key, keys)
        settle()

    def retype(self, field: QWidget, text: str) -> None:
        """Click into a field, select all of it and type over it."""
        self.click(field)
        self.press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier, field)
        self.type(text, field)

    def choose(self, *path: str) -> None:
        """Go through the menus by mouse: choose("Edit", "Undo") takes what begins so."""
        bar = self.window.menuBar()
        head = next(action for action in bar.actions() if action.text().replace("&", "") == path[0])
        self.click(bar, bar.actionGeometry(head).center())
        menu = head.menu()
        for step in path[1:-1]:
            entry = find_entry(menu, step)
            menu.setActiveAction(entry)
            self.press(Qt.Key.Key_Right, widget=menu)
            menu = entry.menu()
        entry = find_entry(menu, path[-1])
        self.click(menu, menu.actionGeometry(entry).center())

    def tool(self, command: str) -> None:
        """Click a button of the tool bar."""
        action = self.window.menus.actions[command]
        bar = self.window.findChild(QWidget, "tools")
        self.click(bar.widgetForAction(action))

    def canvas_place(self, node: str) -> QPoint:
        """Where on the canvas's viewport a node's card is, away from its ports."""
        x, y = self.window.editor.view.layout[node]
        return self.window.canvas.mapFromScene(QPointF(x + 40, y + 22))

    def click_node(self, node: str, *, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        self.click(self.window.canvas.viewport(), self.canvas_place(node), keys=keys)

    def show(self, panel: str) -> QWidget:
        """Bring a panel into view as the View menu does, and return its widget."""
        self.window.workbench.show(panel)
        settle()
        return self.window.workbench.panel(panel)

    def name_file(self, path: object) -> None:
        """Type a path into the file dialog that is open, and press Return."""
        dialog = self.window.findChild(QFileDialog)
        line = dialog.findChild(QLineEdit, "fileNameEdit")
        line.selectAll()
        self.type(str(path), line)
        self.press(Qt.Key.Key_Return, widget=line)
        self.window.activateWindow()  # what a window manager does when a dialog closes

    def answer(self, text: str) -> None:
        """Press the button of the dialog or notice that says so."""
        roots = [QApplication.activeModalWidget(), self.window.notices]
        for root in filter(None, roots):
            for button in root.findChildren(QAbstractButton):
                if button.text().replace("&", "") == text and button.isVisible():
                    self.click(button)
                    return
        raise AssertionError(f"no button {text!r}")


def find_entry(menu: QMenu, start: str):
    for action in menu.actions():
        if action.text().replace("&&", "&").startswith(start):
            assert action.isEnabled(), f"{start} is disabled"
            return action
    raise AssertionError(f"{start!r} is not among {[action.text() for action in menu.actions()]}")


@pytest.fixture
def user(window: Window) -> User:
    return User(window)


@pytest.fixture
def trainer(window: Window) -> Iterator[Trainer]:
    """Return the trainer of a window with a project that trains without end."""
    from tests.ui.runs import make_moons, single_thread  # here, so that tests without a run need not wait for torch

    window.editor.open(make_moons(epochs=1_000_000))
    with single_thread():
        yield window.trainer
        window.trainer.shut_down()


@pytest.fixture
def events(trainer) -> list:
    """Return the events of the runs of `trainer`, as they come."""
    heard: list = []
    trainer.bridge.happened.connect(heard.append)
    return heard


def drop_on(widget: QWidget, data: QMimeData, place: QPoint) -> None:
    """Carry data over a widget and let it fall there, as the system does."""
    buttons, actions = LEFT, Qt.DropAction.CopyAction
    for event in (
        QDragEnterEvent(place, actions, data, buttons, NO_KEYS),
        QDragMoveEvent(place, actions, data, buttons, NO_KEYS),
        QDropEvent(QPointF(place), actions, data, buttons, NO_KEYS),
    ):
        QApplication.sendEvent(widget, event)
    settle()


def files(*paths) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


@pytest.fixture
def carry(monkeypatch: pytest.MonkeyPatch) -> Callable[[QWidget, QPoint], None]:
    """Say where the next drag goes. The offscreen platform has no drag of its own: this stands in for the pointer."""
    goal: list[tuple[QWidget, QPoint]] = []

    def drag(self: QDrag, *actions: object) -> Qt.DropAction:
        drop_on(*[goal[-1][0], self.mimeData(), goal[-1][1]])
        return Qt.DropAction.CopyAction

    monkeypatch.setattr(QDrag, "exec", drag)
    return lambda widget, place: goal.append((widget, place))
