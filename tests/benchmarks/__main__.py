"""Measure the budgets of architecture.md: `python -m tests.benchmarks [ROW ...]`.

Each row is measured in a process of its own, so that none pays for what another has imported or started.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from tests.benchmarks.table import Row, write_table

ROOT = Path(__file__).resolve().parents[2]
MNIST = ROOT.parent / "shared" / "data" / "mnist"
LONGEST = 1800  # seconds for one row


def main() -> int:
    """Measure the rows that are named, or all; print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("rows", nargs="*", choices=[[], *ROWS], metavar="ROW", help=", ".join(ROWS))
    parser.add_argument("--mnist", type=Path, default=MNIST, help="folder with MNIST's four files")
    parser.add_argument("--here", action="store_true", help="measure one row in this process and print it as JSON")
    arguments = parser.parse_args()
    mnist = arguments.mnist if arguments.mnist.is_dir() else None
    if arguments.here:
        found = ROWS[arguments.rows[0]](mnist)
        print(json.dumps([asdict(row) for row in (found if isinstance(found, list) else [found])]))
        return 0
    rows: list[Row] = []
    for name in arguments.rows or ROWS:
        print(f"{name} ...", file=sys.stderr, flush=True)
        rows += _measure_apart(name, arguments.mnist)
    print(write_table(rows))
    return 0


def _start(mnist: Path | None) -> Row:
    from tests.benchmarks.window import measure_start

    return measure_start()


def _edit(mnist: Path | None) -> Row:
    from tests.benchmarks.window import measure_edit

    return measure_edit()


def _infer(mnist: Path | None) -> list[Row]:
    from tests.benchmarks.inference import measure_inference

    return measure_inference()


def _frames(mnist: Path | None) -> list[Row]:
    from tests.benchmarks.window import measure_frames

    return [measure_frames(1_000, 16), measure_frames(10_000, 33)]


def _open(mnist: Path | None) -> Row:
    from tests.benchmarks.window import measure_open

    return measure_open()


def _speed(mnist: Path | None) -> list[Row]:
    from tests.benchmarks.training import measure_speed

    return measure_speed(mnist)


def _convolution(mnist: Path | None) -> list[Row]:
    from tests.benchmarks.training import measure_convolution

    return measure_convolution(mnist)


def _streaming(mnist: Path | None) -> list[Row]:
    from tests.benchmarks.streaming import measure_streaming

    return measure_streaming(mnist)


def _tables(mnist: Path | None) -> list[Row]:
    from tests.benchmarks.tables import measure_tables

    return measure_tables()


def _rows(mnist: Path | None) -> list[Row]:
    from tests.benchmarks.rows import measure_rows

    return measure_rows()


def _small(mnist: Path | None) -> list[Row]:
    from tests.benchmarks.training import measure_small

    return measure_small(mnist)


def _views(mnist: Path | None) -> Row:
    from tests.benchmarks.views import measure_views

    return measure_views(mnist)


def _stalls(mnist: Path | None) -> Row:
    from tests.benchmarks.window import measure_stalls

    return measure_stalls(mnist)


def _language(mnist: Path | None) -> Row:
    from tests.benchmarks.language import measure_language

    return measure_language()


def _cuda(mnist: Path | None) -> list[Row]:
    from tests.benchmarks.cuda import measure_cuda

    return measure_cuda(mnist)


def _canvas(count: int) -> Callable[[Path | None], list[Row]]:
    def measure(mnist: Path | None) -> list[Row]:
        from tests.benchmarks.canvas import measure_canvas

        return measure_canvas(count)

    return measure


def _memory(mnist: Path | None) -> list[Row]:
    from tests.benchmarks.canvas import measure_memory

    return measure_memory()


def _finding(mnist: Path | None) -> list[Row]:
    from tests.benchmarks.finding import measure_finding

    return measure_finding()


def _peer(mnist: Path | None) -> list[Row]:
    from tests.benchmarks.nodegraphqt import measure_peer

    return measure_peer()


ROWS: dict[str, Callable[[Path | None], Row | list[Row]]] = {
    "start": _start,
    "edit": _edit,
    "infer": _infer,
    "frames": _frames,
    "open": _open,
    "canvas1000": _canvas(1_000),
    "canvas10000": _canvas(10_000),
    "memory": _memory,
    "finding": _finding,
    "nodegraphqt": _peer,
    "speed": _speed,
    "convolution": _convolution,
    "small": _small,
    "streaming": _streaming,
    "tables": _tables,
    "rows": _rows,
    "views": _views,
    "cuda": _cuda,
    "stalls": _stalls,
    "language": _language,
}


def _measure_apart(name: str, mnist: Path) -> list[Row]:
    """Return the rows measured by a fresh process; one that says why where it failed."""
    command = [sys.executable, "-m", "tests.benchmarks", name, "--mnist", str(mnist), "--here"]
    environment = {"QT_QPA_PLATFORM": "offscreen"} | os.environ
    try:
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=LONGEST)
    except subprocess.TimeoutExpired:
        return [Row(name, "", f"took longer than {LONGEST} s", None)]
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        return [Row(name, "", f"failed: {reason}", None)]
    return [Row(**row) for row in json.loads(done.stdout.splitlines()[-1])]


if __name__ == "__main__":
    sys.exit(main())
