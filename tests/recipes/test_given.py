"""Numbers are read as samples whatever file they stand in, and refused where they cannot be."""

import gzip

import numpy as np
import pytest
import torch

from designer.recipes.given import part_samples, read_given


@pytest.mark.parametrize("shape", [(5, 1, 4, 3), (5, 4, 3), (5, 12), (1, 4, 3), (4, 3)])
def test_arrays_of_every_fitting_shape(tmp_path, shape):
    values = np.arange(np.prod(shape), dtype=np.float64).reshape(shape)
    np.save(tmp_path / "x.npy", values)
    x = read_given(tmp_path / "x.npy", (1, 4, 3))
    assert x.dtype == torch.float32
    assert x.shape[1:] == (1, 4, 3)
    assert torch.equal(x.flatten(), torch.arange(float(values.size)))


def test_tables_and_idx(tmp_path):
    path = tmp_path / "x"
    path.write_text("a;b\n1;2.5\n\n3;-4e1\n", "utf-8-sig")
    assert read_given(path, (2,)).tolist() == [[1, 2.5], [3, -40]]
    path.write_text("1,2\n3,4\n", "utf-8")
    assert torch.equal(read_given(path, (2,), whole=True), torch.tensor([[1, 2], [3, 4]]))
    one, other = part_samples(read_given(path, (2, 1)))
    assert (one.tolist(), other.tolist()) == ([[1], [3]], [[2], [4]])
    path.write_bytes(gzip.compress(bytes((0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 2, 7, 9))))
    assert read_given(path, (2,)).tolist() == [[7, 9]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"1,2,3\n", "1 x 3 numbers; each sample must have 2"),
        (b"1,2\n3\n", "1 numbers in line 2, but 2 before"),
        (b"1,2\n3,x\n", "no numbers in line 2"),
        (b"", "each sample must have 2"),
        (b"\xff\xfe\x81", "cannot be read"),
        (b"\x93NUMPY\x01\x00", "is damaged, or holds Python objects|cannot be read"),
    ],
)
def test_what_is_no_sample_is_refused(tmp_path, content, message):
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(ValueError, match=message):
        read_given(tmp_path / "x", (2,))
