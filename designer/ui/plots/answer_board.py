"""The answers to one sample, one below the other: in words, with the truth where it is known, and as bars."""

import math
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from designer.document.wording import show_name
from designer.engine.evaluation.record import write_number
from designer.engine.trying.said import Answer
from designer.ui.marks import make_label, set_mark
from designer.ui.pixels import PixelView
from designer.ui.plots.answer_bars import AnswerBars
from designer.ui.plots.distribution import BarPlot
from designer.ui.sample_faces import name_truth
from designer.ui.theme import Theme

THRESHOLD = 0.5
Show = Callable[[np.ndarray], np.ndarray]  # numbers of the network's own range as pixels from 0 to 1
FEW = 12  # values that are written one by one


class AnswerPart(QWidget):
    """One answer: a headline, what would have been right, and a plot of its form."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.headline = make_label("", "title", wrap=True)
        self.truth = make_label("", "muted", wrap=True)
        self.bars = AnswerBars(theme)
        self.picture = PixelView(theme, "what the network made of it")
        self.curve = BarPlot(theme)
        self.plots: tuple[AnswerBars | PixelView | BarPlot, ...] = (self.bars, self.picture, self.curve)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for part in (self.headline, self.truth):
            column.addWidget(part)
        for plot in self.plots:
            column.addWidget(plot, 100)
        column.addStretch(1)
        self.truth.hide()

    def show_answer(self, answer: Answer, threshold: float, show: Show) -> None:
        """Show an answer of any form; `show` makes a picture of what has the form of one."""
        self.headline.setText(write_headline(answer, threshold))
        self._show_truth(answer, threshold)
        plot: QWidget = self.bars
        if answer.values is not None:
            plot = self._show_values(answer.values, show)
        elif answer.form == "values":
            self.bars.show_values([(show_name(name), value) for name, value in answer.bars])
            if len(answer.bars) > FEW:
                plot = self._show_values(np.array([value for _, value in answer.bars], np.float32), show)
        else:
            labels = answer.form == "questions"
            write = show_token if answer.form == "next" else show_name
            bars = [(write(name), chance) for name, chance in answer.bars]
            right = [write(name) for name in self._list_right(answer)]
            self.bars.show_chances(bars, right, threshold if labels else None)
        for each in self.plots:
            each.setVisible(each is plot)
        few = answer.form == "values" and len(answer.bars) == 1
        self.bars.setVisible(plot is self.bars and not few)

    def _show_values(self, values: np.ndarray, show: Show) -> QWidget:
        if values.ndim == 3 and values.shape[0] in (1, 3) and min(values.shape[1:]) > 1:
            self.picture.show_pixels(show(values))
            return self.picture
        self.curve.show_values(values.ravel())
        return self.curve

    def _show_truth(self, answer: Answer, threshold: float) -> None:
        outcome = answer.outcome
        truth, said, _ = name_truth(outcome, 0, threshold) if outcome is not None else ("", "", "")
        self.truth.setVisible(bool(truth))
        if not truth:
            return
        verdict = ""
        if answer.form in ("classes", "binary", "questions"):
            verdict = " · right" if truth == said else " · wrong"
        self.truth.setText(f"In the data: {truth}{verdict}")
        set_mark(self.truth, "wrong", verdict == " · wrong")

    def _list_right(self, answer: Answer) -> tuple[str, ...]:
        outcome = answer.outcome
        if outcome is None or not len(outcome.targets):
            return ()
        if outcome.task == "class":
            return (outcome.labels[int(outcome.targets[0])],)
        if outcome.task == "binary":
            return (outcome.labels[int(outcome.targets[0, 0])],)
        if outcome.task == "labels":
            return tuple(name for name, on in zip(outcome.labels, outcome.targets[0], strict=True) if on > 0)
        return ()


class AnswerBoard(QWidget):
    """All answers of a network to one sample."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.threshold = THRESHOLD
        self.parts: list[AnswerPart] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 0, 8, 4)
        self._column.setSpacing(10)
        self._column.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setObjectName("ground")
        self.setAccessibleName("answers")

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        self._theme = theme
        for part in self.parts:
            for plot in part.plots:
                plot.set_theme(theme)

    def show_answers(self, answers: tuple[Answer, ...], show: Show) -> None:
        """Show these answers in place of those before; `show` makes a picture of what has the form of one."""
        while len(self.parts) < len(answers):
            part = AnswerPart(self._theme)
            self.parts.append(part)
            self._column.addWidget(part, 1)
        for place, part in enumerate(self.parts):
            part.setVisible(place < len(answers))
            if place < len(answers):
                part.show_answer(answers[place], self.threshold, show)
        self.setAccessibleDescription("; ".join(write_headline(answer, self.threshold) for answer in answers))


def write_headline(answer: Answer, threshold: float = THRESHOLD) -> str:
    """Return an answer in one line; of questions those whose chance is above a threshold."""
    start = f"{show_name(answer.name)}: " if answer.name else ""
    if answer.form in ("classes", "binary"):
        if not math.isfinite(answer.chance):
            return f"{start}no answer: what the network gives is not a number"
        return f"{start}{show_name(answer.best)} · {100 * answer.chance:.1f} %"
    if answer.form == "questions":
        yes = ", ".join(name for name, chance in answer.bars if chance > threshold)
        return f"{start}{show_name(yes or 'none', 200)}"
    if answer.form == "next":
        return f"{start}next: {show_token(answer.best)} · {100 * answer.chance:.1f} %"
    if answer.form == "values" and len(answer.bars) == 1:
        name, value = answer.bars[0]
        unit = f" {answer.unit}" if answer.unit else ""
        return f"{start}{show_name(name)}: {write_number(value, '.5g')}{unit}"
    return f"{start}What the network makes of it" if answer.form == "copy" else start.removesuffix(": ")


def show_token(token: str) -> str:
    """Return a token so that white space is seen."""
    return {"\n": "⏎", " ": "␣", "\t": "⇥"}.get(token, show_name(token, 40))
