"""The commands of the View menu: what part is seen, panels, theme."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from designer.ui.commands.alignment import MOVEMENT
from designer.ui.commands.record import Command, has_graph, has_nodes, in_menu, offer
from designer.ui.documents import name_documents
from designer.ui.settings import SCALES

if TYPE_CHECKING:
    from designer.ui.window import Window


def offer_themes(window: "Window") -> Iterable[Command]:
    """Return a command for each theme."""
    appearance = window.appearance
    themes = ("Like the system", "system"), ("Dark", "dark"), ("Light", "light")
    return offer("view.theme", themes, appearance.choose, lambda name: appearance.choice == name)


def offer_scales(window: "Window") -> Iterable[Command]:
    """Return a command for each scale of the interface."""
    scale = window.scale
    scales = ((f"{percent} %", percent) for percent in SCALES)
    return offer("view.scale", scales, scale.choose, lambda percent: scale.choice == percent)


def has_tabs(window: "Window") -> bool:
    """Return whether more than one document is open."""
    return len(window.documents.all) > 1


def offer_documents(window: "Window") -> Iterable[Command]:
    """Return a command for each open document."""
    documents = window.documents
    titled = zip(name_documents(documents.all), documents.all, strict=True)
    return offer(
        "view.document",
        titled,
        documents.show,
        lambda document: documents.shown is document,
        lambda document: str(document.path or ""),
    )


def offer_docks(window: "Window") -> Iterable[Command]:
    """Return a command for each panel."""
    docks, toggle = window.workbench.docks, window.workbench.toggle
    titled = ((dock.windowTitle().partition(" (")[0], name) for name, dock in docks.items())
    return offer("view.panel", titled, toggle, lambda name: not docks[name].isHidden())


def offer_flows(window: "Window") -> Iterable[Command]:
    """Return a command for each way data may flow."""
    flows = ("Down", "down"), ("To the right", "right")
    drawing = window.editor.view.drawing
    return offer("view.flow", flows, window.annotations.set_flow, lambda flow: drawing.flow == flow)


def has_comparison(window: "Window") -> bool:
    """Return whether two projects are shown on one canvas."""
    return window.editor.document.compared is not None


VIEW = in_menu(
    "View",
    (
        Command(
            "view.fit",
            "Fit",
            lambda w: w.canvas.fit_all(),
            icon="ph.corners-out",
            shortcuts=("Home",),
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
            icon="ph.frame-corners",
            shortcuts=("F",),
            canvas=True,
            contexts=("node",),
            enabled=has_nodes,
        ),
        Command(
            "view.zoom_in",
            "Zoom in",
            lambda w: w.canvas.zoom_by(1.25),
            icon="ph.magnifying-glass-plus",
            shortcuts=("Ctrl++", "Ctrl+="),
        ),
        Command(
            "view.zoom_out",
            "Zoom out",
            lambda w: w.canvas.zoom_by(0.8),
            icon="ph.magnifying-glass-minus",
            shortcuts=("Ctrl+-",),
        ),
    ),
    (
        Command(
            "view.commands",
            "Command palette …",
            lambda w: w.asking.ask_command(),
            icon="ph.command",
            shortcuts=("Ctrl+Shift+P",),
            tip="Do anything by its name",
        ),
        Command(
            "view.minimap",
            "Minimap",
            lambda w: w.show_minimap(not w.canvas.minimap.wanted),
            icon="ph.map-trifold",
            checked=lambda w: w.canvas.minimap.wanted,
            tip="Show the whole network small in the corner of the canvas while a part of it is out of view",
        ),
        Command(
            "view.trends",
            "Learning on cards",
            lambda w: w.show_trends(not w.settings.trends),
            icon="ph.chart-line",
            checked=lambda w: w.settings.trends,
            tip="Show beside each card how its layer learns: its gradient, and how far one step moves its weights",
        ),
        Command(
            "view.next_document",
            "Next document",
            lambda w: w.documents.step(1),
            shortcuts=("Ctrl+PgDown",),
            enabled=has_tabs,
        ),
        Command(
            "view.previous_document",
            "Previous document",
            lambda w: w.documents.step(-1),
            shortcuts=("Ctrl+PgUp",),
            enabled=has_tabs,
        ),
        Command("view.documents", "Documents", icon="ph.files", choices=offer_documents),
        Command("view.panels", "Panels", icon="ph.layout", choices=offer_docks),
        Command(
            "view.tall",
            "Tall tabs",
            lambda w: w.foot.toggle(),
            icon="ph.arrows-out-line-vertical",
            shortcuts=("Shift+Space",),
            checked=lambda w: w.foot.is_tall,
            tip="Give the tabs below nearly all the height, or take it back; a double click on a tab does so as well",
        ),
        Command("view.reset", "Reset panels", lambda w: w.workbench.reset()),
    ),
    (
        Command("view.flow", "Data flows", icon="ph.flow-arrow", choices=offer_flows),
        *MOVEMENT,
        Command("view.theme", "Theme", icon="ph.circle-half", choices=offer_themes),
        Command("view.scale", "Interface scale", icon="ph.text-aa", choices=offer_scales),
    ),
    (
        Command(
            "view.next_difference",
            "Next difference",
            lambda w: w.comparing.step(1),
            icon="ph.caret-down",
            shortcuts=("F8",),
            enabled=has_comparison,
        ),
        Command(
            "view.previous_difference",
            "Previous difference",
            lambda w: w.comparing.step(-1),
            icon="ph.caret-up",
            shortcuts=("Shift+F8",),
            enabled=has_comparison,
        ),
    ),
)
