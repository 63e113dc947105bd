import shutil
import subprocess
import sys
from pathlib import Path

import platformdirs
import pytest

from designer import paths

ROOT = Path(__file__).resolve().parents[1]


def test_a_resource_of_the_source_tree():
    assert paths.resource("theme.json") == ROOT / "resources" / "theme.json"
    assert paths.resource("fonts").is_dir()


@pytest.mark.parametrize("name", ["no-such-thing.json", "fonts/no-such-thing.ttf", ""])
def test_a_missing_resource_is_named(name):
    with pytest.raises((FileNotFoundError, ValueError), match="resource"):
        paths.resource(name)


@pytest.mark.parametrize("name", ["../pyproject.toml", "fonts/../../pyproject.toml", "/etc/passwd"])
def test_a_name_cannot_lead_out_of_the_resources(name):
    with pytest.raises((FileNotFoundError, ValueError), match="resource"):
        paths.resource(name)


def locate(folder: Path, *lines: str) -> Path:
    """Return what a fresh process, with a copy of paths.py in `folder`/designer, takes for the resources."""
    (folder / "designer").mkdir()
    (folder / "designer" / "__init__.py").touch()
    shutil.copy(paths.__file__, folder / "designer" / "paths.py")
    code = "\n".join(["import sys", *lines, "from designer import paths", "print(paths.resource('theme.json').parent)"])
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], cwd=folder, capture_output=True, text=True, check=False, timeout=30
    )
    return Path(done.stdout.strip() or done.stderr.strip().splitlines()[-1])


def make_resources(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "theme.json").touch()
    return folder


def test_the_resources_of_a_wheel(tmp_path):
    (tmp_path / "site-packages").mkdir()
    make_resources(tmp_path / "site-packages" / "resources")  # of some other package: ours come first
    expected = tmp_path / "site-packages" / "designer" / "_resources"
    code = f"import pathlib; pathlib.Path({str(expected)!r}).mkdir(); pathlib.Path({str(expected)!r}, 'theme.json').touch()"
    assert locate(tmp_path / "site-packages", code) == expected


def test_the_resources_of_a_frozen_build(tmp_path):
    bundle = tmp_path / "bundle"
    expected = make_resources(bundle / "resources")
    (tmp_path / "program").mkdir()
    assert locate(tmp_path / "program", f"sys._MEIPASS = {str(bundle)!r}") == expected


def test_an_installation_without_resources_says_so(tmp_path):
    assert str(locate(tmp_path)).startswith("FileNotFoundError: Designer's resources are missing: looked in ")


def test_the_user_s_folder_follows_the_system(tmp_path, monkeypatch):
    monkeypatch.delenv("DESIGNER_HOME")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = paths.user_state()
    assert folder.is_dir()
    assert folder == Path(platformdirs.user_state_dir("designer", appauthor=False))


def test_one_folder_can_hold_everything_of_a_user(tmp_path, monkeypatch):
    monkeypatch.setenv("DESIGNER_HOME", str(tmp_path / "home"))
    assert paths.user_state() == tmp_path / "home" / "state"
    assert paths.user_state().is_dir()
