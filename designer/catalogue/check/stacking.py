"""Problems of layers that stand in each other's way: nothing bent between two linear maps, noise in the wrong place."""

from collections import Counter
from collections.abc import Iterator

from designer.catalogue.check import fixes
from designer.catalogue.check.problem import Fix, Problem
from designer.catalogue.check.screen import of_layers
from designer.catalogue.check.study import Study, by_kind
from designer.catalogue.shapes import Inferred

# As many squashing layers as this one after the other let the gradient fade.
MANY_SQUASHING = 4
# What people put between two layers, the likeliest first.
USUAL_BENDS = ("ReLU", "GELU", "Tanh")
# What is an activation too, but never stands between two layers.
RARE_BENDS = ("Softmax", "LogSoftmax", "Softmin", "Softmax2d", "Step", "GLU")


def find_straight_pairs(study: Study) -> Iterator[Problem]:
    """Yield linear maps that feed another with nothing bent between: together they are worth one.

    An autoencoder's narrow middle is best left straight: its code is then as free as that of a PCA.
    """
    if study.objective.compares == "input":
        return
    bends: list[str] = []
    for known in by_kind(study.where(pairs=_may_be_straight)):
        before, behind = study.before(known), study.wire_into(known.node.id)
        while before is not None and before.spec is not None and "straight" in before.spec.traits:
            if before.spec.family != "normalization":  # an activation goes behind that, otherwise right behind the map
                behind = study.wire_into(before.node.id)
            before = study.before(before)
        if before is None or before.spec is None or "mixes" not in before.spec.traits or behind is None:
            continue
        if not _is_grouped(before) and not _is_grouped(known):
            alike = before.spec.family == "convolution" and before.node.kind == known.node.kind
            bends = bends or _rank_bends(study)
            worth = "single convolution with a larger window" if alike else "single linear layer"
            yield Problem(
                "warning",
                known.node.id,
                f"{before.subject} and {known.subject} have no activation between them, so together they can do no more "
                f"than a {worth}. Put {bends[0]} between them.",
                tuple(fixes.insert_plain(behind, kind) for kind in bends),
            )


def _may_be_straight(known: Inferred, before: Inferred) -> bool:
    """Return whether a linear map may come behind another with nothing bent between."""
    if known.spec is None or before.spec is None or "mixes" not in known.spec.traits:
        return False
    return "mixes" in before.spec.traits or "straight" in before.spec.traits


def _may_be_needless(known: Inferred, before: Inferred) -> bool:
    """Return whether the bias of the layer before may be taken off by this one."""
    if known.spec is None or before.spec is None or "batch" not in known.spec.traits:
        return False
    return "mixes" in before.spec.traits and before.values.get("bias") is True


def _rank_bends(study: Study) -> list[str]:
    """Return the activations to choose from between two layers: ReLU, or first the one that the network has elsewhere."""
    counts = Counter(known.node.kind for known in study.where(_bends))
    used = [kind for kind, _ in counts.most_common(1)]
    return list(dict.fromkeys((*used, *USUAL_BENDS)))[:3]


@of_layers
def _bends(known: Inferred) -> bool:
    return known.spec is not None and known.spec.family == "activation" and known.node.kind not in RARE_BENDS


def _is_grouped(known: Inferred) -> bool:
    """Whether a convolution is cut into groups, which before or behind another saves weights on purpose.

    A depthwise one and a 1 x 1 one with nothing between make the separable convolution of Xception (Chollet, 2017).
    """
    return bool(known.values.get("groups", 1) != 1)


def find_needless_bias(study: Study) -> Iterator[Problem]:
    """Yield biases that a BatchNorm right behind takes off again: those that are one number a channel.

    A Linear adds its bias along the last axis, which is BatchNorm's channel axis, the first, for vectors only.
    """
    for known in by_kind(study.where(pairs=_may_be_needless)):
        before = study.before(known)
        if before is None or before.spec is None or "mixes" not in before.spec.traits:
            continue
        on_channels = before.spec.family == "convolution" or (
            known.outputs is not None and len(known.outputs[0].sizes) == 1
        )
        if before.values.get("bias") is True and on_channels and study.after(before) is known:
            yield Problem(
                "hint",
                before.node.id,
                f"The bias of {before.subject} does nothing, since {known.subject} behind it takes the mean off. "
                "Set `bias` off.",
                (fixes.set_parameters(before.node.id, {"bias": False}),),
            )


def find_misplaced_noise(study: Study) -> Iterator[Problem]:
    """Yield Dropout right before the Output, before a BatchNorm, twice in a row, or at a chance of 0 or 1."""
    for known in study.find("noise"):
        node = known.node.id
        if known.values.get("p") in (0, 1):
            does = "does nothing" if known.values["p"] == 0 else "sets everything to 0 while training"
            message = f"{known.subject} has a chance of {known.values['p']:g}, so it {does}. Try 0.5."
            yield Problem("hint" if known.values["p"] == 0 else "warning", node, message, (fixes.reset(node, ["p"]),))
        after = study.after(known)
        if after is None or after.spec is None:
            continue
        if "noise" in after.spec.traits:
            message = f"{after.subject} follows {known.subject} directly. One is enough: remove the other."
            yield Problem("hint", after.node.id, message, (fixes.remove(after.node.id),))
        if "batch" in after.spec.traits:
            message = (
                f"{known.subject} stands before {after.subject}, whose statistics are then those of noisy values and do "
                "not fit when the noise is off (Li and others, 2019). Put it behind."
            )
            yield Problem("hint", node, message, tuple(_swap(study, known, after, "Move behind")))
        if node in study.bare:
            yield Problem(
                "warning",
                node,
                f"{known.subject} right before the Output only adds noise to the answer. "
                "Move it above the layer before it, or remove it.",
                tuple(_move_above(study, known)),
            )


def _move_above(study: Study, known: Inferred) -> Iterator[Fix]:
    before = study.before(known)
    if before is not None and before.spec is not None and before.weights and study.after(before) is known:
        yield from _swap(study, before, known, "Move above")
    yield fixes.remove(known.node.id)


def _swap(study: Study, first: Inferred, second: Inferred, title: str) -> Iterator[Fix]:
    """Yield two neighbours changed about, where each has one wire in and one out."""
    into, middle = study.wire_into(first.node.id), study.wire_out_of(first.node.id)
    out = study.wire_out_of(second.node.id)
    if into is not None and middle is not None and out is not None and study.wire_into(second.node.id) is not None:
        yield fixes.swap(into, middle, out, title)


def find_needless_layers(study: Study) -> Iterator[Problem]:
    """Yield layers that change nothing: an activation twice, Flatten on a vector, dropout between no layers."""
    for known in study.where(_is_idle, pairs=_comes_twice):
        spec, node = known.spec, known.node.id
        if spec is None or known.outputs is None:
            continue
        before = study.before(known) if spec.family == "activation" and spec.bounds is not None else None
        if before is not None and _comes_twice(known, before):
            again = (
                "changes nothing" if known.node.kind in ("ReLU", "ReLU6", "Step") else "squashes the values once more"
            )
            message = f"{known.subject} follows {before.subject} directly and {again}. Remove it."
            yield Problem("hint", node, message, (fixes.remove(node),))
        if known.node.kind == "Flatten" and known.outputs == known.inputs:
            message = f"{known.subject} gets {known.inputs[0]} and changes nothing. Remove it."
            yield Problem("hint", node, message, (fixes.remove(node),))
        if spec.family == "recurrent" and known.values.get("num_layers") == 1 and known.values.get("dropout"):
            message = (
                f"{known.subject} has `dropout`, which acts between stacked layers only, and it has one. Set it to 0."
            )
            yield Problem("hint", node, message, (fixes.set_parameters(node, {"dropout": 0.0}),))


def _is_idle(known: Inferred) -> bool:
    """Return whether a layer may change nothing, or have a setting that does nothing."""
    if known.node.kind == "Flatten":
        return known.outputs == known.inputs
    return known.spec is not None and known.spec.family == "recurrent" and bool(known.values.get("dropout"))


def _comes_twice(known: Inferred, before: Inferred) -> bool:
    """Return whether an activation stands right behind one like it."""
    return (
        before.node.kind == known.node.kind
        and known.spec is not None
        and known.spec.family == "activation"
        and before.values == known.values
    )


def find_doubtful_choices(study: Study) -> Iterator[Problem]:
    """Yield layers that do what was asked but hardly what was meant."""
    for known in study.of_kind("LayerNorm"):
        if known.outputs is not None and len(known.outputs[0].sizes) == 3 and known.values["axes"] == 1:
            message = (
                f"{known.subject} normalises each row of {known.outputs[0]} by itself. For an image set `axes` to 3."
            )
            yield Problem("hint", known.node.id, message, (fixes.set_parameters(known.node.id, {"axes": 3}),))
    for known in study.of_kind("Softmax"):
        yield from _check_softmax(study, known)
    squashing = [known for kind in ("Sigmoid", "Tanh") for known in study.of_kind(kind) if _is_hidden(study, known)]
    if len(squashing) >= MANY_SQUASHING and not study.find("batch"):
        message = (
            f"{len(squashing)} squashing activations lie between the layers, and the gradient fades in each. "
            "Put ReLU in their place."
        )
        yield Problem("hint", squashing[0].node.id, message, (_rectify(squashing),))


def _check_softmax(study: Study, known: Inferred) -> Iterator[Problem]:
    if known.outputs is None:
        return
    node, sizes, dim = known.node.id, known.outputs[0].sizes, known.values["dim"]
    if sizes[dim - 1 if dim > 0 else dim] == 1:
        message = f"{known.subject} shares 1 among a single value, so it always gives 1. Take Sigmoid for one unit."
        yield Problem("warning", node, message, (fixes.turn_into(node, "Sigmoid"),))
    after = study.after(known)
    if after is not None and after.spec is not None and "mixes" in after.spec.traits:
        message = (
            f"{known.subject} between two layers lets through shares of 1 only, and little gradient. "
            "Take ReLU between layers."
        )
        yield Problem("hint", node, message, (fixes.turn_into(node, "ReLU"),))


def _is_hidden(study: Study, known: Inferred) -> bool:
    return known.node.id in study.live and known.node.id not in study.bare


def _rectify(squashing: list[Inferred]) -> Fix:
    return fixes.join("Make them ReLU", [fixes.turn_into(known.node.id, "ReLU") for known in squashing])
