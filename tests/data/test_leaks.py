"""What is said of hand-made tables with leaks, what is not said of sound ones, and that each remedy mends its leak."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from designer.catalogue.facts import facts
from designer.data import csv_parameters, inspect_csv, look
from designer.data.copies import say_copies
from designer.data.leaks import find_leaks
from designer.data.remedies import Leak
from designer.document.project import Choice, Data, Project
from designer.engine.parting import find_parts
from designer.engine.repeats import find_repeats

SHARED = Path("/work/shared/data")
ROWS = 400


@pytest.fixture
def sound() -> pd.DataFrame:
    """A table in which nothing tells the target by itself."""
    random = np.random.default_rng(1)
    one, other = random.normal(size=(2, ROWS)).round(4)
    size = np.where(random.random(ROWS) < 0.1, None, random.choice(["small", "large"], ROWS))
    sold = np.where(one + other + random.normal(size=ROWS) / 2 > 0, "yes", "no")
    return pd.DataFrame({"one": one, "other": other, "size": size, "price": (100 * one).round(1) + 7, "sold": sold})


def read(table: pd.DataFrame, folder: Path, features: list[str], target: str = "sold", **fields) -> tuple:
    path = folder / "table.csv"
    table.to_csv(path, index=False)
    seen = inspect_csv(path)
    return seen, Data(Choice("Csv", csv_parameters(seen, target, features)), **fields)


def find(seen, data: Data) -> list[Leak]:
    return list(find_leaks(seen, data, find_parts(data, seen.frame)))


def mend(leak: Leak, data: Data) -> Data:
    return leak.remedies[0].change(data)


def test_nothing_is_said_of_a_sound_table(sound, tmp_path):
    assert not find(*read(sound, tmp_path, ["one", "other", "size"]))
    assert not find(*read(sound.drop(columns="price"), tmp_path, ["other", "size"], "one"))


def test_columns_that_tell_the_target_are_named_and_can_be_ignored(sound, tmp_path):
    sold = sound["sold"]
    table = sound.assign(
        done=sold.map({"yes": "closed", "no": "open"}),  # in other words
        receipt=np.where(sold == "yes", "r" + sound.index.astype(str), None),  # there only where the answer is yes
        copy=(sold == "yes").astype(int),
        rate=np.where(sold == "yes", 1.0, -1.0) + sound["one"] / 10,
    )
    features = ["one", "other", "size", "done", "receipt", "copy", "rate"]
    seen, data = read(table, tmp_path, features)
    found = [leak for leak in find(seen, data) if leak.kind == "target"]
    assert [leak.columns[0] for leak in found] == ["copy", "rate", "done", "receipt"]
    assert "`done` says the same as the target `sold`." in [leak.title for leak in found]
    assert "alone tells the target" in found[3].title
    assert "AUC 1.000" in found[1].title
    for leak in found:
        data = mend(leak, data)
    assert not find(seen, data)
    assert facts(Project(data=data)).input.sizes == (2 + 3,)


def test_a_number_that_follows_the_target_is_named(sound, tmp_path):
    seen, data = read(sound, tmp_path, ["other", "size", "price"], "one")
    (leak,) = find(seen, data)
    assert leak.title.startswith("`price` alone tells the target `one` (R2 ")
    seen, data = read(sound.assign(again=sound["one"]), tmp_path, ["other", "again"], "one")
    assert "`again` says the same" in find(seen, data)[0].title


def test_columns_that_name_the_rows_are_told_from_measurements(sound, tmp_path):
    table = sound.assign(number=range(7, 7 + ROWS), user=[f"u{row * 7919 % ROWS}" for row in range(ROWS)])
    seen, data = read(table, tmp_path, ["one", "other", "number", "user"])
    found = find(seen, data)
    assert [(leak.kind, leak.columns) for leak in found] == [("id", ("number",)), ("id", ("user",))]
    assert not find(seen, mend(found[1], mend(found[0], data)))


def test_rows_in_two_parts_are_counted_by_their_target_and_can_be_kept_together(sound, tmp_path):
    extra = sound.iloc[:80].assign(sold=lambda some: np.where(some.index < 60, some["sold"], "maybe"))
    seen, data = read(pd.concat([sound, extra]).assign(id=range(480)), tmp_path, ["one", "other", "size"], test=0.1)
    (leak,) = find(seen, data)
    parts = find_parts(data, seen.frame)
    rows = pd.concat([sound, extra]).drop(columns="sold").map(repr).agg("|".join, axis=1).to_numpy()
    again = np.isin(rows[parts > 0], rows[parts == 0])
    assert leak.kind == "copies"
    assert leak.title.startswith(f"{again.sum()} of {(parts > 0).sum()} validation and test rows")
    assert "with another only" in leak.title
    for split in (Choice("Random"), Choice("Fold", {"folds": 4, "fold": 2})):
        mended = mend(leak, replace(data, split=split))
        parts = find_parts(mended, seen.frame)
        assert not find(seen, mended)
        assert not set(rows[parts == 0]) & set(rows[parts > 0])
        assert (parts >= 0).all()


def test_rows_that_agree_in_all_that_is_looked_at_are_named_where_they_are_most(sound, tmp_path):
    table = sound.assign(kind=sound.index % 6, stamp=sound["price"] + sound.index * 1000)
    seen, data = read(table, tmp_path, ["size", "kind"])
    (leak,) = find(seen, data)
    assert "80 of 80 validation rows (100 %) say the same of every feature as one learned from" in leak.title
    assert not find(*read(table, tmp_path, ["size", "kind", "other"]))


def test_times_and_groups_want_another_split(sound, tmp_path):
    day = pd.date_range("2024-01-01", periods=ROWS).strftime("%Y-%m-%d")
    table = sound.assign(patient=np.arange(ROWS) // 8, born=day[::-1].to_numpy()[np.arange(ROWS) * 7 % ROWS], date=day)
    seen, data = read(table, tmp_path, ["one", "other", "size"])
    time, group = find(seen, data)
    assert (time.columns, group.columns) == (("date",), ("patient",))
    assert "in 8 rows on average" in group.title
    assert mend(time, data).split == Choice("Time", {"column": "date"})
    assert mend(group, data).split == Choice("Group", {"column": "patient"})
    assert not find(seen, mend(time, data))
    assert not find(seen, mend(group, data))
    folds = mend(group, replace(data, split=Choice("Fold", {"folds": 4})))
    assert folds.split == Choice("Fold", {"folds": 4, "by": "group", "column": "patient"})


@pytest.mark.parametrize(("name", "kinds"), [("titanic/titanic.csv", []), ("california_housing/housing.csv", [])])
def test_real_tables_raise_no_false_alarm(name, kinds):
    seen = inspect_csv(SHARED / name)
    assert [leak.kind for leak in find(seen, Data(Choice("Csv", csv_parameters(seen))))] == kinds


def test_repeated_messages_are_found_and_other_samples_are_not():
    place = SHARED / "sms_spam/SMSSpamCollection"
    data = Data(look(place).source)
    leak = say_copies(*find_repeats(Project(data=data), place), "samples", data)
    assert leak.title.startswith("130 of 1,115 validation samples")
    assert say_copies(*find_repeats(Project(data=mend(leak, data)), place), "samples", data) is None
    signs = look(SHARED / "sign_digits/images").source
    assert say_copies(*find_repeats(Project(data=Data(signs)), Path(signs.parameters["path"])), "", data) is None
    assert find_repeats(Project(data=Data(Choice("MackeyGlass"))), None) is None


def test_rows_without_a_target_hide_no_leak_where_parts_are_not_known(sound, tmp_path):
    table = sound.assign(copy=(sound["sold"] == "yes").astype(int))
    table.loc[::7, "sold"] = None
    found = find_leaks(*read(table, tmp_path, ["one", "copy"]), None)
    assert [leak.columns for leak in found if "copy" in leak.columns]
