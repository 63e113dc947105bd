"""Layers that arrange the same numbers in other axes."""

import math

from designer.catalogue.parameters import Integer, Parameter, Values
from designer.catalogue.spec import Inputs, LayerSpec, Outputs, ShapeError, TensorType, TorchCall


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
    formula="C x H x W -> C·H·W",
    help="Stands between the convolutions of a network and its Linear layers, which take vectors. It learns nothing and "
    "changes no value. After AdaptiveAvgPool2d the vector is as short as the number of channels.",
    search=("reshape", "vector", "view", "unroll", "ravel"),
    traits=frozenset({"straight", "passes"}),
)

LAYERS = (FLATTEN,)
