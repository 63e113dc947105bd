"""From widget to widget as Tab goes, without a trace: PySide takes what it is told there for a child of who was asked.

With `nextInFocusChain` and `focusProxy` themselves (PySide 6.11) two widgets can come to be each other's child in Python's
eyes. Nothing else holds them then, and the next look for cycles takes them off the screen.
"""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget


def find_next(widget: QWidget) -> QWidget:
    """Return the widget that Tab comes to next; the chain is a ring."""
    found = widget.nextInFocusChain()
    _give_back(found)
    return found


def has_proxy(widget: QWidget) -> bool:
    """Return whether another widget takes the keys for this one."""
    found: QWidget | None = widget.focusProxy()
    if found is not None:
        _give_back(found)
    return found is not None


def _give_back(widget: QWidget) -> None:
    """Let Python know again whose child a widget is: to Qt it has been that all along."""
    QObject.setParent(widget, widget.parent())
