"""A task in words: what is predicted, from what, and how many rows there are to learn it from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from frozendict import frozendict

from designer.catalogue.parameters import Values, resolve
from designer.catalogue.registry import sources
from designer.catalogue.source_spec import Facts, Target
from designer.catalogue.sources.tables import list_targets
from designer.document.project import Project
from designer.document.wording import show_name

YES_AND_NO = ({"0", "1"}, {"no", "yes"}, {"false", "true"}, {"n", "y"}, {"f", "t"})
UNITS = {"Characters": "character", "Language": "token"}


@dataclass(frozen=True, slots=True)
class Task:
    """A task as a sentence in three parts, `before`, the column that is predicted and `after`; "" where none is."""

    before: str
    column: str
    after: str

    @property
    def sentence(self) -> str:
        """The whole sentence."""
        return (
            " ".join(filter(None, (self.before, show_name(self.column, 60), self.after)))
            .replace(" :", ":")
            .replace(" .", ".")
        )


def tell_task(project: Project, known: Facts) -> Task:
    """Return the task that a project's data sets."""
    source = project.data.source
    kind = source.kind if source is not None else ""
    values = resolve(sources[kind].parameters, source.parameters)[0] if source is not None and kind in sources else {}
    before, column, after = WORDS.get(kind, _tell_any)(values, known)
    rows = f": {known.rows:,} {ROWS.get(kind, 'rows')}" if known.rows else ""
    return Task(before, column, f"{after}{rows}.")


def tell_answer(target: Target) -> str:
    """Return what an answer is: yes or no, one of 10 classes, a number."""
    if target.kind == "binary":
        return "yes or no" if {word.lower() for word in target.labels} in YES_AND_NO else _join(target.labels, "or")
    if target.kind == "class":
        return f"one of {target.size:,} classes"
    if target.kind == "labels":
        return f"{target.size:,} questions with yes or no"
    return "a number" if target.size == 1 else f"{target.size:,} numbers"


def _join(words: tuple[str, ...], between: str) -> str:
    return f" {between} ".join(show_name(word, 40) for word in words) if words else "yes or no"


def _tell_table(values: Values, known: Facts) -> tuple[str, str, str]:
    names = [*values["numbers"], *(name for name, *_ in (*values["categories"], *values["dates"]))]
    targets = list_targets(values)
    more = f"and {len(targets) - 1} more " if len(targets) > 1 else ""
    columns = f"{len(names):,} column{'s' * (len(names) != 1)}"
    return "Predict", values["target"], f"{more}({tell_answer(known.target)}) from {columns}"


def _tell_texts(values: Values, known: Facts) -> tuple[str, str, str]:
    return f"Tell {_say_apart(known.target, 'texts')}", "", ""


def _tell_pictures(values: Values, known: Facts) -> tuple[str, str, str]:
    _, height, width = known.input.sizes
    if known.target.kind == "value":
        return (
            "Predict",
            known.target.labels[0],
            f"({tell_answer(known.target)}) from pictures, each of {height} x {width}",
        )
    return f"Tell {_say_apart(known.target, 'pictures')}, each of {height} x {width}", "", ""


def _say_apart(target: Target, samples: str) -> str:
    if target.kind == "binary" and target.labels:
        return _join(target.labels, "from")
    return f"{target.size:,} classes of {samples} apart"


def _tell_series(values: Values, known: Facts) -> tuple[str, str, str]:
    next_ones = "next number" if known.target.size == 1 else f"next {known.target.size:,} numbers"
    name = show_name(values["column"], 60) if "column" in values else "the series"
    return f"Forecast the {next_ones} of {name} from the {known.input.sizes[0]:,} before", "", ""


def _tell_text(values: Values, known: Facts) -> tuple[str, str, str]:
    unit = values.get("unit", "character")
    return f"Continue a text: the next {unit} from up to {known.input.sizes[0]:,} before it", "", ""


def _tell_any(values: Values, known: Facts) -> tuple[str, str, str]:
    sizes = " x ".join(f"{size:,}" for size in known.input.sizes) or "1"
    what = "a token at each place" if known.target.kind == "tokens" else tell_answer(known.target)
    return f"Predict {what} from samples of {sizes}", "", ""


# How the task of each source is told; every other one is told by the shape of its samples.
WORDS: Mapping[str, Callable[[Values, Facts], tuple[str, str, str]]] = frozendict(
    {
        "Csv": _tell_table,
        "Texts": _tell_texts,
        "ImageFolder": _tell_pictures,
        "Idx": _tell_pictures,
        "Cifar": _tell_pictures,
        "Series": _tell_series,
        "AirlinePassengers": _tell_series,
        "MackeyGlass": _tell_series,
        "Characters": _tell_text,
        "Language": _tell_text,
    }
)
ROWS = frozendict(
    {"Texts": "texts", "ImageFolder": "pictures", "Idx": "pictures", "Cifar": "pictures"}
) | dict.fromkeys(("Series", "AirlinePassengers", "MackeyGlass", "Characters", "Language"), "windows")
