"""Properties of widgets that the style sheet reads: title, muted, invalid, default, primary ..."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget


def set_mark(widget: QWidget, name: str, on: bool | str = True) -> None:
    """Set a property the style sheet selects by, and restyle the widget if that changes anything."""
    if widget.property(name) == on or (not on and widget.property(name) is None):
        return
    widget.setProperty(name, on)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)


def make_label(text: str = "", *marks: str, wrap: bool = False) -> QLabel:
    """Return a label of plain text (never rich: names come from strangers) with these marks."""
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(text)
    label.setWordWrap(wrap)
    for mark in marks:
        label.setProperty(mark, True)
    return label
