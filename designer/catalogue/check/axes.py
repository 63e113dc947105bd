"""Axes in the wrong order, which a layer takes without a word: pictures with channels last, sequences for signals."""

from collections.abc import Iterator

from designer.catalogue.check import fixes
from designer.catalogue.check.adapters import CHANNELS, READS_SEQUENCES, Step, pass_through, step
from designer.catalogue.check.problem import Problem
from designer.catalogue.check.study import Study
from designer.catalogue.shapes import Inferred, infer_node
from designer.catalogue.spec import TensorType

SIGNALS = ("Conv1d", "ConvTranspose1d")
LEAST_SIDE = 8  # of what is most likely a picture
FURTHEST = 12  # layers looked back over


def find_swapped_axes(study: Study) -> Iterator[Problem]:
    """Yield layers that most likely take one axis for another."""
    for known in study.where(_may_be_swapped):
        giver = _find_giver(study, known)
        if giver is None or giver.spec is None or known.spec is None:
            continue
        if known.node.kind in SIGNALS:
            if giver.spec.family in READS_SEQUENCES or giver.node.kind == "Embedding":
                yield from _say_swapped(study, known, giver, "channels x length", "a sequence (length x features)")
        elif known.spec.family in READS_SEQUENCES:
            if giver.spec.family == "convolution":
                yield from _say_swapped(study, known, giver, "length x features", "a signal (channels x length)")
        elif giver.spec.role == "input":
            yield from _check_picture(study, known)


def _may_be_swapped(known: Inferred) -> bool:
    """Return whether the axes of what a layer takes might be in another order than it takes them."""
    if known.spec is None or known.outputs is None or len(known.inputs) != 1 or known.inputs[0] is None:
        return False
    sizes = known.inputs[0].sizes
    if len(sizes) == 2:
        return known.node.kind in SIGNALS or known.spec.family in READS_SEQUENCES
    picture = len(sizes) == 3 and sizes[2] in CHANNELS and min(sizes[:2]) >= LEAST_SIDE
    return picture and known.spec.family == "convolution"


def _check_picture(study: Study, known: Inferred) -> Iterator[Problem]:
    """Yield a picture whose channels come last, at the first convolution that it reaches."""
    given = known.inputs[0]
    assert given is not None
    channels = given.sizes[2]
    turn = step("Permute", order=(2, 0, 1))
    if _takes(known, turn, given):
        message = (
            f"{known.subject} takes the first axis for the channels, but {given} looks like a picture with {channels} "
            f"channel{'' if channels == 1 else 's'} last. Put Permute before it."
        )
        edge = study.graph.incoming[known.node.id][0]
        yield Problem("warning", known.node.id, message, (fixes.insert([edge], turn),))


def _say_swapped(study: Study, known: Inferred, giver: Inferred, takes: str, gives: str) -> Iterator[Problem]:
    given, turn = known.inputs[0], step("Transpose")
    if given is not None and len(given.sizes) == 2 and _takes(known, turn, given):
        edge = study.graph.incoming[known.node.id][0]
        message = (
            f"{known.subject} reads {given} as {takes}, but {giver.subject} gives {gives}. Put Transpose between them."
        )
        yield Problem("hint", known.node.id, message, (fixes.insert([edge], turn),))


def _takes(known: Inferred, turn: Step, given: TensorType) -> bool:
    kind = pass_through((turn,), given)
    return kind is not None and infer_node(known.node, (kind,)).outputs is not None


def _find_giver(study: Study, known: Inferred) -> Inferred | None:
    """Return the layer that gave what reaches a layer its axes: what keeps shape and order is looked through."""
    before = study.before(known)
    for _ in range(FURTHEST):
        if before is None or before.spec is None:
            return None
        keeps = (
            before.spec.family in ("normalization", "activation", "regularization") or before.node.kind == "Identity"
        )
        if not keeps:
            return before
        before = study.before(before)
    return None
