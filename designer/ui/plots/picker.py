"""Choose a sample: its number typed (the first is 1), the one before or after, or any."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QWidget

from designer.ui.marks import make_label
from designer.ui.theme import fixed_font
from designer.ui.words import write_count


class SamplePicker(QWidget):
    """`chosen` carries the place of a validation sample, the first is 0; `random_wanted` asks for any."""

    chosen = Signal(int)
    random_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.number, self.count = 0, 1
        self.field = QLineEdit("1")
        self.field.setFont(fixed_font(12))
        self.field.setFixedWidth(58)
        self.field.setAccessibleName("sample")
        self.field.setValidator(QIntValidator(1, 2_000_000_000, self))
        self.total = make_label("", "muted")
        self.before = QToolButton(text="◂", toolTip="The sample before")
        self.after = QToolButton(text="▸", toolTip="The next sample")
        self.any = QToolButton(text="Random", toolTip="Any sample")
        for button, name in ((self.before, "sample before"), (self.after, "next sample"), (self.any, "random sample")):
            button.setAccessibleName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        label = make_label("sample", "muted")
        label.setBuddy(self.field)
        for widget in (label, self.before, self.field, self.after, self.total, self.any):
            row.addWidget(widget)
        self.before.clicked.connect(lambda: self.take((self.number - 1) % self.count))
        self.after.clicked.connect(lambda: self.take((self.number + 1) % self.count))
        self.any.clicked.connect(self.random_wanted)
        self.field.editingFinished.connect(self._read)

    def show_number(self, number: int, count: int, *, held: bool = False) -> None:
        """Show which sample is seen, of how many; `held` where no other can be asked for."""
        self.count = max(count, 1)
        self.total.setText(f"of {write_count(count)}")
        self.setEnabled(not held)
        self.setToolTip("The run is over: another sample can be looked at in the next one." if held else "")
        if not self.field.isModified():
            self.number = number
            self.field.setText(str(number + 1))

    def take(self, number: int) -> None:
        """Ask for a sample."""
        self.number = min(max(number, 0), self.count - 1)
        self.field.setText(str(self.number + 1))
        self.field.setModified(False)
        self.chosen.emit(self.number)

    def _read(self) -> None:
        if self.field.isModified():
            self.field.setModified(False)
            self.take(int(self.field.text() or 1) - 1)
