"""What several layers share: types that take what one of them takes, and changes that each makes from its own value."""

import pytest

from designer.catalogue.parameters import Integer, Maybe, Option, PerAxis, Real, Unacceptable
from designer.catalogue.registry import layers
from designer.catalogue.sharing import Change, read_change, share_parameters, widen


@pytest.mark.parametrize(
    "text, before, after",
    [
        ("*2", 3, 6),
        ("× 2", (3, 5), (6, 10)),
        ("/2", 64, 32.0),
        ("//2", 7, 3),
        ("+16", 16, 32),
        ("-1", 3, 2),
        ("*.5", 64, 32.0),
        ("*2", "=channels", "=(channels) * 2"),
        ("+0.2", 0.1, 0.3),
    ],
)
def test_a_change_is_made_from_each_value(text, before, after):
    assert read_change(PerAxis(2), text).apply(before) == after


@pytest.mark.parametrize("text", ["16", "same", "*", "*x", "2*2", "=a*2", "1e3", "+", "*-2", ""])
def test_what_is_a_value_is_no_change(text):
    assert read_change(PerAxis(2), text) is None


def test_a_minus_is_a_sign_where_numbers_may_be_negative():
    assert read_change(Real(), "-0.5") is None
    assert read_change(Integer(-6, 6), "-1") is None
    assert read_change(Real(0, 1), "-0.5") == Change("-", 0.5)
    assert read_change(Maybe(Integer()), "-2") == Change("-", 2)
    assert read_change(Option(("a",)), "*2") is None


@pytest.mark.parametrize("change, value", [("*2", None), ("*2", "same"), ("+1", True), ("/0", 3), ("*9e99", 2)])
def test_what_cannot_be_changed_says_so(change, value):
    with pytest.raises(Unacceptable):
        read_change(PerAxis(2), change).apply(value)


def test_shared_parameters_take_what_one_takes():
    one, two, pool = layers["Conv1d"], layers["Conv2d"], layers["MaxPool2d"]
    shared = {one.name: one.type for one in share_parameters((one.parameters, two.parameters))}
    assert list(shared) == [one.name for one in two.parameters]
    assert shared["kernel_size"].accept((3, 5)) == (3, 5)
    shared = [one.name for one in share_parameters((two.parameters, pool.parameters))]
    assert shared == ["kernel_size", "stride", "padding", "dilation"]
    assert share_parameters((two.parameters, layers["ReLU"].parameters)) == ()


def test_types_of_different_kinds_share_nothing():
    assert widen((Integer(), Real())) is None
    assert widen((Option(("a", "b")), Option(("b", "c")))) == Option(("b",))
    assert widen((Option(("a",)), Option(("c",)))) is None
    assert widen((Integer(1, 5), Maybe(Integer(0, 3), "all"))) == Maybe(Integer(0, 5), "all")
