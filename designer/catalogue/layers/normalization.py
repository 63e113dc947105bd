"""Layers that shift and scale what flows through them to mean 0 and variance 1."""

from collections.abc import Mapping
from functools import partial

from designer.catalogue.demands import IMAGE, SIGNAL, VECTOR, demand_axes, demand_numbers
from designer.catalogue.parameters import Flag, Integer, Maybe, Parameter, Real, Values
from designer.catalogue.spec import Inputs, LayerSpec, Outputs, ShapeError, TorchCall

_EPS = Parameter("eps", Real(0, above=True), 1e-05, "Added to the variance, against division by zero.")

_BATCH_NORM_PARAMETERS = (
    _EPS,
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


BATCH_NORM1D = LayerSpec(
    kind="BatchNorm1d",
    family="normalization",
    summary="Normalises each feature or channel over the batch.",
    call=_call_batch_norm("nn.BatchNorm1d"),
    parameters=_BATCH_NORM_PARAMETERS,
    shape=partial(_shape_batch_norm, (VECTOR, SIGNAL)),
    weights=_weigh_batch_norm,
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
    formula="y = γ (x − mean) / √(var + ε) + β",
    help="Goes between a convolution and its activation; the convolution then needs no `bias`. Lets a deep network learn "
    "faster and with larger learning rates. While training it uses the batch's own mean and variance, "
    "so small batches make it noisy; afterwards it uses the running ones.",
    search=("batch normalization", "normalize", "bn", "standardize", "image"),
    traits=frozenset({"straight", "batch"}),
)

LAYER_NORM = LayerSpec(
    kind="LayerNorm",
    family="normalization",
    summary="Normalises each sample over its last axes, apart from the rest of the batch.",
    call=TorchCall(
        "nn.LayerNorm",
        positional=("normalized_shape",),
        derived={"normalized_shape": lambda values, inputs: _one_or_all(_normalized(values, inputs))},
    ),
    parameters=(
        Parameter(
            "axes",
            Integer(1, 6),
            1,
            "How many of the last axes share one mean and variance; 1 is the features of a vector or of each step.",
            argument=False,
        ),
        _EPS,
        Parameter("elementwise_affine", Flag(), True, "Learn a scale and a shift for each normalised element."),
        Parameter("bias", Flag(), True, "Learn the shift as well; only with elementwise_affine."),
    ),
    shape=_shape_layer_norm,
    weights=_weigh_layer_norm,
    card=("axes",),
    formula="y = γ (x − mean) / √(var + ε) + β",
    help="Works the same in training and afterwards and with any batch size, even 1; the usual choice for sequences and "
    "transformers. For an image of channels x height x width set `axes` to 3.",
    search=("layer normalization", "normalize", "ln", "transformer", "standardize"),
)

LAYERS = (BATCH_NORM1D, BATCH_NORM2D, LAYER_NORM)
