"""A table read some rows at a time gives what the same table gives that is read whole, in the order of its parts."""

import json

import numpy as np
import pytest
import torch

from designer.catalogue.facts import facts
from designer.catalogue.proposing import propose
from designer.codegen.script import render_script
from designer.data import csv_parameters, inspect_csv, look
from designer.document.project import Choice, Data, Project
from designer.engine.build import build
from designer.engine.bundle import all_parts
from designer.engine.gathering import gather
from designer.recipes import large_table
from designer.recipes.large_table import scan_rows, take_known
from tests.catalogue.running_sources import load, predict
from tests.codegen.ruff_run import demand_style

ROWS = 900


@pytest.fixture
def path(tmp_path, monkeypatch):
    """A table with numbers, texts, dates, gaps and rows without a target, of which a few are read at once."""
    monkeypatch.setattr(large_table, "AT_ONCE", 500)
    rows = [
        f"{'' if n % 7 == 0 else n % 50 / 4};{n * n % 97},5;{'abcd'[n * n % 4]};20{n % 20:02}-0{n % 9 + 1}-11;g{n % 30};"
        f"{'' if n % 100 == 3 else ('no', 'yes')[n * n % 7 % 2]};{n % 13 / 2};{n % 3 + 1}"
        for n in range(ROWS)
    ]
    path = tmp_path / "t.csv"
    path.write_text("a;b;c;day;group;y;z;group weight\n" + "\n".join(rows) + "\n")
    return path


def choose(path, target="y", **more):
    features = [name for name in ("a", "b", "c", "day", "z", "y") if name != target]
    return Choice("Csv", csv_parameters(inspect_csv(path), target, features) | more)


@pytest.mark.parametrize("target", ["y", "z"])
def test_the_same_samples_come_out(path, target):
    choice = choose(path, target)
    whole = load(choice, path)
    large = load(Choice("Csv", {**choice.parameters, "large": True}), path)
    assert large["columns"] == whole["columns"]
    for part in ("train", "validation"):
        assert torch.equal(large["x"][large[part]], whole["x"][whole[part]])
        assert torch.equal(large["y"][large[part]], whole["y"][whole[part]])
    assert large.get("y_scale") == whole.get("y_scale")
    held = load(Choice("Csv", {**choice.parameters, "large": True}), path, validation=0.0)
    assert held["train"] == held["validation"] == slice(0, len(held["x"]))
    kept = json.loads(json.dumps({"columns": large["columns"]}))
    assert torch.equal(
        predict(choice, path, kept)["x"], predict(Choice("Csv", {**choice.parameters, "large": True}), path, kept)["x"]
    )


@pytest.mark.parametrize(
    "split",
    [Choice("Stratified"), Choice("Group", {"column": "group"}), Choice("Time", {"column": "day"}), Choice("Alike")],
)
def test_rows_are_split_in_every_way_and_a_test_part_is_kept(path, split):
    found = []
    for large in (False, True):
        data = Data(choose(path, large=large, weight="group weight"), split=split, test=0.1)
        project = propose(Project("t", data=data)).project
        source = render_script(project)
        names = gather(build(source), path)
        found.append(names["parts"])
        assert len(names["parts"]) == 3
    for whole, large in zip(*found, strict=True):
        for one, other in zip(all_parts(whole), all_parts(large), strict=True):
            assert torch.equal(one, other)


def test_a_part_of_the_rows_is_enough(path, tmp_path):
    choice = choose(path, every=4)
    project = propose(Project("t", data=Data(choice))).project
    assert facts(project).rows == 223
    source = render_script(project)
    demand_style(tmp_path, [source.text])
    train, validation = gather(build(source), path)["parts"]
    assert len(train[0]) + len(validation[0]) == 225  # as the rows without a target are among the others


def test_columns_are_fitted_to_rows_from_all_over_the_file(path, monkeypatch):
    monkeypatch.setattr(large_table, "SAMPLE", 100)
    table, sample = scan_rows(path, columns=("b",), target="y", texts=("y",), separator=";", decimal=",")
    assert len(table) == ROWS - 9
    assert 50 < len(sample) <= 100
    assert np.unique(np.diff(sample.index)).tolist() == [16]
    again, known = take_known(sample, torch.arange(0, len(table), 32))
    assert again["b"].to_numpy()[known].tolist() == sample["b"][sample.index % 32 == 0].tolist()


def test_many_fields_are_read_some_rows_at_a_time(path, monkeypatch):
    assert "large" not in look(path).source.parameters
    monkeypatch.setattr("designer.data.selection.LARGE", 5_000)
    assert look(path).source.parameters["large"]


def test_a_file_that_changes_between_the_two_readings_is_refused(path, monkeypatch):
    choice = choose(path, large=True)
    once = large_table.scan_rows

    def scan(*words, **more):
        found = once(*words, **more)
        path.write_text("".join(path.read_text().splitlines(keepends=True)[:-5]))
        return found

    monkeypatch.setattr(large_table, "scan_rows", scan)
    with pytest.raises(ValueError, match="has become shorter while it was read"):
        load(choice, path)
