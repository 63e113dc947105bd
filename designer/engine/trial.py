"""Try the code of Custom layers on sizes alone, in a process of its own that is ended when it takes too long.

Nothing is tried that the user has not allowed to run.
"""

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from frozendict import frozendict

from designer.catalogue.facts import infer_project
from designer.catalogue.layers.custom import Finding, given_arguments
from designer.catalogue.spec import TensorType
from designer.catalogue.trials import Untried, find_untried, record_findings
from designer.catalogue.written import Written, read_code
from designer.document.custom import Consent, Untrusted, find_code
from designer.document.project import Project

LONGEST = 10.0  # seconds for the code of one layer
START = 120.0  # seconds until torch is there
POLL = 0.1  # seconds between two looks whether the answer is still wanted
MOST_ROUNDS = 50  # layers of code one behind the other


def try_project(project: Project, consent: Consent, longest: float = LONGEST) -> Project:
    """Return the project with what was found of each Custom layer that was not tried with its inputs yet.

    Raises Untrusted where its code is not allowed to run.
    """
    for _ in range(MOST_ROUNDS):
        untried = find_untried(project, infer_project(project))
        if not untried:
            break
        if not consent.allows(find_code(project)):
            raise Untrusted
        project = record_findings(project, list(zip(untried, run_trials(untried, longest), strict=True)))
    return project


def run_trials(
    untried: Sequence[Untried], longest: float = LONGEST, stopped: Callable[[], bool] = lambda: False
) -> list[Finding]:
    """Return what the code of each layer gives. It runs: only what the user has allowed may come here."""
    findings: list[Finding] = []
    while len(findings) < len(untried) and not stopped():
        findings += _run_some(untried[len(findings) :], longest, stopped)
    return findings


def _run_some(untried: Sequence[Untried], longest: float, stopped: Callable[[], bool]) -> list[Finding]:
    """Return the findings of one process: of all layers, or up to the first that ends or outlives it."""
    with tempfile.TemporaryDirectory(prefix="designer-trial-", ignore_cleanup_errors=True) as folder:
        process = subprocess.Popen(
            [sys.executable, "-P", Path(__file__).with_name("trial_child.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
            start_new_session=True,
        )
        answers: queue.Queue[bytes] = queue.Queue()
        reader = threading.Thread(target=_read_lines, args=(process.stdout, answers), name="trial", daemon=True)
        reader.start()
        try:
            assert process.stdin is not None
            with contextlib.suppress(OSError):
                process.stdin.write(json.dumps([_describe(one) for one in untried]).encode() + b"\n")
                process.stdin.close()
            return _collect(answers, len(untried), longest, stopped)
        finally:
            _end(process)
            reader.join()


def _collect(answers: "queue.Queue[bytes]", count: int, longest: float, stopped: Callable[[], bool]) -> list[Finding]:
    findings: list[Finding] = []
    try:
        if not _wait(answers, START, stopped):
            return [Finding(error="the process for the trial could not be started")] * count
        while len(findings) < count:
            line = _wait(answers, longest, stopped)
            if not line:
                return [*findings, Finding(error="it ended the process it was tried in, or used up its memory")]
            findings.append(_read_answer(json.loads(line)))
    except queue.Empty:
        return [*findings, Finding(error=f"it did not come to an end within {longest:g} seconds")]
    return findings


def _wait(answers: "queue.Queue[bytes]", seconds: float, stopped: Callable[[], bool]) -> bytes:
    """Return the next line. Raises queue.Empty where none comes in time or it is no longer wanted."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not stopped():
        with contextlib.suppress(queue.Empty):
            return answers.get(timeout=POLL)
    raise queue.Empty


def _read_lines(stream: Any, answers: "queue.Queue[bytes]") -> None:
    for line in stream:
        answers.put(line)
    answers.put(b"")
    stream.close()


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End the process and all it has started."""
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()


def _describe(one: Untried) -> dict[str, object]:
    code = read_code(one.values["code"])
    assert isinstance(code, Written)
    return {
        "code": one.values["code"],
        "name": code.name,
        "line": code.line,
        "arguments": given_arguments(one.values),
        "inputs": [[kind.dtype, *kind.sizes] for kind in one.inputs],
        "outputs": len(one.values["outputs"]),
    }


def _read_answer(answer: Any) -> Finding:
    if "error" in answer:
        return Finding(error=" ".join(str(answer["error"]).split()) or "it failed", line=int(answer["line"]))
    if any(size < 1 for _, *sizes in answer["outputs"] for size in sizes):
        return Finding(error="it gives a tensor without any numbers")
    return Finding(
        tuple(TensorType(tuple(sizes), dtype) for dtype, *sizes in answer["outputs"]),
        frozendict({name: tuple(sizes) for name, sizes in answer["weights"]}),
        int(answer["multiply_adds"]),
    )
