"""A small network on real or drawn data for each objective."""

from collections.abc import Callable, Sequence
from pathlib import Path

from designer.data import text_parameters
from designer.document.project import Choice, Data, Project, Training
from tests.codegen.networks import Line, make_graph

MANUAL = Path(__file__).parents[2] / "resources" / "manual" / "manual.md"


def make(
    source: Choice | str, objective: Choice | str, lines: Sequence[Line], loss: str, **training: object
) -> Project:
    """Return a project on the CPU, with Adam and 0.01 unless told otherwise."""
    settings: dict[str, object] = {"optimizer": Choice("Adam", {"lr": 0.01}), "epochs": 6, "batch_size": 32}
    chosen = (Choice(one) if isinstance(one, str) else one for one in (source, objective, loss))
    data, objective, loss = chosen
    training = Training(loss=loss, objective=objective, device="cpu", **(settings | training))
    return Project("trial", make_graph(lines), data=Data(data), training=training)


def chain(*layers: tuple[str, dict[str, object]], start: str = "Input") -> list[Line]:
    """Return lines of layers one behind the other, from the Input to the Output."""
    kinds = [(start, {}), *layers, ("Output", {})]
    names = [f"{kind.lower()}{place}" for place, (kind, _) in enumerate(kinds)]
    before = [(), *((name,) for name in names)]
    return [(name, kind, settings, given) for name, (kind, settings), given in zip(names, kinds, before, strict=False)]


def linear(size: int) -> tuple[str, dict[str, object]]:
    """Return a Linear layer."""
    return "Linear", {"out_features": size}


RELU: tuple[str, dict[str, object]] = ("ReLU", {})
NARROW = (linear(16), RELU, linear(4), linear(16), RELU, linear(30))


def variational(**training: object) -> Project:
    """Return a variational autoencoder of the measurements of tumours."""
    lines: list[Line] = [
        ("cells", "Input", {}, ()),
        ("hidden", "Linear", {"out_features": 24}, ("cells",)),
        ("bend", "ReLU", {}, ("hidden",)),
        ("mean", "Linear", {"out_features": 3}, ("bend",)),
        ("spread", "Linear", {"out_features": 3}, ("bend",)),
        ("draw", "Reparameterize", {}, ("mean", "spread")),
        ("widen", "Linear", {"out_features": 24}, ("draw",)),
        ("unbend", "ReLU", {}, ("widen",)),
        ("copy", "Linear", {"out_features": 30}, ("unbend",)),
        ("result", "Output", {}, ("copy",)),
    ]
    return make("BreastCancer", Choice("VariationalAutoencoder", {"beta": 0.5}), lines, "MSELoss", **training)


def adversaries(**training: object) -> Project:
    """Return a GAN that is to make points on two half moons."""
    lines: list[Line] = [
        ("noise", "Noise", {"shape": (4,)}, ()),
        ("g1", "Linear", {"out_features": 16}, ("noise",)),
        ("g2", "ReLU", {}, ("g1",)),
        ("g3", "Linear", {"out_features": 2}, ("g2",)),
        ("made", "Output", {}, ("g3",)),
        ("points", "Input", {}, ()),
        ("d1", "Linear", {"out_features": 16}, ("points",)),
        ("d2", "LeakyReLU", {}, ("d1",)),
        ("d3", "Dropout", {"p": 0.1}, ("d2",)),
        ("d4", "Linear", {"out_features": 1}, ("d3",)),
        ("verdict", "Output", {}, ("d4",)),
    ]
    adam = Choice("Adam", {"lr": 0.005, "betas": (0.5, 0.999)})
    return make("Moons", "GAN", lines, "BCEWithLogitsLoss", **({"optimizer": adam} | training))


def two_heads(**training: object) -> Project:
    """Return a classifier of flowers that also gives back their lengths."""
    lines: list[Line] = [
        ("lengths", "Input", {}, ()),
        ("trunk", "Linear", {"out_features": 16}, ("lengths",)),
        ("bend", "ReLU", {}, ("trunk",)),
        ("classes", "Linear", {"out_features": 3}, ("bend",)),
        ("copy", "Linear", {"out_features": 4}, ("bend",)),
        ("species", "Output", {}, ("classes",)),
        ("again", "Output", {"loss": "MSELoss", "weight": 0.3, "compare": "input"}, ("copy",)),
    ]
    return make("Iris", "SeveralOutputs", lines, "CrossEntropyLoss", **({"epochs": 20} | training))


def language(**training: object) -> Project:
    """Return a network that predicts the next character of the manual."""
    source = Choice("Characters", {**text_parameters(MANUAL), "length": 16})
    layers = (
        ("Embedding", {"num_embeddings": 200, "embedding_dim": 16}),
        ("GRU", {"hidden_size": 32, "output": "sequence"}),
    )
    lines = chain(*layers, linear(len(source.parameters["vocabulary"])))
    return make(source, "LanguageModel", lines, "CrossEntropyLoss", **({"epochs": 4, "batch_size": 16} | training))


def siamese(**training: object) -> Project:
    """Return a network that compares two digits."""
    lines: list[Line] = [
        ("first", "Input", {}, ()),
        ("second", "Input", {}, ()),
        ("flat1", "Flatten", {}, ("first",)),
        ("flat2", "Flatten", {}, ("second",)),
        ("left", "Linear", {"out_features": 32}, ("flat1",)),
        ("right", "Linear", {"out_features": 32}, ("flat2",)),
        ("both", "Concatenate", {}, ("left", "right")),
        ("bend", "ReLU", {}, ("both",)),
        ("hidden", "Linear", {"out_features": 32}, ("bend",)),
        ("unbend", "ReLU", {}, ("hidden",)),
        ("answer", "Linear", {"out_features": 1}, ("unbend",)),
        ("same", "Output", {}, ("answer",)),
    ]
    return make(Choice("DigitPairs", {"pairs": 2000}), "Binary", lines, "BCEWithLogitsLoss", **training)


DIGIT = (("Flatten", {}), linear(32), RELU)
WINDOW = (("Flatten", {}), linear(24), RELU, linear(1))
PLANE = (linear(32), RELU, linear(32), RELU, linear(1))

# For each objective its project and what the validation must reach: the key of a score, and the least of it.
OBJECTIVES: dict[str, tuple[Callable[..., Project], str, float]] = {
    "variational": (variational, "r2", 0.4),
    "adversarial": (adversaries, "", 0.0),
    "weighted": (two_heads, "accuracy", 0.8),
    "language": (language, "accuracy", 0.25),
    "pairs": (siamese, "accuracy", 0.65),
    "autoencoder": (
        lambda **s: make("BreastCancer", "Autoencoder", chain(*NARROW), "MSELoss", **({"epochs": 20} | s)),
        "r2",
        0.6,
    ),
    "denoising": (
        lambda **s: make(
            "BreastCancer",
            Choice("DenoisingAutoencoder", {"noise": "mask", "amount": 0.2}),
            chain(*NARROW),
            "MSELoss",
            **({"epochs": 20} | s),
        ),
        "r2",
        0.5,
    ),
    "labels": (
        lambda **s: make("DigitProperties", "MultiLabel", chain(*DIGIT, linear(4)), "BCEWithLogitsLoss", **s),
        "accuracy",
        0.9,
    ),
    "bounded": (
        lambda **s: make(
            "Hills", "BoundedRegression", chain(*PLANE, ("Sigmoid", {})), "MSELoss", **({"epochs": 15} | s)
        ),
        "r2",
        0.8,
    ),
    "forecast": (
        lambda **s: make(Choice("MackeyGlass", {"samples": 800}), "Forecasting", chain(*WINDOW), "MSELoss", **s),
        "r2",
        0.95,
    ),
}
