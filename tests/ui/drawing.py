"""Drawing a network by hand: layers dragged in, wires drawn from port to port, values typed into forms."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from designer.ui.canvas.geometry import PortRef
from designer.ui.panels.forms import ParameterForm
from designer.ui.window import Window
from tests.ui.conftest import LEFT, NO_KEYS, User, settle


def drag(widget: QWidget, places: Sequence[QPoint]) -> None:
    """Press the left button at the first place, go along the others and let it go at the last one."""
    QTest.mousePress(widget, LEFT, NO_KEYS, places[0])
    for place in places[1:]:
        screen = QPointF(widget.mapToGlobal(place))
        move = QMouseEvent(QMouseEvent.Type.MouseMove, QPointF(place), screen, Qt.MouseButton.NoButton, LEFT, NO_KEYS)
        QApplication.sendEvent(widget, move)
        settle()
    QTest.mouseRelease(widget, LEFT, NO_KEYS, places[-1])
    settle()


def drag_in(window: Window, carry, kind: str, place: QPoint) -> None:
    """Drag a layer from the palette to a place on the canvas."""
    tree = window.workbench.panel("palette").tree
    item = tree.item_of(kind)
    tree.scrollToItem(item)
    start = tree.visualItemRect(item).center()
    carry(window.canvas.viewport(), place)
    QTest.mousePress(tree.viewport(), LEFT, NO_KEYS, start)
    for step in (8, 16, 40):
        QTest.mouseMove(tree.viewport(), start + QPoint(step, 0))
        settle()
    QTest.mouseRelease(tree.viewport(), LEFT, NO_KEYS, start)
    settle()


def draw_wire(window: Window, source: str, target: str) -> None:
    """Drag from the output of one layer to the input of another."""
    canvas, viewport = window.canvas, window.canvas.viewport()
    ids = {node.name: node.id for node in window.editor.project.graph.nodes.values()}
    ports = PortRef(ids[source], 0, True), PortRef(ids[target], 0, False)
    start, end = (canvas.mapFromScene(QPointF(*canvas.sheet.nodes[port.node].point_of(port))) for port in ports)
    drag(viewport, [start + (end - start) * part / 8 for part in range(9)])


def set_value(user: User, form: ParameterForm, name: str, text: str) -> None:
    """Type a value into a form."""
    user.retype(form.rows[name].field, text)
    user.press(Qt.Key.Key_Return, widget=form.rows[name].field)
