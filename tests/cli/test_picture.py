"""Pictures of the network itself from the command line, and projects read from pictures."""

import subprocess
import sys

import pytest

from designer.api import new
from designer.cli import main
from designer.document.embedding import load_any
from designer.document.files import save


@pytest.fixture
def net(tmp_path):
    path = tmp_path / "net.nnd"
    save(path, new("resnet-18"))
    return path


def draw(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "designer", "picture", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_a_picture_is_drawn_and_read_again(net, tmp_path, capsys):
    out = tmp_path / "pictures" / "net.svg"
    done = draw(net, "-o", out, "--block", "BasicBlock", "--theme", "dark", "--title", "--legend")
    assert (done.returncode, done.stdout) == (0, f"Saved {out}\n"), done.stderr
    assert ">downsample</text>" in out.read_text("utf-8")
    assert load_any(out) == load_any(net)
    assert main(["summary", str(out)]) == 0
    summary = capsys.readouterr().out
    assert main(["summary", str(net)]) == 0
    assert capsys.readouterr().out == summary
    weights = tmp_path / "w.safetensors"
    assert main(["transfer", str(out), str(weights)]) == 2
    assert "is a picture" in capsys.readouterr().err


def test_a_bare_picture_holds_no_project(net, tmp_path, capsys):
    out = tmp_path / "net.png"
    assert draw(net, "-o", out, "--bare", "--dpi", "96", "--transparent").returncode == 0
    assert main(["check", str(out)]) == 2
    assert capsys.readouterr().err.startswith(f"designer: {out}: This picture holds no Designer project.")


def test_what_cannot_be_drawn_is_one_sentence(net, tmp_path, capsys):
    assert main(["picture", str(net), "-o", str(tmp_path / "net.gif")]) == 2
    assert "must end in .png, .svg or .pdf" in capsys.readouterr().err
    assert main(["picture", str(net), "-o", str(tmp_path / "a.png"), "--block", "Nobody"]) == 2
    assert "no block called" in capsys.readouterr().err
