"""What can be turned while a run goes on, beside its curves, and what it can be gone on with once it has ended."""

import math
from collections.abc import Callable, Iterable

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QPushButton, QToolButton, QWidget

from designer.catalogue.parameters import Integer, ParameterType, Real, Unacceptable
from designer.document.limits import WHOLE
from designer.document.project import Project
from designer.engine.record import find_number, find_rate
from designer.engine.runs import Checkpoint
from designer.ui.marks import make_label, set_mark
from designer.ui.panels.entries import parse_entry, write_entry
from designer.ui.panels.flow import FlowBox
from designer.ui.theme import fixed_font

WIDTH = 66  # pixels of a field
EPOCHS_WIDTH = 56
MOST_EPOCHS = WHOLE["epochs"][1]
ELSEWHERE = "Followed from its folder: change it where it runs."
RATE = Real(0.0, above=True)
DECAY = Real(0.0)
BATCH = Integer(*WHOLE["batch_size"])


class LiveNumber(QWidget):
    """A number with a name: typed and taken over with Return, halved or doubled by a button. `wanted` carries it.

    `label` is the name as torch spells it, where there is little room.
    """

    wanted = Signal(object)

    def __init__(self, name: str, label: str, kind: ParameterType, tip: str) -> None:
        super().__init__()
        self._kind = kind
        self._value = math.nan
        self.field = QLineEdit()
        self.field.setFont(fixed_font(12))
        self.field.setFixedWidth(WIDTH)
        self.field.setAccessibleName(f"{name} of the run")
        self.field.setToolTip(tip)
        self.half = self._make_button("×½", f"Halve the {name}", lambda: self._value / 2)
        self.double = self._make_button("×2", f"Double the {name}", lambda: self._value * 2)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        word = make_label(label, "muted")
        word.setBuddy(self.field)
        row.addWidget(word)
        row.addSpacing(4)
        for widget in (self.field, self.half, self.double):
            row.addWidget(widget)
        self.field.editingFinished.connect(self._read)
        self.field.textEdited.connect(lambda _: set_mark(self.field, "invalid", False))

    def show_value(self, value: float) -> None:
        """Show what holds now; what is being typed stays."""
        if value != self._value:
            self._value = value
            self.field.setText(write_entry(self._kind, value))
            set_mark(self.field, "invalid", False)

    def _make_button(self, text: str, tip: str, take: Callable[[], float]) -> QToolButton:
        button = QToolButton(text=text, toolTip=tip)
        button.setAccessibleName(tip)
        button.clicked.connect(lambda: self._offer(take()))
        return button

    def _read(self) -> None:
        if not self.field.isModified():
            return
        try:
            value = self._kind.accept(parse_entry(self._kind, self.field.text()))
        except Unacceptable:
            set_mark(self.field, "invalid", True)
            return
        self.field.setModified(False)
        self._offer(value)

    def _offer(self, value) -> None:
        """Ask for a number, as near to the one given as its kind allows."""
        if isinstance(self._kind, Integer):
            value = max(int(value), 1)
        try:
            value = self._kind.accept(value)
        except Unacceptable:
            return
        if value != self._value:
            self.show_value(value)
            self.wanted.emit(value)


class LiveControls(FlowBox):
    """The numbers of the run that is shown. What is `wanted` of each asks for another, from the next step on."""

    rate_wanted = Signal(object)  # float
    batch_wanted = Signal(object)  # int
    decay_wanted = Signal(object)  # float

    def __init__(self) -> None:
        super().__init__(across=12)
        tip = "Takes effect at the next step, also in a held run. Return takes over what you type; undo takes it back."
        self.rate = LiveNumber("learning rate", "lr", RATE, tip)
        self.batch = LiveNumber("batch size", "batch_size", BATCH, tip)
        self.elsewhere = make_label(ELSEWHERE, "muted")
        self.elsewhere.setToolTip("A run that goes on elsewhere cannot be reached: only what it writes is read.")
        self.decay = LiveNumber("weight decay", "weight_decay", DECAY, tip)
        for button in (self.decay.half, self.decay.double):
            button.hide()  # it is 0 most often, and half as much makes no difference
        self.now = make_label("", "muted")  # last in the row: it comes and goes, and moves nothing
        for part in (self.rate, self.batch, self.decay, self.now, self.elsewhere):
            self.add(part)
        self.elsewhere.hide()
        self.rate.wanted.connect(self.rate_wanted)
        self.batch.wanted.connect(self.batch_wanted)
        self.decay.wanted.connect(self.decay_wanted)

    def show_run(self, project: Project, rate: float | None, *, followed: bool = False) -> None:
        """Show the numbers a run trains with; `rate` is that of its last step, which a schedule may have changed.

        One that is `followed` goes on elsewhere: in their place it says so.
        """
        self.elsewhere.setVisible(followed)
        if followed:
            for part in (self.rate, self.batch, self.decay, self.now):
                part.hide()
            return
        training = project.training
        base = find_rate(training) or None
        self.rate.setVisible(base is not None)
        if base is not None:
            self.rate.show_value(base)
        differs = base is not None and rate is not None and abs(rate - base) > 1e-6 * base
        self.now.setVisible(differs)
        if differs:
            self.now.setText(f"lr now {rate:.3g}")
        decay = find_number(training, "weight_decay")
        self.decay.setVisible(decay is not None)
        if decay is not None:
            self.decay.show_value(decay)
        self.batch.setVisible(training.batch == "mini")
        self.batch.show_value(training.batch_size)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())


class AgainRow(FlowBox):
    """What a run that has ended can be gone on with: more epochs, and its checkpoints in a menu.

    `find_checkpoints` gives the checkpoints there are; without any the row is hidden. `find_more` gives the number of
    epochs that is offered, `more_wanted` carries the one that is wanted.
    """

    more_wanted = Signal(int)
    from_wanted = Signal(object)  # Path

    def __init__(self) -> None:
        super().__init__(across=8)
        self.find_checkpoints: Callable[[], Iterable[Checkpoint]] = tuple
        self.find_more: Callable[[], int] = lambda: 1
        self.more = QPushButton("Train more")
        self.more.setToolTip("Go on from where the run ended, for so many epochs")
        self.epochs = QLineEdit()
        self.epochs.setFont(fixed_font(12))
        self.epochs.setFixedWidth(EPOCHS_WIDTH)
        self.epochs.setAccessibleName("epochs to train more")
        self.epochs.setToolTip("So many epochs more; the number is remembered. Return begins")
        self.epochs.setValidator(QIntValidator(1, MOST_EPOCHS, self.epochs))
        self.again = QPushButton("Train again from")
        self.again.setToolTip("Train the present network from a checkpoint of this run: what fits is taken over")
        self.menu = QMenu(self.again)
        self.again.setMenu(self.menu)
        for part in (self.more, self.epochs, make_label("epochs", "muted"), self.again):
            self.add(part)
        self.more.clicked.connect(self._want_more)
        self.epochs.returnPressed.connect(self._want_more)
        self.hide()

    def show_ended(self, ended: bool) -> None:
        """Show what there is of a run that has ended."""
        found = tuple(self.find_checkpoints()) if ended else ()
        if found:
            self.epochs.setText(str(self.find_more()))
        self.menu.clear()
        for each in found:
            action = self.menu.addAction(each.title[:1].upper() + each.title[1:])
            action.triggered.connect(lambda _=False, path=each.path: self.from_wanted.emit(path))
        self.setVisible(bool(found))

    def _want_more(self) -> None:
        if self.epochs.hasAcceptableInput():
            self.more_wanted.emit(int(self.epochs.text()))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())
