"""The curves of a run that is kept: what its folder has of each step and of each epoch, as arrays. No torch."""

import contextlib
import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MOST = 4_000  # steps of a curve; of a longer one stretches are drawn together
MOST_PAST = 20_000  # of the way up to a checkpoint
MOST_BYTES = 2**26  # of losses.csv that are read whole; of a longer file every so manieth piece
_PIECE = 2**16


@dataclass(frozen=True, slots=True)
class RunCurves:
    """`losses` at `steps`, each the mean over `stretch` steps; `epochs` are the columns of metrics.csv by name."""

    steps: Floats = field(default_factory=lambda: np.empty(0))
    losses: Floats = field(default_factory=lambda: np.empty(0))
    stretch: int = 1
    epochs: Mapping[str, Floats] = field(default_factory=dict)


def read_curves(folder: Path, most: int = MOST) -> RunCurves:
    """Return the curves of a run. What is not there or cannot be read is left out; a last line may be torn."""
    steps, losses, stretch = read_losses(folder / "losses.csv", most)
    return RunCurves(steps, losses, stretch, read_epochs(folder / "metrics.csv"))


def read_losses(path: Path, most: int = MOST) -> tuple[Floats, Floats, int]:
    """Return steps, losses, and over how many steps each is the mean."""
    values = np.empty((0, 2))
    with contextlib.suppress(OSError):
        pieces = [_parse(piece) for piece in _read_pieces(path)]
        values = np.concatenate(pieces) if pieces else values
    steps, losses = values[:, 0], values[:, 1]
    stretch = -(-len(steps) // most) if len(steps) > most else 1
    if stretch > 1:
        starts = np.arange(0, len(steps), stretch)
        counts = np.diff(np.append(starts, len(steps)))
        steps, losses = np.add.reduceat(steps, starts) / counts, np.add.reduceat(losses, starts) / counts
    return steps, losses, stretch


def read_past(folder: Path, step: int) -> tuple[tuple[float, float], ...]:
    """Return steps and losses that lie behind a checkpoint after so many steps, as the run wrote them beside it."""
    steps, losses, _ = read_losses(folder / "losses.csv", MOST_PAST)
    behind = steps <= step
    return tuple(zip(steps[behind].tolist(), losses[behind].tolist(), strict=True))


def read_epochs(path: Path) -> dict[str, Floats]:
    """Return the columns of metrics.csv; what is no number in it is not a number."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
    except (OSError, UnicodeDecodeError, csv.Error):
        return {}
    if not rows:
        return {}
    whole = [row for row in rows[1:] if len(row) == len(rows[0])]
    return {name: np.array([_number(row[place]) for row in whole]) for place, name in enumerate(rows[0])}


def _read_pieces(path: Path) -> "list[bytes]":
    """Return the lines of a file of losses: all of them, or pieces spread evenly."""
    size = path.stat().st_size
    with path.open("rb") as file:
        if size <= MOST_BYTES:
            return [file.read().partition(b"\n")[2]]
        pieces = []
        for start in np.linspace(0, size - _PIECE, MOST_BYTES // _PIECE).astype(np.int64).tolist():
            file.seek(start)
            pieces.append(file.read(_PIECE).partition(b"\n")[2])
        return pieces


def _parse(lines: bytes) -> Floats:
    """Return step and loss of each whole line."""
    text = lines[: lines.rfind(b"\n") + 1].decode("ascii", errors="replace")
    try:
        numbers = np.array(text.replace("\n", ",").split(",")[:-1], dtype=np.float64)
        return numbers.reshape(-1, 2)
    except ValueError:  # not what a run writes
        return np.empty((0, 2))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")
