"""List the files in folders, one class a folder, and which part each is of."""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor


def find_files(folder: Path, suffixes: Sequence[str]) -> list[Path]:
    """Return the files below a folder, or the one file, whose names end so in any case, in order."""
    files = [folder] if folder.is_file() else folder.rglob("*")
    return sorted(file for file in files if file.suffix.lower() in suffixes and not file.name.startswith("."))


def list_files(
    path: Path, classes: Sequence[str], suffixes: Sequence[str], parts: Sequence[str] = ("",)
) -> tuple[list[str], Tensor]:
    """Return the files in the folders of some classes, as places below `path`, and the number of each one's class.

    `parts` are folders that hold such folders ("train", "test").
    """
    files: list[str] = []
    y: list[int] = []
    for part in parts:
        for number, name in enumerate(classes):
            found = find_files(path / part / name, suffixes)
            files.extend(file.relative_to(path).as_posix() for file in found)
            y.extend([number] * len(found))
    if not files:
        names = ", ".join(classes[:5])
        raise ValueError(f"{path} has no files in folders named {names}. Choose the folder that holds those.")
    return files, torch.tensor(y)


def list_all_files(path: Path, suffixes: Sequence[str]) -> list[str]:
    """Return all files below a folder whose names end so, or the one that `path` is, as places below the folder."""
    root = path if path.is_dir() else path.parent
    files = [file.relative_to(root).as_posix() for file in find_files(path, suffixes)]
    if not files:
        raise ValueError(f"{path} has no files that end in {', '.join(suffixes)}.")
    return files


def mark_parts(files: Sequence[str], parts: Sequence[str]) -> Tensor:
    """Return 0, 1 or 2 for each file in the folder of the training, the validation or the test part."""
    folders = {part: number for number, part in enumerate(parts) if part}
    return torch.tensor([folders[next(part for part in folders if file.startswith(f"{part}/"))] for file in files])
