"""Qt's classes, made for Python before any other thread asks for one.

PySide makes a class the first time that its name is looked up (from 6.8 on), without a lock around its table of those to
be made: where a thread imports what names classes while the window asks for others, the program ends at once. When all
are made in the window's thread beforehand, an import beside it only finds them.
"""

import time
from collections.abc import Iterator

from PySide6 import QtCore, QtGui, QtSvg, QtWidgets

STEP = 0.008  # seconds of work between two turns of the event loop


def make_classes() -> Iterator[None]:
    """Make every class of the modules in use, about 150 ms in all; yields where the window may be asked for something."""
    began = time.perf_counter()
    for module in (QtCore, QtGui, QtWidgets, QtSvg):
        for name in dir(module):
            getattr(module, name)
            if time.perf_counter() - began >= STEP:
                yield
                began = time.perf_counter()
