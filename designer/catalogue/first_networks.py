"""First networks for data, declared as data: which samples each is for, its layers, and how it is trained."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from frozendict import frozendict

from designer.catalogue.augmentation import find_form
from designer.catalogue.source_spec import Facts
from designer.document.graph import Value
from designer.document.project import Choice

Layer = tuple[str, Mapping[str, Value]]

UNKNOWN_ROWS = 1_000  # taken where nobody counted
# Rows of a batch where there are fewer rows than this.
BATCHES = ((500, 16), (10_000, 32), (50_000, 64), (200_000, 128))
LARGEST_BATCH = 256
FEW_PICTURES = 5_000  # up to which they are changed at random, so that none is learned by heart
SMALLEST_MAP = 4  # height or width at which no picture is halved any more
CHANNELS = (16, 32, 64, 64, 128, 128)
WINDOW = 32  # numbers that a recurrent layer remembers of a series
COSINE = Choice("CosineAnnealingLR")
CLIP = Choice("Norm")


@dataclass(frozen=True, slots=True)
class FirstNetwork:
    """A network to begin with. `suits` says of which data, `layers` are those between the Input and the last Linear.

    `training` are fields of the training besides the loss, `steps` about how many of them a run takes, in `epochs` at
    least and at most. `why` explains its sizes. `augmentation` is for pictures of which there are few.
    """

    title: str
    suits: Callable[[Facts], bool]
    layers: Callable[[Facts], tuple[Layer, ...]]
    training: Mapping[str, Any]
    why: Callable[[Facts], str]
    steps: int
    epochs: tuple[int, int]
    augmentation: Callable[[Facts], tuple[Choice, ...]] = lambda facts: ()


def choose_batch(rows: int) -> int:
    """Return how many rows a batch has: few where there are few, so that an epoch has steps enough."""
    return next((batch for most, batch in BATCHES if rows < most), LARGEST_BATCH)


def _stop(patience: int) -> Choice:
    return Choice("EarlyStopping", {"patience": patience})


def _adam(lr: float, decay: float = 0.0) -> Choice:
    return Choice("AdamW", {"lr": lr, "weight_decay": decay}) if decay else Choice("Adam", {"lr": lr})


# --- rows of numbers ------------------------------------------------------------------------------------------------


def _choose_units(known: Facts) -> int:
    """Return the units of a hidden layer: a power of two, more for more rows and features, 32 to 256."""
    rows, features = known.rows or UNKNOWN_ROWS, known.input.sizes[0] if len(known.input.sizes) == 1 else 256
    wanted = min(max(features * 4, 64), 256) if rows >= 5_000 else 32 if rows < 2_000 else 64
    return 1 << (int(wanted) - 1).bit_length()


def _stack_units(known: Facts) -> tuple[Layer, ...]:
    units, few = _choose_units(known), (known.rows or UNKNOWN_ROWS) < 5_000
    embedded: tuple[Layer, ...] = (("EmbedColumns", {"categories": known.embedded}),) if known.embedded else ()
    dropout: tuple[Layer, ...] = (("Dropout", {"p": 0.2}),) if few else ()
    hidden: tuple[Layer, ...] = (("Linear", {"out_features": units}), ("ReLU", {}), *dropout)
    return (*embedded, *hidden, *hidden)


def _explain_units(known: Facts) -> str:
    units = _choose_units(known)
    few = (known.rows or UNKNOWN_ROWS) < 5_000
    more = ", with dropout, since few rows are soon learned by heart" if few else ""
    return f"Two hidden layers of {units} units, enough to bend the answer{more}."


# --- pictures -------------------------------------------------------------------------------------------------------


def _count_halvings(known: Facts) -> int:
    side, halvings = min(known.input.sizes[1:]), 0
    while side >= 2 * SMALLEST_MAP and halvings < len(CHANNELS):
        side, halvings = side // 2, halvings + 1
    return halvings


def _stack_convolutions(known: Facts) -> tuple[Layer, ...]:
    stages: list[Layer] = []
    for channels in CHANNELS[: _count_halvings(known)]:
        stages += [
            ("Conv2d", {"out_channels": channels, "kernel_size": 3, "padding": "same", "bias": False}),
            ("BatchNorm2d", {}),
            ("ReLU", {}),
            ("MaxPool2d", {"kernel_size": 2}),
        ]
    return (*stages, ("Flatten", {}), ("Dropout", {"p": 0.3}))


def _explain_convolutions(known: Facts) -> str:
    halvings, (height, width) = _count_halvings(known), known.input.sizes[1:]
    each = (
        f"each halves height and width, so that {height} x {width} becomes {height >> halvings} x {width >> halvings}"
    )
    more = " Pictures are turned, moved and scaled a little at random, since there are few." if _are_few(known) else ""
    return f"{halvings} stages of convolution and pooling: {each}.{more}"


def _are_few(known: Facts) -> bool:
    return (known.rows or UNKNOWN_ROWS) < FEW_PICTURES


def _vary_pictures(known: Facts) -> tuple[Choice, ...]:
    kinds = (("Rotate", "degrees", 10.0), ("Shift", "shift", 0.08), ("Scale", "zoom", 0.1))
    return tuple(Choice(kind, {name: value}) for kind, name, value in kinds) if _are_few(known) else ()


# --- tokens and series ----------------------------------------------------------------------------------------------


def _look_up(known: Facts) -> tuple[Layer, ...]:
    size = {"num_embeddings": known.vocabulary, "embedding_dim": 32, "padding_idx": 0}
    return ("EmbeddingBag", size), ("Linear", {"out_features": 64}), ("ReLU", {})


def _read_on(known: Facts) -> tuple[Layer, ...]:
    size = {"num_embeddings": known.vocabulary, "embedding_dim": 64}
    return ("Embedding", size), ("GRU", {"hidden_size": 128, "output": "sequence"})


def _is_tokens(known: Facts) -> bool:
    return find_form(known.input) == "tokens" and known.vocabulary > 0 and known.inputs == 1


def _is_float(known: Facts, form: str) -> bool:
    return known.inputs == 1 and known.input.dtype == "float" and find_form(known.input) == form


FIRST_NETWORKS: tuple[FirstNetwork, ...] = (
    FirstNetwork(
        "recurrent language model",
        lambda known: _is_tokens(known) and known.target.kind == "tokens",
        _read_on,
        {"optimizer": _adam(3e-3), "schedule": COSINE, "clip": CLIP},
        lambda known: (
            "A GRU that remembers 128 numbers reads from left to right: it learns a text quickly, on a processor too."
        ),
        1_500,
        (2, 30),
    ),
    FirstNetwork(
        "bag of words",
        lambda known: _is_tokens(known) and known.target.kind != "tokens",
        _look_up,
        {"optimizer": _adam(5e-3), "early_stopping": _stop(3)},
        lambda known: (
            f"A vector of 32 numbers for each of {known.vocabulary:,} tokens, and the mean of those of a text: word order "
            "is left out, which few texts need."
        ),
        600,
        (3, 20),
    ),
    FirstNetwork(
        "convolutional network",
        lambda known: _is_float(known, "picture") and min(known.input.sizes[1:]) >= 2 * SMALLEST_MAP,
        _stack_convolutions,
        {"optimizer": _adam(2e-3), "schedule": COSINE},
        _explain_convolutions,
        800,
        (3, 60),
        _vary_pictures,
    ),
    FirstNetwork(
        "recurrent network",
        lambda known: _is_float(known, "series"),
        lambda known: (("GRU", {"hidden_size": WINDOW}),),
        {"optimizer": _adam(5e-3, 0.1), "schedule": COSINE, "clip": CLIP, "early_stopping": _stop(10)},
        lambda known: f"A GRU that remembers {WINDOW} numbers reads the window in order of time.",
        600,
        (10, 60),
    ),
    FirstNetwork(
        "multilayer perceptron",
        lambda known: _is_float(known, "row"),
        _stack_units,
        {"optimizer": _adam(1e-3), "schedule": COSINE, "early_stopping": _stop(15)},
        _explain_units,
        3_000,
        (10, 60),
    ),
    FirstNetwork(
        "multilayer perceptron of all inputs together",
        lambda known: known.inputs > 1 and known.input.dtype == "float" and not known.embedded,
        _stack_units,
        {"optimizer": _adam(1e-3), "schedule": COSINE, "early_stopping": _stop(10)},
        _explain_units,
        2_000,
        (5, 40),
    ),
    FirstNetwork(
        "multilayer perceptron",
        lambda known: known.inputs == 1 and known.input.dtype == "float" and not known.embedded,
        lambda known: (("Flatten", {}), *_stack_units(known)),
        {"optimizer": _adam(1e-3), "schedule": COSINE, "early_stopping": _stop(10)},
        _explain_units,
        2_000,
        (5, 40),
    ),
)

# The objective and the loss of each kind of target.
GOALS: Mapping[str, tuple[str, str]] = frozendict(
    {
        "class": ("MultiClass", "CrossEntropyLoss"),
        "binary": ("Binary", "BCEWithLogitsLoss"),
        "labels": ("MultiLabel", "BCEWithLogitsLoss"),
        "value": ("Regression", "MSELoss"),
        "tokens": ("LanguageModel", "CrossEntropyLoss"),
    }
)
