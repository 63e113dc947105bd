"""The way of the Tab key through a page: from section to section, from the top down.

Qt goes in the order in which widgets were made. What a page makes later, as rows for another kind of layer, would come
last.
"""

from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QWidget

from designer.ui.focus_chain import find_next, has_proxy
from designer.ui.panels.page_area import Page


class WalkedPage(Page):
    """A page whose sections Tab visits as they lie in its layout; within each it goes as that says itself."""

    def focusNextPrevChild(self, forward: bool) -> bool:
        order_tabs(self)
        return super().focusNextPrevChild(forward)


def order_tabs(page: QWidget) -> None:
    """Let Tab visit the sections of a page as they lie in its layout."""
    layout = page.layout()
    assert layout is not None
    places = {id(section): place for place, section in enumerate(list_widgets(layout))}
    found: list[tuple[int, QWidget]] = []
    there = find_next(page)
    while there is not page:
        if page.isAncestorOf(there) and there.focusPolicy() & Qt.FocusPolicy.TabFocus and not has_proxy(there):
            section = there
            while section.parentWidget() is not page:
                section = section.parentWidget()
            found.append((places.get(id(section), len(places)), there))
        there = find_next(there)
    found.sort(key=lambda one: one[0])
    for (_, before), (_, after) in pairwise(found):
        QWidget.setTabOrder(before, after)


def list_widgets(layout: QLayout) -> list[QWidget]:
    """Return the widgets of a layout and of those in it, in their order."""
    found: list[QWidget] = []
    for place in range(layout.count()):
        item = layout.itemAt(place)
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            found.append(widget)
        elif inner is not None:
            found += list_widgets(inner)
    return found
