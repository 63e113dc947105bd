"""An example of a plug-in: one layer, declared as Designer's own are, its PyTorch in recipe.py."""

from designer.catalogue.parameters import Integer, Parameter, Values
from designer.catalogue.spec import Inputs, LayerSpec, Outputs, ShapeError, TorchCall


def shape_swirl(values: Values, inputs: Inputs) -> Outputs:
    """Return the type of the input."""
    (x,) = inputs
    if x.dtype != "float":
        raise ShapeError("takes numbers, not class indices. Put an Embedding before it", "embed")
    if not x.sizes:
        raise ShapeError("takes a vector or more, not a single number")
    return inputs


def count_features(values: Values, inputs: Inputs) -> int:
    """Return the size of the last axis."""
    return inputs[0].sizes[-1]


def weigh_swirl(values: Values, inputs: Inputs) -> dict[str, tuple[int, ...]]:
    """Return the sizes of its one learned tensor."""
    return {"angle": inputs[0].sizes[-1:]}


SWIRL = LayerSpec(
    kind="Swirl",
    family="linear",
    summary="Turns neighbouring numbers into each other by learned angles.",
    call=TorchCall("Swirl", ("features",), {"features": count_features}, recipe="designer_swirl:recipe"),
    parameters=(Parameter("steps", Integer(1, 8), 1, "How far apart the two numbers are that are mixed."),),
    shape=shape_swirl,
    weights=weigh_swirl,
    card=("steps",),
    formula="y_i = x_i cos(a_i) + x_(i + steps) sin(a_i)",
    help="Shows how a layer of another package looks. It learns one angle for each number.",
    search=("rotate", "angle", "example"),
)

LAYERS = (SWIRL,)
