"""What the checker finds: problems, and the edits that mend them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from designer.document.edits import EditError
from designer.document.graph import Edge
from designer.document.project import Project

Severity = Literal["error", "warning", "hint"]


@dataclass(frozen=True, slots=True)
class Fix:
    """A pure edit that makes a problem go away. `title` is short and in the imperative: "Insert Flatten"."""

    title: str
    edit: Callable[[Project], Project] = field(compare=False, repr=False)

    def apply(self, project: Project) -> Project:
        """Return the project mended; as it is where another edit has made the fix impossible in the meantime."""
        try:
            return self.edit(project)
        except EditError:
            return project


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong, at a node or with the whole project.

    "error": it cannot run. "warning": it will not do what you expect. "hint": it would be better otherwise.
    `message` is one or two whole sentences that say what is wrong, where, and what to do. `block` is the id of the block
    that `node` lies in, "" for the network itself. `edges` are the wires that it is about: those that do not fit. `cause`
    is where the use of a block goes wrong: the block and the node inside, at the bottom of all blocks.
    """

    severity: Severity
    node: str | None
    message: str
    fixes: tuple[Fix, ...] = ()
    block: str = ""
    edges: tuple[Edge, ...] = ()
    cause: tuple[str, str] | None = None
