"""A script's own `load_data`, run line by line: what it has made so far can be looked at before the rest is done."""

import ast
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import CodeType
from typing import Any

import numpy as np
from torch import Tensor

from designer.catalogue.facts import facts
from designer.codegen.preparation import render_preparation
from designer.document.project import Project
from designer.engine.build import build

Report = Callable[[float], bool]
LISTS = ("files", "texts", "values")  # samples of which it is known what each is before they are brought into tensors


class Reading:
    """The variables of a project's `load_data`: `first` as they were when they were made, `names` as they are now.

    It goes on where it stopped, on whatever thread; one thread at a time.
    """

    def __init__(self, project: Project, path: Path | None) -> None:
        self.project, self.path = project, path
        self.first: dict[str, Any] = {}
        self.names: dict[str, Any] = {}
        self.notes: dict[str, Any] = {}  # what others have worked out of it, to be asked for again
        self._lines: list[CodeType] | None = None
        self._done = 0
        self._space: dict[str, Any] = {}
        self._error: Exception | None = None
        self._lock = threading.Lock()

    @property
    def ended(self) -> bool:
        """Whether all lines were run."""
        return self._lines is not None and self._done == len(self._lines)

    def weigh(self) -> int:
        """Return how many bytes the tensors and arrays take that are there."""
        found = [each for value in self.names.values() for each in (value if isinstance(value, tuple) else (value,))]
        return sum(int(each.nbytes) for each in found if isinstance(each, Tensor | np.ndarray))

    def go_on(self, report: Report, enough: Callable[[Mapping[str, Any]], bool] = lambda names: False) -> bool:
        """Run lines until what is there is enough, or to the end; return False where `report` asked to give up.

        Raises what the recipes raise, each time it is asked, and ValueError where nothing can be read.
        """
        with self._lock:
            if self._error is not None:
                raise self._error
            try:
                self._begin()
                assert self._lines is not None
                while not enough(self.names) and self._done < len(self._lines):
                    if not report(self._done / len(self._lines)):
                        return False
                    exec(self._lines[self._done], self._space)  # noqa: S102 - the text of a script that `build` ran
                    self._take()
                    self._done += 1
            except Exception as error:
                self._error = error
                raise
        return True

    def _begin(self) -> None:
        """Make the script, once."""
        if self._lines is not None:
            return
        data = self.project.data
        if data.source is None or facts(self.project) is None:
            raise ValueError("There are no data to read yet. Choose a source first.")
        script = build(render_preparation(data))
        if script.source.takes_path and (self.path is None or not self.path.exists()):
            raise ValueError(f"There is no file or folder {self.path}. Choose the data first.")
        self._space = dict(script.names) | {"path": self.path}
        self._known = dict(self._space)
        (load,) = (
            each for each in ast.parse(script.source.text).body
            if isinstance(each, ast.FunctionDef) and each.name == "load_data"
        )  # fmt: skip
        lines = [each for each in load.body if isinstance(each, ast.Assign)]
        self._lines = [compile(ast.Module([line], []), script.filename, "exec") for line in lines]

    def _take(self) -> None:
        """Take note of the variables that a line has made."""
        for name, value in self._space.items():
            if name.startswith("__") or (name in self._known and self._known[name] is value):
                continue
            self.first.setdefault(name, value)
            self.names[name] = value


def is_listed(names: Mapping[str, Any]) -> bool:
    """Return whether it is known what samples there are, of which class and part, though no tensor of them is made."""
    return all(name in names for name in ("y", "train", "validation")) and any(name in names for name in LISTS)
