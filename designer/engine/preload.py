"""The first import of torch, kept from freezing the window."""

import ctypes
import importlib.util
import os
import sys
from pathlib import Path

# In the order they need each other. Those a build does not have are passed over.
LIBRARIES = ("torch_global_deps", "c10", "torch_cpu", "torch_cuda", "torch_python")


def import_torch() -> None:
    """Import torch, for a thread beside one that must stay fluid.

    Python loads a library with the interpreter locked, and torch's largest takes 0.2 s on a warm disk: every other
    thread stands still. `dlopen` called as a foreign function runs unlocked, and the import then finds the libraries
    in place. Where that cannot be done the import is the plain one.
    """
    if "torch" not in sys.modules and os.name == "posix":
        spec = importlib.util.find_spec("torch")
        if spec is not None and spec.origin is not None:
            _load_libraries(Path(spec.origin).parent / "lib")
    import torch  # noqa: F401


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
