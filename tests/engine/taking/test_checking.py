"""What is tried in a process of its own: how it fails is said, it is stopped when asked, and differences are found."""

import time

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from designer.engine.evaluation.record import Outcome
from designer.engine.evaluation.resampling import Cancelled
from designer.engine.taking.checking import TakingError, compare_outcome, compare_outputs, compare_tables, run_probe


def try_program(folder, text: str, report=lambda share: True) -> None:
    program = folder / "predict.py"
    program.write_text(text, "utf-8")
    run_probe(["package", program, folder / "x", folder / "y.csv", "5"], folder, report, 0.5)


def test_a_program_runs_where_designer_is_not(tmp_path):
    try_program(tmp_path, "import sys\nassert sys.argv[2:4] == ['--out', sys.argv[1][:-1] + 'y.csv'], sys.argv\n")
    with pytest.raises(TakingError, match=r"process of its own: ModuleNotFoundError: .*designer"):
        try_program(tmp_path, "import designer\n")
    with pytest.raises(TakingError, match="it said nothing"):
        try_program(tmp_path, "raise SystemExit(3)\n")


def test_a_program_that_goes_on_for_good_is_stopped(tmp_path, monkeypatch):
    began = time.monotonic()
    with pytest.raises(Cancelled):
        try_program(tmp_path, "import time\ntime.sleep(100)\n", report=lambda share: False)
    monkeypatch.setattr("designer.engine.taking.checking.LONGEST", 0.2)
    with pytest.raises(TakingError, match="no answers within"):
        try_program(tmp_path, "import time\ntime.sleep(100)\n")
    assert time.monotonic() - began < 60


def test_outputs_that_differ_are_found(tmp_path):
    here, path = torch.tensor([[1.0, 2.0], [3.0, float("nan")]]), tmp_path / "y"
    save_file({"y0": here + 1e-6}, path)
    assert compare_outputs(here, path) == pytest.approx(1e-6, rel=0.2)
    for other, message in (
        (here + 0.1, "differ by up to 0.1 "),
        (here[:1], r"answers \(1, 2\) numbers"),
        (torch.zeros(2, 2), "not finite"),
    ):
        save_file({"y0": other.contiguous()}, path)
        with pytest.raises(TakingError, match=message):
            compare_outputs(here, path)
    save_file({"y0": here, "y1": here.clone()}, path)
    with pytest.raises(TakingError, match="gives 2 outputs"):
        compare_outputs(here, path)


def test_tables_that_differ_are_found(tmp_path):
    here, path = {"answer": ["yes", "no"], "probability": [0.9, 0.6]}, tmp_path / "y.csv"
    table = "sample,answer,probability\n1,yes,0.9\n2,no,0.6001\n"
    path.write_text(table, "utf-8")
    assert compare_tables(here, ["1", "2"], path) == pytest.approx(1e-4)
    for old, new, message in (
        ("2,no", "2,yes", "answers yes where no"),
        ("0.6001", "0.7", "differ by up to 0.1 "),
        ("0.6001", "nan", "no number in probability"),
        ("2,no", "3,no", "other samples"),
        ("answer", "class", "other columns"),
    ):
        path.write_text(table.replace(old, new), "utf-8")
        with pytest.raises(TakingError, match=message):
            compare_tables(here, ["1", "2"], path)


def test_what_is_told_is_what_is_evaluated():
    outcome = Outcome("", "binary", ("no", "yes"), np.zeros((3, 1)), chances=np.array([[0.1], [0.6], [0.7]]))
    told = {"answer": ["no", "yes"], "probability": [0.9, 0.6], "p(yes)": [0.1, 0.6]}
    compare_outcome(told, outcome)
    with pytest.raises(TakingError, match=r"differ by up to 0\.3 "):
        compare_outcome(told | {"p(yes)": [0.4, 0.6]}, outcome)
    values = Outcome("", "value", ("a",), np.zeros((2, 1)), np.array([[5.0], [7.0]]))
    compare_outcome({"a": [5.0, 7.0]}, values)
    with pytest.raises(TakingError, match="differ by up to 1 "):
        compare_outcome({"a": [5.0, 8.0]}, values)
