"""Options: settings that every layer has beside its own parameters, whatever its kind."""

from collections.abc import Iterable

from designer.catalogue.parameters import Flag, Integer, Maybe, Option, Parameter, Real, Text

# How weights may begin, as torch.nn.init spells it; "" leaves the layer's own way.
WEIGHT_INITIALIZERS = (
    "xavier_uniform",
    "xavier_normal",
    "kaiming_uniform",
    "kaiming_normal",
    "orthogonal",
    "trunc_normal",
    "uniform",
    "normal",
    "constant",
    "zeros",
    "ones",
    "dirac",
    "eye",
    "sparse",
)
BIAS_INITIALIZERS = ("zeros", "ones", "constant", "uniform", "normal")

# Initializers that measure how many inputs a unit has need a weight of so many axes at least, some at most.
_LEAST_AXES = dict.fromkeys(
    ("xavier_uniform", "xavier_normal", "kaiming_uniform", "kaiming_normal", "orthogonal", "sparse", "eye"), 2
) | {"dirac": 3}
_MOST_AXES = {"eye": 2, "sparse": 2, "dirac": 5}


def fits_initializer(kind: str, sizes: tuple[int, ...]) -> bool:
    """Return whether an initializer can fill a weight of these sizes."""
    return _LEAST_AXES.get(kind, 0) <= len(sizes) <= _MOST_AXES.get(kind, len(sizes))


def part_weights(names: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the names of a layer's weights and of its biases, as torch calls them."""
    weights: list[str] = []
    biases: list[str] = []
    for name in names:
        (biases if "bias" in name else weights).append(name)
    return weights, biases


WHEN = Parameter(
    "when",
    Flag(),
    True,
    "Whether the layer is there; without it, what enters its first input goes on unchanged. In a block this may be an "
    "expression over the block's parameters: =stride != 1",
)
REPEAT = Parameter(
    "repeat",
    Integer(1, 10_000),
    1,
    "How many times the block is applied, one after the other, each time with weights of its own.",
)
SHARED = Parameter(
    "shared_with",
    Text(1000),
    "",
    "Another layer whose weights this one uses, by id; both then learn one set of weights.",
    hidden=True,
)
ABLATION = Parameter(
    "ablation",
    Text(1000),
    "",
    "What an ablation does with the layer: `optional` leaves it out, `instead: GELU, Tanh` tries it as other kinds, any "
    "other word names a group of layers, one of which is used at a time. `: NAME` behind it says what goes together.",
    hidden=True,
)
LEARNING = (
    Parameter("frozen", Flag(), False, "Keep the weights as they are while the rest learns."),
    Parameter("lr_factor", Real(0, 1e6), 1.0, "The layer's own learning rate, as a multiple of the optimizer's."),
    Parameter("l1", Real(0), 0.0, "Strength of the pull of the weights towards 0 by their size (L1 penalty)."),
    Parameter("l2", Real(0), 0.0, "Strength of the pull of the weights towards 0 by their square (L2 penalty)."),
)
BEGINNING = (
    Parameter(
        "weight_init",
        Maybe(Option(WEIGHT_INITIALIZERS), none="the layer's own"),
        None,
        "What the weights are before training, as torch.nn.init spells it. kaiming suits ReLU, xavier suits tanh and "
        "sigmoid; dirac lets a convolution begin as the identity.",
    ),
    Parameter(
        "weight_gain",
        Real(),
        1.0,
        "Scale of the first weights: the gain of xavier and orthogonal, the standard deviation of normal and "
        "trunc_normal, half the range of uniform, the value of constant, the share of zeros of sparse.",
    ),
    Parameter(
        "bias_init",
        Maybe(Option(BIAS_INITIALIZERS), none="the layer's own"),
        None,
        "What the biases are before training.",
    ),
    Parameter(
        "bias_gain",
        Real(),
        1.0,
        "The value of constant, half the range of uniform, the standard deviation of normal.",
    ),
)

OPTIONS = (WHEN, REPEAT, SHARED, ABLATION, *BEGINNING, *LEARNING)
