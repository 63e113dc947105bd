"""What can be done to a column before the network sees it, each measured on the training rows alone."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

from designer.catalogue.check import check
from designer.catalogue.facts import facts, source_problem
from designer.catalogue.registry import sources
from designer.catalogue.sources.treatments import TREATMENTS, WORDS
from designer.document.project import Choice, Data, Project
from designer.recipes.scale import apply_scale, fit_range, undo_scale
from designer.recipes.table import encode_answers, encode_columns, encode_values, fit_columns, split_dates
from tests.catalogue.running_sources import load, predict, resolve_values
from tests.engine.plans import make_project

AGES = [2.0, 4.0, np.nan, 4.0, 10.0, 1e6]  # the last two are not trained on
TABLE = pd.DataFrame({"age": AGES, "port": ["S", "C", None, "S", "Q", "X"]})
TRAIN = torch.arange(4)
LEVELS = (("port", ("C", "S", "")),)


def treat(*treatments, numbers=("age",), categories=(), **options):
    columns = fit_columns(TABLE, TRAIN, numbers, categories, treatments=treatments, **options)
    assert json.loads(json.dumps(columns)) == columns
    return encode_columns(TABLE, columns)


@pytest.mark.parametrize(
    "word, filled", [("median", 4), ("mean", 10 / 3), ("frequent", 4), ("constant", -7), ("mark", 4)]
)
def test_a_missing_number_is_filled(word, filled):
    x = treat(("age", "fill", word), ("age", "constant", -7.0), standardize=False)
    assert x[:, 0].tolist() == pytest.approx([2, 4, filled, 4, 10, 1e6])
    assert x.shape[1] == (2 if word == "mark" else 1)
    if word == "mark":
        assert x[:, 1].tolist() == [0, 0, 1, 0, 0, 0]


def test_a_number_is_scaled_by_the_training_rows():
    known = np.array([2, 4, 4, 4])
    every = np.array([2, 4, 4, 4, 10, 1e6])
    logs, seen = np.log1p(every), np.log1p(known)
    wanted = {
        "standardize": (every - known.mean()) / known.std(),
        "minmax": (every - 2) / 2,
        "robust": (every - 4) / 0.5,
        "log": (logs - seen.mean()) / seen.std(),
        "none": every,
    }
    assert tuple(wanted) == WORDS["scale"]
    for word, values in wanted.items():
        assert np.allclose(treat(("age", "scale", word))[:, 0].numpy(), values, rtol=1e-5), word


def test_a_constant_column_is_only_shifted_whatever_its_scale():
    table = pd.DataFrame({"age": [3.0, 3.0, 3.0, 5.0]})
    for word in WORDS["scale"]:
        x = encode_columns(table, fit_columns(table, torch.arange(3), ("age",), treatments=(("age", "scale", word),)))
        assert x.isfinite().all()
        assert x[0] == x[1] < x[3]


def test_texts_are_one_hot_a_place_or_a_place_for_an_embedding():
    one_hot = treat(numbers=(), categories=LEVELS)
    assert one_hot.tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 1], [0, 1, 0], [0, 0, 0], [0, 0, 0]]
    embedded = treat(("port", "encode", "embedding"), numbers=(), categories=LEVELS)
    assert embedded[:, 0].tolist() == [1, 0, 2, 1, 3, 3]
    ordinal = treat(("port", "encode", "ordinal"), numbers=(), categories=LEVELS)
    assert ordinal[:4].mean().item() == pytest.approx(0, abs=1e-6)
    assert ordinal[:4].std(correction=0).item() == pytest.approx(1, abs=1e-6)
    filled = treat(("port", "fill", "frequent"), numbers=(), categories=(("port", ("C", "S")),))
    assert filled[2].tolist() == [0, 1]
    constant = treat(("port", "fill", "constant"), ("port", "constant", "C"), numbers=(), categories=LEVELS)
    assert constant[2].tolist() == [1, 0, 0]


def test_a_text_that_only_other_rows_have_is_as_one_that_no_row_has():
    x = treat(numbers=(), categories=(("port", ("C", "Q", "S", "X")),))
    assert x.tolist() == [[0, 0, 1, 0], [1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0], [0, 0, 0, 0]]


def test_dates_become_parts_and_what_comes_round_lies_on_a_circle():
    table = pd.DataFrame({"day": ["2020-01-01", "2020-12-31", None, "2021-07-02"]})
    parts = split_dates(table, (("day", "%Y-%m-%d", ("year", "month", "weekday")),))
    assert parts["day year"].tolist()[:2] == [2020, 2020]
    points = parts[["day month sin", "day month cos"]].to_numpy()
    assert np.allclose(np.hypot(*points[[0, 1, 3]].T), 1)
    assert np.linalg.norm(points[0] - points[1]) < 0.6 < 1.9 < np.linalg.norm(points[0] - points[3])
    assert parts["day year"].isna().tolist() == [False, False, True, False]
    with pytest.raises(ValueError, match=r"Column 'day' has '2020-01-01' where a date as %d.%m.%Y should be."):
        split_dates(table, (("day", "%d.%m.%Y", ("year",)),))


def test_several_targets():
    table = pd.DataFrame({"a": [1, 2], "b": [3.5, 4.5], "wet": ["no", "yes"], "cold": ["0", "1"]})
    assert encode_values(table, ("a", "b")).tolist() == [[1, 3.5], [2, 4.5]]
    answers = (("wet", ("no", "yes")), ("cold", ("1", "0")))
    assert encode_answers(table, answers).tolist() == [[0, 1], [1, 0]]


EVERYTHING = {
    "target": "price",
    "more": ("rent",),
    "numbers": ("rooms", "area"),
    "categories": (("town", ("A", "B", "C")), ("kind", ("x", "y"))),
    "dates": (("sold", "%Y-%m-%d", ("year", "month")),),
    "treatments": (("rooms", "fill", "mark"), ("area", "scale", "log"), ("town", "encode", "embedding")),
}


def test_what_is_known_of_a_table_is_what_its_lines_give(tmp_path):
    path = tmp_path / "houses.csv"
    rows = (
        f"{n % 4 or ''},{n * n},{'ABC'[n % 3]},{'xy'[n % 2]},202{n % 5}-0{n % 9 + 1}-11,{n},{2 * n}\n"
        for n in range(30)
    )
    path.write_text("rooms,area,town,kind,sold,price,rent\n" + "".join(rows))
    choice = Choice("Csv", EVERYTHING)
    project = Project(data=Data(choice))
    assert source_problem(project) is None
    known, loaded = facts(project), load(choice, path)
    assert loaded["x"].shape == (30, *known.input.sizes) == (30, 9)
    assert loaded["y"].shape == (30, known.target.size) == (30, 2)
    assert known.target.labels == ("price", "rent")
    assert loaded["x"][:, -1].tolist() == [n % 3 for n in range(30)]  # what is embedded is last
    kept = {name: json.loads(json.dumps(loaded[name])) for name in ("columns", "y_scale")}
    new = tmp_path / "new.csv"
    new.write_text("\n".join(",".join(line.split(",")[:5]) for line in path.read_text().splitlines()))
    assert torch.equal(predict(choice, new, kept)["x"], loaded["x"])


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"treatments": (("rooms", "fill", "magic"),)}, "unknown treatment 'magic'"),
        ({"treatments": (("rooms", "fill"),)}, "must give each treatment"),
        ({"treatments": 3}, "list of treatments"),
        ({"dates": (("sold", "%Y", ("century",)),)}, "must name parts of the date 'sold'"),
        ({"dates": (("sold", "%Y"),)}, "must give each column as its name, format and parts"),
        ({"answers": (("wet", ("no",)),)}, "must give 2 values"),
        ({"more": ("price",)}, "predicted twice"),
        ({"more": ("rooms",)}, "is the target and a feature"),
        ({"numbers": ("sold year",)}, "is called as the part of a date"),
        ({"thousands": "."}, "the same mark"),
    ],
)
def test_what_cannot_be_is_said(changes, words):
    assert words in source_problem(Project(data=Data(Choice("Csv", EVERYTHING | changes))))


def test_every_treatment_teaches():
    for one in TREATMENTS:
        assert one.title
        assert one.meaning.endswith(".")


def test_targets_come_to_0_to_1_for_a_bounded_task_by_a_fix_and_back():
    values = torch.tensor([[200.0], [300.0], [250.0], [400.0]])
    scale = fit_range(values, torch.arange(3))
    assert apply_scale(values, scale)[:, 0].tolist() == [0, 1, 0.5, 2]
    assert torch.equal(undo_scale(apply_scale(values, scale), scale), values)
    table = {"target": "price", "numbers": ("rooms",), "bounds": (200, 400), "scale_target": False}
    project = make_project(Choice("Csv", table), ("Linear", {"out_features": 1}), ("Sigmoid", {}), loss="MSELoss")
    project = replace(project, training=replace(project.training, objective=Choice("BoundedRegression")))
    (problem,) = [one for one in check(project) if "run from 200 to 400" in one.message]
    mended = problem.fixes[0].apply(project)
    assert facts(mended).target.bounds == (0, 1)
    assert not [one for one in check(mended) if "reaches 0 to 1" in one.message]
    assert any(
        step.function == "fit_range" for step in sources["Csv"].steps(resolve_values(mended.data.source), Data())
    )
