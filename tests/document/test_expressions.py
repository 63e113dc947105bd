"""Expressions: arithmetic on named values and nothing else, whatever stands in the text."""

import ast
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.document.expressions import (
    ExpressionError,
    evaluate,
    find_names,
    is_expression,
    substitute,
    write_expression,
)

NAMES = {"channels": 64, "stride": 2, "ratio": 0.25, "project": True, "mode": "same"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("=channels * 4", 256),
        ("= channels//3 + 1", 22),
        ("=int(channels * ratio)", 16),
        ("=max(1, channels // 128)", 1),
        ("=stride != 1 or channels != 64", True),
        ("=not project and 1 < stride <= 2", False),
        ("=channels if project else stride", 64),
        ("=(channels, stride, 1)", (64, 2, 1)),
        ("=2 ** 10", 1024),
        ("=channels / 2", 32.0),
        ("=-channels % 5", 1),
        ('=mode == "same"', True),
        ("=round(ratio)", 0),
    ],
)
def test_values(text, value):
    assert evaluate(text, NAMES) == value
    assert type(evaluate(text, NAMES)) is type(value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("=", "cannot be read"),
        ("=channels *", "cannot be read"),
        ("=width", "`width`, which is no parameter"),
        ("=channels // 0", "divides by zero"),
        ("=mode * 2", "no number"),
        ("=project + 1", "no number"),
        ("=2 ** 100", "too large"),
        ("=10 ** 60 * 10", "too large"),
        ("=1e308 * 10", "too large"),
        ("=__import__('os')", "a call of `__import__`"),
        ("=channels.bit_length()", "a call"),
        ("=channels.real", "a dot"),
        ("=(1, 2)[0]", "brackets"),
        ("=[1 for x in (1,)]", "only arithmetic"),
        ("=lambda: 1", "a lambda"),
        ("=(x := 3)", "only arithmetic"),
        ("=f'{channels}'", "only arithmetic"),
        ("=max()", "a call"),
        ("=max(*(1, 2))", "a star"),
        ("=min(1, key=2)", "a call"),
        ("=" + "(" * 300 + "1" + ")" * 300, "cannot be read"),
        ("=" + "-" * 60 + "1", "too deep"),
        ("=" + "1+" * 600 + "1", "more than 1,000"),
        ("=1 if 0 else", "cannot be read"),
        ("=None", "only arithmetic"),
        ("=1j", "only arithmetic"),
        ("=(-8) ** 0.5", "without a real value"),
        ("=int('9' * 9)", "no number"),
    ],
)
def test_refusals(text, words):
    with pytest.raises(ExpressionError) as caught:
        evaluate(text, NAMES)
    assert words in str(caught.value)


@given(st.text(max_size=60))
def test_any_text_has_a_value_or_is_refused(text):
    with contextlib.suppress(ExpressionError):
        evaluate(f"={text}", NAMES)


NUMBERS = st.integers(0, 99).map(str) | st.sampled_from(["channels", "stride"])
SUMS = st.recursive(
    NUMBERS,
    lambda parts: st.tuples(parts, st.sampled_from(["+", "-", "*"]), parts).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
    max_leaves=8,
)


@given(SUMS)
def test_written_code_means_the_same(text):
    code = write_expression(f"={text}", {"channels": "width"})
    assert eval(code, {"width": 64, "stride": 2}) == evaluate(f"={text}", NAMES)
    ast.parse(code, mode="eval")


@given(SUMS, SUMS)
def test_names_are_replaced_by_whole_expressions(text, other):
    inner = evaluate(f"={other}", NAMES)
    replaced = substitute(f"={text}", {"channels": f"={other}"})
    expected = evaluate(f"={text}", {**NAMES, "channels": inner})
    assert (evaluate(replaced, NAMES) if is_expression(replaced) else replaced) == expected
    assert substitute(f"={text}", NAMES) == evaluate(f"={text}", NAMES)


def test_names_used():
    assert find_names("=max(channels, 2 * stride)") == {"channels", "stride"}
    assert find_names("=channels *") == frozenset()
    assert not is_expression("channels")
    assert not is_expression(3)
