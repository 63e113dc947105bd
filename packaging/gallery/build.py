#!/usr/bin/env python3
"""Write the gallery's templates to resources/templates, from the modules beside this file.

    .venv/bin/python packaging/gallery/build.py            all of them
    .venv/bin/python packaging/gallery/build.py NAME ...   some

Each module has TEMPLATES: a mapping from the name of a template to the function that returns its project.
"""

import importlib
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(ROOT), str(HERE)]

from designer.document.files import save  # noqa: E402 (the path comes first)
from designer.document.project import Project  # noqa: E402

Make = Callable[[], Project]


def collect() -> Mapping[str, Make]:
    """Return what makes each template, from every module beside this file."""
    found: dict[str, Make] = {}
    for path in sorted(HERE.glob("*.py")):
        if path.stem not in ("build", "sketch"):
            made = importlib.import_module(path.stem).TEMPLATES
            assert not found.keys() & made.keys(), f"{path.stem} repeats {found.keys() & made.keys()}"
            found.update(made)
    return found


def main(names: list[str]) -> int:
    """Write the named templates, or all."""
    makers = collect()
    if unknown := [name for name in names if name not in makers]:
        print(f"There is no template {', '.join(unknown)}. There are {', '.join(makers)}.", file=sys.stderr)
        return 2
    for name in names or makers:
        save(ROOT / "resources" / "templates" / f"{name}.nnd", makers[name]())
        print(name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
