"""From a table and a choice of columns to the parameters of the Csv source."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from designer.catalogue.parameters import Values
from designer.catalogue.registry import sources
from designer.catalogue.sources.treatments import TARGET_SCALES
from designer.catalogue.splits import count_held_out
from designer.data.categories import Categories
from designer.data.chunks import read_chunks
from designer.data.columns import NAN_WORDS, Column, Task, find_task
from designer.data.errors import DataError, Progress, report
from designer.data.table import Table
from designer.document.graph import Value

if TYPE_CHECKING:
    import pandas as pd

MOST_LEVELS = 1_000
LARGE = 50_000_000  # fields of a CSV file that is read some rows at a time
YES = {  # words and signs of yes, in small letters
    *("yes", "y", "true", "t", "1", "positive", "pos", "+", "active", "present"),
    *("ja", "j", "wahr", "oui", "vrai", "si", "sí", "sì", "sim", "da", "tak", "evet", "是", "да"),
}
MOST_CODES = 20_000  # values of a column that is no one-hot
LONGEST_LEVEL = 1_000
# What a table's form says that the script must know.
FORM = (
    *(
        "form",
        "sheet",
        "separator",
        "decimal",
        "thousands",
        "encoding",
        "quotes",
        "names",
        "missing",
        "units",
        "left_out",
    ),
)

Treated = tuple[str, str, Value]  # column, aspect, word: as the parameter `treatments` has them


def csv_parameters(
    table: Table,
    target: str | None = None,
    features: Sequence[str] | None = None,
    *,
    task: Task | None = None,
    one_hot: Collection[str] = (),
    more: Sequence[str] = (),
    weight: str = "",
    treatments: Sequence[Treated] = (),
    validation: float = 0.2,
    split_seed: int = 0,
    test: float = 0.0,
    progress: Progress | None = None,
) -> Mapping[str, Value]:
    """Return the parameters of the Csv source; what is not given is as the table guesses it.

    Numbers named in `one_hot` are taken as categories, and so are dates. `more` are further columns to predict, as
    numbers or, in the task "labels", as answers of yes or no. The values of categories are those of the training rows of
    just the split that the script will make. `weight` is a column by which rows count. Reads the text columns again. Raises DataError, Cancelled.
    """
    target = table.target if target is None else target
    if features is None:
        features = [name for name in table.features if name not in (target, *more, weight)]
    if not target:
        raise DataError(f"No column of {table.path} suits as a target. Choose one.")
    task = find_task(table.column(target), table.rows) if task is None else task
    targets = (target, *more)
    _check_choice(table, targets, features, task)
    if weight:
        _check_weights(table, weight, (*targets, *features))
    dates = [name for name in features if table.column(name).kind == "date" and name not in one_hot]
    texts = [
        name for name in features if name not in dates and (table.column(name).kind != "number" or name in one_hot)
    ]
    named = texts if task == "value" else list(dict.fromkeys([*targets, *texts]))
    count, frame, numbered = _read_known(table, targets, named, progress)
    if count < 2:
        raise DataError(f"Column {target!r} is filled in {count} rows, too few to learn from. Choose another target.")
    train = frame[texts].iloc[training_rows(count, validation, split_seed, test)]
    chosen = [
        one
        for one in treatments
        if one[0] in features or (one[0] in targets and one[1] == "scale" and one[2] in TARGET_SCALES)
    ]
    filled = {name for name, aspect, word in chosen if aspect == "fill" and word != "own"}
    coded = {name for name, aspect, word in chosen if aspect == "encode" and word != "one-hot"}
    most = {name: MOST_CODES if name in coded else MOST_LEVELS for name in texts}
    parameters: dict[str, Value] = {
        "path": str(table.path.absolute()),
        "target": target,
        "more": tuple(more) if task == "value" else (),
        "weight": weight,
        "classes": _find_labels(frame[target], target) if task == "class" else (),
        "answers": tuple((name, _find_answers(frame[name], name)) for name in targets) if task == "labels" else (),
        "numbers": tuple(name for name in features if name not in (*texts, *dates)),
        "categories": tuple((name, _find_levels(train[name], name, most[name], name in filled)) for name in texts),
        "dates": tuple((name, table.column(name).date, table.column(name).parts) for name in dates),
        "treatments": tuple(chosen),
        "bounds": _join_bounds([table.column(name) for name in targets]) if task == "value" else (),
        "rows": count,
        "large": table.form.form == "csv" and table.rows * len(table.columns) > LARGE,
        "numbered": tuple(name for name in numbered if name in texts or task != "value"),
        **{name: getattr(table.form, name) for name in FORM},
    }
    usual = {parameter.name: parameter.default for parameter in sources["Csv"].parameters}
    return {name: value for name, value in parameters.items() if value != usual[name]}


def recall_form(values: Values) -> dict[str, Any]:
    """Return how a file is to be read again, as the parameters of the Csv source have it: what `inspect_csv` is given."""
    given = {name: values[name] for name in FORM if name not in ("form", "names", "left_out")}
    types = {name: form for name, form, _ in values["dates"]}
    return given | {"header": not values["names"], "leave_out": bool(values["left_out"]), "types": types}


def training_rows(count: int, validation: float, seed: int, test: float = 0.0) -> NDArray[np.int64]:
    """Return the rows that the recipes of a random split train on: a test holds the two together."""
    rows = np.random.default_rng(seed).permutation(count)
    kept = count_held_out(count, test)
    held_out = min(max(round(count * validation), 1), count - kept - 1) if validation else 0
    return rows[kept + held_out :]


def _join_bounds(columns: Sequence[Column]) -> tuple[float, ...]:
    """Return the least and the largest number of some columns, where both are known."""
    bounds = [column.bounds for column in columns if column.bounds is not None]
    return (min(low for low, _ in bounds), max(high for _, high in bounds)) if bounds else ()


def _check_choice(table: Table, targets: Sequence[str], features: Sequence[str], task: Task) -> None:
    """Refuse a choice of columns that no network could learn from."""
    both = next((name for name in targets if name in features), None)
    if not features:
        raise DataError("No column is chosen to predict from. Choose at least one feature.")
    if both is not None:
        raise DataError(f"Column {both!r} is the target and a feature at once. Take it out of the features.")
    if len(set(features)) < len(features):
        raise DataError("A column is chosen twice as a feature. Take one out.")
    empty = next((name for name in features if table.column(name).kind == "empty"), None)
    if empty is not None:
        raise DataError(f"Column {empty!r} is empty. Take it out of the features.")
    for name in targets if task == "value" else ():
        if table.column(name).kind != "number":
            raise DataError(
                f"Column {name!r} holds text, so it cannot be predicted as a number. Predict a class instead."
            )
    if task == "class" and len(targets) > 1:
        raise DataError("Several columns can be predicted as numbers or as answers of yes or no, not as classes.")


def _check_weights(table: Table, name: str, used: Sequence[str]) -> None:
    """Refuse a column by which rows cannot count."""
    column = table.column(name)
    if name in used:
        raise DataError(f"Column {name!r} cannot weigh the rows and be a feature or the target at once.")
    if column.kind != "number" or column.bounds is None:
        raise DataError(f"Column {name!r} holds no numbers, by which rows could count. Choose another weight.")
    if column.missing:
        raise DataError(
            f"Column {name!r} has no weight in {column.missing:,} rows. Fill them in, or choose another weight."
        )
    if column.bounds[0] < 0:
        raise DataError(f"Column {name!r} has weights below 0, such as {column.bounds[0]:g}. Choose another weight.")
    if column.bounds[1] == 0:
        raise DataError(f"Column {name!r} is 0 in every row, so nothing would be learned. Choose another weight.")


def _read_known(
    table: Table, targets: Sequence[str], texts: Sequence[str], progress: Progress | None
) -> "tuple[int, pd.DataFrame, list[str]]":
    """Return how many rows have known targets, their `texts` as categories, and in which columns of numbers words stand.

    Those are NAN_WORDS, where such a word is a missing number.
    """
    import pandas as pd

    columns = {name: Categories(name) for name in texts}
    numbers = [name for name in dict.fromkeys([*targets, *texts]) if table.column(name).kind in ("number", "empty")]
    numbered: set[str] = set()
    count = 0
    for chunk, share in read_chunks(table.path, table.form, [*targets, *texts]):
        for name in numbers:
            strange = chunk[name].isin(NAN_WORDS)
            if strange.any():
                numbered.add(name)
                chunk[name] = chunk[name].mask(strange)
        chunk = chunk.dropna(subset=list(targets))
        count += len(chunk)
        for name, column in columns.items():
            column.add(chunk[name])
        report(progress, share)
    frame = pd.DataFrame({name: column.join() for name, column in columns.items()}, index=range(count))
    return count, frame, [name for name in numbers if name in numbered]


def _find_labels(column: "pd.Series[str]", name: str) -> tuple[str, ...]:
    """Return the classes of the target, in order; numbers by their value, of two answers no before yes."""
    labels = sort_answers(sorted(column.unique().tolist(), key=_sort_key))
    if len(labels) < 2:
        raise DataError(f"Column {name!r} has a single value, so there is nothing to learn. Choose another target.")
    _refuse_levels(labels, name, "Predict it as a number, or choose another target.")
    return tuple(labels)


def _find_answers(column: "pd.Series[str]", name: str) -> tuple[str, str]:
    """Return what stands for no and for yes in a column."""
    words = sort_answers(sorted(column.unique().tolist(), key=_sort_key))
    if len(words) != 2:
        raise DataError(f"Column {name!r} has {len(words):,} different values, where yes or no has two. Take it out.")
    return words[0], words[1]


def sort_answers(words: list[str]) -> list[str]:
    """Return two answers with that which means yes last: figures like precision are of it. Others as they are."""
    if len(words) == 2 and words[0].strip().casefold() in YES and words[1].strip().casefold() not in YES:
        return words[::-1]
    return words


def _find_levels(column: "pd.Series[str]", name: str, most: int, filled: bool) -> tuple[str, ...]:
    """Return the values of a text column in order, "" at the end where some are missing and nothing is filled in."""
    levels = sorted(column.dropna().unique().tolist(), key=_sort_key)
    _refuse_levels(levels, name, "Take it out of the features.", most)
    return (*levels, "") if column.isna().any() and not filled else tuple(levels)


def _refuse_levels(levels: Sequence[str], name: str, advice: str, most: int = MOST_LEVELS) -> None:
    if len(levels) > most:
        more = f" As an embedding it may have {MOST_CODES:,}." if most < len(levels) <= MOST_CODES else ""
        raise DataError(
            f"Column {name!r} has {len(levels):,} different values; at most {most:,} can be used. {advice}{more}"
        )
    if any(len(level) > LONGEST_LEVEL for level in levels):
        raise DataError(f"Column {name!r} holds long texts, which are no categories. {advice}")


def _sort_key(text: str) -> tuple[int, float, str]:
    try:
        number = float(text)
    except ValueError:
        return 1, 0.0, text
    return (0, number, text) if number == number else (1, 0.0, text)
