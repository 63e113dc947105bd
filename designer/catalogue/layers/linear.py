"""Layers that mix every feature with every other, and look-up of learned vectors."""

from collections.abc import Mapping

from designer.catalogue.parameters import Flag, Integer, Parameter, Values
from designer.catalogue.spec import Inputs, LayerSpec, Outputs, ShapeError, TensorType, TorchCall


def _shape_linear(values: Values, inputs: Inputs) -> Outputs:
    (x,) = inputs
    if x.dtype != "float":
        raise ShapeError("expects numbers but gets class indices. Put Embedding before it", "embed")
    if len(x.sizes) > 1 and len(x.sizes) != 2:
        raise ShapeError(f"expects a vector but gets {x}. Put Flatten before it", "flatten")
    return (TensorType((*x.sizes[:-1], values["out_features"])),)


def _weights_linear(values: Values, inputs: Inputs) -> Mapping[str, tuple[int, ...]]:
    out, size = values["out_features"], inputs[0].sizes[-1]
    return {"weight": (out, size)} | ({"bias": (out,)} if values["bias"] else {})


LINEAR = LayerSpec(
    kind="Linear",
    family="linear",
    summary="A weighted sum of all inputs for each output.",
    call=TorchCall(
        constructor="nn.Linear",
        positional=("in_features", "out_features"),
        derived={"in_features": lambda values, inputs: inputs[0].sizes[-1]},
    ),
    parameters=(
        Parameter("out_features", Integer(), 64, "Number of outputs (units)."),
        Parameter("bias", Flag(), True, "Add a learned constant to each output."),
    ),
    shape=_shape_linear,
    weights=_weights_linear,
    multiply_adds=lambda values, inputs, outputs: inputs[0].elements * outputs[0].sizes[-1],
    card=("out_features",),
    formula="y = x Wᵀ + b",
    help="Also called dense or fully connected. Applied to a sequence it acts on each step alone.",
    search=("dense", "fully connected", "perceptron", "mlp"),
)

LAYERS = (LINEAR,)
