"""The import contracts of pyproject.toml, tried on a skeleton of the package: all kept, then each one broken."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import bootstrap
import pytest

ROOT = Path(__file__).resolve().parents[2]

ALLOWED = {
    "__main__": ["designer.cli", "designer.ui"],
    "api": ["designer.engine", "designer.document"],
    "cli": ["designer.ui", "designer.engine", "designer.data", "designer.paths"],
    "paths": ["platformdirs"],
    "document": ["frozendict"],
    "catalogue": ["designer.document", "designer.paths"],
    "codegen": ["designer.catalogue", "designer.document"],
    "data": ["designer.catalogue", "designer.document", "numpy", "pandas"],
    "recipes": ["torch"],
    "engine": ["designer.codegen", "designer.document", "torch"],
    "ui": ["designer.ui.canvas", "designer.ui.panels", "designer.ui.plots", "designer.data", "designer.api", "PySide6"],
    "ui.canvas": ["PySide6", "designer.document"],
    "ui.panels": ["PySide6", "designer.catalogue"],
    "ui.plots": ["pyqtgraph", "designer.engine"],
}

FORBIDDEN = {
    "layers": ("document", "designer.codegen"),
    "data": ("data", "designer.codegen"),
    "data-readers": ("engine", "designer.data"),
    "recipes": ("recipes", "designer.document"),
    "torch-below": ("catalogue", "torch"),
    "torch-above": ("ui.plots", "torch"),
    "qt": ("engine", "PySide6"),
    "qt-cli": ("cli", "pyqtgraph"),
    "window-parts": ("ui.panels", "designer.ui.canvas"),
}


def write_skeleton(folder: Path, imports: dict[str, list[str]]) -> None:
    shutil.copy(ROOT / "pyproject.toml", folder)
    names = [name.replace(".", "/") for name in imports]
    for name, targets in zip(names, imports.values(), strict=True):
        package = any(other.startswith(f"{name}/") for other in names)
        file = folder / "designer" / (f"{name}/__init__.py" if package else f"{name}.py")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(f"import {target}\n" for target in targets))
    (folder / "designer" / "__init__.py").touch()


def read_verdicts(folder: Path) -> dict[str, str]:
    """Return KEPT or BROKEN for each contract, by name."""
    lint = dict(bootstrap.check_commands(sys.executable))["import contracts"]
    done = subprocess.run(lint, cwd=folder, capture_output=True, text=True, check=False, timeout=120)
    return dict(re.findall(r"^(.+?) (KEPT|BROKEN)", done.stdout, re.MULTILINE))


def read_names() -> dict[str, str]:
    import tomllib

    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    return {contract["id"]: contract["name"] for contract in contracts}


def test_the_architecture_keeps_every_contract(tmp_path):
    write_skeleton(tmp_path, ALLOWED)
    assert read_verdicts(tmp_path) == dict.fromkeys(read_names().values(), "KEPT")


def test_every_contract_is_tried():
    assert set(FORBIDDEN) == set(read_names())


@pytest.mark.parametrize("contract", FORBIDDEN)
def test_a_forbidden_import_breaks_its_contract(contract, tmp_path):
    module, target = FORBIDDEN[contract]
    write_skeleton(tmp_path, {**ALLOWED, module: [*ALLOWED[module], target]})
    assert read_verdicts(tmp_path)[read_names()[contract]] == "BROKEN"
