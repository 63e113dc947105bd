"""What a file or folder is taken for, without being told."""

from pathlib import Path

import numpy as np
import pytest

from designer.data import Cancelled, DataError, folders, look, look_again
from designer.document.project import Choice
from tests.picture_files import write_pictures

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
REAL = {
    "sms_spam/SMSSpamCollection": (
        "Texts",
        {"text": "column 2", "label": "column 1", "classes": ("ham", "spam"), "rows": 5574, "quotes": False},
    ),
    "sms_spam": ("Texts", {"rows": 5574}),
    "titanic/titanic.csv": ("Csv", {"target": "Survived", "classes": ("0", "1")}),
    "california_housing/housing.csv": ("Csv", {"target": "median_house_value", "rows": 20_640}),
    "airline_passengers/airline-passengers.csv": ("Series", {"column": "Passengers", "rows": 144}),
    "tiny_shakespeare/input.txt": ("Characters", {"characters": 1_115_394}),
    "mnist": ("Idx", {}),
    "sign_digits": ("ImageFolder", {"classes": tuple("0123456789"), "rows": 400}),
}


@pytest.mark.skipif(not SHARED.exists(), reason="the data sets are not beside this checkout")
@pytest.mark.parametrize("place", REAL)
def test_real_data_is_found_by_looking_alone(place):
    kind, expected = REAL[place]
    found = look(SHARED / place)
    assert found.source.kind == kind
    assert expected.items() <= found.source.parameters.items()
    assert found.guesses


def make_empty(folder):
    (folder / "nothing").mkdir()
    return folder / "nothing", "nothing is nothing that Designer can learn from. Drop a table (CSV, Excel"


def make_binary(folder):
    (folder / "program.bin").write_bytes(bytes(range(256)))
    return folder / "program.bin", "program.bin is nothing that Designer can learn from. Drop a table"


def make_missing(folder):
    return folder / "gone.csv", "There is no file or folder"


def make_impossible(folder):
    return "a\0b", "There is no file or folder"


def make_one_class(folder):
    write_pictures(folder / "one", {"red": 3})
    return folder / "one", "holds pictures of a single class (red), so there is nothing to learn"


def make_flat(folder):
    write_pictures(folder, {"flat": 3})
    return folder / "flat", "holds 3 pictures but no folders. Put those of each class"


def make_broken(folder):
    for name in ("a", "b"):
        (folder / "broken" / name).mkdir(parents=True)
        (folder / "broken" / name / "x.jpg").write_text("no picture")
    return folder / "broken", "None of the 2 pictures in"


@pytest.mark.parametrize(
    "make", [make_empty, make_binary, make_missing, make_impossible, make_one_class, make_flat, make_broken]
)
def test_what_cannot_be_used_gets_a_sentence(tmp_path, make):
    path, words = make(tmp_path)
    with pytest.raises(DataError) as caught:
        look(path)
    assert words in str(caught.value)
    assert str(caught.value).endswith(".")


def test_looking_can_be_stopped(tmp_path):
    with pytest.raises(Cancelled):
        look(write_pictures(tmp_path), lambda share: False)


def test_what_was_set_by_hand_outlasts_another_look(tmp_path):
    root = write_pictures(tmp_path / "pictures")
    chosen = Choice("ImageFolder", {"size": 10, "normalize": "none", "classes": ("old",), "parts": ("train", "val")})
    found = look_again(chosen, root)
    assert found.source.parameters == {
        "path": str(root),
        "size": 10,
        "normalize": "none",
        "classes": ("blue", "green", "red"),
        "rows": 18,
    }
    assert {image.shape for image in found.preview.images} == {(20, 16, 3)}
    assert found.preview.labels[:4] == ("blue", "green", "red", "blue")
    assert all(isinstance(image, np.ndarray) for image in found.preview.images)


def test_a_folder_of_far_too_many_files_is_not_read_to_its_end(tmp_path, monkeypatch):
    root = write_pictures(tmp_path / "pictures")
    monkeypatch.setattr(folders, "MOST_FILES", 4)
    with pytest.raises(DataError, match="has more than 4 files"):
        look(root)
