"""Texts with labels, in a table or in folders. What is in them was looked up: no file is opened here."""

from designer.catalogue.parameters import Flag, Integer, Option, Parameter, Path, Several, Text, Values
from designer.catalogue.source_spec import Facts, SourceError, SourceSpec, Step
from designer.catalogue.sources.images import list_files, name_classes, split_files
from designer.catalogue.sources.steps import split_rows
from designer.catalogue.sources.table_files import FORM, read_file, read_new_file
from designer.catalogue.sources.tables import number_rows
from designer.catalogue.spec import TensorType
from designer.document.graph import Value
from designer.document.project import Data

UNITS = ("word", "character", "byte pair")
SUFFIXES = (".txt", ".text")
LONGEST, LARGEST_VOCABULARY = 100_000, 1_000_000
# What holds where nothing was looked up: tokens of a text and of the vocabulary, by unit.
LENGTHS, SIZES = (64, 256, 96), (10_000, 256, 2_000)
# Byte pairs begin with the bytes, behind the token that fills up and the one that is unknown.
LEAST_PAIRS = 258


def find_length(values: Values) -> int:
    """Return how many tokens of a text are taken."""
    return int(values["length"] or _by_unit(values, "lengths", LENGTHS))


def find_vocabulary(values: Values) -> int:
    """Return how many tokens there are at most."""
    size = int(values["vocabulary"] or _by_unit(values, "sizes", SIZES))
    return max(size, LEAST_PAIRS) if values["unit"] == "byte pair" else size


def _by_unit(values: Values, name: str, usual: tuple[int, ...]) -> int:
    known = values[name] if len(values[name]) == len(UNITS) else usual
    return int(known[UNITS.index(values["unit"])])


def _facts(values: Values) -> Facts:
    classes = values["classes"]
    if not classes:
        raise SourceError("Choose the file or folder of the texts, then the columns of the text and of its label.")
    if len(set(classes)) < max(len(classes), 2):
        raise SourceError("The texts have a single class, or one is listed twice. Choose the file again.")
    if bool(values["text"]) != bool(values["label"]) or len(values["parts"]) in (1, 2):
        raise SourceError("The column of the text or that of its label is missing. Choose both, or the folder again.")
    if values["text"] and values["text"] == values["label"]:
        raise SourceError(f"The column {values['text']} is the text and its label at once. Choose another.")
    known = TensorType((find_length(values),), "int")
    given = bool(values["parts"]) and not values["text"]
    size = find_vocabulary(values)
    return Facts(known, name_classes(classes), values["rows"] or None, given_split=given, vocabulary=size)


def _steps(values: Values, data: Data) -> tuple[Step, ...]:
    text, label, classes = values["text"], values["label"], values["classes"]
    if text:
        lines: tuple[Step, ...] = (
            read_file(values, "table", {"target": label, "texts": (label, text)}),
            Step("texts", "texts", "take_texts", "table", {"column": text}),
            Step("y", "table", "encode_classes", "table", {"column": label, "labels": classes}),
            *split_rows(data, "table", target=label, alike=number_rows((text,))),
        )
    else:
        lines = (
            list_files(classes, SUFFIXES, tuple(part for part in values["parts"] if part)),
            Step("texts", "texts", "read_texts", "path, files"),
            *split_files(data, values["parts"]),
        )
    return (*lines, _fit(values), _encode(values))


def _fit(values: Values) -> Step:
    fitted: dict[str, Value] = {"size": find_vocabulary(values)}
    if not values["lowercase"]:
        fitted["lowercase"] = False
    if values["unit"] == "byte pair":
        return Step("vocabulary", "byte_pairs", "fit_pairs", "texts, train.tolist()", fitted)
    return Step("vocabulary", "texts", "fit_vocabulary", "texts, train.tolist()", {"unit": values["unit"], **fitted})


def _encode(values: Values, texts: str = "texts") -> Step:
    recipe, function = ("byte_pairs", "encode_pairs") if values["unit"] == "byte pair" else ("texts", "encode_texts")
    return Step("x", recipe, function, f"{texts}, vocabulary", {"length": find_length(values)})


def _predict(values: Values) -> tuple[Step, ...]:
    if values["text"]:
        reading = (
            read_new_file(values, "rows", {"texts": (values["text"],)}, (values["label"],)),
            Step("texts", "texts", "take_texts", "rows", {"column": values["text"]}),
            _encode(values),
        )
    else:
        reading = (
            Step("files", "folders", "list_all_files", "path", {"suffixes": SUFFIXES}),
            Step("rows", "texts", "read_texts", "path, files"),
            _encode(values, "rows"),
        )
    return reading


TOKENS = (
    Parameter(
        "unit",
        Option(UNITS),
        "word",
        "What a text is cut into: words and marks, characters, or byte pairs: pieces of words that are common.",
    ),
    Parameter(
        "length",
        Integer(0, LONGEST),
        0,
        "Tokens of a text: longer ones are cut off, shorter filled up. 0 is so long that 95 % are whole.",
    ),
    Parameter(
        "vocabulary",
        Integer(0, LARGEST_VOCABULARY),
        0,
        "Tokens that are told apart, the commonest; others are unknown. 0 leaves out only what is rare. 258 or more byte pairs.",
    ),
    Parameter("lowercase", Flag(), True, "Take capital letters for small ones."),
)
FOUND = (
    Parameter("rows", Integer(0), 0, "Number of texts to train on, or to draw from; 0 is unknown.", hidden=True),
    Parameter(
        "lengths", Several(Integer(1, LONGEST), 3), (), "Length that 95 % of the texts keep to, by unit.", hidden=True
    ),
    Parameter(
        "sizes", Several(Integer(4, LARGEST_VOCABULARY), 3), (), "Tokens that are not rare, by unit.", hidden=True
    ),
)

TEXTS = SourceSpec(
    kind="Texts",
    title="Texts with labels",
    summary="Texts with a label each, in two columns of a table or in a folder for each class.",
    parameters=(
        Parameter("path", Path(), "", "The table, or the folder that holds a folder of text files for each class."),
        Parameter("text", Text(), "", "Column of the text; none where each text is a file."),
        Parameter("label", Text(), "", "Column of the label; none where it is the name of a folder."),
        *TOKENS,
        Parameter("classes", Several(Text()), (), "The labels.", hidden=True),
        Parameter(
            "parts", Several(Text(), 3), (), "Folders of training, validation and test; may be empty.", hidden=True
        ),
        *FOUND,
        *FORM,
    ),
    facts=_facts,
    steps=_steps,
    path="path",
    kept=("vocabulary",),
    predict=_predict,
    has_columns=True,
    gives_parts=True,
    help="Each token is a number: 0 fills up short texts, 1 is what the vocabulary lacks, and Embedding makes a vector of "
    "each. The vocabulary is fitted to the training part alone. Words are quickest to learn from; characters know no "
    "unknown word, and byte pairs (Sennrich and others, 2016) are between the two: common words whole, rare ones in pieces, "
    "cut by the package tokenizers.",
)

SOURCES = (TEXTS,)
