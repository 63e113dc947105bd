"""Each of the shared data sets: what is proposed for it is trained, passes `verify`, and answers samples of its own file."""

import csv
import gzip
import struct
from dataclasses import replace
from pathlib import Path

import pytest

from designer.catalogue.proposing import propose
from designer.cli import main
from designer.data import look
from designer.document.files import save
from designer.document.project import Data, Project

SHARED = Path(__file__).parents[3] / "shared" / "data"


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


def take_idx(place: Path, folder: Path, count: int) -> Path:
    """The first images of each part."""
    for part in ("train", "t10k"):
        for name, head, size in (("images-idx3", 16, 28 * 28), ("labels-idx1", 8, 1)):
            with gzip.open(place / f"{part}-{name}-ubyte.gz") as file:
                data = bytearray(file.read(head + count * size))
            data[4:8] = struct.pack(">I", count)
            (folder / f"{part}-{name}-ubyte").write_bytes(data)
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


@pytest.mark.parametrize("name", SETS)
def test_what_is_proposed_is_verified_and_answers(name, tmp_path, capsys):
    place, take, count = SETS[name]
    if not (SHARED / place).exists():
        pytest.skip(f"{SHARED / place} is not here")
    (tmp_path / "data").mkdir()
    data = take(SHARED / place, tmp_path / "data", count)
    proposal = propose(Project(name, data=Data(look(data).source)))
    project = replace(proposal.project, training=replace(proposal.project.training, device="cpu", epochs=1))
    save(tmp_path / "net.nnd", project)
    assert main(["verify", str(tmp_path / "net.nnd")]) == 0, capsys.readouterr()
    assert "Equal bit for bit" in capsys.readouterr().out
    assert main(["train", str(tmp_path / "net.nnd"), "--out", str(tmp_path / "run")]) == 0
    new = data / "t10k-images-idx3-ubyte" if name == "mnist" else data
    out = tmp_path / "out.csv"
    words = ["predict", str(tmp_path / "run"), "--input", str(new), "-o", str(out), "--first", "9"]
    assert main(words) == 0, capsys.readouterr()
    with out.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == (1 if name == "shakespeare" else 9)
    assert all(list(row.values())[1] for row in rows)
