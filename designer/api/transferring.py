"""Weights of another network for a project: from notebooks and the command line."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from designer.api.building import find_node
from designer.document.project import Project

if TYPE_CHECKING:
    from designer.engine.transfer import Line


@dataclass(frozen=True, slots=True)
class TransferReport:
    """What of a file went where. `str` gives the table and the counts.

    `lines` has a row for each tensor of the network and of the file; `project` is the project that starts from the
    weights, where they were written.
    """

    lines: "tuple[Line, ...]"
    summary: str
    project: Project

    def __str__(self) -> str:
        head = ("in the file", "in the network", "sizes", "layer", "")
        body = [(line.given or "-", line.own or "-", line.sizes, line.layer, line.how) for line in self.lines]
        widths = [max(map(len, column)) for column in zip(head, *body, strict=True)]
        rows = [head, tuple("-" * width for width in widths), *body]
        table = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
        return "\n".join([*table, "", self.summary])


def transfer(
    project: Project,
    path: Path | str,
    out: Path | str | None = None,
    *,
    fresh: Iterable[str] = (),
    beside: Path | None = None,
) -> TransferReport:
    """Return which weights of a .safetensors or a state_dict (.pt, .pth) fit where in a project's network.

    With `out` they are written there under the network's own names, and the report's project starts from them. `fresh`
    names layers that are left out. Raises NotReady where the network is not sound; ValueError where the file cannot be
    taken as weights, where nothing fits and where `out` cannot be written.
    """
    from designer.engine.transfer import examine, start_from, write_start

    without = frozenset(find_node(project, name) for name in fresh)
    found = examine(project, Path(path))
    if out is not None:
        write_start(found, Path(out), without=without)
        project = start_from(project, Path(out), beside)
    return TransferReport(found.lines, found.count(without), project)
