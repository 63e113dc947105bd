"""Layers that normalise each sample by itself, over axes, groups of channels or neighbouring channels."""

import math
from collections.abc import Mapping

from designer.catalogue.demands import demand_numbers
from designer.catalogue.figures import Cube
from designer.catalogue.layers.normalization import EPS
from designer.catalogue.parameters import Flag, Integer, Maybe, Parameter, Real, Values
from designer.catalogue.spec import Inputs, LayerSpec, Outputs, ShapeError, TorchCall


def _shape_layer_norm(values: Values, inputs: Inputs) -> Outputs:
    (x,) = inputs
    demand_numbers(x)
    if values["axes"] > len(x.sizes):
        raise ShapeError(
            f"normalises the last {values['axes']} axes but its input {x} has {len(x.sizes)}. Choose fewer `axes`",
            settings={"axes": max(1, len(x.sizes))},
        )
    return inputs


def _normalized(values: Values, inputs: Inputs) -> tuple[int, ...]:
    return inputs[0].sizes[-values["axes"] :]


def _one_or_all(sizes: tuple[int, ...]) -> int | tuple[int, ...]:
    return sizes[0] if len(sizes) == 1 else sizes


def _weigh_layer_norm(values: Values, inputs: Inputs) -> Mapping[str, tuple[int, ...]]:
    if not values["elementwise_affine"]:
        return {}
    sizes = _normalized(values, inputs)
    return {"weight": sizes} | ({"bias": sizes} if values["bias"] else {})


def _weigh_rms_norm(values: Values, inputs: Inputs) -> Mapping[str, tuple[int, ...]]:
    return {"weight": _normalized(values, inputs)} if values["elementwise_affine"] else {}


def _shape_group_norm(values: Values, inputs: Inputs) -> Outputs:
    (x,) = inputs
    demand_numbers(x)
    groups = values["num_groups"]
    if not x.sizes:
        raise ShapeError("normalises groups of channels, but its input is a single number. Remove it")
    if x.sizes[0] % groups:
        raise ShapeError(
            f"cuts the {x.sizes[0]} channels of its input {x} into {groups} groups, which does not come out even. "
            "Choose a divisor of the channels",
            settings={"num_groups": math.gcd(groups, x.sizes[0])},
        )
    if math.prod(x.sizes) == groups:
        raise ShapeError(
            f"has `num_groups` {groups}, so each group of its input {x} is a single number and would become 0. "
            "Choose fewer groups",
            settings={"num_groups": 1} if groups > 1 else {},
        )
    return inputs


def _weigh_group_norm(values: Values, inputs: Inputs) -> Mapping[str, tuple[int, ...]]:
    channels = inputs[0].sizes[:1]
    return {"weight": channels, "bias": channels} if values["affine"] else {}


def _shape_local_response(values: Values, inputs: Inputs) -> Outputs:
    (x,) = inputs
    demand_numbers(x)
    if len(x.sizes) < 2:
        raise ShapeError(
            f"expects channels with places behind them, such as an image, but gets {x}. Put it before Flatten"
        )
    return inputs


def _call_normalized(constructor: str) -> TorchCall:
    return TorchCall(
        constructor,
        positional=("normalized_shape",),
        derived={"normalized_shape": lambda values, inputs: _one_or_all(_normalized(values, inputs))},
    )


_AXES = Parameter(
    "axes",
    Integer(1, 6),
    1,
    "How many of the last axes share one mean and variance; 1 is the features of a vector or of each step.",
    argument=False,
)


LAYER_NORM = LayerSpec(
    kind="LayerNorm",
    family="normalization",
    summary="Normalises each sample over its last axes, apart from the rest of the batch.",
    call=_call_normalized("nn.LayerNorm"),
    parameters=(
        _AXES,
        EPS,
        Parameter("elementwise_affine", Flag(), True, "Learn a scale and a shift for each normalised element."),
        Parameter("bias", Flag(), True, "Learn the shift as well; only with elementwise_affine."),
    ),
    shape=_shape_layer_norm,
    weights=_weigh_layer_norm,
    card=("axes",),
    figure=Cube("layer"),
    formula="y = γ (x − mean) / √(var + ε) + β",
    help="Works the same in training and afterwards and with any batch size, even 1; the usual choice for sequences and "
    "transformers. For an image of channels x height x width set `axes` to 3.",
    search=("layer normalization", "normalize", "ln", "transformer", "standardize"),
)

RMS_NORM = LayerSpec(
    kind="RMSNorm",
    family="normalization",
    summary="Scales each sample so that the mean of its squares is 1.",
    call=_call_normalized("nn.RMSNorm"),
    parameters=(
        _AXES,
        Parameter(
            "eps",
            Maybe(Real(0, above=True), none="the least of the number type"),
            None,
            "Added to the mean square, against division by zero.",
        ),
        Parameter("elementwise_affine", Flag(), True, "Learn a scale for each normalised element."),
    ),
    shape=_shape_layer_norm,
    weights=_weigh_rms_norm,
    card=("axes",),
    figure=Cube("layer"),
    formula="y = γ x / √(mean(x²) + ε)",
    help="LayerNorm without taking the mean off (Zhang and Sennrich, 2019): cheaper, and as good in transformers. It is the "
    "usual choice of recent language models.",
    search=("root mean square", "normalize", "layer normalization", "transformer", "llama"),
)

GROUP_NORM = LayerSpec(
    kind="GroupNorm",
    family="normalization",
    summary="Normalises groups of channels of each sample by themselves.",
    call=TorchCall(
        "nn.GroupNorm",
        positional=("num_groups", "num_channels"),
        derived={"num_channels": lambda values, inputs: inputs[0].sizes[0]},
    ),
    parameters=(
        Parameter("num_groups", Integer(), 32, "How many groups the channels are cut into; it must divide them."),
        EPS,
        Parameter("affine", Flag(), True, "Learn a scale and a shift for each channel."),
    ),
    shape=_shape_group_norm,
    weights=_weigh_group_norm,
    card=("num_groups",),
    figure=Cube("group"),
    formula="y = γ (x − mean of group) / √(var of group + ε) + β",
    help="Works the same with any batch size (Wu and He, 2018), so it takes the place of BatchNorm where batches are small. "
    "1 group is LayerNorm over all channels and places, as many as there are channels is InstanceNorm.",
    search=("group normalization", "normalize", "gn", "small batch"),
)

LOCAL_RESPONSE_NORM = LayerSpec(
    kind="LocalResponseNorm",
    family="normalization",
    summary="Damps each value by the squares of its neighbours in other channels.",
    call=TorchCall("nn.LocalResponseNorm", positional=("size",)),
    parameters=(
        Parameter("size", Integer(1, 1_000_000), 5, "How many neighbouring channels are summed."),
        Parameter("alpha", Real(0), 0.0001, "Weight of the neighbours' mean square."),
        Parameter("beta", Real(0), 0.75, "Power of the damping."),
        Parameter("k", Real(0, above=True), 1.0, "Added before the power, so that small values pass unchanged."),
    ),
    shape=_shape_local_response,
    card=("size",),
    figure=Cube("neighbours"),
    formula="y = x / (k + α · mean of neighbours²)^β",
    help="From AlexNet (Krizhevsky and others, 2012), where strong channels hold back those beside them; there `size` is 5, "
    "`alpha` 1e-4, `beta` 0.75 and `k` 2. Later networks use BatchNorm instead.",
    search=("lrn", "local response", "lateral inhibition", "normalize", "alexnet", "brightness"),
)

LAYERS = (LAYER_NORM, RMS_NORM, GROUP_NORM, LOCAL_RESPONSE_NORM)
