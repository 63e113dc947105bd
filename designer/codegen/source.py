"""Generated source with its links back to the project, and the only ways a value may become text of it."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from frozendict import frozendict

from designer.codegen.layout import Group, Piece
from designer.codegen.lettering import is_clear
from designer.document.graph import Value

if TYPE_CHECKING:
    from designer.catalogue.check import Problem


@dataclass(frozen=True, slots=True)
class Source:
    """A generated script.

    `lines` maps 1-based line numbers to the node a line comes from; `modules` maps node ids to the path of their
    module in the model ("head.2"), for nodes that are modules; `model` is the class name of the network.
    `takes_path` says whether `load_data` wants the path of the data; `evaluation_batch` are the rows of one batch of
    `evaluate`. `samples` is the form of what its `sample` gives ("picture", "text" or "numbers"), "" where it has none.
    `weighs` says that training targets are pairs with the weights of their rows.
    `threads` are those it trains with on the CPU, 0 where it leaves that to torch.
    `foreign` are the texts of Custom layers in the project: the script runs only where the user has allowed all of them.
    """

    text: str
    model: str
    lines: Mapping[int, str] = frozendict()
    modules: Mapping[str, str] = frozendict()
    takes_path: bool = False
    evaluation_batch: int = 1024
    samples: str = ""
    foreign: frozenset[str] = frozenset()
    threads: int = 0
    weighs: bool = False


class NotReady(Exception):
    """A project that cannot become code yet, with the problems that stand in the way."""

    def __init__(self, problems: "tuple[Problem, ...]") -> None:
        super().__init__("\n".join(problem.message for problem in problems))
        self.problems = problems


class Unwritable(ValueError):
    """A value that has no literal: not a number, or of a type that no parameter has."""


_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_RUN = re.compile(r"\w+|\W")


def write_literal(value: Value) -> str:
    """Return the Python literal of a value: ast.literal_eval gives the value back. Raises Unwritable."""
    return str(write_piece(value))


def write_piece(value: Value) -> Piece:
    """Return the literal of a value in a form that can open up over several lines. Raises Unwritable."""
    if value is None or isinstance(value, bool):
        return "None" if value is None else "True" if value else "False"
    if isinstance(value, int):
        try:
            return int.__repr__(value)
        except ValueError:
            raise Unwritable("a number has thousands of digits") from None
    if isinstance(value, float):
        if not math.isfinite(value):
            raise Unwritable("a number is not finite")
        return float.__repr__(value)
    if isinstance(value, str):
        return _write_text(value)
    if isinstance(value, tuple):
        return Group("(", tuple([("", write_piece(item)) for item in value]))
    raise Unwritable(f"there is no literal for a {type(value).__name__}")


def _write_text(text: str) -> str:
    """Return a string literal in ruff's quotes; whatever is not plainly legible is escaped."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    if text.isascii() and text.isprintable() and "\\" not in text and quote not in text:
        return f"{quote}{text}{quote}"
    runs = _RUN.findall(text)
    # The last letter of an escape sequence stands beside the word that follows.
    alone = all(_is_legible(run, True) for run in runs)
    written = []
    for run in runs:
        if run == quote:
            written.append(f"\\{quote}")
        elif _is_legible(run, alone):
            written.append(run)
        else:
            written.extend(letter if letter.isascii() and letter.isalnum() else _escape(letter) for letter in run)
    return f"{quote}{''.join(written)}{quote}"


def _is_legible(run: str, alone: bool) -> bool:
    """Return whether a word or another character may stand in a literal as it is."""
    if run.isascii():
        return run.isprintable() and run != "\\"
    return run[0].isalnum() and is_clear(run, alone)


def _escape(letter: str) -> str:
    """Return the escape sequence of one character."""
    code = ord(letter)
    if letter in _ESCAPES:
        return _ESCAPES[letter]
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
