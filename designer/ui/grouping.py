"""The commands of blocks: group, dissolve, step in and out, bypass, make independent, keep in the library."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu

from designer.catalogue.blocks import BlockSpec, find_spec, name_kind
from designer.document.blocks import find_uses, make_independent, remove_block
from designer.document.edits import EditError, set_option
from designer.document.grouping import dissolve, group
from designer.document.library import keep_block
from designer.document.naming import name_stem
from designer.document.project import Project, used_block
from designer.document.wording import show_name
from designer.paths import user_blocks
from designer.ui.canvas.changes import name_nodes

if TYPE_CHECKING:
    from designer.ui.window import Window

T = TypeVar("T")
MOST_NAMED = 3  # kinds of layer that the name of a new block is made of


class Grouping(QObject):
    """The commands of one window that make, enter, change and keep blocks."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self._editor = window.editor

    @property
    def selected_block(self) -> str:
        """The block that the one selected node uses, "" where it uses none."""
        chosen, view = self._editor.selected_nodes, self._editor.view
        node = view.graph.nodes.get(next(iter(chosen))) if len(chosen) == 1 else None
        block = used_block(node.kind) if node is not None else None
        return block if block is not None and block in view.blocks else ""

    @property
    def block_at_hand(self) -> str:
        """The block that is selected, else the one in which one stands; "" for none."""
        return self.selected_block or next(reversed(self._editor.where), "")

    def group(self) -> None:
        """Make a block of the selected layers; it is selected, and the keys stay where they are."""
        view, chosen = self._editor.view, self._editor.selected_nodes
        name = suggest_name(view, [node for node in view.graph.nodes if node in chosen])
        title = f"group {name_nodes(view.graph, chosen)}"
        self._edit(title, lambda: group(view, chosen, name), lambda new: [new])

    def dissolve(self) -> None:
        """Put what is inside the selected blocks in their place."""
        view = self._editor.view
        uses = [node for node in view.graph.nodes if node in self._editor.selected_nodes]
        uses = [node for node in uses if used_block(view.graph.nodes[node].kind) in view.blocks]

        def edit() -> tuple[Project, list[str]]:
            project = view
            new: list[str] = []
            for use in uses:
                project, ids = dissolve(project, use)
                new += ids
            return project, new

        self._edit(f"dissolve {name_nodes(view.graph, uses)}", edit, lambda new: new)

    def make_independent(self) -> None:
        """Give the selected use a block of its own."""
        view = self._editor.view
        (node,) = self._editor.selected_nodes
        name = show_name(view.graph.nodes[node].name)
        self._edit(f"make {name} independent", lambda: (make_independent(view, node), None), lambda _: [node])

    def step_in(self) -> None:
        """Step inside the selected block."""
        chosen = self._editor.selected_nodes
        if len(chosen) == 1:
            self._editor.enter(next(iter(chosen)))

    @property
    def are_off(self) -> bool:
        """Whether all selected layers are switched off."""
        nodes, inference = self._editor.selected_nodes, self._editor.view_inference
        return bool(nodes) and all(node in inference.nodes and inference.nodes[node].is_off for node in nodes)

    def bypass(self) -> None:
        """Switch the selected layers off, so that data pass them by; all off already, switch them on."""
        view, nodes = self._editor.view, self._editor.selected_nodes
        if nodes:
            off = not self.are_off
            title = f"{'bypass' if off else 'switch on'} {name_nodes(view.graph, nodes)}"
            self._edit(title, lambda: (set_option(view, nodes, "when", False if off else None), None), lambda _: nodes)

    def keep(self, block: str = "") -> None:
        """Save a block, the one at hand unless another is given, into the user's library."""
        block, notices = block or self.block_at_hand, self._window.notices
        name = show_name(self._editor.project.blocks[block].name)
        try:
            keep_block(user_blocks(), self._editor.project, block)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            notices.show_notice("error", f"{name} cannot be saved into the library: {reason}.", key="library")
            return
        notices.show_notice("note", f"{name} is in your library now, for every project.", key="library")
        self._window.refresh_library()

    def show_menu(self, kind: str, place: QPoint) -> QMenu:
        """Open the menu of a block of the palette, of the project or of the library."""
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        block = used_block(kind)
        if block is None:
            menu.addAction("Remove from library", lambda: self.remove_kept(kind))
        else:
            used = any(True for _ in find_uses(self._editor.project, block))
            menu.addAction("Step inside", lambda: self._editor.enter_block(block))
            menu.addAction("Save to library", lambda: self.keep(block))
            remove = menu.addAction("Remove from project", lambda: self.remove(block))
            remove.setEnabled(not used)
        menu.popup(place)
        return menu

    def remove(self, block: str) -> None:
        """Take a block that nothing uses out of the project."""
        project = self._editor.project
        try:
            self._editor.apply(f"remove block {show_name(project.blocks[block].name)}", remove_block(project, block))
        except EditError as error:
            self._window.notices.show_notice("note", str(error).replace("`", ""), key="block")

    def remove_kept(self, kind: str) -> None:
        """Take a block out of the user's library; projects that use it keep theirs."""
        try:
            self._window.shelf.remove(kind)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            self._window.notices.show_notice("error", f"The block cannot be removed: {reason}.", key="library")

    def _edit(self, title: str, edit: Callable[[], tuple[Project, T]], choose: Callable[[T], Iterable[str]]) -> None:
        """Apply an edit of the view and select what it made; say why where it cannot be done."""
        notices = self._window.notices
        try:
            project, made = edit()
        except EditError as error:
            notices.show_notice("note", str(error).replace("`", ""), key="block")
            return
        notices.dismiss("block")
        self._editor.apply_view(title, project)
        self._editor.select(choose(made))


def suggest_name(project: Project, nodes: list[str]) -> str:
    """Return a name for a block of these nodes, as a class is called: ConvBnRelu while they are few, else ConvBlock."""
    stems = []
    for node in nodes:
        spec = find_spec(project.graph.nodes[node].kind, project.blocks)
        stem = name_kind(spec) if isinstance(spec, BlockSpec) else name_stem(project.graph.nodes[node].kind)
        stems.append("".join(part[:1].upper() + part[1:] for part in stem.replace("_", " ").split()))
    different = list(dict.fromkeys(stems))
    if len(stems) > 1 and len(different) <= MOST_NAMED:
        return "".join(different)
    return f"{max(different, key=stems.count)}Block" if different else "Block"
