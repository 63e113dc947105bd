"""The commands of sweeps and ablations: what may vary, and the panel that trains with it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from designer.ui import ablating
from designer.ui.commands.record import Command, offer

if TYPE_CHECKING:
    from designer.ui.window import Window


def offer_settings(window: "Window") -> Iterable[Command]:
    """Return a command for each setting of the selected layer."""
    sweeper = window.sweeper
    titled = ((ablating.name_setting(place), place.key) for place in ablating.list_settings(window))
    return offer("network.vary", titled, sweeper.vary, lambda key: key in sweeper.draft.rows)


MARKS = (
    Command(
        "network.optional",
        "May be left out",
        ablating.toggle_optional,
        contexts=("node",),
        enabled=ablating.can_mark,
        checked=ablating.are_optional,
        tip="An ablation trains with and without the selected layers, and shows what each is worth",
    ),
    Command(
        "network.alternatives",
        "Alternatives",
        ablating.toggle_alternatives,
        contexts=("node",),
        enabled=lambda w: ablating.can_mark(w) and (len(w.editor.selected_nodes) > 1 or ablating.are_alternatives(w)),
        checked=ablating.are_alternatives,
        tip="An ablation uses one of the selected layers at a time, and passes the others by",
    ),
    Command(
        "network.vary",
        "Vary in a sweep",
        contexts=("node",),
        enabled=ablating.can_vary,
        choices=offer_settings,
        tip="Try several values of a setting of the selected layer",
    ),
)

SWEEPS = (
    Command(
        "train.sweep",
        "Sweep …",
        lambda w: w.workbench.show("sweep"),
        icon="ph.sliders-horizontal",
        tip="Train with many values of what you choose, and see which are best",
    ),
    Command(
        "train.ablation",
        "Ablation …",
        ablating.ablate,
        tip="Train without each of the marked layers, with several seeds, and see what each is worth",
    ),
)
