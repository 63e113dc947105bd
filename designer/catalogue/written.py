"""What a layer written in Python says of itself, read from its text with `ast`. Nothing of the text is ever run here."""

import ast
import functools
import keyword
import unicodedata
import warnings
from dataclasses import dataclass

from designer.document.graph import Value

LONGEST = 100_000  # characters of the text of one layer


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of `__init__`. Without a `default` it must be given; `plain` where its default is a plain value."""

    name: str
    default: Value = None
    required: bool = False
    plain: bool = True


@dataclass(frozen=True, slots=True)
class Written:
    """A sound text: the class that is the layer, the line it begins at, what it takes to make it and to call it.

    `inputs` are the arguments of `forward`; `most` is their number, None where it takes any number; `least` are those
    without a default.
    """

    name: str
    line: int
    arguments: tuple[Argument, ...]
    inputs: tuple[str, ...]
    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Mistake:
    """Why a text is no layer, and the line; the message finishes the sentence "Line 3 of its code ..."."""

    message: str
    line: int = 1


@functools.lru_cache(512)
def read_code(text: str) -> Written | Mistake:
    """Return what a text declares, or why it cannot stand. Never raises, whatever the text."""
    if len(text) > LONGEST:
        return Mistake(f"is one of too many: there may be at most {LONGEST:,} characters")
    for number, line in enumerate(text.split("\n"), 1):
        if not line.isascii() and any(unicodedata.category(c) in ("Cf", "Co", "Zl", "Zp") for c in line):
            return Mistake("holds characters that cannot be seen", number)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
            compile(text, "<custom layer>", "exec", dont_inherit=True)  # what the parser lets through; runs nothing
    except SyntaxError as error:
        return Mistake(f"is not Python: {error.msg}", error.lineno or 1)
    except (ValueError, RecursionError, MemoryError, OverflowError):
        return Mistake("is not Python that can be read")
    for statement in tree.body:
        mistake = _refuse(statement)
        if mistake is not None:
            return mistake
    classes = {one.name: one for one in tree.body if isinstance(one, ast.ClassDef)}
    layers = [one for one in classes.values() if _find_method(one, "forward", classes) is not None and one.bases]
    if not layers:
        return Mistake("defines no class derived from nn.Module with a method `forward`")
    return _describe(layers[-1], classes)


def _refuse(statement: ast.stmt) -> Mistake | None:
    """Return why a statement may not stand at the top, None where it may."""
    line = statement.lineno
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return None
    if isinstance(statement, ast.Import):
        return None
    if isinstance(statement, ast.ImportFrom):
        if statement.level or statement.module is None:
            return Mistake("imports from a package around it; name the whole package", line)
        if statement.module == "__future__":
            return Mistake("imports from `__future__`, which a part of a script cannot", line)
        if any(alias.name == "*" for alias in statement.names):
            return Mistake("imports *; name what is used", line)
        return None
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant) and line == 1:
        return None  # a docstring
    return Mistake("is neither an import, a class nor a function. Put it into one", line)


def _describe(layer: ast.ClassDef, classes: dict[str, ast.ClassDef]) -> Written | Mistake:
    init, forward = _find_method(layer, "__init__", classes), _find_method(layer, "forward", classes)
    assert forward is not None
    places = [*forward.args.posonlyargs, *forward.args.args][1:]
    if any(default is None for default in forward.args.kw_defaults):
        return Mistake("has arguments of `forward` that must be given by name", forward.lineno)
    least = max(0, len(places) - len(forward.args.defaults))
    return Written(
        layer.name,
        layer.lineno,
        _read_arguments(init) if init is not None else (),
        tuple(place.arg for place in places),
        least,
        None if forward.args.vararg is not None else len(places),
    )


def _read_arguments(init: ast.FunctionDef) -> tuple[Argument, ...]:
    """Return the arguments of `__init__` that can be given by name, without self."""
    given = init.args
    places = [*given.posonlyargs, *given.args]
    defaults: list[ast.expr | None] = [*[None] * (len(places) - len(given.defaults)), *given.defaults]
    pairs = [*zip(places, defaults, strict=True)][max(1, len(given.posonlyargs)) :]
    pairs += zip(given.kwonlyargs, given.kw_defaults, strict=True)
    return tuple(_read_argument(place.arg, default) for place, default in pairs)


def _read_argument(name: str, default: ast.expr | None) -> Argument:
    if default is None:
        return Argument(name, required=True)
    try:
        value = ast.literal_eval(default)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return Argument(name, plain=False)
    return Argument(name, value) if is_plain(value) else Argument(name, plain=False)


def is_plain(value: object) -> bool:
    """Return whether a value is one that a parameter may hold and code can write: no list, no infinity."""
    if isinstance(value, tuple):
        return all(map(is_plain, value))
    if isinstance(value, float):
        return abs(value) < float("inf")
    if isinstance(value, int):
        return abs(value) < 2**63
    return value is None or isinstance(value, str)


def is_name(text: str) -> bool:
    """Return whether a text can be the name of an argument."""
    return text.isascii() and text.isidentifier() and not keyword.iskeyword(text)


def _find_method(layer: ast.ClassDef, name: str, classes: dict[str, ast.ClassDef]) -> ast.FunctionDef | None:
    """Return a method of a class, or of one of the text that it derives from."""
    seen: set[str] = set()
    pending = [layer]
    while pending:
        one = pending.pop(0)
        if one.name in seen:
            continue
        seen.add(one.name)
        for statement in one.body:
            if isinstance(statement, ast.FunctionDef) and statement.name == name:
                return statement
        pending += [classes[base.id] for base in one.bases if isinstance(base, ast.Name) and base.id in classes]
    return None
