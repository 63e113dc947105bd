"""What may be wrong with a run: each rule judges numbers measured of it, and finds a fact with its figure and what to try.

Functions on numbers alone: no torch, no Qt.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from designer.engine.seeing import Look, Pulse

DEAD = 0.4  # share of silent units
SATURATED = 0.5  # share of outputs near an end
VANISHING, EXPLODING = 1e-3, 1e3  # gradient of a layer to that of the layers after it
HUGE = 100.0  # gradient to weights
FAST, SLOW = 0.1, 1e-5  # what one step changes, relative to the weights
RISING = 3  # epochs without a better validation loss
LEAST_RISE = 0.05  # share of it
SMALL_PROGRESS = 0.2  # share of the first loss
REGRESS = 0.5  # share of the progress that is lost again,
NOTABLE = 0.1  # which is no noise where it is this share of the lowest loss
UNBALANCED = 5.0  # the commonest class to the rarest
UNIFORM = 0.98  # share of rows with the same answer
LEAST_ROWS = 16
THRESHOLD = "Step"  # the class of units whose answers no factor of the weights changes


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that looks wrong: of which node (None for the run as a whole), what was measured, and what to try."""

    kind: str
    node: str | None
    fact: str
    advice: str


def find_dead(pulse: Pulse, rows: int) -> Finding | None:
    """Judge how many units of a layer give 0 for every row."""
    if not pulse.dead >= DEAD or pulse.units < 2:
        return None
    count = round(pulse.dead * pulse.units)
    fact = (
        f"{count} of {pulse.units} units ({_percent(pulse.dead)}) give 0 for all {rows} samples: they no longer learn."
    )
    return Finding(
        "Dead units",
        pulse.node,
        fact,
        "A lower learning rate, LeakyReLU or GELU in its place, or BatchNorm before it.",
    )


def find_saturated(pulse: Pulse) -> Finding | None:
    """Judge how many outputs of a squashing layer lie near an end; at the end of the network that may be right."""
    if not pulse.saturated >= SATURATED or pulse.last:
        return None
    fact = f"{_percent(pulse.saturated)} of the outputs lie at the ends of {pulse.kind}, where its slope is almost 0."
    return Finding(
        "Saturation",
        pulse.node,
        fact,
        "Smaller first weights, normalized inputs, BatchNorm before it, or ReLU instead.",
    )


def find_gradients(pulses: Sequence[Pulse]) -> list[Finding]:
    """Judge the gradients along the depth: those that vanish on the way to the first layers, and those that explode."""
    learned = [pulse for pulse in pulses if math.isfinite(pulse.gradient) and pulse.weight > 0]
    found: list[Finding] = []
    for place, pulse in enumerate(learned):
        after = max((later.gradient for later in learned[place + 1 :]), default=0.0)
        last = learned[-1].gradient
        if pulse.gradient > HUGE * pulse.weight or (pulse.gradient > EXPLODING * last > 0 and pulse.gradient > 1):
            if pulse.gradient > HUGE * pulse.weight:
                fact = (
                    f"The norm of its gradient is {_short(pulse.gradient)}, that of its weights {_short(pulse.weight)}."
                )
            else:
                fact = f"The norm of its gradient is {_short(pulse.gradient)}, {_times(pulse.gradient / last)} that of the last layer."
            advice = (
                "Clip the gradient (Training, Gradients), a lower learning rate, or normalization between the layers."
            )
            found.append(Finding("Exploding gradient", pulse.node, fact, advice))
        elif after > 1e-9 and pulse.gradient < VANISHING * after:
            ratio = f"{_times(after / pulse.gradient)} smaller than" if pulse.gradient > 0 else "0, against"
            fact = f"The norm of its gradient is {_short(pulse.gradient)}, {ratio} further on ({_short(after)})."
            if pulse.gradient == 0:
                fact = f"No gradient arrives here: its norm is 0, further on {_short(after)}."
            advice = "ReLU or GELU in place of Sigmoid and Tanh, BatchNorm, other first weights, or a skip connection."
            found.append(Finding("Vanishing gradient", pulse.node, fact, advice))
    return found


def find_overfitting(epochs: Sequence[tuple[float, float]]) -> Finding | None:
    """Judge the losses of the epochs (training, validation): validation rises while training falls."""
    held = [held for _, held in epochs]
    if len(held) <= RISING or not all(map(math.isfinite, held)):
        return None
    best = min(range(len(held)), key=held.__getitem__)
    risen, now = len(held) - 1 - best, median(held[-RISING:])
    if risen < RISING or now - held[best] < LEAST_RISE * abs(held[best]) or epochs[-1][0] >= epochs[best][0]:
        return None
    fact = (
        f"For {risen} epochs validation loss has not been as low as in epoch {best + 1}: {_short(held[best])} then, "
        f"{_short(now)} now, while training loss fell from {_short(epochs[best][0])} to {_short(epochs[-1][0])}."
    )
    return Finding(
        "Over-fitting",
        None,
        fact,
        "Early stopping, Dropout, weight decay, augmentation or more data, or a smaller network.",
    )


def find_rate(updates: Iterable[float], losses: Sequence[float], rate: float, *, alone: bool = False) -> Finding | None:
    """Judge the learning rate, by what a step changes of each layer and by means of the training loss in order.

    The weights of a layer that learns `alone` may rightly be near 0, as where no line parts the classes, so that a step
    moves much of them. A network that has learned moves little because little is left to learn: that rate is not called too low.
    """
    known = [update for update in updates if math.isfinite(update)]
    typical = median(known) if known else math.nan
    now = f"at learning rate {rate:g}"
    find = "Find learning rate (Training) measures one that suits."
    if typical > FAST and not alone:
        fact = f"One step moves the weights by {_percent(typical)} of their norm {now}; about 0.1 % is healthy."
        return Finding("Learning rate too high", None, fact, f"A learning rate of {_lower(rate, typical)}. {find}")
    sound = [loss for loss in losses if math.isfinite(loss)]
    if len(sound) >= 8:
        lowest = min(range(len(sound)), key=sound.__getitem__)
        now_loss = median(sound[-3:])
        progress = sound[0] - sound[lowest]
        risen = now_loss - sound[lowest]
        lost = risen > REGRESS * max(progress, 1e-12) and risen > NOTABLE * abs(sound[lowest])
        if lowest < len(sound) - 4 and lost and progress > 0:
            fact = f"The training loss was {_short(sound[lowest])} and has risen to {_short(now_loss)} {now}."
            return Finding("Learning rate too high", None, fact, f"A learning rate of {rate / 3:.2g}. {find}")
    if typical < SLOW and sound and sound[0] - min(sound) < SMALL_PROGRESS * abs(sound[0]):
        fact = f"One step moves the weights by {_percent(typical)} of their norm {now}; about 0.1 % is healthy."
        return Finding("Learning rate too low", None, fact, f"A learning rate of {_raise(rate, typical)}. {find}")
    return None


def has_rate(pulses: Iterable[Pulse]) -> bool:
    """Return whether a rate can be too high or too low: units with a threshold learn the same at any."""
    return all(pulse.kind != THRESHOLD for pulse in pulses)


def find_imbalance(counts: Sequence[int]) -> Finding | None:
    """Judge how many training samples each class has."""
    if len(counts) < 2 or sum(counts) < 2 * len(counts):
        return None
    rare, common = min(range(len(counts)), key=counts.__getitem__), max(range(len(counts)), key=counts.__getitem__)
    if counts[common] < UNBALANCED * counts[rare]:
        return None
    total = sum(counts)
    fact = (
        f"Class {rare} has {counts[rare]:,} of {total:,} training samples ({_percent(counts[rare] / total)}), class "
        f"{common} has {counts[common]:,} ({_percent(counts[common] / total)})."
    )
    advice = "Turn on balanced in the loss, so that rare classes count more; look at F1 rather than accuracy."
    return Finding("Classes out of balance", None, fact, advice)


def find_uniform(look: Look) -> Finding | None:
    """Judge whether the network answers the same class for everything."""
    if not look.same_answer >= UNIFORM or look.rows < LEAST_ROWS or len(look.class_counts) < 2:
        return None
    if max(look.class_counts) >= UNIFORM * sum(look.class_counts):
        return None
    fact = f"{_percent(look.same_answer)} of {look.rows} training samples get the same answer."
    advice = (
        "Check that the data reaches the first layer scaled; a lower learning rate; look for dead or saturated layers."
    )
    return Finding("One answer for all", None, fact, advice)


def _percent(share: float) -> str:
    """Return a share as people write it: 61 %, 1.2 %, 0.0003 %."""
    return f"{100 * share:.0f} %" if share >= 0.1 else f"{100 * share:.2g} %"


def _short(value: float) -> str:
    return f"{value:.3g}"


def _times(ratio: float) -> str:
    """Return how many times: 40 times, 3,000 times, 10^7 times."""
    if ratio >= 1e6:
        return f"10^{round(math.log10(ratio))} times"
    return f"{float(f'{ratio:.2g}'):,.0f} times"


def _lower(rate: float, update: float) -> str:
    """Return a rate under which a step would move about a hundredth of the weights."""
    return f"{rate * 0.01 / update:.1g}"


def _raise(rate: float, update: float) -> str:
    """Return a rate that is a power of ten higher, so that a step would move at most a thousandth, a thousand times at most."""
    tens = math.floor(math.log10(0.001 / update)) if update > 0 else 3
    return f"{rate * 10 ** min(max(tens, 1), 3):.2g}"
