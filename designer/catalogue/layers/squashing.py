"""Element-wise functions between layers that squash, cut off or decide."""

import math

from designer.catalogue.figures import Curve
from designer.catalogue.layers.activation import keep_shape, sigmoid, softplus
from designer.catalogue.parameters import Parameter, Real, Values
from designer.catalogue.spec import Inputs, LayerSpec, Outputs, ShapeError, TorchCall
from designer.document.graph import Value


def _shape_hardtanh(values: Values, inputs: Inputs) -> Outputs:
    low, high = values["min_val"], values["max_val"]
    if low >= high:
        settings: dict[str, Value] = {"min_val": high, "max_val": low}
        raise ShapeError(
            f"has `min_val` {low:g}, which is not below `max_val` {high:g}. Choose a smaller `min_val`",
            settings=settings if low > high else {"min_val": high - 1},
        )
    return keep_shape(values, inputs)


def _write_frequency(values: Values) -> str:
    return "" if values["frequency"] == 1 else f"{values['frequency']!r} * "


SIGMOID = LayerSpec(
    kind="Sigmoid",
    family="activation",
    summary="Squeezes every number into 0 to 1.",
    call=TorchCall("nn.Sigmoid"),
    shape=keep_shape,
    figure=Curve(lambda values, x: sigmoid(x), reach=6.0),
    formula="y = 1 / (1 + e⁻ˣ)",
    help="Reads as a probability or a gate. In hidden layers of deep networks its gradient fades: far from 0 it is flat. "
    "Put none before the Output with BCEWithLogitsLoss, which has it inside.",
    search=("logistic", "activation", "nonlinearity", "probability", "gate", "perceptron"),
    bounds=(0.0, 1.0),
)

TANH = LayerSpec(
    kind="Tanh",
    family="activation",
    summary="Squeezes every number into -1 to 1.",
    call=TorchCall("nn.Tanh"),
    shape=keep_shape,
    figure=Curve(lambda values, x: math.tanh(x)),
    formula="y = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)",
    help="A sigmoid centred on 0, which suits small networks and recurrent ones. In deep networks its gradient fades: far "
    "from 0 it is flat.",
    search=("hyperbolic tangent", "activation", "nonlinearity"),
    bounds=(-1.0, 1.0),
)

STEP = LayerSpec(
    kind="Step",
    family="activation",
    summary="Answers 1 where its input is 0 or more, else 0: the perceptron's decision.",
    call=TorchCall("Step", recipe="step"),
    shape=keep_shape,
    figure=Curve(lambda values, x: float(x >= 0)),
    formula="y = 1 if x ≥ 0 else 0",
    help="The unit of Rosenblatt's perceptron (1958). Its true gradient is 0 everywhere, so here the gradient passes "
    "straight through it; with MSE, SGD and a batch size of 1 a Linear and a Step then learn by the perceptron's own rule. "
    "One such unit learns AND and OR but not XOR. With cross entropy it learns nothing useful.",
    search=("heaviside", "threshold", "perceptron", "binary", "rosenblatt", "activation", "sign"),
    bounds=(0.0, 1.0),
)

HARDSIGMOID = LayerSpec(
    kind="Hardsigmoid",
    family="activation",
    summary="A Sigmoid made of three straight lines.",
    call=TorchCall("nn.Hardsigmoid"),
    shape=keep_shape,
    figure=Curve(lambda values, x: min(max(0.0, x / 6 + 0.5), 1.0), reach=6.0),
    formula="y = min(max(0, x / 6 + 1/2), 1)",
    help="The gate of MobileNetV3: it needs no exponential. Below -3 and above 3 its gradient is 0.",
    search=("logistic", "activation", "nonlinearity", "gate", "mobilenet"),
    bounds=(0.0, 1.0),
)

HARDTANH = LayerSpec(
    kind="Hardtanh",
    family="activation",
    summary="Passes what lies between two bounds and cuts off the rest.",
    call=TorchCall("nn.Hardtanh"),
    parameters=(
        Parameter("min_val", Real(), -1.0, "Least value that comes out."),
        Parameter("max_val", Real(), 1.0, "Largest value that comes out."),
    ),
    shape=_shape_hardtanh,
    card=("min_val", "max_val"),
    figure=Curve(lambda values, x: min(max(x, values["min_val"]), values["max_val"])),
    formula="y = min(max(x, low), high)",
    help="A Tanh of straight lines, or a clamp for answers with known bounds. Outside the bounds its gradient is 0, so a "
    "unit that starts there stays there.",
    search=("clamp", "clip", "activation", "nonlinearity", "limit"),
)

SOFTSIGN = LayerSpec(
    kind="Softsign",
    family="activation",
    summary="Squeezes every number into -1 to 1, more gently than Tanh.",
    call=TorchCall("nn.Softsign"),
    shape=keep_shape,
    figure=Curve(lambda values, x: x / (1 + abs(x))),
    formula="y = x / (1 + |x|)",
    help="Nears its ends slowly, so its gradient fades less than that of Tanh. Rarely used today.",
    search=("activation", "nonlinearity", "squash"),
    bounds=(-1.0, 1.0),
)

LOG_SIGMOID = LayerSpec(
    kind="LogSigmoid",
    family="activation",
    summary="The logarithm of Sigmoid: always negative, and exact for large inputs.",
    call=TorchCall("nn.LogSigmoid"),
    shape=keep_shape,
    figure=Curve(lambda values, x: -softplus(-x)),
    formula="y = ln(1 / (1 + e⁻ˣ))",
    help="For losses that take logarithms of probabilities: it loses no digits where Sigmoid and a logarithm would. It is "
    "no activation for hidden layers.",
    search=("logistic", "activation", "logarithm", "probability"),
)

THRESHOLD = LayerSpec(
    kind="Threshold",
    family="activation",
    summary="Passes what is above a threshold and replaces the rest by one value.",
    call=TorchCall("nn.Threshold", positional=("threshold", "value")),
    parameters=(
        Parameter("threshold", Real(), 0.0, "What is above it passes."),
        Parameter("value", Real(), 0.0, "What is given for all the rest."),
    ),
    shape=keep_shape,
    card=("threshold", "value"),
    figure=Curve(lambda values, x: x if x > values["threshold"] else values["value"]),
    formula="y = x if x > threshold else value",
    help="ReLU is the Threshold of 0 and 0. For the perceptron's decision, 0 or 1, take Step.",
    search=("cut off", "activation", "nonlinearity", "rectifier"),
)

SOFTSHRINK = LayerSpec(
    kind="Softshrink",
    family="activation",
    summary="Moves every number towards 0 and sets the small ones to 0.",
    call=TorchCall("nn.Softshrink"),
    parameters=(Parameter("lambd", Real(0), 0.5, "How far numbers are moved; what is smaller becomes 0."),),
    shape=keep_shape,
    card=("lambd",),
    figure=Curve(lambda values, x: math.copysign(max(abs(x) - values["lambd"], 0.0), x), reach=2.0),
    formula="y = sign(x) max(|x| − λ, 0)",
    help="The step of sparse coding (ISTA): it leaves only what is strong. Use it to make codes sparse or to take noise out.",
    search=("sparse", "shrinkage", "activation", "ista", "denoise", "lasso"),
)

HARDSHRINK = LayerSpec(
    kind="Hardshrink",
    family="activation",
    summary="Sets small numbers to 0 and passes the others unchanged.",
    call=TorchCall("nn.Hardshrink"),
    parameters=(Parameter("lambd", Real(0), 0.5, "Numbers between minus this and this become 0."),),
    shape=keep_shape,
    card=("lambd",),
    figure=Curve(lambda values, x: x if abs(x) > values["lambd"] else 0.0, reach=2.0),
    formula="y = x if |x| > λ else 0",
    help="Makes codes sparse without making what is left smaller. Its gradient is 0 for all that it cuts off.",
    search=("sparse", "shrinkage", "activation", "denoise"),
)

TANHSHRINK = LayerSpec(
    kind="Tanhshrink",
    family="activation",
    summary="What Tanh takes away: near 0 for small numbers, nearly all of large ones.",
    call=TorchCall("nn.Tanhshrink"),
    shape=keep_shape,
    figure=Curve(lambda values, x: x - math.tanh(x)),
    formula="y = x − tanh(x)",
    help="A smooth shrinkage, used in sparse coding. Its gradient is 0 at 0, so small values learn slowly.",
    search=("sparse", "shrinkage", "activation", "hyperbolic tangent"),
)

SINE = LayerSpec(
    kind="Sine",
    family="activation",
    summary="The sine of its input times a frequency.",
    call=TorchCall(apply=lambda values, layer, inputs: f"torch.sin({_write_frequency(values)}{inputs[0]})"),
    parameters=(Parameter("frequency", Real(), 1.0, "The input is multiplied by it first.", argument=False),),
    shape=keep_shape,
    card=("frequency",),
    figure=Curve(lambda values, x: math.sin(values["frequency"] * x), reach=2 * math.pi),
    formula="y = sin(ω x)",
    help="Lets a network of coordinates draw fine detail: SIREN (Sitzmann and others, 2020), with a `frequency` of 30 and "
    "small uniform weights. Elsewhere it is hard to train.",
    search=("sin", "siren", "periodic", "activation", "nonlinearity"),
    bounds=(-1.0, 1.0),
)

LAYERS = (
    SIGMOID,
    TANH,
    STEP,
    HARDSIGMOID,
    HARDTANH,
    SOFTSIGN,
    LOG_SIGMOID,
    THRESHOLD,
    SOFTSHRINK,
    HARDSHRINK,
    TANHSHRINK,
    SINE,
)
