"""From one network to another while a run goes on: what the nodes have learned, and what the optimizer knows of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from designer.document.places import walk
from designer.document.project import Project
from designer.engine.bundle import count_rows
from designer.engine.events import Changed
from designer.engine.plan import Plan
from designer.engine.resuming import demand_known, list_learned
from designer.engine.state import State, copy_tree
from designer.engine.trainer import Trainer

Key = tuple[str, str]  # a node, and the name of a tensor in its module


@dataclass(frozen=True, slots=True)
class Learned:
    """A tensor of a node: the kind of the node, what was learned, and what the optimizer keeps of it."""

    kind: str
    tensor: Tensor
    moments: Mapping[str, Any]


class Memory:
    """What nodes had learned that are gone or have another size: it comes back with them."""

    def __init__(self) -> None:
        self._left: dict[Key, list[Learned]] = {}

    def remember(self, state: State) -> None:
        """Take in all that a network has learned, as the newest."""
        for key, learned in list_tensors(state).items():
            others = [each for each in self._left.get(key, []) if each.tensor.shape != learned.tensor.shape]
            self._left[key] = [learned, *others]

    def find(self, key: Key, kind: str, shape: torch.Size) -> Learned | None:
        """Return what fits best: of the same shape where there was one, else the newest with as many axes."""
        known = [each for each in self._left.get(key, []) if each.kind == kind]
        same = [each for each in known if each.tensor.shape == shape]
        near = [each for each in known if each.tensor.ndim == len(shape)]
        return next(iter(same or near), None)


def list_tensors(state: State) -> dict[Key, Learned]:
    """Return every tensor of a state's network by its node."""
    moments = state.parts["optimizer"]["state"]
    numbers = {name: number for number, name in enumerate(state.learned)}
    return {
        (node, rest): Learned(_kind(state.project, node), tensor, moments.get(numbers.get(name, -1), {}))
        for name, tensor in state.parts["model"].items()
        for node, rest in [split_name(state.modules, name)]
    }


def split_name(modules: Mapping[str, str], name: str) -> Key:
    """Return the node whose module holds a tensor, and the tensor's name in it; "" for the network itself."""
    found = max(((path, node) for node, path in modules.items() if name.startswith(f"{path}.")), default=("", ""))
    path, node = found
    return node, name[len(path) + 1 :] if path else name


def same_training(one: Project, other: Project) -> bool:
    """Return whether two projects learn the same in the same way, step for step; only the number of epochs may differ."""
    settings = replace(one.training, epochs=0), replace(other.training, epochs=0)
    scheduled = one.training.schedule.kind != "Constant" and one.training.epochs != other.training.epochs
    return settings[0] == settings[1] and not scheduled and (one.graph, one.blocks) == (other.graph, other.blocks)


def carry_over(state: State, trainer: Trainer, plan: Plan, memory: Memory) -> Changed:
    """Put into a new network what the nodes it shares with another have learned there, and go to the same place.

    A tensor of the same shape is taken whole, of one with as many axes the part in common, with the moments the
    optimizer keeps of it. A schedule is run through again, so that the rate is what the new settings say by now.
    """
    memory.remember(state)
    own = trainer.model.state_dict()
    names = {split_name(plan.source.modules, name): name for name in own}
    sources = {name: memory.find(key, _kind(plan.project, key[0]), own[name].shape) for key, name in names.items()}
    with torch.no_grad():
        for name, source in sources.items():
            if source is not None:
                paste(source.tensor, own[name])
    told = _sort(names, sources, own)
    restarted = []
    before, now = (state.project or plan.project).training, plan.project.training
    if before.optimizer.kind != now.optimizer.kind or not _carry_moments(trainer, sources):
        restarted.append("the optimizer's state")
    _run_schedule(trainer, state)
    # What comes back from before the last change is whole, but the average is not of that network.
    alike = {name: each.shape for name, each in own.items()} == {k: t.shape for k, t in state.parts["model"].items()}
    restarted += _carry_rest(state, trainer, same=alike and not told.fresh and not told.partly, before=before, now=now)
    return replace(told, restarted=tuple(restarted))


def paste(source: Tensor, target: Tensor) -> None:
    """Copy the part that two tensors with as many axes have in common, from the start of each."""
    common = tuple(slice(min(ours, theirs)) for ours, theirs in zip(target.shape, source.shape, strict=True))
    target[common] = source[common].to(target.device, target.dtype)


def _kind(project: Project | None, node: str) -> str:
    way = walk(project, node) if project is not None and node else ()
    return way[-1].kind if way else ""


def _sort(names: Mapping[Key, str], sources: Mapping[str, Learned | None], own: Mapping[str, Tensor]) -> Changed:
    """Return which nodes keep all, a part, or nothing of what they had learned."""
    fates: dict[str, set[str]] = {}
    for (node, _), name in names.items():
        source = sources[name]
        fate = "fresh" if source is None else "kept" if source.tensor.shape == own[name].shape else "partly"
        fates.setdefault(node, set()).add(fate)
    found: dict[str, list[str]] = {"kept": [], "partly": [], "fresh": []}
    for node, all_fates in fates.items():
        whole = next(iter(all_fates)) if len(all_fates) == 1 else "partly"
        found[whole].append(node)
    return Changed(0, 0, tuple(found["kept"]), tuple(found["partly"]), tuple(found["fresh"]))


def _carry_moments(trainer: Trainer, sources: Mapping[str, Learned | None]) -> bool:
    """Give the optimizer what it knew of each weight; return False where its state goes over all weights together."""
    optimizer = trainer.optimizer
    weights = dict(trainer.model.named_parameters())
    state: dict[int, dict[str, Any]] = {}
    for number, name in enumerate(list_learned(trainer)):
        source = sources.get(name)
        if source is None or not source.moments:
            continue
        fitted = {key: _fit(value, source.tensor, weights[name]) for key, value in source.moments.items()}
        if any(value is _Unfit for value in fitted.values()):
            return False
        state[number] = fitted
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
    return True


class _Unfit:
    """What stands for a moment that belongs to more than one weight."""


def _fit(value: Any, old: Tensor, new: Tensor) -> Any:
    if not isinstance(value, Tensor):
        return value if value is None or isinstance(value, int | float) else _Unfit
    if value.shape == old.shape and value.ndim:
        fitted = torch.zeros_like(new, dtype=value.dtype)
        paste(value, fitted)
        return fitted
    return value.clone() if value.numel() == 1 else _Unfit


def _run_schedule(trainer: Trainer, state: State) -> None:
    """Advance a fresh schedule to the same share of the way; batches may have another size now."""
    trainer.optimizer._opt_called = True  # type: ignore[attr-defined]
    for epoch in state.epochs:
        trainer.begin_epoch(epoch.epoch)
        trainer.advance_steps(trainer.batches)
        trainer.advance()
        trainer.note_validation(epoch.val_loss)
    if state.stage == "between":
        return
    trainer.begin_epoch(state.epoch)
    left = max(0, count_rows(trainer.x) - state.rows)
    trainer.advance_steps(max(0, trainer.batches - -(-left // trainer.batch_size)))
    if state.stage == "validation":
        trainer.advance()


def _carry_rest(state: State, trainer: Trainer, *, same: bool, before: Any, now: Any) -> list[str]:
    """Carry over average and early stopping where they still mean the same; return what begins anew."""
    restarted = []
    parts = copy_tree(state.parts, Tensor.clone)
    if trainer.average is not None:
        if same and before.averaging == now.averaging and "average" in parts:
            trainer.average.load_state_dict(parts["average"])
        else:
            trainer.restart_average()
            restarted.append("the average of the weights")
    if trainer.stopping is not None:
        known = parts.get("stopping", {})
        if same and before.early_stopping == now.early_stopping and known:
            demand_known(known, vars(trainer.stopping))
            vars(trainer.stopping).update(copy_tree(known, lambda tensor: tensor.to(trainer.device)))
        else:
            restarted.append("early stopping")
    return restarted
