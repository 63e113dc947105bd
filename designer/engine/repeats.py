"""Which samples are equal to one another, of data as a run will get them: what a split may have torn apart."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from designer.catalogue.facts import facts
from designer.document.project import Project
from designer.engine.preparation import PARTS, read_data
from designer.recipes.alike import number_files, number_samples

MOST_NUMBERS = 2**29  # in all samples together: more are not compared


Repeats = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int8]]


def find_repeats(project: Project, path: Path | None, names: Mapping[str, Any] | None = None) -> Repeats | None:
    """Return a number for each sample, the same for equal ones; one for it with its target; and the part it is in.

    Parts are 0, 1 and 2 for training, validation and test, -1 for none. None where samples overlap anyway, as windows
    do, or are too many. Texts are compared as they were read, files by their bytes, all else by its numbers. `names` are
    variables of `load_data`, where some were made already: those of a list of samples do. Raises what `prepare` does.
    """
    known = facts(project)
    if known is None or known.gap is not None:
        return None
    found = read_data(project, path) if names is None else names
    samples = _number_samples(found, path)
    if samples is None:
        return None
    parts = np.full(len(samples), -1, np.int8)
    for place in reversed(range(3 if project.data.test else 2)):  # training last: it may be the validation, too
        rows = found[PARTS[place]]
        parts[rows if isinstance(rows, slice) else rows.numpy()] = place
    if not (parts > 0).any():
        return None
    targets = number_samples(found["y"]).numpy()
    return samples, samples * (int(targets.max(initial=0)) + 1) + targets, parts


def _number_samples(found: Mapping[str, Any], path: Path | None) -> NDArray[np.int64] | None:
    """Return a number for each sample, the same for equal ones; None where there are too many to be compared."""
    if isinstance(found.get("texts"), list):
        texts = np.array(found["texts"], dtype=object)
        return np.unique(texts, return_inverse=True)[1].astype(np.int64)
    if "files" in found and path is not None:
        return np.asarray(number_files(path, found["files"]).numpy())
    x = found["x"] if "x" in found else found["values"]
    if isinstance(x, tuple):
        x = torch.cat([part.flatten(1) for part in x], 1)
    return np.asarray(number_samples(x).numpy()) if math.prod(x.shape) <= MOST_NUMBERS else None
