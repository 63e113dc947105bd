"""Layers that arrange the same numbers in other axes."""

import math
from collections.abc import Sequence

from designer.catalogue.axes import find_axis, find_axis_of, write_axis
from designer.catalogue.figures import Passed, Relayout
from designer.catalogue.parameters import LARGEST, Integer, Parameter, Several, Values
from designer.catalogue.spec import Inputs, LayerSpec, Outputs, ShapeError, TensorType, TorchCall, Trait
from designer.catalogue.worked import work_out_product


def _shape_flatten(values: Values, inputs: Inputs) -> Outputs:
    """Return the sizes with the axes from start_dim to end_dim made one; both count the batch as 0, as torch does."""
    (x,) = inputs
    rank = len(x.sizes)
    start, end = values["start_dim"], values["end_dim"]
    last = end + rank + 1 if end < 0 else end
    if start > rank or not 0 <= last <= rank:
        raise ShapeError(
            f"has `start_dim` {start} and `end_dim` {end}, but its input {x} has axes 1 to {rank}. Choose among these",
            settings={"start_dim": 1, "end_dim": -1},
        )
    if last < start:
        raise ShapeError(
            f"has `end_dim` {end}, which comes before `start_dim` {start}. Choose -1 to go to the last axis",
            settings={"end_dim": -1},
        )
    before, merged, after = x.sizes[: start - 1], x.sizes[start - 1 : last], x.sizes[last:]
    return (TensorType((*before, math.prod(merged), *after), x.dtype),)


def _complete(sizes: tuple[int, ...], elements: int, name: str) -> tuple[int, ...]:
    """Return the sizes with a -1 worked out. Raises ShapeError where they do not hold that many elements."""
    if 0 in sizes or sizes.count(-1) > 1:
        raise ShapeError(f"has a `{name}` of {_write(sizes)}. Give sizes of 1 or more, one of them -1 at most")
    known = math.prod(size for size in sizes if size != -1)
    if elements % known or (known != elements and -1 not in sizes):
        raise ShapeError(
            f"has a `{name}` of {_write(sizes)}, but there are {elements:,} numbers to fill it. "
            "Choose sizes whose product is that, or -1 for one of them",
            settings={name: (-1,)},
        )
    return tuple(elements // known if size == -1 else size for size in sizes)


def _write(sizes: tuple[int, ...]) -> str:
    return " x ".join(map(str, sizes))


def _keep_values(x: TensorType, sizes: Sequence[int]) -> Outputs:
    return (TensorType(tuple(sizes), x.dtype),)


def _shape_unflatten(values: Values, inputs: Inputs) -> Outputs:
    (x,) = inputs
    axis = find_axis_of(x, values["axis"])
    sizes = _complete(values["unflattened_size"], x.sizes[axis], "unflattened_size")
    return _keep_values(x, (*x.sizes[:axis], *sizes, *x.sizes[axis + 1 :]))


def _shape_reshape(values: Values, inputs: Inputs) -> Outputs:
    (x,) = inputs
    return _keep_values(x, _complete(values["shape"], x.elements, "shape"))


def _apply_reshape(values: Values, layer: str, inputs: Sequence[str]) -> str:
    (x,) = inputs
    return f"{x}.reshape({x}.shape[0], {', '.join(map(str, values['shape']))})"


def _shape_permute(values: Values, inputs: Inputs) -> Outputs:
    (x,) = inputs
    rank, order = len(x.sizes), values["order"]
    if sorted(order) != list(range(rank)):
        raise ShapeError(
            f"has `order` {', '.join(map(str, order))}, but its input {x} has {rank} {'axis' if rank == 1 else 'axes'}. "
            f"Name each of 0 to {rank - 1} once",
            settings={"order": tuple(reversed(range(rank)))} if rank else {},
        )
    return _keep_values(x, [x.sizes[axis] for axis in order])


def _apply_permute(values: Values, layer: str, inputs: Sequence[str]) -> str:
    return f"{inputs[0]}.permute({', '.join(map(str, (0, *(axis + 1 for axis in values['order']))))})"


def _shape_transpose(values: Values, inputs: Inputs) -> Outputs:
    (x,) = inputs
    sizes = list(x.sizes)
    first, second = (find_axis_of(x, values[name], name) for name in ("first", "second"))
    sizes[first], sizes[second] = sizes[second], sizes[first]
    return _keep_values(x, sizes)


def _apply_transpose(values: Values, layer: str, inputs: Sequence[str]) -> str:
    return f"{inputs[0]}.transpose({write_axis(values['first'])}, {write_axis(values['second'])})"


def _shape_squeeze(values: Values, inputs: Inputs) -> Outputs:
    (x,) = inputs
    axis = find_axis_of(x, values["axis"])
    if x.sizes[axis] != 1:
        single = [number for number, size in enumerate(x.sizes) if size == 1]
        advice = f"Choose {' or '.join(map(str, single))}" if single else "Remove it: no axis has size 1"
        raise ShapeError(
            f"leaves out `axis` {values['axis']}, which has {x.sizes[axis]} elements in its input {x}. {advice}",
            settings={"axis": single[0]} if single else {},
        )
    return _keep_values(x, (*x.sizes[:axis], *x.sizes[axis + 1 :]))


def _shape_unsqueeze(values: Values, inputs: Inputs) -> Outputs:
    (x,) = inputs
    axis = find_axis(values["axis"], len(x.sizes) + 1, "what it gives has")
    return _keep_values(x, (*x.sizes[:axis], 1, *x.sizes[axis:]))


def _apply_axis(method: str) -> TorchCall:
    return TorchCall(apply=lambda values, layer, inputs: f"{inputs[0]}.{method}({write_axis(values['axis'])})")


def _declare_axis(name: str, default: int, meaning: str) -> Parameter:
    return Parameter(name, Integer(-6, 5), default, meaning, argument=False)


def _swap(values: Values, rank: int) -> tuple[int, ...]:
    order = list(range(rank))
    first, second = values["first"] % rank, values["second"] % rank
    order[first], order[second] = order[second], order[first]
    return tuple(order)


def _drop_axis(values: Values, rank: int) -> tuple[int, ...]:
    return tuple(axis for axis in range(rank) if axis != values["axis"] % rank)


def _add_axis(values: Values, rank: int) -> tuple[int, ...]:
    """Return the axes with -1 for the new one."""
    place = values["axis"] % (rank + 1)
    return (*range(place), -1, *range(place, rank))


_REARRANGES: frozenset[Trait] = frozenset({"straight", "passes"})
_ANY_SIZES = Several(Integer(-1, LARGEST), longest=6, shortest=1)

FLATTEN = LayerSpec(
    kind="Flatten",
    family="shape",
    summary="Lays all numbers of a sample out in one vector.",
    call=TorchCall("nn.Flatten"),
    parameters=(
        Parameter("start_dim", Integer(1, 6), 1, "First axis to merge; 1 is the first of a sample (0 is the batch)."),
        Parameter("end_dim", Integer(-6, 6), -1, "Last axis to merge; -1 is the last."),
    ),
    shape=_shape_flatten,
    worked=work_out_product,
    figure=Relayout(),
    formula="C x H x W -> C·H·W",
    help="Stands between the convolutions of a network and its Linear layers, which take vectors. It learns nothing and "
    "changes no value. After AdaptiveAvgPool2d the vector is as short as the number of channels.",
    search=("reshape", "vector", "view", "unroll", "ravel"),
    traits=_REARRANGES,
)

UNFLATTEN = LayerSpec(
    kind="Unflatten",
    family="shape",
    summary="Cuts one axis into several.",
    call=TorchCall(
        "nn.Unflatten",
        positional=("dim", "unflattened_size"),
        derived={"dim": lambda values, inputs: write_axis(values["axis"])},
    ),
    parameters=(
        _declare_axis("axis", 0, "Axis to cut, without the batch: 0 is the first, -1 the last."),
        Parameter("unflattened_size", _ANY_SIZES, (1, -1), "Sizes it is cut into; -1 is worked out."),
    ),
    shape=_shape_unflatten,
    card=("unflattened_size",),
    figure=Relayout(),
    formula="C·H·W -> C x H x W",
    help="Undoes Flatten: a decoder makes an image of a vector with it, before its transposed convolutions. It learns nothing "
    "and changes no value.",
    search=("reshape", "view", "split axis", "decoder", "image"),
    traits=_REARRANGES,
)

RESHAPE = LayerSpec(
    kind="Reshape",
    family="shape",
    summary="Lays the same numbers out in other sizes.",
    call=TorchCall(apply=_apply_reshape),
    parameters=(
        Parameter("shape", _ANY_SIZES, (-1,), "Sizes of a sample that come out; -1 is worked out.", argument=False),
    ),
    shape=_shape_reshape,
    card=("shape",),
    figure=Relayout(),
    formula="12 -> 3 x 4",
    help="The numbers keep their order, row by row; to swap axes take Permute. Flatten and Unflatten say better what is "
    "meant where they suffice.",
    search=("view", "sizes", "rearrange", "fold"),
    traits=_REARRANGES,
)

PERMUTE = LayerSpec(
    kind="Permute",
    family="shape",
    summary="Puts the axes into another order.",
    call=TorchCall(apply=_apply_permute),
    parameters=(
        Parameter(
            "order",
            Several(Integer(0, 5), longest=6, shortest=1),
            (1, 0),
            "The axes of the input, without the batch, in the order in which they come out.",
            argument=False,
        ),
    ),
    shape=_shape_permute,
    card=("order",),
    figure=Relayout(lambda values, rank: values["order"]),
    formula="C x H x W -> H x W x C  by 1, 2, 0",
    help="Makes a sequence of length x features of a signal of channels x length, and back. The numbers move with their axes, "
    "unlike in Reshape.",
    search=("transpose", "axes", "order", "swap", "rearrange", "channels last"),
    traits=_REARRANGES,
)

TRANSPOSE = LayerSpec(
    kind="Transpose",
    family="shape",
    summary="Swaps two axes.",
    call=TorchCall(apply=_apply_transpose),
    parameters=(
        _declare_axis("first", 0, "One axis, without the batch: 0 is the first, -1 the last."),
        _declare_axis("second", 1, "The other axis."),
    ),
    shape=_shape_transpose,
    card=("first", "second"),
    figure=Relayout(_swap),
    formula="A x B -> B x A",
    help="Turns length x features into channels x length, so that a convolution can follow an Embedding. For more than two "
    "axes at once take Permute.",
    search=("swap", "axes", "permute", "turn", "matrix"),
    traits=_REARRANGES,
)

SQUEEZE = LayerSpec(
    kind="Squeeze",
    family="shape",
    summary="Leaves out an axis of size 1.",
    call=_apply_axis("squeeze"),
    parameters=(_declare_axis("axis", 0, "Axis to leave out, without the batch: 0 is the first, -1 the last."),),
    shape=_shape_squeeze,
    card=("axis",),
    figure=Relayout(_drop_axis),
    formula="1 x H x W -> H x W",
    help="Use it where one channel or one step is left and the next layer wants none. It undoes Unsqueeze.",
    search=("remove axis", "dimension", "drop axis"),
    traits=_REARRANGES,
)

UNSQUEEZE = LayerSpec(
    kind="Unsqueeze",
    family="shape",
    summary="Adds an axis of size 1.",
    call=_apply_axis("unsqueeze"),
    parameters=(_declare_axis("axis", 0, "Place of the new axis in what comes out: 0 is the first, -1 the last."),),
    shape=_shape_unsqueeze,
    card=("axis",),
    figure=Relayout(_add_axis),
    formula="H x W -> 1 x H x W",
    help="Gives a picture its one channel, or lines a vector up with a map: Add and Multiply repeat an axis of size 1. It "
    "undoes Squeeze.",
    search=("add axis", "dimension", "expand", "new axis"),
    traits=_REARRANGES,
)

IDENTITY = LayerSpec(
    kind="Identity",
    family="shape",
    summary="Passes its input unchanged.",
    call=TorchCall("nn.Identity"),
    shape=lambda values, inputs: inputs,
    figure=Passed(),
    formula="y = x",
    help="A place to hold on to: the plain way around a block, or a name for a value in the code. It costs nothing.",
    search=("pass", "nothing", "skip", "placeholder", "shortcut"),
    traits=_REARRANGES,
)

LAYERS = (FLATTEN, UNFLATTEN, RESHAPE, PERMUTE, TRANSPOSE, SQUEEZE, UNSQUEEZE, IDENTITY)
