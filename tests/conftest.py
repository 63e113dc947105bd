"""What every test runs under: Qt off screen, user files in a folder of their own, reproducible hypothesis."""

import os
import sys
from typing import Any

import hypothesis
import pytest
from pytestqt.qtbot import QtBot

if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# Torch's threads wait for each other on a busy machine. For small networks one is as fast, in scripts that tests start too.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# "ci" gives the same examples on every machine and every run, however slow; "explore" looks for new ones:
# pytest --hypothesis-profile=explore
slow = [hypothesis.HealthCheck.too_slow]
hypothesis.settings.register_profile("ci", derandomize=True, deadline=None, database=None, suppress_health_check=slow)
hypothesis.settings.register_profile("explore", deadline=None, max_examples=1000)
hypothesis.settings.load_profile("ci")


@pytest.fixture(autouse=True, scope="session")
def designer_home(tmp_path_factory: pytest.TempPathFactory):
    """Keep the user's real settings, autosaves and runs out of the tests."""
    home = tmp_path_factory.mktemp("designer_home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DESIGNER_HOME", str(home))
        yield home


class PatientBot(QtBot):
    """Waits a minute where pytest-qt waits five seconds: what does not come fails as well, and a busy machine does not."""

    def waitSignal(self, signal: Any, *, timeout: int = 60_000, **options: Any) -> Any:
        return super().waitSignal(signal, timeout=timeout, **options)

    def waitUntil(self, callback: Any, *, timeout: int = 60_000) -> None:
        super().waitUntil(callback, timeout=timeout)


@pytest.fixture
def qtbot(qapp: Any, request: pytest.FixtureRequest) -> QtBot:
    return PatientBot(request)
