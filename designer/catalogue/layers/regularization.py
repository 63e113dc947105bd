"""Layers that hide, shake or drop what flows through them, while training only."""

from functools import partial

from designer.catalogue.demands import NOUNS, SPATIAL, demand_axes, demand_numbers
from designer.catalogue.figures import Mask, Noise
from designer.catalogue.parameters import Option, Parameter, Real, Values
from designer.catalogue.spec import Inputs, LayerSpec, Outputs, TorchCall, Trait

_ONLY_TRAINING: frozenset[Trait] = frozenset({"straight", "passes", "noise"})


def _keep_shape(values: Values, inputs: Inputs) -> Outputs:
    demand_numbers(inputs[0])
    return inputs


def _shape_channels(axes: int, values: Values, inputs: Inputs) -> Outputs:
    """Accept that number of spatial axes only: with fewer torch cannot tell the batch from the channels."""
    demand_numbers(inputs[0])
    demand_axes(inputs[0], SPATIAL[axes])
    return inputs


DROPOUT = LayerSpec(
    kind="Dropout",
    family="regularization",
    summary="Sets random values to 0 while training.",
    call=TorchCall("nn.Dropout", positional=("p",)),
    parameters=(Parameter("p", Real(0, 1), 0.5, "Chance that a value is set to 0."),),
    shape=_keep_shape,
    card=("p",),
    figure=Mask("units"),
    formula="y = x · mask / (1 − p)",
    help="Keeps units from leaning on each other and so fights overfitting; after training it does nothing. Put it after "
    "the activation of large hidden layers, with 0.2 to 0.5. Right before the Output it only adds noise to the answer.",
    search=("regularization", "overfitting", "noise", "drop"),
    traits=_ONLY_TRAINING,
)


def _declare_channel_dropout(axes: int) -> LayerSpec:
    noun = NOUNS[axes]
    return LayerSpec(
        kind=f"Dropout{axes}d",
        family="regularization",
        summary=f"Sets whole random channels of {'an' if noun[0] in 'aeiou' else 'a'} {noun} to 0 while training.",
        call=TorchCall(f"nn.Dropout{axes}d", positional=("p",)),
        parameters=(Parameter("p", Real(0, 1), 0.5, "Chance that a channel is set to 0."),),
        shape=partial(_shape_channels, axes),
        card=("p",),
        formula="y = x · mask of channels / (1 − p)",
        figure=Mask("channels"),
        help="Neighbouring places say nearly the same, so dropping single ones takes little away; after convolutions whole "
        "channels are dropped instead. After training it does nothing.",
        search=("regularization", "overfitting", "spatial dropout", "channel", "drop", noun),
        traits=_ONLY_TRAINING,
    )


DROPOUT1D, DROPOUT2D, DROPOUT3D = map(_declare_channel_dropout, (1, 2, 3))

ALPHA_DROPOUT = LayerSpec(
    kind="AlphaDropout",
    family="regularization",
    summary="Dropout for SELU: keeps mean 0 and variance 1 while it drops.",
    call=TorchCall("nn.AlphaDropout", positional=("p",)),
    parameters=(Parameter("p", Real(0, 1), 0.5, "Chance that a value is dropped."),),
    shape=_keep_shape,
    card=("p",),
    figure=Mask("units", low=True),
    formula="y = a (x · mask + a₀ (1 − mask)) + b",
    help="Dropped values become the lowest value of SELU instead of 0, and all are rescaled (Klambauer and others, 2017). Use "
    "it with SELU only, with 0.05 to 0.1; after training it does nothing.",
    search=("regularization", "overfitting", "selu", "self-normalizing", "drop", "noise"),
    traits=_ONLY_TRAINING,
)

FEATURE_ALPHA_DROPOUT = LayerSpec(
    kind="FeatureAlphaDropout",
    family="regularization",
    summary="AlphaDropout of whole channels at a time.",
    call=TorchCall("nn.FeatureAlphaDropout", positional=("p",)),
    parameters=(Parameter("p", Real(0, 1), 0.5, "Chance that a channel is dropped."),),
    shape=_keep_shape,
    card=("p",),
    figure=Mask("channels", low=True),
    formula="y = a (x · mask of channels + a₀ (1 − mask of channels)) + b",
    help="For networks of convolutions and SELU, where single places say too little. After training it does nothing.",
    search=("regularization", "overfitting", "selu", "self-normalizing", "channel", "drop"),
    traits=_ONLY_TRAINING,
)

STOCHASTIC_DEPTH = LayerSpec(
    kind="StochasticDepth",
    family="regularization",
    summary="Sets a whole branch to 0 for random samples while training.",
    call=TorchCall("StochasticDepth", positional=("p",), recipe="stochastic_depth"),
    parameters=(
        Parameter("p", Real(0, 1), 0.1, "Chance that the branch is dropped."),
        Parameter("mode", Option(("row", "batch")), "row", "row: each sample by itself; batch: all samples together."),
    ),
    shape=_keep_shape,
    card=("p",),
    figure=Mask("path"),
    formula="y = x · b / (1 − p),  b = 0 with chance p, else 1",
    help="Put it at the end of a residual branch, right before Add: the sample then skips that block, as in a shorter network "
    "(Huang and others, 2016). The usual chance grows from 0 at the first block to 0.2 at the last. After training it "
    "does nothing.",
    search=("drop path", "droppath", "regularization", "drop connect", "efficientnet", "overfitting"),
    traits=_ONLY_TRAINING,
)

GAUSSIAN_NOISE = LayerSpec(
    kind="GaussianNoise",
    family="regularization",
    summary="Adds normal noise to every value while training.",
    call=TorchCall("GaussianNoise", positional=("std",), recipe="noise"),
    parameters=(Parameter("std", Real(0), 0.1, "Standard deviation of the noise."),),
    shape=_keep_shape,
    card=("std",),
    figure=Noise(),
    formula="y = x + ε,  ε ~ N(0, std²)",
    help="At the Input it makes a denoising autoencoder, or stands for more data than there are. Values should have a "
    "deviation near 1, so that `std` says how strong it is. After training it does nothing.",
    search=("noise", "regularization", "denoising", "overfitting", "augmentation", "normal"),
    traits=_ONLY_TRAINING,
)

LAYERS = (
    DROPOUT,
    DROPOUT1D,
    DROPOUT2D,
    DROPOUT3D,
    ALPHA_DROPOUT,
    FEATURE_ALPHA_DROPOUT,
    STOCHASTIC_DEPTH,
    GAUSSIAN_NOISE,
)
