"""Layers that bring several branches together."""

from collections.abc import Sequence

from designer.catalogue.demands import demand_numbers
from designer.catalogue.parameters import Integer, Parameter, Values
from designer.catalogue.spec import Inputs, LayerSpec, Outputs, Port, ShapeError, TensorType, TorchCall

_MANY = (Port("inputs", "two or more branches", many=True),)


def _list(inputs: Inputs) -> str:
    """Return the types in words, at most four of them: "64, 64 x 7 x 7 and 32"."""
    shown = [str(x) for x in inputs[:4]] + ["others"] * (len(inputs) > 4)
    return f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else shown[0]


def _shape_add(values: Values, inputs: Inputs) -> Outputs:
    """Return the common size: on each axis sizes are equal, or 1, which is repeated.

    Stricter than torch, which lines sizes up from the right: with unequal numbers of axes the batch itself would be
    added to another axis.
    """
    for x in inputs:
        demand_numbers(x)
    if len({len(x.sizes) for x in inputs}) > 1:
        raise ShapeError(
            f"adds tensors with the same axes but gets {_list(inputs)}. Make them alike first", "match_sizes"
        )
    sizes = []
    for column in zip(*(x.sizes for x in inputs), strict=True):
        wide = set(column) - {1}
        if len(wide) > 1:
            raise ShapeError(
                f"adds tensors of equal size but gets {_list(inputs)}. Make them alike first", "match_sizes"
            )
        sizes.append(wide.pop() if wide else 1)
    return (TensorType(tuple(sizes)),)


def _shape_concatenate(values: Values, inputs: Inputs) -> Outputs:
    first, axis = inputs[0], values["axis"]
    rank = len(first.sizes)
    if len({x.dtype for x in inputs}) > 1:
        raise ShapeError("joins numbers with class indices. Put Embedding into the branch of indices", "embed")
    if any(len(x.sizes) != rank for x in inputs):
        raise ShapeError(f"joins tensors with the same number of axes but gets {_list(inputs)}. Flatten them first")
    if not -rank <= axis < rank:
        raise ShapeError(
            f"has `axis` {axis}, but its inputs have {rank} {'axis' if rank == 1 else 'axes'}, counted from 0. "
            "Choose 0 for the first or -1 for the last",
            settings={"axis": 0} if rank else {},
        )
    axis %= rank
    if any(a != b for x in inputs for i, (a, b) in enumerate(zip(x.sizes, first.sizes, strict=True)) if i != axis):
        raise ShapeError(
            f"joins along axis {axis}, where all other sizes must be equal, but gets {_list(inputs)}. "
            "Choose another `axis`, or make them alike first"
        )
    joined = sum(x.sizes[axis] for x in inputs)
    return (TensorType((*first.sizes[:axis], joined, *first.sizes[axis + 1 :]), first.dtype),)


def _apply_add(values: Values, layer: str, inputs: Sequence[str]) -> str:
    return " + ".join(inputs)


def _apply_concatenate(values: Values, layer: str, inputs: Sequence[str]) -> str:
    axis = values["axis"]
    return f"torch.cat(({', '.join(inputs)}), {axis + 1 if axis >= 0 else axis})"


ADD = LayerSpec(
    kind="Add",
    family="merge",
    summary="Adds its inputs element by element.",
    call=TorchCall(apply=_apply_add),
    inputs=_MANY,
    shape=_shape_add,
    formula="y = x₁ + x₂ + …",
    help="Closes a way around some layers, as in residual networks: the layers then learn only what to change, and the "
    "gradient has a free way back. All inputs must have the same size; an axis of size 1 is repeated.",
    search=("sum", "plus", "residual", "skip", "shortcut", "merge", "resnet"),
)

CONCATENATE = LayerSpec(
    kind="Concatenate",
    family="merge",
    summary="Joins its inputs along one axis.",
    call=TorchCall(apply=_apply_concatenate),
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
    formula="y = [x₁, x₂, …]",
    help="Keeps all its inputs side by side, as U-Net and DenseNet do, or brings different kinds of input together. "
    "Sizes may differ along `axis` only. The order of the wires is the order in the result.",
    search=("cat", "join", "stack", "merge", "append", "concat", "unet", "densenet"),
)

LAYERS = (ADD, CONCATENATE)
