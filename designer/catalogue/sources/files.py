"""The user's own files. What the network must know of them is recorded in the parameters: no file is opened here."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from designer.catalogue.parameters import (
    Flag,
    Integer,
    Option,
    Parameter,
    Path,
    Real,
    Several,
    Sizes,
    Text,
    Unacceptable,
    Values,
    show,
)
from designer.catalogue.source_spec import Facts, SourceError, SourceSpec, Step, Target
from designer.catalogue.sources.steps import STANDARDIZE_Y, split_rows
from designer.catalogue.spec import TensorType
from designer.document.graph import Value
from designer.document.project import Data
from designer.document.wording import show_name

# More features than this make no sensible table, and a form that lists them no sensible form.
MOST_FEATURES = 100_000
SEPARATORS = (",", ";", "\t", "|", " ")
ENCODINGS = ("utf-8", "utf-16", "cp1252", "latin-1")


@dataclass(frozen=True, slots=True)
class Categories:
    """Text columns by name, each with the values that become a feature."""

    def accept(self, value: Value) -> tuple[tuple[str, tuple[Value, ...]], ...]:
        """Return a tuple of (name, (value, ...)) without repeated values."""
        if not isinstance(value, tuple):
            raise Unacceptable(f"must be a list of columns, not {show(value)}")
        return tuple(self._accept_column(column) for column in value)

    def _accept_column(self, column: Value) -> tuple[str, tuple[Value, ...]]:
        if not isinstance(column, tuple) or len(column) != 2:
            raise Unacceptable(f"must give each column as its name and its values, not as {show(column)}")
        name, levels = Text().accept(column[0]), Several(Text()).accept(column[1])
        if len(set(levels)) < len(levels):
            raise Unacceptable(f"repeats a value of the column {show(name)}")
        return name, levels


def _idx_facts(values: Values) -> Facts:
    sizes, classes = values["sizes"], values["classes"]
    labels = tuple(map(str, range(classes)))
    return Facts(TensorType(sizes), Target("class", classes, labels), values["rows"], given_split=True)


def _idx_steps(values: Values, data: Data) -> tuple[Step, ...]:
    arguments: dict[str, Value] = {"mean": values["mean"], "std": values["std"]}
    if values["memory"]:
        arguments["memory"] = values["memory"]
    if not data.test:
        return (Step("x, y, train, validation", "idx", "read_idx_images", "path", arguments),)
    return (  # what the files call test is it then, and the last training images are held out
        Step("x, y, train, test", "idx", "read_idx_images", "path", arguments),
        Step("train, validation", "split", "cut_slice", "train", {"validation": data.validation}),
    )


IDX = SourceSpec(
    kind="Idx",
    title="Images in IDX files",
    summary="A folder with the four files of MNIST, or of a data set in its form.",
    parameters=(
        Parameter("path", Path(folder=True), "", "Folder with train-images-idx3-ubyte.gz and its three partners."),
        Parameter(
            "mean", Real(), 0.1307, "Taken off every grey value, which runs from 0 to 1; 0.1307 is MNIST's mean."
        ),
        Parameter("std", Real(0, above=True), 0.3081, "Every grey value is divided by this; 0.3081 is MNIST's own."),
        Parameter(
            "memory",
            Real(0),
            0.0,
            "Gigabytes of images to keep in memory; 0 is half of what is free. More are kept in a file and read ahead.",
        ),
        Parameter("sizes", Sizes(max_rank=3), (1, 28, 28), "Sizes of one image.", hidden=True),
        Parameter("classes", Integer(2, 256), 10, "Number of classes.", hidden=True),
        Parameter("rows", Integer(), 60_000, "Number of training images.", hidden=True),
    ),
    facts=_idx_facts,
    steps=_idx_steps,
    path="path",
    streams=True,
    help="MNIST (LeCun and others, 1998), Fashion-MNIST, KMNIST and others come in this form: training and test images, "
    "each with their labels, as .gz or unpacked. The test part serves as validation. Scaling grey values to mean 0 and "
    "deviation 1 makes learning faster.",
)


def _csv_problems(values: Values) -> Iterator[str]:
    """Yield what is wrong with a table's parameters, most urgent first."""
    target = values["target"]
    features = [*values["numbers"], *(name for name, _ in values["categories"])]
    repeated = next((name for name, count in Counter(features).items() if count > 1), None)
    if not target:
        yield "Choose which column of the table is the target."
    if not features:
        yield "Choose at least one column of the table as a feature."
    if target in features:
        yield f"Column `{show_name(target)}` is the target and a feature at once. Take it out of the features."
    if repeated is not None:
        yield f"Column `{show_name(repeated)}` is listed twice among the features. Take one out."
    if len(values["classes"]) == 1:
        yield f"The target `{show_name(target)}` has a single class, so there is nothing to learn. Choose another target."
    if len(set(values["classes"])) < len(values["classes"]):
        yield f"The target `{show_name(target)}` lists a class twice. Choose the file again."
    if not 0 < _count_features(values) <= MOST_FEATURES:
        yield f"The table gives {_count_features(values)} features; 1 to {MOST_FEATURES} can be used. Leave columns out."
    if values["separator"] == values["decimal"]:
        yield "Separator and decimal mark are both a comma. Choose another separator."
    if len(set(values["names"])) < len(values["names"]):
        yield "Two columns of the table have the same name. Rename one."


def _count_features(values: Values) -> int:
    return len(values["numbers"]) + sum(len(levels) for _, levels in values["categories"])


def _csv_facts(values: Values) -> Facts:
    for problem in _csv_problems(values):
        raise SourceError(problem)
    classes = values["classes"]
    if not classes:
        target = Target("value", 1, (values["target"],))
    elif len(classes) == 2:
        target = Target("binary", 1, classes)
    else:
        target = Target("class", len(classes), classes)
    return Facts(TensorType((_count_features(values),)), target, values["rows"] or None)


def _read(values: Values, outputs: str, target: str = "") -> Step:
    """Return the line that reads the file; without a target all its rows."""
    texts = (*((target,) if target and values["classes"] else ()), *(name for name, _ in values["categories"]))
    form: dict[str, Value] = {"target": target, "texts": texts} if target else {"texts": texts}
    # What is as read_table expects it anyway is left out of the script.
    usual = {"names": (), "separator": ",", "decimal": ".", "encoding": "utf-8", "quotes": True, "numbered": ()}
    form |= {name: values[name] for name, value in usual.items() if values[name] != value}
    return Step(outputs, "table", "read_table", "path", form)


def _csv_steps(values: Values, data: Data) -> tuple[Step, ...]:
    target, classes = values["target"], values["classes"]
    columns: dict[str, Value] = {"numbers": values["numbers"], "categories": values["categories"]}
    if not values["standardize"]:
        columns["standardize"] = False
    lines = [
        _read(values, "table", target),
        *split_rows(data, "table", target=target),
        Step("columns", "table", "fit_columns", "table, train", columns),
        Step("x", "table", "encode_columns", "table, columns"),
    ]
    if classes:
        lines.append(Step("y", "table", "encode_classes", "table", {"column": target, "labels": classes}))
    else:
        lines.append(Step("y", "table", "encode_values", "table", {"column": target}))
        if values["scale_target"]:
            lines.extend(STANDARDIZE_Y)
    return tuple(lines)


def _csv_predict(values: Values) -> tuple[Step, ...]:
    return _read(values, "rows"), Step("x", "table", "encode_columns", "rows, columns")


CSV = SourceSpec(
    kind="Csv",
    title="Table (CSV)",
    summary="A CSV file with a target column and feature columns of your choice.",
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
        Parameter("target", Text(), "", "Name of the column to predict.", hidden=True),
        Parameter("classes", Several(Text()), (), "Classes of the target; none where it is a number.", hidden=True),
        Parameter("numbers", Several(Text()), (), "Names of the feature columns that hold numbers.", hidden=True),
        Parameter("categories", Categories(), (), "Feature columns of text and their values, one-hot.", hidden=True),
        Parameter("rows", Integer(0), 0, "Number of rows whose target is known; 0 is unknown.", hidden=True),
        Parameter("separator", Option(SEPARATORS), ",", "What stands between two fields.", hidden=True),
        Parameter("decimal", Option((".", ",")), ".", "What stands before the decimals of a number.", hidden=True),
        Parameter("encoding", Option(ENCODINGS), "utf-8", "How the file writes letters as bytes.", hidden=True),
        Parameter("quotes", Flag(), True, 'Fields may stand in double quotes (").', hidden=True),
        Parameter("names", Several(Text()), (), "Names of all columns where the file has no header.", hidden=True),
        Parameter(
            "numbered",
            Several(Text()),
            (),
            "Columns taken as text that hold numbers, so that NaN or NA in them is a missing one.",
            hidden=True,
        ),
    ),
    facts=_csv_facts,
    steps=_csv_steps,
    path="path",
    kept=("columns", "y_scale"),
    predict=_csv_predict,
    has_columns=True,
    help="Choose the file in the Data panel, then the target and the features. Numbers are scaled, text becomes one "
    "feature for each value (one-hot), a missing number becomes the median and a missing text a value of its own: all "
    "measured on the training rows alone, so that the validation rows stay unseen. Missing is a blank or a question mark "
    "and, among numbers only, words such as NaN, NA and None. Rows without a target are left out.",
)

SOURCES = (IDX, CSV)
