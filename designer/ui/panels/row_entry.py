"""A row of a table as a sample: a field for each column, filled with what is usual, followed by the answer at once."""

import math
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from designer.document.wording import show_name
from designer.ui.fitting_label import FittingLabel
from designer.ui.marks import set_mark
from designer.ui.panels.flow import FlowBox
from designer.ui.panels.number_line import NumberLine
from designer.ui.words import write_amount, write_tip

if TYPE_CHECKING:
    from designer.engine.trying.fields import Field

AT_ONCE = 15  # fields that are made before the window has its turn
STEPS = 200  # of a slider
NAME_WIDTH, NUMBER_WIDTH = 170, 86
MISSING, OTHER = "missing", "another value"


class Slider(QSlider):
    """A slider over what was seen in training; past it the wheel scrolls."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setRange(0, STEPS)
        self.setPageStep(STEPS // 10)
        self.setMinimumWidth(44)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class Choice(QComboBox):
    """A choice among the categories that were seen; past it the wheel scrolls."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class NumberField:
    """A number: typed, turned by arrows and wheel, slid over the range of the data, or missing."""

    def __init__(self, field: "Field", changed: Callable[[], None]) -> None:
        self.field = field
        span = field.high - field.low if field.high > field.low else abs(field.usual or 0) or 1.0
        step = 1.0 if field.whole else 10 ** math.floor(math.log10(span / 20))
        self.line, self.slider = NumberLine(step, whole=field.whole, may_lack=True), Slider()
        self.line.setFixedWidth(NUMBER_WIDTH)
        self.widgets: tuple[QWidget, ...] = (self.line, self.slider)
        self._changed, self._moving = changed, False
        self.slider.setEnabled(field.high > field.low)
        self.line.edited.connect(self._take)
        self.slider.valueChanged.connect(self._slide)

    def put(self, value: Any) -> None:
        """Show a value."""
        self.line.put(value)
        self._follow()

    def get(self) -> float | None:
        """Return what is shown."""
        return self.line.value

    def _take(self) -> None:
        self._follow()
        self._changed()

    def _slide(self, step: int) -> None:
        if self._moving:
            return
        field = self.field
        value = field.low + (field.high - field.low) * step / STEPS
        self.line.put(float(round(value)) if field.whole else float(f"{value:.4g}"))
        self._show_outside()
        self._changed()

    def _follow(self) -> None:
        field, value = self.field, self.line.value
        if field.high > field.low and value is not None:
            self._moving = True
            share = (value - field.low) / (field.high - field.low)
            self.slider.setValue(round(STEPS * min(max(share, 0.0), 1.0)))
            self._moving = False
        self._show_outside()

    def _show_outside(self) -> None:
        """Mark a number that lies outside of what was seen."""
        field, value = self.field, self.line.value
        slack = 1e-5 * (field.high - field.low)
        outside = value is not None and (value < field.low - slack or value > field.high + slack)
        set_mark(self.line, "outside", outside)
        self.line.setToolTip("Outside of what the network has seen in training" if outside else "")


class CategoryField:
    """One of the categories that were seen, a missing one, or one that was never seen."""

    def __init__(self, field: "Field", changed: Callable[[], None]) -> None:
        self.choice = Choice()
        for name in field.choices:
            self.choice.addItem(show_name(name, 60), name)
        self.choice.addItem(MISSING, None)
        self.choice.addItem(OTHER, "\0")  # no text of a file is so
        self.widgets: tuple[QWidget, ...] = (self.choice,)
        self._other = "\0"
        self.choice.currentIndexChanged.connect(lambda _: changed())

    def put(self, value: Any) -> None:
        """Show a value."""
        place = self.choice.findData(value)
        self._other = str(value) if place < 0 else "\0"
        self.choice.blockSignals(True)
        self.choice.setCurrentIndex(place if place >= 0 else self.choice.count() - 1)
        self.choice.blockSignals(False)

    def get(self) -> str | None:
        """Return what is shown."""
        value = self.choice.currentData()
        return self._other if value == "\0" else value


class DateField:
    """A date as text in the format of the file; an empty one is missing."""

    def __init__(self, field: "Field", changed: Callable[[], None]) -> None:
        self.line = QLineEdit()
        self.line.setPlaceholderText(MISSING)
        self.widgets: tuple[QWidget, ...] = (self.line,)
        self.line.textEdited.connect(lambda _: changed())

    def put(self, value: Any) -> None:
        """Show a value."""
        self.line.setText(str(value or ""))

    def get(self) -> str | None:
        """Return what is shown."""
        return self.line.text().strip() or None


AnyField = NumberField | CategoryField | DateField
KINDS: Mapping[str, Callable[["Field", Callable[[], None]], AnyField]] = {
    "number": NumberField,
    "category": CategoryField,
    "date": DateField,
}


class RowEntry(QWidget):
    """A form for a row. `edited`: a field has another value; `values` are those of all."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, AnyField] = {}
        self.usual = QPushButton("Usual values")
        self.usual.setToolTip("The middle of each number in the training rows, the most frequent of each category")
        self.about = FittingLabel("muted", left_out=Qt.TextElideMode.ElideRight)
        self._more = ""
        self._usual: Mapping[str, Any] = {}
        self._cells: dict[str, Any] = {}  # of all columns; those that have a field yet may say otherwise
        self._waiting: deque[tuple[int, Field]] = deque()
        self._make_more = QTimer(self, singleShot=True, interval=0)
        self._make_more.timeout.connect(self._make_some)
        self.area = QScrollArea()
        self.area.setObjectName("sidescroll")
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        head = FlowBox(10, 4)
        head.add(self.usual)
        head.add(self.about)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(6)
        column.addWidget(head)
        column.addWidget(self.area, 1)
        self.usual.clicked.connect(self._take_usual)

    def sizeHint(self) -> QSize:
        return QSize(430, 200)

    def show_fields(self, fields: Sequence["Field"], left_out: int) -> None:
        """Make a field for each column, filled with what is usual."""
        inside = self._inside = QWidget()  # kept, as the form of its columns
        inside.setObjectName("ground")
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(2, 1)
        self.fields = {}
        grid.setRowStretch(len(fields), 1)
        self.area.setWidget(inside)
        self._grid = grid
        self._waiting = deque(enumerate(fields))
        self._more = f"{write_amount(left_out, 'more column')} as in the middle of the data" if left_out else ""
        self.say("")
        self._usual = {field.name: field.usual for field in fields}
        self._cells = dict(self._usual)
        self._make_some()

    def say(self, text: str) -> None:
        """Say what there is to know of the row; else how many columns have no field."""
        self.about.setText(text or self._more)
        self.about.setToolTip(text)

    @property
    def values(self) -> dict[str, Any]:
        """What the fields say, by the names of the columns; None for what is missing."""
        return self._cells | {name: field.get() for name, field in self.fields.items()}

    def put(self, values: Mapping[str, Any]) -> None:
        """Show values."""
        self._cells |= {name: value for name, value in values.items() if name in self._cells}
        for name, field in self.fields.items():
            if name in values:
                field.put(values[name])

    def _make_some(self) -> None:
        """Make a few of the fields that are still to come: hundreds at once would hold the window up."""
        for row, field in [self._waiting.popleft() for _ in range(min(len(self._waiting), AT_ONCE))]:
            made = self.fields[field.name] = KINDS[field.kind](field, self.edited.emit)
            name = FittingLabel()
            name.setText(show_name(field.name, 60))
            name.setToolTip(write_tip(describe_field(field)))
            name.setMaximumWidth(NAME_WIDTH)
            name.setBuddy(made.widgets[0])
            made.put(self._cells[field.name])
            self._grid.addWidget(name, row, 0)
            self._grid.addWidget(made.widgets[0], row, 1, 1, 1 if len(made.widgets) > 1 else 2)
            for column, widget in enumerate(made.widgets[1:], 2):
                self._grid.addWidget(widget, row, column)
            for widget, what in zip(made.widgets, ("", " slider"), strict=False):
                widget.setAccessibleName(f"{field.name}{what}")
        if self._waiting:
            self._make_more.start()

    def hideEvent(self, event) -> None:
        self._make_more.stop()
        super().hideEvent(event)

    def showEvent(self, event) -> None:
        super().showEvent(event)
        if self._waiting:
            self._make_more.start()

    def _take_usual(self) -> None:
        self.put(self._usual)
        self.edited.emit()


def describe_field(field: "Field") -> str:
    """Return in words what was seen of a column in training."""
    if field.kind == "number" and field.high >= field.low:
        return f"{field.name}: {field.low:,.6g} to {field.high:,.6g} in the training rows"
    if field.kind == "category":
        return f"{field.name}: {write_amount(len(field.choices), 'category', 'categories')} in the training rows"
    return f"{field.name}: a date such as {field.usual}" if field.kind == "date" and field.usual else field.name
