"""The commands of the View menu: what part is seen, panels, theme."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from designer.ui.commands.alignment import MOVEMENT
from designer.ui.commands.record import Command, has_graph, has_nodes
from designer.ui.documents import name_documents
from designer.ui.settings import SCALES

if TYPE_CHECKING:
    from designer.ui.window import Window


def offer_themes(window: "Window") -> Iterable[Command]:
    """Return a command for each theme."""
    for name, title in (("system", "Like the system"), ("dark", "Dark"), ("light", "Light")):
        yield Command(
            f"view.theme.{name}",
            title,
            lambda window, name=name: window.appearance.choose(name),  # type: ignore[misc]
            checked=lambda window, name=name: window.appearance.choice == name,  # type: ignore[misc]
        )


def offer_scales(window: "Window") -> Iterable[Command]:
    """Return a command for each scale of the interface."""
    for percent in SCALES:
        yield Command(
            f"view.scale.{percent}",
            f"{percent} %",
            lambda window, percent=percent: window.scale.choose(percent),  # type: ignore[misc]
            checked=lambda window, percent=percent: window.scale.choice == percent,  # type: ignore[misc]
        )


def has_tabs(window: "Window") -> bool:
    """Return whether more than one document is open."""
    return len(window.documents.all) > 1


def offer_documents(window: "Window") -> Iterable[Command]:
    """Return a command for each open document."""
    for number, (document, name) in enumerate(
        zip(window.documents.all, name_documents(window.documents.all), strict=True)
    ):
        yield Command(
            f"view.document.{number}",
            name,
            lambda window, document=document: window.documents.show(document),  # type: ignore[misc]
            checked=lambda window, document=document: window.documents.shown is document,  # type: ignore[misc]
            tip=str(document.path or ""),
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


def offer_flows(window: "Window") -> Iterable[Command]:
    """Return a command for each way data may flow."""
    for flow, title in (("down", "Down"), ("right", "To the right")):
        yield Command(
            f"view.flow.{flow}",
            title,
            lambda window, flow=flow: window.annotations.set_flow(flow),  # type: ignore[misc]
            checked=lambda window, flow=flow: window.editor.view.drawing.flow == flow,  # type: ignore[misc]
        )


def has_comparison(window: "Window") -> bool:
    """Return whether two projects are shown on one canvas."""
    return window.editor.document.compared is not None


VIEW = (
    Command(
        "view.next_difference",
        "Next difference",
        lambda w: w.comparing.step(1),
        "View",
        7,
        "ph.caret-down",
        ("F8",),
        enabled=has_comparison,
    ),
    Command(
        "view.previous_difference",
        "Previous difference",
        lambda w: w.comparing.step(-1),
        "View",
        7,
        "ph.caret-up",
        ("Shift+F8",),
        enabled=has_comparison,
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
    Command(
        "view.commands",
        "Command palette …",
        lambda w: w.asking.ask_command(),
        "View",
        2,
        "ph.command",
        ("Ctrl+Shift+P",),
        tip="Do anything by its name",
    ),
    Command(
        "view.minimap",
        "Minimap",
        lambda w: w.show_minimap(not w.canvas.minimap.wanted),
        "View",
        2,
        "ph.map-trifold",
        checked=lambda w: w.canvas.minimap.wanted,
        tip="Show the whole network small in the corner of the canvas while a part of it is out of view",
    ),
    Command(
        "view.trends",
        "Learning on cards",
        lambda w: w.show_trends(not w.settings.trends),
        "View",
        2,
        "ph.chart-line",
        checked=lambda w: w.settings.trends,
        tip="Show beside each card how its layer learns: its gradient, and how far one step moves its weights",
    ),
    Command(
        "view.next_document",
        "Next document",
        lambda w: w.documents.step(1),
        "View",
        2,
        shortcuts=("Ctrl+PgDown",),
        enabled=has_tabs,
    ),
    Command(
        "view.previous_document",
        "Previous document",
        lambda w: w.documents.step(-1),
        "View",
        2,
        shortcuts=("Ctrl+PgUp",),
        enabled=has_tabs,
    ),
    Command("view.documents", "Documents", menu="View", group=2, icon="ph.files", choices=offer_documents),
    Command("view.panels", "Panels", menu="View", group=2, icon="ph.layout", choices=offer_docks),
    Command("view.reset", "Reset panels", lambda w: w.workbench.reset(), "View", 2),
    Command("view.flow", "Data flows", menu="View", group=3, icon="ph.flow-arrow", choices=offer_flows),
    *MOVEMENT,
    Command("view.theme", "Theme", menu="View", group=3, icon="ph.circle-half", choices=offer_themes),
    Command("view.scale", "Interface scale", menu="View", group=3, icon="ph.text-aa", choices=offer_scales),
)
