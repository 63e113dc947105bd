"""From a run under way to its state, and back: a run that goes on from there is the one that was never interrupted."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from designer.engine.sharding import gather, spread
from designer.engine.state import StateError, copy_tree
from designer.engine.trainer import Trainer


def read_parts(trainer: Trainer) -> dict[str, Any]:
    """Return what a trainer's parts are at, as state_dicts; tensors are those that learn, not copies.

    Of a network that is shared out they are whole, in the first process alone; all must ask.
    """
    parts = {"model": trainer.model.state_dict(), "optimizer": trainer.optimizer.state_dict()}
    if trainer.schedule is not None:
        parts["schedule"] = trainer.schedule.state_dict()
    if trainer.average is not None:
        parts["average"] = trainer.average.state_dict()
    if trainer.stopping is not None:
        parts["stopping"] = dict(vars(trainer.stopping))
    return gather(parts) if trainer.is_shared else parts


def read_random(device: torch.device) -> dict[str, Tensor]:
    """Return the state of the random numbers of the CPU and of a device."""
    random = {"cpu": torch.get_rng_state()}
    if device.type != "cpu":
        random["device"] = torch.get_device_module(device).get_rng_state(device)
    return random


def set_random(random: Mapping[str, Tensor], device: torch.device) -> None:
    """Set the random numbers back; a state of another kind of device leaves this one's as they are."""
    torch.set_rng_state(random["cpu"].cpu())
    if device.type != "cpu" and "device" in random:
        torch.get_device_module(device).set_rng_state(random["device"].cpu(), device)


def write_parts(trainer: Trainer, parts: Mapping[str, Any]) -> None:
    """Put state_dicts into a trainer made from the same script. Raises StateError where they do not fit."""
    parts = copy_tree(parts, Tensor.clone)  # an optimizer takes over the tensors themselves
    try:
        if trainer.is_shared:
            parts = spread(parts, trainer.model, trainer.optimizer)
        trainer.model.load_state_dict(parts["model"])
        settle(parts["optimizer"], trainer.optimizer)
        trainer.optimizer.load_state_dict(parts["optimizer"])
        for name, part in (("schedule", trainer.schedule), ("average", trainer.average)):
            if (part is None) != (name not in parts):
                raise KeyError(name)
            if part is not None:
                demand_known(parts[name], part.state_dict())
                part.load_state_dict(restore_kinds(parts[name], part.state_dict()))
        if trainer.stopping is not None:
            demand_known(parts["stopping"], vars(trainer.stopping))
            vars(trainer.stopping).update(copy_tree(parts["stopping"], lambda tensor: tensor.to(trainer.device)))
    except (KeyError, ValueError, RuntimeError, TypeError, AttributeError) as error:
        reason = str(error).strip().split("\n")[0]
        text = f"The checkpoint does not fit this network and its settings ({reason}). Choose one of its own runs."
        raise StateError(text) from None


def settle(given: Mapping[str, Any], optimizer: torch.optim.Optimizer) -> None:
    """Let an optimizer's state count its steps where this one does: only an accelerator can do it on the device."""
    for group, own in zip(given["param_groups"], optimizer.param_groups, strict=False):
        if "capturable" in own:
            group["capturable"] = own["capturable"]


def restore_kinds(given: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return a state whose counters are counters again: a file knows only plain containers."""
    return {name: Counter(value) if isinstance(own[name], Counter) else value for name, value in given.items()}


def list_learned(trainer: Trainer) -> tuple[str, ...]:
    """Return the names of the weights in the order in which the optimizer numbers them."""
    names = {id(weight): name for name, weight in trainer.model.named_parameters()}
    return tuple(names.get(id(weight), "") for group in trainer.optimizer.param_groups for weight in group["params"])


def demand_known(given: Mapping[str, Any], own: Mapping[str, Any]) -> None:
    """Raise KeyError where a state has names that its owner has not: torch would take anything."""
    if unknown := given.keys() - own.keys():
        raise KeyError(min(map(str, unknown)))
