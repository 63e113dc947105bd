"""Weights of another network for a project's own: what fits where, and the file the training then starts from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from safetensors.torch import save as pack_tensors
from torch import Tensor, nn

from designer.catalogue.transfer import Entry, Table, match_weights
from designer.codegen.script import render_module
from designer.codegen.source import Source
from designer.document.atomic import write_file
from designer.document.edits import set_training
from designer.document.project import Project
from designer.document.wording import show_name
from designer.engine.build import build
from designer.engine.weights import Archive, WeightsError, find_nodes, open_weights, write_nodes

# Told the share that is done, from 0 to 1; says whether to go on.
Report = Callable[[float], bool]


@dataclass(frozen=True, slots=True, eq=False)
class Transfer:
    """A file of weights laid beside a network: the table says which tensor goes where."""

    archive: Archive
    table: Table


def examine(project: Project, path: Path) -> Transfer:
    """Return what of a file fits where in a project's network; nothing is written.

    Raises NotReady where the network is not sound, WeightsError where the file cannot be taken as weights.
    """
    own = list_tensors(render_module(project))
    archive = open_weights(path)
    return Transfer(archive, match_weights(own, archive.entries, ordered=archive.ordered))


def write_start(transfer: Transfer, out: Path, report: Report = lambda share: True) -> bool:
    """Write what fits under the names of the network, as the file its training starts from.

    Returns whether it was written: not where `report` said to stop. Raises WeightsError.
    """
    rows = transfer.table.matched
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
    state: Mapping[str, Tensor] = model.state_dict()
    nodes = find_nodes(state, source)
    return tuple(
        Entry(name, tuple(tensor.shape), str(tensor.dtype).removeprefix("torch."), nodes.get(name, ""))
        for name, tensor in state.items()
    )
