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
            "dtype",
            Option(("float", "int")),
            "float",
            "float for measurements and images, int for class indices and tokens; only used with a typed shape.",
            argument=False,
        ),
    ),
    inputs=(),
    shape=_shape_input,
    card=("shape",),
    formula="x",
    help="Every network has an Input. Its shape follows the data you choose; type one only to design without data. "
    "Shapes leave out the batch: a grey image of 28 by 28 is 1 x 28 x 28, ten measurements are 10, "
    "a sequence of 50 steps with 3 values each is 50 x 3.",
    search=("data", "source", "start", "image", "features", "placeholder"),
)

OUTPUT = LayerSpec(
    kind="Output",
    family="data",
    role="output",
    summary="The network's answer, which the loss compares with the target.",
    call=TorchCall(),
    outputs=(),
    shape=lambda values, inputs: (),
    formula="ŷ",
    help="Every network has an Output. Give it one number for each class or each value to predict. "
    "Put no Softmax before it when the loss is cross entropy and no Sigmoid when it is binary cross entropy on "
    "logits: those losses have it inside.",
    search=("target", "end", "result", "prediction", "label"),
)

LAYERS = (INPUT, OUTPUT)
