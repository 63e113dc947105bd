"""Where samples enter the network and where its answer leaves it."""

from designer.catalogue.figures import Answer, Bell, Sample
from designer.catalogue.parameters import Maybe, Option, Parameter, Real, Sizes, Values
from designer.catalogue.spec import Inputs, LayerSpec, Outputs, ShapeError, TensorType, TorchCall
from designer.catalogue.training import LOSSES


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
    figure=Sample(),
    formula="x",
    help="Every network has an Input. Its shape follows the data you choose; type one only to design without data. "
    "Shapes leave out the batch: a grey image of 28 by 28 is 1 x 28 x 28, ten measurements are 10, "
    "a sequence of 50 steps with 3 values each is 50 x 3.",
    search=("data", "source", "start", "image", "features", "placeholder"),
)

NOISE = LayerSpec(
    kind="Noise",
    family="data",
    role="input",
    summary="Random numbers enter the network here, drawn anew for each sample.",
    call=TorchCall(),
    parameters=(
        Parameter("shape", Sizes(), (32,), "Sizes of the noise for one sample: the latent space.", argument=False),
    ),
    inputs=(),
    shape=lambda values, inputs: (TensorType(values["shape"]),),
    card=("shape",),
    figure=Bell(),
    formula="z ~ N(0, 1)",
    help="Where the generator of a GAN begins: what it makes follows from this noise alone, drawn from a normal "
    "distribution of mean 0 and standard deviation 1. 16 to 100 numbers are usual.",
    search=("gan", "generator", "latent", "random", "normal", "gaussian", "z"),
)

OUTPUT = LayerSpec(
    kind="Output",
    family="data",
    role="output",
    summary="The network's answer, which the loss compares with the target.",
    call=TorchCall(),
    parameters=(
        Parameter(
            "loss",
            Option(("", *(spec.kind for spec in LOSSES))),
            "",
            "Loss of this Output, where the network has several; left empty, that of the training.",
            argument=False,
        ),
        Parameter(
            "weight",
            Real(0),
            1.0,
            "How much its loss counts in the sum, where the network has several.",
            argument=False,
        ),
        Parameter(
            "compare",
            Option(("target", "input")),
            "target",
            "What it is held against, where the network has several: the data's target or the input itself.",
            argument=False,
        ),
    ),
    outputs=(),
    shape=lambda values, inputs: (),
    figure=Answer(),
    formula="ŷ",
    help="Every network has an Output. Give it one number for each class or each value to predict. "
    "Put no Softmax before it when the loss is cross entropy and no Sigmoid when it is binary cross entropy on "
    "logits: those losses have it inside.",
    search=("target", "end", "result", "prediction", "label"),
)

LAYERS = (INPUT, NOISE, OUTPUT)
