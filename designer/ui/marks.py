"""Properties of widgets that the style sheet reads: title, muted, invalid, default, primary ..."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QLabel, QWidget


def set_mark(widget: QWidget, name: str, on: bool | str = True) -> None:
    """Set a property the style sheet selects by, and restyle the widget if that changes anything."""
    if widget.property(name) == on or (not on and widget.property(name) is None):
        return
    widget.setProperty(name, on)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)


class WrappedLabel(QLabel):
    """A label whose text goes on below, and that remembers how high it is: layouts ask each time they are laid out."""

    def __init__(self) -> None:
        super().__init__()
        self._heights: dict[int, int] = {}
        self.setWordWrap(True)

    def setText(self, text: str) -> None:
        if text != self.text():
            self._heights.clear()
            super().setText(text)

    def changeEvent(self, event: QEvent) -> None:
        self._heights.clear()  # another font or style
        super().changeEvent(event)

    def heightForWidth(self, width: int) -> int:
        if width not in self._heights:
            self._heights[width] = super().heightForWidth(width)
        return self._heights[width]


def make_label(text: str = "", *marks: str, wrap: bool = False) -> QLabel:
    """Return a label of plain text (never rich: names come from strangers) with these marks."""
    label = WrappedLabel() if wrap else QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(text)
    for mark in marks:
        label.setProperty(mark, True)
    return label
