"""Weights of another network for a project's own: what fits where, and the file the training then starts from."""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from safetensors.torch import save as pack_tensors
from torch import Tensor, nn

from designer.catalogue.transfer import Entry, Match, Table, match_weights, write_sizes
from designer.codegen.script import render_module
from designer.codegen.source import Source
from designer.document.atomic import write_file
from designer.document.edits import set_training
from designer.document.places import walk
from designer.document.project import Project
from designer.document.wording import show_name
from designer.engine.build import build
from designer.engine.weights import Archive, WeightsError, find_nodes, open_weights, write_nodes

# Told the share that is done, from 0 to 1; says whether to go on.
Report = Callable[[float], bool]


# What the table says of the way two tensors were found to belong together.
WAYS = {
    "layer": "by layer",
    "name": "by name",
    "prefix": "by name, prefix removed",
    "order": "by shape and order",
    "shape": "by shape",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table in words: a tensor of the file, one of the network and its layer; "" for what is not there.

    `node` is the layer's id. Without `taken` nothing is carried over, and `how` says why.
    """

    given: str
    own: str
    sizes: str
    layer: str
    node: str
    how: str
    taken: bool


@dataclass(frozen=True, slots=True, eq=False)
class Transfer:
    """A file of weights laid beside a network: the table says which tensor goes where, `lines` say it in words."""

    archive: Archive
    table: Table
    lines: tuple[Line, ...]

    def count(self, without: Container[str] = ()) -> str:
        """Return how many tensors find a place, with those of the layers `without` left out."""
        taken = sum(line.taken and line.node not in without for line in self.lines)
        own = sum(bool(line.own) for line in self.lines)
        unused = sum(not line.own or (not line.taken and bool(line.given)) for line in self.lines)
        rest = f"; {unused:,} of the file are not used" if unused else ""
        fresh = f", {own - taken:,} begin fresh" if own > taken else ""
        return f"{taken:,} of {own:,} tensors come from {show_name(self.archive.path.name, 80)}{fresh}{rest}."


def examine(project: Project, path: Path) -> Transfer:
    """Return what of a file fits where in a project's network; nothing is written.

    Raises NotReady where the network is not sound, WeightsError where the file cannot be taken as weights.
    """
    own = list_tensors(render_module(project))
    archive = open_weights(path)
    names = {entry.name for entry in archive.entries}
    own = tuple(entry for entry in own if not entry.shared or entry.name in names)
    table = match_weights(own, archive.entries, ordered=archive.ordered)
    return Transfer(archive, table, tuple(_describe(row, project) for row in table.rows))


def _describe(row: Match, project: Project) -> Line:
    node = row.own.node if row.own is not None else ""
    way = walk(project, node)
    name = " in ".join(show_name(step.name) for step in reversed(way))
    entry = row.own or row.given
    assert entry is not None
    return Line(
        given=show_name(row.given.name, 200) if row.given is not None else "",
        own=row.own.name if row.own is not None else "",
        sizes=write_sizes(entry.sizes),
        layer=f"{show_name(way[-1].kind)} {name}" if way else "",
        node=node,
        how=WAYS.get(row.how, row.reason),
        taken=bool(row.how),
    )


def write_start(
    transfer: Transfer, out: Path, report: Report = lambda share: True, without: Container[str] = ()
) -> bool:
    """Write what fits under the names of the network, as the file its training starts from.

    Tensors of the layers `without` stay out and begin fresh. Returns whether it was written: not where `report` said to stop. Raises WeightsError.
    """
    rows = [row for row in transfer.table.matched if row.own is None or row.own.node not in without]
    if not rows:
        raise WeightsError(f"Nothing in {show_name(str(transfer.archive.path), 200)} fits this network.")
    tensors: dict[str, Tensor] = {}
    nodes: dict[str, str] = {}
    for number, row in enumerate(rows):
        assert row.own is not None
        assert row.given is not None
        if not report(number / len(rows)):
            return False
        tensor = transfer.archive.read(row.given.name)
        if tuple(tensor.shape) != row.own.sizes:
            raise WeightsError(f"{show_name(str(transfer.archive.path), 200)} has changed meanwhile. Load it again.")
        tensors[row.own.name] = tensor.to(getattr(torch, row.own.dtype), copy=True).contiguous()
        if row.own.node:
            nodes[row.own.name] = row.own.node
    try:
        write_file(out, pack_tensors(tensors, write_nodes(nodes)))
    except OSError as error:
        raise WeightsError(f"Cannot write {out}: {(error.strerror or str(error)).lower()}.") from None
    return True


def start_from(project: Project, weights: Path, beside: Path | None = None) -> Project:
    """Return the project that starts from a file of weights; named as seen from the folder `beside` if it lies there."""
    text = str(weights)
    if beside is not None and weights.absolute().parent == beside.absolute():
        text = weights.name
    return set_training(project, replace(project.training, weights=text))


def suggest_start(path: Path) -> Path:
    """Return where the weights lie that a project starts from, unless another place is chosen: beside its file."""
    return path.with_name(f"{path.stem}_start.safetensors")


def list_tensors(source: Source) -> tuple[Entry, ...]:
    """Return the tensors of a network in the order of its state_dict, each with its layer. No weights are drawn."""
    script = build(source)
    try:
        with torch.device("meta"):
            model = script.make_model()
    except Exception:  # noqa: BLE001 - a layer that computes its weights has none to compute with there
        with torch.random.fork_rng(devices=[]):
            model = script.make_model()
    return _list_entries(model, source)


def _list_entries(model: nn.Module, source: Source) -> tuple[Entry, ...]:
    state: Mapping[str, Tensor] = model.state_dict(keep_vars=True)  # shared weights are one object
    nodes = find_nodes(state, source)
    first = {id(tensor): name for name, tensor in reversed(list(state.items()))}
    return tuple(
        Entry(
            name,
            tuple(tensor.shape),
            str(tensor.dtype).removeprefix("torch."),
            nodes.get(name, ""),
            shared=first[id(tensor)] != name,
        )
        for name, tensor in state.items()
    )
