"""A process that trains and is killed at some moment, many times over: one start of Python, a fork for each.

Reads a line of JSON for each on standard input: a folder, perhaps a checkpoint to go on from, and how it is to end.
Writes how each ended: the signal, or the exit status.
"""

import json
import os
import random
import resource
import signal
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import torch

from designer.engine.loop import train
from tests.engine.faulty import plan_flowers, writing_at_every_step


def train_until(job: dict) -> None:
    """Train in a fresh process; it is killed on the way, unless it is over before."""
    torch.set_num_threads(1)
    signal.alarm(100)  # what hangs ends with a signal that nobody asked for
    folder, kind, at = Path(job["folder"]), job["kind"], job["at"]
    plan = plan_flowers(folder)
    if (folder / "last.state").exists():
        plan = replace(plan, resume=folder / "last.state")
    if kind == "size":  # killed in the middle of a write, with as many bytes in the file
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_FSIZE, (at, at))
    elif kind == "time":  # at some moment of work, whatever goes on: the default of this signal is the end
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, at)
    elif kind == "call":  # at a call into the system
        calls = 0

        def count(event: str, arguments: tuple) -> None:
            nonlocal calls
            if event in ("open", "os.rename", "os.remove", "os.truncate", "os.mkdir", "os.chmod"):
                if str(folder) in str(arguments[0]):
                    calls += 1
                    if calls == at:
                        os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
    random.seed(0)
    with writing_at_every_step():
        for number, _ in enumerate(train(plan)):
            if kind == "event" and number == at:
                os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """Do the jobs one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        list(train(plan_flowers(Path(folder) / "run")))  # all that is imported on the way is there for each
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                train_until(json.loads(line))
            except BaseException:  # noqa: BLE001 - a child must never go on with the parent's work
                import traceback

                traceback.print_exc()
                os._exit(3)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
