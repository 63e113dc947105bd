"""The commands of what is drawn beside the network: frames, comments and their colours, and small cards."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from designer.document.drawing import HUES
from designer.ui.commands.record import Command, has_nodes, has_remarks, offer

if TYPE_CHECKING:
    from designer.ui.window import Window


def offer_hues(window: "Window") -> Iterable[Command]:
    """Return a command for each colour of comments and frames."""
    annotations = window.annotations
    return offer("network.hue", ((hue.capitalize(), hue) for hue in HUES), annotations.set_hue, annotations.has_hue)


DRAWING = (
    Command(
        "network.hide",
        "Hide",
        lambda w: w.annotations.hide(),
        icon="ph.arrows-in-line-vertical",
        shortcuts=("H",),
        canvas=True,
        contexts=("node",),
        enabled=has_nodes,
        title_now=lambda w: "Show in full" if w.annotations.are_small else "Hide",
        tip="Draw the selected cards small, with their names alone, or in full again",
    ),
    Command(
        "network.frame",
        "Frame the selection",
        lambda w: w.annotations.frame(),
        icon="ph.bounding-box",
        shortcuts=("Ctrl+J",),
        contexts=("node",),
        enabled=has_nodes,
        tip="Put a coloured frame with a title round the selected cards: it moves with them",
    ),
    Command(
        "network.leave_frame",
        "Take out of the frame",
        lambda w: w.annotations.leave_frames(),
        shortcuts=("Ctrl+Shift+J",),
        contexts=("node",),
        enabled=lambda w: w.annotations.can_leave,
        tip="Let the selected cards belong to no frame",
    ),
    Command(
        "network.comment",
        "Add comment",
        lambda w: w.annotations.comment(),
        icon="ph.note",
        shortcuts=("Shift+C",),
        canvas=True,
        contexts=("canvas",),
        tip="Write words on the canvas, at the pointer",
    ),
    Command(
        "network.write",
        "Edit text",
        lambda w: w.annotations.write(),
        icon="ph.text-aa",
        contexts=("remark",),
        enabled=lambda w: len(w.editor.selected_remarks) == 1,
        tip="Change the words of the selected comment or frame: a double click or Enter on it does the same",
    ),
    Command("network.hue", "Colour", icon="ph.palette", contexts=("remark",), enabled=has_remarks, choices=offer_hues),
)
