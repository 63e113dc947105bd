"""The canvas: the network of an editor, seen and edited. Pointer, keys and drops become gestures here."""

from collections.abc import Collection, Mapping
from html import escape

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
from PySide6.QtWidgets import QToolTip, QWidget

from designer.document.graph import Edge
from designer.document.project import Project
from designer.ui.canvas.annotating import MoveRemarks, RemarkText
from designer.ui.canvas.connecting import DrawWire
from designer.ui.canvas.finding import NOTHING, Hit, hit_test, vitals_at
from designer.ui.canvas.gestures import CutWires, Gesture, Modifier, Pan, PickWire, Pointer, SelectBox
from designer.ui.canvas.ghost import Ghost
from designer.ui.canvas.ghost_painter import paint_ghost
from designer.ui.canvas.hints import explain_hit
from designer.ui.canvas.keys import Keys
from designer.ui.canvas.moving import MoveCards
from designer.ui.canvas.pointing import Pointing
from designer.ui.canvas.sheet_view import SheetView
from designer.ui.canvas.vitals import Vitals
from designer.ui.editor import Editor
from designer.ui.theme import Theme

LAYER_MIME = "application/x-designer-layer"  # what a drag from the palette carries: the kind, in UTF-8


class CanvasView(SheetView):
    """Shows and edits the network of an editor. Nothing here changes the document but through `editor.apply`."""

    add_requested = Signal(QPointF, object)  # where on the canvas, and the PortRef dragged from, or None
    next_requested = Signal(QPointF)  # a layer after the selected one; where on the canvas if there is none
    layer_placed = Signal(str)  # kind of a layer that was dropped
    wire_refused = Signal(object, object, str, QPoint)  # the Edge, the one it would replace, why, where in the view
    node_activated = Signal(str)  # id of a double-clicked node
    pressed = Signal(int, object)  # a key that no command took, and what was held with it, before it does anything
    status_hint = Signal(str)  # what the gesture under way would do, or why not; empty when there is none
    menu_requested = Signal(str, QPoint)  # "node", "edge", "remark" or "canvas", and where on the screen

    def __init__(self, editor: Editor, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(editor, theme, parent)
        self._pointing = Pointing(self)
        self.ghost: Ghost | None = None  # of a change that is only looked at
        self._pointer: QPoint | None = None
        self._hint = ""
        self._chosen: tuple[Collection[str], Collection[Edge]] = ((), ())  # before a press, which a double click begins
        self._keys = Keys(self)
        self.snaps = True  # whether cards that are dragged stop at the grid
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        editor.leaving.connect(self.stop)
        editor.view_changed.connect(self._on_project)

    def hint(self, text: str) -> None:
        """Say what the gesture under way would do."""
        if text != self._hint:
            self._hint = text
            self.status_hint.emit(text)

    def show_ghost(self, ghost: Ghost | None) -> None:
        """Draw over the network what a change would do to it; None takes that away."""
        if ghost != self.ghost:
            self.ghost = ghost
            self.viewport().update()

    @property
    def covers(self) -> list[QRectF]:
        """What lies over the network and is read together with a ghost: the card of a problem, in logical pixels."""
        cards = self.findChildren(QWidget, "problemcard", Qt.FindChildOption.FindDirectChildrenOnly)
        return [QRectF(card.geometry()) for card in cards if card.isVisible()]

    def show_fault(self, node: str | None) -> None:
        """Light up the card of the layer that a run failed at, None for none."""
        if self._scene.sheet.fault != node:
            self._scene.sheet.fault = node
            self._scene.update()

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

    def show_vitals(self, vitals: Mapping[str, Vitals]) -> None:
        """Show on cards what a run says of them."""
        if vitals != self.sheet.vitals:
            self.sheet.vitals = vitals
            self.viewport().update()

    @property
    def busy(self) -> bool:
        """Whether the pointer is in the middle of a gesture."""
        return self._pointing.busy

    def stop(self) -> bool:
        """Cancel what the pointer is doing; return whether it was doing anything."""
        return self._pointing.cancel()

    def follow(self, screen: QPoint, keys: Qt.KeyboardModifier = Modifier.NoModifier) -> None:
        """Let the gesture under way, or what is under the pointer, follow when the view moved below the pointer."""
        pointer = self._pointer_at(screen, keys)
        if self._pointing.gesture is None:
            self._hover(pointer)
        self._pointing.follow(pointer)

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
            self._pointing.begin(self._choose_gesture(event.button(), pointer))
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        pointer = self._read(event)
        if self._pointing.gesture is None:
            self._hover(pointer)
        self._pointing.move(pointer)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pointer = self._read(event)
        if self._pointing.release(pointer):
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
        if self._pointing.gesture is None:
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
            at = self.mapToScene(event.pos())
            ill = vitals_at(self.sheet, (at.x(), at.y()))  # its badge lies half beside the card
            hit = Hit(node=ill) if ill else self._hit(self._pointer_at(event.pos()))
            text = escape(explain_hit(self.sheet, self.editor.view.graph, hit)).replace("\n", "<br>")
            QToolTip.showText(event.globalPos(), f"<p>{text}</p>" if text else "", self)
            return True
        return super().viewportEvent(event)

    # Palette

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self.glide.stop()
        kind = bytes(event.mimeData().data(LAYER_MIME).data()).decode("utf-8", "replace")
        if self._pointing.drag_in(kind):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if self._pointing.drag_over(self._pointer_at(event.position().toPoint()).place):
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.stop()

    def dropEvent(self, event: QDropEvent) -> None:
        if self._pointing.drop(self._pointer_at(event.position().toPoint()).place):
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
        self.pressed.emit(event.key(), event.modifiers())
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

    def pick_wire(self) -> None:
        """Select a wire of the selected card, or the next one."""
        self._keys.pick_wire()

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.ghost is not None:
            paint_ghost(painter, self.ghost, self.theme, self.covers)
        self._pointing.paint(painter)
        if self.hasFocus():
            self.paint_focus(painter)
        self.minimap.look()

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
        self.show_ghost(None)
        self.mark(hover=NOTHING)
        self.keep_look()
