"""Layers that mix every feature with every other, and look-up of learned vectors."""

from collections.abc import Mapping

from designer.catalogue.demands import demand_indices, demand_numbers
from designer.catalogue.parameters import Flag, Integer, Maybe, Parameter, Real, Values
from designer.catalogue.spec import Inputs, LayerSpec, Outputs, ShapeError, TensorType, TorchCall


def _shape_linear(values: Values, inputs: Inputs) -> Outputs:
    """Accept a vector, or a sequence whose every step is mixed alone.

    Stricter than torch, which would mix the last axis of an image as well: that is nearly always a forgotten Flatten.
    """
    (x,) = inputs
    demand_numbers(x)
    if len(x.sizes) not in (1, 2):
        raise ShapeError(f"expects a vector but gets {x}. Put Flatten before it", "flatten")
    return (TensorType((*x.sizes[:-1], values["out_features"])),)


def _weigh_linear(values: Values, inputs: Inputs) -> Mapping[str, tuple[int, ...]]:
    out, size = values["out_features"], inputs[0].sizes[-1]
    return {"weight": (out, size)} | ({"bias": (out,)} if values["bias"] else {})


def _shape_embedding(values: Values, inputs: Inputs) -> Outputs:
    (x,) = inputs
    demand_indices(x)
    count, padding = values["num_embeddings"], values["padding_idx"]
    if padding is not None and not -count <= padding < count:
        raise ShapeError(
            f"has `padding_idx` {padding} but only {count} vectors, numbered from 0. "
            "Choose a smaller one, or more `num_embeddings`",
            settings={"padding_idx": None},
        )
    return (TensorType((*x.sizes, values["embedding_dim"])),)


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
    weights=_weigh_linear,
    multiply_adds=lambda values, inputs, outputs: inputs[0].elements * outputs[0].sizes[-1],
    card=("out_features",),
    formula="y = x Wᵀ + b",
    help="Also called dense or fully connected: every output is its own weighted sum of all inputs, so it finds any "
    "linear relation but knows nothing of neighbourhood. Put an activation between two of them, or they are worth only "
    "one. On a sequence (length x features) it acts on each step alone; an image needs Flatten first.",
    search=("dense", "fully connected", "fc", "perceptron", "mlp", "neuron", "units", "affine", "matrix"),
    traits=frozenset({"mixes"}),
)

EMBEDDING = LayerSpec(
    kind="Embedding",
    family="linear",
    summary="Looks up a learned vector for each class index.",
    call=TorchCall(constructor="nn.Embedding", positional=("num_embeddings", "embedding_dim")),
    parameters=(
        Parameter(
            "num_embeddings",
            Integer(),
            1000,
            "Number of different indices: the size of the vocabulary, counted from 0.",
        ),
        Parameter("embedding_dim", Integer(), 64, "Length of each vector."),
        Parameter(
            "padding_idx",
            Maybe(Integer(-(10**9))),
            None,
            "Index that only fills up short sequences: its vector stays zero.",
        ),
        Parameter(
            "max_norm", Maybe(Real(0, above=True)), None, "Vectors longer than this are shortened when they are used."
        ),
    ),
    shape=_shape_embedding,
    weights=lambda values, inputs: {"weight": (values["num_embeddings"], values["embedding_dim"])},
    card=("num_embeddings", "embedding_dim"),
    formula="y = W[i]",
    help="Turns words, products or any numbered things into vectors that training moves so that alike things lie "
    "close together. It comes first after an Input of class indices and adds an axis: 50 indices become 50 x 64. "
    "`num_embeddings` must exceed the largest index in the data. No data source gives indices yet, so a network with it can "
    "be drawn and its module exported, but not trained.",
    search=("word", "token", "vocabulary", "lookup", "text", "categorical", "vectors"),
)

LAYERS = (LINEAR, EMBEDDING)
