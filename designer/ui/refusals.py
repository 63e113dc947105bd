"""What is said when a wire is dropped where it does not fit: why, and the layers through which it could be drawn."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidgetAction

from designer.catalogue.check.bridging import Bridge, find_bridges
from designer.document.edits import disconnect
from designer.document.graph import Edge
from designer.ui.canvas.changes import name_edge
from designer.ui.marks import make_label
from designer.ui.words import write_count, write_rich, write_sizes

if TYPE_CHECKING:
    from designer.ui.window import Window

KEY = "wire"  # of the notice
WIDTH = 320  # logical pixels of the sentence above the choices


class Refusals(QObject):
    """Answers wires that the canvas refuses: a small menu at the pointer, or a notice where nothing could help."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self.menu: QMenu | None = None
        window.canvas.wire_refused.connect(self._answer)
        window.editor.view_changed.connect(lambda *_: window.notices.dismiss(KEY))

    def _answer(self, edge: Edge, lifted: Edge | None, reason: str, place: QPoint) -> None:
        window = self._window
        bridges = find_bridges(window.editor.view_inference, edge)
        if not bridges:
            window.notices.show_notice("note", reason.replace("`", ""), key=KEY)
            return
        self.menu = menu = QMenu(window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.destroyed.connect(self._forget)
        why = make_label("", wrap=True)
        why.setTextFormat(Qt.TextFormat.RichText)
        why.setText(write_rich(reason))
        why.setFixedWidth(WIDTH)
        why.setContentsMargins(12, 6, 12, 6)
        head = QWidgetAction(menu)
        head.setDefaultWidget(why)
        head.setEnabled(False)
        menu.addAction(head)
        menu.addSeparator()
        for bridge in bridges:
            action = menu.addAction(name_bridge(bridge).replace("&", "&&"))
            action.triggered.connect(partial(self._draw, bridge, lifted))
        menu.popup(window.canvas.viewport().mapToGlobal(place))
        menu.setActiveAction(menu.actions()[2])

    def _draw(self, bridge: Bridge, lifted: Edge | None, *_: object) -> None:
        editor = self._window.editor
        project = editor.view
        if lifted is not None and lifted in project.graph.edges:
            project = disconnect(project, [lifted])
        title = bridge.fix.title[0].lower() + bridge.fix.title[1:]
        way = title.removeprefix("connect ")
        editor.apply_view(f"connect {name_edge(editor.view.graph, bridge.edge)} {way}", bridge.fix.apply(project))

    def _forget(self) -> None:
        self.menu = None


def name_bridge(bridge: Bridge) -> str:
    """Return a choice in words: Connect through Flatten → 3136, or with the parameters that it brings."""
    learned = f" · +{write_count(bridge.parameters)} parameters" if bridge.parameters else ""
    return f"{bridge.fix.title} → {write_sizes(bridge.gives)}{learned}"
