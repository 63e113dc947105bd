"""The editor of a value that is typed: numbers, sizes, words, expressions; of one layer or of several at once.

It emits `edited` with a canonical value only; text that cannot stand is marked, explained and never sent. Of several
layers it also emits a `Change`, which each makes from its own value, and MIXED: each takes back the value it had.
"""

import math

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPalette
from PySide6.QtWidgets import QLineEdit, QWidget

from designer.catalogue.parameters import Integer, Maybe, ParameterType, Path, PerAxis, Real, Unacceptable
from designer.catalogue.sharing import MIXED, Change, Mixed, read_change
from designer.document.expressions import Names, is_expression
from designer.document.graph import Value
from designer.ui.marks import set_mark
from designer.ui.panels.entries import parse_entry, parse_expression, takes_expressions, write_entry
from designer.ui.theme import fixed_font

LONGEST = 4096
NARROW = 128  # logical pixels that an entry has at least, before it is laid out


class Entry(QLineEdit):
    """A line of text that stands for a value, with a dim note at its end (`3 × 3`)."""

    edited = Signal(object)
    refused = Signal(str)  # why the text cannot stand, "" once it can

    def __init__(self, kind: ParameterType, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = kind
        self.note = ""
        self._value: Value | Mixed = None
        self._before: Value | Mixed = None  # what held when the typing began
        self.joint = False  # whether it stands for several layers
        self._sound = True  # whether what is stored is a value of this type
        self._error = ""
        self.names: Names | None = None  # what expressions may use; None: there may be none
        self.setMaxLength(LONGEST)
        self.setFont(fixed_font(12))
        self._name_none()
        self.textEdited.connect(self._read)

    @property
    def error(self) -> str:
        """Why the text as it stands is not taken; finishes the sentence "`kernel_size` ..."."""
        return self._error

    def show_value(self, value: Value, *, default: bool = False) -> None:
        """Show a value; `default` dims it. Text being typed that means the same value stays as it is."""
        self._value, self._sound = value, True
        set_mark(self, "default", default)
        self.note = self._write_result(value) if self._is_expression(value) else _note(self.kind, value)
        self._name_none()
        if not (self.hasFocus() and (self._stands_for(value) or self._read_change())):
            self.setText(write_entry(self.kind, value))
            self._rest()
        self._mark("")
        self.update()

    def show_mixed(self, note: str) -> None:
        """Show that several layers differ; what is being typed stays."""
        self._value, self._sound, self.note = MIXED, True, ""
        set_mark(self, "default", True)
        self.setPlaceholderText(note)
        if not (self.hasFocus() and self._read_change()):
            self.clear()
        self._mark("")
        self.update()

    def refuse(self, error: str) -> None:
        """Mark the text as one that cannot stand; finishes the sentence "`kernel_size` ..."."""
        self._mark(error)

    def show_unsound(self, value: Value) -> None:
        """Show a stored value that this type does not take, marked as wrong."""
        self._value, self._sound = None, False
        text = value if isinstance(value, str) else repr(value)
        if not self.hasFocus():
            self.setText(text[:LONGEST])
        self.note = ""
        self._error = "cannot be this"
        set_mark(self, "invalid", True)

    def step(self, count: int) -> None:
        """Go `count` steps up or down from the present number, within its range."""
        if isinstance(self._value, Mixed):
            self._step_each(count)
            return
        value = _step(self.kind, self._value, count)
        if value is not None:
            self.setText(write_entry(self.kind, value))
            self._read(self.text())

    def event(self, event: QEvent) -> bool:
        # Undo and redo mean the project's steps, unless the text here cannot stand and is all there is to undo.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and not self._error:
            if event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo):
                event.ignore()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.step(1 if key == Qt.Key.Key_Up else -1)
        elif key == Qt.Key.Key_Escape and self._error:
            self.show_again()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self._error:
            self._before = self._value
            super().keyPressEvent(event)
            if self.joint:
                self.show_again()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event) -> None:
        super().focusInEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self._before = self._value

    def focusOutEvent(self, event) -> None:
        super().focusOutEvent(event)
        leaves = event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
        if leaves and self._sound:
            self.show_again()
            self._rest()

    def _rest(self) -> None:
        """Let the beginning be seen where there is too little room, and of a place its end, which tells it from others."""
        kind = self.kind.item if isinstance(self.kind, Maybe) else self.kind
        self.setCursorPosition(len(self.text()) if self.hasFocus() or isinstance(kind, Path) else 0)

    def show_again(self) -> None:
        """Drop what was typed and show the value that holds."""
        self.setText("" if isinstance(self._value, Mixed) else write_entry(self.kind, self._value))
        self._mark("")

    @property
    def has_room(self) -> bool:
        """Whether the note fits beside the text."""
        used = self.fontMetrics().horizontalAdvance(self.text() + self.note) + 12
        return used < (self.width() if self.isVisible() else NARROW) - 17

    def paintEvent(self, event) -> None:
        super().paintEvent(event)
        if not self.note:
            return
        painter = QPainter(self)
        painter.setFont(fixed_font(11))
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        room = self.rect().adjusted(8, 0, -9, 0)
        if self.has_room:
            painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self.note)

    def _name_none(self) -> None:
        self.setPlaceholderText(self.kind.none if isinstance(self.kind, Maybe) else "")

    def _read_change(self) -> Change | None:
        return read_change(self.kind, self.text()) if self.joint else None

    def _step_each(self, count: int) -> None:
        """Add to a change of +1 or -1 that stands in the field, so that each layer counts on from where it was."""
        change = self._read_change()
        sign = {"+": 1, "-": -1}.get(change.operator, 0) if change is not None else 0
        total = count + (sign * int(change.amount) if change is not None else 0)
        text = f"{total:+d}" if total else ""
        if not text or read_change(self.kind, text) is not None:
            self.setText(text)
            self._read(text)

    def _is_expression(self, value: Value) -> bool:
        return self.names is not None and is_expression(value) and takes_expressions(self.kind)

    def _write_result(self, value: Value) -> str:
        """Return what an expression comes to, as the dim note: → 256."""
        assert isinstance(value, str)
        assert self.names is not None
        try:
            return f"→ {write_entry(self.kind, parse_expression(self.kind, value, self.names)) or 'none'}"
        except Unacceptable:
            return ""

    def _parse(self, text: str) -> Value:
        if self._is_expression(text.strip()):
            assert self.names is not None
            parse_expression(self.kind, text.strip(), self.names)
            return text.strip()
        return parse_entry(self.kind, text)

    def _stands_for(self, value: Value) -> bool:
        try:
            return self._parse(self.text()) == value
        except Unacceptable:
            return False

    def _read(self, text: str) -> None:
        if self.joint and (change := read_change(self.kind, text)) is not None:
            self._mark("")
            self.edited.emit(change)
            return
        if not text and isinstance(self._before, Mixed):
            self._mark("")
            self.edited.emit(MIXED)
            return
        try:
            value = self._parse(text)
        except Unacceptable as error:
            self._mark(str(error))
            self._take_back()
            return
        self._mark("")
        if value != self._value:
            self.edited.emit(value)

    def _take_back(self) -> None:
        """Let the value from before the typing hold again, not one that the text passed through on its way."""
        if self.joint:
            self._value = self._before
            self.edited.emit(MIXED)
        elif self._sound and self._value != self._before:
            self._value = self._before
            self.edited.emit(self._before)

    def _mark(self, error: str) -> None:
        if error == self._error:
            return
        self._error = error
        set_mark(self, "invalid", bool(error))
        self.refused.emit(error)


def _note(kind: ParameterType, value: Value) -> str:
    """Return what is worth adding to an entry: that one number stands for all axes."""
    if isinstance(kind, PerAxis) and kind.axes > 1 and isinstance(value, int):
        return " × ".join([str(value)] * kind.axes)
    return ""


def _step(kind: ParameterType, value: Value, count: int) -> Value:
    """Return the number `count` steps from `value`, None where there is none: 1 for whole numbers, else leading digits."""
    if isinstance(kind, Maybe):
        kind = kind.item
    if isinstance(value, bool) or not isinstance(value, int | float) or not isinstance(kind, Integer | Real | PerAxis):
        return None
    if isinstance(kind, Real):
        unit = 10.0 ** math.floor(math.log10(abs(value))) if value else 0.1
        if count < 0 and math.isclose(abs(value), unit):
            unit /= 10  # 0.001 goes down to 0.0009, not to 0
        result: Value = float(f"{value + count * unit:.12g}")
    else:
        result = value + count
    try:
        return kind.accept(result)
    except Unacceptable:
        return None
