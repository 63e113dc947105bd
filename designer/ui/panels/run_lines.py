"""From the curves of a run in its folder to the lines of a plot: one quantity over epochs, steps or seconds."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from designer.document.wording import show_name
from designer.engine.curves import RunCurves
from designer.engine.runs import Run

Floats = NDArray[np.float64]
Points = tuple[Floats, Floats]


@dataclass(frozen=True, slots=True)
class Line:
    """The points of training and validation of a run; either may be none."""

    name: str
    training: Points
    validation: Points


def make_line(run: Run, curves: RunCurves, metric: str, along: str) -> Line:
    """Return the loss (where `metric` is "") or a metric of a run over "epochs", "steps" or "seconds"."""
    epochs = curves.epochs
    ends = epochs.get("step", np.empty(0))

    def place(steps: Floats) -> Floats:
        """Return where steps lie along the axis."""
        if along == "steps" or not len(steps):
            return steps
        if along == "epochs":
            per_epoch = run.record.steps_per_epoch
            if len(ends):  # the size of batches may have changed on the way
                known, numbers = np.concatenate([[0.0], ends]), np.concatenate([[0.0], epochs["epoch"]])
                beyond = np.maximum(steps - ends[-1], 0) / max(per_epoch, 1)
                return np.interp(steps, known, numbers) + beyond
            return steps / max(per_epoch, 1)
        if not len(ends):
            return steps * (run.record.seconds / max(run.record.step, 1))
        seconds = np.cumsum(np.nan_to_num(epochs["seconds"]))
        rate = seconds[-1] / max(ends[-1], 1)
        known, passed = np.concatenate([[0.0], ends]), np.concatenate([[0.0], seconds])
        return np.interp(steps, known, passed) + np.maximum(steps - ends[-1], 0) * rate

    def column(name: str) -> Points:
        values = epochs.get(name, np.empty(0))
        return place(ends[: len(values)]), values[: len(ends)]

    training = column(f"train_{metric}") if metric else (place(curves.steps), curves.losses)
    return Line(show_name(run.name, 60), training, column(f"val_{metric or 'loss'}"))
