"""A recurrent layer that is never trained: the reservoir of an echo-state network."""

from collections.abc import Sequence

from designer.catalogue.figures import Springs
from designer.catalogue.layers.attention import demand_sequence
from designer.catalogue.parameters import Integer, Option, Parameter, Real, Values
from designer.catalogue.spec import Inputs, LayerSpec, Outputs, TensorType, TorchCall


def _shape(values: Values, inputs: Inputs) -> Outputs:
    (x,) = inputs
    demand_sequence(x)
    size = values["hidden_size"]
    return (TensorType((x.sizes[0], size) if values["output"] == "sequence" else (size,)),)


def _count_products(values: Values, inputs: Inputs, outputs: Outputs) -> int:
    (length, features), hidden = inputs[0].sizes, int(values["hidden_size"])
    return length * hidden * (features + hidden)


def _apply(values: Values, layer: str, inputs: Sequence[str]) -> str:
    return f"{layer}({inputs[0]}){'' if values['output'] == 'sequence' else '[:, -1]'}"


RESERVOIR = LayerSpec(
    kind="Reservoir",
    family="recurrent",
    summary="Lets a sequence echo through fixed random connections.",
    call=TorchCall(
        "Reservoir",
        positional=("input_size", "hidden_size"),
        derived={"input_size": lambda values, inputs: inputs[0].sizes[1]},
        apply=_apply,
        recipe="reservoir",
    ),
    parameters=(
        # All eigenvalues are worked out when the layer is made: a minute for the largest, on one core.
        Parameter("hidden_size", Integer(1, 5_000), 100, "Units of the reservoir, and features of its output."),
        Parameter(
            "spectral_radius", Real(0, 100), 0.9, "Size of the largest eigenvalue: how slowly echoes fade; below 1."
        ),
        Parameter("input_scaling", Real(0, 1000), 1.0, "Largest weight of an input: how hard it drives the units."),
        Parameter("bias_scaling", Real(0, 1000), 0.0, "Largest constant added to a unit."),
        Parameter(
            "leak_rate", Real(0, 1, above=True), 1.0, "Share of a state that is new after a step; less is slower."
        ),
        Parameter("density", Real(0, 1, above=True), 0.1, "Share of the connections that are there."),
        Parameter("seed", Integer(0, 2**31 - 1), 0, "The fixed weights are drawn from this; another gives others."),
        Parameter(
            "output",
            Option(("last", "sequence")),
            "last",
            "last: the state after the whole sequence (a vector); sequence: the state after each step.",
            argument=False,
        ),
    ),
    shape=_shape,
    multiply_adds=_count_products,
    card=("hidden_size", "output"),
    figure=Springs(),
    formula="h = (1 − a) h₋₁ + a tanh(V x + W h₋₁ + b)",
    help="An echo-state network (Jaeger, 2001) trains only the Linear behind the reservoir; the reservoir's own random "
    "weights stay as drawn and are kept in the file. Try `spectral_radius` near 1 for a long memory and scale the input to "
    "about -1 to 1. It learns nothing, so it costs little to train and suits short series.",
    search=("echo state", "esn", "reservoir computing", "random", "liquid state", "memory", "time series", "sequence"),
)

LAYERS = (RESERVOIR,)
