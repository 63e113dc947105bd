"""`designer transfer`: the table, the file it writes, and what it refuses; then training from it."""

import json

import pytest
import torch

import designer
from designer.document.files import load, save
from tests.cli.test_commands import run


@pytest.fixture
def digits(tmp_path):
    layers = ["Flatten", designer.layer("Linear", out_features=16, name="hidden"), "ReLU"]
    project = designer.build(
        "digits", *layers, designer.layer("Linear", out_features=10, name="head"), data="Digits", epochs=1
    )
    save(tmp_path / "digits.nnd", project)
    return tmp_path / "digits.nnd"


@pytest.fixture
def theirs(tmp_path):
    """Weights of a network in other names, whose last layer has 5 classes."""
    torch.manual_seed(0)
    state = {"body.weight": torch.randn(16, 64), "body.bias": torch.randn(16)}
    path = tmp_path / "theirs.pth"
    torch.save({"state_dict": state | {"fc.weight": torch.randn(5, 16), "fc.bias": torch.randn(5)}}, path)
    return path


def test_the_table_is_shown_and_the_project_starts_from_the_weights(capsys, digits, theirs, tmp_path, monkeypatch):
    before = digits.read_bytes()
    code, output, _ = run(capsys, "transfer", digits, theirs, "--dry-run")
    assert code == 0
    assert digits.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["digits.nnd", "theirs.pth"]
    lines = output.splitlines()
    assert " ".join(lines[2].split()) == "body.weight layers.1.weight 16 x 64 Linear hidden by shape and order"
    assert "no such tensor in the file" in lines[4]
    assert lines[-1] == "2 of 4 tensors come from theirs.pth, 2 begin fresh; 2 of the file are not used."

    assert run(capsys, "transfer", digits, theirs)[0] == 0
    assert load(digits).training.weights == "digits_start.safetensors"  # beside the project, so they move together
    monkeypatch.chdir(tmp_path.parent)
    assert run(capsys, "train", digits, "--epochs", "1", "--device", "cpu")[0] == 0
    (tmp_path / "digits_start.safetensors").rename(tmp_path / "other.safetensors")
    assert "warning: There is no file" in run(capsys, "check", digits)[1]
    code, _, error = run(capsys, "train", digits, "--epochs", "1", "--device", "cpu")
    assert code == 1
    assert "There is no file" in error
    assert "digits_start.safetensors" in error
    assert (
        run(capsys, "train", digits, "--epochs", "1", "--device", "cpu", "--weights", tmp_path / "other.safetensors")[0]
        == 0
    )


def test_the_table_as_json_and_a_layer_left_out(capsys, digits, theirs):
    code, output, _ = run(capsys, "transfer", digits, theirs, "--json", "--out", theirs.with_name("a.safetensors"))
    answer = json.loads(output)
    assert code == 0
    assert [row["taken"] for row in answer["rows"]] == [True, True, False, False, False, False]
    code, _, error = run(capsys, "transfer", digits, theirs, "--fresh", "hidden")
    assert (code, error) == (2, f"designer: Nothing in {theirs} fits this network.\n")
    code, _, error = run(capsys, "transfer", digits, theirs, "--fresh", "hiden")
    assert code == 2
    assert "Did you mean hidden?" in error


def test_what_cannot_be_done_is_one_sentence(capsys, digits, tmp_path):
    (tmp_path / "text.pt").write_text("hello, this is not a file of weights")
    for words, expected in (
        ([tmp_path / "text.pt"], "holds no weights"),
        ([tmp_path / "gone.pt"], "There is no file"),
        ([tmp_path / "text.pt", "--out", tmp_path / "x.nnd"], "is the name of a project"),
    ):
        code, output, error = run(capsys, "transfer", digits, *words)
        assert (code, output) == (2, "")
        assert expected in error
        assert len(error.splitlines()) == 1
    save(tmp_path / "empty.nnd", designer.Project())
    assert run(capsys, "transfer", tmp_path / "empty.nnd", tmp_path / "text.pt")[0] == 1
