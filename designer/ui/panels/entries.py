"""Parameter values as a person types and reads them: text to a checked value, and a value to text."""

import re

from designer.catalogue.parameters import (
    Factors,
    Flag,
    Integer,
    Maybe,
    Option,
    ParameterType,
    Path,
    PerAxis,
    Real,
    Several,
    Sizes,
    Text,
    Unacceptable,
)
from designer.document.expressions import ExpressionError, Names, evaluate
from designer.document.graph import Value

ON = ("on", "true", "yes", "1")
OFF = ("off", "false", "no", "0")

# "1 x 28 x 28", "1×28×28", "1, 28, 28", "(1 28 28)" all mean the same sizes.
_BETWEEN_SIZES = re.compile(r"\s*[,;x×*]\s*|\s+")


def parse_entry(kind: ParameterType, text: str) -> Value:
    """Return the canonical value that `text` stands for.

    Raises Unacceptable, whose message finishes the sentence "`kernel_size` ...".
    """
    if isinstance(kind, Text):
        return kind.accept(text)
    text = text.strip()
    if isinstance(kind, Maybe):
        return None if text in ("", kind.none) else parse_entry(kind.item, text)
    if not text and isinstance(kind, Several) and kind.shortest == 0:
        return ()
    if not text and not (isinstance(kind, Option) and "" in kind.words):
        raise Unacceptable("must not be empty")
    if isinstance(kind, Flag):
        return kind.accept(_read_flag(text))
    if isinstance(kind, Option):
        return kind.accept(text)
    if isinstance(kind, Several):
        return kind.accept(tuple(parse_entry(kind.item, part) for part in _split_list(text)))
    if isinstance(kind, PerAxis | Sizes | Factors):
        return kind.accept(_read_sizes(text))
    return kind.accept(_read_number(text, (float,) if isinstance(kind, Real) else (int, float)))


def parse_expression(kind: ParameterType, text: str, names: Names) -> Value:
    """Return what an expression over named values comes to, as a value of a type. Raises Unacceptable."""
    try:
        return kind.accept(evaluate(text, names))
    except ExpressionError as error:
        raise Unacceptable(str(error).replace("`", "")) from None


def takes_expressions(kind: ParameterType) -> bool:
    """Return whether an expression may stand for a value of a type: not for a text, which may begin with = itself."""
    return not isinstance(kind.item if isinstance(kind, Maybe) else kind, Text | Path)


def write_entry(kind: ParameterType, value: Value) -> str:
    """Return the text that `parse_entry` reads as `value`; none is the empty text."""
    if value is None:
        return ""
    if isinstance(kind, Maybe):
        return write_entry(kind.item, value)
    if isinstance(value, bool):
        return ON[0] if value else OFF[0]
    if isinstance(value, tuple):
        if isinstance(kind, Several):
            empty = kind.item.none if isinstance(kind.item, Maybe) else ""
            return ", ".join(write_entry(kind.item, item) or empty for item in value)
        return " × ".join(write_number(item) if isinstance(item, float) else str(item) for item in value)
    return write_number(value) if isinstance(value, float) else str(value)


def write_number(value: float) -> str:
    """Return the shortest text that reads back as the same number: 0.001, 1e-5, 3."""
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return re.sub(r"e([+-])0+", r"e\1", repr(value)).replace("e+", "e")


def describe_type(kind: ParameterType) -> str:
    """Return in a few words what may be entered: "a whole number, at least 1"."""
    if isinstance(kind, Maybe):
        return f"{describe_type(kind.item)}; empty: {kind.none}"
    if isinstance(kind, Integer):
        return f"a whole number, at least {kind.low}"
    if isinstance(kind, Real):
        reach = kind.describe()
        return reach if reach == "any number" else f"a number, {reach}"
    if isinstance(kind, PerAxis):
        words = "".join(f" or {word}" for word in kind.words)
        axes = "" if kind.axes == 1 else f", or {kind.axes} of them as 3 × 5"
        return f"a whole number, at least {kind.low}{axes}{words}"
    if isinstance(kind, Sizes):
        return "sizes such as 1 × 28 × 28"
    if isinstance(kind, Factors):
        return f"a number from {kind.low:g} to {kind.high:g}, or one for each axis as 2 × 1.5"
    if isinstance(kind, Option):
        return "one of " + ", ".join(kind.words)
    if isinstance(kind, Several):
        return "a list with commas between"
    return "on or off" if isinstance(kind, Flag) else "text"


def _read_flag(text: str) -> Value:
    word = text.lower()
    return True if word in ON else False if word in OFF else text


def _read_number(text: str, readers: tuple[type[int] | type[float], ...] = (int, float)) -> Value:
    for read in readers:
        try:
            return read(text)
        except ValueError:
            continue
    if re.fullmatch(r"[+-]?\d*,\d+", text):
        raise Unacceptable(f"takes a point, not a comma: {text.replace(',', '.')}")
    return text


def _read_sizes(text: str) -> Value:
    inner = text.strip("()[] ")
    parts = [part for part in _BETWEEN_SIZES.split(inner) if part]
    if not all(re.fullmatch(r"[+-]?[\d._]+", part) for part in parts):
        return text  # a word such as "same", or a slip that the type will name
    numbers = tuple(_read_number(part) for part in parts)
    return numbers[0] if len(numbers) == 1 else numbers


def _split_list(text: str) -> list[str]:
    return [part for part in (piece.strip() for piece in text.strip("()[]").split(",")) if part]
