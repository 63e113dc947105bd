"""Layers of other packages: one that is sound is a layer like any other, those that are not are told of."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from frozendict import frozendict

from designer.catalogue.plugins import Plugin, find_plugins, load_plugins
from designer.catalogue.registry import own_layers
from designer.catalogue.spec import ShapeError, TensorType
from designer.document.files import dumps, read_project, save
from designer.document.graph import Graph, Node
from designer.document.project import Project

HERE = Path(__file__).parent
SWIRL = HERE / "designer_swirl"

BROKEN = {
    "unloadable": ("import no_such_module_here", "cannot be loaded (ModuleNotFoundError"),
    "exiting": ("raise SystemExit(3)", "cannot be loaded (SystemExit: 3)"),
    "wrong_type": ("LAYERS = [1]", "gives a int where a LayerSpec belongs"),
    "taken": (
        "from dataclasses import replace\nfrom designer.catalogue.layers.linear import LAYERS",
        "declares `Linear`, which exists already",
    ),
}


def install(folder: Path, name: str, text: str) -> None:
    """Put a package with an entry point into a folder, as pip leaves it there."""
    (folder / f"{name}.py").write_text(text)
    metadata = folder / f"{name}-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(
        f"[console_scripts]\nx = a:b\n\n[designer.layers]\n{name} = {name}:LAYERS\n"
    )


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on sys.path that packages can be put into."""
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    yield tmp_path
    for path in tmp_path.glob("*.py"):
        sys.modules.pop(path.stem, None)


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_plugin_is_one_sentence(shelf: Path, name: str) -> None:
    text, reason = BROKEN[name]
    install(shelf, f"broken_{name}", text)
    loaded = load_plugins(own_layers)
    assert loaded.specs == ()
    (fault,) = loaded.faults
    assert fault.startswith(f"The plug-in `broken_{name}` {reason}")
    assert "\n" not in fault


def test_rules_that_fail_refuse_at_their_layer(shelf: Path) -> None:
    text = (SWIRL / "designer_swirl" / "__init__.py").read_text().replace("    return inputs\n", "    return 1 / 0\n")
    install(shelf, "failing", text.replace("designer_swirl:recipe", ""))
    (spec,) = load_plugins(own_layers).specs
    with pytest.raises(ShapeError, match="the plug-in `failing` it comes from failed"):
        spec.shape(frozendict(steps=1), (TensorType((3,)),))


def test_entry_points_are_read_as_importlib_does() -> None:
    assert find_plugins([str(SWIRL), "/no/such/folder"]) == (Plugin("swirl", "designer_swirl:LAYERS"),)


def test_without_the_plugin_a_project_is_kept_as_it_is() -> None:
    node = Node("s", "Swirl", "swirl1", {"steps": 3})
    project = Project(graph=Graph({"s": node}), layout={"s": (0.0, 0.0)})
    assert read_project(dumps(project)) == project


def test_with_the_plugin_its_layer_is_one_like_any_other(shelf: Path) -> None:
    for name, (text, _) in BROKEN.items():
        install(shelf, f"swirl_{name}", text)
    places = os.pathsep.join([str(SWIRL), str(shelf), str(HERE.parent.parent)])
    environment = {**os.environ, "PYTHONPATH": places}
    held = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(HERE / "with_swirl.py")]
    done = subprocess.run(
        held, env=environment, capture_output=True, text=True, cwd=HERE.parent.parent, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    project = Project(graph=Graph({"s": Node("s", "Swirl", "swirl1")}))
    save(shelf / "p.nnd", project)
    check = [sys.executable, "-m", "designer", "check", str(shelf / "p.nnd")]
    told = subprocess.run(check, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert "not known here" not in told.stdout
    assert told.stderr.count("designer: The plug-in `swirl_") == 4
    assert "Traceback" not in told.stderr
