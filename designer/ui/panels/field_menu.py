"""The context menu of a setting's field: what a line of text has of its own, and to let the setting vary in a sweep."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QMenu, QWidget

from designer.document.wording import show_name

# What a menu offers for one layer, and for several: the words, and whether all of them get one value.
ONE = (("Vary {} in a sweep", True),)
SEVERAL = (("Vary {} in a sweep, all alike", True), ("Vary {} in a sweep, each by itself", False))


def offer_vary(widget: QWidget, name: str, vary: Callable[[bool], None], *, joint: bool = False) -> None:
    """Give a widget of a setting a context menu that lets the setting vary."""
    widget.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
    widget.customContextMenuRequested.connect(
        lambda place: make_menu(widget, name, vary, joint).popup(widget.mapToGlobal(place))
    )


def make_menu(widget: QWidget, name: str, vary: Callable[[bool], None], joint: bool) -> QMenu:
    """Return the menu of a widget."""
    menu = widget.createStandardContextMenu() if isinstance(widget, QLineEdit) else QMenu(widget)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    first = next(iter(menu.actions()), None)
    for words, together in SEVERAL if joint else ONE:
        action = QAction(words.format(show_name(name, 60)), menu)
        action.triggered.connect(lambda _=False, together=together: vary(together))
        menu.insertAction(first, action)  # type: ignore[arg-type]
    if first is not None:
        menu.insertSeparator(first)
    return menu
