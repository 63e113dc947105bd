"""From one network to another while a run goes on: what the nodes have learned, and what the optimizer knows of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from designer.catalogue.revisions import is_same_network
from designer.document.places import walk
from designer.document.project import Project
from designer.engine.bundle import count_rows
from designer.engine.events import Changed
from designer.engine.plan import Plan
from designer.engine.resuming import demand_known, list_learned
from designer.engine.state import State, StateError, copy_tree, measure_tree, to_cpu
from designer.engine.trainer import Trainer

Key = tuple[str, str]  # a node, and the name of a tensor in its module


MOST_LEFT = 8  # networks that can be gone back to,
LARGEST_LEFT = 2**30  # and the bytes of all of them; the newest one is kept in any case


@dataclass(frozen=True, slots=True)
class Learned:
    """A tensor of a node: what was learned, and what the optimizer keeps of it."""

    tensor: Tensor
    moments: Mapping[str, Any]


class Memory:
    """What was learned before changes: by nodes that are gone, which comes back with them, and by whole networks."""

    def __init__(self) -> None:
        self._nodes: dict[tuple[str, str], dict[str, Learned]] = {}  # by node and kind, the newest of each
        self._left: list[State] = []  # as they were when others took their place, oldest first

    def remember(self, state: State) -> None:
        """Take in what each node of a network has learned, in place of what it had before."""
        self._nodes |= list_learned_by(state)

    def find(self, key: Key, kind: str, axes: int) -> Learned | None:
        """Return what a node had learned last, as one tensor with so many axes."""
        learned = self._nodes.get((key[0], kind), {}).get(key[1])
        return learned if learned is not None and learned.tensor.ndim == axes else None

    def leave(self, state: State) -> None:
        """Keep a network that another one takes the place of, to go back to it whole."""
        self._left.append(replace(state, meter={}, epochs=()).copy(to_cpu))
        while len(self._left) > MOST_LEFT or sum(measure_tree(each.parts) for each in self._left[:-1]) > LARGEST_LEFT:
            del self._left[0]

    def go_back(self, state: State, step: int, project: Project) -> State:
        """Return a run's state with what the network of a project had learned when it was left after so many steps.

        Where the run stands stays. Raises StateError where that is not kept any more.
        """
        for left in reversed(self._left):
            if left.step == step and left.project is not None and is_same_network(left.project, project):
                return replace(
                    state, parts=left.parts, modules=left.modules, learned=left.learned, project=left.project
                )
        raise StateError(f"What the network had learned at step {step:,} is not kept any more. Use the change instead.")


def list_learned_by(state: State) -> dict[tuple[str, str], dict[str, Learned]]:
    """Return every tensor of a state's network by its node with its kind, then by its name there."""
    moments = state.parts["optimizer"]["state"]
    numbers = {name: number for number, name in enumerate(state.learned)}
    found: dict[tuple[str, str], dict[str, Learned]] = {}
    for name, tensor in state.parts["model"].items():
        node, rest = split_name(state.modules, name)
        learned = Learned(tensor, moments.get(numbers.get(name, -1), {}))
        found.setdefault((node, _kind(state.project, node)), {})[rest] = learned
    return found


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

    A tensor of the same shape is taken whole, of one of another size the part in common, with the moments the
    optimizer keeps of it. A schedule is run through again, so that the rate is what the new settings say by now.
    """
    memory.remember(state)
    own = trainer.model.state_dict()
    names = {split_name(plan.source.modules, name): name for name in own}
    sources = {name: memory.find(key, _kind(plan.project, key[0]), own[name].ndim) for key, name in names.items()}
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
