"""A number that is typed, or turned by arrow keys and the wheel."""

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit

from designer.ui.marks import set_mark
from designer.ui.theme import fixed_font

TURNS = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_PageUp: 10, Qt.Key.Key_PageDown: -10}
NOTCH = 120  # of a wheel


class NumberLine(QLineEdit):
    """`edited` follows each number that is entered by hand; nothing at all is None, where that `may_lack`.

    Numbers lie between `low` and `high`, and are `whole` where that is said. The wheel turns one that has the keys.
    """

    edited = Signal()

    def __init__(
        self,
        step: float,
        low: float = -math.inf,
        high: float = math.inf,
        *,
        whole: bool = False,
        may_lack: bool = False,
    ) -> None:
        super().__init__()
        self._step, self._low, self._high = step, low, high
        self._whole, self._may_lack = whole, may_lack
        self._value: float | None = None
        self.setFont(fixed_font(12))
        if may_lack:
            self.setPlaceholderText("missing")
        self.textEdited.connect(self._read)

    @property
    def value(self) -> float | None:
        """The number, the last sound one while something else stands there."""
        return self._value

    def put(self, value: float | None) -> None:
        """Show a number."""
        self._value = value
        self.setText("" if value is None else self.write(value))
        self.setCursorPosition(0)
        set_mark(self, "invalid", False)

    def turn(self, steps: float) -> None:
        """Change the number by some steps."""
        value = (self._value or 0.0) + steps * self._step
        value = min(max(round(value / self._step) * self._step, self._low), self._high)
        self.put(float(round(value)) if self._whole else float(f"{value:.10g}"))
        self.edited.emit()

    def write(self, value: float) -> str:
        """Return a number as it is typed."""
        return f"{value:.0f}" if self._whole and value == round(value) else f"{value:.7g}"

    def keyPressEvent(self, event: QKeyEvent) -> None:
        turns = TURNS.get(event.key())  # type: ignore[call-overload]
        if turns is not None and not event.modifiers():
            self.turn(turns)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus() and event.angleDelta().y():
            self.turn(math.copysign(max(abs(event.angleDelta().y()) // NOTCH, 1), event.angleDelta().y()))
            event.accept()
        else:
            event.ignore()

    def _read(self, text: str) -> None:
        found = self._parse(text)
        sound = found is not None or (self._may_lack and not text.strip())
        set_mark(self, "invalid", not sound)
        if sound:
            self._value = found
            self.edited.emit()

    def _parse(self, text: str) -> float | None:
        try:
            number = float(text.replace("−", "-").replace(",", "."))
        except ValueError:
            return None
        fits = math.isfinite(number) and self._low <= number <= self._high
        return number if fits and (not self._whole or number == round(number) or self._may_lack) else None
