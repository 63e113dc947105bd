"""Reading files of weights: what is in them, and a plain refusal for whatever is none. Nothing of a file is ever run."""

import json
import pickle
import pickletools
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from designer.engine.weights import WeightsError, open_weights


class Payload:
    """A pickle of this leaves a file at `place` when it is read by the reader of Python."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def __reduce__(self):
        return Path.touch, (self.place,)


def make_state() -> dict[str, torch.Tensor]:
    torch.manual_seed(1)
    return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4)).state_dict()


def refuse(path: Path) -> str:
    """Return what is said of a file that is no weights: it must name the file and be a sentence."""
    with pytest.raises(WeightsError) as refusal:
        open_weights(path)
    text = str(refusal.value)
    assert path.name in text
    assert text.endswith((".", ")"))
    assert "Traceback" not in text
    return text


def write_zip(path: Path, members: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return path


@pytest.mark.parametrize("form", ["zip", "legacy", "safetensors"])
def test_names_sizes_and_values_are_read_whatever_the_file_is_called(tmp_path, form):
    state, path = make_state(), tmp_path / "weights of a friend.bin"
    if form == "safetensors":
        save_file(state, path)
    else:
        torch.save(state, path, _use_new_zipfile_serialization=form == "zip")
    archive = open_weights(path)
    assert {entry.name: entry.sizes for entry in archive.entries} == {k: tuple(v.shape) for k, v in state.items()}
    assert {entry.dtype for entry in archive.entries} == {"float32", "int64"}
    assert archive.ordered == (form != "safetensors")
    assert not archive.ordered or [entry.name for entry in archive.entries] == list(state)
    for name, tensor in state.items():
        assert torch.equal(archive.read(name), tensor)


@pytest.mark.parametrize(
    ("wrap", "before"),
    [
        (lambda state: {"epoch": 3, "state_dict": state, "optimizer": {"state": {"exp_avg": torch.ones(4)}}}, ""),
        (lambda state: {"model": {"state_dict": state}, "ema": {"shadow": state}}, ""),
        (lambda state: {"generator": state, "optimizer_g": {"x": torch.ones(2)}, "best": 0.5}, "generator."),
        (lambda state: {**state, "_note": "hello", 3: torch.ones(1)}, ""),
        (lambda state: {name: nn.Parameter(t, t.is_floating_point()) for name, t in state.items()}, ""),
    ],
)
def test_the_networks_tensors_are_found_among_other_things(tmp_path, wrap, before):
    state, path = make_state(), tmp_path / "checkpoint.pth"
    torch.save(wrap(state), path)
    assert [entry.name for entry in open_weights(path).entries] == [before + name for name in state]


def test_shared_half_and_sparse_tensors_are_told_apart(tmp_path):
    table = torch.ones(4, 2, dtype=torch.float16)
    torch.save({"a": table, "b": table, "view": table[:, 0], "sparse": torch.eye(3).to_sparse()}, tmp_path / "w.pt")
    kinds = {entry.name: entry.kind for entry in open_weights(tmp_path / "w.pt").entries}
    assert kinds == {"a": "float", "b": "float", "view": "float", "sparse": "sparse float32"}


@pytest.mark.parametrize("form", ["zip", "legacy", "safetensors"])
def test_a_file_cut_off_anywhere_is_refused(tmp_path, form):
    whole, cut = tmp_path / "whole", tmp_path / "cut.pt"
    if form == "safetensors":
        save_file(make_state(), whole)
    else:
        torch.save(make_state(), whole, _use_new_zipfile_serialization=form == "zip")
    raw = whole.read_bytes()
    for length in (*range(0, len(raw), max(1, len(raw) // 60)), len(raw) - 1):
        cut.write_bytes(raw[:length])
        refuse(cut)


@pytest.mark.parametrize("form", ["zip", "legacy", "pickle", "nested"])
def test_code_in_a_file_never_runs(tmp_path, form):
    place, path = tmp_path / "it ran", tmp_path / "evil.pt"
    content = {"state_dict": {"0.weight": Payload(place)}} if form == "nested" else {"0.weight": Payload(place)}
    raw = pickle.dumps(content)
    pickle.loads(raw)  # proof that the payload would have worked
    assert place.exists()
    place.unlink()
    if form == "pickle":
        path.write_bytes(raw)
    else:
        torch.save(content, path, _use_new_zipfile_serialization=form != "legacy")
    message = refuse(path)
    assert "Nothing of it was run." in message
    assert form == "pickle" or "code (`" in message
    assert not place.exists()


def test_a_whole_model_is_refused_with_the_way_to_save_its_weights(tmp_path):
    torch.save(nn.Linear(2, 2), tmp_path / "model.pt")
    message = refuse(tmp_path / "model.pt")
    assert "torch.nn.modules.linear.Linear" in message
    assert "torch.save(model.state_dict(), ...)" in message


def test_a_pickle_that_asks_for_far_too_much_is_refused(tmp_path):
    torch.save({"a": torch.ones(3)}, tmp_path / "w.pt")
    with zipfile.ZipFile(tmp_path / "w.pt") as file:
        members = {name: file.read(name) for name in file.namelist()}
    key = next(name for name in members if name.endswith("data.pkl"))
    code = members[key]
    threes = [place for op, value, place in pickletools.genops(code) if op.name == "BININT1" and value == 3]
    for place in reversed(threes):  # a LONG1 of seven bytes for each BININT1
        code = code[:place] + b"\x8a\x07" + (10**15).to_bytes(7, "little") + code[place + 2 :]
    refuse(write_zip(tmp_path / "huge.pt", members | {key: code}))
    message = refuse(write_zip(tmp_path / "packed.pt", members, zipfile.ZIP_DEFLATED))
    assert "packed again" in message


def test_what_is_no_file_of_weights_is_named(tmp_path):
    np.savez(tmp_path / "a.npz", a=np.ones(2))
    write_zip(tmp_path / "b.zip", {"readme.txt": b"hello"})
    contents = {
        "empty.pt": b"",
        "text.pt": b"epoch,loss\n1,0.5\n" * 9,
        "page.pt": b"<!DOCTYPE html><html>",
        "pointer.safetensors": b"version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 12345\n",
        "keras.h5": b"\x89HDF\r\n\x1a\n" + bytes(50),
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    for value in ([torch.ones(2)], torch.ones(2), {}, {"a": 1}, 5):
        torch.save(value, tmp_path / "other.pt")
        assert "no tensors with names" in refuse(tmp_path / "other.pt")
    words = {
        "a.npz": "NumPy",
        "b.zip": "none of torch.save",
        "empty.pt": "is empty",
        "text.pt": "holds no weights",
        "page.pt": "web page",
        "pointer.safetensors": "Git LFS",
        "keras.h5": "Keras",
        "missing.pt": "There is no file",
        ".": "is a folder",
    }
    for name, expected in words.items():
        path = tmp_path / name
        assert expected in refuse(path)


@pytest.mark.parametrize(
    "header",
    [
        b"{}",
        b'{"a": 3}',
        b"{" * 200,
        json.dumps({"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 80]}}).encode(),
        json.dumps({"a": {"dtype": "F32", "shape": [10**9, 10**9], "data_offsets": [0, 8]}}).encode(),
        json.dumps({"a": {"dtype": "F32", "shape": [-2], "data_offsets": [0, 8]}}).encode(),
        json.dumps({"a": {"dtype": "Q7", "shape": [2], "data_offsets": [0, 8]}}).encode(),
    ],
)
def test_a_damaged_header_is_refused(tmp_path, header):
    path = tmp_path / "damaged.safetensors"
    path.write_bytes(len(header).to_bytes(8, "little") + header + bytes(8))
    refuse(path)
