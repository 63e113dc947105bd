"""The commands that bring cards into order: arrange, align, distribute, and how they move."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from designer.document.align import Axis, Side
from designer.ui.commands.record import Command, has_graph

if TYPE_CHECKING:
    from designer.ui.window import Window

ALIGNMENTS: tuple[tuple[Side, str, str], ...] = (
    ("left", "Left sides", "ph.align-left"),
    ("centre", "Centres, in a column", "ph.align-center-horizontal"),
    ("right", "Right sides", "ph.align-right"),
    ("top", "Upper sides", "ph.align-top"),
    ("middle", "Middles, in a row", "ph.align-center-vertical"),
    ("bottom", "Lower sides", "ph.align-bottom"),
)
DISTRIBUTIONS: tuple[tuple[Axis, str, str], ...] = (
    ("horizontally", "Distribute horizontally", "ph.dots-three"),
    ("vertically", "Distribute vertically", "ph.dots-three-vertical"),
)


def offer_alignments(window: "Window") -> Iterable[Command]:
    """Return a command for each way to bring the selected cards into line."""
    for side, title, icon in ALIGNMENTS:
        yield Command(
            f"network.align.{side}",
            title,
            lambda window, side=side: window.arranging.align(side),  # type: ignore[misc]
            icon=icon,
            enabled=lambda window: len(window.editor.selected_nodes) >= 2,
            tip="Bring the selected cards into one line; none comes to lie on another",
        )
    for axis, title, icon in DISTRIBUTIONS:
        yield Command(
            f"network.distribute.{axis}",
            title,
            lambda window, axis=axis: window.arranging.distribute(axis),  # type: ignore[misc]
            icon=icon,
            enabled=lambda window: len(window.editor.selected_nodes) >= 3,
            tip="Give the selected cards the same distance from each to the next",
        )


ORDER = (
    Command(
        "network.arrange",
        "Arrange",
        lambda w: w.arranging.arrange(),
        "Network",
        2,
        "ph.tree-structure",
        ("L",),
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
        "Network",
        2,
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
        "Network",
        2,
        checked=lambda w: w.arranging.folds,
        tip="Arrange long networks in columns, as a newspaper does",
    ),
    Command(
        "network.align",
        "Align",
        menu="Network",
        group=2,
        icon="ph.align-left",
        contexts=("node",),
        choices=offer_alignments,
    ),
)

MOVEMENT = (
    Command(
        "view.snap",
        "Snap to grid",
        lambda w: w.arranging.switch_snaps(),
        "View",
        3,
        checked=lambda w: w.arranging.snaps,
        tip="Let dragged cards stop at the grid; Shift turns it round while dragging",
    ),
    Command(
        "view.animations",
        "Animations",
        lambda w: w.arranging.switch_animations(),
        "View",
        3,
        checked=lambda w: w.arranging.animates,
        tip="Let cards glide to their new places",
    ),
)
