"""The learning-rate range test: it tells of each step, can be ended, proposes what works, and says when nothing does."""

from itertools import pairwise

import pytest

from designer.document.project import Choice
from designer.engine.events import Failed
from designer.engine.lr_range import RangeFound, RateTried, conclude, find_range
from tests.engine.plans import plan_digits, spoil


def test_rates_grow_by_one_factor_and_the_proposal_learns():
    *tried, found = find_range(plan_digits(optimizer=Choice("SGD", {"lr": 0.001, "momentum": 0.9})))
    assert isinstance(found, RangeFound)
    assert found.tried == tuple(tried)
    factors = {round(after.rate / before.rate, 6) for before, after in pairwise(tried)}
    assert len(factors) == 1
    assert 0.001 <= found.proposal <= 1
    assert f"{found.proposal:g}" in found.message


def test_it_ends_when_asked_and_repeats_itself():
    first, second = list(find_range(plan_digits(), steps=12)), find_range(plan_digits(), steps=12)
    seen = [next(second), next(second)]
    assert seen == first[:2]
    assert isinstance(second.send(True), RangeFound)
    assert list(second) == []


def test_what_goes_wrong_is_said():
    *_, last = find_range(spoil(plan_digits(), "nn.ReLU(),", "nn.Linear(5, 6),"))
    assert isinstance(last, Failed)
    assert last.node == "n-relu3"


@pytest.mark.parametrize("losses", [[], [2.0, 2.1, 2.3, 9.0], [1.0, 1.0, 1.0]])
def test_nothing_is_proposed_where_no_rate_helped(losses):
    tried = [RateTried(i, 10, 10.0**-i, loss, loss) for i, loss in enumerate(losses)]
    assert conclude(tried).proposal is None
