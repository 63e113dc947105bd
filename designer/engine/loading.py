"""The data of a run, read by the script's own `load_data` and brought to the device."""

from pathlib import Path

import torch
from torch import Tensor

from designer.engine.build import Pair, Script
from designer.engine.bundle import Bundle, count_rows, move_rows
from designer.recipes.streaming import place


def load_data(script: Script, path: Path | None, device: torch.device) -> tuple[Pair, Pair]:
    """Return (x, y) for training and for validation, on the device; what is kept for a test is not looked at.

    Raises what the recipes raise, and ValueError where there is nothing to learn from.
    """
    if script.source.takes_path:
        if path is None:
            raise ValueError("No data folder or file is chosen. Choose one in the Data tab.")
        check_place(path)
    (x, y), (val_x, val_y), *_ = script.load_data(path)
    for part, name in ((x, "train on"), (val_x, "validate with")):
        if count_rows(part) == 0:
            raise ValueError(f"There are no rows to {name}. Choose more data or another share for validation.")

    return (_bring(x, device), _bring(y, device)), (_bring(val_x, device), _bring(val_y, device))


def check_place(path: Path) -> None:
    """Refuse a place where there is neither a file nor a folder: a pipe would be waited on for good. Raises ValueError."""
    if path.is_file() or path.is_dir():
        return
    if path.exists():
        raise ValueError(f"{path} is neither a file nor a folder.")
    raise ValueError(f"There is no file or folder {path}.")


def _bring(bundle: Bundle, device: torch.device) -> Bundle:
    """Return a bundle on the device; what lies in a file stays there."""
    return place(bundle, device) if isinstance(bundle, Tensor) else move_rows(bundle, device)
