"""torch comes in by a way that leaves other threads running, and nothing loads it too early."""

import subprocess
import sys


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


def test_window_can_name_session_and_plan_without_torch():
    code = (
        "import sys\n"
        "import designer.engine.session, designer.engine.plan, designer.engine.events\n"
        "print('torch' in sys.modules, 'PySide6' in sys.modules)"
    )
    assert run(code) == "False False"
