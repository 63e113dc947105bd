"""Qt's classes are there before another thread imports what names them."""

import subprocess
import sys

SCRIPT = """
import sys
import threading

from PySide6.QtCore import QCoreApplication
from designer.ui import after_paint, background
from designer.ui.app import open_offscreen
from designer.document.project import Project

asked = []
slow = after_paint.import_slow_parts


def watch(report):
    from PySide6 import QtCore, QtGui, QtSvg, QtWidgets

    modules = QtCore, QtGui, QtWidgets, QtSvg
    asked.append([name for module in modules for name in dir(module) if name not in vars(module)])
    asked.append(threading.current_thread() is threading.main_thread())
    slow(report)


after_paint.import_slow_parts = watch
with open_offscreen(Project()):
    pass
assert asked == [[], False], asked
"""


def test_no_class_is_left_to_be_made_when_a_thread_begins_to_import():
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
