"""Tables of the user's own. What the network must know of them is recorded in the parameters: no file is opened here."""

from collections import Counter
from collections.abc import Iterator, Mapping

from designer.catalogue.parameters import Flag, Integer, Parameter, Path, Real, Several, Text, Values
from designer.catalogue.source_spec import Facts, SourceError, SourceSpec, Step, Target
from designer.catalogue.sources.steps import FIT_RANGE_Y, STANDARDIZE_Y, name_parts, read_split, split_rows
from designer.catalogue.sources.table_files import FORM, read_file, read_new_file
from designer.catalogue.sources.treatments import (
    TARGET_SCALES,
    Categories,
    Dates,
    Treatments,
    count_embedded,
    count_features,
    list_parts,
    order_categories,
    read_treatments,
)
from designer.catalogue.spec import TensorType
from designer.catalogue.splits import find_need
from designer.document.graph import Value
from designer.document.project import Data
from designer.document.wording import show_name

# More features than this make no sensible table, and a form that lists them no sensible form.
MOST_FEATURES = 100_000


def _find_problems(values: Values) -> Iterator[str]:
    """Yield what is wrong with a table's parameters, most urgent first."""
    target, targets = values["target"], list_targets(values)
    features = list_features(values)
    repeated = next((name for name, count in Counter(features).items() if count > 1), None)
    both = next((name for name in targets if name in features), None)
    made = next((name for name in list_parts(values) if name in (*features, *targets)), None)
    if not target:
        yield "Choose which column of the table is the target."
    if not features:
        yield "Choose at least one column of the table as a feature."
    if both is not None:
        yield f"Column `{show_name(both)}` is the target and a feature at once. Take it out of the features."
    if repeated is not None:
        yield f"Column `{show_name(repeated)}` is listed twice among the features. Take one out."
    if values["weight"] in (*features, *targets):
        yield f"Column `{show_name(values['weight'])}` weighs the rows and is something else at once. Choose one of the two."
    if made is not None:
        yield f"Column `{show_name(made)}` is called as the part of a date is. Rename it."
    if len(set(targets)) < len(targets):
        yield "A column is to be predicted twice. Take one out."
    if len(values["classes"]) == 1:
        yield f"The target `{show_name(target)}` has a single class, so there is nothing to learn. Choose another target."
    if len(set(values["classes"])) < len(values["classes"]):
        yield f"The target `{show_name(target)}` lists a class twice. Choose the file again."
    if not 0 < count_features(values) <= MOST_FEATURES:
        yield f"The table gives {count_features(values)} features; 1 to {MOST_FEATURES} can be used. Leave columns out."
    if values["separator"] == values["decimal"]:
        yield "Separator and decimal mark are both a comma. Choose another separator."
    if len(values["bounds"]) == 1:
        yield "The bounds of the target are two numbers, not one. Choose the file again."
    if values["thousands"] == values["decimal"]:
        yield "Decimals and thousands have the same mark. Choose another."
    if len(set(values["names"])) < len(values["names"]):
        yield "Two columns of the table have the same name. Rename one."


def list_targets(values: Values) -> tuple[str, ...]:
    """Return the columns that are predicted."""
    if values["answers"]:
        return tuple(name for name, _ in values["answers"])
    more = () if values["classes"] else values["more"]
    return (values["target"], *more) if values["target"] else ()


def list_features(values: Values) -> tuple[str, ...]:
    """Return the columns that are predicted from, as the file has them."""
    return (*values["numbers"], *(name for name, *_ in (*values["categories"], *values["dates"])))


def number_rows(columns: tuple[str, ...]) -> Step:
    """Return the line that gives `groups`: equal numbers to rows of a table that are equal in some columns."""
    return Step("groups", "alike", "number_rows", "table", {"columns": columns})


def _facts(values: Values) -> Facts:
    for problem in _find_problems(values):
        raise SourceError(problem)
    classes, targets = values["classes"], list_targets(values)
    if values["answers"]:
        target = Target("labels", len(targets), targets)
    elif not classes:
        scale, known = scale_targets(values), values["bounds"]
        bounds = {"minmax": (0.0, 1.0), "none": (known[0], known[1]) if known else None}.get(scale)
        target = Target("value", len(targets), targets, bounds)
    elif len(classes) == 2:
        target = Target("binary", 1, classes)
    else:
        target = Target("class", len(classes), classes)
    sample = TensorType((count_features(values),))
    rows = -(-values["rows"] // values["every"]) if is_large(values) else values["rows"]
    return Facts(sample, target, rows or None, embedded=count_embedded(values), weighted=bool(values["weight"]))


def _read(values: Values, outputs: str, targets: tuple[str, ...]) -> Step:
    """Return the line that reads the file."""
    words = targets if values["classes"] or values["answers"] else ()
    texts = (*words, *(name for name, *_ in (*values["categories"], *values["dates"])))
    form: dict[str, Value] = {"target": targets[0] if len(targets) == 1 else targets}
    return read_file(values, outputs, form | {"texts": texts})


def _split_dates(values: Values, table: str) -> tuple[Step, ...]:
    dates = values["dates"]
    return (Step(table, "table", "split_dates", table, {"dates": dates}),) if dates else ()


def _steps(values: Values, data: Data) -> tuple[Step, ...]:
    if is_large(values):
        return _stream(values, data)
    targets = list_targets(values)
    return (
        _read(values, "table", targets),
        *_split_dates(values, "table"),
        *split_rows(data, "table", target=values["target"], alike=number_rows(list_features(values))),
        Step("columns", "table", "fit_columns", "table, train", _fitting(values)),
        Step("x", "table", "encode_columns", "table, columns"),
        *_encode_targets(values, targets),
        *_read_weights(values["weight"]),
    )


def is_large(values: Values) -> bool:
    """Return whether a table is read some rows at a time, as it need not fit into memory."""
    return bool(values["form"] == "csv" and (values["large"] or values["every"] > 1))


def _stream(values: Values, data: Data) -> tuple[Step, ...]:
    """Return the lines that read a table twice: for its targets and a sample of its rows, and to encode them all."""
    targets = list_targets(values)
    reading = _read(values, "", targets).arguments
    told: dict[str, Value] = {"columns": list_features(values), **reading}
    if values["every"] > 1:
        told["every"] = values["every"]
    split = read_split(data)
    others = tuple(filter(None, (split.get("column", ""), values["weight"])))
    beside: dict[str, Value] = {"beside": others} if others else {}
    if find_need(data.split.kind, split) == "alike":
        beside["marked"] = True
    dates: dict[str, Value] = {"dates": values["dates"]} if values["dates"] else {}
    parts = name_parts(data)
    return (
        Step("targets, sample", "large_table", "scan_rows", "path", told | beside),
        *_split_dates(values, "sample"),
        *split_rows(
            data, "targets", target=values["target"], alike=Step("groups", "large_table", "number_marks", "targets")
        ),
        Step("sample, known", "large_table", "take_known", "sample, train"),
        Step("columns", "table", "fit_columns", "sample, known", _fitting(values)),
        *_encode_targets(values, targets, "targets"),
        *(_read_weights(values["weight"], "targets")),
        *((Step("weights", "large_table", "put_in_order", f"weights, {parts}"),) if values["weight"] else ()),
        Step(f"x, y, {parts}", "large_table", "fill_table", f"path, columns, y, {parts}", told | dates),
    )


def _fitting(values: Values) -> dict[str, Value]:
    """Return the arguments that say which columns there are and what is done to them."""
    columns: dict[str, Value] = {
        "numbers": (*values["numbers"], *list_parts(values)),
        "categories": order_categories(values),
    }
    if not values["standardize"]:
        columns["standardize"] = False
    if values["treatments"]:
        columns["treatments"] = values["treatments"]
    return columns


def _read_weights(column: str, table: str = "table") -> tuple[Step, ...]:
    return (Step("weights", "row_weights", "read_weights", f"{table}, train", {"column": column}),) if column else ()


def _encode_targets(values: Values, targets: tuple[str, ...], table: str = "table") -> tuple[Step, ...]:
    if values["answers"]:
        return (Step("y", "table", "encode_answers", table, {"answers": values["answers"]}),)
    if values["classes"]:
        labels: Mapping[str, Value] = {"column": targets[0], "labels": values["classes"]}
        return (Step("y", "table", "encode_classes", table, labels),)
    numbers = Step("y", "table", "encode_values", table, {"columns": targets})
    return (numbers, *{"standardize": STANDARDIZE_Y, "minmax": FIT_RANGE_Y}.get(scale_targets(values), ()))


def scale_targets(values: Values) -> str:
    """Return how targets of numbers are scaled: "standardize", "minmax" or "none"; what is set of the first counts."""
    usual = "standardize" if values["scale_target"] else "none"
    word = read_treatments(values).get(values["target"], {}).get("scale", usual)
    return str(word) if word in TARGET_SCALES else usual


def _predict(values: Values) -> tuple[Step, ...]:
    wanted: dict[str, Value] = {
        "numbers": values["numbers"],
        "texts": tuple(name for name, _ in values["categories"]),
        "dates": tuple((name, form) for name, form, _ in values["dates"]),
    }
    return (
        read_new_file(values, "rows", wanted, list_targets(values)),
        *_split_dates(values, "rows"),
        Step("x", "table", "encode_columns", "rows, columns"),
    )


CSV = SourceSpec(
    kind="Csv",
    title="Table",
    summary="A table with a target column and feature columns of your choice: CSV, Excel, Parquet, JSON lines or ARFF.",
    parameters=(
        Parameter("path", Path(), "", "The file."),
        Parameter(
            "standardize", Flag(), True, "Scale numbers to mean 0 and standard deviation 1 on the training rows."
        ),
        Parameter(
            "scale_target",
            Flag(),
            True,
            "Scale a target of numbers likewise; loss and errors are then in standard deviations, not in its own unit.",
        ),
        Parameter(
            "every",
            Integer(1, 1_000_000),
            1,
            "Take only every so manieth row of a CSV file, where a part of them is enough to learn from; 1 takes all.",
        ),
        Parameter("target", Text(), "", "Name of the column to predict.", hidden=True),
        Parameter("more", Several(Text()), (), "Further columns of numbers to predict.", hidden=True),
        Parameter("classes", Several(Text()), (), "Classes of the target; none where it is a number.", hidden=True),
        Parameter("answers", Categories(2), (), "Columns to predict, each with its no and its yes.", hidden=True),
        Parameter("numbers", Several(Text()), (), "Names of the feature columns that hold numbers.", hidden=True),
        Parameter("categories", Categories(), (), "Feature columns of text and their values, one-hot.", hidden=True),
        Parameter("dates", Dates(), (), "Feature columns of dates, their format and parts.", hidden=True),
        Parameter("treatments", Treatments(), (), "What is done to columns other than usual.", hidden=True),
        Parameter("weight", Text(), "", "Column that says how much each row counts in the loss.", hidden=True),
        Parameter("bounds", Several(Real(), 2), (), "The least and the largest number of the targets.", hidden=True),
        Parameter("rows", Integer(0), 0, "Number of rows whose target is known; 0 is unknown.", hidden=True),
        Parameter("large", Flag(), False, "The file is read some rows at a time, straight into samples.", hidden=True),
        *FORM,
    ),
    facts=_facts,
    steps=_steps,
    path="path",
    streams=is_large,
    kept=("columns", "y_scale"),
    predict=_predict,
    has_columns=True,
    help="Choose the file in the Data panel, then the target and the features. Numbers are scaled, text becomes one "
    "feature for each value (one-hot), dates become year, month, day, weekday and hour, a missing number becomes the "
    "median and a missing text a value of its own: all "
    "measured on the training rows alone, so that the validation rows stay unseen. Missing is a blank or a question mark "
    "and, among numbers only, words such as NaN, NA and None. Rows without a target are left out.",
)

SOURCES = (CSV,)
