"""The commands that bring cards into order: arrange, align, distribute, and how they move."""

from typing import TYPE_CHECKING

from designer.document.align import Axis, Side
from designer.ui.commands.record import Command, has_graph

if TYPE_CHECKING:
    pass


def _align(side: Side, title: str, icon: str) -> Command:
    return Command(
        f"network.align.{side}",
        title,
        lambda w: w.arranging.align(side),
        icon=icon,
        enabled=lambda w: len(w.editor.selected_nodes) >= 2,
        tip="Bring the selected cards into one line; none comes to lie on another",
    )


def _distribute(axis: Axis, title: str, icon: str) -> Command:
    return Command(
        f"network.distribute.{axis}",
        title,
        lambda w: w.arranging.distribute(axis),
        icon=icon,
        enabled=lambda w: len(w.editor.selected_nodes) >= 3,
        tip="Give the selected cards the same distance from each to the next",
    )


ALIGNMENTS = (
    _align("left", "Left sides", "ph.align-left"),
    _align("centre", "Centres, in a column", "ph.align-center-horizontal"),
    _align("right", "Right sides", "ph.align-right"),
    _align("top", "Upper sides", "ph.align-top"),
    _align("middle", "Middles, in a row", "ph.align-center-vertical"),
    _align("bottom", "Lower sides", "ph.align-bottom"),
    _distribute("horizontally", "Distribute horizontally", "ph.dots-three"),
    _distribute("vertically", "Distribute vertically", "ph.dots-three-vertical"),
)

ORDER = (
    Command(
        "network.arrange",
        "Arrange",
        lambda w: w.arranging.arrange(),
        icon="ph.tree-structure",
        shortcuts=("L",),
        canvas=True,
        bar=22,
        contexts=("canvas", "node"),
        enabled=has_graph,
        title_now=lambda w: w.arranging.title,
        tip="Lay out the selected layers where they are; the whole network where fewer than two are selected",
    ),
    Command(
        "network.arrange_other",
        "Arrange unfolded",
        lambda w: w.arranging.arrange(other=True),
        shortcuts=("Shift+L",),
        canvas=True,
        enabled=has_graph,
        title_now=lambda w: "Arrange unfolded" if w.arranging.folds else "Arrange folded into columns",
        tip="Arrange, this once, the other way than `Fold long networks` says",
    ),
    Command(
        "network.fold",
        "Fold long networks",
        lambda w: w.arranging.switch_folds(),
        checked=lambda w: w.arranging.folds,
        tip="Arrange long networks in columns, as a newspaper does",
    ),
    Command("network.align", "Align", icon="ph.align-left", contexts=("node",), choices=lambda w: ALIGNMENTS),
)

MOVEMENT = (
    Command(
        "view.snap",
        "Snap to grid",
        lambda w: w.arranging.switch_snaps(),
        checked=lambda w: w.arranging.snaps,
        tip="Let dragged cards stop at the grid; Shift turns it round while dragging",
    ),
    Command(
        "view.animations",
        "Animations",
        lambda w: w.arranging.switch_animations(),
        checked=lambda w: w.arranging.animates,
        tip="Let cards glide to their new places",
    ),
)
