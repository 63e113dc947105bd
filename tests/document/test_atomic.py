"""A save that is killed at any moment leaves the old or the new file, whole."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from designer.document.atomic import write_file
from designer.document.files import dumps, load
from designer.document.graph import Edge, Graph, Node
from designer.document.project import Project

# A process that forks children which save two projects in turn until they are killed, each after another delay. What
# the file then holds must be one of the two; counts of both, and of kills that fell into a write, are printed.
NURSERY = """
import os, random, signal, sys, time
from pathlib import Path
from designer.document.files import dumps, load, save

folder = Path(sys.argv[1])
path = folder / "project.nnd"
projects = [load(folder / name) for name in ("small.nnd", "large.nnd")]
texts = [dumps(project).encode() for project in projects]
save(path, projects[0])
random.seed(1)
seen, inside = [0, 0], 0
for _ in range(120):
    child = os.fork()
    if child == 0:
        while True:
            save(path, projects[1])
            save(path, projects[0])
    time.sleep(random.uniform(0, 0.012))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    seen[texts.index(path.read_bytes())] += 1
    left = list(folder.glob(".designer-*.tmp"))
    inside += len(left)
    for each in left:
        each.unlink()
print(*seen, inside)
"""


def build_project(count: int) -> Project:
    nodes = {f"n{i}": Node(f"n{i}", "Conv2d", f"conv{i}", {"kernel_size": (3, 3)}) for i in range(count)}
    return Project(
        name=f"of {count}", graph=Graph(nodes, tuple(Edge(f"n{i}", 0, f"n{i + 1}", 0) for i in range(count - 1)))
    )


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killing_a_save_leaves_the_old_or_the_new_file_whole(tmp_path):
    (tmp_path / "small.nnd").write_text(dumps(build_project(3)))
    (tmp_path / "large.nnd").write_text(dumps(build_project(400)))
    done = subprocess.run(
        [sys.executable, "-c", NURSERY, tmp_path], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stderr == ""
    small, large, inside = map(int, done.stdout.split())
    assert small + large == 120
    assert small > 0
    assert large > 0
    assert inside > 0  # else no kill has hit a save and the test says nothing
    assert load(tmp_path / "project.nnd").name in ("of 3", "of 400")


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "file"
    write_file(path, b"old")

    def fill_up(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fill_up)
    with pytest.raises(OSError, match="No space left") as caught:
        write_file(path, b"new")
    assert caught.value.filename == str(path)
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_an_unwritable_folder_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        write_file(tmp_path / "gone" / "file", b"")
    assert caught.value.filename == str(tmp_path / "gone" / "file")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with a name")
def test_what_is_no_file_of_its_own_is_written_into(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_file(path, b"content")
        assert os.read(reader, 100) == b"content"
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(path.stat().st_mode)
    write_file(Path(os.devnull), b"content")
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)
    with pytest.raises(IsADirectoryError):
        write_file(tmp_path, b"content")


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="needs /dev/stdout")
def test_standard_output_can_be_named():
    code = (
        "from pathlib import Path; from designer.document.atomic import write_file as w; w(Path('/dev/stdout'), b'x')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == (b"x", b"")
