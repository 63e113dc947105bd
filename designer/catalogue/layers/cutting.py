"""Layers that take a part of a tensor, or part it."""

from collections.abc import Sequence

from designer.catalogue.axes import find_axis_of, write_axis, write_index
from designer.catalogue.figures import Cut
from designer.catalogue.parameters import Integer, Maybe, Parameter, Several, Values
from designer.catalogue.spec import ONE_INPUT, Inputs, LayerSpec, Outputs, Port, ShapeError, TensorType, TorchCall

_FAR = 1_000_000_000
_MOST_PARTS = 64


def _declare_axis(verb: str) -> Parameter:
    meaning = f"Axis to {verb}, without the batch: 0 is the first, -1 the last."
    return Parameter("axis", Integer(-6, 5), 0, meaning, argument=False)


def _resize(x: TensorType, axis: int, *size: int) -> TensorType:
    return TensorType((*x.sizes[:axis], *size, *x.sizes[axis + 1 :]), x.dtype)


def _shape_slice(values: Values, inputs: Inputs) -> Outputs:
    (x,) = inputs
    axis = find_axis_of(x, values["axis"])
    size = len(range(x.sizes[axis])[values["start"] : values["stop"] : values["step"]])
    if not size:
        raise ShapeError(
            f"takes nothing of the {x.sizes[axis]} elements along `axis` {values['axis']} of its input {x}. "
            "Choose `start` and `stop` inside",
            settings={"start": 0, "stop": None},
        )
    return (_resize(x, axis, size),)


def _apply_slice(values: Values, layer: str, inputs: Sequence[str]) -> str:
    start = values["start"] or ""
    stop = "" if values["stop"] is None else values["stop"]
    step = f":{values['step']}" if values["step"] > 1 else ""
    return f"{inputs[0]}{write_index(values['axis'], f'{start}:{stop}{step}')}"


def _shape_select(values: Values, inputs: Inputs) -> Outputs:
    (x,) = inputs
    axis, index = find_axis_of(x, values["axis"]), values["index"]
    if not -x.sizes[axis] <= index < x.sizes[axis]:
        raise ShapeError(
            f"takes element {index} along `axis` {values['axis']}, where its input {x} has {x.sizes[axis]}, counted from 0. "
            "Choose 0 for the first or -1 for the last",
            settings={"index": 0},
        )
    return (_resize(x, axis),)


def _apply_select(values: Values, layer: str, inputs: Sequence[str]) -> str:
    return f"{inputs[0]}{write_index(values['axis'], str(values['index']))}"


def _count_parts(values: Values) -> int:
    return values["parts"] if values["sizes"] is None else len(values["sizes"])


def _ports_split(values: Values) -> tuple[tuple[Port, ...], tuple[Port, ...]]:
    return ONE_INPUT, tuple(Port(f"part{number + 1}") for number in range(_count_parts(values)))


def _slice_places(values: Values, size: int) -> tuple[range, ...]:
    return (range(size)[values["start"] : values["stop"] : values["step"]],)


def _select_place(values: Values, size: int) -> tuple[range, ...]:
    place = values["index"] % size
    return (range(place, place + 1),)


def _split_places(values: Values, size: int) -> tuple[range, ...]:
    sizes = values["sizes"] or (size // values["parts"],) * values["parts"]
    ends = [sum(sizes[: number + 1]) for number in range(len(sizes))]
    return tuple(range(end - part, end) for end, part in zip(ends, sizes, strict=True))


def _shape_split(values: Values, inputs: Inputs) -> Outputs:
    (x,) = inputs
    axis, parts, sizes = find_axis_of(x, values["axis"]), values["parts"], values["sizes"]
    size = x.sizes[axis]
    if sizes is None and size % parts:
        raise ShapeError(
            f"cuts the {size} elements along `axis` {values['axis']} of its input {x} into {parts} equal parts, which does not "
            "come out even. Choose another number of parts, or give their `sizes`"
        )
    if sizes is not None and sum(sizes) != size:
        raise ShapeError(
            f"has `sizes` that add up to {sum(sizes)}, but its input {x} has {size} along `axis` {values['axis']}. "
            "Change one, or leave `sizes` empty for equal parts",
        )
    return tuple(_resize(x, axis, each) for each in sizes or (size // parts,) * parts)


def _apply_split(values: Values, layer: str, inputs: Sequence[str]) -> str:
    axis = write_axis(values["axis"])
    if values["sizes"] is None:
        return f"{inputs[0]}.chunk({values['parts']}, {axis})"
    return f"{inputs[0]}.split(({', '.join(map(str, values['sizes']))}), {axis})"


SLICE = LayerSpec(
    kind="Slice",
    family="shape",
    summary="Takes a range of elements along one axis.",
    call=TorchCall(apply=_apply_slice),
    parameters=(
        _declare_axis("cut"),
        Parameter(
            "start", Integer(-_FAR, _FAR), 0, "First element taken; -3 is the third from the end.", argument=False
        ),
        Parameter(
            "stop",
            Maybe(Integer(-_FAR, _FAR), none="the end"),
            None,
            "First element not taken any more; -1 leaves out the last.",
            argument=False,
        ),
        Parameter("step", Integer(1, _FAR), 1, "Take every second, third ... element.", argument=False),
    ),
    shape=_shape_slice,
    card=("start", "stop"),
    figure=Cut(_slice_places),
    formula="y = x[start:stop:step]",
    help="Counts as Python does: the element at `stop` is not taken. To take a single element and leave its axis out, such as "
    "a class token, take Select; to use all parts take Split.",
    search=("range", "part", "index", "cut", "crop", "narrow", "every second"),
    traits=frozenset({"straight", "passes"}),
)

SELECT = LayerSpec(
    kind="Select",
    family="shape",
    summary="Takes one element along an axis and leaves the axis out.",
    call=TorchCall(apply=_apply_select),
    parameters=(
        _declare_axis("pick from"),
        Parameter("index", Integer(-_FAR, _FAR), 0, "Element taken: 0 is the first, -1 the last.", argument=False),
    ),
    shape=_shape_select,
    card=("index", "axis"),
    figure=Cut(_select_place),
    formula="y = x[index]",
    help="Picks the class token (element 0) or the last step (-1) of a sequence, which is then judged as a vector. The other "
    "elements get no gradient from there.",
    search=("index", "pick", "class token", "last step", "take", "slice"),
    traits=frozenset({"straight", "passes"}),
)

SPLIT = LayerSpec(
    kind="Split",
    family="shape",
    summary="Parts its input along one axis; each part has an output of its own.",
    call=TorchCall(apply=_apply_split),
    parameters=(
        _declare_axis("cut"),
        Parameter("parts", Integer(2, _MOST_PARTS), 2, "How many equal parts there are.", argument=False),
        Parameter(
            "sizes",
            Maybe(Several(Integer(), longest=_MOST_PARTS, shortest=2), none="equal parts"),
            None,
            "Sizes of the parts, where they are not equal.",
            argument=False,
        ),
    ),
    outputs=(Port("part1"), Port("part2")),
    ports=_ports_split,
    shape=_shape_split,
    card=("parts", "axis"),
    figure=Cut(_split_places),
    formula="x = [y₁, y₂, …]",
    help="Lets parts of a tensor go different ways: the halves of the channels in ShuffleNet, mean and variance in a "
    "variational autoencoder. Concatenate joins them again.",
    search=("chunk", "part", "halves", "divide", "branch", "cut", "groups"),
)

LAYERS = (SLICE, SELECT, SPLIT)
