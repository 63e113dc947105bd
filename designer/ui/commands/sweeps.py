"""The commands of sweeps and ablations: what may vary, and the panel that trains with it."""

import functools
from collections.abc import Iterable
from typing import TYPE_CHECKING

from designer.ui import ablating
from designer.ui.commands.record import Command, offer

if TYPE_CHECKING:
    from designer.ui.window import Window


def offer_settings(window: "Window") -> Iterable[Command]:
    """Return a command for each setting of the selected layers."""
    rows = window.sweeper.draft.rows
    return offer(
        "network.vary",
        ablating.list_settings(window),
        lambda keys: ablating.vary(window, keys),
        lambda keys: all(key in rows for key in keys),
    )


def offer_kinds(window: "Window") -> Iterable[Command]:
    """Return a command for each kind that could stand in the place of the selected layer."""
    titled = ((title, kind) for kind, title in ablating.list_kinds(window))
    toggle = functools.partial(ablating.toggle_kind, window)
    return offer("network.instead", titled, toggle, lambda kind: kind in ablating.read_kinds(window))


MARKS = (
    Command(
        "network.optional",
        "Optional in an ablation",
        ablating.toggle_optional,
        contexts=("node",),
        enabled=ablating.can_mark,
        checked=ablating.are_optional,
        tip="An ablation trains with and without the selected layers: those wired together are left out together",
    ),
    Command(
        "network.alternatives",
        "Alternatives in an ablation",
        ablating.toggle_alternatives,
        contexts=("node",),
        enabled=lambda w: ablating.can_mark(w) and (len(w.editor.selected_nodes) > 1 or ablating.are_alternatives(w)),
        checked=ablating.are_alternatives,
        tip="An ablation uses one of the selected layers, branches or blocks at a time: one behind another, side by side "
        "between a fork and a join, or beside the network, to take the wires of the one in it",
    ),
    Command(
        "network.instead",
        "Other kinds in an ablation",
        contexts=("node",),
        enabled=ablating.has_kinds,
        choices=offer_kinds,
        tip="An ablation tries the selected layer as these kinds too: another activation, another block",
    ),
    Command(
        "network.vary",
        "Vary in a sweep",
        contexts=("node",),
        enabled=ablating.can_mark,
        choices=offer_settings,
        tip="Try several values of a setting of the selected layers",
    ),
)


def _train_folds(window: "Window") -> None:
    from designer.ui.folds import train_folds  # seldom asked for

    train_folds(window)


SWEEPS = (
    Command(
        "train.folds",
        "Train each fold",
        _train_folds,
        icon="ph.stack",
        enabled=lambda w: w.trainer.can_start and not w.trainer.is_active,
        tip="Cross-validation: hold out each fold of the rows once, train on the others, and tell mean and spread",
    ),
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
