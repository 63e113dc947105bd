"""Leads to a layer: brings it into view wherever it lies, says what it is called, opens its page."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from designer.document.places import walk_turns
from designer.document.project import used_block
from designer.document.wording import show_name
from designer.ui.panels.inspector import Inspector

if TYPE_CHECKING:
    from designer.ui.window import Window


class Guide(QObject):
    """Knows the layers of a window by their keys, as in `document.places`."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window

    def show_node(self, key: str) -> None:
        """Select a node and bring it into view, stepping into the block it lies in."""
        editor, block = self._window.editor, used_block(key)
        if block in editor.project.blocks:
            editor.enter_block(block)
        elif node := editor.find(key):
            editor.select([node])
            self._window.canvas.centre_on(node)

    def go_to_node(self, key: str) -> None:
        """Show a node as `show_node` does, and let the canvas have the keys."""
        self.show_node(key)
        self._window.canvas.setFocus()

    def name_layer(self, key: str) -> str:
        """Return the name of a layer of a run, with the blocks it lies in ("blocks 2 / norm"); the key where it is gone."""
        way = walk_turns(self._window.editor.project, key)
        names = [
            f"{show_name(node.name)} {int(turn) + 1}" if turn.isdigit() else show_name(node.name) for node, turn in way
        ]
        return " / ".join(names) or key

    def open_node(self, node: str) -> None:
        """Step into a block; of another node of the view, put the cursor into the first field of its page."""
        if self._window.editor.enter(node):
            return
        self._window.editor.select([node])
        self._open_inspector().layer.form.focus_first()

    def rename(self) -> None:
        """Put the cursor into the name of the selected layer."""
        self._open_inspector().start_rename()

    def rename_block(self) -> None:
        """Put the cursor into the name of the selected block."""
        self._open_inspector().start_rename_block()

    def _open_inspector(self) -> Inspector:
        inspector = self._window.workbench.panel("inspector")
        assert isinstance(inspector, Inspector)
        self._window.workbench.show("inspector")
        return inspector
