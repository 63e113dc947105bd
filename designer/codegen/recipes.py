"""Plain PyTorch from designer/recipes: the functions and classes a script needs, as they stand in the files."""

import ast
import functools
import importlib.resources
from collections.abc import Iterable
from dataclasses import dataclass, replace

from designer.codegen.imports import Import

RECIPES = "designer.recipes."


@dataclass(frozen=True, slots=True)
class Definition:
    """A top-level function, class or constant of a recipe: its lines, and what it uses of the file and of imports.

    `node` is the layer whose own code it is, "" where it is ours or a plug-in's.
    """

    name: str
    text: str
    needs: tuple[str, ...]
    imports: frozenset[Import]
    constant: bool
    node: str = ""


@dataclass(frozen=True, slots=True)
class Recipe:
    """The definitions of one file in its order, by name."""

    definitions: dict[str, Definition]


def collect_definitions(recipe: str, names: Iterable[str]) -> tuple[Definition, ...]:
    """Return the named definitions of a recipe and all they build on, in the order of the file, other recipes' first.

    Raises KeyError where the recipe has no such name, FileNotFoundError where there is no such recipe.
    """
    found = pick_definitions(read_recipe(recipe), names)
    others: dict[str, set[str]] = {}
    for module, name, _ in (item for each in found for item in each.imports if item[0].startswith(RECIPES)):
        others.setdefault(module.removeprefix(RECIPES), set()).add(name)
    before = [each for other, wanted in sorted(others.items()) for each in collect_definitions(other, wanted)]
    return (*before, *(replace(each, imports=frozenset(filter(_is_foreign, each.imports))) for each in found))


def _is_foreign(item: Import) -> bool:
    """Return whether an import brings in what no recipe has."""
    return not item[0].startswith(RECIPES)


def pick_definitions(recipe: Recipe, names: Iterable[str]) -> tuple[Definition, ...]:
    """Return the named definitions and all they build on, in the order of the file. Raises KeyError."""
    definitions = recipe.definitions
    wanted: set[str] = set()
    pending = list(names)
    while pending:
        name = pending.pop()
        if name not in wanted:
            wanted.add(name)
            pending.extend(definitions[name].needs)
    return tuple(definition for name, definition in definitions.items() if name in wanted)


@functools.cache
def read_recipe(name: str) -> Recipe:
    """Return what a file of designer/recipes defines, or with "package:file" one of a plug-in. It is not run."""
    package, colon, file = name.partition(":")
    folder, file = (package, file) if colon else ("designer.recipes", name)
    return parse_recipe(importlib.resources.files(folder).joinpath(f"{file}.py").read_text("utf-8"))


@functools.lru_cache(256)
def parse_recipe(text: str) -> Recipe:
    """Return what a text of imports, functions, classes and constants defines. Raises SyntaxError."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")  # as ast counts them
    body = ast.parse(text).body
    imports: dict[str, Import] = {}
    named: dict[str, ast.stmt] = {}
    for statement in body:
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                bound = alias.asname or alias.name.partition(".")[0]
                imports[bound] = (alias.name, "", alias.asname or "")
        elif isinstance(statement, ast.ImportFrom):
            for alias in statement.names:
                imports[alias.asname or alias.name] = (statement.module or "", alias.name, alias.asname or "")
        elif isinstance(statement, ast.FunctionDef | ast.ClassDef):
            named[statement.name] = statement
        elif isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            named[statement.targets[0].id] = statement
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            named[statement.target.id] = statement
    definitions = {}
    for key, statement in named.items():
        used = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
        definitions[key] = Definition(
            key,
            _cut_text(lines, statement),
            tuple(other for other in named if other in used and other != key),
            frozenset(imports[word] for word in used if word in imports),
            constant=not isinstance(statement, ast.FunctionDef | ast.ClassDef),
        )
    return Recipe(definitions)


def _cut_text(lines: list[str], statement: ast.stmt) -> str:
    """Return the lines of a statement with its decorators and the comment right above it."""
    first = statement.lineno
    for decorator in getattr(statement, "decorator_list", ()):
        first = min(first, decorator.lineno)
    while first > 1 and lines[first - 2].startswith("#"):
        first -= 1
    return "\n".join(lines[first - 1 : statement.end_lineno])
