"""The commands of the File menu: begin, open, save, export, weights of other networks."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from designer.document.wording import show_name
from designer.ui import taking
from designer.ui.commands.record import Command, has_graph, has_network, in_menu, offer

if TYPE_CHECKING:
    from designer.ui.window import Window


def offer_recent(window: "Window") -> Iterable[Command]:
    """Return a command for each file opened lately."""
    titled = ((f"{show_name(path.name)}  ·  {show_name(path.parent.name)}", path) for path in window.filing.recent())
    return offer("file.recent", titled, window.filing.open, tip=str)


def is_project(window: "Window") -> bool:
    """Return whether a project is shown, not a comparison of two."""
    return window.editor.document.compared is None


def offer_comparisons(window: "Window") -> Iterable[Command]:
    """Return a command for each project that the one that is shown can be compared with."""
    yield Command("file.compare.file", "A file …", lambda window: window.comparing.ask_file())
    document = window.editor.document
    if document.path is not None and document.modified:
        yield Command("file.compare.saved", "The saved version", lambda window: window.comparing.with_saved())
    others = [one for one in window.documents.all if one is not document and one.compared is None]
    titled = ((f"{other.name}, open here", other) for other in others)
    yield from offer("file.compare", titled, window.comparing.with_document, tip=lambda other: str(other.path or ""))


FILE = in_menu(
    "File",
    (
        Command("file.new", "New", lambda w: w.filing.new(), icon="ph.file-plus", shortcuts=("Ctrl+N",), bar=1),
        Command(
            "file.template",
            "New from template …",
            lambda w: w.filing.ask_template(),
            icon="ph.files",
            shortcuts=("Ctrl+Shift+N",),
            tip="Begin with a network of the gallery: from the perceptron to ResNet-152",
        ),
        Command(
            "file.open", "Open …", lambda w: w.filing.ask_open(), icon="ph.folder-open", shortcuts=("Ctrl+O",), bar=2
        ),
        Command("file.recent", "Open recent", icon="ph.clock", choices=offer_recent),
        Command(
            "file.close",
            "Close",
            lambda w: w.filing.close(),
            icon="ph.x",
            shortcuts=("Ctrl+W",),
            enabled=lambda w: len(w.documents.all) > 1 or not w.editor.document.untouched,
            tip="Close this document",
        ),
        Command(
            "file.compare",
            "Compare with",
            icon="ph.git-diff",
            enabled=is_project,
            choices=offer_comparisons,
            tip="See what differs between this project and another, on one canvas",
        ),
    ),
    (
        Command("file.save", "Save", lambda w: w.filing.save(), icon="ph.floppy-disk", shortcuts=("Ctrl+S",), bar=3),
        Command("file.save_as", "Save as …", lambda w: w.filing.ask_save(), shortcuts=("Ctrl+Shift+S",)),
    ),
    (
        Command(
            "file.export",
            "Export script …",
            lambda w: w.filing.ask_export(),
            icon="ph.export",
            shortcuts=("Ctrl+E",),
            enabled=has_network,
            tip="Save the training script: plain PyTorch, the same code that runs here",
        ),
        Command(
            "file.take",
            "Take away …",
            taking.ask,
            icon="ph.package",
            enabled=taking.can_take,
            tip="The trained network as a package that answers, weights, ONNX, torch.export: each tried before it is handed out",
        ),
        Command(
            "file.picture",
            "Export picture …",
            lambda w: w.picturing.ask(),
            icon="ph.image",
            enabled=has_graph,
            tip="Save the whole network as PNG, SVG or PDF, with the project inside if wanted",
        ),
    ),
    (
        Command(
            "file.weights",
            "Load weights …",
            lambda w: w.transfer.ask_weights(),
            icon="ph.download-simple",
            enabled=lambda w: w.transfer.can_load,
            tip="Start from what another network learned: a .safetensors, or a state_dict of torch.save",
        ),
        Command(
            "file.fresh",
            "Begin with fresh weights",
            lambda w: w.transfer.forget_weights(),
            icon="ph.eraser",
            enabled=lambda w: bool(w.editor.project.training.weights),
            tip="Let go of the weights that were loaded",
        ),
    ),
    (Command("file.quit", "Quit", lambda w: w.close(), icon="ph.sign-out", shortcuts=("Ctrl+Q",)),),
)
