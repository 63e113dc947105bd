"""Import lines of generated code, in the order that ruff and isort want."""

import re
import sys
from collections.abc import Iterable

from designer.codegen.layout import Group, lay_out

# One name an import brings in: (module, name or "" for the module itself, alias or "").
Import = tuple[str, str, str]

# What `pip install` calls the packages whose import has another name.
_PACKAGES = {"sklearn": "scikit-learn", "PIL": "Pillow"}


def write_imports(imports: Iterable[Import]) -> list[str]:
    """Return import lines: the standard library, a blank line, the rest."""
    wanted = set(imports)
    standard = {item for item in wanted if _top(item) in sys.stdlib_module_names}
    sections = [_write_section(section) for section in (standard, wanted - standard) if section]
    return [*sections[0], "", *sections[1]] if len(sections) == 2 else [line for lines in sections for line in lines]


def list_packages(imports: Iterable[Import]) -> list[str]:
    """Return the packages to install for these imports, torch first."""
    names = {_PACKAGES.get(_top(item), _top(item)) for item in imports if _top(item) not in sys.stdlib_module_names}
    return sorted(names, key=lambda name: (name != "torch", name.lower()))


def _top(item: Import) -> str:
    return item[0].partition(".")[0]


def _write_section(section: set[Import]) -> list[str]:
    lines = []
    for module, _, alias in sorted((item for item in section if not item[1]), key=lambda item: _natural(item[0])):
        lines.append(f"import {module} as {alias}" if alias else f"import {module}")
    members: dict[str, list[Import]] = {}
    for item in section:
        if item[1]:
            members.setdefault(item[0], []).append(item)
    for module in sorted(members, key=_natural):
        names = sorted(members[module], key=lambda item: (_rank(item[1]), _natural(item[1]), item[2]))
        written = [f"{name} as {alias}" if alias else name for _, name, alias in names]
        line = f"from {module} import {', '.join(written)}"
        wrapped = Group("(", tuple(("", name) for name in written))
        lines.extend([line] if len(line) <= 120 else lay_out(f"from {module} import ", wrapped))
    return lines


def _rank(name: str) -> int:
    """Return the place of a name among those of one module: constants, classes, the rest."""
    return 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2


def _natural(name: str) -> list[tuple[bool, int, str]]:
    """Return a sort key that puts conv2 before conv10, whatever the case."""
    return [(part.isdigit(), int(part) if part.isdigit() else 0, part.lower()) for part in re.findall(r"\d+|\D+", name)]
