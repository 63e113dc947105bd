"""New samples are encoded as the training samples were, and answered as the evaluation answers them."""

import csv
import io
import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn import datasets

from designer.document.project import Choice
from designer.engine.answering import NAME, open_answerer, read_kept, render
from designer.engine.build import build
from designer.engine.bundle import parts_of
from designer.engine.evaluation.evaluating import evaluate
from designer.engine.evaluation.opening import open_plan, open_weights
from designer.engine.evaluation.record import EvaluationError
from designer.engine.gathering import gather
from designer.engine.loop import train
from designer.engine.plan import Plan
from designer.engine.trying.bench import open_bench
from designer.engine.trying.series import find_series, lay_out, take_last
from designer.engine.trying.texts import encode_start, find_texts
from tests.engine.kept_runs import MAKERS, keep_run
from tests.engine.plans import make_project


@pytest.mark.parametrize("kind", MAKERS)
def test_answers_to_the_data_itself_are_those_of_the_evaluation(tmp_path, kind):
    kept = keep_run(tmp_path, kind)
    assert kept.data is not None
    answerer = open_answerer(kept.folder, data=kept.data)
    plan = open_plan(kept.folder)
    names = gather(build(plan.source), plan.data_path)
    x, *_ = answerer.encode(kept.data)
    rows = names["validation"]
    if kind == "table" or kind == "texts":  # others may lie in another order
        assert torch.equal(parts_of(x)[0], names["x"])
        evaluation, _ = evaluate(plan, open_weights(kept.folder, "best"))
        (outcome,) = evaluation.outcomes
        chances = [value for name, value in answerer.answer(kept.data).columns.items() if name.startswith("p(")]
        assert np.allclose(np.array(chances).T[rows.numpy()], outcome.chances, atol=1e-6)
    assert torch.equal(parts_of(x)[0].double().sum(0).round(), names["x"].double().sum(0).round())
    # What was fitted is written down: the data are needed no more.
    assert json.loads((kept.folder / NAME).read_text())["kept"].keys() == set(answerer.prediction.kept)
    moved = kept.data.rename(kept.data.with_name(f"moved-{kept.data.name}"))
    again = open_answerer(kept.folder).answer(moved, 3)
    assert len(again.names) == 3
    table = list(csv.reader(io.StringIO(again.write())))
    assert table[0][:3] == ["sample", "answer", "probability"]
    assert all(0 < float(row[2]) <= 1 for row in table[1:])


def test_values_are_told_in_their_own_unit(tmp_path):
    project = make_project("Diabetes", ("Linear", {"out_features": 1}), loss="MSELoss", epochs=30)
    list(train(Plan.from_project(project, out=tmp_path / "run")))
    found = datasets.load_diabetes(scaled=False)
    np.savetxt(tmp_path / "rows.csv", found.data[:50], delimiter=";", header=";".join("abcdefghij"), comments="")
    answerer = open_answerer(tmp_path / "run")
    values = np.array(answerer.answer(tmp_path / "rows.csv").columns["progression"])
    assert 30 < np.abs(values - found.target[:50]).mean() < 70  # their deviation is 77
    assert values.mean() == pytest.approx(150, abs=25)


def test_what_does_not_fit_is_said_in_a_sentence(tmp_path):
    kept = keep_run(tmp_path, "table")
    answerer = open_answerer(kept.folder)
    lacking = tmp_path / "lacking.csv"
    lacking.write_text("sex,fare\nmale,3\n", "utf-8")
    with pytest.raises(EvaluationError, match="age"):
        answerer.answer(lacking)
    with pytest.raises(EvaluationError, match="no file or folder"):
        answerer.answer(tmp_path / "nothing.csv")
    with pytest.raises(EvaluationError, match=r"cannot be read: is a directory\.$"):
        answerer.answer(tmp_path)
    (tmp_path / "picture.csv").write_bytes(b"\x89PNG\r\n")
    with pytest.raises(EvaluationError, match=r"has no column 'age'.* It has '‰PNG'"):
        answerer.answer(tmp_path / "picture.csv")
    (tmp_path / "empty.csv").write_text("sex,age,fare\n", "utf-8")
    with pytest.raises(EvaluationError, match=r"no samples|no rows"):
        answerer.answer(tmp_path / "empty.csv")
    # A new category, a missing number and no target are no obstacles.
    (tmp_path / "new.csv").write_text("fare,sex,age\n2,unknown,\n1,male,30\n", "utf-8")
    assert len(answerer.answer(tmp_path / "new.csv").names) == 2
    # Other data than the run's would be fitted to otherwise: that is refused.
    (kept.folder / NAME).unlink()
    assert kept.data is not None
    kept.data.write_text(kept.data.read_text("utf-8").replace("29", "99"), "utf-8")
    with pytest.raises(EvaluationError, match="changed since this run"):
        open_answerer(kept.folder)


def test_a_run_answers_without_its_data_after_designer_writes_another_script(tmp_path):
    kept = keep_run(tmp_path, "table")
    assert kept.data is not None
    open_answerer(kept.folder)  # what was fitted is kept from here on
    kept.data.rename(tmp_path / "elsewhere.csv")
    plan = open_plan(kept.folder)
    newer = replace(plan, source=replace(plan.source, text=plan.source.text + "\n# as a newer Designer writes it\n"))
    prediction = render(plan.project)
    assert read_kept(kept.folder, newer, prediction)
    assert read_kept(kept.folder, newer, replace(prediction, kept=(*prediction.kept, "x_more"))) is None
    (kept.folder / "train.py").write_text("pass", "utf-8")  # another run's
    with pytest.raises(EvaluationError, match="not there"):
        open_answerer(kept.folder)
    with pytest.raises(EvaluationError) as refused:
        evaluate(plan, open_weights(kept.folder, "best"))
    assert str(refused.value) == plan.missing


@pytest.mark.parametrize("horizon", [1, 5], ids=["one", "beyond a season"])
@pytest.mark.parametrize("log", [True, False], ids=["by shares", "by sums"])
def test_forecasts_are_in_the_unit_of_the_series_everywhere(tmp_path, horizon, log):
    series = tmp_path / "series.csv"
    sold = [round(50 * 1.02**n + 9 * (n % 4), 3) for n in range(90)]
    series.write_text("month;sold\n" + "".join(f"{n};{value}\n" for n, value in enumerate(sold)), "utf-8")
    prepared = {"length": 6, "horizon": horizon, "log": log, "difference": 4, "separator": ";"}
    source = Choice("Series", {"path": str(series), "column": "sold", **prepared})
    project = make_project(source, ("Flatten", {}), ("Linear", {"out_features": horizon}), loss="MSELoss", epochs=3)
    list(train(Plan.from_project(project, out=tmp_path / "run")))
    plan, weights = open_plan(tmp_path / "run"), open_weights(tmp_path / "run", "best")
    evaluation, _ = evaluate(plan, weights)
    (outcome,) = evaluation.outcomes
    first = int(evaluation.rows[0]) + 4 + 6  # the number after the first window held out
    known = np.array([sold[first + step : first + step + outcome.rows] for step in range(horizon)]).T
    assert np.allclose(outcome.targets, known, rtol=1e-6)
    columns = open_answerer(tmp_path / "run").answer(series).columns
    told = np.array([columns[f"sold + {step}"] for step in range(1, horizon + 1)]).T
    assert len(told) == 90 - 4 - 6 + 1  # the last one is of what nobody knows
    assert np.allclose(told[evaluation.rows], outcome.answers, rtol=1e-6)
    bench = open_bench(plan, weights, tmp_path / "run")
    form = find_series(bench)
    sample = bench.take(0)
    stretch = lay_out(bench, form, sample, bench.ask(sample))
    assert np.allclose(stretch.known, sold[first - 10 : first])
    assert np.allclose(stretch.came, known[0], rtol=1e-6)
    assert np.allclose(stretch.foretold, outcome.answers[0], rtol=1e-6)
    last = take_last(bench, form)
    assert np.allclose(lay_out(bench, form, last, bench.ask(last)).foretold, told[-1], rtol=1e-6)


def test_what_comes_next_in_a_series_and_in_a_text(tmp_path):
    series = tmp_path / "series.csv"
    series.write_text("month,sold\n" + "".join(f"{n},{100 + n % 12}\n" for n in range(60)), "utf-8")
    source = Choice("Series", {"path": str(series), "column": "sold", "length": 6})
    layers = (("Flatten", {}), ("Linear", {"out_features": 1}))
    list(train(Plan.from_project(make_project(source, *layers, loss="MSELoss", epochs=1), out=tmp_path / "first")))
    columns = open_answerer(tmp_path / "first").answer(series).columns
    assert len(columns["sold + 1"]) == 60 - 6 + 1  # the last of them is of what nobody knows
    assert 60 < min(columns["sold + 1"]) < max(columns["sold + 1"]) < 150
    text = tmp_path / "text.txt"
    text.write_text("abcd" * 100, "utf-8")
    source = Choice("Characters", {"path": str(text), "length": 8, "vocabulary": "abcd"})
    layers = (("Embedding", {"num_embeddings": 4, "embedding_dim": 4}), ("Linear", {"out_features": 4}))
    project = make_project(source, *layers, optimizer=Choice("Adam", {"lr": 0.1}), epochs=20)
    list(train(Plan.from_project(project, out=tmp_path / "second")))
    (tmp_path / "new.txt").write_text("cdabcdabc", "utf-8")
    answers = open_answerer(tmp_path / "second").answer(tmp_path / "new.txt")
    assert answers.columns["next"] == ["d"]
    (tmp_path / "new.txt").write_text("abc", "utf-8")  # shorter than the window: as Try it answers it
    answerer = open_answerer(tmp_path / "second")
    short = answerer.answer(tmp_path / "new.txt").columns
    bench = open_bench(open_plan(tmp_path / "second"), open_weights(tmp_path / "second", "best"))
    (tried,) = bench.ask(encode_start(bench, find_texts(bench), "abc")).answers
    assert short["next"] == [tried.best] == ["d"]
    assert short["probability"] == [pytest.approx(tried.bars[0][1])]
    assert bench.ask(bench.open(tmp_path / "new.txt")).answers[0].best == "d"
    x = answerer.encode(tmp_path / "new.txt")[0]
    given = answerer.names["predict"](answerer.model, x, "cpu")  # of predict.py itself
    assert answerer.tell(given) == short
    (tmp_path / "new.txt").write_text("", "utf-8")
    with pytest.raises(EvaluationError, match="text is empty"):
        answerer.answer(tmp_path / "new.txt")
