"""Element-wise functions between layers: ReLU and its relatives, which let large numbers pass."""

import math
from collections.abc import Mapping

from designer.catalogue.demands import demand_numbers
from designer.catalogue.figures import Curve
from designer.catalogue.parameters import Flag, Option, Parameter, Real, Values
from designer.catalogue.spec import Inputs, LayerSpec, Outputs, ShapeError, TorchCall


def keep_shape(values: Values, inputs: Inputs) -> Outputs:
    """Return the type of the one input, which must be numbers."""
    demand_numbers(inputs[0])
    return inputs


def sigmoid(x: float) -> float:
    """Return 1 / (1 + e⁻ˣ), for any x."""
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def softplus(x: float) -> float:
    """Return ln(1 + eˣ), for any x."""
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def _softplus_of(values: Values, x: float) -> float:
    beta = values["beta"]
    return x if beta * x > values["threshold"] else softplus(beta * x) / beta


def _gelu(values: Values, x: float) -> float:
    if values["approximate"] == "tanh":
        return 0.5 * x * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    return 0.5 * x * (1 + math.erf(x / math.sqrt(2)))


# Of the constants with which mean 0 and variance 1 stay (Klambauer and others, 2017), as torch has them.
SELU_ALPHA, SELU_SCALE = 1.6732632423543772, 1.0507009873554805


def _shape_rrelu(values: Values, inputs: Inputs) -> Outputs:
    if values["lower"] > values["upper"]:
        raise ShapeError(
            f"has `lower` {values['lower']:g} above `upper` {values['upper']:g}. Swap them",
            settings={"lower": values["upper"], "upper": values["lower"]},
        )
    return keep_shape(values, inputs)


def _count_slopes(values: Values, inputs: Inputs) -> int:
    return inputs[0].sizes[0] if values["per_channel"] and inputs[0].sizes else 1


def _weigh_prelu(values: Values, inputs: Inputs) -> Mapping[str, tuple[int, ...]]:
    return {"weight": (_count_slopes(values, inputs),)}


RELU = LayerSpec(
    kind="ReLU",
    family="activation",
    summary="Passes what is positive and stops what is negative.",
    call=TorchCall("nn.ReLU"),
    shape=keep_shape,
    figure=Curve(lambda values, x: max(0.0, x)),
    formula="y = max(0, x)",
    help="The usual choice after Linear and convolution layers: cheap, and its gradient does not fade. A unit whose input "
    "is always negative gets no gradient and stays dead; if many do, lower the learning rate or take LeakyReLU.",
    search=("rectifier", "activation", "nonlinearity", "relu"),
    bounds=(0.0, math.inf),
)

LEAKY_RELU = LayerSpec(
    kind="LeakyReLU",
    family="activation",
    summary="Like ReLU, but lets a little of what is negative through.",
    call=TorchCall("nn.LeakyReLU"),
    parameters=(Parameter("negative_slope", Real(), 0.01, "Slope for negative inputs."),),
    shape=keep_shape,
    card=("negative_slope",),
    figure=Curve(lambda values, x: x if x > 0 else values["negative_slope"] * x),
    formula="y = max(0, x) + slope · min(0, x)",
    help="No unit can die as under ReLU, since a gradient flows on both sides. Common in GANs, with a slope of 0.2.",
    search=("rectifier", "activation", "nonlinearity", "lrelu"),
)

PRELU = LayerSpec(
    kind="PReLU",
    family="activation",
    summary="A LeakyReLU that learns its slope.",
    call=TorchCall(
        "nn.PReLU",
        positional=("num_parameters",),
        derived={"num_parameters": _count_slopes},
    ),
    parameters=(
        Parameter(
            "per_channel",
            Flag(),
            False,
            "Learn one slope for each channel (the first axis), not one for all.",
            argument=False,
        ),
        Parameter("init", Real(), 0.25, "Slope at the start."),
    ),
    shape=keep_shape,
    weights=_weigh_prelu,
    card=("init",),
    figure=Curve(lambda values, x: x if x > 0 else values["init"] * x),
    formula="y = max(0, x) + a · min(0, x)",
    help="Learns how much of the negative side to let through, in one number or in one a channel. Use no weight decay on "
    "it: that would pull the slope to 0, which is ReLU again.",
    search=("parametric", "rectifier", "activation", "nonlinearity", "learned slope"),
)

GELU = LayerSpec(
    kind="GELU",
    family="activation",
    summary="A smooth ReLU: weighs its input by how likely a normal value is below it.",
    call=TorchCall("nn.GELU"),
    parameters=(
        Parameter(
            "approximate", Option(("none", "tanh")), "none", "tanh computes a close approximation (as GPT-2 did)."
        ),
    ),
    shape=keep_shape,
    figure=Curve(_gelu),
    formula="y = x Φ(x)",
    help="The activation of most transformers. Slightly dearer than ReLU and smooth everywhere, so no unit dies quite.",
    search=("gaussian", "activation", "nonlinearity", "transformer", "smooth"),
)

RRELU = LayerSpec(
    kind="RReLU",
    family="activation",
    summary="A LeakyReLU whose slope is drawn anew for every value while training.",
    call=TorchCall("nn.RReLU"),
    parameters=(
        Parameter("lower", Real(), 1 / 8, "Least slope that may be drawn."),
        Parameter("upper", Real(), 1 / 3, "Largest slope that may be drawn; the mean of both is used after training."),
    ),
    shape=_shape_rrelu,
    card=("lower", "upper"),
    figure=Curve(
        lambda values, x: x if x > 0 else values["lower"] * x,
        lambda values, x: x if x > 0 else values["upper"] * x,
    ),
    formula="y = max(0, x) + a · min(0, x),  a drawn from lower to upper",
    help="The random slopes fight overfitting a little (Xu and others, 2015). On small data sets of images it was the best "
    "of the leaky ones.",
    search=("randomized", "rectifier", "activation", "nonlinearity", "leaky"),
)

RELU6 = LayerSpec(
    kind="ReLU6",
    family="activation",
    summary="A ReLU that stops at 6.",
    call=TorchCall("nn.ReLU6"),
    shape=keep_shape,
    figure=Curve(lambda values, x: min(max(0.0, x), 6.0), reach=8.0),
    formula="y = min(max(0, x), 6)",
    help="The activation of MobileNet: numbers that stay small can be rounded to 8 bits with little loss. Elsewhere ReLU "
    "does as well.",
    search=("rectifier", "activation", "nonlinearity", "mobilenet", "clipped"),
    bounds=(0.0, 6.0),
)

ELU = LayerSpec(
    kind="ELU",
    family="activation",
    summary="Like ReLU, but bends softly down to -alpha where its input is negative.",
    call=TorchCall("nn.ELU"),
    parameters=(Parameter("alpha", Real(), 1.0, "How far below 0 it goes."),),
    shape=keep_shape,
    card=("alpha",),
    figure=Curve(lambda values, x: x if x > 0 else values["alpha"] * math.expm1(x)),
    formula="y = max(0, x) + min(0, α (eˣ − 1))",
    help="Its outputs have a mean nearer to 0 than those of ReLU, which speeds learning up (Clevert and others, 2015). With "
    "batch normalization the gain is small.",
    search=("exponential linear", "activation", "nonlinearity", "smooth"),
)

SELU = LayerSpec(
    kind="SELU",
    family="activation",
    summary="An ELU scaled so that values keep mean 0 and variance 1 from layer to layer.",
    call=TorchCall("nn.SELU"),
    shape=keep_shape,
    figure=Curve(lambda values, x: SELU_SCALE * (x if x > 0 else SELU_ALPHA * math.expm1(x))),
    formula="y = 1.0507 (max(0, x) + min(0, 1.6733 (eˣ − 1)))",
    help="Makes deep networks of Linear layers train without normalization (Klambauer and others, 2017). It needs weights "
    "from a normal distribution with variance 1 / inputs, inputs of mean 0 and variance 1, and AlphaDropout, not Dropout.",
    search=("self-normalizing", "scaled", "exponential linear", "activation", "nonlinearity"),
)

CELU = LayerSpec(
    kind="CELU",
    family="activation",
    summary="An ELU without a kink at 0 for any alpha.",
    call=TorchCall("nn.CELU"),
    parameters=(Parameter("alpha", Real(0, above=True), 1.0, "How far below 0 it goes, and how softly."),),
    shape=keep_shape,
    card=("alpha",),
    figure=Curve(lambda values, x: x if x > 0 else values["alpha"] * math.expm1(x / values["alpha"])),
    formula="y = max(0, x) + min(0, α (exp(x / α) − 1))",
    help="The same as ELU for `alpha` 1; for others its slope has no jump at 0 (Barron, 2017). Choose it where a smooth "
    "gradient matters.",
    search=("continuously differentiable", "exponential linear", "activation", "nonlinearity", "smooth"),
)

SILU = LayerSpec(
    kind="SiLU",
    family="activation",
    summary="A smooth ReLU, also called swish: its input times the sigmoid of it.",
    call=TorchCall("nn.SiLU"),
    shape=keep_shape,
    figure=Curve(lambda values, x: x * sigmoid(x)),
    formula="y = x · σ(x)",
    help="The activation of EfficientNet and of many language models. A little dearer than ReLU, and a little better in deep "
    "networks (Ramachandran and others, 2017).",
    search=("swish", "sigmoid linear", "activation", "nonlinearity", "smooth", "efficientnet"),
)

MISH = LayerSpec(
    kind="Mish",
    family="activation",
    summary="A smooth ReLU with a dip below 0, close to SiLU.",
    call=TorchCall("nn.Mish"),
    shape=keep_shape,
    figure=Curve(lambda values, x: x * math.tanh(softplus(x))),
    formula="y = x · tanh(ln(1 + eˣ))",
    help="Used in YOLOv4 (Misra, 2019). It costs more than SiLU and does about as well.",
    search=("activation", "nonlinearity", "smooth", "yolo"),
)

HARDSWISH = LayerSpec(
    kind="Hardswish",
    family="activation",
    summary="SiLU made of straight lines and one parabola, so that it is cheap.",
    call=TorchCall("nn.Hardswish"),
    shape=keep_shape,
    figure=Curve(lambda values, x: x * min(max(0.0, x + 3), 6.0) / 6),
    formula="y = x · min(max(0, x + 3), 6) / 6",
    help="The activation of MobileNetV3 (Howard and others, 2019): it needs no exponential. Choose it for small devices.",
    search=("swish", "activation", "nonlinearity", "mobilenet"),
)

SOFTPLUS = LayerSpec(
    kind="Softplus",
    family="activation",
    summary="A smooth ReLU that is always positive.",
    call=TorchCall("nn.Softplus"),
    parameters=(
        Parameter("beta", Real(0, above=True), 1.0, "Sharpness of the bend: the larger, the nearer to ReLU."),
        Parameter("threshold", Real(), 20.0, "Where beta times the input is above this, the input itself is given."),
    ),
    shape=keep_shape,
    figure=Curve(_softplus_of),
    formula="y = ln(1 + exp(β x)) / β",
    help="Use it at the end of a branch that must give a positive number, such as a variance or a rate. In hidden layers "
    "ReLU is cheaper and does as well.",
    search=("activation", "nonlinearity", "smooth", "positive", "rectifier"),
    bounds=(0.0, math.inf),
)

LAYERS = (
    RELU,
    LEAKY_RELU,
    PRELU,
    RRELU,
    RELU6,
    ELU,
    SELU,
    CELU,
    GELU,
    SILU,
    MISH,
    HARDSWISH,
    SOFTPLUS,
)
