"""Run a command in a process of its own, under torchrun too."""

import subprocess
from collections.abc import Sequence
from typing import Any

# What C++ says where a thread of gloo's still runs as its process leaves: torch 2.13 does that now and then on a busy
# machine, after the work is done. It is no fault of what was run, so it is run again.
LEFT_IN_A_HURRY = "terminate called without an active exception"
TIMES = 4


def launch(command: Sequence[str], **options: Any) -> subprocess.CompletedProcess[str]:
    """Return what came of a command, as text."""
    for _ in range(TIMES):
        done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
        if done.returncode == 0 or LEFT_IN_A_HURRY not in done.stderr:
            break
    return done
