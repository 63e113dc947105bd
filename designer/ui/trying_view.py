"""Wires the Try it tab: the entry that fits the network's samples, its answers, and what is chosen in the head."""

import random
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QHBoxLayout, QWidget

from designer.ui.along import Along
from designer.ui.panels.try_it import EMPTY, GIVEN_UP, OPENING, TryPanel
from designer.ui.pixels import stretch
from designer.ui.plots.answer_board import THRESHOLD, AnswerBoard
from designer.ui.plots.picker import SamplePicker
from designer.ui.try_made import TryMade
from designer.ui.try_number import TryNumber
from designer.ui.try_picture import TryPicture
from designer.ui.try_row import TryRow
from designer.ui.try_series import TrySeries
from designer.ui.try_text import TryContinue, TryText
from designer.ui.words import write_count

if TYPE_CHECKING:
    from designer.engine.trying.bench import Bench
    from designer.ui.trying import Trying
    from designer.ui.window import Window

Way = TryPicture | TryRow | TrySeries | TryText | TryContinue | TryNumber


class TryView(QObject):
    """The ways to give a sample, the board of answers, and the panel they stand in."""

    def __init__(self, window: "Window", trying: "Trying") -> None:
        super().__init__(window)
        self._window, self._trying = window, trying
        theme = window.theme
        self.picker = SamplePicker()
        self.board = AnswerBoard(theme)
        kinds = (TryPicture, TryRow, TrySeries, TryText, TryContinue, TryNumber)
        self.ways: tuple[Way, ...] = tuple(kind(trying, theme) for kind in kinds)
        self.way: Way = self.ways[-1]
        self._shown: tuple[object, int] = (None, -1)
        self.made = TryMade(trying, theme)
        right = QWidget()
        right.setObjectName("ground")
        row = QHBoxLayout(right)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.board, 1)
        row.addWidget(self.made.part, 1)
        self.panel = TryPanel(self.picker, right, [way.entry for way in self.ways])
        self._along = Along(window, trying)
        self._listen()
        self.refresh()

    def _listen(self) -> None:
        panel, trying = self.panel, self._trying
        panel.watched.connect(trying.watch)
        panel.head.weights_chosen.connect(trying.use)
        panel.head.cancel_wanted.connect(self._give_up)
        panel.head.along.toggled.connect(self._along.show)
        self.picker.chosen.connect(trying.take)
        self.picker.random_wanted.connect(lambda: self.picker.take(random.randrange(self.picker.count)))
        trying.changed.connect(self.refresh)
        trying.sample_changed.connect(self.show_reply)
        trying.busy_changed.connect(lambda _: self._show_head())
        trying.refused.connect(self._refuse)
        self._window.trainer.state_changed.connect(trying.follow)

    def refresh(self) -> None:
        """Show what can be asked now."""
        trying, panel = self._trying, self.panel
        self._show_head()
        if trying.bench is None:
            return
        panel.say(trying.bench.missing)
        self.way = next(way for way in self.ways if way.fits(trying.standing.entry))
        panel.show_entry(self.way.entry)
        self._shown = None, -1
        if trying.sample is None and trying.bench.stock is None:
            self.way.ask_first()
        self.show_reply()

    def _show_head(self) -> None:
        trying, head = self._trying, self.panel.head
        head.weights.show_choices(trying.weights.choices, trying.weights.find_heir(trying.standing.which))
        bench = trying.bench
        stock = bench.stock if bench is not None else None
        asks = bench is not None and bench.takes_samples
        self.picker.setVisible(asks and stock is not None and stock.count > 0)
        self.panel.entries.setVisible(asks)
        head.along.setVisible(asks or bench is None)
        head.along.setEnabled(asks)
        head.about.setText(describe_bench(bench, trying.weights.name) if bench is not None else "")
        head.cancel.setVisible(bench is None and trying.is_opening)
        if bench is None:
            said = bool(self.panel.message.text())
            self.panel.show_nothing(OPENING if trying.is_opening else "" if said else EMPTY)

    def show_reply(self) -> None:
        """Show the sample and what the network says of it."""
        sample, reply, bench = self._trying.sample, self._trying.reply, self._trying.bench
        if sample is None or reply is None or bench is None:
            self._shown = None, -1
            self.board.show_answers((), stretch)
            self.board.setVisible(bench is None or bench.takes_samples)
            if isinstance(self.way, TryPicture):
                self.way.show_nothing()
            return
        if bench.stock is not None:
            self.picker.show_number(sample.number if sample.number >= 0 else self.picker.number, bench.stock.count)
        key = bench.stock, sample.number
        if sample.number < 0 or key != self._shown or self.way.follows:  # else it stands there, or is being changed
            self.way.show(sample)
        self._shown = key
        entry = self._trying.standing.entry
        show = getattr(entry, "show", stretch)  # of pictures
        self.board.threshold = self._find_threshold()
        self.board.show_answers(reply.answers, show)
        self.board.setVisible(bool(reply.answers))

    def _find_threshold(self) -> float:
        """Return where yes begins: as it was chosen in the Evaluate tab for the same run, else at a half."""
        evaluating = self._window.evaluating
        same = evaluating.weights.run is self._trying.weights.run and evaluating.result is not None
        return evaluating.result.assessment.threshold if same and evaluating.result is not None else THRESHOLD

    def _refuse(self, text: str) -> None:
        bench = self._trying.bench
        self.panel.say(text or (bench.missing if bench is not None else ""))
        if text:
            self.board.show_answers((), stretch)
        if bench is None:
            self._show_head()

    def _give_up(self) -> None:
        self._trying.cancel()
        self.panel.show_nothing(GIVEN_UP)


def describe_bench(bench: "Bench", name: str) -> str:
    """Return in words whose answers these are: of which run, and of what epoch or step."""
    weights = bench.weights
    parts = [name, f"epoch {write_count(weights.epoch)}" if weights.epoch else ""]
    parts.append(f"step {write_count(weights.step)}" if weights.step else "")
    return " · ".join(part for part in parts if part)
