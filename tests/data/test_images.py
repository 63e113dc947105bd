"""What is said of a folder of IDX files before it is read."""

import re
from pathlib import Path

import numpy as np
import pytest

from designer.catalogue.facts import facts
from designer.data import DataError, idx_parameters, inspect_idx, read_thumbnails, set_path
from designer.document.project import Choice, Data, Project
from tests.catalogue.running_sources import load
from tests.idx_files import write_folder, write_idx
from tests.recipes.test_idx import FORMS, SPOILERS

MNIST = Path(__file__).parents[2].parent / "shared" / "data" / "mnist"

# A look at the headers cannot see what is wrong further on; the reader tells then.
UNSEEN = {"cut_in_the_values", "cut_while_packed", "changed_while_packed", "too_long"}


def expect(words):
    return pytest.raises(DataError, match=re.escape(words))


@pytest.mark.parametrize("form", FORMS)
def test_says_what_a_folder_holds(tmp_path, form):
    write_folder(tmp_path, form=form)
    found = inspect_idx(tmp_path)
    assert (found.sizes, found.classes, found.rows, found.validation_rows) == ((1, 4, 3), 3, 12, 5)


def test_the_parameters_give_the_facts_and_load(tmp_path):
    write_folder(tmp_path, classes=4)
    choice = Choice("Idx", idx_parameters(inspect_idx(str(tmp_path))))
    known = facts(Project(data=Data(choice)))
    loaded = load(choice, tmp_path)
    assert loaded["x"][loaded["train"]].shape == (known.rows, *known.input.sizes)
    assert set(loaded["y"].tolist()) == set(range(known.target.size))


@pytest.mark.parametrize("spoiler", SPOILERS, ids=lambda spoiler: spoiler.__name__)
def test_a_broken_folder_gives_one_sentence(tmp_path, spoiler):
    write_folder(tmp_path)
    spoiler(tmp_path)
    if spoiler.__name__ in UNSEEN:
        inspect_idx(tmp_path)
    else:
        with expect(str(tmp_path)) as caught:
            inspect_idx(tmp_path)
        assert str(caught.value).endswith(".")


def test_names_all_that_is_missing(tmp_path):
    with expect("has no train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz, t10k-"):
        inspect_idx(tmp_path)


def test_odd_folders(tmp_path):
    with expect("There is no folder"):
        inspect_idx(tmp_path / "nothing")
    (tmp_path / "file").write_bytes(b"x")
    with expect("is a file. Choose the folder it is in"):
        inspect_idx(tmp_path / "file")
    with pytest.raises(DataError):
        inspect_idx("x" * 10_000)
    with pytest.raises(DataError):
        inspect_idx("a\0b")
    write_folder(tmp_path, classes=1)
    with expect("single class"):
        inspect_idx(tmp_path)
    write_idx(tmp_path / "t10k-images-idx3-ubyte.gz", np.zeros((0, 4, 3)))
    write_idx(tmp_path / "t10k-labels-idx1-ubyte.gz", np.zeros(0))
    with expect("holds no images"):
        inspect_idx(tmp_path)


def test_thumbnails_are_the_first_training_images(tmp_path):
    values = write_folder(tmp_path)
    images, labels = read_thumbnails(tmp_path, 7)
    assert np.array_equal(images, values["train-images"][:7])
    assert np.array_equal(labels, values["train-labels"][:7])
    assert len(read_thumbnails(tmp_path, 100)[0]) == 12


def test_another_folder_changes_what_is_recorded(tmp_path):
    write_folder(tmp_path, height=8, width=8, classes=5)
    data = set_path(Data(Choice("Idx", {"mean": 0.5})), tmp_path)
    assert data.source.parameters == {
        "mean": 0.5,
        "path": str(tmp_path),
        "sizes": (1, 8, 8),
        "classes": 5,
        "rows": 12,
    }
    with expect("comes from no file"):
        set_path(Data(Choice("Iris")), tmp_path)
    with expect("comes from no file"):
        set_path(Data(), tmp_path)
    table = set_path(Data(Choice("Csv", {"target": "a"})), "other.csv")
    assert table.source.parameters == {"target": "a", "path": str(Path("other.csv").absolute())}


@pytest.mark.skipif(not MNIST.is_dir(), reason="../shared/data/mnist is not on this machine")
def test_mnist_is_what_the_source_assumes():
    found = inspect_idx(MNIST)
    usual = facts(Project(data=Data(Choice("Idx"))))
    assert (found.sizes, found.classes, found.rows) == (usual.input.sizes, usual.target.size, usual.rows)
