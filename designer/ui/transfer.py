"""Weights from elsewhere: load them, take them away again, freeze layers, replace the head."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog

from designer.catalogue.head import freeze_all_but_head, is_frozen, learned, replace_head
from designer.document.edits import EditError, set_option, set_training
from designer.document.project import Project
from designer.document.wording import show_name
from designer.ui.canvas.changes import name_nodes

if TYPE_CHECKING:
    from designer.ui.window import Window

FILES = "Weights (*.safetensors *.pt *.pth *.bin *.ckpt);;All files (*)"


class Transfer(QObject):
    """The commands of one window that carry over what another network learned."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self._editor = window.editor

    # --- weights ------------------------------------------------------------------------------------------------

    @property
    def can_load(self) -> bool:
        """Whether weights may be loaded now: there is a network, and no run has it in hand."""
        return bool(self._editor.project.graph.nodes) and not self._window.trainer.is_active

    def ask_weights(self) -> None:
        """Ask which file to load."""
        dialog = QFileDialog(self._window, "Load weights", self._window.settings.folder, FILES)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.load(Path(name)))
        dialog.open()

    def load(self, path: Path) -> None:
        """Show what of a file fits into the network, and load it when that is wanted."""
        from designer.ui.weights_dialog import WeightsDialog  # seldom asked for

        project = self._editor.project
        dialog = WeightsDialog(project, path, self._suggest_place(), self._window)
        dialog.loaded.connect(lambda out, count: self._start_from(project, out, count))
        dialog.open()

    def forget_weights(self) -> None:
        """Let all weights begin fresh again."""
        project = self._editor.project
        fresh = set_training(project, replace(project.training, weights=""))
        self._editor.apply("begin with fresh weights", fresh)

    def _suggest_place(self) -> Path:
        path = self._editor.path
        if path is None:
            name = self._editor.project.name
            clean = "".join(c if c.isalnum() or c in "-_ " else "_" for c in name[:80]).strip() or "untitled"
            path = Path(self._window.settings.folder or Path.home()) / clean
        return path.absolute().with_name(f"{path.stem}_start.safetensors")

    def _start_from(self, examined: Project, out: Path, count: str) -> None:
        from designer.engine.transfer import start_from  # with torch, which is there once something was loaded

        project, path = self._editor.project, self._editor.path
        if (project.graph, project.blocks) != (examined.graph, examined.blocks):
            return  # the network was changed meanwhile, from outside the dialog
        started = start_from(project, out, path.parent if path is not None else None)
        self._editor.apply(f"load weights from {show_name(out.name)}", started)
        self._window.notices.show_notice("note", f"Training starts from {out}. {count}", key="weights")

    # --- frozen layers and the head -----------------------------------------------------------------------------

    @property
    def can_freeze(self) -> bool:
        """Whether a selected layer has weights."""
        return bool(self._selected())

    @property
    def freeze_title(self) -> str:
        """What the command does to the selected layers: Freeze while one of them learns, else Unfreeze."""
        return "Unfreeze" if self._are_frozen() else "Freeze"

    def freeze(self) -> None:
        """Keep the weights of the selected layers as they are; all frozen already, let them learn again."""
        project, nodes = self._editor.view, self._selected()
        if nodes:
            title = f"{self.freeze_title.lower()} {name_nodes(project.graph, nodes)}"
            frozen = None if self._are_frozen() else True
            self._editor.apply_view(title, set_option(project, nodes, "frozen", frozen))

    def freeze_rest(self) -> None:
        """Freeze every layer but the head."""
        try:
            project, head = freeze_all_but_head(self._editor.project)
        except EditError as error:
            self._refuse(error)
            return
        self._done(f"freeze all but {show_name(project.graph.nodes[head].name)}", project, head)

    def replace_head(self) -> None:
        """Give the head the size that the data want; its weights then begin fresh."""
        try:
            project, head = replace_head(self._editor.project)
        except EditError as error:
            self._refuse(error)
            return
        self._done(f"replace head {show_name(project.graph.nodes[head].name)}", project, head)

    def _selected(self) -> list[str]:
        return learned(self._editor.view_inference, self._editor.selected_nodes)

    def _are_frozen(self) -> bool:
        nodes = self._selected()
        return bool(nodes) and all(is_frozen(self._editor.view, node) for node in nodes)

    def _done(self, title: str, project: Project, head: str) -> None:
        self._window.notices.dismiss("head")
        self._editor.apply(title, project)
        self._window.guide.show_node(head)

    def _refuse(self, error: EditError) -> None:
        self._window.notices.show_notice("note", str(error).replace("`", ""), key="head")
