"""What of a window cannot be read whole: a walk over all its labels, buttons, tabs, headers and fields."""

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QStyle,
    QStyleOptionComboBox,
    QTabBar,
    QToolBar,
    QWidget,
)

FRAME = 6  # pixels at both sides of the words in a field


def find_cut(window: QWidget) -> list[str]:
    """Return what cannot be read whole. What has a tool tip says it there, what a scroll bar brings is not cut."""
    walks = (_find_labels, _find_tabs, _find_headers, _find_fields, _find_outside)
    return list(dict.fromkeys(cut for walk in walks for cut in walk(window)))


def _name(widget: QWidget, text: str) -> str:
    above = type(widget.parentWidget()).__name__
    return f"{type(widget).__name__} {text[:40]!r} in {above}: {widget.width()} x {widget.height()}"


def _find_labels(window: QWidget) -> Iterator[str]:
    for widget in window.findChildren(QAbstractButton) + window.findChildren(QLabel):
        text = widget.text()
        if not text or widget.toolTip() or widget.visibleRegion().isEmpty():
            continue
        least = widget.minimumSizeHint()
        if isinstance(widget, QLabel) and widget.wordWrap():
            cut = widget.height() < widget.heightForWidth(widget.width()) or widget.width() < _widest_word(widget, text)
        else:
            cut = widget.width() < least.width() or widget.height() < least.height()
        if cut:
            yield _name(widget, text)


def _widest_word(label: QLabel, text: str) -> int:
    if label.textFormat() == Qt.TextFormat.RichText:
        return 0
    return max((label.fontMetrics().horizontalAdvance(word) for word in text.split()), default=0)


def _find_tabs(window: QWidget) -> Iterator[str]:
    """A tab that is cut is scrolled to, or says its name as a tool tip."""
    for bar in window.findChildren(QTabBar):
        for place in range(bar.count()):
            cut = bar.tabRect(place).width() < bar.tabSizeHint(place).width()
            if bar.isVisible() and bar.isTabVisible(place) and cut and not bar.tabToolTip(place):
                yield f"tab {bar.tabText(place)!r}"


def _find_headers(window: QWidget) -> Iterator[str]:
    for header in window.findChildren(QHeaderView):
        if header.visibleRegion().isEmpty() or header.model() is None:
            continue
        across = header.orientation() == Qt.Orientation.Horizontal
        for place in range(header.count()):
            if header.isSectionHidden(place):
                continue
            model, way = header.model(), header.orientation()
            room = header.sectionSize(place) if across else header.width()
            told = model.headerData(place, way, Qt.ItemDataRole.ToolTipRole)
            if room < header.sectionSizeFromContents(place).width() and not told:
                yield f"header {model.headerData(place, way)!r}: {room}"


def _find_fields(window: QWidget) -> Iterator[str]:
    for box in window.findChildren(QComboBox):
        if box.visibleRegion().isEmpty() or box.toolTip():
            continue
        option = QStyleOptionComboBox()
        box.initStyleOption(option)
        part = QStyle.SubControl.SC_ComboBoxEditField
        room = box.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, box)
        if room.width() < box.fontMetrics().horizontalAdvance(box.currentText()):
            yield _name(box, box.currentText())
    for line in window.findChildren(QLineEdit):
        if line.visibleRegion().isEmpty() or line.text() or line.toolTip():
            continue  # what is typed scrolls
        if line.width() < line.fontMetrics().horizontalAdvance(line.placeholderText()) + 2 * FRAME:
            yield _name(line, line.placeholderText())


def _find_outside(window: QWidget) -> Iterator[str]:
    """What lies partly outside of what holds it, with nothing to scroll by."""
    for widget in window.findChildren(QAbstractButton):
        above = widget.parentWidget()
        if widget.visibleRegion().isEmpty() or not widget.text():
            continue
        if not above.rect().contains(widget.geometry()):
            yield f"outside: {_name(widget, widget.text())}"
    bar = window.findChild(QToolBar, "tools")
    for action in bar.actions():
        button = bar.widgetForAction(action)
        if not bar.rect().contains(button.geometry()) or not button.isVisible():
            yield f"tool bar: {_name(button, action.text())}"
