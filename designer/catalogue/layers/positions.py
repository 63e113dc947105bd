"""What stands before the first block of a transformer: patches of an image, a class token, positions."""

from designer.catalogue.demands import IMAGE, demand_axes, demand_numbers
from designer.catalogue.figures import AddedRows, FirstToken, Patches, Waves
from designer.catalogue.layers.attention import demand_sequence
from designer.catalogue.parameters import Flag, Integer, Maybe, Parameter, PerAxis, Real, Values
from designer.catalogue.spec import Inputs, LayerSpec, Outputs, ShapeError, TensorType, TorchCall
from designer.catalogue.worked import work_out_patches

_STD = "Spread of the normal distribution it starts from; 0 starts from zeros."


def _patch(values: Values) -> tuple[int, int]:
    size = values["patch_size"]
    return size if isinstance(size, tuple) else (size, size)


def _shape_patches(values: Values, inputs: Inputs) -> Outputs:
    """Return the patches row by row. Stricter than torch's convolution, which drops a rest at the edge."""
    (x,) = inputs
    demand_numbers(x)
    demand_axes(x, IMAGE)
    (height, width), (tall, wide) = x.sizes[1:], _patch(values)
    if height % tall or width % wide:
        raise ShapeError(
            f"cuts {height} x {width} into patches of {tall} x {wide}, which leaves a rest. "
            "Choose a `patch_size` that divides both"
        )
    return (TensorType(((height // tall) * (width // wide), values["embed_dim"])),)


def _patch_sizes(values: Values, inputs: Inputs) -> tuple[int, ...]:
    return (values["embed_dim"], inputs[0].sizes[0], *_patch(values))


def _shape_token(values: Values, inputs: Inputs) -> Outputs:
    (x,) = inputs
    demand_sequence(x)
    return (TensorType((x.sizes[0] + 1, x.sizes[1])),)


def _places(values: Values, inputs: Inputs) -> int:
    """Return how many places have a vector of their own."""
    most = values["max_length"]
    return inputs[0].sizes[0] if most is None else int(most)


def _shape_learned(values: Values, inputs: Inputs) -> Outputs:
    (x,) = inputs
    demand_sequence(x)
    if _places(values, inputs) < x.sizes[0]:
        raise ShapeError(
            f"has {values['max_length']} positions for a sequence of {x.sizes[0]} steps. "
            "Choose a larger `max_length`, or leave it empty",
            settings={"max_length": None},
        )
    return inputs


def _shape_sinusoidal(values: Values, inputs: Inputs) -> Outputs:
    demand_sequence(inputs[0])
    return inputs


PATCH_EMBEDDING = LayerSpec(
    kind="PatchEmbedding",
    family="attention",
    summary="Cuts an image into patches and turns each into a vector.",
    call=TorchCall(
        "PatchEmbedding",
        positional=("in_channels", "embed_dim", "patch_size"),
        derived={"in_channels": lambda values, inputs: inputs[0].sizes[0]},
        recipe="positions",
    ),
    parameters=(
        Parameter("embed_dim", Integer(), 64, "Length of each patch's vector."),
        Parameter("patch_size", PerAxis(2), 4, "Height and width of a patch; must divide the image."),
        Parameter("bias", Flag(), True, "Add a learned constant to each feature."),
    ),
    shape=_shape_patches,
    weights=lambda values, inputs: (
        {"proj.weight": _patch_sizes(values, inputs)}
        | ({"proj.bias": (values["embed_dim"],)} if values["bias"] else {})
    ),
    multiply_adds=lambda values, inputs, outputs: inputs[0].elements * values["embed_dim"],
    card=("embed_dim", "patch_size"),
    worked=work_out_patches,
    figure=Patches("tokens"),
    formula="y = W · patch + b",
    help="The first layer of a vision transformer (Dosovitskiy and others, 2021): an image of 3 x 224 x 224 with patches of "
    "16 becomes a sequence of 196 vectors. It is a convolution whose stride is its window. Put ClassToken and "
    "LearnedPosition behind it.",
    search=("vit", "vision transformer", "patches", "tokens", "image"),
    traits=frozenset({"mixes"}),
)

CLASS_TOKEN = LayerSpec(
    kind="ClassToken",
    family="attention",
    summary="Puts one learned vector before a sequence.",
    call=TorchCall(
        "ClassToken",
        positional=("features",),
        derived={"features": lambda values, inputs: inputs[0].sizes[1]},
        recipe="positions",
    ),
    parameters=(Parameter("std", Real(0, 10), 0.0, _STD),),
    shape=_shape_token,
    weights=lambda values, inputs: {"token": (1, 1, inputs[0].sizes[1])},
    figure=FirstToken(),
    formula="y = [token, x₁, x₂, …]",
    help="A transformer has as many outputs as inputs; this extra step, the first, gathers what is asked of the whole "
    "(BERT, 2019; ViT, 2021). Behind the last block take the first step of the sequence and classify that.",
    search=("cls", "bert", "vit", "transformer", "learned vector", "prepend"),
)

LEARNED_POSITION = LayerSpec(
    kind="LearnedPosition",
    family="attention",
    summary="Adds a learned vector to each place of a sequence.",
    call=TorchCall(
        "LearnedPosition",
        positional=("length", "features"),
        derived={"length": _places, "features": lambda values, inputs: inputs[0].sizes[1]},
        recipe="positions",
    ),
    parameters=(
        Parameter(
            "max_length",
            Maybe(Integer(), none="length of the input"),
            None,
            "How many places have a vector; a shorter sequence uses the first ones.",
            argument=False,
        ),
        Parameter("std", Real(0, 10), 0.02, _STD),
    ),
    shape=_shape_learned,
    weights=lambda values, inputs: {"weight": (1, _places(values, inputs), inputs[0].sizes[1])},
    card=("max_length",),
    figure=AddedRows(),
    formula="y = x + P",
    help="Attention knows nothing of order, so each place gets a vector that training finds, as in GPT-2, BERT and ViT. "
    "Put it once, right behind the Embedding or PatchEmbedding. It says nothing of places beyond `max_length`.",
    search=("positional encoding", "position embedding", "transformer", "gpt", "bert", "vit", "order"),
    traits=frozenset({"straight"}),
)

SINUSOIDAL_POSITION = LayerSpec(
    kind="SinusoidalPosition",
    family="attention",
    summary="Adds fixed sines and cosines that tell each place of a sequence.",
    call=TorchCall(
        "SinusoidalPosition",
        positional=("length", "features"),
        derived={
            "length": lambda values, inputs: inputs[0].sizes[0],
            "features": lambda values, inputs: inputs[0].sizes[1],
        },
        recipe="positions",
    ),
    parameters=(
        Parameter("base", Real(1, above=True), 10000.0, "The longest wave has about this many steps, times 2π."),
    ),
    shape=_shape_sinusoidal,
    figure=Waves(),
    formula="y = x + sin, cos(p / 10000^(2i/d))",
    help="The positions of the first transformer (Vaswani and others, 2017): waves from fast to slow, so that every place "
    "reads differently and neighbours alike. Nothing is learned. Put it once, right behind the Embedding.",
    search=("positional encoding", "position", "transformer", "sine", "fourier", "order"),
    traits=frozenset({"straight"}),
)

LAYERS = (PATCH_EMBEDDING, CLASS_TOKEN, LEARNED_POSITION, SINUSOIDAL_POSITION)
