"""Files that hold a table: how each kind writes it, as hidden parameters, and the line that reads it."""

from collections.abc import Mapping, Sequence

from designer.catalogue.parameters import Flag, Integer, Option, Parameter, Several, Text, Values
from designer.catalogue.source_spec import Step
from designer.document.graph import Value

SEPARATORS = (",", ";", "\t", "|", " ")
THOUSANDS = ("", ",", ".", "'", "\u2019", " ", "\u00a0", "\u202f", "_")
ENCODINGS = ("utf-8", "utf-16", "cp1252", "latin-1")
# The forms of a table: the recipe and its function that read it, and the parameters that this wants to know.
READERS: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "csv": (
        "reading",
        "read_table",
        (
            "names",
            "separator",
            "decimal",
            "thousands",
            "encoding",
            "quotes",
            "numbered",
            "missing",
            "left_out",
            "units",
        ),
    ),
    "excel": ("excel", "read_excel", ("sheet", "names", "numbered", "missing", "left_out")),
    "parquet": ("parquet", "read_parquet", ("numbered", "missing")),
    "jsonl": ("reading", "read_json_lines", ("numbered", "missing")),
    "json": ("reading", "read_json", ("numbered", "missing")),
    "arff": ("reading", "read_arff", ("numbered", "missing")),
}

FORM = (  # how the file writes its table
    Parameter("form", Option(tuple(READERS)), "csv", "What kind of file it is.", hidden=True),
    Parameter("sheet", Text(), "", "Sheet of an Excel workbook; none is the first.", hidden=True),
    Parameter("separator", Option(SEPARATORS), ",", "What stands between two fields.", hidden=True),
    Parameter("decimal", Option((".", ",")), ".", "What stands before the decimals of a number.", hidden=True),
    Parameter("thousands", Option(THOUSANDS), "", "What stands between the thousands of a number.", hidden=True),
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
    Parameter("missing", Several(Text(100), 100), (), "Further words that stand for a missing value.", hidden=True),
    Parameter("units", Several(Text(20), 20), (), "Units that stand at numbers and are taken off.", hidden=True),
    Parameter("left_out", Several(Integer(0), 10_000), (), "Lines of the file that are skipped, from 0.", hidden=True),
)


def read_file(values: Values, outputs: str, wanted: Mapping[str, Value]) -> Step:
    """Return the line that reads a file as the parameters FORM say; `wanted` are the arguments that say what is made of it."""
    recipe, function, options = READERS[values["form"]]
    return Step(outputs, recipe, function, "path", dict(wanted) | _list_form(values, options))


def read_new_file(values: Values, outputs: str, wanted: Mapping[str, Value], absent: tuple[str, ...] = ()) -> Step:
    """Return the line that reads new rows, which need not be written as FORM says.

    `wanted` are the columns that are needed, by what they hold; a file without a header may lack those `absent`.
    """
    form = _list_form(values, [name for name in READERS[values["form"]][2] if name != "left_out"])
    if absent and values["names"]:
        form["absent"] = absent
    return Step(
        outputs, "new_table", "read_new_table", "path", {name: few for name, few in wanted.items() if few} | form
    )


def _list_form(values: Values, options: Sequence[str]) -> dict[str, Value]:
    """Return how a file is written; what is as the recipes expect it anyway is left out of the script."""
    usual = {parameter.name: parameter.default for parameter in FORM}
    return {name: values[name] for name in options if values[name] != usual[name]}
