"""Rows that count for more or less: in the script, in the engine, bit for bit; what cannot be weighed is said."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F

from designer.catalogue.check import check
from designer.data import DataError, csv_parameters, inspect_csv
from designer.document.edits import set_data, set_training
from designer.document.project import Choice, Data
from designer.engine.baselines import measure_baselines
from designer.engine.build import build
from designer.engine.plan import Plan
from designer.recipes.row_weights import WeighedLoss
from tests.engine.plans import make_project
from tests.engine.script_runner import verify_all

ROWS = 60


@pytest.fixture
def table(tmp_path: Path) -> Path:
    lines = ["one,two,kind,price,counts,few,below,none"]
    for row in range(ROWS):
        few = "" if row == 5 else row
        lines.append(f"{row},{row * row % 17},{'abc'[row % 3]},{row % 7}.5,{row % 4},{few},{row - 9},0")
    path = tmp_path / "table.csv"
    path.write_text("\n".join(lines))
    return path


def choose(path: Path, target: str, weight: str = "counts") -> Choice:
    return Choice("Csv", csv_parameters(inspect_csv(path), target, ["one", "two"], weight=weight))


def make_plans(path: Path) -> dict[str, Plan]:
    kinds = make_project(choose(path, "kind"), ("Linear", {"out_features": 3}), epochs=2, batch_size=16)
    prices = make_project(
        choose(path, "price"), ("Linear", {"out_features": 1}), epochs=2, batch_size=16, loss="MSELoss"
    )
    in_parts = set_training(kinds, replace(kinds.training, accumulate=3))
    tested = set_data(prices, replace(prices.data, test=0.2, split=Choice("Alike")))
    projects = {"classes": kinds, "values": prices, "in parts": in_parts, "with a test": tested}
    return {name: Plan.from_project(project, data_path=path) for name, project in projects.items()}


def test_the_script_learns_as_the_engine_does(table, tmp_path):
    plans = make_plans(table)
    run = {name: plans[name] for name in ("in parts", "with a test")}
    assert not {name: why for name, why in verify_all(run, tmp_path / "all").items() if why}
    text = plans["classes"].source.text
    assert 'weights = read_weights(table, train, column="counts")' in text
    assert 'return WeighedLoss(nn.CrossEntropyLoss(reduction="none"))' in text


def test_a_loss_is_the_mean_of_weighed_rows_and_plain_where_it_is_validated(table):
    plan = make_plans(table)["classes"]
    script = build(plan.source)
    (x, (y, weights)), (held_x, held_y) = script.load_data(table)
    assert weights.mean() == pytest.approx(1)
    assert len(weights) == len(x)
    assert isinstance(held_y, torch.Tensor)
    model, loss = script.make_model(), script.make_loss()
    each = F.cross_entropy(model(x), y, reduction="none")
    assert torch.allclose(loss(model(x), (y, weights)), (each * weights).mean())
    assert torch.allclose(loss(model(held_x), held_y), F.cross_entropy(model(held_x), held_y))
    rows = weights > 0  # a row of no weight could as well not be there
    alone = (each[rows] * weights[rows]).sum() / len(x)
    assert torch.allclose(loss(model(x), (y, weights)), alone)
    pairs = WeighedLoss(torch.nn.MSELoss(reduction="none"))
    values, truth = torch.randn(5, 2), torch.randn(5, 2)
    assert torch.allclose(pairs(values, truth), F.mse_loss(values, truth))
    assert {one.kind for one in measure_baselines(plan)} >= {"majority", "linear"}


def test_rows_of_equal_weight_learn_as_without(table):
    lines = table.read_text().split("\n")
    table.write_text("\n".join([f"{lines[0]},same", *(f"{line},3" for line in lines[1:])]))
    first = make_project(choose(table, "kind", "same"), ("Linear", {"out_features": 3}), epochs=1)
    second = make_project(choose(table, "kind", ""), ("Linear", {"out_features": 3}), epochs=1)
    losses = []
    for project in (first, second):
        script = build(Plan.from_project(project, data_path=table).source)
        torch.manual_seed(0)
        model = script.make_model()
        (x, y), _ = script.load_data(table)
        losses.append(script.make_loss()(model(x), y).item())
    assert losses[0] == pytest.approx(losses[1], rel=1e-6)


@pytest.mark.parametrize(
    ("weight", "words"),
    [
        ("kind", "holds no numbers"),
        ("few", "has no weight in 1 rows"),
        ("below", "weights below 0"),
        ("none", "0 in every row"),
        ("one", "a feature or the target at once"),
    ],
)
def test_weights_that_cannot_be_are_said_in_a_sentence(table, weight, words):
    with pytest.raises(DataError, match=words):
        choose(table, "price", weight)


def test_a_script_that_reads_other_weights_says_what_is_wrong(table):
    script = build(make_plans(table)["classes"].source)
    lines = table.read_text().split("\n")
    for column, words in (("-1", "below 0"), ("", "missing"), ("0", "0 in every training row")):
        cells = [line.split(",") for line in lines]
        changed = [",".join([*row[:4], column, *row[5:]]) for row in cells[1:]]
        table.write_text("\n".join([lines[0], *changed]))
        with pytest.raises(ValueError, match=words):
            script.load_data(table)


def test_what_weighs_rows_twice_or_cannot_weigh_them_is_a_problem(table):
    project = make_project(choose(table, "kind"), ("Linear", {"out_features": 3}))
    assert not [one for one in check(project) if one.severity == "error"]
    training = project.training
    wrong = (
        (set_data(project, replace(project.data, sampling=Choice("Balanced"))), "Take one of the two"),
        (set_data(project, replace(project.data, augmentation=(Choice("Mixup"),))), "no weight of their own"),
        (set_training(project, replace(training, loss=Choice("FocalLoss"))), "no loss of each row"),
        (
            set_training(project, replace(training, loss=Choice("CrossEntropyLoss", {"ignore_index": 1}))),
            "one of the two",
        ),
    )
    for changed, words in wrong:
        problem = next(one for one in check(changed) if words in one.message)
        mended = problem.fixes[0].apply(changed)
        assert words not in str([one.message for one in check(mended)])
        assert isinstance(mended.data, Data)
