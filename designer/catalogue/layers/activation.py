"""Element-wise functions between layers, and Softmax."""

import math
from collections.abc import Mapping

from designer.catalogue.demands import demand_numbers
from designer.catalogue.parameters import Flag, Integer, Option, Parameter, Real, Values
from designer.catalogue.spec import Inputs, LayerSpec, Outputs, ShapeError, TorchCall


def _keep_shape(values: Values, inputs: Inputs) -> Outputs:
    demand_numbers(inputs[0])
    return inputs


def _count_slopes(values: Values, inputs: Inputs) -> int:
    return inputs[0].sizes[0] if values["per_channel"] and inputs[0].sizes else 1


def _weigh_prelu(values: Values, inputs: Inputs) -> Mapping[str, tuple[int, ...]]:
    return {"weight": (_count_slopes(values, inputs),)}


def _shape_softmax(values: Values, inputs: Inputs) -> Outputs:
    (x,) = inputs
    demand_numbers(x)
    dim, rank = values["dim"], len(x.sizes)
    if dim == 0 or dim == -rank - 1:
        raise ShapeError(
            f"has `dim` {dim}, which is the batch: probabilities would be shared between samples. "
            "Choose 1 for the first axis of a sample or -1 for the last",
            settings={"dim": -1},
        )
    if not -rank <= dim <= rank:
        raise ShapeError(
            f"has `dim` {dim}, but its input {x} has {rank} {'axis' if rank == 1 else 'axes'}, counted from 1. "
            "Choose 1 for the first or -1 for the last",
            settings={"dim": -1},
        )
    return inputs


RELU = LayerSpec(
    kind="ReLU",
    family="activation",
    summary="Passes what is positive and stops what is negative.",
    call=TorchCall("nn.ReLU"),
    shape=_keep_shape,
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
    shape=_keep_shape,
    card=("negative_slope",),
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
    shape=_keep_shape,
    weights=_weigh_prelu,
    card=("init",),
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
    shape=_keep_shape,
    formula="y = x Φ(x)",
    help="The activation of most transformers. Slightly dearer than ReLU and smooth everywhere, so no unit dies quite.",
    search=("gaussian", "activation", "nonlinearity", "transformer", "smooth"),
)

SIGMOID = LayerSpec(
    kind="Sigmoid",
    family="activation",
    summary="Squeezes every number into 0 to 1.",
    call=TorchCall("nn.Sigmoid"),
    shape=_keep_shape,
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
    shape=_keep_shape,
    formula="y = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)",
    help="A sigmoid centred on 0, which suits small networks and recurrent ones. In deep networks its gradient fades: far "
    "from 0 it is flat.",
    search=("hyperbolic tangent", "activation", "nonlinearity"),
    bounds=(-1.0, 1.0),
)

SOFTMAX = LayerSpec(
    kind="Softmax",
    family="activation",
    summary="Turns scores into probabilities that add up to 1.",
    # Torch has no usable default for dim, so it is written out each time, by its name.
    call=TorchCall("nn.Softmax", derived={"dim": lambda values, inputs: values["dim"]}),
    parameters=(
        Parameter(
            "dim",
            Integer(-6, 6),
            -1,
            "Axis whose elements add up to 1: -1 is the last, 1 the first of a sample (0 would be the batch).",
            argument=False,
        ),
    ),
    shape=_shape_softmax,
    card=("dim",),
    formula="yᵢ = exp(xᵢ) / Σⱼ exp(xⱼ)",
    help="For attention weights and for showing probabilities. Put none before the Output when the loss is cross entropy: "
    "it has Softmax inside, and a second one slows learning to a crawl. Over the channels of an image `dim` is 1.",
    search=("probability", "normalize", "classes", "activation", "argmax"),
    bounds=(0.0, 1.0),
)

STEP = LayerSpec(
    kind="Step",
    family="activation",
    summary="Answers 1 where its input is 0 or more, else 0: the perceptron's decision.",
    call=TorchCall("Step", recipe="step"),
    shape=_keep_shape,
    formula="y = 1 if x ≥ 0 else 0",
    help="The unit of Rosenblatt's perceptron (1958). Its true gradient is 0 everywhere, so here the gradient passes "
    "straight through it; with MSE, SGD and a batch size of 1 a Linear and a Step then learn by the perceptron's own rule. "
    "One such unit learns AND and OR but not XOR. With cross entropy it learns nothing useful.",
    search=("heaviside", "threshold", "perceptron", "binary", "rosenblatt", "activation", "sign"),
    bounds=(0.0, 1.0),
)

LAYERS = (RELU, LEAKY_RELU, PRELU, GELU, SIGMOID, TANH, SOFTMAX, STEP)
