"""A file with samples, on which a package that is taken away is tried: real ones, in the form in which it wants them."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from designer.codegen.prediction import Prediction
from designer.engine.bundle import Bundle, parts_of
from designer.engine.plan import Plan

FILES = 16  # pictures or texts that are copied


def lay_sample(plan: Plan, prediction: Prediction, names: Mapping[str, Any], x: Bundle, folder: Path) -> Path:
    """Return a file or folder that predict.py takes: the run's own data, some files of them, or an array of samples.

    `names` are the variables of load_data, `x` samples as the network takes them.
    """
    path, files = plan.data_path, names.get("files")
    if not prediction.numbers and path is not None and plan.project.data.source is not None:
        if files and path.is_dir():
            return _copy_files(path, [str(name) for name in files[:: max(len(files) // FILES, 1)][:FILES]], folder)
        if path.is_file() or plan.project.data.source.kind != "Idx":
            return path
    whole = folder / "samples.npy"
    parts = [part.cpu().numpy() for part in parts_of(x)]
    values = parts[0] if len(parts) == 1 else np.stack(parts, 1)
    np.save(whole, _undo(values, plan, names))
    return whole


def _copy_files(path: Path, files: list[str], folder: Path) -> Path:
    place = folder / "samples"
    for name in files:
        target = place / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path / name, target)
    return place


def _undo(values: np.ndarray, plan: Plan, names: Mapping[str, Any]) -> np.ndarray:
    """Return samples as they were before they were scaled."""
    source = plan.project.data.source
    if source is not None and source.kind == "Idx":
        mean, std = (float(source.parameters.get(name, usual)) for name, usual in (("mean", 0.1307), ("std", 0.3081)))
        return np.asarray((values * std + mean) * 255)
    if "x_scale" in names:
        scale = names["x_scale"]
        return np.asarray(values * np.array(scale["deviation"]) + np.array(scale["mean"]))
    if "scaling" in names:
        mean, std = (np.array(names["scaling"][name])[:, None, None] for name in ("mean", "std"))
        return np.asarray((values * std + mean) * 255)
    if "series" in names and "y_scale" in names:
        scale = names["y_scale"]
        return np.asarray(values * np.array(scale["deviation"]) + np.array(scale["mean"]))
    return values
