"""What an import pulls in, seen in fresh processes: import contracts read the source, this looks at the result."""

import importlib.util
import json
import subprocess
import sys

import pytest

HEAVY = {"torch", "PySide6", "pyqtgraph", "qtawesome", "pandas", "sklearn", "scipy", "PIL"}
LIGHT_PARTS = ["designer", "designer.paths", "designer.document", "designer.catalogue", "designer.codegen"]
# Imports every module of a package, as a program would that uses all of it, and tells what came along.
PROBE = """
import importlib, json, pkgutil, sys
part = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(getattr(part, "__path__", ()) if sys.argv[1] != "designer" else (), part.__name__ + "."):
    importlib.import_module(module.name)
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def find_imported(part: str) -> set[str]:
    """Return the top-level names that importing all of a package brings into a fresh process."""
    done = subprocess.run([sys.executable, "-c", PROBE, part], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("part", LIGHT_PARTS)
def test_what_needs_no_torch_and_no_qt_imports_neither(part):
    assert find_imported(part) & {*HEAVY, "numpy"} == set()


def test_looking_at_data_needs_no_torch_no_qt_and_starts_light():
    assert find_imported("designer.data") & HEAVY == set()


def test_the_command_line_starts_light():
    assert find_imported("designer.cli") & HEAVY == set()


def test_the_window_opens_before_torch():
    assert find_imported("designer.ui") & {"torch", "pandas", "sklearn", "scipy"} == set()


def test_the_heavy_names_are_real():
    assert all(importlib.util.find_spec(name) for name in HEAVY)
