"""The reader of MNIST's four files: right where they are right, one plain sentence where they are not."""

import gzip
import re
from pathlib import Path

import numpy as np
import pytest
import torch

from designer.recipes.idx import read_idx_images
from tests.idx_files import USUAL, write_folder, write_idx

MNIST = Path(__file__).parents[2].parent / "shared" / "data" / "mnist"
FORMS = [
    USUAL,
    "{part}-{content}-idx{axes}-ubyte",
    "{part}-{content}.idx{axes}-ubyte",
    "{part}-{content}.idx{axes}-ubyte.gz",
]


@pytest.mark.parametrize("form", FORMS)
def test_reads_both_parts(tmp_path, form):
    values = write_folder(tmp_path, form=form)
    x, y, train, validation = read_idx_images(tmp_path, mean=0.5, std=0.25)
    assert x.shape == (17, 1, 4, 3)
    assert x.dtype == torch.float32
    assert y.dtype == torch.int64
    for part, rows in (("train", train), ("t10k", validation)):
        expected = (values[f"{part}-images"] / 255 - 0.5) / 0.25
        assert np.allclose(x[rows, 0].numpy(), expected, atol=1e-5)
        assert y[rows].tolist() == values[f"{part}-labels"].tolist()


def cut(path: Path, count: int) -> None:
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes())[:count]))


def missing_file(folder):
    (folder / "t10k-labels-idx1-ubyte.gz").unlink()
    return "There is no file t10k-labels-idx1-ubyte.gz"


def cut_in_the_header(folder):
    cut(folder / "train-images-idx3-ubyte.gz", 10)
    return "is not an IDX file"


def cut_in_the_values(folder):
    cut(folder / "train-images-idx3-ubyte.gz", 100)
    return "announces 12 x 4 x 3 bytes but holds 84"


def cut_while_packed(folder):
    path = folder / "train-images-idx3-ubyte.gz"
    path.write_bytes(path.read_bytes()[:40])
    return "cannot be unpacked"


def changed_while_packed(folder):
    path = folder / "train-images-idx3-ubyte.gz"
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    path.write_bytes(raw)
    return "cannot be unpacked"


def too_long(folder):
    path = folder / "t10k-labels-idx1-ubyte.gz"
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()) + b"\1"))
    return "announces 5 bytes but holds 6"


def other_form(folder):
    (folder / "train-images-idx3-ubyte.gz").write_bytes(b"hello, I am text and long enough to have a header")
    return "is not an IDX file"


def wrong_axes(folder):
    write_idx(folder / "train-images-idx3-ubyte.gz", np.zeros((12, 4)))
    return "with 3 axes"


def huge_sizes(folder):
    (folder / "train-images-idx3-ubyte.gz").write_bytes(bytes((0, 0, 8, 3)) + b"\xff" * 12)
    return "announces 4294967295 x 4294967295 x 4294967295 bytes"


def fewer_labels(folder):
    write_idx(folder / "train-labels-idx1-ubyte.gz", np.zeros(11))
    return "has 12 train images but 11 train labels"


def other_sizes(folder):
    write_idx(folder / "t10k-images-idx3-ubyte.gz", np.zeros((5, 4, 4)))
    return "different sizes"


SPOILERS = [
    missing_file,
    cut_in_the_header,
    cut_in_the_values,
    cut_while_packed,
    changed_while_packed,
    too_long,
    other_form,
    wrong_axes,
    huge_sizes,
    fewer_labels,
    other_sizes,
]


@pytest.mark.parametrize("spoiler", SPOILERS, ids=lambda spoiler: spoiler.__name__)
def test_a_broken_folder_gives_one_sentence(tmp_path, spoiler):
    write_folder(tmp_path)
    words = spoiler(tmp_path)
    with pytest.raises(ValueError, match=re.escape(words)) as caught:
        read_idx_images(tmp_path, 0.1307, 0.3081)
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(not MNIST.is_dir(), reason="../shared/data/mnist is not on this machine")
def test_reads_mnist():
    x, y, train, validation = read_idx_images(MNIST, 0.1307, 0.3081)
    assert x.shape == (70_000, 1, 28, 28)
    assert x[train].mean() == pytest.approx(0, abs=1e-3)
    assert x[train].std() == pytest.approx(1, abs=1e-3)
    assert y[:5].tolist() == [5, 0, 4, 1, 9]
    assert y[validation][:5].tolist() == [7, 2, 1, 0, 4]
