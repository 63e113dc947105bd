"""Training and verifying from the command line: real runs of the engine."""

import json
import re
import signal
import subprocess
import sys
from dataclasses import replace

import pytest
from safetensors.torch import load_file

import designer
from designer.api import build, layer, with_data
from designer.cli import main
from designer.document.files import load, save
from designer.engine.plan import Plan
from designer.engine.verify import verify
from tests.idx_files import write_folder


def run(capsys, *words) -> tuple[int, str, str]:
    code = main([str(word) for word in words])
    return code, *capsys.readouterr()


def read_events(output: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in output.splitlines()]


def test_train_tells_a_line_of_json_an_event(capsys, digits):
    code, output, error = run(capsys, "train", digits, "--json")
    assert (code, error) == (0, "")
    events = read_events(output)
    assert [event["event"] for event in events] == ["started", "epoch", "epoch", "finished"]
    first, second = events[1:3]
    assert {"epoch", "train_loss", "val_loss", "val_accuracy", "seconds"} <= first.keys()
    assert (first["epoch"], second["epoch"]) == (1, 2)
    assert 0 < second["train_loss"] < first["train_loss"] < 3
    assert 0.1 < second["val_accuracy"] <= 1
    assert events[0]["parameters"] == 64 * 16 + 16 + 170
    assert events[3]["reason"] == "finished"


def test_train_is_the_same_for_the_same_seed(capsys, digits):
    losses = []
    for seed in (3, 3, 4):
        _, output, _ = run(capsys, "train", digits, "--json", "--epochs", 1, "--seed", seed)
        losses.append(read_events(output)[1]["train_loss"])
    assert losses[0] == losses[1] != losses[2]


def test_train_tells_people_a_line_an_epoch_and_keeps_the_run(capsys, digits, tmp_path):
    folder = tmp_path / "run"
    code, output, error = run(capsys, "train", digits, "--epochs", 2, "--out", folder)
    assert (code, error) == (0, "")
    lines = output.splitlines()
    assert lines[0] == "1,438 samples, 359 for validation; 1,210 parameters on cpu"
    assert re.fullmatch(
        r"epoch 2  loss \d\.\d{4}  validation \d\.\d{4}  accuracy \d+\.\d\d%  .* s  best so far", lines[2]
    )
    assert lines[3].startswith("Finished 2 epochs, 46 steps, in ")
    assert load_file(folder / "last.safetensors")
    assert load(folder / "project.nnd").graph == load(digits).graph


def test_train_replaces_an_earlier_run_and_nothing_else(capsys, digits, tmp_path):
    folder = tmp_path / "run"
    for _ in range(2):
        assert run(capsys, "train", digits, "--epochs", 1, "--out", folder)[0] == 0
    project = folder / "project.nnd"
    code, output, error = run(capsys, "train", project, "--epochs", 1, "--seed", 77, "--out", folder)
    assert (code, output) == (2, "")
    assert error == f"designer: The run would replace {project}, which it reads. Choose another folder.\n"
    (tmp_path / "train.py").write_text("mine")
    before = digits.read_bytes()
    code, output, error = run(capsys, "train", digits, "--epochs", 1, "--seed", 77, "--out", tmp_path)
    assert (code, output) == (2, "")
    assert error.startswith(f"designer: The folder {tmp_path} holds other files, such as digits.nnd. Choose a new ")
    assert ((tmp_path / "train.py").read_text(), digits.read_bytes()) == ("mine", before)


def test_a_failed_run_says_why_and_exits_with_1(capsys, tmp_path, digits):
    project = with_data(load(digits), "Idx", path=str(tmp_path / "gone"), sizes=(1, 8, 8))
    save(tmp_path / "idx.nnd", project)
    code, output, _ = run(capsys, "train", tmp_path / "idx.nnd", "--json")
    (event,) = read_events(output)
    assert code == 1
    assert (event["event"], event["reason"], event["node"]) == ("failed", "data", None)
    assert "gone" in event["message"]
    code, output, error = run(capsys, "train", tmp_path / "idx.nnd")
    assert (code, output, error) == (1, "", f"designer: {event['message']} Other data are named with --data.\n")


def test_train_takes_data_from_another_place(capsys, tmp_path):
    write_folder(tmp_path / "one", rows=40)
    write_folder(tmp_path / "two", rows=60, height=5, classes=4)
    path = tmp_path / "idx.nnd"
    source = designer.Choice("Idx", {"path": str(tmp_path / "one"), "sizes": (1, 4, 3), "classes": 3})
    save(path, build("idx", "Flatten", layer("Linear", out_features=4), data=source, epochs=1, device="cpu"))
    _, output, _ = run(capsys, "train", path, "--json", "--data", tmp_path / "two")
    assert read_events(output)[0]["samples"] == 60
    assert read_events(output)[-1]["event"] == "finished"
    code, output, error = run(capsys, "train", path, "--json", "--data", tmp_path / "gone")
    (event,) = read_events(output)
    assert code == 1
    assert (event["event"], event["message"]) == ("failed", error.removeprefix("designer: ").strip())
    assert "gone" in error


def test_a_relative_path_of_the_data_starts_beside_the_project(capsys, tmp_path, monkeypatch):
    write_folder(tmp_path / "there" / "one", rows=40)
    path = tmp_path / "there" / "idx.nnd"
    source = designer.Choice("Idx", {"path": "one", "sizes": (1, 4, 3), "classes": 3})
    save(path, build("idx", "Flatten", layer("Linear", out_features=3), data=source, epochs=1, device="cpu"))
    for folder in (tmp_path, tmp_path / "there"):
        monkeypatch.chdir(folder)
        named = path.relative_to(folder)
        code, output, _ = run(capsys, "train", named, "--json")
        assert (code, read_events(output)[0]["samples"]) == (0, 40)
        assert "one" not in run(capsys, "check", named)[1]
    (tmp_path / "there" / "one").rename(tmp_path / "two")
    code, output, _ = run(capsys, "check", path)
    assert code == 0
    gone = tmp_path / "there" / "one"
    assert f"warning: There is no file or folder {gone}. Say where the data are with --data.\n" in output


def test_a_network_that_is_not_ready_is_a_failed_run(capsys, tmp_path):
    save(tmp_path / "a.nnd", build("a", "ReLU", layer("Linear", out_features=3), data="Digits"))
    code, output, error = run(capsys, "train", tmp_path / "a.nnd", "--json")
    (event,) = read_events(output)
    assert code == 1
    assert (event["event"], event["reason"], event["node"]) == ("failed", "not_ready", "linear_1")
    assert error == f"designer: {event['message']}\n"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl+C to whole consoles")
def test_ctrl_c_stops_a_run_cleanly(digits, tmp_path):
    command = [
        sys.executable,
        "-m",
        "designer",
        "train",
        digits,
        "--epochs",
        "100000",
        "--json",
        "--out",
        tmp_path / "run",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert json.loads(process.stdout.readline())["event"] == "started"
        assert json.loads(process.stdout.readline())["event"] == "epoch"
        process.send_signal(signal.SIGINT)
        output, error = process.communicate(timeout=60)
    last = read_events(output)[-1]
    assert (last["event"], last["reason"]) == ("finished", "stopped")
    assert (process.returncode, error) == (130, "")
    assert load_file(tmp_path / "run" / "last.safetensors")


def test_the_exported_script_is_equal_bit_for_bit(capsys, digits):
    code, output, _ = run(capsys, "verify", digits, "--json")
    verdict = json.loads(output)
    assert (code, verdict["equal"], verdict["steps"], verdict["weights"]) == (0, True, 46, 1210)
    assert verdict["message"].startswith("Equal bit for bit")


@pytest.mark.parametrize(
    "old, new, message",
    [
        ("args.seed)", "args.seed + 1)", "Not equal: at step 1 the loss is "),
        ("save_file(model", "next(model.parameters()).data[0] += 1e-3; save_file(model", "the final weights"),
        ("parser = ", "import nowhere; parser = ", "with exit code 1: ModuleNotFoundError: No module named 'nowhere'"),
    ],
    ids=["other seed", "other weights", "broken"],
)
def test_a_script_that_does_something_else_is_found_out(digits, old, new, message):
    plan = Plan.from_project(load(digits), epochs=1)
    # What runs here is not touched by the change: it does not go through `main`.
    head, found, tail = plan.source.text.partition("def main")
    tail = (found + tail).replace(old, new)
    assert tail != found + plan.source.text.partition("def main")[2]
    verdict = verify(replace(plan, source=replace(plan.source, text=head + tail)))
    assert not verdict.equal
    assert message in verdict.message


def test_a_comparison_can_be_stopped(digits):
    verdict = verify(Plan.from_project(load(digits)), stopped=lambda: True)
    assert (verdict.equal, verdict.message) == (False, "Stopped before there was anything to compare.")


def test_rates_are_tried_and_one_is_proposed(capsys, digits):
    code, output, error = run(capsys, "lr-range", digits, "--json")
    assert (code, error) == (0, "")
    found = json.loads(output)
    assert 1e-4 < found["proposal"] < 0.5
    rates = [each["rate"] for each in found["tried"]]
    assert rates == sorted(rates)
    code, output, _ = run(capsys, "lr-range", digits)
    assert (code, output.splitlines()[-1]) == (0, found["message"])


def test_fit_measures_and_says_whether_it_fits(capsys, digits):
    code, output, error = run(capsys, "fit", digits, "--json")
    assert (code, error) == (0, "")
    found = json.loads(output)
    assert found["weights"] == found["gradients"] == 4 * found["parameters"] == 4 * (64 * 16 + 16 + 170)
    assert found["fits"]
    assert found["measured"]
    code, output, _ = run(capsys, "fit", digits, "--device", "cpu")
    assert code == 0
    assert output.splitlines()[0].split() == ["Weights", "4.7", "KiB"]
    assert output.splitlines()[-1].startswith("It fits: a step with 64 rows takes ")
    assert run(capsys, "fit", digits, "--device", "cuda:77")[0] == 1
