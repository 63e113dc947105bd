"""Every command of the window, as one list of records. Menus, tool bar, context menus and help pages come from it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from designer.document.wording import show_name

if TYPE_CHECKING:
    from designer.ui.window import Window

MENUS = ("File", "Edit", "View", "Network", "Train", "Help")


@dataclass(frozen=True, slots=True)
class Command:
    """One thing the user can ask for.

    `group` parts a menu by lines. `bar` puts it onto the tool bar: its number there, by tens for gaps; from 100 on it
    stands at the right end. `contexts` are the context menus that offer it. A `canvas` command has its
    shortcut only while the canvas has the focus, so that text fields keep their keys. `choices` makes it a submenu.
    """

    id: str
    title: str
    run: "Callable[[Window], object]" = lambda window: None
    menu: Literal["File", "Edit", "View", "Network", "Train", "Help", ""] = ""
    group: int = 0
    icon: str = ""
    shortcuts: tuple[str, ...] = ()
    canvas: bool = False
    bar: int = 0
    contexts: tuple[Literal["node", "edge", "canvas"], ...] = ()
    enabled: "Callable[[Window], bool]" = lambda window: True
    checked: "Callable[[Window], bool] | None" = None
    title_now: "Callable[[Window], str] | None" = None
    choices: "Callable[[Window], Iterable[Command]] | None" = None
    tip: str = ""


def has_nodes(window: "Window") -> bool:
    """Return whether a layer is selected."""
    return bool(window.editor.selected_nodes)


def has_selection(window: "Window") -> bool:
    """Return whether a layer or a wire is selected."""
    return bool(window.editor.selected_nodes or window.editor.selected_edges)


def has_one_node(window: "Window") -> bool:
    """Return whether exactly one layer is selected."""
    return len(window.editor.selected_nodes) == 1


def has_network(window: "Window") -> bool:
    """Return whether the network has any layer."""
    return bool(window.editor.project.graph.nodes)


def has_graph(window: "Window") -> bool:
    """Return whether there is any layer where one stands."""
    return bool(window.editor.view.graph.nodes)


def _name_undo(window: "Window") -> str:
    return f"Undo {window.editor.history.undo_title}".strip()


def _name_redo(window: "Window") -> str:
    return f"Redo {window.editor.history.redo_title}".strip()


def offer_recent(window: "Window") -> Iterable[Command]:
    """Return a command for each file opened lately."""
    for path in window.filing.recent():
        yield Command(
            f"file.recent.{path}",
            f"{show_name(path.name)}  ·  {show_name(path.parent.name)}",
            lambda window, path=path: window.filing.open(path),  # type: ignore[misc]
            tip=str(path),
        )


def offer_themes(window: "Window") -> Iterable[Command]:
    """Return a command for each theme."""
    for name, title in (("system", "Like the system"), ("dark", "Dark"), ("light", "Light")):
        yield Command(
            f"view.theme.{name}",
            title,
            lambda window, name=name: window.appearance.choose(name),  # type: ignore[misc]
            checked=lambda window, name=name: window.appearance.choice == name,  # type: ignore[misc]
        )


def offer_docks(window: "Window") -> Iterable[Command]:
    """Return a command for each panel."""
    for name, dock in window.workbench.docks.items():
        yield Command(
            f"view.panel.{name}",
            dock.windowTitle().partition(" (")[0],
            lambda window, name=name: window.workbench.toggle(name),  # type: ignore[misc]
            checked=lambda window, name=name: not window.workbench.docks[name].isHidden(),  # type: ignore[misc]
        )


COMMANDS = (
    Command("file.new", "New", lambda w: w.filing.new(), "File", 1, "ph.file-plus", ("Ctrl+N",), bar=1),
    Command(
        "file.template",
        "New from template …",
        lambda w: w.filing.ask_template(),
        "File",
        1,
        "ph.files",
        ("Ctrl+Shift+N",),
        tip="Begin with a network of the gallery: from the perceptron to ResNet-152",
    ),
    Command("file.open", "Open …", lambda w: w.filing.ask_open(), "File", 1, "ph.folder-open", ("Ctrl+O",), bar=2),
    Command("file.recent", "Open recent", menu="File", group=1, icon="ph.clock", choices=offer_recent),
    Command("file.save", "Save", lambda w: w.filing.save(), "File", 2, "ph.floppy-disk", ("Ctrl+S",), bar=3),
    Command("file.save_as", "Save as …", lambda w: w.filing.ask_save(), "File", 2, shortcuts=("Ctrl+Shift+S",)),
    Command(
        "file.export",
        "Export script …",
        lambda w: w.filing.ask_export(),
        "File",
        3,
        "ph.export",
        ("Ctrl+E",),
        enabled=has_network,
        tip="Save the training script: plain PyTorch, the same code that runs here",
    ),
    Command(
        "file.picture",
        "Export picture …",
        lambda w: w.filing.ask_picture(),
        "File",
        3,
        "ph.image",
        enabled=has_graph,
        tip="Save a picture of the network",
    ),
    Command(
        "file.weights",
        "Load weights …",
        lambda w: w.transfer.ask_weights(),
        "File",
        4,
        "ph.download-simple",
        enabled=lambda w: w.transfer.can_load,
        tip="Start from what another network learned: a .safetensors, or a state_dict of torch.save",
    ),
    Command(
        "file.fresh",
        "Begin with fresh weights",
        lambda w: w.transfer.forget_weights(),
        "File",
        4,
        "ph.eraser",
        enabled=lambda w: bool(w.editor.project.training.weights),
        tip="Let go of the weights that were loaded",
    ),
    Command("file.quit", "Quit", lambda w: w.close(), "File", 5, "ph.sign-out", ("Ctrl+Q",)),
    Command(
        "edit.undo",
        "Undo",
        lambda w: w.editor.undo(),
        "Edit",
        1,
        "ph.arrow-u-up-left",
        ("Ctrl+Z",),
        bar=11,
        enabled=lambda w: bool(w.editor.history.undo_title),
        title_now=_name_undo,
    ),
    Command(
        "edit.redo",
        "Redo",
        lambda w: w.editor.redo(),
        "Edit",
        1,
        "ph.arrow-u-up-right",
        ("Ctrl+Shift+Z", "Ctrl+Y"),
        bar=12,
        enabled=lambda w: bool(w.editor.history.redo_title),
        title_now=_name_redo,
    ),
    Command(
        "edit.cut",
        "Cut",
        lambda w: w.hands.cut(),
        "Edit",
        2,
        "ph.scissors",
        ("Ctrl+X",),
        contexts=("node",),
        enabled=has_nodes,
    ),
    Command(
        "edit.copy",
        "Copy",
        lambda w: w.hands.copy(),
        "Edit",
        2,
        "ph.copy",
        ("Ctrl+C",),
        contexts=("node",),
        enabled=has_nodes,
    ),
    Command(
        "edit.paste",
        "Paste",
        lambda w: w.hands.paste(),
        "Edit",
        2,
        "ph.clipboard",
        ("Ctrl+V",),
        contexts=("node", "canvas"),
        tip="Layers copied here, in another window, or as text",
    ),
    Command(
        "edit.duplicate",
        "Duplicate",
        lambda w: w.hands.duplicate(),
        "Edit",
        2,
        "ph.copy-simple",
        ("Ctrl+D",),
        contexts=("node",),
        enabled=has_nodes,
    ),
    Command(
        "edit.delete",
        "Delete",
        lambda w: w.hands.delete(),
        "Edit",
        2,
        "ph.trash",
        ("Del", "Backspace"),
        canvas=True,
        contexts=("node", "edge"),
        enabled=has_selection,
        tip="Layers go and the gap closes; wires are cut",
    ),
    Command(
        "edit.rename",
        "Rename",
        lambda w: w.rename(),
        "Edit",
        3,
        "ph.pencil-simple",
        ("F2",),
        contexts=("node",),
        enabled=has_one_node,
    ),
    Command(
        "edit.select_all",
        "Select all",
        lambda w: w.hands.select_all(),
        "Edit",
        3,
        "ph.selection-all",
        ("Ctrl+A",),
        contexts=("canvas",),
        enabled=has_graph,
    ),
    Command(
        "view.fit",
        "Fit",
        lambda w: w.canvas.fit_all(),
        "View",
        1,
        "ph.corners-out",
        ("Home",),
        canvas=True,
        bar=23,
        contexts=("canvas",),
        enabled=has_graph,
        tip="Show the whole network",
    ),
    Command(
        "view.fit_selection",
        "Fit selection",
        lambda w: w.canvas.fit_selection(),
        "View",
        1,
        "ph.frame-corners",
        ("F",),
        canvas=True,
        contexts=("node",),
        enabled=has_nodes,
    ),
    Command(
        "view.zoom_in",
        "Zoom in",
        lambda w: w.canvas.zoom_by(1.25),
        "View",
        1,
        "ph.magnifying-glass-plus",
        ("Ctrl++", "Ctrl+="),
    ),
    Command(
        "view.zoom_out",
        "Zoom out",
        lambda w: w.canvas.zoom_by(0.8),
        "View",
        1,
        "ph.magnifying-glass-minus",
        ("Ctrl+-",),
    ),
    Command("view.panels", "Panels", menu="View", group=2, icon="ph.layout", choices=offer_docks),
    Command("view.reset", "Reset panels", lambda w: w.workbench.reset(), "View", 2),
    Command("view.theme", "Theme", menu="View", group=3, icon="ph.circle-half", choices=offer_themes),
    Command(
        "network.add",
        "Add layer",
        lambda w: w.hands.ask_layer(),
        "Network",
        1,
        "ph.plus",
        ("Tab", "Space"),
        canvas=True,
        bar=21,
        contexts=("canvas",),
        tip="Search for a layer to add at the pointer",
    ),
    Command(
        "network.arrange",
        "Arrange",
        lambda w: w.hands.arrange(),
        "Network",
        2,
        "ph.tree-structure",
        ("L",),
        canvas=True,
        bar=22,
        contexts=("canvas",),
        enabled=has_graph,
        tip="Lay the network out from top to bottom",
    ),
    Command(
        "block.group",
        "Group into a block",
        lambda w: w.grouping.group(),
        "Network",
        3,
        "ph.selection-plus",
        ("Ctrl+G",),
        contexts=("node",),
        enabled=has_nodes,
        tip="Make a block of the selected layers: used like a layer, as often as you like, edited in one place",
    ),
    Command(
        "block.dissolve",
        "Dissolve block",
        lambda w: w.grouping.dissolve(),
        "Network",
        3,
        "ph.selection-slash",
        ("Ctrl+Shift+G",),
        contexts=("node",),
        enabled=lambda w: bool(w.grouping.selected_block),
        tip="Put what is inside the selected block in its place",
    ),
    Command(
        "block.enter",
        "Step inside",
        lambda w: w.grouping.step_in(),
        "Network",
        3,
        "ph.sign-in",
        contexts=("node",),
        enabled=lambda w: bool(w.grouping.selected_block),
        tip="Edit the inside of the selected block: Tab, Enter or a double click on it",
    ),
    Command(
        "block.leave",
        "Step out",
        lambda w: w.editor.leave(),
        "Network",
        3,
        "ph.sign-out",
        ("Ctrl+Tab", "Alt+Up"),
        contexts=("canvas", "node"),
        enabled=lambda w: bool(w.editor.where),
        tip="Go back to where the block is used",
    ),
    Command(
        "block.independent",
        "Make independent",
        lambda w: w.grouping.make_independent(),
        "Network",
        3,
        "ph.copy-simple",
        contexts=("node",),
        enabled=lambda w: bool(w.grouping.selected_block),
        tip="Give this use a block of its own, so that a change of it changes no other",
    ),
    Command(
        "block.keep",
        "Save block to library",
        lambda w: w.grouping.keep(),
        "Network",
        3,
        "ph.books",
        contexts=("node",),
        enabled=lambda w: bool(w.grouping.block_at_hand),
        tip="Keep the block for other projects: it then stands in the palette under Library",
    ),
    Command(
        "network.bypass",
        "Bypass",
        lambda w: w.grouping.bypass(),
        "Network",
        4,
        "ph.prohibit",
        ("M",),
        canvas=True,
        contexts=("node",),
        enabled=has_nodes,
        title_now=lambda w: "Switch on" if w.grouping.are_off else "Bypass",
        tip="Let data pass the selected layers by, or let them take part again",
    ),
    Command(
        "network.freeze",
        "Freeze",
        lambda w: w.transfer.freeze(),
        "Network",
        4,
        "ph.snowflake",
        contexts=("node",),
        enabled=lambda w: w.transfer.can_freeze,
        title_now=lambda w: w.transfer.freeze_title,
        tip="Keep the weights of the selected layers as they are while the rest learns, or let them learn again",
    ),
    Command(
        "network.freeze_rest",
        "Freeze all but the head",
        lambda w: w.transfer.freeze_rest(),
        "Network",
        4,
        enabled=has_network,
        tip="Let the last layer alone learn: the first step of fine-tuning",
    ),
    Command(
        "network.replace_head",
        "Replace the head",
        lambda w: w.transfer.replace_head(),
        "Network",
        4,
        enabled=has_network,
        tip="Give the last layer one output for each class of the data; its weights begin fresh",
    ),
    Command("network.problems", "Show problems", lambda w: w.workbench.show("problems"), "Network", 5, "ph.warning"),
    Command("network.code", "Show code", lambda w: w.workbench.show("code"), "Network", 5, "ph.code"),
    Command(
        "train.start",
        "Train",
        lambda w: w.trainer.start(),
        "Train",
        1,
        "ph.play-fill",
        ("F5",),
        bar=101,
        enabled=lambda w: w.trainer.can_start,
        tip="Train the network as the Training panel says",
    ),
    Command(
        "train.pause",
        "Pause",
        lambda w: w.trainer.pause(),
        "Train",
        1,
        "ph.pause-fill",
        ("F6",),
        bar=102,
        tip="Hold the run after the step in hand",
        enabled=lambda w: w.trainer.can_pause,
        title_now=lambda w: "Resume" if w.trainer.is_paused else "Pause",
    ),
    Command(
        "train.step",
        "Step",
        lambda w: w.trainer.step(),
        "Train",
        1,
        "ph.skip-forward-fill",
        ("F7",),
        bar=103,
        enabled=lambda w: w.trainer.can_step,
        tip="Let a held run come as far as its next report",
    ),
    Command(
        "train.stop",
        "Stop",
        lambda w: w.trainer.stop(),
        "Train",
        1,
        "ph.stop-fill",
        ("Shift+F5",),
        bar=104,
        enabled=lambda w: w.trainer.can_stop,
        tip="Stop after the step in hand; what was learned is kept",
    ),
    Command("help.manual", "Layers explained", lambda w: w.pages.show_layers(), "Help", 1, "ph.book-open", ("F1",)),
    Command("help.keys", "Keyboard shortcuts", lambda w: w.pages.show_keys(), "Help", 1, "ph.keyboard", ("Ctrl+/",)),
    Command("help.log", "Show log file", lambda w: w.pages.show_log(), "Help", 2, "ph.list"),
    Command("help.about", "About Designer", lambda w: w.pages.show_about(), "Help", 2, "ph.info"),
)
