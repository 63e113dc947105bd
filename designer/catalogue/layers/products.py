"""Layers that bring two branches together by products, scale one, or draw an axis together."""

from collections.abc import Mapping, Sequence

from designer.catalogue.axes import find_axis_of, write_axis
from designer.catalogue.demands import demand_numbers
from designer.catalogue.figures import Angle, MatrixProduct, Reduced, Scaled
from designer.catalogue.layers.merge import broadcast
from designer.catalogue.parameters import Flag, Integer, Maybe, Option, Parameter, Real, Values
from designer.catalogue.spec import Inputs, LayerSpec, Outputs, Port, ShapeError, TensorType, TorchCall

_PAIR = (Port("first"), Port("second"))
_FUNCTIONS = {"mean": "mean", "sum": "sum", "max": "amax", "min": "amin"}


def _declare_axis(default: int, meaning: str) -> Parameter:
    return Parameter("axis", Integer(-6, 5), default, meaning, argument=False)


def _declare_keepdim(default: bool) -> Parameter:
    return Parameter("keepdim", Flag(), default, "Keep the axis with size 1, not leave it out.", argument=False)


def _drop(x: TensorType, axis: int, keepdim: bool) -> Outputs:
    """Return the type after an axis was drawn together."""
    return (TensorType((*x.sizes[:axis], *(1,) * keepdim, *x.sizes[axis + 1 :])),)


def _factors(values: Values, inputs: Inputs) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the sizes of the two matrices as they are multiplied."""
    first, second = (x.sizes for x in inputs)
    if values["transpose_first"]:
        first = (*first[:-2], first[-1], first[-2])
    if values["transpose_second"]:
        second = (*second[:-2], second[-1], second[-2])
    return first, second


def _shape_matmul(values: Values, inputs: Inputs) -> Outputs:
    """Return the sizes of a product of matrices. Stricter than torch, which would take the batch for an axis."""
    for x in inputs:
        demand_numbers(x)
    if min(len(x.sizes) for x in inputs) < 2:
        raise ShapeError(
            f"multiplies matrices but gets {inputs[0]} and {inputs[1]}. Make a vector a matrix with Unsqueeze, or take "
            "DotProduct"
        )
    if len(inputs[0].sizes) != len(inputs[1].sizes):
        raise ShapeError(
            f"multiplies tensors with the same number of axes but gets {inputs[0]} and {inputs[1]}. "
            "Give the smaller one more axes with Unsqueeze"
        )
    first, second = _factors(values, inputs)
    if first[-1] != second[-2]:
        raise ShapeError(
            f"multiplies rows of {first[-1]} numbers with columns of {second[-2]} (of {inputs[0]} and {inputs[1]}), which "
            "must be as many. Transpose one, or make them alike"
        )
    if any(a != b and 1 not in (a, b) for a, b in zip(first[:-2], second[:-2], strict=True)):
        raise ShapeError(
            f"multiplies one matrix with one, but {inputs[0]} and {inputs[1]} do not hold equally many. Make the axes before "
            "the last two alike"
        )
    lead = tuple(map(max, first[:-2], second[:-2]))
    return (TensorType((*lead, first[-2], second[-1])),)


def _count_matmul(values: Values, inputs: Inputs, outputs: Outputs) -> int:
    return outputs[0].elements * _factors(values, inputs)[0][-1]


def _apply_matmul(values: Values, layer: str, inputs: Sequence[str]) -> str:
    turned = (values["transpose_first"], values["transpose_second"])
    return " @ ".join(f"{x}.mT" if turn else x for x, turn in zip(inputs, turned, strict=True))


def _shape_pair(values: Values, inputs: Inputs) -> Outputs:
    (x,) = broadcast("compares", inputs)
    return _drop(x, find_axis_of(x, values["axis"]), values["keepdim"])


def _apply_dot(values: Values, layer: str, inputs: Sequence[str]) -> str:
    keepdim = ", keepdim=True" if values["keepdim"] else ""
    return f"torch.sum({' * '.join(inputs)}, {write_axis(values['axis'])}{keepdim})"


def _apply_cosine(values: Values, layer: str, inputs: Sequence[str]) -> str:
    axis = write_axis(values["axis"])
    eps = "" if values["eps"] == 1e-08 else f", eps={values['eps']!r}"
    cosine = f"F.cosine_similarity({', '.join(inputs)}, dim={axis}{eps})"
    return f"torch.unsqueeze({cosine}, {axis})" if values["keepdim"] else cosine


def _shape_scale(values: Values, inputs: Inputs) -> Outputs:
    demand_numbers(inputs[0])
    if values["axis"] is not None:
        find_axis_of(inputs[0], values["axis"])
    return inputs


def _size_factors(values: Values, inputs: Inputs) -> tuple[int, ...]:
    """Return the sizes of the factors: they line up with the axis, those behind it are 1."""
    if values["axis"] is None:
        return (1,)
    (x,) = inputs
    axis = values["axis"] % len(x.sizes)
    return (x.sizes[axis], *(1,) * (len(x.sizes) - 1 - axis))


def _write_factors(values: Values, inputs: Inputs) -> int | tuple[int, ...]:
    sizes = _size_factors(values, inputs)
    return sizes if len(sizes) > 1 else sizes[0]


def _weigh_scale(values: Values, inputs: Inputs) -> Mapping[str, tuple[int, ...]]:
    return {"weight": _size_factors(values, inputs)}


def _shape_reduce(values: Values, inputs: Inputs) -> Outputs:
    (x,) = inputs
    demand_numbers(x)
    return _drop(x, find_axis_of(x, values["axis"]), values["keepdim"])


def _apply_reduce(values: Values, layer: str, inputs: Sequence[str]) -> str:
    keepdim = ", keepdim=True" if values["keepdim"] else ""
    return f"{inputs[0]}.{_FUNCTIONS[values['operation']]}({write_axis(values['axis'])}{keepdim})"


MATMUL = LayerSpec(
    kind="MatMul",
    family="merge",
    summary="Multiplies two matrices; axes before the last two hold several of them.",
    call=TorchCall(apply=_apply_matmul),
    parameters=(
        Parameter(
            "transpose_first", Flag(), False, "Swap the last two axes of the first input before.", argument=False
        ),
        Parameter(
            "transpose_second", Flag(), False, "Swap the last two axes of the second input before.", argument=False
        ),
    ),
    inputs=_PAIR,
    shape=_shape_matmul,
    multiply_adds=_count_matmul,
    figure=MatrixProduct(),
    formula="Y = A B",
    help="Brings every row of one branch together with every column of the other, as attention does with queries and keys; "
    "for these set `transpose_second`. Nothing is learned in it. An axis of size 1 before the last two is repeated.",
    search=("matrix multiplication", "product", "attention", "bmm", "merge", "dot"),
)

DOT_PRODUCT = LayerSpec(
    kind="DotProduct",
    family="merge",
    summary="Multiplies two inputs element by element and adds up along one axis.",
    call=TorchCall(apply=_apply_dot),
    parameters=(_declare_axis(-1, "Axis to add up along, without the batch; -1 is the last."), _declare_keepdim(True)),
    inputs=_PAIR,
    shape=_shape_pair,
    card=("axis",),
    figure=Angle(normalised=False),
    formula="y = Σᵢ aᵢ bᵢ",
    help="Tells how well two vectors agree, as in recommendation from embeddings of user and item. Long vectors give large "
    "numbers; CosineSimilarity does not mind their length.",
    search=("inner product", "scalar product", "similarity", "recommendation", "merge", "siamese"),
)

COSINE_SIMILARITY = LayerSpec(
    kind="CosineSimilarity",
    family="merge",
    summary="Gives the cosine of the angle between two inputs along one axis.",
    call=TorchCall(apply=_apply_cosine),
    parameters=(
        _declare_axis(-1, "Axis that holds the vectors, without the batch; -1 is the last."),
        Parameter(
            "eps", Real(0, above=True), 1e-08, "Least length of a vector, against division by 0.", argument=False
        ),
        _declare_keepdim(True),
    ),
    inputs=_PAIR,
    shape=_shape_pair,
    card=("axis",),
    figure=Angle(normalised=True),
    formula="y = a·b / (|a| |b|)",
    help="1 where both point the same way, 0 where they have nothing in common, -1 where they are opposite. Use it at the end "
    "of a siamese network, or to search by embeddings.",
    search=("angle", "similarity", "siamese", "embedding", "merge", "distance"),
    bounds=(-1.0, 1.0),
)

SCALE = LayerSpec(
    kind="Scale",
    family="merge",
    summary="Multiplies by learned factors, one for all or one a channel.",
    call=TorchCall("Scale", positional=("size",), derived={"size": _write_factors}, recipe="gain"),
    parameters=(
        Parameter(
            "axis",
            Maybe(Integer(-6, 5), none="one factor for all"),
            None,
            "Axis along which each element has a factor of its own: 0 the channels of an image, -1 the features.",
            argument=False,
        ),
        Parameter("init", Real(), 1.0, "Value of the factors at the start."),
    ),
    shape=_shape_scale,
    weights=_weigh_scale,
    card=("axis", "init"),
    figure=Scaled(),
    formula="y = γ x",
    help="At the end of a residual branch, with a small `init` such as 1e-6, it is the LayerScale of CaiT and ConvNeXt (Touvron "
    "and others, 2021): deep networks then start as shallow ones. It also serves as a learned gain without a bias.",
    search=("layerscale", "gain", "gamma", "learned factor", "multiply", "weight", "cait", "convnext"),
    traits=frozenset({"straight"}),
)

REDUCE = LayerSpec(
    kind="Reduce",
    family="merge",
    summary="Draws one axis together: its mean, sum, largest or smallest element.",
    call=TorchCall(apply=_apply_reduce),
    parameters=(
        Parameter("operation", Option(tuple(_FUNCTIONS)), "mean", "What is kept of the axis.", argument=False),
        _declare_axis(0, "Axis to draw together, without the batch: 0 is the steps of a sequence, -1 the last."),
        _declare_keepdim(False),
    ),
    shape=_shape_reduce,
    card=("operation", "axis"),
    figure=Reduced(),
    formula="y = mean, sum, max or min of x along an axis",
    help="Makes one vector of a sequence, or one map of many channels. For all places of an image GlobalAvgPool is shorter. "
    "With `keepdim` the result can be added to or multiplied with the input again.",
    search=("mean", "average", "sum", "max", "min", "amax", "pool", "aggregate", "axis", "merge"),
)

LAYERS = (MATMUL, DOT_PRODUCT, COSINE_SIMILARITY, SCALE, REDUCE)
