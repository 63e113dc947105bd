"""Run a command in a process of its own, under torchrun too; one that hangs is ended, and says where it was."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

PATIENCE = 120.0  # seconds after which something hangs
LAST_WORDS = 10.0  # seconds for them
TORCHRUN = (sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")
TWO_RANKS = (sys.executable, "-m", "tests.two_ranks")  # the same from one import of torch
# One thread of arithmetic, and Designer as it is here.
QUIET = {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(Path(__file__).parents[1])}
TELLING = {"PYTHONFAULTHANDLER": "1"}  # Python prints where each thread was when it is aborted


def launch(
    command: Sequence[str], *, timeout: float = PATIENCE, env: Mapping[str, str] | None = None, **options: Any
) -> subprocess.CompletedProcess[str]:
    """Return what came of a command, as text. One that hangs fails the test with all that its processes said."""
    with start(command, env=env, **options) as process:
        try:
            output, errors = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            output, errors = abort(process)
            pytest.fail(f"{' '.join(command)} hung for {timeout:.0f} s.\n{output}\n{errors}", pytrace=False)
    return subprocess.CompletedProcess(command, process.returncode, output, errors)


@contextlib.contextmanager
def start(
    command: Sequence[str], *, env: Mapping[str, str] | None = None, **options: Any
) -> Iterator[subprocess.Popen[str]]:
    """Give a process under way, as text; nothing of it is left afterwards, nor of those it has started."""
    environment = {**(os.environ if env is None else env), **TELLING}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = subprocess.Popen(command, env=environment, text=True, **(pipes | options))
    try:
        yield process
    finally:
        end(process, signal.SIGKILL)
        process.communicate(timeout=LAST_WORDS)


def abort(process: subprocess.Popen[str]) -> tuple[str, str]:
    """End a process and its children, each with a word on where it was; return all they said."""
    family = end(process, signal.SIGABRT if os.name == "posix" else signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        return process.communicate(timeout=LAST_WORDS)
    for pid in family:
        kill(pid, signal.SIGKILL)
    return process.communicate(timeout=LAST_WORDS)


def end(process: subprocess.Popen[str], number: int) -> list[int]:
    """Send a signal to a process and those it has started, the youngest first; return their numbers."""
    family = [process.pid] if process.poll() is None else []
    for pid in family:
        family.extend(list_children(pid))
    for pid in reversed(family):
        kill(pid, number)
    return family


def kill(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def list_children(pid: int) -> list[int]:
    """Return the processes that one has started, where the system tells: torchrun puts them in sessions of their own."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []
