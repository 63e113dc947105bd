"""Layers that shift and scale each channel to mean 0 and variance 1, over the batch or over each sample."""

import math
from collections.abc import Mapping
from functools import partial

from designer.catalogue.demands import IMAGE, NOUNS, SIGNAL, SPATIAL, VECTOR, VOLUME, demand_axes, demand_numbers
from designer.catalogue.figures import Cube
from designer.catalogue.parameters import Flag, Maybe, Parameter, Real, Values
from designer.catalogue.spec import Inputs, LayerSpec, Outputs, ShapeError, TorchCall

EPS = Parameter("eps", Real(0, above=True), 1e-05, "Added to the variance, against division by zero.")

_BATCH_NORM_PARAMETERS = (
    EPS,
    Parameter(
        "momentum",
        Maybe(Real(0, 1), none="mean of all batches"),
        0.1,
        "Share of the newest batch in the running statistics.",
    ),
    Parameter("affine", Flag(), True, "Learn a scale and a shift for each channel."),
    Parameter(
        "track_running_stats",
        Flag(),
        True,
        "Keep running statistics for use after training; else each batch is normalised by itself.",
    ),
)


def _shape_batch_norm(forms: tuple[tuple[str, ...], ...], values: Values, inputs: Inputs) -> Outputs:
    (x,) = inputs
    demand_numbers(x)
    demand_axes(x, *forms)
    return inputs


def _weigh_batch_norm(values: Values, inputs: Inputs) -> Mapping[str, tuple[int, ...]]:
    channels = inputs[0].sizes[:1]
    return {"weight": channels, "bias": channels} if values["affine"] else {}


def _call_batch_norm(constructor: str) -> TorchCall:
    return TorchCall(
        constructor,
        positional=("num_features",),
        derived={"num_features": lambda values, inputs: inputs[0].sizes[0]},
    )


BATCH_NORM1D = LayerSpec(
    kind="BatchNorm1d",
    family="normalization",
    summary="Normalises each feature or channel over the batch.",
    call=_call_batch_norm("nn.BatchNorm1d"),
    parameters=_BATCH_NORM_PARAMETERS,
    shape=partial(_shape_batch_norm, (VECTOR, SIGNAL)),
    weights=_weigh_batch_norm,
    figure=Cube("batch"),
    formula="y = γ (x − mean) / √(var + ε) + β",
    help="Lets a deep network learn faster and with larger learning rates. It takes a vector or a signal (channels x "
    "length); for a sequence of length x features LayerNorm is the right one. While training it uses the batch's own "
    "mean and variance, so a batch needs at least 2 samples; afterwards it uses the running ones.",
    search=("batch normalization", "normalize", "bn", "standardize"),
    traits=frozenset({"straight", "batch"}),
)

BATCH_NORM2D = LayerSpec(
    kind="BatchNorm2d",
    family="normalization",
    summary="Normalises each channel of an image over the batch and all places.",
    call=_call_batch_norm("nn.BatchNorm2d"),
    parameters=_BATCH_NORM_PARAMETERS,
    shape=partial(_shape_batch_norm, (IMAGE,)),
    weights=_weigh_batch_norm,
    figure=Cube("batch"),
    formula="y = γ (x − mean) / √(var + ε) + β",
    help="Goes between a convolution and its activation; the convolution then needs no `bias`. Lets a deep network learn "
    "faster and with larger learning rates. While training it uses the batch's own mean and variance, "
    "so small batches make it noisy; afterwards it uses the running ones.",
    search=("batch normalization", "normalize", "bn", "standardize", "image"),
    traits=frozenset({"straight", "batch"}),
)

BATCH_NORM3D = LayerSpec(
    kind="BatchNorm3d",
    family="normalization",
    summary="Normalises each channel of a volume over the batch and all places.",
    call=_call_batch_norm("nn.BatchNorm3d"),
    parameters=_BATCH_NORM_PARAMETERS,
    shape=partial(_shape_batch_norm, (VOLUME,)),
    weights=_weigh_batch_norm,
    figure=Cube("batch"),
    formula="y = γ (x − mean) / √(var + ε) + β",
    help="BatchNorm2d for scans and videos, channels x depth x height x width. Volumes leave room for small batches only; if "
    "there are fewer than 8 samples in one, GroupNorm is steadier.",
    search=("batch normalization", "normalize", "bn", "standardize", "volume", "video"),
    traits=frozenset({"straight", "batch"}),
)

_INSTANCE_NORM_PARAMETERS = (
    EPS,
    Parameter("momentum", Real(0, 1), 0.1, "Share of the newest batch in the running statistics, if there are any."),
    Parameter("affine", Flag(), False, "Learn a scale and a shift for each channel."),
    Parameter("track_running_stats", Flag(), False, "Keep running statistics and use them after training."),
)


def _shape_instance_norm(axes: int, values: Values, inputs: Inputs) -> Outputs:
    (x,) = inputs
    demand_numbers(x)
    demand_axes(x, SPATIAL[axes])
    if math.prod(x.sizes[1:]) == 1:
        raise ShapeError(f"normalises each channel over its places, but its input {x} has one place only. Remove it")
    return inputs


def _declare_instance_norm(axes: int) -> LayerSpec:
    noun = NOUNS[axes]
    return LayerSpec(
        kind=f"InstanceNorm{axes}d",
        family="normalization",
        summary=f"Normalises each channel of each {noun} by itself.",
        call=_call_batch_norm(f"nn.InstanceNorm{axes}d"),
        parameters=_INSTANCE_NORM_PARAMETERS,
        shape=partial(_shape_instance_norm, axes),
        weights=_weigh_batch_norm,
        formula="y = γ (x − mean) / √(var + ε) + β",
        figure=Cube("instance"),
        help="Takes the contrast and the brightness of each sample away (Ulyanov and others, 2016), which style transfer and "
        "image-to-image GANs want. To tell classes apart it loses too much: take BatchNorm or GroupNorm.",
        search=("instance normalization", "normalize", "style", "contrast", noun),
    )


INSTANCE_NORM1D, INSTANCE_NORM2D, INSTANCE_NORM3D = map(_declare_instance_norm, (1, 2, 3))

LAYERS = (BATCH_NORM1D, BATCH_NORM2D, BATCH_NORM3D, INSTANCE_NORM1D, INSTANCE_NORM2D, INSTANCE_NORM3D)
