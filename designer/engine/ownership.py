"""Whose files a run folder holds: an earlier run's may be replaced, nobody else's."""

import contextlib
import hashlib
import stat
from collections.abc import Mapping
from pathlib import Path

from designer.document.atomic import is_temporary, write_file
from designer.document.wording import show_name

MARKER = ".designer-run"
SOURCES = ("project.nnd", "train.py")
RESULTS = (
    "last.safetensors",
    "best.safetensors",
    "metrics.csv",
    "losses.csv",
    "run.json",
    "last.state",
    "best.state",
    "receipt.json",
)

_HEAD = "# A run of Designer; another run may replace its files. Below, what it wrote that a person might change.\n"


class FolderError(ValueError):
    """A folder that a run must not write into. The message says why and what to do."""


def holds_run(folder: Path) -> bool:
    """Return whether an earlier run is in a folder, whole and untouched; False where the folder is empty or not there.

    Raises FolderError where the folder holds anything that a run has not written, OSError where it cannot be read.
    """
    try:
        names = {path.name for path in folder.iterdir() if not is_temporary(path.name)}
    except FileNotFoundError:
        return False
    if not names:
        return False
    advice = "Choose a new folder, an empty one, or that of an earlier run."
    if MARKER not in names:
        raise FolderError(f"The folder {folder} holds other files, such as {show_name(min(names))}. {advice}")
    for name in sorted({MARKER, *SOURCES, *RESULTS} & names):
        if not stat.S_ISREG((folder / name).lstat().st_mode):
            raise FolderError(f"{folder / name} is no file of a run but a link or a folder. {advice}")
    known = _read_marker(folder / MARKER)
    for name in SOURCES:
        if name in names and hash_content((folder / name).read_bytes()) not in known:
            raise FolderError(f"{folder / name} was changed after the run that wrote it. {advice}")
    return True


def mark(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Note what is about to be written, beside what is noted already: the run may break off between the files."""
    path = folder / MARKER
    known = _read_marker(path)
    left = [folder / name for name in SOURCES if (folder / name).is_file()]
    lines = [f"{digest}  {each.name}\n" for each in left if (digest := hash_content(each.read_bytes())) in known]
    lines += [f"{hash_content(content)}  {name}\n" for name, content in contents.items()]
    write_file(path, (_HEAD + "".join(dict.fromkeys(lines))).encode())


def clear_temporary(folder: Path) -> None:
    """Take away what the writes of a process that was killed have left in a run's folder."""
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            if is_temporary(path.name) and not path.is_dir():
                path.unlink()


def hash_content(content: bytes) -> str:
    """Return the SHA-256 of a file's content in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _read_marker(path: Path) -> set[str]:
    """Return the hashes of what runs have written here; none where there is no marker."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return set()
    return {line.split()[0] for line in text.splitlines() if line.strip() and not line.startswith("#")}
