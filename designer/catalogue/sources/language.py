"""A text by words or byte pairs, for a language model. What is in it was looked up: no file is opened here."""

from designer.catalogue.parameters import Integer, Option, Parameter, Path, Several, Values
from designer.catalogue.source_spec import Facts, SourceError, SourceSpec, Step, Target
from designer.catalogue.sources.sequences import LONGEST_WINDOW, count_windows
from designer.catalogue.sources.steps import read_split, split_time
from designer.catalogue.sources.texts import LARGEST_VOCABULARY, LEAST_PAIRS
from designer.catalogue.spec import TensorType
from designer.document.project import Data

UNITS = ("byte pair", "word")
SIZES = (1_280, 3_000)  # tokens of a vocabulary where no text was looked at, by unit


def _size(values: Values) -> int:
    known = values["sizes"] if len(values["sizes"]) == len(UNITS) else SIZES
    size = int(values["vocabulary"] or known[UNITS.index(values["unit"])])
    return max(size, LEAST_PAIRS) if values["unit"] == "byte pair" else size


def _stride(values: Values) -> int:
    return int(values["stride"] or values["length"])


def _gap(values: Values) -> int:
    return int((values["length"] - 1) // _stride(values))


def _facts(values: Values) -> Facts:
    length, words = values["length"], values["words"]
    if not words:
        raise SourceError("Choose the text file, so that its words are counted.")
    rows = count_windows(words, length + 1, _stride(values)) if values["unit"] == "word" else None
    if rows is not None and rows < 2:
        raise SourceError(f"The text has {words:,} words and marks: no two windows of {length}. Set `length` lower.")
    size = _size(values)
    target = Target("tokens", size, length=length)
    return Facts(TensorType((length,), "int"), target, rows, gap=_gap(values), vocabulary=size)


def _share(data: Data) -> float:
    """Return which part of a text, from its start, is trained on."""
    if data.split.kind == "Fold":
        fold = read_split(data)
        return float(round((1 - data.test) * fold["fold"] / (fold["folds"] + 1), 6))
    return round(max(1 - data.validation - data.test, 0.01), 6)


def _steps(values: Values, data: Data) -> tuple[Step, ...]:
    fitted = {"size": _size(values), "share": _share(data)}
    fitting = (
        Step("vocabulary", "language", "fit_language", "text", {"unit": "piece", **fitted})
        if values["unit"] == "word"
        else Step("vocabulary", "byte_pairs", "fit_text", "text", fitted)
    )
    return (
        Step("text", "language", "read_text", "path"),
        fitting,
        _encode(values, "tokens"),
        Step("x, y", "characters", "cut_text", "tokens", {"length": values["length"], "stride": _stride(values)}),
        *split_time(data, _gap(values)),
    )


def _encode(values: Values, outputs: str) -> Step:
    recipe, function = ("language", "encode_language") if values["unit"] == "word" else ("byte_pairs", "encode_text")
    return Step(outputs, recipe, function, "text, vocabulary")


def _predict(values: Values) -> tuple[Step, ...]:
    return (
        Step("text", "language", "read_text", "path"),
        _encode(values, "rows"),
        Step("x", "characters", "end_window", "rows", {"length": values["length"]}),
    )


LANGUAGE = SourceSpec(
    kind="Language",
    title="Text, by words or byte pairs",
    summary="A text file, cut into windows; at every place the next word or piece of a word is to be predicted.",
    parameters=(
        Parameter("path", Path(), "", "The text file, in UTF-8."),
        Parameter("unit", Option(UNITS), "byte pair", "Pieces of words that are common, or whole words and marks."),
        Parameter("length", Integer(1, LONGEST_WINDOW), 64, "Tokens in a window: how far back the network can look."),
        Parameter(
            "stride",
            Integer(0, LONGEST_WINDOW),
            0,
            "Tokens from the start of a window to that of the next; 0 is as long as the window, so that none overlap.",
        ),
        Parameter(
            "vocabulary",
            Integer(0, LARGEST_VOCABULARY),
            0,
            "Tokens that are told apart, the commonest. 0 is about a thousand byte pairs, or all words but the rare ones. "
            "Byte pairs are 258 or more.",
        ),
        Parameter("words", Integer(0), 0, "Number of words and marks of the text; 0 is unknown.", hidden=True),
        Parameter(
            "sizes", Several(Integer(4, LARGEST_VOCABULARY), 2), (), "Tokens to tell apart, by unit.", hidden=True
        ),
    ),
    facts=_facts,
    steps=_steps,
    path="path",
    kept=("vocabulary",),
    predict=_predict,
    help="What stands between characters and words: byte pairs (Sennrich and others, 2016), as GPT reads, cut by the package "
    "tokenizers. A token carries the space before it, so that tokens put together are the text again. The vocabulary is "
    "fitted to the first part of the text, the one that is trained on; 1 is a word that it lacks. Losses by token compare with others of the same vocabulary only.",
)

SOURCES = (LANGUAGE,)
