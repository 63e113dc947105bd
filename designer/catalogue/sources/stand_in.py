"""Random samples of any form: a stand-in with which a network can be run before its data is there."""

import functools

from designer.catalogue.parameters import Integer, Option, Parameter, Sizes, Values
from designer.catalogue.source_spec import Facts, SourceError, SourceSpec, Step, Target
from designer.catalogue.sources.steps import split_rows
from designer.catalogue.spec import TensorType
from designer.document.project import Data

_MOST_CLASSES = 1_000_000
_MOST_NUMBERS = 2**31  # 8 GiB of float32


@functools.lru_cache(maxsize=8)
def _name(classes: int) -> tuple[str, ...]:
    return tuple(map(str, range(classes)))


def _facts(values: Values) -> Facts:
    sizes, samples, outputs, vocabulary = (values[name] for name in ("shape", "samples", "outputs", "vocabulary"))
    kind = TensorType(sizes, "int" if vocabulary else "float")
    if kind.elements * samples > _MOST_NUMBERS:
        raise SourceError("So many samples of this shape do not fit into memory. Set `samples` lower.")
    if vocabulary == 1:
        raise SourceError("A vocabulary of one says nothing. Set `vocabulary` to 2 or more, or to 0 for numbers.")
    if values["target"] == "next token":
        if not vocabulary or len(sizes) != 1:
            raise SourceError(
                "The next token needs a sequence of tokens. Set `vocabulary`, and one size as the `shape`."
            )
        return Facts(kind, Target("tokens", vocabulary, _name(vocabulary), length=sizes[0]), samples)
    if values["target"] == "value":
        return Facts(kind, Target("value", outputs, tuple(f"value {name}" for name in _name(outputs))), samples)
    if outputs == 1:
        return Facts(kind, Target("binary", 1, ("0", "1")), samples)
    return Facts(kind, Target("class", outputs, _name(outputs)), samples)


def _steps(values: Values, data: Data) -> tuple[Step, ...]:
    samples, sizes, seed, vocabulary = (values[name] for name in ("samples", "shape", "seed", "vocabulary"))

    def draw(name: str, sizes: tuple[int, ...], seed: int, vocabulary: int) -> Step:
        arguments = {"samples": samples, "shape": sizes} | ({"vocabulary": vocabulary} if vocabulary else {})
        function = "sample_tokens" if vocabulary else "sample_numbers"
        return Step(name, "stand_in", function, arguments={**arguments, "seed": seed})

    if values["target"] == "next token":
        text = draw("tokens", (sizes[0] + 1,), seed, vocabulary)
        return (text, Step("x, y", "stand_in", "shift_tokens", "tokens"), *split_rows(data))
    x = draw("x", sizes, seed, vocabulary)
    if values["target"] == "value":
        return (x, draw("y", (values["outputs"],), seed + 1, 0), *split_rows(data))
    classes = max(values["outputs"], 2)
    y = Step("y", "stand_in", "deal_classes", arguments={"samples": samples, "classes": classes, "seed": seed})
    return (x, y, *split_rows(data))


RANDOM_SAMPLES = SourceSpec(
    kind="RandomSamples",
    title="Random samples",
    summary="Random samples of any shape: a stand-in until you choose your own data.",
    parameters=(
        Parameter("shape", Sizes(), (3, 32, 32), "Sizes of one sample; an image is channels, height, width."),
        Parameter("target", Option(("class", "value", "next token")), "class", "What is to be predicted."),
        Parameter(
            "outputs",
            Integer(1, _MOST_CLASSES),
            10,
            "Number of classes (1 is a question with yes or no), or of values to predict.",
        ),
        Parameter(
            "vocabulary",
            Integer(0, _MOST_CLASSES),
            0,
            "Samples are tokens, whole numbers below this; 0 gives normally distributed numbers instead.",
        ),
        Parameter("samples", Integer(4, 1_000_000), 32, "Number of samples."),
        Parameter("seed", Integer(0, 2**31 - 2), 0, "Draws the samples; the same seed gives the same samples."),
    ),
    facts=_facts,
    steps=_steps,
    help="There is nothing to learn in it but the samples themselves: a loss that falls on them shows that the network "
    "can be trained at all, and one epoch how long it takes. Choose your own data before anything else.",
)

SOURCES = (RANDOM_SAMPLES,)
