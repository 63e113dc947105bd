"""What every test of the engine runs under: one thread of arithmetic, and no thread of ours left behind."""

import threading

import pytest
import torch

from tests.engine.faulty import Judge, writing_at_every_step


@pytest.fixture(autouse=True, scope="session")
def single_thread():
    """Small networks gain nothing from more, and on a busy machine every operation would wait for the slowest."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMP_NUM_THREADS", "1")  # for scripts in a process of their own
        yield
    torch.set_num_threads(before)


@pytest.fixture(autouse=True)
def no_thread_left():
    before = set(threading.enumerate())
    yield
    assert [thread.name for thread in threading.enumerate() if thread not in before] == []


@pytest.fixture(scope="module")
def at_every_step():
    """Let runs write their checkpoints at every step."""
    with writing_at_every_step():
        yield


@pytest.fixture(scope="module")
def judge(tmp_path_factory, at_every_step) -> Judge:
    """Who knows the run that nothing disturbed, and tells whether another one came to the same."""
    return Judge(tmp_path_factory.mktemp("whole") / "run")
