"""torch comes in by a way that leaves other threads running, and nothing loads it too early."""

import os
import subprocess
import sys

import pytest

from designer.engine.preload import PATIENCE, wait_briefly


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_import_works_and_is_the_usual_torch():
    code = (
        "from designer.engine.preload import import_torch\n"
        "import_torch(); import_torch()\n"
        "import torch\n"
        "print(torch.nn.Linear(2, 3)(torch.ones(1, 2)).shape[1])"
    )
    assert run(code) == "3"


def test_what_the_import_leaves_is_not_looked_through_for_cycles():
    code = (
        "import gc; gc.disable()\n"
        "from designer.engine.preload import import_torch\n"
        "import_torch()\n"
        "print(sum(gc.get_count()) < 1000, gc.get_freeze_count())"
    )
    assert run(code) == "True 0"


def test_window_can_name_session_and_plan_without_torch():
    code = (
        "import sys\n"
        "import designer.engine.session, designer.engine.plan, designer.engine.events\n"
        "print('torch' in sys.modules, 'PySide6' in sys.modules)"
    )
    assert run(code) == "False False"


@pytest.mark.parametrize(
    ("load", "said", "expected"), [(0.1, {}, ""), (9.0, {}, PATIENCE), (9.0, {"OMP_WAIT_POLICY": "active"}, "")]
)
def test_threads_of_a_busy_machine_sleep_soon(load, said, expected, monkeypatch):
    for name in ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("os.getloadavg", lambda: (load, 0.0, 0.0), raising=False)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    environment = dict(os.environ)
    monkeypatch.setattr("os.environ", environment)
    wait_briefly()
    assert environment.get("GOMP_SPINCOUNT", "") == expected
