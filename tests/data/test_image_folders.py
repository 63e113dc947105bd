"""What is found out about a folder of pictures, and that the facts are what the recipe then gives."""

import gzip
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from designer.catalogue.facts import facts, source_problem
from designer.catalogue.proposing import propose
from designer.catalogue.sources import images as declared
from designer.data import DataError, look, look_again, pictures, set_path
from designer.document.project import Choice, Data, Project
from designer.recipes import pictures as recipe
from tests.catalogue.running_sources import load, predict
from tests.picture_files import COLOURS, write_pictures
from tests.recipes.test_pictures import write_png

SIGNS = Path(__file__).parents[2].parent / "shared" / "data" / "sign_digits"


def load_found(choice: Choice, **data):
    path = Path(choice.parameters["path"])
    known = facts(Project(data=Data(choice)))
    loaded = load(choice, path, **data)
    assert loaded["x"].shape[1:] == known.input.sizes
    assert loaded["x"].dtype == torch.float32
    assert loaded["y"].dtype == torch.int64
    assert len(loaded["x"]) == len(loaded["y"]) == len(loaded["files"])
    return known, loaded


def test_reader_and_recipe_mean_the_same_files():
    assert pictures.FORMATS == recipe.FORMATS
    assert pictures.MOST_PIXELS == recipe.MOST_PIXELS


@pytest.mark.skipif(not SIGNS.exists(), reason="the sign digits are not beside this checkout")
def test_the_sign_digits_need_no_setting():
    found = look(SIGNS)
    assert [each.words for each in found.guesses] == [
        "10 classes, a folder each: 0, 1, 2, 3, 4, 5 and 4 more (40 pictures)",
        "400 pictures, all of 100 x 100 (colour)",
        "Size: cut to the middle and brought to 64 x 64",
    ]
    known, loaded = load_found(found.source)
    assert known.input.sizes == (3, 64, 64)
    assert (loaded["train"], loaded["validation"]) == (slice(0, 320), slice(320, 400))
    assert loaded["y"].bincount().tolist() == [40] * 10
    assert loaded["x"][loaded["train"]].mean().abs() < 1e-5


def test_training_and_validation_folders_are_the_parts(tmp_path):
    counts = {f"{part}/{name}": count for part, count in (("Train", 4), ("test", 2), ("val", 3)) for name in COLOURS}
    found = look(write_pictures(tmp_path / "data", counts, size=(24, 24), grey=True, suffix=".png"))
    assert found.source.parameters == {
        "path": str(tmp_path / "data"),
        "size": 24,
        "greyscale": True,
        "classes": ("blue", "green", "red"),
        "rows": 12,
        "parts": ("Train", "val", "test"),
    }
    known, loaded = load_found(found.source)
    assert known.given_split
    assert known.rows == 12
    assert known.input.sizes == (1, 24, 24)
    assert all(file.startswith("Train/") for file in loaded["files"][loaded["train"]])
    assert all(file.startswith("val/") for file in loaded["files"][loaded["validation"]])
    assert len(loaded["files"][loaded["validation"]]) == 9


def test_a_table_of_paths_and_labels(tmp_path):
    root = write_pictures(tmp_path / "pictures" / "all", dict.fromkeys(COLOURS, 4))
    for place in root.rglob("*.JPG"):
        place.rename(root / f"{place.parent.name}{place.name}")
    for name in COLOURS:
        (root / name).rmdir()
    rows = [
        f"{file.name};{next(name for name in COLOURS if file.name.startswith(name))};{n % 7}"
        for n, file in enumerate(sorted(root.iterdir()))
    ]
    table = tmp_path / "pictures" / "labels.csv"
    table.write_text("\n".join(["file;label;day", *rows, "gone.JPG;red;1"]), "utf-8")
    found = look(table)
    assert look(root).source == look(tmp_path / "pictures").source == found.source
    assert found.source.parameters["columns"] == ("file", "label")
    assert found.source.parameters["folder"] == "all"
    assert found.source.parameters["rows"] == 12
    assert any("1 broken file is left out: all/gone.JPG" in each.words for each in found.guesses)
    with pytest.warns(UserWarning, match="1 of 13 files cannot be read"):
        known, loaded = load_found(found.source)
    assert known.target.labels == ("blue", "green", "red")
    for file, label in zip(loaded["files"], loaded["y"].tolist(), strict=True):
        assert file.startswith(f"all/{known.target.labels[label]}")
    with pytest.warns(UserWarning, match="1 of 13 files cannot be read"):
        later = predict(found.source, table, {"scaling": loaded["scaling"]})
    assert len(later["rows"]) == len(later["x"]) == 12


def test_new_pictures_are_made_as_those_that_were_learned_from(tmp_path):
    root = write_pictures(tmp_path / "data")
    choice = Choice("ImageFolder", {**look(root).source.parameters, "fit": "pad", "size": (12, 10)})
    _, loaded = load_found(choice)
    later = predict(choice, root, {"scaling": loaded["scaling"]})
    by_file = dict(zip(loaded["files"], loaded["x"], strict=True))
    assert sorted(later["rows"]) == sorted(loaded["files"])
    for file, x in zip(later["rows"], later["x"], strict=True):
        assert torch.equal(x, by_file[file])
    one = predict(choice, root / "red" / "d0.JPG", {"scaling": loaded["scaling"]})
    assert one["rows"] == ["d0.JPG"]
    assert torch.equal(one["x"][0], by_file["red/d0.JPG"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="has no files that end in"):
        predict(choice, tmp_path / "empty", {"scaling": loaded["scaling"]})


@pytest.mark.parametrize(
    "parameters, channels, expected",
    [
        ({"normalize": "none"}, 3, ([0.0] * 3, [1.0] * 3)),
        ({"normalize": "ImageNet"}, 3, declared.IMAGENET),
        ({"normalize": "ImageNet", "greyscale": True}, 1, ([0.449], [0.226])),
        ({"normalize": "given", "mean": 0.4, "std": (0.1, 0.2, 0.3)}, 3, ([0.4] * 3, [0.1, 0.2, 0.3])),
    ],
)
def test_mean_and_deviation_that_are_not_fitted(tmp_path, parameters, channels, expected):
    found = look(write_pictures(tmp_path / "data"))
    _, loaded = load_found(Choice("ImageFolder", {**found.source.parameters, **parameters}))
    assert loaded["x"].shape[1] == channels
    for name, numbers in zip(("mean", "std"), expected, strict=True):
        assert loaded["scaling"][name] == pytest.approx(list(numbers))
    images, mean, std = loaded["images"].float() / 255, *(torch.tensor(each).view(-1, 1, 1) for each in expected)
    assert torch.allclose(loaded["x"], (images - mean) / std, atol=1e-5)


def test_broken_and_foreign_files_are_counted_and_named(tmp_path):
    root = write_pictures(tmp_path / "data")
    (root / "red" / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 no more")
    (root / "blue" / "notes.txt").write_text("mine")
    write_png(root / "red" / "huge.png", 50_000, 50_000)
    (root / "notes.zip").write_bytes(gzip.compress(b"x"))
    found = look(root)
    words = "\n".join(each.words for each in found.guesses)
    assert "1 other file is left out: blue/notes.txt" in words
    assert "2 broken files are left out: red/broken.jpg, red/huge.png (" in words
    assert found.source.parameters["rows"] == 18


def test_sizes_are_guessed_from_the_pictures(tmp_path):
    def guess(name, *sizes):
        root = write_pictures(tmp_path / name, {"red": 1, "blue": 1}, size=sizes[0], suffix=".png")
        for number, size in enumerate(sizes[1:]):
            Image.fromarray(np.zeros(size, np.uint8)).save(root / "red" / f"more{number}.png")
        given = look(root).source.parameters
        return given.get("size", 64), given.get("fit", "crop")

    assert guess("small", (28, 28)) == (28, "crop")
    assert guess("oblong", (32, 48)) == ((32, 48), "crop")
    assert guess("mixed", (40, 40), (20, 20), (80, 80)) == (64, "crop")
    assert guess("photos", (600, 800)) == (128, "crop")
    assert guess("wide", (200, 900)) == (64, "pad")


def test_a_project_is_led_to_other_pictures(tmp_path):
    found = look(write_pictures(tmp_path / "few", dict.fromkeys(COLOURS, 2)))
    data = set_path(Data(found.source), write_pictures(tmp_path / "many", dict.fromkeys(COLOURS, 5)))
    assert data.source.parameters["rows"] == 15
    assert data.source.parameters["path"] == str(tmp_path / "many")
    with pytest.raises(DataError):
        set_path(data, tmp_path / "nowhere")


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"classes": ()}, "Choose the folder that holds a folder"),
        ({"classes": ("a",)}, "a single class"),
        ({"classes": ("a", "a")}, "listed twice"),
        ({"columns": ("file",)}, "are not complete"),
        ({"size": 0}, "`size` must"),
        ({"fit": "squeeze"}, "`fit` must be one of crop, pad, stretch"),
    ],
)
def test_too_little_is_said(changes, words):
    choice = Choice("ImageFolder", {"classes": ("a", "b"), **changes})
    assert words in source_problem(Project(data=Data(choice)))


def test_pictures_with_numbers(tmp_path):
    write_pictures(tmp_path, {"red": 30})
    lines = [f"red/{each.name},{n / 8},{n % 2}" for n, each in enumerate(sorted((tmp_path / "red").iterdir()))]
    (tmp_path / "t.csv").write_text("\n".join(["file,angle,seen", *lines]))
    found = look(tmp_path / "t.csv")
    assert (found.source.parameters["columns"], found.source.parameters["classes"]) == (("file", "seen"), ("0", "1"))
    found = look_again(Choice("ImageFolder", {**found.source.parameters, "target": "number"}), tmp_path / "t.csv")
    assert (found.source.parameters["number"], found.source.parameters.get("classes", ())) == ("angle", ())
    (tmp_path / "t.csv").write_text("\n".join(["file,angle", *(line.rpartition(",")[0] for line in lines)]))
    found = look(tmp_path / "t.csv")
    assert (found.source.parameters["number"], found.source.parameters["rows"]) == ("angle", 30)
    assert "Number: the column angle, to be predicted" in [guess.words for guess in found.guesses]
    proposal = propose(Project("t", data=Data(found.source)))
    assert proposal.task.sentence == "Predict angle (a number) from pictures, each of 20 x 16: 30 pictures."
    assert proposal.project.training.loss.kind == "MSELoss"


def test_a_large_table_that_happens_to_lie_beside_pictures_is_not_read_whole(tmp_path, monkeypatch):
    (tmp_path / "pictures" / "cat").mkdir(parents=True)
    Image.new("RGB", (8, 8)).save(tmp_path / "pictures" / "cat" / "tom.png")
    (tmp_path / "sales.csv").write_text("day,sold\n" + "1,2\n" * 300_000, "utf-8")
    read: list[Path] = []
    monkeypatch.setattr("designer.data.image_folders.inspect_csv", lambda path, **more: read.append(path))
    with pytest.raises(DataError, match="single class"):
        look(tmp_path / "pictures")
    assert read == []
