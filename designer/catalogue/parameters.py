"""Parameter declarations: what type a setting has, which values are allowed, what it means."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from frozendict import frozendict

from designer.document.graph import Parameters, Value
from designer.document.wording import show_name as show_name

# Every parameter of a declaration by name, defaults filled in, each in its canonical form: checked, hence Any.
Values = Mapping[str, Any]

# No size or count in a network comes near this; beyond it a number is a slip of the finger or an attack.
LARGEST = 10**9


class Unacceptable(ValueError):
    """A value that a parameter cannot take. The message finishes the sentence "`kernel_size` ..."."""


class ParameterType(Protocol):
    """The kind of value a parameter takes; forms choose their editor by the class."""

    def accept(self, value: Value) -> Value:
        """Return the canonical form of `value`, so that equal settings are equal values. Raise Unacceptable."""
        ...


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number, low <= value <= high."""

    low: int = 1
    high: int = LARGEST

    def accept(self, value: Value) -> int:
        """Return the value as int; 3.0 counts as 3."""
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise Unacceptable(f"must be a whole number, not {show(value)}")
        if not self.low <= value <= self.high:
            raise Unacceptable(f"must lie between {self.low:,} and {self.high:,}, not {show(value)}")
        return value


@dataclass(frozen=True, slots=True)
class Real:
    """A finite number, low <= value <= high; `above` and `below` exclude the ends."""

    low: float = -math.inf
    high: float = math.inf
    above: bool = False
    below: bool = False

    def accept(self, value: Value) -> float:
        """Return the value as float."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Unacceptable(f"must be a number, not {show(value)}")
        if isinstance(value, int) and abs(value) > LARGEST:
            raise Unacceptable("is too large a number")
        if not math.isfinite(value):
            raise Unacceptable("must be a finite number")
        low_ok = value > self.low if self.above else value >= self.low
        high_ok = value < self.high if self.below else value <= self.high
        if not (low_ok and high_ok):
            raise Unacceptable(f"must be {self.describe()}, not {show(value)}")
        return float(value)

    def describe(self) -> str:
        """Return the range in words: "at least 0 and below 1"."""
        ends = []
        if math.isfinite(self.low):
            ends.append(f"{'above' if self.above else 'at least'} {self.low:g}")
        if math.isfinite(self.high):
            ends.append(f"{'below' if self.below else 'at most'} {self.high:g}")
        return " and ".join(ends) or "any number"


@dataclass(frozen=True, slots=True)
class Flag:
    """Yes or no."""

    def accept(self, value: Value) -> bool:
        """Return the value if it is a bool."""
        if not isinstance(value, bool):
            raise Unacceptable(f"must be true or false, not {show(value)}")
        return value


@dataclass(frozen=True, slots=True)
class Option:
    """One of a few words."""

    words: tuple[str, ...]

    def accept(self, value: Value) -> str:
        """Return the value if it is one of the words."""
        if not isinstance(value, str) or value not in self.words:
            raise Unacceptable(f"must be one of {', '.join(self.words)}, not {show(value)}")
        return value


@dataclass(frozen=True, slots=True)
class PerAxis:
    """A whole number for each of `axes` spatial axes, or one for all, or one of `words` ("same").

    The canonical form is a plain int where all axes agree, else a tuple with one int an axis, or the word.
    """

    axes: int
    low: int = 1
    words: tuple[str, ...] = ()
    high: int = 1_000_000

    def accept(self, value: Value) -> Value:
        """Return an int, a tuple of `axes` ints or a word."""
        if isinstance(value, str):
            if value in self.words:
                return value
            allowed = f" or one of {', '.join(self.words)}" if self.words else ""
            raise Unacceptable(f"must be a whole number{allowed}, not {show(value)}")
        one = Integer(self.low, self.high)
        if not isinstance(value, tuple):
            return one.accept(value)
        if len(value) != self.axes:
            raise Unacceptable(f"must be one whole number or {self.axes} of them, not {show(value)}")
        numbers = tuple(one.accept(item) for item in value)
        return numbers[0] if len(set(numbers)) == 1 else numbers


@dataclass(frozen=True, slots=True)
class Sizes:
    """The sizes of a tensor without its batch dimension, such as 1 x 28 x 28."""

    max_rank: int = 6

    def accept(self, value: Value) -> tuple[int, ...]:
        """Return a tuple of 1 to `max_rank` sizes; a lone number is a vector's length."""
        if not isinstance(value, tuple):
            value = (value,)
        if not 1 <= len(value) <= self.max_rank:
            raise Unacceptable(f"must have 1 to {self.max_rank} sizes, not {len(value)}")
        return tuple(Integer(1).accept(item) for item in value)


@dataclass(frozen=True, slots=True)
class Factors:
    """A factor for all spatial axes, or one for each of up to three.

    The canonical form is a plain float where all axes agree, else a tuple with one float an axis.
    """

    low: float = 0.001
    high: float = 1000.0

    def accept(self, value: Value) -> Value:
        """Return a float or a tuple of 2 or 3 floats."""
        one = Real(self.low, self.high)
        if not isinstance(value, tuple):
            return one.accept(value)
        if not 1 <= len(value) <= 3:
            raise Unacceptable(f"must be one number or one for each axis, not {show(value)}")
        numbers = tuple(one.accept(item) for item in value)
        return numbers[0] if len(set(numbers)) == 1 else numbers


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text of at most `longest` characters."""

    longest: int = 4096

    def accept(self, value: Value) -> str:
        """Return the value if it is a string without NUL."""
        if not isinstance(value, str):
            raise Unacceptable(f"must be text, not {show(value)}")
        if len(value) > self.longest:
            raise Unacceptable(f"must have at most {self.longest} characters, not {len(value)}")
        if "\0" in value:
            raise Unacceptable("must not contain a NUL character")
        return value


@dataclass(frozen=True, slots=True)
class Path(Text):
    """The place of a file or, with `folder`, of a folder."""

    folder: bool = False


@dataclass(frozen=True, slots=True)
class Several:
    """A tuple of `shortest` to `longest` values of one type."""

    item: ParameterType
    longest: int = 100_000
    shortest: int = 0

    def accept(self, value: Value) -> tuple[Value, ...]:
        """Return a tuple with every item in canonical form."""
        if not isinstance(value, tuple):
            raise Unacceptable(f"must be a list, not {show(value)}")
        if len(value) > self.longest:
            raise Unacceptable(f"must have at most {self.longest} items, not {len(value)}")
        if len(value) < self.shortest:
            raise Unacceptable(f"must have at least {self.shortest} items, not {len(value)}")
        return tuple(self.item.accept(item) for item in value)


@dataclass(frozen=True, slots=True)
class Maybe:
    """A value of another type, or none; `none` says in a form what none means ("from the data")."""

    item: ParameterType
    none: str = "none"

    def accept(self, value: Value) -> Value:
        """Return None or the canonical form of the item."""
        return None if value is None else self.item.accept(value)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One setting of a declaration.

    `default` is what holds when nothing is set; where torch has a default for the argument it is the same one, so
    that generated code may leave it out. `meaning` is one plain sentence for the form and the manual. `argument` is
    False for a setting that torch's constructor does not know (the choice of what an LSTM gives out). `hidden`
    keeps a setting that a panel of its own edits out of the generated form.
    """

    name: str
    type: ParameterType
    default: Value
    meaning: str
    argument: bool = True
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Objection:
    """Why the value set for a parameter cannot stand: a whole sentence without its subject's name."""

    parameter: str
    message: str


def resolve(parameters: tuple[Parameter, ...], given: Parameters) -> tuple[Values, tuple[Objection, ...]]:
    """Return every parameter in canonical form, defaults filled in, and what is wrong with those given.

    A value that cannot stand is replaced by its default, so the values are always complete and sound.
    """
    values: dict[str, Value] = {}
    objections: list[Objection] = []
    for parameter in parameters:
        name = parameter.name
        if name not in given:
            values[name] = parameter.default
            continue
        try:
            values[name] = parameter.type.accept(given[name])
        except Unacceptable as error:
            values[name] = parameter.default
            objections.append(Objection(name, f"`{name}` {error}."))
    strays = (name for name in given if name not in values)
    objections.extend(Objection(name, f"`{show_name(name)}` is not one of its parameters.") for name in strays)
    return frozendict(values), tuple(objections)


def show(value: Value) -> str:
    """Return a value as it may stand in a message: short, on one line."""
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."
