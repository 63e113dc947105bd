"""`designer evaluate`: what it prints is what the run reported, and each look at a test part is remembered."""

import json
from dataclasses import replace

import pytest

from designer.cli import main
from designer.document.project import Choice, Data
from designer.engine.loop import train
from designer.engine.plan import Plan
from designer.engine.record import read_record
from designer.engine.store import Store
from tests.engine.kept_runs import keep_run
from tests.engine.plans import digits, make_project


@pytest.fixture(autouse=True)
def store(tmp_path, monkeypatch) -> Store:
    monkeypatch.setenv("DESIGNER_RUNS", str(tmp_path / "runs"))
    monkeypatch.setattr("designer.engine.evaluation.resampling.DRAWS", 20)
    return Store()


def run(capsys, *words) -> tuple[int, str, str]:
    code = main([str(word) for word in words])
    return code, *capsys.readouterr()


def test_a_kept_run_is_evaluated_by_its_name(capsys, store, tmp_path):
    folder = store.new_folder("digits")
    list(train(Plan.from_project(digits(epochs=2), out=folder)))
    store.rename(folder, "first")
    samples = tmp_path / "samples.csv"
    code, output, _ = run(capsys, "evaluate", "first", "--weights", "last", "--samples", samples)
    assert code == 0
    scores = read_record(folder).scores
    assert f"{scores['val_loss']:.4f}" in output
    assert f"{100 * scores['val_accuracy']:.2f} %" in output
    assert "the last step (epoch 2) on 359 validation samples" in output
    assert samples.read_text().startswith("row,true,answered,chance of 0")
    code, output, _ = run(capsys, "evaluate", folder, "--json")
    told = json.loads(output)
    assert told["scores"]["loss"] == read_record(folder).best["val_loss"]
    figure = told["outputs"][0]["figures"]["accuracy"]
    assert figure["low"] <= figure["value"] <= figure["high"]


def test_a_threshold_and_the_test_part(capsys, tmp_path):
    project = make_project("BreastCancer", ("Linear", {"out_features": 1}), loss="BCEWithLogitsLoss", epochs=1)
    project = replace(project, data=Data(Choice("BreastCancer"), validation=0.2, test=0.2))
    folder = tmp_path / "run"
    list(train(Plan.from_project(project, out=folder)))
    code, output, error = run(capsys, "evaluate", folder, "--part", "test", "--threshold", "0.9")
    assert (code, error) == (0, "")
    assert "114 test samples" in output
    assert "yes above 0.9 (Best F1 at" in output
    code, output, error = run(capsys, "evaluate", folder, "--part", "test", "--importance")
    rows = output.partition("Importance: how much worse accuracy is")[2].splitlines()[1:]
    drops = [float(row.split()[2]) for row in rows]
    assert len(rows) == 30
    assert drops == sorted(drops, reverse=True)
    assert drops[0] > 0
    assert code == 0
    assert "looked at 1 time before" in error
    assert len(read_record(folder).test_looks) == 2


def test_what_cannot_be_evaluated_is_refused_in_a_sentence(capsys, tmp_path):
    code, _, error = run(capsys, "evaluate", "nobody")
    assert (code, error) == (2, "designer: There is no run called 'nobody'. `designer runs` lists them.\n")
    folder = tmp_path / "run"
    list(train(Plan.from_project(digits(epochs=1), out=folder)))
    code, _, error = run(capsys, "evaluate", folder, "--part", "test")
    assert code == 1
    assert "No test part was set aside" in error
    code, _, error = run(capsys, "evaluate", folder, "--importance")
    assert code == 1
    assert "no rows of a table" in error


def test_data_that_have_changed_since_are_told_of(capsys, tmp_path):
    kept = keep_run(tmp_path, "table")
    code, _, error = run(capsys, "evaluate", kept.folder)
    assert (code, error) == (0, "")
    kept.data.write_text(kept.data.read_text("utf-8").replace(",0.5,", ",0.75,"), "utf-8")
    code, _, error = run(capsys, "evaluate", kept.folder)
    assert code == 0
    assert error.startswith("The data have changed since this run was trained")
