"""Code that a project holds: which nodes have it, and which of it the user has allowed to run.

Consent is given to a text, wherever it stands: a changed text needs a new one. What was allowed is kept in the user's
state folder, in one small file, not in the project.
"""

import contextlib
import functools
import hashlib
import json
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from designer import paths
from designer.document.atomic import write_file
from designer.document.graph import Node
from designer.document.project import Project

CUSTOM = "Custom"  # the kind of layer whose parameter `code` is Python text

DEFAULT_CODE = '''\
import torch
from torch import Tensor, nn


class Scaled(nn.Module):
    """Multiplies its input by one learned number."""

    def __init__(self, initial: float = 1.0) -> None:
        super().__init__()
        self.factor = nn.Parameter(torch.tensor(initial))

    def forward(self, x: Tensor) -> Tensor:
        return self.factor * x
'''

MOST = 5000  # texts that are remembered


def find_custom(project: Project) -> Iterator[tuple[str | None, Node]]:
    """Yield every node with code and the block it stands in, None in the network itself."""
    for node in project.graph.nodes.values():
        if node.kind == CUSTOM:
            yield None, node
    for key, block in project.blocks.items():
        for node in block.graph.nodes.values():
            if node.kind == CUSTOM:
                yield key, node


def find_code(project: Project) -> frozenset[str]:
    """Return the texts of a project that would run, the one that every new layer begins with aside."""
    return frozenset(code for _, node in find_custom(project) if (code := code_of(node)) != DEFAULT_CODE)


def code_of(node: Node) -> str:
    """Return the text of a node with code."""
    code = node.parameters.get("code", DEFAULT_CODE)
    return code if isinstance(code, str) else DEFAULT_CODE


def mark(code: str) -> str:
    """Return what a text is remembered by."""
    return hashlib.sha256(code.encode("utf-8", "backslashreplace")).hexdigest()


class Untrusted(Exception):
    """Code that was to run and is not allowed to."""

    def __init__(self) -> None:
        super().__init__(
            "The project holds Python code that is not trusted, so nothing of it runs. Look at the code of its Custom "
            "layers first; then trust it in the window, or with --trust on the command line."
        )


class Consent:
    """The texts that may run. Kept in `path`, unless that is None: then for this process alone."""

    def __init__(self, path: Path | None = None, codes: Iterable[str] = ()) -> None:
        self._path = path
        self._marks = dict.fromkeys([*(_read(path) if path is not None else ()), *map(mark, codes)])

    def allows(self, codes: Collection[str]) -> bool:
        """Return whether all these texts may run."""
        return all(code == DEFAULT_CODE or mark(code) in self._marks for code in codes)

    def add(self, codes: Iterable[str], *, keep: bool = True) -> None:
        """Allow these texts, from now on; without `keep` until the program ends."""
        new = [one for one in map(mark, codes) if one not in self._marks]
        if not new:
            return
        self._marks.update(dict.fromkeys(new))
        if keep and self._path is not None:
            kept = list(dict.fromkeys([*_read(self._path), *new]))[-MOST:]
            with contextlib.suppress(OSError):  # then it holds until the program ends
                write_file(self._path, (json.dumps(kept) + "\n").encode())


@functools.cache
def consent_of_user() -> Consent:
    """Return what the user of this computer has allowed; one object a process, which all that runs code asks."""
    return Consent(paths.user_state() / "trusted.json")


def demand_consent(codes: Collection[str]) -> None:
    """Raise Untrusted where the user has not allowed all these texts to run."""
    if codes and not consent_of_user().allows(codes):
        raise Untrusted


def _read(path: Path) -> list[str]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return []
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []
