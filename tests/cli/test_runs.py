"""Runs on the command line: kept, listed, gone on with, repeated and judged."""

import json
import sys

import pytest

from designer import Choice
from designer.api import build, layer
from designer.cli import main
from designer.document.files import save
from designer.engine.record import change_record, read_record
from designer.engine.store import Store
from tests.idx_files import write_folder


@pytest.fixture
def store(tmp_path, monkeypatch) -> Store:
    monkeypatch.setenv("DESIGNER_RUNS", str(tmp_path / "runs"))
    return Store()


def run(capsys, *words) -> tuple[int, str, str]:
    code = main([str(word) for word in words])
    return code, *capsys.readouterr()


def test_a_run_is_kept_and_listed(capsys, digits, store):
    code, output, _ = run(capsys, "runs")
    assert code == 0
    assert output.startswith(f"No runs in {store.root}.")
    assert run(capsys, "train", digits, "--keep", "--every", 1)[0] == 0
    (kept,) = store.list().runs
    assert (kept.folder / "epoch-1.state").exists()
    store.rename(kept.folder, "first")
    store.star(kept.folder, True)
    code, output, error = run(capsys, "runs")
    assert (code, error) == (0, "")
    head, row, _ = output.splitlines()
    assert head.split()[:4] == ["name", "state", "started", "epochs"]
    assert row.split()[:3] == ["*", "first", "finished"]
    code, output, _ = run(capsys, "runs", "--json", "--folder", store.root)
    (told,) = json.loads(output)
    assert (told["name"], told["state"], told["epoch"], told["told"]) == ("first", "finished", 2, "finished")
    (store.root / "broken").mkdir()
    (store.root / "broken" / "run.json").write_text("[")
    code, _, error = run(capsys, "runs")
    assert code == 0
    assert "broken" in error


def test_a_run_goes_on_from_its_folder_or_from_a_checkpoint(capsys, digits, tmp_path):
    folder, other = tmp_path / "one", tmp_path / "other"
    run(capsys, "train", digits, "--out", folder, "--every", 1)
    code, output, _ = run(capsys, "train", folder / "project.nnd", "--resume", folder, "--epochs", 3, "--json")
    assert code == 0
    assert [json.loads(line).get("epoch") for line in output.splitlines()] == [None, 3, 3]
    assert read_record(folder).epoch == 3
    assert run(capsys, "train", digits, "--resume", folder / "epoch-1.state", "--out", other)[0] == 0
    assert read_record(other).resumed == str(folder / "epoch-1.state")
    code, _, error = run(capsys, "train", digits, "--resume", tmp_path / "gone.state")
    assert code == 2
    assert "There is no checkpoint" in error
    (tmp_path / "no.state").write_text("mine")
    code, _, error = run(capsys, "train", digits, "--resume", tmp_path / "no.state")
    assert code == 1
    assert "checkpoint" in error


def test_a_receipt_is_repeated_and_judged(capsys, digits, tmp_path):
    folder = tmp_path / "run"
    run(capsys, "train", digits, "--out", folder, "--seed", 5)
    code, output, error = run(capsys, "rerun", folder)
    assert (code, error) == (0, "")
    assert output.splitlines()[-1] == "Identical bit for bit: 2 epochs, 46 steps and the final weights."
    receipt = json.loads((folder / "receipt.json").read_text())

    def judge(*words, **changes):
        file = tmp_path / "changed.json"
        file.write_text(json.dumps(receipt | changes))
        code, output, _ = run(capsys, "rerun", file, "--json", *words)
        return code, json.loads(output)

    def shift(by, epoch):
        epochs = [dict(one) for one in receipt["epochs"]]
        epochs[epoch - 1]["val_loss"] *= 1 + by
        return epochs

    code, told = judge("--exact")
    assert (code, told["verdict"], told["epoch"]) == (0, "identical", None)
    code, told = judge(epochs=shift(1e-4, 2), weights_hash="0")
    assert (code, told["verdict"], told["epoch"]) == (0, "close", 2)
    assert told["largest"] == pytest.approx(1e-4, rel=0.01)
    assert judge("--exact", epochs=shift(1e-4, 2))[0] == 1
    assert judge("--tolerance", "1e-5", epochs=shift(1e-4, 2))[1]["verdict"] == "differs"
    code, told = judge(epochs=shift(0.1, 2), versions=receipt["versions"] | {"torch": "1.0"})
    assert (code, told["verdict"], told["epoch"]) == (1, "differs", 2)
    assert "epoch 2: val_loss" in told["message"]
    assert "instead of 1.0" in told["message"]
    code, told = judge(data=receipt["data"] | {"fingerprint": "0"})
    assert (code, told["verdict"]) == (1, "other data")


def test_a_receipt_that_cannot_be_repeated_says_why(capsys, digits, tmp_path):
    folder = tmp_path / "run"
    run(capsys, "train", digits, "--out", folder)
    receipt = json.loads((folder / "receipt.json").read_text())
    file = tmp_path / "changed.json"
    file.write_text(json.dumps(receipt | {"project": receipt["project"].replace("16", "17")}))
    assert run(capsys, "rerun", file)[:2] == (2, "")
    file.write_text("{}")
    assert run(capsys, "rerun", file)[0] == 2
    assert run(capsys, "rerun", tmp_path / "gone")[0] == 2
    code, _, error = run(capsys, "rerun", tmp_path)
    assert code == 2
    assert "only a run that went to its end has one" in error
    file.write_text(json.dumps(receipt | {"refusal": "The run was changed after step 3."}))
    code, output, error = run(capsys, "rerun", file, "--json")
    assert (code, json.loads(output)["verdict"]) == (1, "impossible")
    assert "changed after step 3" in error


def test_data_are_held_against_the_fingerprint_and_may_have_moved(capsys, tmp_path):
    one, two, other = tmp_path / "one", tmp_path / "two", tmp_path / "other"
    write_folder(one, rows=40)
    source = Choice("Idx", {"path": "one", "sizes": (1, 4, 3), "classes": 3})
    path = tmp_path / "idx.nnd"
    save(path, build("idx", "Flatten", layer("Linear", out_features=3), data=source, epochs=1, device="cpu"))
    folder = tmp_path / "run"
    assert run(capsys, "train", path, "--out", folder)[0] == 0
    assert run(capsys, "rerun", folder)[0] == 0  # from wherever: the receipt knows the whole path
    one.rename(two)
    code, output, _ = run(capsys, "rerun", folder)
    assert code == 1
    assert "could not be repeated" in output
    code, output, _ = run(capsys, "rerun", folder, "--data", two)
    assert code == 0
    assert "Identical bit for bit" in output
    write_folder(other, rows=60)
    code, output, _ = run(capsys, "rerun", folder, "--data", other, "--json")
    assert (code, json.loads(output)["verdict"]) == (1, "other data")


def test_tensorboard_logs_are_read_by_tensorboard(capsys, digits, tmp_path):
    reader = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    folder = tmp_path / "run"
    assert run(capsys, "train", digits, "--out", folder, "--tensorboard")[0] == 0
    log = reader.EventAccumulator(str(folder / "tensorboard")).Reload()
    assert {"loss/validation", "loss/training", "accuracy/validation", "run/learning rate"} <= set(
        log.Tags()["scalars"]
    )
    assert log.Scalars("loss/validation")[-1].step == 46
    weights = log.Tags()["histograms"]
    assert len(weights) == 4
    assert all(name.startswith("weights/") for name in weights)
    assert log.Histograms(weights[0])[-1].step == 46
    assert run(capsys, "train", digits, "--tensorboard")[0] == 2


def test_what_to_install_is_said_where_tensorboard_is_missing(capsys, digits, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorboard", None)
    monkeypatch.setattr("designer.engine.board.find_spec", lambda name: None)
    code, output, error = run(capsys, "train", digits, "--out", tmp_path / "run", "--tensorboard")
    assert (code, output) == (1, "")
    assert "pip install tensorboard" in error
    assert not (tmp_path / "run").exists()


def test_a_run_that_was_changed_cannot_be_repeated(capsys, digits, tmp_path):
    folder = tmp_path / "run"
    run(capsys, "train", digits, "--out", folder, "--every", 1)
    other = tmp_path / "other.nnd"
    source = json.loads(digits.read_text())
    source["training"]["optimizer"] = {"kind": "SGD", "parameters": {"lr": 0.1}}
    other.write_text(json.dumps(source))
    assert run(capsys, "train", other, "--resume", folder / "epoch-1.state", "--out", tmp_path / "two")[0] == 0
    code, _, error = run(capsys, "rerun", tmp_path / "two")
    assert code == 1
    assert "The run was changed after step 23" in error
    assert change_record(folder, name="x").name == "x"
