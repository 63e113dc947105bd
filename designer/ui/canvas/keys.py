"""What keys do on the canvas: walk cards and wires, nudge, delete, ask for a layer, and Space held to pan."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent

from designer.document.graph import Edge
from designer.ui.canvas.annotating import carried_by
from designer.ui.canvas.changes import delete_selected, move_by, move_carried
from designer.ui.canvas.geometry import GRID, Point
from designer.ui.canvas.walking import Direction, list_wires, step_from, step_wire

if TYPE_CHECKING:
    from designer.ui.canvas.view import CanvasView

Key, Modifier = Qt.Key, Qt.KeyboardModifier
ARROWS: dict[int, tuple[Direction, Point]] = {
    Key.Key_Up: ("up", (0.0, -GRID)),
    Key.Key_Down: ("down", (0.0, GRID)),
    Key.Key_Left: ("left", (-GRID, 0.0)),
    Key.Key_Right: ("right", (GRID, 0.0)),
}
LONGEST_TRAIL = 100  # cards one remembers to have walked over
PAGE = 0.8  # of the view that one page moves it by
_IGNORED = Modifier.KeypadModifier | Modifier.GroupSwitchModifier


class Keys:
    """The keys of one canvas. Commands of the window with the same keys come first; these work without a window."""

    def __init__(self, view: "CanvasView") -> None:
        self._view = view
        self._space_held = False
        self._space_used = False
        self._trail: list[str] = []  # where one walked, the latest at its end
        self._picked: tuple[str, Edge] | None = None  # the card whose wires are gone through, and the wire one is at
        control = Modifier.ControlModifier
        self._actions: dict[tuple[int, Qt.KeyboardModifier], Callable[[], object]] = {
            (Key.Key_Delete, Modifier.NoModifier): self._delete,
            (Key.Key_Backspace, Modifier.NoModifier): self._delete,
            (Key.Key_A, control): lambda: view.editor.select(view.editor.view.graph.nodes),
            (Key.Key_F, Modifier.NoModifier): view.fit_selection,
            (Key.Key_Home, Modifier.NoModifier): view.fit_all,
            (Key.Key_Tab, Modifier.NoModifier): self._step_in,
            (Key.Key_Escape, Modifier.NoModifier): self._escape,
            (Key.Key_F10, Modifier.ShiftModifier): self._open_menu,
            (Key.Key_Return, Modifier.NoModifier): self._open,
            (Key.Key_Enter, Modifier.NoModifier): self._open,
            (Key.Key_W, Modifier.NoModifier): self.pick_wire,
            (Key.Key_PageUp, Modifier.NoModifier): lambda: self._page(0, -PAGE),
            (Key.Key_PageDown, Modifier.NoModifier): lambda: self._page(0, PAGE),
            (Key.Key_PageUp, Modifier.ShiftModifier): lambda: self._page(-PAGE, 0),
            (Key.Key_PageDown, Modifier.ShiftModifier): lambda: self._page(PAGE, 0),
        }

    def claims(self, event: QKeyEvent) -> bool:
        """Return whether a key is the canvas's before shortcuts and moves of the focus.

        Space is held to pan as well as pressed to add; Tab steps into a block or adds; Escape ends a drag first.
        """
        if event.type() not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress) or event.modifiers() & ~_IGNORED:
            return False
        return event.key() in (Key.Key_Space, Key.Key_Tab) or (event.key() == Key.Key_Escape and self._view.busy)

    def press(self, event: QKeyEvent) -> bool:
        """Do what a key means; return whether it means anything."""
        key, keys = event.key(), event.modifiers() & ~_IGNORED
        if key == Key.Key_Space and not keys:
            if not event.isAutoRepeat():
                self._space_held, self._space_used = True, False
        elif key in ARROWS and keys == Modifier.ShiftModifier:
            self._nudge(ARROWS[key][1])
        elif key in ARROWS and keys in (Modifier.NoModifier, Modifier.ControlModifier):
            self._walk(ARROWS[key][0], adds=bool(keys))
        elif (key, keys) in self._actions:
            self._actions[key, keys]()
        else:
            return False
        return True

    def release(self, event: QKeyEvent) -> bool:
        """Do what letting go of a key means; return whether it means anything."""
        if event.key() != Key.Key_Space or event.isAutoRepeat() or not self._space_held:
            return False
        self._space_held = False
        if not self._space_used:
            self._view.ask_layer()
        return True

    def take_space(self) -> bool:
        """Return whether Space is held; its release then asks for nothing."""
        self._space_used = self._space_held
        return self._space_held

    def forget(self) -> None:
        """Take it that no key is held."""
        self._space_held = False

    def pick_wire(self) -> None:
        """Select a wire of the selected card, or the next one of those beside the selected wire."""
        editor = self._view.editor
        graph = editor.view.graph
        if editor.selected_edges:
            self._walk("down" if self._flow == "right" else "right")
        elif (start := self._start()) is not None and (wires := list_wires(graph, start)):
            self._picked = start, wires[0]
            self._select_wire(wires[0])

    @property
    def _flow(self) -> str:
        return self._view.editor.view.drawing.flow

    def _start(self) -> str | None:
        """Return the card from which one walks: of several the one to which one came last, else the first."""
        chosen, items = self._view.editor.selected_nodes, self._view.sheet.nodes
        latest = next((node for node in reversed(self._trail) if node in chosen), None)
        return latest or min(chosen & items.keys(), key=lambda node: items[node].order, default=None)

    def _walk(self, direction: Direction, *, adds: bool = False) -> None:
        """Go one step and select what is there; `adds` keeps what was selected."""
        view, editor = self._view, self._view.editor
        project, start = editor.view, self._start()
        if start is None and len(editor.selected_edges) == 1:
            reached = step_wire(project.graph, next(iter(editor.selected_edges)), direction, flow=self._flow)
            if isinstance(reached, Edge):
                if (origin := self._origin) is not None:
                    self._picked = origin, reached
                self._select_wire(reached)
                return
        else:
            reached = step_from(project.graph, project.layout, start, direction, flow=self._flow, trail=self._trail)
        if reached is None:
            return
        self._trail = [*self._trail, *([start] if start else []), reached][-LONGEST_TRAIL:]
        editor.select({reached, *editor.selected_nodes} if adds else [reached])
        view.reveal(view.sheet.nodes[reached].box)

    @property
    def _origin(self) -> str | None:
        """The card from which one came to the wire that alone is selected, None where one came otherwise."""
        editor = self._view.editor
        if self._picked is None or editor.selected_nodes or editor.selected_edges != {self._picked[1]}:
            return None
        return self._picked[0] if self._picked[0] in editor.view.graph.nodes else None

    def _select_wire(self, edge: Edge) -> None:
        self._view.editor.select((), [edge])
        if (item := self._view.sheet.edges.get(edge)) is not None:
            self._view.reveal(item.bounds)

    def _page(self, across: float, down: float) -> None:
        size = self._view.viewport().size()
        self._view.scroll_by(QPoint(round(across * size.width()), round(down * size.height())))

    def _nudge(self, by: Point) -> None:
        editor = self._view.editor
        nodes, remarks = editor.selected_nodes, editor.selected_remarks
        if nodes or remarks:
            change = move_by(editor.view, nodes, by)
            if remarks:
                change = move_carried(editor.view, *carried_by(self._view, nodes, remarks), by, remarks)
            editor.apply_view(*change, key=f"nudge {editor.where} {sorted(nodes)} {sorted(remarks)}")

    def _delete(self) -> None:
        delete_selected(self._view.editor)

    def _open(self) -> None:
        """Do what a double click on the selected card does."""
        editor = self._view.editor
        if len(editor.selected_nodes) == 1:
            self._view.node_activated.emit(next(iter(editor.selected_nodes)))
        elif len(editor.selected_remarks) == 1:
            self._view.write_remark(next(iter(editor.selected_remarks)))

    def _step_in(self) -> None:
        """Step inside the selected block; without one, ask for a layer to add."""
        editor = self._view.editor
        if len(editor.selected_nodes) != 1 or not editor.enter(next(iter(editor.selected_nodes))):
            self._view.ask_layer()

    def _open_menu(self) -> None:
        """Open the menu of what is selected. The Menu key does so by Qt; Shift+F10 does on Windows alone."""
        middle = self._view.viewport().rect().center()
        reason = QContextMenuEvent.Reason.Keyboard
        self._view.contextMenuEvent(QContextMenuEvent(reason, middle, self._view.mapToGlobal(middle)))

    def _escape(self) -> None:
        if not self._view.stop():
            origin = self._origin
            self._view.editor.select([origin] if origin is not None else ())
