"""Images that do not fit into memory: read from a file while the network learns, bit for bit as those that do."""

import threading

import numpy as np
import pytest
import torch

from designer.document.project import Choice
from designer.engine.events import EpochDone, Finished
from designer.engine.loop import train
from designer.engine.plan import Plan
from designer.engine.streaming import DEPTH, Ahead
from designer.recipes.idx import read_idx_images
from designer.recipes.streaming import find_limit, is_stored, make_room, read_ahead
from tests.engine.plans import make_project
from tests.engine.script_runner import verify_all
from tests.idx_files import write_idx

TINY = 1e-6  # gigabytes, less than the images of the folder take
LAYERS = (
    ("Flatten", {}),
    ("Linear", {"out_features": 16}),
    ("ReLU", {}),
    ("Dropout", {}),
    ("Linear", {"out_features": 10}),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("images")
    lot = np.random.default_rng(1)
    for part, count in (("train", 300), ("t10k", 50)):
        write_idx(made / f"{part}-images-idx3-ubyte.gz", lot.integers(0, 256, (count, 8, 8)))
        write_idx(made / f"{part}-labels-idx1-ubyte.gz", lot.integers(0, 10, count))
    return made


def plan_images(folder, memory, **more):
    source = Choice("Idx", {"path": str(folder), "sizes": (1, 8, 8), "rows": 300, "memory": memory})
    return Plan.from_project(make_project(source, *LAYERS, epochs=3, batch_size=32), **more)


def test_what_is_too_large_is_the_same_in_a_file(folder):
    kept, stored = (read_idx_images(folder, 0.1, 0.3, memory) for memory in (1, TINY))
    assert (is_stored(kept[0]), is_stored(stored[0])) == (False, True)
    assert torch.equal(kept[0], stored[0])
    assert torch.equal(kept[1], stored[1])


def test_batches_come_in_their_order_whoever_reads_them_first():
    x = make_room(0, 1000, 3).copy_(torch.arange(3000).view(1000, 3))
    batches = torch.randperm(1000).split(7)
    assert is_stored(x[3:])
    for rows, samples in zip(batches, read_ahead(x, batches), strict=True):
        assert torch.equal(samples, x[rows])
        assert not is_stored(samples)


def test_the_limit_is_what_was_set_or_half_of_what_is_free():
    assert find_limit(2) == 2 * 2**30
    assert find_limit(0) > 2**20
    assert not is_stored(make_room(find_limit(0), 10))


def test_where_there_is_no_room_on_the_disk_it_is_said(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(ValueError, match="Let TMPDIR name another folder"):
        make_room(0, 2**50)
    assert not list(tmp_path.iterdir())


def test_a_run_from_a_file_is_the_one_from_memory_bit_for_bit_and_so_is_the_script(folder, tmp_path):
    outs = [tmp_path / "kept", tmp_path / "stored"]
    for out, memory in zip(outs, (0, TINY), strict=True):
        last = list(train(plan_images(folder, memory, out=out)))[-1]
        assert isinstance(last, Finished), last
    kept, stored = ((out / "last.safetensors").read_bytes() for out in outs)
    assert kept == stored
    assert (outs[0] / "losses.csv").read_bytes() == (outs[1] / "losses.csv").read_bytes()
    assert verify_all({"stored": plan_images(folder, TINY)}, tmp_path / "script") == {"stored": ""}


def test_threads_read_ahead_of_the_steps_and_no_further(monkeypatch):
    monkeypatch.setattr("designer.engine.streaming.PIECE", 120)  # ten rows
    x = make_room(0, 1000, 3).zero_()
    ahead = Ahead(x)
    order = torch.randperm(1000)
    for _ in range(2):  # the second time in the middle of the first
        ahead.expect(order)
        assert len(ahead._pieces) == 100 - DEPTH
        ahead.note(9)
        assert len(ahead._pieces) == 100 - DEPTH
        ahead.note(31)
        assert len(ahead._pieces) == 100 - DEPTH - 4
    ahead.note(10_000)
    assert not ahead._pieces
    ahead.forget()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("ahead")]
    assert not Ahead(torch.zeros(3)).is_needed


def test_a_run_that_is_stopped_leaves_no_thread(folder):
    run = train(plan_images(folder, TINY, epochs=1000))
    for event in run:
        if isinstance(event, EpochDone):
            break
    run.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("ahead")]
