"""A save that is killed at any moment leaves the old or the new file, whole."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from designer.document.atomic import write_file
from designer.document.files import dumps, load
from designer.document.graph import Edge, Graph, Node
from designer.document.project import Project

# A process that forks children, one for every system call of a save: a child kills itself, as a power cut would, just
# before its n-th call, until one lives to the end. For each child, which of the two projects the file then holds.
NURSERY = """
import os, signal, sys
from pathlib import Path
from designer.document.files import dumps, load, save

folder = Path(sys.argv[1])
path = folder / "project.nnd"
old, new = [load(folder / name) for name in ("small.nnd", "large.nnd")]
texts = [dumps(project).encode() for project in (old, new)]
EVENTS = {"open", "os.chmod", "os.rename", "os.remove"}

def save_and_die(call):
    count = 0

    def step():
        nonlocal count
        count += 1
        if count == call:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(lambda event, arguments: step() if event in EVENTS else None)
    for name in ("fsync", "close"):
        def traced(*arguments, function=getattr(os, name)):
            step()
            result = function(*arguments)
            step()
            return result
        setattr(os, name, traced)
    save(path, new)
    os._exit(0)

call, seen, left = 0, "", 0
status = None
while status != 0:
    call += 1
    save(path, old)
    child = os.fork()
    if child == 0:
        save_and_die(call)
    _, status = os.waitpid(child, 0)
    seen += str(texts.index(path.read_bytes()))
    for each in folder.glob(".designer-*.tmp"):
        left += 1
        each.unlink()
print(seen, left)
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
    seen, left = done.stdout.split()
    # Killed before the rename the old file is there, after it the new one; never half of one.
    assert re.fullmatch("0{4,}1{2,}", seen)
    assert int(left) >= 3  # kills between the temporary file and its new name
    assert load(tmp_path / "project.nnd").name == "of 400"


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
