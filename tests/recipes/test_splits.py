"""Every way to share rows out keeps what it promises: all rows once, classes in proportion, groups whole, time in order."""

import contextlib
import itertools

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from designer.catalogue.parameters import resolve
from designer.catalogue.splits import count_parts, splits
from designer.data.selection import training_rows
from designer.document.project import Choice, Data
from designer.recipes.alike import number_files, number_rows, number_samples
from designer.recipes.keys import number_values, order_times, read_parts
from designer.recipes.split import (
    cut_fold,
    cut_parts,
    cut_slice,
    cut_time,
    cut_time_fold,
    in_order,
    shuffle_classes,
    shuffle_groups,
    shuffle_rows,
    take_given,
)

counts = st.integers(6, 300)
shares = st.sampled_from([0.0, 0.1, 0.25, 0.4])
seeds = st.integers(0, 2**32 - 1)


def count_as_told(data, count, gap=0):
    values = resolve(splits[data.split.kind].parameters, data.split.parameters)[0]
    return count_parts(data, values, count, gap)


@given(counts, shares, shares, seeds)
def test_drawn_rows_are_each_in_one_part_and_counted_beforehand(count, validation, test, seed):
    parts = cut_parts(shuffle_rows(count, seed), validation, test)
    assert len(parts) == (3 if test else 2)
    together = parts if validation else (parts[0], *parts[2:])
    assert sorted(torch.cat(together).tolist()) == list(range(count))
    assert count_as_told(Data(validation=validation, test=test), count)[: len(parts)] == tuple(map(len, parts))
    assert np.array_equal(training_rows(count, validation, seed, test), parts[0].numpy())


@given(st.lists(st.integers(0, 3), min_size=20, max_size=200), st.sampled_from([0.1, 0.2, 0.3]), seeds)
def test_stratified_parts_have_the_classes_in_proportion(classes, share, seed):
    y = torch.tensor(classes)
    train, validation, test = cut_parts(shuffle_classes(y, seed), share, share)
    assert sorted(torch.cat([train, validation, test]).tolist()) == list(range(len(y)))
    for part in (validation, test):
        for kind in set(classes):
            expected = len(part) * classes.count(kind) / len(y)
            assert abs(int((y[part] == kind).sum()) - expected) < 2


@given(st.lists(st.integers(0, 9), min_size=8, max_size=120).filter(lambda ids: len(set(ids)) > 3), shares, seeds)
def test_no_group_is_in_two_parts(ids, test, seed):
    groups = torch.tensor(ids)
    order = shuffle_groups(groups, seed)
    found = [cut_parts(order, 0.25, test, groups)]
    with contextlib.suppress(ValueError):  # there may be too few groups
        folds = [cut_fold(order, 2, fold, test, groups) for fold in (1, 2)]
        found += folds
        assert not set(folds[0][1].tolist()) & set(folds[1][1].tolist())
    for parts in found:
        assert sorted(torch.cat(parts).tolist()) == list(range(len(ids)))
        kinds = [set(groups[part].tolist()) for part in parts]
        assert all(not one & other for place, one in enumerate(kinds) for other in kinds[:place])


@given(st.integers(40, 300), st.integers(2, 5), shares, st.sampled_from(["row", "time"]), st.integers(0, 2))
def test_folds_cover_all_rows_that_are_no_test_rows(count, folds, test, by, gap):
    rows = in_order(count)
    seen = []
    for fold in range(1, folds + 1):
        if by == "row":
            parts = cut_fold(rows, folds, fold, test)
        else:
            parts = cut_time_fold(rows, folds, fold, test, gap)
            assert parts[0].max() < parts[1].min()
            assert parts[1].min() - parts[0].max() == 1 + min(gap, int(parts[1].min()) - 1)
        data = Data(split=Choice("Fold", {"folds": folds, "fold": fold, "by": by}), test=test)
        assert count_as_told(data, count, gap if by == "time" else 0)[: len(parts)] == tuple(map(len, parts))
        assert not set(parts[0].tolist()) & set(parts[1].tolist())
        seen += parts[1].tolist()
    assert len(seen) == len(set(seen))
    if by == "row":
        kept = set(parts[2].tolist()) if test else set()
        assert set(seen) | kept == set(range(count))


@given(st.integers(20, 300), shares, shares, st.integers(0, 3))
def test_time_goes_from_training_over_validation_to_test(count, validation, test, gap):
    parts = cut_time(in_order(count), validation, test, gap)
    kept = parts if validation else (parts[0], *parts[2:])
    for one, other in itertools.pairwise(kept):
        assert len(one)
        assert len(other)
        assert one.max() < other.min()
    told = count_as_told(Data(validation=validation, test=test), count, gap)
    assert told[: len(parts)] == tuple(map(len, parts))


def test_marked_rows_go_where_they_are_marked_for():
    table = pd.DataFrame({"part": ["Train", "training", "val", "dev", "TEST", "train", "holdout"]})
    parts = read_parts(table, "part")
    assert parts.tolist() == [0, 0, 1, 1, 2, 0, 2]
    assert [part.tolist() for part in take_given(parts, 0.2, 0, test=True)] == [[0, 1, 5], [2, 3], [4, 6]]
    assert [part.tolist() for part in take_given(parts, 0.2, 0)] == [[0, 1, 5], [2, 3]]
    assert take_given(torch.tensor([0, 0, 2]), 0.2, 0)[1].tolist() == [2]
    drawn = take_given(torch.tensor([0] * 10 + [2]), 0.2, 0, test=True)
    assert [len(part) for part in drawn] == [8, 2, 1]
    assert read_parts(pd.DataFrame({"is_valid": [True, False]}), "is_valid").tolist() == [1, 0]
    with pytest.raises(ValueError, match="says 'maybe'"):
        read_parts(pd.DataFrame({"part": ["maybe"]}), "part")
    with pytest.raises(ValueError, match="marked for test"):
        take_given(torch.tensor([0, 0, 1]), 0.2, 0, test=True)


def test_columns_say_groups_and_times():
    table = pd.DataFrame(
        {"who": ["b", "a", None, "b"], "day": ["2024-03-01", "2023-01-05", "2024-01-01", "2023-01-05"]}
    )
    assert number_values(table, "who").tolist() == [0, 1, 2, 0]
    assert order_times(table, "day").tolist() == [1, 3, 2, 0]
    assert order_times(pd.DataFrame({"t": [3, 1.5, 2]}), "t").tolist() == [1, 2, 0]
    with pytest.raises(ValueError, match="no column 'when'"):
        order_times(table, "when")
    with pytest.raises(ValueError, match="holds no times"):
        order_times(table, "who")


def test_equal_rows_have_one_number(tmp_path):
    table = pd.DataFrame({"a": [1.5, None, 1.5, None, 2], "b": ["x", "y", "x", None, "x"], "c": [1, 2, 3, 4, 5]})
    assert number_rows(table, ("a", "b")).tolist() == [0, 1, 0, 2, 3]
    assert number_rows(table, ("a",)).tolist() == [0, 1, 0, 1, 2]
    with pytest.raises(ValueError, match="no column 'd'"):
        number_rows(table, ("a", "d"))
    x = torch.tensor([[[1.0, 2]], [[2, 1]], [[1, 2]]])
    assert number_samples(x).tolist() == number_samples(x.numpy()).tolist() == [0, 1, 0]
    for name, content in (("a.png", b"same"), ("b.png", b"other"), ("c.png", b"same")):
        (tmp_path / name).write_bytes(content)
    assert number_files(tmp_path, ["a.png", "b.png", "c.png"]).tolist() == [0, 1, 0]


def test_equal_groups_cannot_be_parted_and_slices_keep_their_end():
    groups = torch.zeros(5, dtype=torch.int64)
    with pytest.raises(ValueError, match="folds"):
        cut_fold(shuffle_groups(groups, 0), 2, 1, 0, groups)
    assert cut_slice(slice(10), 0.2) == (slice(8), slice(8, 10))
    assert cut_slice(slice(10), 0) == (slice(10), slice(10))
    assert np.array_equal(shuffle_rows(7, 3).numpy(), np.random.default_rng(3).permutation(7))
