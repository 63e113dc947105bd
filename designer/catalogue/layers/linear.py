"""Layers that mix every feature with every other, and look-up of learned vectors."""

from collections.abc import Mapping

from designer.catalogue.demands import demand_indices, demand_numbers
from designer.catalogue.figures import Lookup, UnitPairs, Units
from designer.catalogue.parameters import Flag, Integer, Maybe, Option, Parameter, Real, Several, Values
from designer.catalogue.spec import Inputs, LayerSpec, Outputs, Port, ShapeError, TensorType, TorchCall


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


def _shape_bilinear(values: Values, inputs: Inputs) -> Outputs:
    """Accept two vectors, or two sequences of equal length whose steps are mixed in pairs."""
    one, other = inputs
    for x in inputs:
        demand_numbers(x)
        if len(x.sizes) not in (1, 2):
            raise ShapeError(f"expects two vectors but gets {one} and {other}. Put Flatten before it", "flatten")
    if one.sizes[:-1] != other.sizes[:-1]:
        raise ShapeError(
            f"mixes two vectors, or two sequences of equal length, but gets {one} and {other}. Make them alike"
        )
    return (TensorType((*one.sizes[:-1], values["out_features"])),)


def _weigh_bilinear(values: Values, inputs: Inputs) -> Mapping[str, tuple[int, ...]]:
    out, one, other = values["out_features"], inputs[0].sizes[-1], inputs[1].sizes[-1]
    return {"weight": (out, one, other)} | ({"bias": (out,)} if values["bias"] else {})


def _count_bilinear(values: Values, inputs: Inputs, outputs: Outputs) -> int:
    """Return the products of a vector with each matrix, then of the result with the other vector."""
    one, other = inputs[0].sizes[-1], inputs[1].sizes[-1]
    return outputs[0].elements * (one + 1) * other


def _demand_padding(values: Values) -> None:
    count, padding = values["num_embeddings"], values["padding_idx"]
    if padding is not None and not -count <= padding < count:
        raise ShapeError(
            f"has `padding_idx` {padding} but only {count} vectors, numbered from 0. "
            "Choose a smaller one, or more `num_embeddings`",
            settings={"padding_idx": None},
        )


def _shape_embedding(values: Values, inputs: Inputs) -> Outputs:
    (x,) = inputs
    demand_indices(x)
    _demand_padding(values)
    return (TensorType((*x.sizes, values["embedding_dim"])),)


def _shape_bag(values: Values, inputs: Inputs) -> Outputs:
    (x,) = inputs
    demand_indices(x)
    if len(x.sizes) != 1:
        raise ShapeError(f"expects a row of class indices but gets {x}. Put Flatten before it", "flatten")
    _demand_padding(values)
    if values["scale_grad_by_freq"] and values["mode"] == "max":
        raise ShapeError(
            "cannot scale gradients by frequency where `mode` is max. Set one of them otherwise",
            settings={"scale_grad_by_freq": False},
        )
    return (TensorType((values["embedding_dim"],)),)


def _weigh_embedding(values: Values, inputs: Inputs) -> Mapping[str, tuple[int, ...]]:
    return {"weight": (values["num_embeddings"], values["embedding_dim"])}


def _shape_columns(values: Values, inputs: Inputs) -> Outputs:
    (x,) = inputs
    demand_numbers(x)
    count = len(values["categories"])
    if len(x.sizes) != 1:
        raise ShapeError(f"expects a row of features but gets {x}. Put Flatten before it", "flatten")
    if x.sizes[0] < count:
        raise ShapeError(f"embeds the last {count} features but gets only {x.sizes[0]}. List fewer `categories`")
    return (TensorType((x.sizes[0] + count * (values["embedding_dim"] - 1),)),)


def _weigh_columns(values: Values, inputs: Inputs) -> Mapping[str, tuple[int, ...]]:
    return {
        f"tables.{place}.weight": (count + 1, values["embedding_dim"])
        for place, count in enumerate(values["categories"])
    }


_EMBEDDING = (
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
    Parameter("norm_type", Real(0, above=True), 2.0, "How max_norm measures length: 2 is the usual way."),
    Parameter("scale_grad_by_freq", Flag(), False, "Divide the gradient of a vector by how often the batch used it."),
)


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
    figure=Units(),
    formula="y = x Wᵀ + b",
    help="Also called dense or fully connected: every output is its own weighted sum of all inputs, so it finds any "
    "linear relation but knows nothing of neighbourhood. Put an activation between two of them, or they are worth only "
    "one. On a sequence (length x features) it acts on each step alone; an image needs Flatten first.",
    search=("dense", "fully connected", "fc", "perceptron", "mlp", "neuron", "units", "affine", "matrix"),
    traits=frozenset({"mixes"}),
)

BILINEAR = LayerSpec(
    kind="Bilinear",
    family="linear",
    summary="A weighted sum of all products of two inputs for each output.",
    call=TorchCall(
        constructor="nn.Bilinear",
        positional=("in1_features", "in2_features", "out_features"),
        derived={
            "in1_features": lambda values, inputs: inputs[0].sizes[-1],
            "in2_features": lambda values, inputs: inputs[1].sizes[-1],
        },
    ),
    parameters=(
        Parameter("out_features", Integer(), 64, "Number of outputs (units)."),
        Parameter("bias", Flag(), True, "Add a learned constant to each output."),
    ),
    inputs=(Port("input1", "one vector"), Port("input2", "the other; it may have another size")),
    shape=_shape_bilinear,
    weights=_weigh_bilinear,
    multiply_adds=_count_bilinear,
    card=("out_features",),
    figure=UnitPairs(),
    formula="y = x₁ᵀ A x₂ + b",
    help="Judges how two things go together: a question and an answer, two pictures, a word and its context. Each output "
    "has a matrix of its own, so weights grow with the product of both sizes: bring them down with a Linear first.",
    search=("pair", "product", "relation", "two inputs", "similarity", "tensor"),
)

EMBEDDING = LayerSpec(
    kind="Embedding",
    family="linear",
    summary="Looks up a learned vector for each class index.",
    call=TorchCall(constructor="nn.Embedding", positional=("num_embeddings", "embedding_dim")),
    parameters=_EMBEDDING,
    shape=_shape_embedding,
    weights=_weigh_embedding,
    card=("num_embeddings", "embedding_dim"),
    figure=Lookup(),
    formula="y = W[i]",
    help="Turns words, products or any numbered things into vectors that training moves so that alike things lie "
    "close together. It comes first after an Input of class indices and adds an axis: 50 indices become 50 x 64. "
    "`num_embeddings` must exceed the largest index in the data.",
    search=("word", "token", "vocabulary", "lookup", "text", "categorical", "vectors"),
)

EMBEDDING_BAG = LayerSpec(
    kind="EmbeddingBag",
    family="linear",
    summary="Looks up a learned vector for each class index and gives their mean.",
    call=TorchCall(constructor="nn.EmbeddingBag", positional=("num_embeddings", "embedding_dim")),
    parameters=(
        *_EMBEDDING,
        Parameter("mode", Option(("mean", "sum", "max")), "mean", "How the vectors of a row become one."),
    ),
    shape=_shape_bag,
    weights=_weigh_embedding,
    card=("num_embeddings", "embedding_dim"),
    figure=Lookup(),
    formula="y = mean of W[i]",
    help="A text as a bag of words, in any order: with one Linear behind it, it is the classifier of fastText (Joulin and "
    "others, 2016), quick and hard to beat on topics. It needs no positions. `num_embeddings` must exceed the largest "
    "index in the data.",
    search=("bag of words", "fasttext", "text", "lookup", "average", "tokens"),
)

EMBED_COLUMNS = LayerSpec(
    kind="EmbedColumns",
    family="linear",
    summary="Looks up a learned vector for each category among the last features of a table.",
    call=TorchCall("EmbedColumns", positional=("categories", "embedding_dim"), recipe="embedding"),
    parameters=(
        Parameter(
            "categories",
            Several(Integer(1, 1_000_000), longest=1000, shortest=1),
            (10,),
            "How many categories each of the last features has.",
        ),
        Parameter("embedding_dim", Integer(1, 10_000), 8, "Length of each vector."),
    ),
    shape=_shape_columns,
    weights=_weigh_columns,
    card=("categories", "embedding_dim"),
    figure=Lookup(),
    formula="y = [x, W₁[i₁], W₂[i₂], …]",
    help="For columns of a table with many categories, such as towns or products: choose embedding as their treatment in the "
    "Data tab, and they come as numbers behind all other features. Alike categories end up with alike vectors (Guo and "
    "Berkhahn, 2016). Put it right behind the Input; what was never seen in training has a vector of its own.",
    search=("entity embedding", "categorical", "tabular", "table", "category", "lookup"),
)

LAYERS = (LINEAR, BILINEAR, EMBEDDING, EMBEDDING_BAG, EMBED_COLUMNS)
