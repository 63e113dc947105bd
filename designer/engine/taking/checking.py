"""A file that is taken away is run in a fresh process, and its answers are held against those given here."""

import contextlib
import csv
import io
import math
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from safetensors.torch import load_file
from torch import Tensor

from designer.engine.bundle import Bundle, parts_of
from designer.engine.evaluation.record import Outcome
from designer.engine.evaluation.resampling import Cancelled, Report

POLL = 0.1  # seconds between two looks whether the process is done
PROBE = Path(__file__).with_name("probe.py")
LONGEST = 600.0  # seconds that one may take
TOLERANCE = 1e-3  # of the largest number that is answered: float32 in another order of sums


class TakingError(ValueError):
    """Why nothing is taken away. Whole sentences."""


def run_probe(words: Sequence[str | Path], folder: Path, report: Report, share: float) -> None:
    """Run probe.py in a fresh process. Raises TakingError with what it said last, Cancelled."""
    heard = folder / "heard.txt"
    environment = {**os.environ, "PYTHONNOUSERSITE": "1", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, str(PROBE), *map(str, words)]
    waited = 0.0
    with heard.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
        try:
            while process.poll() is None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(POLL)
                waited += POLL
                if not report(share):
                    raise Cancelled
                if waited > LONGEST:
                    raise TakingError(f"It gave no answers within {LONGEST:.0f} seconds.")
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    if process.returncode != 0:
        lines = heard.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        raise TakingError(f"It failed in a process of its own: {lines[-1] if lines else 'it said nothing'}")


def compare_outputs(here: Bundle, there: Path) -> float:
    """Return the largest difference between outputs here and those in a file. Raises TakingError where it is too large."""
    found = load_file(there)
    parts = parts_of(here)
    if len(found) != len(parts):
        raise TakingError(f"It gives {len(found)} outputs, here there are {len(parts)}.")
    return max(_compare(part, found[f"y{place}"]) for place, part in enumerate(parts))


def _compare(here: Tensor, there: Tensor) -> float:
    if here.shape != there.shape:
        raise TakingError(f"It answers {tuple(there.shape)} numbers, here there are {tuple(here.shape)}.")
    here, there = here.double(), there.double()
    if bool((here.isfinite() != there.isfinite()).any()):
        raise TakingError("It answers numbers that are not finite where those here are, or the other way round.")
    apart = float((here - there).nan_to_num(0.0, 0.0, 0.0).abs().max()) if here.numel() else 0.0
    _demand(apart, float(here.nan_to_num(0.0, 0.0, 0.0).abs().max()) if here.numel() else 0.0)
    return apart


def compare_tables(here: Mapping[str, Sequence[object]], names: Sequence[str], there: Path) -> float:
    """Return the largest difference between the columns here and those of a CSV file. Raises TakingError."""
    table = list(csv.reader(io.StringIO(there.read_text(encoding="utf-8"), newline="")))
    if not table or table[0] != ["sample", *here]:
        raise TakingError("It tells other columns than are told here.")
    if [row[0] for row in table[1:]] != list(names):
        raise TakingError("It answers other samples than are answered here.")
    largest = 0.0
    for place, (name, column) in enumerate(here.items(), 1):
        for row, value in zip(table[1:], column, strict=True):
            if not isinstance(value, float):
                if str(value) != row[place]:
                    raise TakingError(f"It answers {row[place]} where {value} is answered here.")
                continue
            apart = abs(float(row[place]) - value)
            if math.isnan(apart) and not math.isnan(value):
                raise TakingError(f"It answers no number in {name} where there is one here.")
            _demand(0.0 if math.isnan(apart) else apart, abs(value))
            largest = max(largest, 0.0 if math.isnan(apart) else apart)
    return largest


def compare_outcome(told: Mapping[str, Sequence[object]], outcome: Outcome) -> None:
    """Raise TakingError where what is told of samples is not what the Evaluate tab has of the first ones of its part."""
    known = outcome.answers if outcome.task == "value" else outcome.chances
    columns = [column for name, column in told.items() if outcome.task == "value" or name.startswith("p(")]
    if outcome.task not in ("class", "binary", "labels", "value") or len(columns) != known.shape[1]:
        return  # so many classes that none has a column, or an answer that is evaluated otherwise than told
    for place, column in enumerate(columns):
        for value, right in zip(column, known[:, place], strict=False):
            assert isinstance(value, float)
            _demand(abs(value - float(right)), abs(float(right)))


def _demand(apart: float, size: float) -> None:
    if apart > TOLERANCE * (1 + size):
        raise TakingError(f"Its answers differ by up to {apart:.2g} from those given here.")
