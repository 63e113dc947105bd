"""The loss of each sample by itself, so that those the network is worst at can be found."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from designer.engine.bundle import Bundle, parts_of
from designer.engine.evaluation.record import Array, Floats
from designer.engine.evaluation.resampling import Cancelled, Report

TOLD_EVERY = 256  # samples


@dataclass(frozen=True, slots=True, eq=False)
class Losses:
    """The loss of each sample, and by how much it counts in the mean: that is the loss of all."""

    values: Floats
    weights: Floats


def split_losses(loss: nn.Module, outputs: Bundle, y: Bundle, report: Report) -> Losses:
    """Return the losses of all samples: at once where torch can do that, else one by one. Raises Cancelled."""
    out, right = parts_of(outputs), parts_of(y)

    def work_out(out: tuple[Tensor, ...], right: tuple[Tensor, ...]) -> Tensor:
        value: Tensor = loss(_pack(outputs, out), _pack(y, right))
        return value

    with torch.no_grad():
        try:
            found = torch.func.vmap(work_out)(*(tuple(part[:, None] for part in parts) for parts in (out, right)))
        except Exception:  # noqa: BLE001 - not every loss can be vectorised: those of plug-ins may do anything
            rows = []
            for row in range(len(out[0])):
                rows.append(work_out(*(tuple(part[row : row + 1] for part in parts) for parts in (out, right))))
                if row % TOLD_EVERY == 0 and not report(row / len(out[0])):
                    raise Cancelled from None
            found = torch.stack(rows)
    return Losses(found.double().cpu().numpy(), _weigh(loss, right[0]))


def _pack(like: Bundle, parts: tuple[Tensor, ...]) -> Bundle:
    return parts[0] if isinstance(like, Tensor) else parts


def _weigh(loss: nn.Module, y: Tensor) -> Array:
    """Return by how much samples count where classes are weighted: their mean is over the weights, as torch has it."""
    for module in loss.modules():
        if isinstance(module, nn.CrossEntropyLoss | nn.NLLLoss) and module.weight is not None and not y.is_floating_point():  # fmt: skip
            return np.asarray(module.weight[y].reshape(len(y), -1).sum(1).double().cpu().numpy())
    return np.ones(len(y))
