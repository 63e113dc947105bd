"""Arrays are found by their names and headers, and what is recorded of them is what the recipe then gives."""

import gzip
import io
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch

from designer.catalogue.facts import facts, source_problem
from designer.data import DataError, look, look_again
from designer.document.project import Choice, Data, Project
from tests.catalogue.running_sources import load, predict

RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.integers(0, 256, (30, 8, 8), np.uint8)
DIGITS = (np.arange(30) % 3).astype(np.int64)
TABLE = np.column_stack([RANDOM.normal(5, 2, (40, 3)), np.arange(40) % 2])


def load_found(choice: Choice, **data):
    path = Path(choice.parameters["path"])
    known = facts(Project(data=Data(choice)))
    loaded = load(choice, path, **data)
    assert loaded["x"].shape[1:] == known.input.sizes
    assert loaded["x"].dtype == (torch.int64 if known.input.dtype == "int" else torch.float32)
    assert known.rows == len(loaded["x"][loaded["train"]] if known.given_split else loaded["x"])
    if known.target.kind in ("value", "labels"):
        assert loaded["y"].shape == (len(loaded["x"]), known.target.size)
    else:
        assert loaded["y"].max() < max(known.target.size, 2)
    kept = {"x_scale": loaded["x_scale"]} if "x_scale" in loaded else {}
    later = predict(choice, path, kept)
    if not known.given_split and "x_scale" in loaded:
        order = torch.cat([loaded["x"].flatten(1).sum(1)]).sort().values
        assert torch.allclose(later["x"].flatten(1).sum(1).sort().values, order)
    return known, loaded


def write_npz(folder, **arrays):
    np.savez_compressed(folder / "data.npz", **arrays)
    return folder / "data.npz"


def test_images_and_labels_in_one_archive(tmp_path):
    found = look(write_npz(tmp_path, x_train=IMAGES, y_train=DIGITS, x_test=IMAGES[:6], y_test=DIGITS[:6]))
    assert found.source == Choice(
        "Arrays",
        {
            "path": str(tmp_path / "data.npz"),
            "x": "x_train",
            "y": "y_train",
            "layout": "add a channel",
            "sizes": (8, 8),
            "classes": ("0", "1", "2"),
            "pairs": ("", "", "x_test", "y_test"),
            "rows": 30,
        },
    )
    known, loaded = load_found(found.source)
    assert known.input.sizes == (1, 8, 8)
    assert (loaded["train"], loaded["validation"]) == (slice(0, 30), slice(30, 36))
    raw = torch.from_numpy(IMAGES).float()
    assert torch.allclose(loaded["x"][:30, 0], (raw - raw.mean()) / raw.std(correction=0), atol=1e-4)
    assert found.preview.images[0].shape == (8, 8, 3)
    assert found.preview.labels[:4] == ("0", "1", "2", "0")
    assert len(load(found.source, tmp_path / "data.npz", validation=0)["x"]) == 36


@pytest.mark.parametrize(
    "arrays, kind, size, labels",
    [
        ({"X": TABLE[:, :3], "y": TABLE[:, 3]}, "binary", 1, ("0", "1")),
        ({"data": TABLE[:, :3], "target": TABLE[:, 0]}, "value", 1, ("0",)),
        ({"features": TABLE[:, :3], "labels": np.array(["cat", "dog"] * 20)}, "binary", 1, ("cat", "dog")),
        ({"x": TABLE[:, :3], "y": TABLE[:, :2]}, "value", 2, ("0", "1")),
        ({"x": TABLE[:, :3], "y": np.eye(4, dtype=np.float32)[np.arange(40) % 4]}, "class", 4, ("0", "1", "2", "3")),
        ({"x": TABLE[:, :3], "y": np.array([[1, 1, 0], [0, 0, 1]] * 20)}, "labels", 3, ("0", "1", "2")),
        ({"arr_0": TABLE[:, :3].astype(np.float16), "arr_1": TABLE[:, 3] > 0}, "binary", 1, ("False", "True")),
    ],
)
def test_targets_are_what_they_look_like(tmp_path, arrays, kind, size, labels):
    known, loaded = load_found(look(write_npz(tmp_path, **arrays)).source)
    assert (known.target.kind, known.target.size, known.target.labels) == (kind, size, labels)
    x = loaded["x"][loaded["train"]]
    assert torch.allclose(x.mean(0), torch.zeros(3), atol=1e-3)
    assert torch.allclose(x.std(0, correction=0), torch.ones(3), atol=1e-2)
    assert (loaded["train"], loaded["validation"]) == (slice(0, 32), slice(32, 40))


def test_one_array_with_a_column_of_targets(tmp_path):
    np.save(tmp_path / "table.npy", TABLE)
    found = look(tmp_path / "table.npy")
    known, loaded = load_found(found.source)
    assert (known.input.sizes, known.target.kind) == ((3,), "binary")
    first = look_again(Choice("Arrays", {"column": 0}), tmp_path / "table.npy").source
    assert load_found(first)[0].target.kind == "value"
    np.save(tmp_path / "new.npy", TABLE[:5, :3])
    later = predict(found.source, tmp_path / "new.npy", {"x_scale": loaded["x_scale"]})
    assert torch.allclose(later["x"][0], loaded["x"][(loaded["x"] - later["x"][0]).abs().sum(1).argmin()])


def test_files_beside_each_other(tmp_path):
    colours = RANDOM.integers(0, 256, (20, 6, 5, 3), np.uint8)
    for name, array in (("X_train", colours), ("y_train", DIGITS[:20]), ("X_val", colours[:4]), ("y_val", DIGITS[:4])):
        np.save(tmp_path / f"{name}.npy", array)
    found = look(tmp_path)
    assert look(tmp_path / "X_train.npy").source == found.source
    known, loaded = load_found(found.source)
    assert known.input.sizes == (3, 6, 5)
    assert (loaded["train"], loaded["validation"]) == (slice(0, 20), slice(20, 24))
    scaled = loaded["x"][:20] * torch.tensor(loaded["x_scale"]["std"]).view(3, 1, 1)
    raw = torch.from_numpy(colours).float().movedim(-1, 1)
    assert torch.allclose(scaled + torch.tensor(loaded["x_scale"]["mean"]).view(3, 1, 1), raw, atol=1e-3)
    wanted = Choice("Arrays", {"x": "X_val.npy", "y": "y_val.npy"})
    assert look_again(wanted, tmp_path).source.parameters["rows"] == 4
    with pytest.raises(DataError, match=r"There is no array z: there are X_train.npy, X_val.npy"):
        look_again(Choice("Arrays", {"x": "z"}), tmp_path)


def write_idx(path, values, kind, code):
    raw = (
        bytes((0, 0, code, values.ndim))
        + struct.pack(f">{values.ndim}I", *values.shape)
        + values.astype(kind).tobytes()
    )
    path.write_bytes(gzip.compress(raw) if path.suffix == ".gz" else raw)


def test_idx_files_of_any_name_and_type(tmp_path):
    for part, count in (("train", 20), ("test", 6)):
        write_idx(tmp_path / f"emnist-letters-{part}-images-idx3-ubyte.gz", IMAGES[:count], "u1", 8)
        write_idx(tmp_path / f"emnist-letters-{part}-labels-idx1-ubyte", DIGITS[:count] + 1, "u1", 8)
    (tmp_path / "emnist-letters-mapping.txt").write_text("1 65 97")
    known, loaded = load_found(look(tmp_path).source)
    assert known.given_split
    assert known.target.labels == ("1", "2", "3")
    assert loaded["x"].shape == (26, 1, 8, 8)
    write_idx(tmp_path / "floats.idx2", TABLE, ">f4", 13)
    known, loaded = load_found(look(tmp_path / "floats.idx2").source)
    assert known.input.sizes == (3,)


def test_whole_numbers_may_be_words(tmp_path):
    reviews = RANDOM.integers(0, 5000, (60, 12))
    found = look(write_npz(tmp_path, x=reviews, y=np.arange(60) % 2))
    known, loaded = load_found(found.source)
    assert (known.input.dtype, known.vocabulary) == ("int", int(reviews.max()) + 1)
    assert torch.equal(loaded["x"], torch.from_numpy(reviews))
    numbers = Choice("Arrays", {**found.source.parameters, "tokens": False})
    assert load_found(numbers)[0].input.dtype == "float"


def test_more_than_memory_holds_stays_in_a_file(tmp_path):
    found = look(write_npz(tmp_path, x=TABLE[:, :3], y=TABLE[:, 3]))
    plain, stored = (
        load(Choice("Arrays", {**found.source.parameters, **more}), tmp_path / "data.npz")
        for more in ({}, {"memory": 1e-7})
    )
    assert torch.equal(plain["x"], stored["x"])
    assert stored["x"][stored["validation"]].untyped_storage().filename is not None


def save_objects(path):
    np.savez(path / "bad.npz", x=np.array([{"a": 1}, None], dtype=object), y=np.arange(2))
    return path / "bad.npz", "x holds Python objects, which are pickled and could run code of a stranger"


def save_records(path):
    np.save(path / "bad.npy", np.zeros(3, dtype=[("a", "f4"), ("b", "i4")]))
    return path / "bad.npy", "neither numbers nor words"


def save_short(path):
    np.save(path / "bad.npy", TABLE)
    raw = (path / "bad.npy").read_bytes()
    (path / "bad.npy").write_bytes(raw[:-100])
    return path / "bad.npy", "which are not there. Fetch it again"


def save_bomb(path):
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "<f8", "fortran_order": False, "shape": (10**10, 10)})
    with zipfile.ZipFile(path / "bad.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.npy", header.getvalue() + b"\0" * 1000)
    return path / "bad.npz", "which are not there"


def save_idx_bomb(path):
    (path / "bad.gz").write_bytes(gzip.compress(bytes((0, 0, 8, 3)) + struct.pack(">3I", 2**31, 2**10, 2**10)))
    return path / "bad.gz", "which are not there"


def save_zip(path):
    with zipfile.ZipFile(path / "bad.npz", "w") as archive:
        archive.writestr("a.txt", "no array")
    return path / "bad.npz", "is a ZIP archive without arrays"


def save_noise(path):
    (path / "bad.npz").write_bytes(bytes(range(256)))
    return path / "bad.npz", "is no array file that can be read"


def save_uneven(path):
    np.savez(path / "bad.npz", x=TABLE, y=np.arange(7))
    return path / "bad.npz", "have different numbers of rows"


def save_constant(path):
    np.savez(path / "bad.npz", x=TABLE, y=np.zeros(40))
    return path / "bad.npz", "all targets are the same"


def save_unnamed(path):
    np.savez(path / "bad.npz", alpha=IMAGES, beta=DIGITS)
    return path / "bad.npz", "has no array that is called as samples are (x, data, images): alpha 30 x 8 x 8, uint8"


@pytest.mark.parametrize(
    "save",
    [
        save_objects,
        save_records,
        save_short,
        save_bomb,
        save_idx_bomb,
        save_zip,
        save_noise,
        save_uneven,
        save_constant,
        save_unnamed,
    ],
)
def test_what_cannot_be_used_gets_a_sentence(tmp_path, save):
    path, words = save(tmp_path)
    with pytest.raises(DataError) as caught:
        look(path)
    assert words in str(caught.value)
    assert str(caught.value).endswith(".")


def test_too_little_is_said():
    assert "Choose the file or folder of the arrays" in source_problem(Project(data=Data(Choice("Arrays"))))
    assert "Choose the folder of the binary version" in source_problem(Project(data=Data(Choice("Cifar"))))


# --- CIFAR ------------------------------------------------------------------------------------------------------------


def write_cifar(folder, labels, rows=6):
    folder.mkdir()
    names = ["train.bin", "test.bin"] if labels == 2 else ["data_batch_1.bin", "data_batch_2.bin", "test_batch.bin"]
    for name in names:
        batch = RANDOM.integers(0, 256, (rows, labels + 3072), np.uint8)
        batch[:, :labels] %= 10
        (folder / name).write_bytes(batch.tobytes())
    return folder


@pytest.mark.parametrize("labels, classes", [(1, 10), (2, 100)])
def test_cifar_is_known_by_its_files(tmp_path, labels, classes):
    folder = write_cifar(tmp_path / "cifar", labels)
    found = look(folder)
    known, loaded = facts(Project(data=Data(found.source))), load(found.source, folder)
    assert (known.input.sizes, known.target.size) == ((3, 32, 32), classes)
    assert known.rows == loaded["train"].stop == (6 if labels == 2 else 12)
    raw = np.frombuffer((folder / ("train.bin" if labels == 2 else "data_batch_1.bin")).read_bytes(), np.uint8)
    first = raw[: labels + 3072]
    assert loaded["y"][0] == first[labels - 1]
    assert np.array_equal(loaded["images"][0].numpy().reshape(-1), first[labels:])
    assert loaded["x"][loaded["train"]].mean().abs() < 1e-4
    assert found.preview.images[0].shape == (32, 32, 3)
    (tmp_path / "bare.bin").write_bytes(first[labels:].tobytes() * 3)  # without labels
    file = folder / ("test.bin" if labels == 2 else "test_batch.bin")
    for place, rows in ((folder, loaded["validation"]), (file, loaded["validation"]), (tmp_path / "bare.bin", [0] * 3)):
        later = predict(found.source, place, {"scaling": loaded["scaling"]})
        assert torch.equal(later["x"], loaded["x"][rows])
        assert later["rows"] == [str(number) for number in range(1, len(later["x"]) + 1)]
    if labels == 2:
        coarse = Choice("Cifar", {**found.source.parameters, "coarse": True})
        assert facts(Project(data=Data(coarse))).target.size == 20
        assert load(coarse, folder)["y"][0] == first[0]
    (folder / "test.bin").unlink(missing_ok=True)
    (folder / "test_batch.bin").unlink(missing_ok=True)
    with pytest.raises(DataError, match=r"has no test(_batch)?\.bin. Fetch it again"):
        look(folder)


def test_the_pickled_cifar_is_refused(tmp_path):
    for name in ("batches.meta", "data_batch_1"):
        (tmp_path / name).write_bytes(b"\x80\x02")
    with pytest.raises(DataError, match="which is pickled and could run code as it is read"):
        look(tmp_path)
