"""Rows that are searched and sorted, and what a column is in figures, held to the values themselves."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from designer.data import Table, inspect_csv
from designer.data.browsing import find_cells, order_rows
from designer.data.summary import Groups, count_values, group_rows, tell_figures, tell_relation

COUNT = 120


@pytest.fixture
def table(tmp_path: Path) -> Table:
    """Columns of every kind: whole and other numbers, texts, dates, nothing at all, and a number beyond all others."""
    random = np.random.default_rng(0)
    days = pd.date_range("2024-02-01", periods=COUNT).strftime("%Y-%m-%d")
    frame = pd.DataFrame({"age": np.arange(COUNT) % 9, "size": random.normal(size=COUNT), "day": days})
    frame["town"] = [None if n % 10 == 0 else ("Oslo", "Rome", "Bonn")[n % 3] for n in range(COUNT)]
    frame["code"] = [f"c{n % 40}" for n in range(COUNT)]
    frame["none"] = None
    frame["wide"] = [np.inf if n == 3 else n for n in range(COUNT)]
    frame["sold"] = np.where(frame["size"] > 0, "yes", "no")
    frame.to_csv(tmp_path / "table.csv", index=False)
    return inspect_csv(tmp_path / "table.csv")


def test_cells_are_found_by_words_numbers_bounds_and_absence(table):
    frame, age = table.frame, table.frame["age"]
    assert find_cells(frame["town"], " OS ").sum() == (frame["town"] == "Oslo").sum()
    assert find_cells(frame["town"], "?").sum() == 12
    for words, mask in (
        ("5", age == 5),
        (">5", age > 5),
        ("<= 5", age <= 5),
        ("2..4", age.between(2, 4)),
        (">=8", age >= 8),
    ):
        assert (find_cells(age, words) == mask.to_numpy()).all()
    assert not find_cells(age, "five").any()
    assert not find_cells(frame["none"], "x").any()


def test_rows_keep_their_part_and_are_in_order(table):
    frame, parts = table.frame, (np.arange(COUNT) % 3).astype(np.int8)
    rows = order_rows(frame, parts, part=2, search=("age", "<4"), sort=("size", False))
    assert set(rows.tolist()) == {n for n in range(COUNT) if n % 3 == 2 and n % 9 < 4}
    assert (np.diff(frame["size"].to_numpy()[rows]) <= 0).all()
    assert order_rows(frame, sort=("town", True))[-12:].tolist() == list(range(0, COUNT, 10))  # missing ones last
    assert (np.diff(parts[order_rows(frame, parts, sort=("", True))]) >= 0).all()
    assert order_rows(frame).tolist() == list(range(COUNT))


def test_every_kind_of_column_is_counted_whole_and_by_groups(table):
    frame = table.frame
    sold = group_rows(frame["sold"], table.column("sold"))
    for column in table.columns:
        values = frame[column.name]
        for groups in (None, sold, Groups(np.full(COUNT, -1), ("none",))):
            spread = count_values(values, column, groups)
            known = 0 if groups is not None and groups is not sold else values.notna().sum()
            assert spread.counts.sum() == known
            assert len(spread.counts) == max(len(spread.labels), len(spread.edges) - 1, 0)
        assert dict(tell_figures(values, column))["Different"] == f"{values.nunique():,}"
    ages = count_values(frame["age"], table.column("age"))
    assert ages.counts[:, 0].tolist() == np.bincount(frame["age"]).tolist()
    codes = count_values(frame["code"], table.column("code"))
    assert codes.labels[-1] == "29 others"
    assert group_rows(frame["code"], table.column("code")) is None


def test_what_a_column_tells_of_the_target(table):
    frame, seen = table.frame, {}
    for name in ("size", "town", "day", "code", "none"):
        seen[name] = dict(tell_relation(frame[name], table.column(name), frame["sold"], is_class=True))
    assert float(seen["size"]["Alone"].split()[1]) > 0.95
    assert float(seen["size"]["Information"].split()[0]) > 0.5
    assert float(seen["town"]["Alone"].split()[1]) < 0.7
    assert seen["none"] == {}
    numbers = dict(tell_relation(frame["size"] * -2, table.column("size"), frame["size"], is_class=False))
    assert numbers["Correlation"] == "-1.000 (of ranks -1.000)"
    assert numbers["Alone"] == "R² 1.000"
