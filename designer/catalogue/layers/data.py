"""Where samples enter the network and where its answer leaves it."""

from designer.catalogue.parameters import Maybe, Option, Parameter, Sizes, Values
from designer.catalogue.spec import Inputs, LayerSpec, Outputs, ShapeError, TensorType, TorchCall


def _shape_input(values: Values, inputs: Inputs) -> Outputs:
    """Return the typed shape, or the data's own; `inputs` holds the data's type where data is chosen."""
    sizes = values["shape"]
    if sizes is not None:
        return (TensorType(sizes, values["dtype"]),)
    if not inputs:
        raise ShapeError("has no shape yet. Choose data, or type a shape")
    return (inputs[0],)


INPUT = LayerSpec(
    kind="Input",
    family="data",
    role="input",
    summary="One sample enters the network here.",
    call=TorchCall(),
    parameters=(
        Parameter(
            "shape",
            Maybe(Sizes(), none="from the data"),
            None,
            "Sizes of one sample without the batch; left empty, the data decides.",
            argument=False,
        ),
        Parameter(
            "dtype", Option(("float", "int")), "float", "Element type; only used with a typed shape.", argument=False
        ),
    ),
    inputs=(),
    shape=_shape_input,
    card=("shape",),
    help="Every network has an Input. Its shape follows the data source; type one only to design without data.",
    search=("data", "source", "start"),
)

OUTPUT = LayerSpec(
    kind="Output",
    family="data",
    role="output",
    summary="What arrives here is the network's answer and is compared with the target by the loss.",
    call=TorchCall(),
    outputs=(),
    shape=lambda values, inputs: (),
    help="Every network has an Output. Put no Softmax before it when the loss is cross entropy: the loss has it inside.",
    search=("target", "end", "result"),
)

LAYERS = (INPUT, OUTPUT)
