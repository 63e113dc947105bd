"""`designer predict` and `designer take`: from a run to answers in a file, and to files of its own."""

import csv
import os

import pytest

from designer.cli import main
from tests.engine.kept_runs import keep_run


def run(capsys, *words) -> tuple[int, str, str]:
    code = main([str(word) for word in words])
    return code, *capsys.readouterr()


@pytest.fixture
def kept(tmp_path):
    return keep_run(tmp_path, "table")


def test_new_rows_are_answered_into_a_file_or_the_terminal(capsys, kept, tmp_path):
    (tmp_path / "new.csv").write_text("sex,age,fare\nmale,30,2\nfemale,,9.5\n", "utf-8")
    out = tmp_path / "out.csv"
    code, output, error = run(capsys, "predict", kept.folder, "--input", tmp_path / "new.csv", "-o", out)
    assert (code, output, error) == (0, "", f"Wrote 2 answers to {out}\n")
    with out.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["sample"] for row in rows] == ["1", "2"]
    assert {row["answer"] for row in rows} <= {"no", "yes"}
    code, output, _ = run(capsys, "predict", kept.folder, "--input", tmp_path / "new.csv", "--first", "1")
    assert (code, output.splitlines()) == (0, out.read_text("utf-8").splitlines()[:2])
    code, output, error = run(capsys, "predict", kept.folder, "--input", tmp_path / "none.csv")
    assert (code, output) == (1, "")
    assert "There is no file or folder" in error
    os.mkfifo(tmp_path / "pipe.csv")  # nothing ever comes out of it
    for words in (("predict", kept.folder, "--input"), ("train", kept.folder / "project.nnd", "--data")):
        code, _, error = run(capsys, *words, tmp_path / "pipe.csv")
        assert code == 1
        assert "pipe.csv is neither a file nor a folder." in error


def test_a_run_is_taken_away(capsys, kept, tmp_path):
    code, output, _ = run(capsys, "take", kept.folder, "-o", tmp_path / "taken", "--form", "weights")
    assert code == 0
    assert output == f"{tmp_path / 'taken' / 'my_net.safetensors'}: the same answers in a fresh process\n"
    code, _, error = run(capsys, "take", kept.folder, "-o", tmp_path / "taken", "--form", "weights")
    assert code == 1
    assert "there already" in error
