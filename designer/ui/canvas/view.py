"""The canvas: the network of an editor, seen and edited. Pointer, keys and drops become gestures here."""

from collections.abc import Collection
from dataclasses import replace
from html import escape
from weakref import WeakKeyDictionary

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from designer.document.graph import Edge
from designer.document.project import Project
from designer.ui.canvas.annotating import MoveRemarks, RemarkText
from designer.ui.canvas.changes import name_remarks
from designer.ui.canvas.connecting import DrawWire
from designer.ui.canvas.dropping import DropLayer, read_kind
from designer.ui.canvas.finding import LEAST_PORT_SCALE, NOTHING, Hit, hit_test
from designer.ui.canvas.geometry import Box, Point
from designer.ui.canvas.gestures import CutWires, Gesture, Modifier, Pan, PickWire, Pointer, SelectBox
from designer.ui.canvas.gliding import Glide
from designer.ui.canvas.hints import describe_node, explain_hit
from designer.ui.canvas.keys import Keys
from designer.ui.canvas.marks import Marks
from designer.ui.canvas.minimap import Minimap
from designer.ui.canvas.moving import MoveCards
from designer.ui.canvas.pens import make_thin_pen
from designer.ui.canvas.plane import Look, PlaneView
from designer.ui.canvas.rim import RimScroll
from designer.ui.canvas.scene import CanvasScene
from designer.ui.canvas.sheet import Sheet
from designer.ui.editor import Editor
from designer.ui.open_document import OpenDocument
from designer.ui.theme import Theme

LAYER_MIME = "application/x-designer-layer"  # what a drag from the palette carries: the kind, in UTF-8


class CanvasView(PlaneView):
    """Shows and edits the network of an editor. Nothing here changes the document but through `editor.apply`."""

    add_requested = Signal(QPointF, object)  # where on the canvas, and the PortRef dragged from, or None
    next_requested = Signal(QPointF)  # a layer after the selected one; where on the canvas if there is none
    layer_placed = Signal(str)  # kind of a layer that was dropped
    wire_refused = Signal(object, object, str, QPoint)  # the Edge, the one it would replace, why, where in the view
    node_activated = Signal(str)  # id of a double-clicked node
    status_hint = Signal(str)  # what the gesture under way would do, or why not; empty when there is none
    menu_requested = Signal(str, QPoint)  # "node", "edge", "remark" or "canvas", and where on the screen

    def __init__(self, editor: Editor, theme: Theme, parent: QWidget | None = None) -> None:
        self._scene = CanvasScene(editor, theme)
        super().__init__(self._scene, parent)
        self._scene.setParent(self)
        self.editor = editor
        self.theme = theme
        self._gesture: Gesture | None = None
        self._dragging = False
        self._drop: DropLayer | None = None
        self._pointer: QPoint | None = None
        self._hint = ""
        self._chosen: tuple[Collection[str], Collection[Edge]] = ((), ())  # before a press, which a double click begins
        self._where = editor.document, editor.where
        self._looks: WeakKeyDictionary[OpenDocument, dict[tuple[str, ...], Look]] = WeakKeyDictionary()  # by where
        self._keys = Keys(self)
        self._rim = RimScroll(self)
        self.glide = Glide(self)
        self.snaps = True  # whether cards that are dragged stop at the grid
        self._scene.moved.connect(self.glide.begin)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("network")
        editor.leaving.connect(self.glide.stop)
        editor.leaving.connect(self.stop)
        editor.view_changed.connect(self._on_project)
        editor.selection_changed.connect(self._on_selection)
        self.minimap = Minimap(self)
        self._on_selection(editor.selected_nodes, editor.selected_edges)

    @property
    def sheet(self) -> Sheet:
        """The items on the canvas."""
        return self._scene.sheet

    @property
    def marks(self) -> Marks:
        """What stands out for the moment."""
        return self._scene.marks

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of a theme."""
        self.theme = theme
        self._scene.set_theme(theme)

    def fit_all(self) -> None:
        """Show the whole network."""
        self.fit_box(self.glide.goal or self.sheet.bounds() or Box(0, 0, 0, 0))

    def fit_selection(self) -> None:
        """Show the selected cards, or the whole network where none is selected."""
        box = self.sheet.bounds(self.editor.selected_nodes)
        self.fit_all() if box is None else self.fit_box(box)

    def centre_on(self, node: str) -> None:
        """Bring a card into the middle of the view, close enough to be read."""
        item = self.sheet.nodes.get(node)
        if item is not None:
            if self.scale_now < LEAST_PORT_SCALE:
                self.zoom_by(1 / self.scale_now)
            self.centerOn((item.box.left + item.box.right) / 2, (item.box.top + item.box.bottom) / 2)

    def area_around(self, point: Point) -> Box:
        """Return the part of the canvas whose ports come into question: all in view, where ports can be seen."""
        return self.area() if self.scale_now >= LEAST_PORT_SCALE else Box(*point, *point).grow(96)

    def mark(self, **changes: object) -> None:
        """Let something stand out, or no longer: fields of Marks."""
        self._scene.marks = replace(self._scene.marks, **changes)  # type: ignore[arg-type]

    def hint(self, text: str) -> None:
        """Say what the gesture under way would do."""
        if text != self._hint:
            self._hint = text
            self.status_hint.emit(text)

    def ask_layer(self) -> None:
        """Ask for the next layer: after the selected one, else at the pointer or in the middle of the view."""
        inside = self._pointer is not None and self.viewport().rect().contains(self._pointer)
        place = self.mapToScene(self._pointer) if inside and self._pointer is not None else self.view_centre()
        self.next_requested.emit(place)

    def write_remark(self, remark: str, step: str | None = None) -> None:
        """Open a field for the words of a comment or a frame, in its place; they become part of an undo step `step`."""
        if remark in self.sheet.remarks:
            item = self.sheet.remarks[remark]
            self.reveal(item.grip)
            RemarkText(self, remark, step)

    @property
    def busy(self) -> bool:
        """Whether the pointer is in the middle of a gesture."""
        return self._gesture is not None or self._drop is not None

    def stop(self) -> bool:
        """Cancel what the pointer is doing; return whether it was doing anything."""
        gesture, self._gesture = self._gesture, None
        drop, self._drop = self._drop, None
        self._rim.stop()
        if gesture is not None:
            self.viewport().unsetCursor()
            gesture.cancel()
        if drop is not None:
            drop.leave()
        self.viewport().update()
        return gesture is not None or drop is not None

    def follow(self, screen: QPoint, keys: Qt.KeyboardModifier = Modifier.NoModifier) -> None:
        """Let the gesture under way, or what is under the pointer, follow when the view moved below the pointer."""
        pointer = self._pointer_at(screen, keys)
        if self._gesture is None:
            self._hover(pointer)
        elif self._dragging:
            self._gesture.move(pointer)
            self.viewport().update()

    # Pointer

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.glide.stop()
        pointer = self._read(event)
        self._chosen = self.editor.selected_nodes, self.editor.selected_edges
        if self.stop() and event.buttons() != event.button():
            pass  # a second button while the first is down cancels; else its release was lost
        elif event.button() == Qt.MouseButton.RightButton:
            self._select_for_menu(self._hit(pointer))
        else:
            self._dragging = False
            self._gesture = self._choose_gesture(event.button(), pointer)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        pointer = self._read(event)
        gesture = self._gesture
        if gesture is None:
            self._hover(pointer)
        elif self._dragging or self._begins_drag(gesture, pointer):
            gesture.move(pointer)
            self.viewport().update()
            if not isinstance(gesture, Pan):
                self._rim.follow(pointer.screen)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pointer = self._read(event)
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            self._rim.stop()
            self.viewport().unsetCursor()
            gesture.end(pointer) if self._dragging else gesture.click(pointer)
            self._hover(pointer)
            self.viewport().update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        pointer = self._read(event)
        hit = self._hit(pointer)
        if event.button() == Qt.MouseButton.LeftButton and hit == NOTHING:
            self.editor.select(*self._chosen)  # its first click let go of it: the new layer is wired to it
            self.add_requested.emit(QPointF(*pointer.place), None)
        elif event.button() == Qt.MouseButton.LeftButton and hit.node is not None and hit.port is None:
            self.node_activated.emit(hit.node)
        elif event.button() == Qt.MouseButton.LeftButton and hit.remark is not None:
            self.write_remark(hit.remark)
        else:
            self.mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        if self._gesture is None:
            self._pointer = None
            self.mark(hover=NOTHING)
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        super().wheelEvent(event)
        self.follow(event.position().toPoint(), event.modifiers())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            nodes, edges = self.editor.selected_nodes, self.editor.selected_edges
            what = "node" if nodes else "edge" if edges else "remark" if self.editor.selected_remarks else "canvas"
            item = self.sheet.nodes.get(next(iter(nodes), ""))
            at = self.viewport().rect().center() if item is None else self.mapFromScene(*item.position)
            self.menu_requested.emit(what, self.viewport().mapToGlobal(at))
        else:
            hit = self._hit(self._pointer_at(event.pos()))
            self.menu_requested.emit(hit.what, event.globalPos())
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            hit = self._hit(self._pointer_at(event.pos()))
            text = escape(explain_hit(self.sheet, self.editor.view.graph, hit)).replace("\n", "<br>")
            QToolTip.showText(event.globalPos(), f"<p>{text}</p>" if text else "", self)
            return True
        return super().viewportEvent(event)

    # Palette

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self.glide.stop()
        kind = bytes(event.mimeData().data(LAYER_MIME).data()).decode("utf-8", "replace")
        known = read_kind(self.editor.view, kind) if kind else None
        if known is not None:
            self._drop = DropLayer(self, *known)
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if self._drop is not None:
            self._drop.move(self._pointer_at(event.position().toPoint()).place)
            self.viewport().update()
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.stop()

    def dropEvent(self, event: QDropEvent) -> None:
        drop, self._drop = self._drop, None
        if drop is not None:
            drop.move(self._pointer_at(event.position().toPoint()).place)
            drop.drop()
            self.setFocus()
            event.acceptProposedAction()

    # Keys

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and self._keys.claims(event):
            if event.type() == QEvent.Type.KeyPress:
                self.keyPressEvent(event)
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.glide.stop()
        if not self._keys.press(event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not self._keys.release(event):
            super().keyReleaseEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._keys.forget()
        super().focusOutEvent(event)
        self.viewport().update()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        if self.hasFocus():  # Qt moves the picture, and the rim of the focus with it
            self.viewport().update()

    def pick_wire(self) -> None:
        """Select a wire of the selected card, or the next one."""
        self._keys.pick_wire()

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._gesture is not None and self._dragging:
            self._gesture.paint(painter)
        if self._drop is not None:
            self._drop.paint(painter)
        if self.hasFocus():
            self._paint_focus(painter)
        self.minimap.look()

    def _paint_focus(self, painter: QPainter) -> None:
        """Draw a line around the view: keys are meant for the canvas."""
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(make_thin_pen(self.theme.accent, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(self.viewport().rect().adjusted(0, 0, -1, -1))
        painter.restore()

    def _choose_gesture(self, button: Qt.MouseButton, pointer: Pointer) -> Gesture | None:
        if button == Qt.MouseButton.MiddleButton or (button == Qt.MouseButton.LeftButton and self._keys.take_space()):
            return Pan(self, pointer)
        if button != Qt.MouseButton.LeftButton:
            return None
        hit = self._hit(pointer)
        if hit.port is not None:
            return DrawWire(self, pointer, hit.port)
        if hit.node is not None:
            return MoveCards(self, pointer, hit.node)
        if hit.edge is not None:
            return PickWire(self, pointer, hit.edge)
        if hit.remark is not None:
            return MoveRemarks(self, pointer, hit.remark)
        return (CutWires if pointer.keys & Modifier.ControlModifier else SelectBox)(self, pointer)

    def _begins_drag(self, gesture: Gesture, pointer: Pointer) -> bool:
        way = pointer.screen - gesture.start.screen
        self._dragging = way.manhattanLength() >= QApplication.startDragDistance()
        if self._dragging and gesture.cursor is not None:
            self.viewport().setCursor(gesture.cursor)
        return self._dragging

    def _select_for_menu(self, hit: Hit) -> None:
        editor = self.editor
        if hit.node is not None and hit.node not in editor.selected_nodes:
            editor.select([hit.node])
        elif hit.edge is not None and hit.edge not in editor.selected_edges:
            editor.select((), [hit.edge])
        elif hit.remark is not None and hit.remark not in editor.selected_remarks:
            editor.select((), (), [hit.remark])
        elif hit == NOTHING:
            editor.select()

    def _read(self, event: QMouseEvent) -> Pointer:
        self._pointer = event.position().toPoint()
        return self._pointer_at(self._pointer, event.modifiers())

    def _pointer_at(self, screen: QPoint, keys: Qt.KeyboardModifier = Modifier.NoModifier) -> Pointer:
        point = self.mapToScene(screen)
        return Pointer((point.x(), point.y()), screen, keys)

    def _hit(self, pointer: Pointer) -> Hit:
        return hit_test(self.sheet, pointer.place, self.scale_now)

    def _hover(self, pointer: Pointer) -> None:
        hit = self._hit(pointer)
        self.mark(hover=hit)
        if hit.port is not None:
            self.viewport().setCursor(Qt.CursorShape.CrossCursor)
        else:
            self.viewport().unsetCursor()

    def _on_project(self, before: Project, after: Project) -> None:
        self.stop()
        self.mark(hover=NOTHING)
        where = self.editor.document, self.editor.where
        if where != self._where:
            if not self.fits_later:
                self._looks.setdefault(self._where[0], {})[self._where[1]] = self.look()
            self._where = where
            self._look_as_before()

    def _look_as_before(self) -> None:
        """Look at what was looked at here the last time; at everything where one has not been here."""
        look = self._looks.get(self._where[0], {}).get(self._where[1])
        if look is None:
            self.fit_all()
        else:
            self.look_at(look)

    def _on_selection(self, nodes: frozenset, edges: frozenset) -> None:
        self.mark(nodes=nodes, edges=edges, remarks=self.editor.selected_remarks)
        words = [describe_node(self.sheet, key) for key in sorted(nodes)[:8]]
        graph, shown = self.editor.view.graph, sorted(edges & self.sheet.edges.keys())[:8]
        words += [f"wire {explain_hit(self.sheet, graph, Hit(edge=edge))}".replace("\n", ", ") for edge in shown]
        remarks = self.editor.view.drawing.remarks
        words += [
            name_remarks(self.editor.view, [key]) for key in sorted(self.editor.selected_remarks & remarks.keys())
        ]
        self.setAccessibleDescription("; ".join(words) or "nothing selected")
