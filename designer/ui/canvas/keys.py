"""What keys do on the canvas: walk the wires, nudge, delete, ask for a layer, and Space held to pan."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from designer.ui.canvas.changes import move_by, remove_selected
from designer.ui.canvas.geometry import GRID, Point
from designer.ui.canvas.walking import Direction, step_from

if TYPE_CHECKING:
    from designer.ui.canvas.view import CanvasView

Key, Modifier = Qt.Key, Qt.KeyboardModifier
ARROWS: dict[int, tuple[Direction, Point]] = {
    Key.Key_Up: ("up", (0.0, -GRID)),
    Key.Key_Down: ("down", (0.0, GRID)),
    Key.Key_Left: ("left", (-GRID, 0.0)),
    Key.Key_Right: ("right", (GRID, 0.0)),
}
_IGNORED = Modifier.KeypadModifier | Modifier.GroupSwitchModifier


class Keys:
    """The keys of one canvas. Commands of the window with the same keys come first; these work without a window."""

    def __init__(self, view: "CanvasView") -> None:
        self._view = view
        self._space_held = False
        self._space_used = False
        control = Modifier.ControlModifier
        self._actions: dict[tuple[int, Qt.KeyboardModifier], Callable[[], object]] = {
            (Key.Key_Delete, Modifier.NoModifier): self._delete,
            (Key.Key_Backspace, Modifier.NoModifier): self._delete,
            (Key.Key_A, control): lambda: view.editor.select(view.editor.view.graph.nodes),
            (Key.Key_F, Modifier.NoModifier): view.fit_selection,
            (Key.Key_Home, Modifier.NoModifier): view.fit_all,
            (Key.Key_Tab, Modifier.NoModifier): self._step_in,
            (Key.Key_Escape, Modifier.NoModifier): self._escape,
            (Key.Key_Return, Modifier.NoModifier): self._open,
            (Key.Key_Enter, Modifier.NoModifier): self._open,
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
        elif key in ARROWS and keys in (Modifier.NoModifier, Modifier.ShiftModifier):
            direction, nudge = ARROWS[key]
            self._nudge(nudge) if keys else self._walk(direction)
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

    def _walk(self, direction: Direction) -> None:
        view = self._view
        project, chosen = view.editor.view, view.editor.selected_nodes
        start = min(chosen, key=lambda node: view.sheet.nodes[node].order, default=None)
        reached = step_from(project.graph, project.layout, start, direction)
        if reached is not None:
            view.editor.select([reached])
            view.reveal(view.sheet.nodes[reached].box)

    def _nudge(self, by: Point) -> None:
        editor = self._view.editor
        if editor.selected_nodes:
            title, project = move_by(editor.view, editor.selected_nodes, by)
            editor.apply_view(title, project, key=f"nudge {editor.where} {sorted(editor.selected_nodes)}")

    def _delete(self) -> None:
        editor = self._view.editor
        chosen = editor.selected_nodes, editor.selected_edges, editor.selected_remarks
        if any(chosen):
            editor.apply_view(*remove_selected(editor.view, *chosen))

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

    def _escape(self) -> None:
        if not self._view.stop():
            self._view.editor.select()
