"""Activations that work along an axis: Softmax and its relatives, and the gated linear unit."""

import math
from collections.abc import Sequence

from designer.catalogue.demands import IMAGE, demand_axes, demand_numbers
from designer.catalogue.figures import Bars, Gate
from designer.catalogue.parameters import Integer, Parameter, Values
from designer.catalogue.spec import Inputs, LayerSpec, Outputs, ShapeError, TensorType, TorchCall


def _check_dim(values: Values, x: TensorType, batch: str) -> None:
    """Refuse a `dim` (counted with the batch) that the input does not have; `batch` says why it cannot be the batch."""
    dim, rank = values["dim"], len(x.sizes)
    if dim == 0 or dim == -rank - 1:
        raise ShapeError(
            f"has `dim` {dim}, which is the batch: {batch}. Choose 1 for the first axis of a sample or -1 for the last",
            settings={"dim": -1},
        )
    if not -rank <= dim <= rank:
        raise ShapeError(
            f"has `dim` {dim}, but its input {x} has {rank} {'axis' if rank == 1 else 'axes'}, counted from 1. "
            "Choose 1 for the first or -1 for the last",
            settings={"dim": -1},
        )


def softmax(scores: Sequence[float]) -> list[float]:
    """Return shares that add up to 1."""
    top = max(scores)
    raised = [math.exp(score - top) for score in scores]
    return [one / sum(raised) for one in raised]


def _shape_softmax(values: Values, inputs: Inputs) -> Outputs:
    demand_numbers(inputs[0])
    _check_dim(values, inputs[0], "probabilities would be shared between samples")
    return inputs


def _shape_softmax2d(values: Values, inputs: Inputs) -> Outputs:
    demand_numbers(inputs[0])
    demand_axes(inputs[0], IMAGE)
    return inputs


def _shape_glu(values: Values, inputs: Inputs) -> Outputs:
    (x,) = inputs
    demand_numbers(x)
    _check_dim(values, x, "one half of the samples would gate the other")
    axis = values["dim"] - 1 if values["dim"] > 0 else values["dim"] + len(x.sizes)
    if x.sizes[axis] % 2:
        raise ShapeError(
            f"cuts `dim` {values['dim']} in halves, but it has {x.sizes[axis]} elements. "
            "Let the layer before it give an even number"
        )
    return (TensorType((*x.sizes[:axis], x.sizes[axis] // 2, *x.sizes[axis + 1 :])),)


# Torch has no usable default for dim, so it is written out each time, by its name.
def _call_along(constructor: str) -> TorchCall:
    return TorchCall(constructor, derived={"dim": lambda values, inputs: values["dim"]})


_DIM = Parameter(
    "dim",
    Integer(-6, 6),
    -1,
    "Axis whose elements add up to 1: -1 is the last, 1 the first of a sample (0 would be the batch).",
    argument=False,
)

SOFTMAX = LayerSpec(
    kind="Softmax",
    family="activation",
    summary="Turns scores into probabilities that add up to 1.",
    call=_call_along("nn.Softmax"),
    parameters=(_DIM,),
    shape=_shape_softmax,
    card=("dim",),
    figure=Bars(softmax, "add up to 1"),
    formula="yᵢ = exp(xᵢ) / Σⱼ exp(xⱼ)",
    help="For attention weights and for showing probabilities. Put none before the Output when the loss is cross entropy: "
    "it has Softmax inside, and a second one slows learning to a crawl. Over the channels of an image `dim` is 1.",
    search=("probability", "normalize", "classes", "activation", "argmax"),
    bounds=(0.0, 1.0),
)

LOG_SOFTMAX = LayerSpec(
    kind="LogSoftmax",
    family="activation",
    summary="The logarithms of what Softmax gives, without loss of digits.",
    call=_call_along("nn.LogSoftmax"),
    parameters=(_DIM,),
    shape=_shape_softmax,
    card=("dim",),
    figure=Bars(lambda scores: [math.log(share) for share in softmax(scores)], "their logarithms"),
    formula="yᵢ = xᵢ − ln Σⱼ exp(xⱼ)",
    help="The ending for NLLLoss and KLDivLoss, which take logarithms of probabilities. CrossEntropyLoss has it inside and "
    "needs none.",
    search=("probability", "classes", "activation", "logarithm", "nll"),
)

SOFTMIN = LayerSpec(
    kind="Softmin",
    family="activation",
    summary="Turns distances into probabilities: the smallest gets the most.",
    call=_call_along("nn.Softmin"),
    parameters=(_DIM,),
    shape=_shape_softmax,
    card=("dim",),
    figure=Bars(lambda scores: softmax([-score for score in scores]), "the least gets most"),
    formula="yᵢ = exp(−xᵢ) / Σⱼ exp(−xⱼ)",
    help="Softmax of the negative input. Use it where small numbers are good ones, such as distances to prototypes.",
    search=("probability", "classes", "activation", "distance", "argmin"),
    bounds=(0.0, 1.0),
)

SOFTMAX2D = LayerSpec(
    kind="Softmax2d",
    family="activation",
    summary="Turns the channels at each place of an image into probabilities.",
    call=TorchCall("nn.Softmax2d"),
    shape=_shape_softmax2d,
    figure=Bars(softmax, "add up to 1 at each place"),
    formula="y[c, h, w] = exp(x[c, h, w]) / Σₖ exp(x[k, h, w])",
    help="For maps that say to which class each pixel belongs. It is Softmax with `dim` 1 for images.",
    search=("probability", "segmentation", "pixels", "activation", "channels"),
    bounds=(0.0, 1.0),
)

GLU = LayerSpec(
    kind="GLU",
    family="activation",
    summary="One half of its input, each value weighed by the sigmoid of the other half.",
    call=TorchCall("nn.GLU"),
    parameters=(
        Parameter("dim", Integer(-6, 6), -1, "Axis to cut in halves: -1 is the last, 1 the first of a sample."),
    ),
    shape=_shape_glu,
    card=("dim",),
    figure=Gate(),
    formula="y = a · σ(b),  x = [a, b]",
    help="The gated linear unit (Dauphin and others, 2016) lets a network choose what passes. The layer before it must give "
    "twice the features; over the channels of an image `dim` is 1.",
    search=("gated linear", "gate", "activation", "halves", "swiglu"),
)

LAYERS = (SOFTMAX, LOG_SOFTMAX, SOFTMIN, SOFTMAX2D, GLU)
