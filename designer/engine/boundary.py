"""What a network answers all over the plane of two-dimensional data."""

import math

import numpy as np
import torch
from torch import Tensor

from designer.engine.build import Script
from designer.engine.bundle import apply
from designer.engine.seeing import Boundary
from designer.engine.trainer import Trainer

SIDE = 72  # places along each axis
MARGIN = 0.12  # of the spread of the samples, around them
MOST_POINTS = 500
MOST_CLASSES = 12


def draw_boundary(trainer: Trainer, script: Script) -> Boundary | None:
    """Return the plane with what the network answers there; None where the data is not of two numbers and a class.

    The network must be in evaluation.
    """
    x, y = trainer.x, trainer.targets
    if not isinstance(x, Tensor) or not isinstance(y, Tensor) or x.shape[1:] != (2,) or not x.is_floating_point():
        return None
    labels = _read_labels(y)
    if labels is None:
        return None
    low, high = x.amin(0), x.amax(0)
    room = MARGIN * (high - low).clamp(min=1e-6)
    (left, bottom), (right, top) = (low - room).tolist(), (high + room).tolist()
    across = torch.linspace(left, right, SIDE, device=x.device, dtype=x.dtype)
    down = torch.linspace(bottom, top, SIDE, device=x.device, dtype=x.dtype)
    places = torch.stack([across.repeat(SIDE), down.repeat_interleave(SIDE)], 1)
    answers = apply(trainer.model, places)
    if not isinstance(answers, Tensor):
        return None
    judged = _judge(answers, trainer.loss)
    if judged is None:
        return None
    classes, sureness = (part.reshape(SIDE, SIDE).cpu().numpy() for part in judged)
    some = torch.linspace(0, len(x) - 1, min(len(x), MOST_POINTS), dtype=torch.float64).long().to(x.device)
    return Boundary(
        *(left, right, bottom, top),
        classes.astype(np.uint8),
        sureness.astype(np.float32),
        x[some].float().cpu().numpy(),
        labels[some].cpu().numpy().astype(np.uint8),
    )


def _read_labels(y: Tensor) -> Tensor | None:
    flat = y.reshape(len(y), -1)
    if flat.shape[1] != 1 or not len(flat):
        return None
    values = flat[:, 0]
    if values.is_floating_point() and not bool(((values == 0) | (values == 1)).all()):
        return None
    labels = values.long()
    return labels if int(labels.min()) >= 0 and int(labels.max()) < MOST_CLASSES else None


def _judge(answers: Tensor, loss: torch.nn.Module) -> tuple[Tensor, Tensor] | None:
    """Return the class of each answer and how sure it is, from 0 (as good as another class) to 1."""
    flat = answers.float().reshape(len(answers), -1)
    if flat.shape[1] == 1:
        chance = flat[:, 0].sigmoid() if _takes_logits(loss) else flat[:, 0].clamp(0, 1)
        return (chance > 0.5).long(), (2 * chance - 1).abs()
    if flat.shape[1] > MOST_CLASSES:
        return None
    shares = flat if _are_shares(flat) else flat.softmax(1)
    chance, classes = shares.max(1)
    least = 1 / flat.shape[1]
    return classes, ((chance - least) / (1 - least)).clamp(0, 1)


def _takes_logits(loss: torch.nn.Module) -> bool:
    """Return whether a loss, or one within it, squashes what it is given itself."""
    logits = (torch.nn.BCEWithLogitsLoss, torch.nn.SoftMarginLoss, torch.nn.MultiLabelSoftMarginLoss)
    return any(isinstance(part, logits) for part in loss.modules())


def _are_shares(flat: Tensor) -> bool:
    return bool((flat >= 0).all()) and math.isclose(float((flat.sum(1) - 1).abs().max()), 0.0, abs_tol=1e-3)
