"""Lines of `load_data` that several sources share."""

from collections.abc import Mapping

from designer.catalogue.parameters import Values, resolve
from designer.catalogue.source_spec import Step
from designer.catalogue.splits import find_need, splits
from designer.document.graph import Value
from designer.document.project import Data

STANDARDIZE_X = (
    Step("x_scale", "scale", "fit_scale", "x, train"),
    Step("x", "scale", "apply_scale", "x, x_scale"),
)
STANDARDIZE_Y = (
    Step("y_scale", "scale", "fit_scale", "y, train"),
    Step("y", "scale", "apply_scale", "y, y_scale"),
)
FIT_RANGE_Y = (Step("y_scale", "scale", "fit_range", "y, train"), STANDARDIZE_Y[1])


def split(data: Data, of: str = "x") -> Step:
    """Return the line that draws training and validation rows out of the rows of a variable.

    For sources that know no other way; `split_rows` returns the lines of any way.
    """
    arguments = {"validation": data.validation, "seed": data.split_seed}
    return Step("train, validation", "split", "split_rows", f"len({of})", arguments)


def split_tail(data: Data, gap: int) -> Step:
    """Return the line that holds out the last rows, for rows in order of time."""
    arguments = {"validation": data.validation, "gap": gap}
    return Step("train, validation", "split", "split_tail", "len(x)", arguments)


def name_parts(data: Data) -> str:
    """Return the variables of the parts that a split gives."""
    return "train, validation, test" if data.test else "train, validation"


def read_split(data: Data) -> Values:
    """Return the values of the split that is chosen, defaults where its kind is not known here."""
    spec = splits.get(data.split.kind)
    return resolve(spec.parameters, data.split.parameters)[0] if spec is not None else {}


def split_rows(
    data: Data,
    of: str = "x",
    *,
    classes: str = "y",
    target: str = "",
    parts: str = "",
    alike: Step | None = None,
) -> tuple[Step, ...]:
    """Return the lines that share out the rows of a variable, in the way that the project has chosen.

    `classes` is the variable that holds the class of each row as a number. With `target`, the name of a column, `of` is
    a table instead, whose columns are what rows are split by. `parts` is the variable that holds 0, 1 or 2 for each row
    where the source itself says what is for training, validation and test. `alike` is the line that gives `groups` of
    rows that are equal, where `of` is no tensor.
    """
    values, kind = read_split(data), data.split.kind
    need, column = find_need(kind, values), values.get("column", "")
    if kind == "Random" and not data.test:
        return (split(data, of),)
    seed: dict[str, Value] = {"seed": data.split_seed}
    lines: list[Step] = []
    if need == "given":
        if column:
            lines.append(Step("parts", "keys", "read_parts", of, {"column": column}))
        arguments = {"validation": data.validation, **seed, **({"test": True} if data.test else {})}
        return (*lines, Step(name_parts(data), "split", "take_given", "parts" if column else parts, arguments))
    if need == "class":
        if target:
            lines.append(Step("classes", "keys", "number_values", of, {"column": target}))
        lines.append(Step("rows", "split", "shuffle_classes", "classes" if target else classes, seed))
    elif need == "group":
        lines.append(Step("groups", "keys", "number_values", of, {"column": column}))
        lines.append(Step("rows", "split", "shuffle_groups", "groups", seed))
    elif need == "alike":
        lines.append(alike or Step("groups", "alike", "number_samples", of))
        lines.append(Step("rows", "split", "shuffle_groups", "groups", seed))
    elif need == "time" and column:
        lines.append(Step("rows", "keys", "order_times", of, {"column": column}))
    elif need == "time":
        lines.append(Step("rows", "split", "in_order", f"len({of})"))
    else:
        lines.append(Step("rows", "split", "shuffle_rows", f"len({of})", seed))
    return (*lines, _cut(data, values, by_time=need == "time", groups=need in ("group", "alike")))


def split_time(data: Data, gap: int, of: str = "x") -> tuple[Step, ...]:
    """Return the lines that hold out the last rows, for rows in order of time; `gap` of them overlap two parts."""
    if data.split.kind != "Fold" and not data.test:
        return (split_tail(data, gap),)
    more: dict[str, Value] = {"gap": gap} if gap else {}
    return (
        Step("rows", "split", "in_order", f"len({of})"),
        _cut(data, read_split(data), by_time=True, groups=False, more=more),
    )


def _cut(data: Data, values: Values, *, by_time: bool, groups: bool, more: Mapping[str, Value] | None = None) -> Step:
    """Return the line that cuts an order of rows into parts."""
    is_fold = data.split.kind == "Fold"
    function = {(0, 0): "cut_parts", (1, 0): "cut_fold", (0, 1): "cut_time", (1, 1): "cut_time_fold"}[is_fold, by_time]
    arguments: dict[str, Value] = (
        {"folds": values["folds"], "fold": values["fold"]} if is_fold else {"validation": data.validation}
    )
    if data.test:
        arguments["test"] = data.test
    inputs = "rows, groups=groups" if groups else "rows"
    return Step(name_parts(data), "split", function, inputs, arguments | dict(more or {}))
