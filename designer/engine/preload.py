"""The first import of torch, kept from freezing the window."""

import ctypes
import functools
import gc
import importlib.util
import os
import sys
from pathlib import Path

# In the order they need each other. Those a build does not have are passed over.
LIBRARIES = ("torch_global_deps", "c10", "torch_cpu", "torch_cuda", "torch_python")


# Turns in a loop that an idle thread of arithmetic waits for the next piece of work before it sleeps. GNU's library takes
# 300,000, some milliseconds, which is right where nobody else works; on a busy machine the threads then keep one another
# from the processors, and every step takes many times as long. What is worked out is the same.
PATIENCE = "1000"


def wait_briefly() -> None:
    """Let torch's threads sleep soon where the machine is busy, unless somebody has said how they wait."""
    said = {"GOMP_SPINCOUNT", "OMP_WAIT_POLICY"} & os.environ.keys()
    if not said and hasattr(os, "getloadavg") and os.getloadavg()[0] > (os.cpu_count() or 1) / 2:
        os.environ["GOMP_SPINCOUNT"] = PATIENCE


def import_torch() -> None:
    """Import torch, for a thread beside one that must stay fluid.

    Python loads a library with the interpreter locked, and torch's largest takes 0.2 s on a warm disk: every other
    thread stands still. `dlopen` called as a foreign function runs unlocked, and the import then finds the libraries
    in place. Where that cannot be done the import is the plain one.
    """
    if "torch" not in sys.modules and os.name == "posix":
        wait_briefly()
        spec = importlib.util.find_spec("torch")
        if spec is not None and spec.origin is not None:
            _load_libraries(Path(spec.origin).parent / "lib")
    known = "torch" in sys.modules
    import torch  # noqa: F401

    if not known:
        settle()


def settle() -> None:
    """Count all objects there are among the oldest, without looking for cycles among them.

    An import leaves some 100,000, which stay; to look through them takes 0.1 s, in which every thread stands still.
    """
    gc.freeze()
    gc.unfreeze()


@functools.cache
def settle_first_steps() -> None:
    """Settle what torch imports when it first takes a step; once in a process."""
    settle()


def _load_libraries(folder: Path) -> None:
    try:
        load = ctypes.CDLL(None).dlopen
    except (AttributeError, OSError):
        return
    load.argtypes, load.restype = (ctypes.c_char_p, ctypes.c_int), ctypes.c_void_p
    suffix = ".dylib" if sys.platform == "darwin" else ".so"
    for name in LIBRARIES:
        path = folder / f"lib{name}{suffix}"
        if path.is_file():
            # torch itself makes the symbols of the first one global.
            scope = os.RTLD_GLOBAL if name == LIBRARIES[0] else os.RTLD_LOCAL
            load(os.fsencode(path), os.RTLD_NOW | scope)
