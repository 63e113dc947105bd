"""Values as source text: what is read back is what was written, and nothing but it."""

import ast
import math
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.codegen.source import Unwritable, write_literal

TEXT = st.text() | st.text("\"'\\\n\r\t{}%\0\u202e\u2028\u00a0\u0430\u0435x1 é数", max_size=12)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT
VALUES = st.recursive(SCALARS, lambda items: st.lists(items, max_size=4).map(tuple), max_leaves=8)


def same(one: object, other: object) -> bool:
    """Return whether two values are the same in value and type, all the way down."""
    if isinstance(one, tuple):
        return isinstance(other, tuple) and len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and repr(one) == repr(other)


@given(VALUES)
def test_literals_give_the_value_back(value: object) -> None:
    assert same(value, ast.literal_eval(write_literal(value)))


@given(TEXT)
def test_literals_of_text_are_one_legible_line(text: str) -> None:
    literal = write_literal(text)
    literal.encode("utf-8")
    assert literal.isprintable()
    assert literal.splitlines() == [literal]
    assert not {unicodedata.bidirectional(letter) for letter in literal} & {
        "R",
        "AL",
        "RLE",
        "RLO",
        "LRO",
        "RLI",
        "FSI",
    }


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("plain", '"plain"'),
        ('say "hi"', "'say \"hi\"'"),
        ("it's", '"it\'s"'),
        ('it\'s "it"', "'it\\'s \"it\"'"),
        ("C:\\data\n", '"C:\\\\data\\n"'),
        ("größe 数字 слой", '"größe 数字 слой"'),
        ("p\u0430th", '"p\\u0430th"'),  # a Cyrillic letter in a Latin word
        ("a\u202eb", '"a\\u202eb"'),
        ("\ud800", '"\\ud800"'),
        ("\0", '"\\x00"'),
    ],
)
def test_literals_of_text(text: str, literal: str) -> None:
    assert write_literal(text) == literal


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan, (10**5000,), [1], {"a": 1}, object(), (1, [2])])
def test_nothing_else_becomes_text(value: object) -> None:
    with pytest.raises(Unwritable):
        write_literal(value)
