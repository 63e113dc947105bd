"""What makes a score better than it will be in use: columns that tell the target, equal rows in two parts, row numbers.

Nothing here is certain to be wrong: each finding says what was seen, and what can be done about it.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from designer.catalogue.parameters import resolve
from designer.catalogue.registry import sources
from designer.catalogue.sources.tables import list_features, list_targets
from designer.data.alone import Alone, draw_sample, number_values, tell_class, tell_value
from designer.data.columns import Column, is_identifier, split_name
from designer.data.copies import Parts, find_copies, show_share
from designer.data.errors import Progress, report
from designer.data.remedies import DRAWN, Leak, Remedy, find_split_need, offer_ignoring, resplit
from designer.data.table import Table
from designer.document.project import Data
from designer.document.wording import show_name

if TYPE_CHECKING:
    import pandas as pd


PERFECT = 0.99  # AUC or R2 of one column alone above which it is said
FEWEST_ROWS = 20  # by which columns of ids, groups and times are told
_GROUPS = frozenset(
    {"id", "uuid", "patient", "subject", "user", "customer", "client", "person", "participant", "student", "group"}
    | {"session", "author", "speaker", "recording", "household", "family", "device", "machine", "vehicle", "donor"}
)
_TIMES = frozenset({"date", "time", "timestamp", "datetime", "day", "month", "year", "period", "week", "when"})


def find_leaks(table: Table, data: Data, parts: Parts | None, progress: Progress | None = None) -> tuple[Leak, ...]:
    """Return what looks wrong with the columns and the split of a table that is read as the source Csv.

    `parts` says for each row of `table.frame` which part it is in, None where that is not known. Raises Cancelled.
    """
    frame, source = table.frame, data.source
    if frame is None or source is None or source.kind != "Csv":
        return ()
    values = resolve(sources["Csv"].parameters, source.parameters)[0]
    names = {column.name: column for column in table.columns}
    targets = [names[name] for name in list_targets(values) if name in names]
    features = [names[name] for name in list_features(values) if name in names]
    if not targets or not features:
        return ()
    parts = np.zeros(len(frame), np.int8) if parts is None else parts
    told = frame[[target.name for target in targets]].notna().all(axis=1).to_numpy()
    known = np.flatnonzero((parts >= 0) & told)
    return (
        *_find_tellers(frame, known, targets[0], features, bool(values["classes"] or values["answers"]), progress),
        *_find_ids(frame, known, features),
        *find_copies(frame, parts, targets, table.columns, features, data),
        *_find_order(frame, known, [each for each in table.columns if each not in targets], data),
    )


# --- columns that tell the target ---------------------------------------------------------------------------------------


def _find_tellers(
    frame: "pd.DataFrame",
    known: NDArray[np.int64],
    target: Column,
    features: Sequence[Column],
    is_class: bool,
    progress: Progress | None,
) -> Iterator[Leak]:
    """Yield the features that equal the target or tell it by themselves."""
    import pandas as pd

    rows = known[draw_sample(len(known))]
    answers = frame[target.name].iloc[rows]
    classes = pd.factorize(answers)[0].astype(np.int64)
    numbers = answers.to_numpy(np.float64, na_value=np.nan) if not is_class else None
    for place, feature in enumerate(features):
        report(progress, place / len(features))
        values = frame[feature.name].iloc[rows]
        if _is_renamed(frame, known, values, classes, feature, target):
            yield _say_renamed(feature, target, len(known))
            continue
        codes = number_values(values, feature)
        if numbers is None:
            alone = tell_class(codes, classes)
        else:
            is_number = feature.kind == "number"
            own = values.to_numpy(np.float64, na_value=np.nan) if is_number else np.full(len(rows), np.nan)
            alone = tell_value(codes, own, numbers)
        if alone is not None and alone.value > PERFECT:
            yield _say_teller(feature, target, alone)


def _is_renamed(
    frame: "pd.DataFrame",
    known: NDArray[np.int64],
    values: "pd.Series[str]",
    classes: NDArray[np.int64],
    feature: Column,
    target: Column,
) -> bool:
    """Return whether each value of a column goes with one value of the target and the other way round, in all rows."""
    import pandas as pd

    if len(known) < 4 or (target.distinct > len(known) / 2 and not frame[feature.name].equals(frame[target.name])):
        return False  # of values that all differ each goes with one
    if not _go_together(pd.factorize(values)[0], classes):
        return False
    whole = (pd.factorize(frame[each.name].iloc[known])[0] for each in (feature, target))
    return _go_together(*whole)


def _go_together(one: NDArray[np.int64], other: NDArray[np.int64]) -> bool:
    pairs = len(np.unique((one + 1) * (int(other.max(initial=0)) + 2) + other + 1))
    return pairs == len(np.unique(one)) == len(np.unique(other))


def _say_renamed(feature: Column, target: Column, rows: int) -> Leak:
    name = show_name(feature.name)
    return Leak(
        "target",
        f"`{name}` says the same as the target `{show_name(target.name)}`.",
        f"Each of its values goes with one value of the target, in all {rows:,} rows: there is nothing else to learn.",
        (feature.name,),
        (offer_ignoring(feature.name),),
    )


def _say_teller(feature: Column, target: Column, alone: Alone) -> Leak:
    name = show_name(feature.name)
    return Leak(
        "target",
        f"`{name}` alone tells the target `{show_name(target.name)}` ({alone.measure} {alone.value:.3f}).",
        "Is it known before the answer is? If it is written down afterwards, the network will do far worse in use.",
        (feature.name,),
        (offer_ignoring(feature.name),),
    )


# --- columns that only name their rows ----------------------------------------------------------------------------------


def _find_ids(frame: "pd.DataFrame", known: NDArray[np.int64], features: Sequence[Column]) -> Iterator[Leak]:
    """Yield the features that differ in (nearly) every row and mean nothing by it."""
    for feature in features:
        if feature.distinct < 0.9 * min(len(known), 10_000) or len(known) < FEWEST_ROWS:
            continue
        values = frame[feature.name].iloc[known]
        differ = values.nunique() / len(known)
        if feature.kind == "number":
            counts = (
                feature.whole and differ == 1 and (values.is_monotonic_increasing or values.is_monotonic_decreasing)
            )
            is_id = feature.serial or counts or (differ > 0.95 and is_identifier(feature))
        else:
            is_id = feature.kind == "text" and differ > 0.9
        if is_id:
            yield Leak(
                "id",
                f"`{show_name(feature.name)}` names the rows: {show_share(differ)} of its values differ.",
                "What is learned of it by heart helps with no other row, and an order of rows may tell the target.",
                (feature.name,),
                (offer_ignoring(feature.name),),
            )


# --- an order or groups that a random draw does not see -------------------------------------------------------------------


def _find_order(
    frame: "pd.DataFrame", known: NDArray[np.int64], columns: Sequence[Column], data: Data
) -> Iterator[Leak]:
    """Yield the time and the groups of rows that are drawn one by one."""
    if find_split_need(data) not in DRAWN or len(known) < FEWEST_ROWS or not data.validation + data.test:
        return
    time = next((each for each in columns if _is_time(frame, known, each)), None)
    if time is not None:
        name = show_name(time.name)
        yield Leak(
            "time",
            f"`{name}` is the time of each row, and rows are drawn at random.",
            "Some of the rows to validate on are then older than rows that were learned from. Where the future is to be "
            "foretold, split by time.",
            (time.name,),
            (Remedy(f"Split by {name}", lambda data: resplit(data, "Time", time.name)),),
        )
    for column in columns:
        if _is_group(column, len(known)):
            name, each = show_name(column.name), len(known) / column.distinct
            yield Leak(
                "group",
                f"`{name}` is in {each:.3g} rows on average, and rows are drawn one by one.",
                "What a network knows of one it has learned from, it knows of the same one in the validation part: "
                "the score is too good for one it has never seen.",
                (column.name,),
                (Remedy(f"Split by {name}", lambda data, by=column.name: resplit(data, "Group", by)),),  # type: ignore[misc]
            )


def _is_group(column: Column, rows: int) -> bool:
    """Return whether a column says what several rows have in common: a name that says so, and values that come again."""
    named = bool(_GROUPS.intersection(split_name(column.name)))
    return named and column.kind in ("number", "class", "text") and 5 <= column.distinct <= min(rows / 2, 9_999)


def _is_time(frame: "pd.DataFrame", known: NDArray[np.int64], column: Column) -> bool:
    """Return whether a column says when each row was: dates by name, or in order; numbers by name and in order."""
    named = bool(_TIMES.intersection(split_name(column.name)[-1:]))
    if column.kind == "date" and named:
        return True
    if (
        column.kind not in ("date", "number")
        or column.distinct < FEWEST_ROWS
        or (column.kind == "number" and not named)
    ):
        return False
    values = frame[column.name].iloc[known].dropna()
    if column.kind == "date":
        values = _read_dates(values, column.date)
    return bool(values.is_monotonic_increasing or values.is_monotonic_decreasing)


def _read_dates(values: "pd.Series[str]", form: str) -> "pd.Series[Any]":
    import pandas as pd

    codes, texts = pd.factorize(values)
    moments = pd.to_datetime(pd.Series(texts), format=form, errors="coerce")
    return moments.take(codes)
