"""Which samples are equal to one another, of data as a run will get them: what a split may have torn apart."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from designer.catalogue.facts import facts
from designer.document.project import Project
from designer.engine.preparation import PARTS, read_data
from designer.recipes.alike import number_samples

MOST_NUMBERS = 2**29  # in all samples together: more are not compared


def find_repeats(
    project: Project, path: Path | None
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int8]] | None:
    """Return a number for each sample, the same for equal ones; one for it with its target; and the part it is in.

    Parts are 0, 1 and 2 for training, validation and test, -1 for none. None where samples overlap anyway, as windows
    do, or are too many. Texts are compared as they were read, all else as the network gets it. Raises what `prepare` does.
    """
    known = facts(project)
    if known is None or known.gap is not None:
        return None
    found = read_data(project, path)
    x, y = found["x"], found["y"]
    x = x[0] if isinstance(x, tuple) else x
    parts = np.full(len(x), -1, np.int8)
    for place in reversed(range(3 if project.data.test else 2)):  # training last: it may be the validation, too
        parts[_list_rows(found[PARTS[place]])] = place
    if not (parts > 0).any() or x.numel() > MOST_NUMBERS:
        return None
    samples = _number(found["texts"] if isinstance(found.get("texts"), list) else x)
    targets = _number(y)
    both = samples * (int(targets.max(initial=0)) + 1) + targets
    return samples, both, parts


def _list_rows(rows: Any) -> Any:
    return rows if isinstance(rows, slice) else rows.numpy()


def _number(values: Any) -> NDArray[np.int64]:
    """Return a number for each of some texts or samples."""
    if isinstance(values, torch.Tensor):
        return number_samples(values).numpy()
    return np.unique(np.array(values, dtype=object), return_inverse=True)[1].astype(np.int64)
