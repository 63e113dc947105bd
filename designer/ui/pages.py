"""Pages of help: the manual at a page of it, every key, what this program is, its log."""

import html
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, qVersion
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QTextBrowser, QVBoxLayout

from designer import __version__
from designer.catalogue.registry import layers
from designer.ui.commands import COMMANDS, MENUS
from designer.ui.faults import log_path

if TYPE_CHECKING:
    from designer.ui.manual.reader import Manual
    from designer.ui.window import Window

LONGEST_LOG = 100_000  # characters
KEYS_WIDTH = 210  # logical pixels of the keys beside what they do

# Gestures of the canvas: what a hand with a mouse does, what that does, and how keys do the same.
GESTURES = (
    (
        "Double click on the canvas",
        "Search for a layer to add there; by key it goes after the selected one. Numbers may follow: conv 3x3 64",
        "Tab or Space",
    ),
    ("Drag from the palette", "Place a layer; near a port: connect it", "Tab with a layer selected"),
    ("Drag from the palette onto a wire", "Insert the layer there", "W picks the wire, then Tab"),
    ("Drag from the palette onto a card", "Replace the layer, its wires stay", "R"),
    ("Drag from a port", "Connect; dropped on nothing: search for a layer that fits", "C"),
    ("Drag the end of a wire away", "Unplug it", "W picks the wire, then Delete"),
    ("Ctrl drag across wires", "Cut them", "W picks a wire, then Delete"),
    ("Alt drag a layer", "Take it out of its wires, which close behind it", "U"),
    ("Drag a layer", "Move it; it snaps to the grid and to others", "Shift with an arrow key"),
    ("Click", "Select a layer", "Arrow keys: along the wires, and across to the branch beside"),
    ("Click on a wire", "Select it", "W, again for the next one; arrow keys go on from there"),
    ("Shift or Ctrl click", "Add to the selection", "Ctrl with an arrow key"),
    ("Drag on the canvas", "Select what lies in the frame", "Ctrl with arrow keys, or Ctrl+A"),
    ("Double click on a layer", "Edit its settings", "Enter"),
    ("Double click on a block", "Step inside", "Enter or Tab"),
    ("Right click", "Menu of what is there", "Menu key or Shift+F10"),
    ("Wheel, pinch", "Zoom at the pointer", "Ctrl++ and Ctrl+-"),
    ("Middle drag, Space drag, the minimap", "Move the view", "Page Up and Page Down; with Shift to the side"),
    ("Click on nothing", "Select nothing, end a gesture", "Esc"),
)


class Page(QDialog):
    """A page of text in a window of its own."""

    def __init__(self, window: "Window", title: str, text: str) -> None:
        super().__init__(window)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.browser = QTextBrowser()
        self.browser.setOpenExternalLinks(False)
        self.browser.setHtml(text)
        self.browser.setAccessibleName(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.browser)
        self.resize(720, 640)


class Pages(QObject):
    """Opens the pages, one at a time."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window

    def show_manual(self, address: str = "") -> "Manual":
        """Open the manual at a page, or where it was left; there is one window of it."""
        from designer.ui.manual.book import HOME
        from designer.ui.manual.reader import Manual  # the first paint of the window needs no manual

        manual = self._window.findChild(Manual)
        if manual is None:
            manual = Manual(self._window.theme, write_keys(), self._window)
            manual.template_chosen.connect(self._open_template)
            manual.destroyed.connect(self._window.rounds.take_keys)
            self._window.appearance.changed.connect(manual.set_theme)
            address = address or HOME
        if address:
            manual.show_page(address)
        manual.show()
        manual.raise_()
        manual.activateWindow()
        return manual

    def show_layer(self, kind: str) -> "Manual":
        """Open the page of a kind of layer; of a block the topic of blocks."""
        return self.show_manual(f"layer:{kind}" if kind in layers else "topic:blocks")

    def show_help(self) -> "Manual":
        """Open the page of what one is at: the layer under the palette's cursor, the selected one, else the manual."""
        editor = self._window.editor
        kind = self._window.workbench.kind_at_hand()
        if not kind and len(editor.selected_nodes) == 1:
            (node,) = editor.selected_nodes
            kind = editor.view.graph.nodes[node].kind
        return self.show_layer(kind) if kind else self.show_manual()

    def _open_template(self, name: str) -> None:
        from designer.catalogue.templates import find_template

        self._window.filing.new_from(find_template(name))

    def show_keys(self) -> Page:
        """Open the page of keyboard shortcuts and gestures."""
        return self._open("Keyboard shortcuts", write_keys())

    def show_about(self) -> Page:
        """Open the page that says what this is."""
        return self._open("About Designer", write_about())

    def show_log(self) -> Page:
        """Open the page with the end of the log."""
        path = log_path()
        try:
            text = path.read_text("utf-8", "replace")[-LONGEST_LOG:]
        except OSError:
            text = "Nothing was logged yet."
        return self._open("Log", f"<p>{html.escape(str(path))}</p><pre>{html.escape(text)}</pre>")

    def _open(self, title: str, text: str) -> Page:
        for old in self._window.findChildren(Page):
            old.close()
        page = Page(self._window, title, text)
        page.destroyed.connect(self._window.rounds.take_keys)
        page.show()
        page.activateWindow()  # so that Escape closes it, whatever the window manager gives to a new window
        return page


def write_keys() -> str:
    """Return every command that has a key, and the gestures, as a page of HTML."""
    parts = []
    for menu in MENUS:
        rows = [
            (", ".join(_show_keys(keys) for keys in command.shortcuts), command.title)
            for command in COMMANDS
            if command.menu == menu and command.shortcuts
        ]
        if rows:
            parts.append(f"<h3>{menu}</h3>{_write_table(rows, KEYS_WIDTH)}")
    return "".join(parts) + f"<h3>On the canvas, by hand and by key</h3>{_write_gestures()}"


def _write_gestures() -> str:
    """Return the table of gestures: by hand, what it does, by key."""
    rows = "".join(
        f'<tr><td width="{KEYS_WIDTH}"><b>{html.escape(hand)}</b></td><td>{html.escape(what)}</td>'
        f"<td><b>{html.escape(keys)}</b></td></tr>"
        for hand, what, keys in GESTURES
    )
    return f"<table cellspacing='6'>{rows}</table>"


def write_about() -> str:
    """Return name, version and what it runs on as a page of HTML."""
    import platform  # here: slow to import, and seldom asked for

    rows = (
        ("Designer", __version__),
        ("Python", platform.python_version()),
        ("Qt", qVersion()),
        ("System", platform.platform()),
    )
    text = "Draw a neural network, train it live, and leave with the PyTorch script that ran. MIT licence."
    return f"<h2>Designer</h2><p>{text}</p>{_write_table(rows)}"


def _write_table(rows: "list[tuple[str, str]] | tuple[tuple[str, str], ...]", width: int = 0) -> str:
    head = f'<td width="{width}">' if width else '<td style="padding-right: 24px">'
    cells = "".join(
        f"<tr>{head}<b>{html.escape(left)}</b></td><td>{html.escape(right)}</td></tr>" for left, right in rows
    )
    return f"<table cellspacing='4'>{cells}</table>" if cells else ""


def _show_keys(keys: str) -> str:
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
