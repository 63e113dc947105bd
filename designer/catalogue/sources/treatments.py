"""What is done to the columns of a table before the network sees them: declared once, for recipe, check and form."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from designer.catalogue.parameters import Real, Several, Text, Unacceptable, Values, show
from designer.document.graph import Value

Kind = Literal["number", "text", "date"]
Aspect = Literal["fill", "scale", "encode"]


@dataclass(frozen=True, slots=True)
class Treatment:
    """One way to treat columns of a kind: under `aspect` one of them holds; the first that is declared is the default."""

    kind: Kind
    aspect: Aspect
    word: str
    title: str
    meaning: str


TREATMENTS = (
    Treatment("number", "fill", "median", "median", "A missing number becomes the median."),
    Treatment("number", "fill", "mean", "mean", "A missing number becomes the mean."),
    Treatment("number", "fill", "frequent", "most frequent", "A missing number becomes the most frequent one."),
    Treatment("number", "fill", "constant", "a constant", "A missing number becomes a number of your choice."),
    Treatment(
        "number", "fill", "mark", "median, marked", "The median, and one more feature tells that it was missing."
    ),
    Treatment("number", "scale", "standardize", "standardize", "Mean 0 and standard deviation 1."),
    Treatment("number", "scale", "minmax", "0 to 1", "The least number becomes 0, the largest 1."),
    Treatment("number", "scale", "robust", "robust", "Median 0, quartiles one apart: a few huge numbers do no harm."),
    Treatment("number", "scale", "log", "log", "log(1 + x), then standardized: for amounts that span powers of ten."),
    Treatment("number", "scale", "none", "as it is", "The number as it stands in the file."),
    Treatment("text", "fill", "own", "own category", "A missing text is a category of its own."),
    Treatment("text", "fill", "frequent", "most frequent", "A missing text becomes the most frequent one."),
    Treatment("text", "fill", "constant", "a constant", "A missing text becomes a text of your choice."),
    Treatment("text", "encode", "one-hot", "one-hot", "One feature of 0 or 1 for each category."),
    Treatment("text", "encode", "ordinal", "ordinal", "One number, the place in order: for small, medium, large."),
    Treatment(
        "text", "encode", "embedding", "embedding", "The place, behind all other features, for a layer EmbedColumns."
    ),
)
PARTS = {"year": 1, "month": 2, "day": 2, "weekday": 2, "hour": 2}  # of a date, and how many features each gives
TARGET_SCALES = ("standardize", "minmax", "none")  # those of numbers that targets may have, too
WORDS = {
    aspect: tuple(one.word for one in TREATMENTS if one.aspect == aspect) for aspect in ("fill", "scale", "encode")
}


def list_treatments(kind: Kind, aspect: Aspect) -> tuple[Treatment, ...]:
    """Return the ways to treat columns of a kind under an aspect, the default first."""
    return tuple(one for one in TREATMENTS if (one.kind, one.aspect) == (kind, aspect))


def find_defaults() -> tuple[Treatment, ...]:
    """Return what holds where nothing is chosen."""
    firsts = {(one.kind, one.aspect): one for one in reversed(TREATMENTS)}
    return tuple(firsts.values())


@dataclass(frozen=True, slots=True)
class Treatments:
    """What is done to columns other than by default: (column, aspect, word), or (column, "constant", value)."""

    def accept(self, value: Value) -> tuple[tuple[str, str, Value], ...]:
        """Return a tuple of (column, aspect, word) without repetitions."""
        if not isinstance(value, tuple):
            raise Unacceptable(f"must be a list of treatments, not {show(value)}")
        found = {(name, aspect): word for name, aspect, word in map(self._accept_one, value)}
        return tuple((*place, word) for place, word in found.items())

    def _accept_one(self, value: Value) -> tuple[str, str, Value]:
        if not isinstance(value, tuple) or len(value) != 3:
            raise Unacceptable(f"must give each treatment as column, aspect and word, not as {show(value)}")
        name, aspect, word = Text().accept(value[0]), value[1], value[2]
        if aspect == "constant":
            return name, aspect, Text(1000).accept(word) if isinstance(word, str) else Real().accept(word)
        if aspect not in WORDS or word not in WORDS[str(aspect)]:
            raise Unacceptable(f"has an unknown treatment {show(word)} of the column {show(name)}")
        return name, str(aspect), word


@dataclass(frozen=True, slots=True)
class Categories:
    """Text columns by name, each with the values that become a feature; of so many values where a number is given."""

    count: int = 0

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
        if self.count and len(levels) != self.count:
            raise Unacceptable(f"must give {self.count} values of the column {show(name)}")
        return name, levels


@dataclass(frozen=True, slots=True)
class Dates:
    """Columns of dates: (name, format, parts)."""

    def accept(self, value: Value) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        """Return a tuple of (name, format, (part, ...))."""
        if not isinstance(value, tuple):
            raise Unacceptable(f"must be a list of columns, not {show(value)}")
        return tuple(self._accept_column(column) for column in value)

    def _accept_column(self, column: Value) -> tuple[str, str, tuple[str, ...]]:
        if not isinstance(column, tuple) or len(column) != 3 or not isinstance(column[2], tuple):
            raise Unacceptable(f"must give each column as its name, format and parts, not as {show(column)}")
        name, form = Text().accept(column[0]), Text(100).accept(column[1])
        strange = next((part for part in column[2] if part not in PARTS), None)
        if strange is not None or len(set(column[2])) < len(column[2]):
            raise Unacceptable(f"must name parts of the date {show(name)} once each: {', '.join(PARTS)}")
        return name, form, tuple(map(str, column[2]))


def list_parts(values: Values) -> tuple[str, ...]:
    """Return the names of the columns that the recipe `split_dates` makes."""
    return tuple(
        f"{name} {part}{end}"
        for name, _, parts in values["dates"]
        for part in parts
        for end in (("",) if PARTS[part] == 1 else (" sin", " cos"))
    )


def read_treatments(values: Values) -> Mapping[str, Mapping[str, Value]]:
    """Return what is done other than by default, by column and aspect."""
    chosen: dict[str, dict[str, Value]] = {}
    for name, aspect, word in values["treatments"]:
        chosen.setdefault(name, {})[aspect] = word
    return chosen


def order_categories(values: Values) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the text columns in the order of the features: those to be embedded behind all others."""
    chosen = read_treatments(values)
    return tuple(sorted(values["categories"], key=lambda one: chosen.get(one[0], {}).get("encode") == "embedding"))


def count_embedded(values: Values) -> tuple[int, ...]:
    """Return how many values each text column has that a layer embeds."""
    chosen = read_treatments(values)
    return tuple(
        len(levels) for name, levels in values["categories"] if chosen.get(name, {}).get("encode") == "embedding"
    )


def count_features(values: Values) -> int:
    """Return how many features the columns give."""
    chosen = read_treatments(values)
    marked = sum(chosen.get(name, {}).get("fill") == "mark" for name in values["numbers"])
    hot = (
        len(levels) if chosen.get(name, {}).get("encode", "one-hot") == "one-hot" else 1
        for name, levels in values["categories"]
    )
    return len(values["numbers"]) + marked + len(list_parts(values)) + sum(hot)
