"""Parameters that several layers have in common, and changes of a value that each of them makes from its own."""

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

from designer.catalogue.parameters import (
    LARGEST,
    Factors,
    Integer,
    Maybe,
    Option,
    Parameter,
    ParameterType,
    PerAxis,
    Real,
    Sizes,
    Unacceptable,
    show,
)
from designer.document.expressions import SIGN, is_expression
from designer.document.graph import Value

Operator = Literal["*", "/", "//", "+", "-"]

_CHANGE = re.compile(r"(\*|//?|\+|-|×)\s*(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+)")


class Mixed:
    """The type of MIXED alone."""

    def __repr__(self) -> str:
        return "MIXED"


MIXED: Final = Mixed()  # stands for the values of several layers that are not alike, each as it is


@dataclass(frozen=True, slots=True)
class Change:
    """What each layer does to the number it has: `* 2`, `/ 2`, `// 3`, `+ 16`, `- 1`."""

    operator: Operator
    amount: int | float

    def __str__(self) -> str:
        return f"{self.operator}{self.amount:g}"

    def apply(self, value: Value) -> Value:
        """Return the changed value: of sizes every one, of an expression a longer one. Raise Unacceptable."""
        if isinstance(value, tuple):
            return tuple(self.apply(item) for item in value)
        if isinstance(value, str) and is_expression(value):
            return f"{SIGN}({value.removeprefix(SIGN).strip()}) {self.operator} {self.amount}"
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Unacceptable(f"is {'none' if value is None else show(value)}, which {self} cannot change")
        return self._work_out(value)

    def _work_out(self, value: int | float) -> int | float:
        if abs(self.amount) > LARGEST:
            raise Unacceptable("is too large a number")
        if self.operator == "*":
            return _clean(value * self.amount)
        if self.operator == "+":
            return _clean(value + self.amount)
        if self.operator == "-":
            return _clean(value - self.amount)
        if not self.amount:
            raise Unacceptable("cannot be divided by 0")
        return value // self.amount if self.operator == "//" else _clean(value / self.amount)


def _clean(value: float) -> int | float:
    """Return a result without the last digits that binary fractions leave: 0.3, not 0.30000000000000004."""
    return value if isinstance(value, int) else float(f"{value:.12g}")


def read_change(kind: ParameterType, text: str) -> Change | None:
    """Return the change that a text asks for, None where it stands for a value itself.

    A minus is a change only where numbers cannot be negative: elsewhere it is a sign.
    """
    inner = kind.item if isinstance(kind, Maybe) else kind
    found = _CHANGE.fullmatch(text.strip())
    if found is None or not isinstance(inner, Integer | Real | PerAxis | Factors | Sizes):
        return None
    sign, number = found.groups()
    if sign == "-" and getattr(inner, "low", 1) < 0:
        return None
    operator: Operator = "*" if sign == "×" else sign  # type: ignore[assignment]
    return Change(operator, int(number) if number.isdigit() else float(number))


@functools.lru_cache(256)
def share_parameters(declared: tuple[tuple[Parameter, ...], ...]) -> tuple[Parameter, ...]:
    """Return the parameters that all of several declarations have, in the order of the first.

    Each takes all that one of them takes; of lists of words only what all take. Those of different kinds are left out.
    """
    if not declared:
        return ()
    shared: list[Parameter] = []
    for parameter in declared[0]:
        alike = [other for one in declared for other in one if other.name == parameter.name and not other.hidden]
        if len(alike) < len(declared) or parameter.hidden:
            continue
        kind = widen(other.type for other in alike)
        if kind is not None:
            shared.append(parameter if kind == parameter.type else replace(parameter, type=kind))
    return tuple(shared)


def widen(kinds: Iterable[ParameterType]) -> ParameterType | None:
    """Return a type for values that one type at least takes, None where they are of different kinds."""
    first, *others = dict.fromkeys(kinds)
    for other in others:
        joined = _join(first, other)
        if joined is None:
            return None
        first = joined
    return first


def _join(first: ParameterType, second: ParameterType) -> ParameterType | None:
    if isinstance(first, Maybe) or isinstance(second, Maybe):
        none = first.none if isinstance(first, Maybe) else second.none  # type: ignore[attr-defined]
        parts = [kind.item if isinstance(kind, Maybe) else kind for kind in (first, second)]
        inner = parts[0] if parts[0] == parts[1] else _join(parts[0], parts[1])
        return None if inner is None else Maybe(inner, none)
    if isinstance(first, Integer) and isinstance(second, Integer):
        return Integer(min(first.low, second.low), max(first.high, second.high))
    if isinstance(first, Real) and isinstance(second, Real):
        return Real(min(first.low, second.low), max(first.high, second.high))
    if isinstance(first, PerAxis) and isinstance(second, PerAxis):
        words = (*first.words, *(word for word in second.words if word not in first.words))
        return PerAxis(max(first.axes, second.axes), min(first.low, second.low), words, max(first.high, second.high))
    if isinstance(first, Option) and isinstance(second, Option):
        both = tuple(word for word in first.words if word in second.words)
        return Option(both) if both else None
    return first if first == second else None
