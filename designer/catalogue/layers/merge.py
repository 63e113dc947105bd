"""Layers that bring several branches together, element by element or side by side."""

import operator
from collections.abc import Callable, Sequence
from functools import partial

from designer.catalogue.axes import find_axis, write_axis
from designer.catalogue.demands import demand_numbers
from designer.catalogue.figures import Join, Pairwise
from designer.catalogue.parameters import Integer, Parameter, Values
from designer.catalogue.spec import Inputs, LayerSpec, Outputs, Port, ShapeError, TensorType, TorchCall
from designer.catalogue.worked import work_out_join

_MANY = (Port("inputs", "two or more branches", many=True),)


def list_types(inputs: Inputs) -> str:
    """Return the types in words, at most four of them: "64, 64 x 7 x 7 and 32"."""
    shown = [str(x) for x in inputs[:4]] + ["others"] * (len(inputs) > 4)
    return f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else shown[0]


def broadcast(verb: str, inputs: Inputs) -> Outputs:
    """Return the common size: on each axis sizes are equal, or 1, which is repeated. `verb` is what the layer does.

    Stricter than torch, which lines sizes up from the right: with unequal numbers of axes the batch itself would be
    added to another axis.
    """
    for x in inputs:
        demand_numbers(x)
    if len({len(x.sizes) for x in inputs}) > 1:
        raise ShapeError(
            f"{verb} tensors with the same axes but gets {list_types(inputs)}. Make them alike first", "match_sizes"
        )
    sizes = []
    for column in zip(*(x.sizes for x in inputs), strict=True):
        wide = set(column) - {1}
        if len(wide) > 1:
            raise ShapeError(
                f"{verb} tensors of equal size but gets {list_types(inputs)}. Make them alike first", "match_sizes"
            )
        sizes.append(wide.pop() if wide else 1)
    return (TensorType(tuple(sizes)),)


def _shape_average(values: Values, inputs: Inputs) -> Outputs:
    for x in inputs:
        demand_numbers(x)
    if len(set(inputs)) > 1:
        raise ShapeError(
            f"averages tensors of equal size but gets {list_types(inputs)}. Make them alike first", "match_sizes"
        )
    return inputs[:1]


def _shape_stack(values: Values, inputs: Inputs) -> Outputs:
    first = inputs[0]
    if len(set(inputs)) > 1:
        raise ShapeError(f"stacks tensors of equal size but gets {list_types(inputs)}. Make them alike first")
    axis = find_axis(values["axis"], len(first.sizes) + 1, "what it gives has")
    return (TensorType((*first.sizes[:axis], len(inputs), *first.sizes[axis:]), first.dtype),)


def _shape_concatenate(values: Values, inputs: Inputs) -> Outputs:
    first, axis = inputs[0], values["axis"]
    rank = len(first.sizes)
    if len({x.dtype for x in inputs}) > 1:
        raise ShapeError("joins numbers with class indices. Put Embedding into the branch of indices", "embed")
    if any(len(x.sizes) != rank for x in inputs):
        raise ShapeError(
            f"joins tensors with the same number of axes but gets {list_types(inputs)}. Flatten them first"
        )
    axis = find_axis(axis, rank, "its inputs have")
    if any(a != b for x in inputs for i, (a, b) in enumerate(zip(x.sizes, first.sizes, strict=True)) if i != axis):
        raise ShapeError(
            f"joins along axis {axis}, where all other sizes must be equal, but gets {list_types(inputs)}. "
            "Choose another `axis`, or make them alike first"
        )
    joined = sum(x.sizes[axis] for x in inputs)
    return (TensorType((*first.sizes[:axis], joined, *first.sizes[axis + 1 :]), first.dtype),)


def _apply_operator(sign: str, values: Values, layer: str, inputs: Sequence[str]) -> str:
    return f" {sign} ".join(inputs)


def _apply_in_turn(function: str, values: Values, layer: str, inputs: Sequence[str]) -> str:
    """Return a function of two applied to the first two, to that and the third, and so on."""
    first, *others = inputs
    for other in others:
        first = f"{function}({first}, {other})"
    return first


def _apply_average(values: Values, layer: str, inputs: Sequence[str]) -> str:
    return f"torch.mean(torch.stack(({', '.join(inputs)})), dim=0)"


def _apply_joined(function: str, values: Values, layer: str, inputs: Sequence[str]) -> str:
    return f"{function}(({', '.join(inputs)}), {write_axis(values['axis'])})"


def _declare(
    kind: str,
    summary: str,
    verb: str,
    apply: Callable[[Values, str, Sequence[str]], str],
    formula: str,
    advice: str,
    search: tuple[str, ...],
    inputs: tuple[Port, ...] = _MANY,
    *,
    figure: Pairwise,
) -> LayerSpec:
    """Return the declaration of a layer that works element by element; an axis of size 1 is repeated."""
    return LayerSpec(
        kind=kind,
        family="merge",
        summary=summary,
        call=TorchCall(apply=apply),
        inputs=inputs,
        shape=lambda values, inputs: broadcast(verb, inputs),
        formula=formula,
        figure=figure,
        help=advice,
        search=(*search, "merge", "elementwise"),
    )


ADD = _declare(
    "Add",
    "Adds its inputs element by element.",
    "adds",
    partial(_apply_operator, "+"),
    "y = x₁ + x₂ + …",
    "Closes a way around some layers, as in residual networks: the layers then learn only what to change, and the "
    "gradient has a free way back. All inputs must have the same size; an axis of size 1 is repeated.",
    ("sum", "plus", "residual", "skip", "shortcut", "resnet"),
    figure=Pairwise("+", operator.add),
)

SUBTRACT = _declare(
    "Subtract",
    "Takes its second input from the first, element by element.",
    "subtracts",
    partial(_apply_operator, "-"),
    "y = x₁ − x₂",
    "Tells how two branches differ, as at the end of a siamese network. Both inputs must have the same size; an axis of "
    "size 1 is repeated.",
    ("minus", "difference", "siamese"),
    (Port("first", "what is taken from"), Port("second", "what is taken away")),
    figure=Pairwise("−", operator.sub),
)

MULTIPLY = _declare(
    "Multiply",
    "Multiplies its inputs element by element.",
    "multiplies",
    partial(_apply_operator, "*"),
    "y = x₁ · x₂ · …",
    "A gate: one branch, through Sigmoid, says how much of the other passes. Squeeze-and-excitation multiplies C x 1 x 1 "
    "with C x H x W: an axis of size 1 is repeated, all others must be equal.",
    ("times", "product", "gate", "attention", "squeeze-and-excitation", "mask"),
    figure=Pairwise("×", operator.mul),
)

DIVIDE = _declare(
    "Divide",
    "Divides its first input by the second, element by element.",
    "divides",
    partial(_apply_operator, "/"),
    "y = x₁ / x₂",
    "Puts one branch in relation to the other. Keep the second input away from 0, for instance by Softplus: what is divided "
    "by 0 is infinite, and training ends there.",
    ("quotient", "ratio", "over"),
    (Port("first", "what is divided"), Port("second", "what it is divided by")),
    figure=Pairwise("÷", operator.truediv),
)

MAXIMUM = _declare(
    "Maximum",
    "Keeps the largest of its inputs at every place.",
    "compares",
    partial(_apply_in_turn, "torch.maximum"),
    "y = max(x₁, x₂, …)",
    "Over several Linear branches it is a maxout unit (Goodfellow and others, 2013). The gradient flows to the largest "
    "input only; an axis of size 1 is repeated.",
    ("max", "maxout", "largest"),
    figure=Pairwise("max", max),
)

MINIMUM = _declare(
    "Minimum",
    "Keeps the smallest of its inputs at every place.",
    "compares",
    partial(_apply_in_turn, "torch.minimum"),
    "y = min(x₁, x₂, …)",
    "A soft AND of branches that end in Sigmoid. The gradient flows to the smallest input only; an axis of size 1 is "
    "repeated.",
    ("min", "smallest"),
    figure=Pairwise("min", min),
)

AVERAGE = LayerSpec(
    kind="Average",
    family="merge",
    summary="Takes the mean of its inputs element by element.",
    call=TorchCall(apply=_apply_average),
    inputs=_MANY,
    shape=_shape_average,
    figure=Pairwise("mean", lambda a, b: (a + b) / 2),
    formula="y = (x₁ + x₂ + …) / n",
    help="Lets several branches vote, as a small ensemble. All inputs must have the same size; unlike Add it keeps values as "
    "large as they were.",
    search=("mean", "ensemble", "vote", "merge", "elementwise"),
)

CONCATENATE = LayerSpec(
    kind="Concatenate",
    family="merge",
    summary="Joins its inputs along one axis.",
    call=TorchCall(apply=partial(_apply_joined, "torch.cat")),
    parameters=(
        Parameter(
            "axis",
            Integer(-6, 5),
            0,
            "Axis to join along, without the batch: 0 is the features of a vector or the channels of an image, -1 the last.",
            argument=False,
        ),
    ),
    inputs=_MANY,
    shape=_shape_concatenate,
    card=("axis",),
    worked=work_out_join,
    figure=Join(),
    formula="y = [x₁, x₂, …]",
    help="Keeps all its inputs side by side, as U-Net and DenseNet do, or brings different kinds of input together. "
    "Sizes may differ along `axis` only. The order of the wires is the order in the result.",
    search=("cat", "join", "stack", "merge", "append", "concat", "unet", "densenet"),
)

STACK = LayerSpec(
    kind="Stack",
    family="merge",
    summary="Lays its inputs side by side along a new axis.",
    call=TorchCall(apply=partial(_apply_joined, "torch.stack")),
    parameters=(
        Parameter(
            "axis",
            Integer(-6, 5),
            0,
            "Place of the new axis in what comes out, without the batch: 0 is the first, -1 the last.",
            argument=False,
        ),
    ),
    inputs=_MANY,
    shape=_shape_stack,
    card=("axis",),
    figure=Join(new_axis=True),
    formula="y[i] = xᵢ",
    help="Makes a sequence of vectors or channels of maps; its length is the number of wires, in their order. All inputs must "
    "have the same size. To lengthen an axis that is there already take Concatenate.",
    search=("join", "merge", "pack", "new axis", "cat"),
)

LAYERS = (ADD, SUBTRACT, MULTIPLY, DIVIDE, MAXIMUM, MINIMUM, AVERAGE, CONCATENATE, STACK)
