"""Each of the shared data sets: what is proposed for it is trained, passes `verify`, and answers samples of its own file."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from designer.catalogue.proposing import propose
from designer.cli import main
from designer.data import look
from designer.document.files import load, save
from designer.document.project import Data, Project
from designer.engine.plan import Plan
from tests.engine.script_runner import verify_all
from tests.idx_files import take_idx

SHARED = Path(__file__).parents[3] / "shared" / "data"
needs_data = pytest.mark.skipif(not SHARED.is_dir(), reason=f"the data sets are not in {SHARED}")


def take_lines(place: Path, folder: Path, count: int) -> Path:
    """The first lines of a file."""
    with place.open("rb") as file:
        (folder / place.name).write_bytes(b"".join(line for _, line in zip(range(count), file, strict=False)))
    return folder / place.name


def take_pictures(place: Path, folder: Path, count: int) -> Path:
    """The first pictures of each class."""
    for kind in sorted((place / "images").iterdir()):
        (folder / kind.name).mkdir()
        for picture in sorted(kind.iterdir())[:count]:
            (folder / kind.name / picture.name).symlink_to(picture)
    return folder


# Of each set a part, that costs a second to learn: its place, how the part is taken, and how much of it.
SETS = {
    "titanic": ("titanic/titanic.csv", take_lines, 900),
    "california": ("california_housing/housing.csv", take_lines, 800),
    "sms": ("sms_spam/SMSSpamCollection", take_lines, 400),
    "digits": ("sign_digits", take_pictures, 6),
    "airline": ("airline_passengers/airline-passengers.csv", take_lines, 200),
    "mnist": ("mnist", take_idx, 600),
    "shakespeare": ("tiny_shakespeare/input.txt", take_lines, 400),
}


def make_project(name: str, folder: Path) -> tuple[Path, Path]:
    """Write what is proposed for a part of a set, trained for one epoch, and return its file and its data."""
    place, take, count = SETS[name]
    (folder / "data").mkdir(parents=True)
    data = take(SHARED / place, folder / "data", count)
    made = propose(Project(name, data=Data(look(data).source))).project
    save(folder / "net.nnd", replace(made, training=replace(made.training, device="cpu", epochs=1)))
    return folder / "net.nnd", data


@needs_data
def test_what_is_proposed_passes_verify(tmp_path, capsys):
    files = {name: make_project(name, tmp_path / name)[0] for name in SETS}
    assert main(["verify", str(files["titanic"])]) == 0
    assert "Equal bit for bit" in capsys.readouterr().out
    plans = {name: Plan.from_project(load(file)) for name, file in files.items() if name != "titanic"}
    assert not {name: why for name, why in verify_all(plans, tmp_path / "all").items() if why}


@needs_data
@pytest.mark.parametrize("name", SETS)
def test_what_is_proposed_answers_new_samples(name, tmp_path, capsys):
    file, data = make_project(name, tmp_path)
    assert main(["train", str(file), "--out", str(tmp_path / "run")]) == 0
    new = data / "t10k-images-idx3-ubyte" if name == "mnist" else data
    out = tmp_path / "out.csv"
    words = ["predict", str(tmp_path / "run"), "--input", str(new), "-o", str(out), "--first", "9"]
    assert main(words) == 0, capsys.readouterr()
    with out.open(newline="", encoding="utf-8") as opened:
        rows = list(csv.DictReader(opened))
    assert len(rows) == (1 if name == "shakespeare" else 9)
    assert all(list(row.values())[1] for row in rows)
