"""Logs for TensorBoard, in the folder of a run: losses, metrics, learning rate, distributions of weights, filters."""

import math
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from designer.engine.events import EpochDone

if TYPE_CHECKING:
    from designer.engine.packing import Weighted

LOGS = "tensorboard"  # the folder within a run's
PACE = 0.05  # seconds between two points of one curve: TensorBoard draws a thousand of them
SHARE = 0.02  # of the time that distributions may take
MISSING = (
    "TensorBoard logs need the package tensorboard, which is not installed. Install it into the environment of "
    "Designer with `python -m pip install tensorboard`, or switch the logs off."
)


class BoardError(RuntimeError):
    """Why no logs can be written: whole sentences."""


def is_installed() -> bool:
    """Return whether the package is there; nothing of it is imported."""
    return find_spec("tensorboard") is not None


class Board:
    """The log of one run, from a step on. Raises BoardError where TensorBoard is not installed.

    Of steps and epochs that take less than a twentieth of a second some are passed by: a log of each would take longer
    than to learn.
    """

    def __init__(self, folder: Path, step: int = 0) -> None:
        if not is_installed():
            raise BoardError(MISSING)
        from torch.utils.tensorboard import SummaryWriter

        self._writer: SummaryWriter = SummaryWriter(str(folder), purge_step=step + 1 if step else None)
        self._step_told = self._epoch_told = self._weights_due = -math.inf
        self._pending: EpochDone | None = None

    def note_steps(self, step: int, losses: Sequence[float]) -> None:
        """Note the mean loss of the steps up to this one."""
        if time.monotonic() - self._step_told >= PACE:
            self._writer.add_scalar("loss/training step", sum(losses) / len(losses), step)
            self._step_told = time.monotonic()

    def note_epoch(self, epoch: EpochDone, model: "Weighted") -> None:
        """Note what an epoch came to, and now and then how the weights are distributed."""
        began = time.monotonic()
        if began >= self._weights_due or epoch.last:
            self._write_weights(model, epoch.step)
            self._weights_due = time.monotonic() + (time.monotonic() - began) / SHARE
        if time.monotonic() - self._epoch_told < PACE and not epoch.last:
            self._pending = epoch
            return
        self._write(epoch)

    def close(self) -> None:
        """Write what is left, and let go of the file."""
        if self._pending is not None:
            self._write(self._pending)
        self._writer.close()

    def _write_weights(self, model: "Weighted", step: int) -> None:
        """Write a distribution of each weight, and as pictures the filters that look at grey or coloured images."""
        for name, tensor in model.state_dict().items():
            if not tensor.is_floating_point() or not tensor.numel() or not bool(tensor.isfinite().all()):
                continue
            weight = tensor.detach().float().cpu()
            self._writer.add_histogram(f"weights/{name}", weight, step)
            if weight.ndim == 4 and weight.shape[1] in (1, 3):
                low, high = weight.aminmax()
                self._writer.add_images(f"filters/{name}", (weight - low) / (high - low).clamp_min(1e-12), step)

    def _write(self, epoch: EpochDone) -> None:
        self._pending, self._epoch_told = None, time.monotonic()
        add, step = self._writer.add_scalar, epoch.step
        add("loss/training", epoch.train_loss, step)
        add("loss/validation", epoch.val_loss, step)
        for part, metrics in (("training", epoch.train_metrics), ("validation", epoch.val_metrics)):
            for name, value in metrics.items():
                add(f"{name}/{part}", value, step)
        add("run/learning rate", epoch.learning_rate, step)
        add("run/epoch", epoch.epoch, step)
