"""A canvas on the screen, and a hand that drives it with real mouse and key events."""

from collections.abc import Callable, Iterator

import pytest
import shiboken6
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from designer.document.project import Project
from designer.ui.canvas.geometry import Point, PortRef
from designer.ui.canvas.view import LAYER_MIME, CanvasView
from designer.ui.editor import Editor
from designer.ui.theme import load_theme

NO_KEYS = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton


class Hand:
    """A hand on one canvas. Places are in canvas units."""

    def __init__(self, view: CanvasView) -> None:
        self.view = view

    def pixel(self, place: Point) -> QPoint:
        return self.view.mapFromScene(QPointF(*place))

    def middle(self, node: str) -> Point:
        box = self.view.sheet.nodes[node].box
        return (box.left + box.right) / 2 - 60, (box.top + box.bottom) / 2

    def port(self, node: str, number: int = 0, *, output: bool) -> Point:
        return self.view.sheet.nodes[node].point_of(PortRef(node, number, output))

    def press(self, place: Point, keys: Qt.KeyboardModifier = NO_KEYS, button: Qt.MouseButton = LEFT) -> None:
        QTest.mousePress(self.view.viewport(), button, keys, self.pixel(place))

    def move(self, place: Point) -> None:
        QTest.mouseMove(self.view.viewport(), self.pixel(place))

    def release(self, place: Point, keys: Qt.KeyboardModifier = NO_KEYS, button: Qt.MouseButton = LEFT) -> None:
        QTest.mouseRelease(self.view.viewport(), button, keys, self.pixel(place))

    def click(self, place: Point, keys: Qt.KeyboardModifier = NO_KEYS, button: Qt.MouseButton = LEFT) -> None:
        QTest.mouseClick(self.view.viewport(), button, keys, self.pixel(place))

    def double_click(self, place: Point) -> None:
        QTest.mouseDClick(self.view.viewport(), LEFT, NO_KEYS, self.pixel(place))

    def drag(
        self,
        start: Point,
        end: Point,
        keys: Qt.KeyboardModifier = NO_KEYS,
        button: Qt.MouseButton = LEFT,
        steps: int = 6,
    ) -> None:
        self.press(start, keys, button)
        self.carry(start, end, steps)
        self.release(end, keys, button)

    def carry(self, start: Point, end: Point, steps: int = 6) -> None:
        for step in range(1, steps + 1):
            share = step / steps
            self.move((start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share))

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        QTest.keyClick(self.view, key, keys)

    def carry_layer(self, kind: str, end: Point) -> QMimeData:
        data = QMimeData()
        data.setData(LAYER_MIME, kind.encode())
        where = self.pixel(end)
        buttons, actions = LEFT, Qt.DropAction.CopyAction
        QApplication.sendEvent(self.view.viewport(), QDragEnterEvent(where, actions, data, buttons, NO_KEYS))
        for shift in (8, 4, 0):
            step = where + QPoint(shift, shift)
            QApplication.sendEvent(self.view.viewport(), QDragMoveEvent(step, actions, data, buttons, NO_KEYS))
        return data

    def drop_layer(self, kind: str, end: Point) -> None:
        data = self.carry_layer(kind, end)
        event = QDropEvent(QPointF(self.pixel(end)), Qt.DropAction.CopyAction, data, LEFT, NO_KEYS)
        QApplication.sendEvent(self.view.viewport(), event)

    def carry_layer_away(self) -> None:
        QApplication.sendEvent(self.view.viewport(), QDragLeaveEvent())

    def hover(self, place: Point) -> None:
        position = QPointF(self.pixel(place))
        screen = QPointF(self.view.viewport().mapToGlobal(position.toPoint()))
        event = QMouseEvent(
            QMouseEvent.Type.MouseMove, position, screen, Qt.MouseButton.NoButton, Qt.MouseButton.NoButton, NO_KEYS
        )
        QApplication.sendEvent(self.view.viewport(), event)


@pytest.fixture(autouse=True)
def leaves_nothing() -> None:
    """Leave out the search of all memory after each test: a canvas is deleted, and seen to be, by its fixture."""


@pytest.fixture
def open_canvas(qapp: QApplication) -> Iterator[Callable[[Project], Hand]]:
    """Return a function that shows a project on a canvas of 1200 x 900 pixels, all of it in view."""
    views: list[CanvasView] = []

    def show(project: Project) -> Hand:
        view = CanvasView(Editor(project), load_theme("dark"))
        views.append(view)
        view.resize(1200, 900)
        view.show()
        view.fit_all()
        return Hand(view)

    yield show
    for view in views:
        view.editor.deleteLater()
        view.close()
        view.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not [view for view in views if shiboken6.isValid(view)]
    assert not QApplication.topLevelWidgets()
