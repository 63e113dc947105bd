"""The ways to explain an answer, declared as data: what each needs, shows, and does not show. No torch here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from designer.engine.explaining.record import Form
from designer.engine.explaining.traits import Traits

MISSING = "Explanations are worked out by captum, which is not installed. Install it: pip install captum (or designer[explain])."
NO_DATA = "The data of this network are not known. Choose a source in the Data tab."
NO_ANSWER = "This network makes samples and answers none, so there is nothing to explain."
NO_GRADIENT = "The samples are whole numbers, which have no gradient, and no Embedding looks vectors up for them. Choose occlusion."

Choose = Literal["", "baseline", "layer"]


@dataclass(frozen=True, slots=True)
class BaselineSpec:
    """What takes the place of what a sample has: its key and title, and the forms of samples that it suits."""

    kind: str
    title: str
    meaning: str
    forms: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class MethodSpec:
    """A way to explain. `refuse` says why it cannot be used, "" where it can.

    `signed` where what speaks against an answer is told from what speaks for it; `choose` is what else can be chosen.
    `work` names the function of attributing.py that does it; `fold` how the numbers of one place become one.
    """

    kind: str
    title: str
    shows: str
    limits: str
    source: str
    work: str
    refuse: Callable[[Traits], str]
    signed: bool = True
    fold: Literal["sum", "largest"] = "sum"
    choose: Choose = ""


def _refuse_nothing(traits: Traits) -> str:
    return ""


def _refuse_gradient(traits: Traits) -> str:
    return NO_GRADIENT if traits.whole and not traits.embeds else ""


def _refuse_maps(traits: Traits) -> str:
    if not traits.convolutions:
        return "This network has no convolution whose maps could be weighed. Choose integrated gradients or occlusion."
    return "The columns of a table have no places that a map could show." if traits.form == "columns" else ""


BASELINES = {
    spec.kind: spec
    for spec in (
        BaselineSpec("mean", "mean sample", "The mean of the validation samples", ("picture", "columns", "series")),
        BaselineSpec("black", "black", "The least number in the validation samples, everywhere", ("picture",)),
        BaselineSpec("zero", "zeros", "0 everywhere, as the network is given it", ("picture", "columns", "tokens", "series")),
        BaselineSpec("middle", "mean vector", "The mean of all vectors that the Embedding knows", ("tokens",)),
    )
}  # fmt: skip
USUAL: dict[Form, str] = {"picture": "black", "columns": "mean", "series": "mean", "tokens": "zero"}

METHODS = {
    spec.kind: spec
    for spec in (
        MethodSpec(
            "integrated",
            "Integrated gradients",
            "How much each place adds to the answer, on the way from a baseline to this sample: all together they come to "
            "the difference of the two answers.",
            "It depends on the baseline: what is as the baseline has it gets nothing.",
            "Sundararajan and others, 2017",
            "integrate",
            _refuse_gradient,
            choose="baseline",
        ),
        MethodSpec(
            "gradient",
            "Input gradient",
            "Where the smallest change would move the answer most, in either direction.",
            "It tells of changes, not of what is there: it is noisy, and flat where the network is sure.",
            "Simonyan and others, 2013",
            "differentiate",
            _refuse_gradient,
            signed=False,
            fold="largest",
        ),
        MethodSpec(
            "gradcam",
            "Grad-CAM",
            "In which region a convolution found what speaks for the answer.",
            "It is as coarse as the maps of the layer, and silent about what speaks against the answer.",
            "Selvaraju and others, 2017",
            "weigh_maps",
            _refuse_maps,
            signed=False,
            choose="layer",
        ),
        MethodSpec(
            "occlusion",
            "Occlusion",
            "How far the answer falls when a place is covered by the baseline.",
            "One place at a time: what stands at two places, either of which is enough, gets little.",
            "Zeiler and Fergus, 2014",
            "occlude",
            _refuse_nothing,
            choose="baseline",
        ),
    )
}


def refuse(kind: str, traits: Traits | None) -> str:
    """Return why a method cannot be used for a network, "" where it can."""
    if traits is None:
        return NO_DATA
    return NO_ANSWER if not traits.answers else METHODS[kind].refuse(traits)


def list_baselines(traits: Traits) -> tuple[BaselineSpec, ...]:
    """Return the baselines that suit the samples, the usual one first."""
    fitting = [spec for spec in BASELINES.values() if traits.form in spec.forms]
    return tuple(sorted(fitting, key=lambda spec: spec.kind != USUAL[traits.form]))
