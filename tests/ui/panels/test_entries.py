"""Text to values and back: every value that a type accepts survives being written and read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.catalogue.parameters import (
    Factors,
    Flag,
    Integer,
    Maybe,
    Option,
    Parameter,
    Path,
    PerAxis,
    Real,
    Several,
    Sizes,
    Text,
    Unacceptable,
)
from designer.catalogue.registry import layers, losses, optimizers, schedules
from designer.ui.panels.entries import describe_type, parse_entry, write_entry, write_number
from designer.ui.panels.text_entry import Entry

SPECS = [*layers.values(), *losses.values(), *optimizers.values(), *schedules.values()]
# Hidden ones have an editor of their own.
PARAMETERS = [(spec.kind, parameter) for spec in SPECS for parameter in spec.parameters if not parameter.hidden]


@pytest.mark.parametrize("kind, parameter", PARAMETERS, ids=lambda value: getattr(value, "name", value))
def test_every_default_survives(kind: str, parameter: Parameter):
    assert parse_entry(parameter.type, write_entry(parameter.type, parameter.default)) == parameter.default
    assert describe_type(parameter.type)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_survive(value: float):
    assert parse_entry(Real(), write_entry(Real(), value)) == value


@given(st.lists(st.floats(0.001, 1000), min_size=1, max_size=3))
def test_factors_survive(numbers: list[float]):
    value = Factors().accept(tuple(numbers))
    assert parse_entry(Factors(), write_entry(Factors(), value)) == value
    for wrong in ((), (1.0,) * 4, (2.0, 0.0), "same", True, None):
        with pytest.raises(Unacceptable):
            Factors().accept(wrong)


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=6))
def test_sizes_survive(sizes: list[int]):
    assert parse_entry(Sizes(), write_entry(Sizes(), tuple(sizes))) == tuple(sizes)


@given(st.one_of(st.just("same"), st.integers(0, 99), st.tuples(st.integers(0, 99), st.integers(0, 99))))
def test_axes_survive(value):
    kind = PerAxis(2, low=0, words=("same",))
    value = kind.accept(value)
    assert parse_entry(kind, write_entry(kind, value)) == value


@given(st.lists(st.floats(-1e6, 1e6), max_size=5))
def test_lists_survive(values: list[float]):
    kind = Several(Real())
    assert parse_entry(kind, write_entry(kind, tuple(values))) == tuple(values) if values else True


@pytest.mark.parametrize("text", ["1 x 28 x 28", "1×28×28", "1, 28, 28", "(1, 28, 28)", " 1 28  28 ", "[1;28;28]"])
def test_sizes_in_any_hand(text: str):
    assert parse_entry(Sizes(), text) == (1, 28, 28)


@pytest.mark.parametrize(
    "kind, text, value",
    [
        (Integer(), "3.0", 3),
        (Real(), "1e-3", 0.001),
        (Flag(), "Yes", True),
        (Flag(), "off", False),
        (Option(("mean", "sum")), " sum ", "sum"),
        (Maybe(Integer(), none="all"), "", None),
        (Maybe(Integer(), none="all"), "all", None),
        (Maybe(Integer()), "7", 7),
        (PerAxis(2), "3 x 5", (3, 5)),
        (PerAxis(2), "4, 4", 4),
        (Text(), " kept as typed ", " kept as typed "),
    ],
)
def test_reads(kind, text, value):
    assert parse_entry(kind, text) == value


@pytest.mark.parametrize(
    "kind, text, says",
    [
        (Integer(), "", "must not be empty"),
        (Integer(), "0", "must lie between 1"),
        (Integer(), "abc", "must be a whole number, not 'abc'"),
        (Integer(), "9" * 5000, "must be a whole number"),
        (Real(0, 1), "0,5", "takes a point, not a comma: 0.5"),
        (Real(), "nan", "must be a finite number"),
        (Real(), "1e999", "must be a finite number"),
        (Flag(), "perhaps", "must be true or false"),
        (PerAxis(2, words=("same",)), "valid", "or one of same"),
        (PerAxis(2), "1 x 2 x 3", "one whole number or 2 of them"),
        (Sizes(), "1 x -3", "must lie between 1"),
        (Sizes(), "__import__('os')", "must be a whole number"),
    ],
)
def test_refuses_in_a_sentence(kind, text, says):
    with pytest.raises(Unacceptable) as refusal:
        parse_entry(kind, text)
    assert says in str(refusal.value)


@given(st.text(max_size=60), st.sampled_from([parameter.type for _, parameter in PARAMETERS]))
def test_any_text_gives_a_value_or_a_sentence(text: str, kind):
    try:
        value = parse_entry(kind, text)
    except Unacceptable as refusal:
        assert str(refusal)  # noqa: PT017 - either way is right
    else:
        assert kind.accept(value) == value


@pytest.mark.parametrize("value, text", [(0.001, "0.001"), (1e-5, "1e-5"), (3.0, "3"), (1e30, "1e30"), (0.1, "0.1")])
def test_numbers_are_short(value: float, text: str):
    assert write_number(value) == text


def test_of_a_place_the_end_is_seen(qtbot):
    entry = Entry(Path(4096))
    qtbot.addWidget(entry)
    entry.show_value("/home/ada/data/titanic.csv")
    assert entry.cursorPosition() == len(entry.text())
