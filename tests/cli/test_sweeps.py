"""Sweeps from the command line: what they print, what is kept, kill -9 in the middle, and two processes at once."""

import csv
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from designer.cli import main
from designer.document.files import load, save
from designer.engine.sweeps.folder import read_folder
from designer.engine.sweeps.parts import mark
from designer.paths import resource

IRIS = resource("templates/iris.nnd")
PATIENCE = 120  # seconds after which something hangs


def run(capsys, *words) -> tuple[int, str, str]:
    code = main([str(word) for word in words])
    return code, *capsys.readouterr()


def begin(*words) -> subprocess.Popen[str]:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-m", "designer", "sweep", *map(str, words)]
    return subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def table(folder: Path) -> list[dict[str, str]]:
    with (folder / "trials.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_sweep_prints_its_best_and_keeps_everything(capsys, tmp_path):
    out, best = tmp_path / "out", tmp_path / "best.nnd"
    vary = ("--vary", "hidden.out_features=2,8", "--vary", "optimizer.lr=1e-5,0.05")
    words = ("sweep", IRIS, *vary, "--method", "grid", "--epochs", 2, "--out", out, "--best", best)
    code, output, error = run(capsys, *words)
    assert code == 0
    lines = output.splitlines()
    assert lines[0] == "4 done"
    assert lines[1].split() == ["trial", "hidden.out_features", "optimizer.lr", "val_loss"]
    assert len(lines) == 7
    assert lines[2].split()[2] == "0.05"
    assert lines[6].startswith("importance: ")
    assert "trial 4/4" in error
    assert load(best).training.optimizer.parameters["lr"] == 0.05
    assert str(load(best).graph.nodes["hidden"].parameters["out_features"]) == lines[2].split()[1]
    assert [row["state"] for row in table(out)] == ["done"] * 4
    code, again, _ = run(capsys, "sweep", out, "--show")
    assert (code, again) == (0, output)


def test_json_tells_a_line_a_trial(capsys, tmp_path):
    vary = ("--vary", "optimizer=Adam,SGD", "--vary", "optimizer.momentum=0.5")
    words = (
        "sweep",
        IRIS,
        *vary,
        "--method",
        "grid",
        "--epochs",
        1,
        "--goal",
        "val_accuracy",
        "--out",
        tmp_path,
        "--json",
    )
    code, output, _ = run(capsys, *words)
    assert code == 0
    first, second, last = [json.loads(line) for line in output.splitlines()]
    assert (first["state"], first["reason"]) == ("failed", "Adam has no `momentum`.")
    assert second["state"] == "done"
    assert 0 <= second["val_accuracy"] <= 1
    assert last["event"] == "sweep"
    assert last["best"] == second
    assert last["trials"] == [first, second]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ((), "Nothing varies yet"),
        (("--vary", "nobody.size=1,2"), "The network has flower, hidden"),
        (("--vary", "hidden.out_features=small"), "must be a whole number"),
        (("--vary", "hidden.out_features=2,4", "--goal", "val_beauty"), "is no goal"),
        (("--storage", "nowhere://x"), "Cannot open the storage"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_trains(capsys, tmp_path, words, complaint):
    code, output, error = run(capsys, "sweep", IRIS, *words, "--out", tmp_path / "out")
    assert (code, output) == (2, "")
    assert complaint in error
    assert error.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_killed_sweep_goes_on_where_it_was(tmp_path):
    out, whole = tmp_path / "out", tmp_path / "whole"
    words = ("--vary", "hidden.out_features=1..64", "--method", "bayes", "--trials", 4, "--epochs", 10)
    first = begin(IRIS, *words, "--out", out)
    try:
        for line in first.stderr:  # the second trial is under way, or about to be begun
            if line.startswith("trial 1/"):
                break
    finally:
        os.kill(first.pid, signal.SIGKILL)
        first.communicate(timeout=PATIENCE)
    done = [trial for trial in read_folder(out).open().list() if trial.state == "done"]
    assert 1 <= len(done) < 4
    second = begin(out)
    _, error = second.communicate(timeout=PATIENCE)
    assert second.returncode == 0, error
    trials = read_folder(out).open().list()
    assert trials[: len(done)] == tuple(done)  # not done twice
    assert main(["sweep", str(IRIS), *map(str, words), "--out", str(whole)]) == 0
    same = [(dict(trial.values), trial.goal) for trial in read_folder(whole).open().list()]
    assert [(dict(trial.values), trial.goal) for trial in trials] == same


@pytest.mark.parametrize("kind", ["journal", "sqlite"])
def test_two_processes_divide_the_trials(tmp_path, kind):
    storage = tmp_path / "shared.log" if kind == "journal" else f"sqlite:///{tmp_path / 'shared.db'}"
    words = (
        "--vary",
        "hidden.out_features=1..64",
        "--method",
        "random",
        "--trials",
        6,
        "--epochs",
        10,
        "--storage",
        storage,
    )
    workers = [begin(IRIS, *words, "--out", tmp_path / name, "--json") for name in ("one", "two")]
    told = []
    for worker in workers:
        output, error = worker.communicate(timeout=PATIENCE)
        assert worker.returncode == 0, error
        told.append([json.loads(line)["trial"] for line in output.splitlines()[:-1]])
    assert sorted(told[0] + told[1]) == list(range(1, 7))  # each is done once, by one of them
    assert min(map(len, told)) >= 1
    rows = [table(tmp_path / name) for name in ("one", "two")]
    assert max(len([row for row in each if row["state"] in ("done", "pruned")]) for each in rows) == 6


def test_another_machine_joins_by_the_storage_alone(capsys, tmp_path):
    storage = tmp_path / "shared.log"
    vary = ("--vary", "hidden.out_features=2,4,8", "--method", "grid", "--epochs", 1)
    first = ("sweep", IRIS, *vary, "--storage", storage, "--out", tmp_path / "one", "--most", 1)
    assert run(capsys, *first)[0] == 0
    code, output, _ = run(capsys, "sweep", IRIS, "--storage", storage, "--out", tmp_path / "two")
    assert code == 0
    assert output.startswith("3 done")
    assert [row["hidden.out_features"] for row in table(tmp_path / "two")] == ["2", "4", "8"]
    code, _, error = run(capsys, "sweep", resource("templates/moons.nnd"), "--storage", storage, "--name", "Iris")
    assert code == 2
    assert "another version of the project" in error


def test_an_ablation_tells_what_each_part_is_worth(capsys, tmp_path):
    file = tmp_path / "iris.nnd"
    save(file, mark(load(IRIS), ["hidden"], "optional"))
    words = ("sweep", file, "--ablation", "--seeds", "1,2", "--epochs", 2, "--out", tmp_path / "out")
    code, output, _ = run(capsys, *words)
    assert code == 0
    assert output.startswith("2 done")
    assert output.splitlines()[-1].startswith("without hidden: val_loss ")
    assert output.splitlines()[-1].endswith(", of 2 pairs")
    code, _, error = run(capsys, "sweep", IRIS, "--ablation")
    assert code == 2
    assert "Nothing is marked" in error


def test_folds_are_trained_one_by_one(capsys, tmp_path):
    out = tmp_path / "out"
    code, output, error = run(capsys, "train", IRIS, "--folds", "3", "--epochs", "4", "--out", out)
    assert code == 0
    assert "trial 3/3" in error
    lines = output.splitlines()
    assert lines[0] == "3 done"
    assert lines[-1].startswith("val_accuracy ")
    assert lines[-1].endswith("over 3 of 3 folds")
    assert load(IRIS).data.split.kind == "Random"
    assert read_folder(out).project.data.split.parameters == {"by": "class", "folds": 3}
    code, _, error = run(capsys, "train", IRIS, "--folds", "--keep")
    assert code == 2
    assert "--keep" in error
