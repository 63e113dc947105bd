"""Texts and series: rows in an order that is kept, with the last ones held out."""

from designer.catalogue.parameters import Flag, Integer, Option, Parameter, Path, Several, Text, Values
from designer.catalogue.source_spec import Facts, SourceError, SourceSpec, Step, Target
from designer.catalogue.sources.steps import split_time
from designer.catalogue.sources.table_files import ENCODINGS, SEPARATORS
from designer.catalogue.spec import TensorType
from designer.document.graph import Value
from designer.document.project import Data

LARGEST_VOCABULARY = 100_000
LONGEST_WINDOW = 1_000_000


def count_windows(numbers: int, span: int, stride: int) -> int:
    """Return how many windows of a span fit into so many numbers; 0 where none does."""
    return max(numbers - span + stride, 0) // stride


# --- text -----------------------------------------------------------------------------------------------------------


def _text_facts(values: Values) -> Facts:
    length, stride, vocabulary = values["length"], _stride(values), values["vocabulary"]
    if not vocabulary:
        raise SourceError("Choose the text file, so that its characters are known.")
    if list(vocabulary) != sorted(set(vocabulary)) or len(vocabulary) < 2:
        raise SourceError("The vocabulary must list two characters or more, in order. Choose the file again.")
    rows = count_windows(values["characters"], length + 1, stride) if values["characters"] else None
    if rows is not None and rows < 2:
        raise SourceError(
            f"The text has {values['characters']:,} characters: no two windows of {length}. Set `length` lower."
        )
    target = Target("tokens", len(vocabulary), tuple(vocabulary), length=length)
    return Facts(TensorType((length,), "int"), target, rows, gap=_text_gap(values), vocabulary=len(vocabulary))


def _stride(values: Values) -> int:
    return int(values["stride"] or values["length"])


def _text_gap(values: Values) -> int:
    return int((values["length"] - 1) // _stride(values))


def _text_steps(values: Values, data: Data) -> tuple[Step, ...]:
    return (
        Step("characters", "characters", "read_characters", "path", {"vocabulary": values["vocabulary"]}),
        Step("x, y", "characters", "cut_text", "characters", {"length": values["length"], "stride": _stride(values)}),
        *split_time(data, _text_gap(values)),
    )


def _follow_text(values: Values) -> tuple[Step, ...]:
    return (
        Step("text", "language", "read_text", "path"),
        Step("rows", "characters", "number_characters", "text", {"vocabulary": values["vocabulary"]}),
        Step("x", "characters", "end_window", "rows", {"length": values["length"]}),
    )


CHARACTERS = SourceSpec(
    kind="Characters",
    title="Text, by characters",
    summary="A text file, cut into windows; at every place the next character is to be predicted.",
    parameters=(
        Parameter("path", Path(), "", "The text file, in UTF-8."),
        Parameter(
            "length", Integer(1, LONGEST_WINDOW), 64, "Characters in a window: how far back the network can look."
        ),
        Parameter(
            "stride",
            Integer(0, LONGEST_WINDOW),
            0,
            "Characters from the start of a window to that of the next; 0 is as long as the window, so that none overlap.",
        ),
        Parameter("vocabulary", Text(), "", "The different characters of the text, in order.", hidden=True),
        Parameter("characters", Integer(0), 0, "Number of characters of the text; 0 is unknown.", hidden=True),
    ),
    facts=_text_facts,
    steps=_text_steps,
    path="path",
    predict=_follow_text,
    help="The plainest language model: which characters there are is read from the file, each is a number, and Embedding "
    "makes a vector of it. The last part of the text is held out. A network that only knows how frequent each character is "
    "ends near a loss of 3.3 for English, good small ones near 1.5.",
)

# --- series ---------------------------------------------------------------------------------------------------------

_WINDOW = (
    Parameter("length", Integer(1, LONGEST_WINDOW), 12, "Numbers in a window: how far back the network can look."),
    Parameter("horizon", Integer(1, LONGEST_WINDOW), 1, "How many numbers after the window are to be predicted."),
)


def _series_facts(values: Values, numbers: int, name: str) -> Facts:
    length, horizon = values["length"], values["horizon"]
    rows = count_windows(numbers, length + horizon, 1) if numbers else None
    if rows is not None and rows < 2:
        raise SourceError(
            f"The series has {numbers:,} numbers: no two windows of {length} with {horizon} after each. Set `length` lower."
        )
    labels = tuple(f"{name} + {step}" for step in range(1, horizon + 1))
    return Facts(TensorType((length, 1)), Target("value", horizon, labels), rows, gap=horizon - 1)


def _window_steps(values: Values, data: Data) -> tuple[Step, ...]:
    return (
        Step("x, y", "series", "cut_windows", "series", {"length": values["length"], "horizon": values["horizon"]}),
        *split_time(data, values["horizon"] - 1),
        Step("y_scale", "series", "fit_windows", "x, train"),
        Step("x", "scale", "apply_scale", "x, y_scale"),
        Step("y", "scale", "apply_scale", "y, y_scale"),
    )


def _csv_series_facts(values: Values) -> Facts:
    if not values["column"]:
        raise SourceError("Choose the file, then the column that holds the series.")
    return _prepared_facts(values, values["rows"], values["column"])


def _prepared_facts(values: Values, rows: int, name: str) -> Facts:
    """Return the facts of a series of so many numbers, 0 where that is unknown, once it is prepared."""
    numbers = rows - values["difference"] if rows else 0
    if rows and numbers < 1:
        raise SourceError(
            f"A difference over {values['difference']:,} places leaves nothing of the series. Set it lower."
        )
    return _series_facts(values, numbers, name)


def _csv_series_steps(values: Values, data: Data) -> tuple[Step, ...]:
    return (_read(values), *_prepare_steps(values), *_window_steps(values, data))


def _read(values: Values) -> Step:
    usual = {"separator": ",", "decimal": ".", "encoding": "utf-8", "names": ()}
    form: dict[str, Value] = {name: values[name] for name, value in usual.items() if values[name] != value}
    return Step(_name_read(values), "series", "read_series", "path", {"column": values["column"], **form})


def _predict(values: Values) -> tuple[Step, ...]:
    return (
        _read(values),
        *_prepare_steps(values),
        Step("rows", "series", "cut_known", "series", {"length": values["length"]}),
        Step("x", "scale", "apply_scale", "rows, y_scale"),
    )


def _list_preparation(values: Values) -> dict[str, Value]:
    return {name: values[name] for name in ("log", "difference") if values[name]}


def _name_read(values: Values) -> str:
    """Return the variable of the series as it is read: its history, where it is prepared before it is cut."""
    return "history" if _list_preparation(values) else "series"


def _prepare_steps(values: Values) -> tuple[Step, ...]:
    prepared = _list_preparation(values)
    return (Step("series", "series", "prepare_series", "history", prepared),) if prepared else ()


def _undo(values: Values) -> Step | None:
    prepared = _list_preparation(values)
    arguments = {"length": values["length"], **prepared}
    return Step("given", "series", "undo_preparation", "given, history", arguments) if prepared else None


_PREPARATION = (
    Parameter("log", Flag(), False, "Take logarithms first, so that growth by a share becomes growth by a sum."),
    Parameter(
        "difference",
        Integer(0, LONGEST_WINDOW),
        0,
        "Take the change from the number so many places before; 12 takes the season out of monthly numbers, 0 is off.",
    ),
)

SERIES = SourceSpec(
    kind="Series",
    title="Time series (CSV)",
    summary="A column of a CSV file in order of time, cut into windows; the numbers after each are to be predicted.",
    parameters=(
        Parameter("path", Path(), "", "The file."),
        Parameter("column", Text(), "", "Name of the column that holds the series."),
        *_WINDOW,
        *_PREPARATION,
        Parameter("rows", Integer(0), 0, "Number of rows of the file; 0 is unknown.", hidden=True),
        Parameter("separator", Option(SEPARATORS), ",", "What stands between two fields.", hidden=True),
        Parameter("decimal", Option((".", ",")), ".", "What stands before the decimals of a number.", hidden=True),
        Parameter("encoding", Option(ENCODINGS), "utf-8", "How the file writes letters as bytes.", hidden=True),
        Parameter("names", Several(Text()), (), "Names of all columns where the file has no header.", hidden=True),
    ),
    facts=_csv_series_facts,
    steps=_csv_series_steps,
    path="path",
    kept=("y_scale",),
    predict=_predict,
    undo=_undo,
    help="Windows are scaled to mean 0 and standard deviation 1 as measured on the training part, and the last part in "
    "time is held out, never shuffled: to foretell the past from the future is no forecast. A loss of 1 is what the mean "
    "of the past would get. For a series that grows, take logarithms or differences.",
)

MACKEY_GLASS = SourceSpec(
    kind="MackeyGlass",
    title="Mackey-Glass series",
    summary="A chaotic series from a delay equation, cut into windows; the numbers after each are to be predicted.",
    parameters=(
        Parameter("samples", Integer(2, 1_000_000), 2000, "Length of the series."),
        Parameter("delay", Integer(1, 1000), 17, "Delay of the equation; from 17 on the series is chaotic."),
        *_WINDOW,
        Parameter("seed", Integer(0, 2**31 - 1), 0, "Draws the past from which the series starts."),
    ),
    facts=lambda values: _series_facts(values, values["samples"], "x"),
    steps=lambda values, data: (
        Step(
            "series",
            "series",
            "sample_mackey_glass",
            arguments={name: values[name] for name in ("samples", "delay", "seed")},
        ),
        *_window_steps(values, data),
    ),
    kept=("y_scale",),
    help="A model of how blood cells are made (Mackey and Glass, 1977), and ever since the test piece of forecasters, echo-"
    "state networks above all (Jaeger and Haas, 2004). It looks regular but no two periods are alike: the further the "
    "horizon, the harder.",
)

_AIRLINE_MONTHS = 144

AIRLINE = SourceSpec(
    kind="AirlinePassengers",
    title="Airline passengers",
    summary="International airline passengers by month, 1949 to 1960, cut into windows; the months after are to be predicted.",
    parameters=(*_WINDOW, *_PREPARATION),
    facts=lambda values: _prepared_facts(values, _AIRLINE_MONTHS, "passengers"),
    steps=lambda values, data: (
        Step(_name_read(values), "airline", "load_airline_passengers"),
        *_prepare_steps(values),
        *_window_steps(values, data),
    ),
    kept=("y_scale",),
    undo=_undo,
    help="144 numbers that grow and swing with the year (Box and Jenkins, 1976, series G): the first test of a forecaster. "
    "With `log` and a `difference` of 12 what is left is by which share a month beats the same month of the year before, and "
    "a forecast of the mean is what a careful clerk would say.",
)

SOURCES = (MACKEY_GLASS, AIRLINE, SERIES, CHARACTERS)
