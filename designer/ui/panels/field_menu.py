"""The context menu of a setting's field: what a line of text has of its own, and to let the setting vary in a sweep."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QMenu, QWidget

from designer.document.wording import show_name


def offer_vary(widget: QWidget, name: str, vary: Callable[[], None]) -> None:
    """Give a widget of a setting a context menu that lets the setting vary."""
    widget.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
    widget.customContextMenuRequested.connect(
        lambda place: make_menu(widget, name, vary).popup(widget.mapToGlobal(place))
    )


def make_menu(widget: QWidget, name: str, vary: Callable[[], None]) -> QMenu:
    """Return the menu of a widget."""
    menu = widget.createStandardContextMenu() if isinstance(widget, QLineEdit) else QMenu(widget)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    first = next(iter(menu.actions()), None)
    action = QAction(f"Vary {show_name(name, 60)} in a sweep", menu)
    action.triggered.connect(lambda _=False: vary())
    if first is None:
        menu.addAction(action)
    else:
        menu.insertAction(first, action)
        menu.insertSeparator(first)
    return menu
