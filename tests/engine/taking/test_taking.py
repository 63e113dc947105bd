"""A run is taken away whole: each file answers in a fresh process as here, a failure leaves nothing, and says what."""

import contextlib
import csv
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from designer.engine.answering import open_answerer
from designer.engine.evaluation.record import EvaluationError
from designer.engine.evaluation.resampling import Cancelled
from designer.engine.taking import taking
from designer.engine.taking.checking import TakingError
from designer.engine.taking.kinds import KINDS
from designer.engine.taking.taking import take
from tests.codegen.ruff_run import demand_style
from tests.engine.kept_runs import keep_run

LONGEST = 60
needs_onnx = pytest.mark.skipif(bool(KINDS[3].missing), reason="no onnx here")


@pytest.fixture(autouse=True)
def few_draws(monkeypatch):
    monkeypatch.setattr("designer.engine.evaluation.resampling.DRAWS", 20)


def list_files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@contextlib.contextmanager
def files_of_at_most(size: int):
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_package_and_its_card(tmp_path):
    kept, out, shares = keep_run(tmp_path, "digits"), tmp_path / "taken", []
    kinds = ["package"]
    taken = take(kept.folder, kinds, out, report=lambda share: shares.append(share) or True)
    assert [one.kind for one in taken] == kinds
    assert max(one.difference for one in taken) < 1e-4
    assert all(one.path.exists() for one in taken)
    assert shares == sorted(shares)
    package = out / "test"
    assert list_files(package) == [
        "README.md",
        "model.safetensors",
        "predict.py",
        "preprocessing.json",
        "requirements.txt",
    ]
    assert sorted(path.name for path in out.iterdir()) == ["test"]
    card = (package / "README.md").read_text("utf-8")
    assert "| Accuracy | " in card
    assert "| 95 % interval |" in card
    assert open_answerer(kept.folder).prediction.text == (package / "predict.py").read_text("utf-8")
    assert f"torch=={torch.__version__.partition('+')[0]}\n" in (package / "requirements.txt").read_text("utf-8")
    demand_style(tmp_path / "taken", [], "INP001")
    # As somebody uses it who has the folder and one sample.
    np.save(tmp_path / "one.npy", np.zeros((8, 8)))
    command = [sys.executable, package / "predict.py", tmp_path / "one.npy"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=LONGEST, check=True)
    (line,) = csv.DictReader(done.stdout.splitlines())
    assert line["answer"] in "0123456789"
    # The folder is there now, and stays as it is.
    with pytest.raises(TakingError, match="there already"):
        take(kept.folder, ["weights"], out)


@needs_onnx
def test_exported_networks_answer_any_number_of_samples(tmp_path):
    import onnx

    kept = keep_run(tmp_path, "texts")
    one, other = take(kept.folder, ["export", "onnx"], tmp_path / "taken")
    assert max(one.difference, other.difference) < 1e-4
    assert list_files(tmp_path / "taken") == ["my_net.onnx", "my_net.pt2"]
    given = onnx.load(one.path).graph.input[0]
    assert given.name == "input"
    assert not given.type.tensor_type.shape.dim[0].dim_value


@pytest.mark.parametrize("kind", ["table", "pictures"])
def test_a_package_reads_what_people_have(tmp_path, kind):
    kept = keep_run(tmp_path, kind)
    (one,) = take(kept.folder, ["package"], tmp_path / "taken")
    assert one.difference < 1e-4
    card = (one.path / "README.md").read_text("utf-8")
    if kind == "pictures":
        assert "one of 3 classes: blue, green, red." in card
        assert "pictures of any size, brought to 8 x 8 (height x width), colour" in card
        return
    assert "survived: one of 2 classes: no, yes." in card
    assert "| sex | category | female, male |" in card
    # A stranger writes a file by the card alone.
    lines = card.partition("A file that it answers:\n\n")[2].partition("\n\n")[0].splitlines()
    (tmp_path / "written.csv").write_text("\n".join(line.strip() for line in lines) + "\n", "utf-8")
    assert len(open_answerer(kept.folder).answer(tmp_path / "written.csv").names) == 1
    command = [sys.executable, one.path / "predict.py", kept.data, "-o", tmp_path / "out.csv", "--first", "5"]
    subprocess.run(command, timeout=LONGEST, check=True)
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    answers = open_answerer(kept.folder).answer(kept.data, 5)
    assert [row["sample"] for row in rows] == list(answers.names)
    assert [row["answer"] for row in rows] == answers.columns["answer"]
    (one.path / "preprocessing.json").unlink()
    done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_a_package_of_a_table_whose_uneven_rows_are_left_out(tmp_path):
    kept = keep_run(tmp_path, "uneven table")
    assert kept.project.data.source.parameters["left_out"] == (7,)
    (one,) = take(kept.folder, ["package"], tmp_path / "taken")
    assert one.difference < 1e-4
    with pytest.raises(EvaluationError, match=r"Line 9 of .*uneven\.csv has 6 fields where the first has 4"):
        open_answerer(kept.folder).answer(kept.data)


def test_a_failure_leaves_nothing(tmp_path, monkeypatch):
    kept, out = keep_run(tmp_path, "digits"), tmp_path / "new" / "taken"

    # Weights that were spoilt on the way answer something else.
    write = taking.FORMS["weights"].write

    def spoil(luggage, folder):
        path = write(luggage, folder)
        save_file(
            {name: tensor + 0.5 if tensor.is_floating_point() else tensor for name, tensor in load_file(path).items()},
            path,
        )
        return path

    spoilt = taking.FORMS | {"weights": type(taking.FORMS["weights"])(spoil, taking.FORMS["weights"].check)}
    with monkeypatch.context() as patch:
        patch.setattr(taking, "FORMS", spoilt)
        with pytest.raises(TakingError, match=r"The weights: Its answers differ by up to .* Nothing was written"):
            take(kept.folder, ["weights"], out)
    assert list(out.parent.iterdir()) == []
    with pytest.raises(Cancelled):
        take(kept.folder, ["weights"], out, report=lambda share: share < 0.5)
    assert list(out.parent.iterdir()) == []
    with pytest.raises(TakingError, match="at least one"):
        take(kept.folder, [], out)
    with (
        files_of_at_most(20_000),
        pytest.raises(OSError, match="File too large"),
    ):  # as a full disk, where torch gives up
        take(kept.folder, ["export"], out)
    assert list(out.parent.iterdir()) == []
    (tmp_path / "record.json").touch()
    with pytest.raises(TakingError, match=r"record\.json is a file: no folder can be made in it"):
        take(kept.folder, ["weights"], tmp_path / "record.json" / "deep" / "taken")
    monkeypatch.chdir(tmp_path)
    (taken,) = take(kept.folder, ["weights"], Path("beside"))  # as a command line says it
    assert taken.path.parent == tmp_path / "beside"
    (kept.folder / "best.safetensors").unlink()
    with pytest.raises(EvaluationError, match="finish an epoch"):
        take(kept.folder, ["weights"], out)
