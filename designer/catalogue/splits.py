"""How rows are shared out among training, validation and test, declared as data."""

from collections.abc import Mapping
from dataclasses import dataclass

from frozendict import frozendict

from designer.catalogue.parameters import Integer, Option, Parameter, Text, Values
from designer.catalogue.source_spec import Facts, SourceSpec
from designer.document.project import Data
from designer.document.wording import show_name

MOST_FOLDS = 1000


@dataclass(frozen=True, slots=True)
class SplitSpec:
    """One way to cut rows; `title` is what people read in a list."""

    kind: str
    title: str
    summary: str
    parameters: tuple[Parameter, ...] = ()
    formula: str = ""
    help: str = ""


def _column(meaning: str) -> Parameter:
    return Parameter("column", Text(1000), "", meaning)


SPLITS = (
    SplitSpec(
        "Random",
        "random",
        "Rows are drawn; of rows in order of time the last ones are held out.",
        help="Right where rows have nothing to do with each other. Where several are of one patient, one house or one "
        "recording, split by group; where they are in order of time, by time.",
    ),
    SplitSpec(
        "Stratified",
        "stratified",
        "Rows are drawn class by class, so that every part has the classes in the same proportions.",
        help="Best for small data and rare classes: a random draw may leave a part almost without one.",
    ),
    SplitSpec(
        "Group",
        "by group",
        "Rows with the same value in a column stay together: no group is in two parts.",
        (_column("The column that says which group a row is of: patient, house, recording, author."),),
        help="Rows of one patient are alike. Where some are learned and others are validated on, the score only says that "
        "the network knows the patient. Shares are met as nearly as whole groups allow.",
    ),
    SplitSpec(
        "Alike",
        "equal rows together",
        "Rows are drawn, and those that say the same of every feature stay together: none is in two parts.",
        help="Where a row stands in the data twice, a random draw learns one of the two and validates on the other: the "
        "score then tells what was learned by heart. Of a table the features are compared, of files their bytes.",
    ),
    SplitSpec(
        "Time",
        "by time",
        "The last rows in time are held out: validation before test, both after training.",
        (_column("The column with the time, as numbers or dates; empty takes rows in the order they are in."),),
        help="The only honest way where the future is to be foretold from the past.",
    ),
    SplitSpec(
        "Given",
        "given",
        "The data says it itself: a column, or the folders that the samples lie in.",
        (_column("The column that says train, validation or test of each row; empty where folders say it."),),
        help="Words that begin with train, val, dev, test or hold are known, and yes or 1 for rows to validate on. Where no "
        "row is marked for validation, a share of the training rows is drawn. Rows marked as test are never touched "
        "where `test` is above 0; otherwise they serve for validation where nothing else does.",
    ),
    SplitSpec(
        "Fold",
        "k folds",
        "Rows are cut into equal folds: one is for validation, all others are trained on.",
        (
            Parameter("folds", Integer(2, MOST_FOLDS), 5, "How many folds there are."),
            Parameter("fold", Integer(1, MOST_FOLDS), 1, "Which of them is held out, from 1."),
            Parameter(
                "by",
                Option(("row", "class", "group", "time", "alike")),
                "row",
                "How folds are made: of rows drawn, with the classes in proportion, of whole groups, in order of time, "
                "where a fold is validated on by what was learned of all before it, or of rows with equal ones together.",
            ),
            _column("The column with the group or the time."),
        ),
        help="Cross-validation: `designer train --folds`, or Train each fold in the menu, trains once for every fold and "
        "tells mean and spread, which says more of small data than one split can.",
    ),
)

splits: Mapping[str, SplitSpec] = frozendict({spec.kind: spec for spec in SPLITS})

# What a split needs of the rows, by its kind and by how folds are made.
_NEEDS = {"Stratified": "class", "Group": "group", "Alike": "alike", "Time": "time", "Given": "given"}


def find_need(kind: str, values: Values) -> str:
    """Return what a split needs to know of each row: "row" (nothing), "class", "group", "alike", "time" or "given"."""
    return values["by"] if kind == "Fold" else _NEEDS.get(kind, "row")


def refuse_split(data: Data, values: Values, spec: SourceSpec, known: Facts) -> str | None:
    """Return why a source's rows cannot be split so, in a whole sentence that says what to do; None if they can."""
    kind, title = data.split.kind, splits[data.split.kind].title
    need = find_need(kind, values)
    if kind == "Random":
        return None
    if kind == "Fold" and values["fold"] > values["folds"]:
        return f"There are {values['folds']} folds: the one held out must be 1 to {values['folds']}."
    if known.given_split and not (kind == "Given" and spec.gives_parts):
        return f"{spec.title} brings its own parts. Choose the random split, which leaves them as they are."
    if known.gap is not None:
        return None if need in ("row", "time") else f"Rows in order of time cannot be split {title}. Split by time."
    if need == "class" and known.target.kind not in ("class", "binary"):
        return "Rows can be split in proportion only where the target is one of several classes. Split at random."
    if need in ("group", "given", "time") and values["column"] and not spec.has_columns:
        return f"{spec.title} has no columns to split by, such as {show_name(values['column'])}. Choose another split."
    if need == "given" and not spec.gives_parts and not spec.has_columns:
        return f"{spec.title} does not say which rows are for what. Choose another split."
    if need == "group" and not spec.has_columns:
        return f"{spec.title} has no column that says which group a row is of. Choose another split."
    if need in ("group", "given") and not values["column"] and not (need == "given" and spec.gives_parts):
        what = "group a row is of" if need == "group" else "part a row is for"
        return f"Choose the column that says which {what}."
    return None


def count_held_out(rows: int, share: float) -> int:
    """Return how many of `rows` a share holds out, as recipes/split.py does: at least one, never all."""
    return min(max(round(rows * share), 1), rows - 1) if share and rows else 0


def count_parts(data: Data, values: Values, rows: int, gap: int = 0) -> tuple[int, int, int]:
    """Return how many rows are in training, validation and test; of whole groups and given parts about as many."""
    test = count_held_out(rows, data.test)
    left = rows - test - (min(gap, rows - test - 1) if test else 0)
    if data.split.kind == "Fold":
        by_time = values["by"] == "time" or gap
        parts = values["folds"] + (1 if by_time else 0)
        start, end = (left * (values["fold"] - 1 + place) // parts for place in ((1, 2) if by_time else (0, 1)))
        known = start if by_time else left - (end - start)
        return max(known - min(gap, known - 1), 0), end - start, test
    held_out = min(max(round(rows * data.validation), 1), left - 1) if data.validation and left else 0
    if not held_out:
        return left, left, test
    known = left - held_out
    return known - min(gap, known - 1), held_out, test
