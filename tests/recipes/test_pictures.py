"""Pictures come upright, in one size and in the order of the parts; what is none is left out and named."""

import re
import struct
import warnings
import zlib

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from designer.catalogue.sources.images import SUFFIXES
from designer.recipes import pictures
from designer.recipes.folders import list_files, mark_parts
from designer.recipes.pictures import (
    decode_picture,
    fit_channels,
    read_pictures,
    scale_pictures,
)
from designer.recipes.streaming import is_stored
from tests.picture_files import COLOURS, write_pictures


def make_gradient(height=12, width=20):
    return np.linspace(0, 255, height * width).reshape(height, width).astype(np.uint8)


def test_a_picture_is_turned_as_its_camera_noted(tmp_path):
    values = make_gradient()
    for orientation, turns in ((1, 0), (6, -1), (8, 1), (3, 2)):
        exif = Image.Exif()
        exif[274] = orientation
        Image.fromarray(values).save(tmp_path / "a.png", exif=exif)
        upright = np.rot90(values, turns)
        found = decode_picture(tmp_path / "a.png", upright.shape, "stretch", grey=True)
        assert np.array_equal(found[0], upright)


def test_crop_pad_and_stretch(tmp_path):
    values = np.full((10, 30, 3), 200, np.uint8)
    values[:, :10] = values[:, 20:] = 0
    Image.fromarray(values).save(tmp_path / "a.png")
    crop, pad, stretch = (
        decode_picture(tmp_path / "a.png", (30, 30), fit, False) for fit in ("crop", "pad", "stretch")
    )
    assert crop.shape == pad.shape == stretch.shape == (3, 30, 30)
    assert (crop[:, :, 5:25] > 190).all()
    assert (pad[:, :9] == 0).all()
    assert (pad[:, 12:18, 12:18] == 200).all()
    assert (stretch[:, :, :8] == 0).all()
    assert (stretch[:, :, 12:18] == 200).all()


def test_sixteen_bits_transparency_and_palettes(tmp_path):
    values = make_gradient()
    Image.fromarray(values.astype(np.uint16) * 256).save(tmp_path / "deep.png")
    assert np.array_equal(decode_picture(tmp_path / "deep.png", values.shape, "crop", True)[0], values)
    for name, mode in (("a.png", "RGBA"), ("b.gif", "P"), ("c.tif", "CMYK"), ("d.webp", "RGB"), ("e.bmp", "1")):
        Image.fromarray(values).convert(mode).save(tmp_path / name)
        assert decode_picture(tmp_path / name, (8, 8), "crop", False).shape == (3, 8, 8)


def write_png(path, width, height, body=b""):
    def pack(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + pack(b"IHDR", header) + pack(b"IDAT", zlib.compress(body)) + pack(b"IEND", b"")
    )


def test_what_is_no_picture_is_left_out_and_named(tmp_path):
    root = write_pictures(tmp_path)
    whole = (root / "red" / "d0.JPG").read_bytes()
    (root / "red" / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    (root / "blue" / "words.png").write_text("no picture at all")
    (root / "blue" / "Thumbs.db").write_bytes(b"\0" * 100)
    (root / "blue" / "._e0.JPG").write_bytes(b"\0" * 100)
    write_png(root / "green" / "bomb.png", 50_000, 50_000)
    write_png(root / "green" / "large.png", 8_000, 8_000)
    (root / "green" / "renamed.png").write_bytes(whole)  # a JPEG all the same
    files, y = list_files(root, ("blue", "green", "red"), SUFFIXES)
    assert len(files) == 23
    train, validation = torch.arange(0, 23, 2), torch.arange(1, 23, 2)
    with pytest.warns(UserWarning, match=re.escape("4 of 23 files cannot be read and are left out (")) as told:
        images, kept, labels, *parts = read_pictures(root, files, y, train, validation, size=(8, 10))
    for name in ("red/cut.jpg", "blue/words.png", "green/bomb.png", "green/large.png"):
        assert name in str(told[0].message)
        assert name not in kept
    assert images.shape == (19, 3, 8, 10)
    assert images.dtype == torch.uint8
    assert len(kept) == len(labels) == 19
    for part, rows in zip(parts, (train, validation), strict=True):
        assert kept[part] == [files[row] for row in rows.tolist() if files[row] in kept]
    for image, file, label in zip(images, kept, labels.tolist(), strict=True):
        assert file.startswith(("blue", "green", "red")[label])
        expected = "red" if "renamed" in file else file.split("/")[0]
        assert (image.float().mean((1, 2)) - torch.tensor(COLOURS[expected])).abs().max() < 20
    with pytest.raises(ValueError, match=r"None of 1 files in .* can be read as a picture \(blue/words.png: "):
        read_pictures(root, ["blue/words.png"], y[:1], torch.tensor([0]), size=(8, 8))


def test_parts_are_folders_or_all_rows(tmp_path):
    root = write_pictures(tmp_path, {"train/red": 3, "train/blue": 2, "val/red": 1, "val/blue": 2})
    files, y = list_files(root, ("blue", "red"), SUFFIXES, ("train", "val"))
    marks = mark_parts(files, ("train", "val", ""))
    assert marks.tolist() == [0] * 5 + [1] * 3
    train, validation = ((marks == part).nonzero()[:, 0] for part in (0, 1))
    images, kept, _, first, second = read_pictures(root, files, y, train, validation, size=(4, 4))
    assert all(file.startswith("train/") for file in kept[first])
    assert all(file.startswith("val/") for file in kept[second])
    every = torch.arange(len(files))
    images, kept, _, first, second = read_pictures(root, files, y, every, every, size=(4, 4))
    assert first == second == slice(0, 8)
    assert len(images) == 8
    with pytest.raises(ValueError, match="has no files in folders named cats, dogs"):
        list_files(root, ("cats", "dogs"), SUFFIXES)


def test_channels_are_scaled_as_the_training_pictures_say(tmp_path):
    root = write_pictures(tmp_path)
    files, y = list_files(root, tuple(COLOURS), SUFFIXES)
    images, *_ = read_pictures(root, files, y, torch.arange(18), size=(8, 8))
    train = slice(0, 10)
    scaling = fit_channels(images, train)
    values = images[train].double() / 255
    assert torch.allclose(torch.tensor(scaling["mean"]).double(), values.mean((0, 2, 3)))
    assert torch.allclose(torch.tensor(scaling["std"]).double(), values.std((0, 2, 3), correction=0))
    x = scale_pictures(images, scaling)
    assert x.dtype == torch.float32
    assert x[train].mean().abs() < 1e-6
    flat = fit_channels(torch.full((3, 1, 2, 2), 7, dtype=torch.uint8), slice(0, 3))
    assert flat["std"] == [1.0]


def test_more_than_memory_holds_is_kept_in_a_file(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(pictures.make_room.__globals__["tempfile"], "tempdir", None)
    root = write_pictures(tmp_path / "pictures")
    files, y = list_files(root, tuple(COLOURS), SUFFIXES)
    rows = torch.tensor(range(17, -1, -1))
    given = {"size": (8, 8)}
    in_memory, kept, *_ = read_pictures(root, files, y, rows[:9], rows[9:], **given)
    stored, again, *_, part = read_pictures(root, files, y, rows[:9], rows[9:], **given, memory=1e-6)
    assert not is_stored(in_memory)
    assert is_stored(stored)
    assert kept == again
    assert torch.equal(in_memory, stored)
    scaling = fit_channels(stored, slice(0, 9))
    x = scale_pictures(stored, scaling, memory=1e-6)
    assert is_stored(x[part])  # a slice, not a copy
    assert torch.equal(x, scale_pictures(in_memory, scaling))


@settings(max_examples=150, deadline=None)
@given(data=st.data(), suffix=st.sampled_from(["jpg", "png", "gif", "webp", "tif", "bmp", "ppm"]))
def test_a_damaged_picture_is_a_picture_or_a_known_error(tmp_path_factory, data, suffix):
    path = tmp_path_factory.mktemp("damaged") / f"a.{suffix}"
    exif = Image.Exif()
    exif[274] = 6
    Image.fromarray(make_gradient(16, 16)).save(
        path, **({"exif": exif} if suffix in ("jpg", "png", "webp", "tif") else {})
    )
    raw = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(0, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(raw[: data.draw(st.integers(0, len(raw)))] if data.draw(st.booleans()) else raw)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's own, about what it could still make of the file
        try:
            found = decode_picture(path, (8, 8), "crop", grey=False)
        except pictures.BROKEN:
            return
    assert found.shape == (3, 8, 8)
