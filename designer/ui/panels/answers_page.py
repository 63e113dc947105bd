"""The page of samples: all of them or those of a cell, the table, and beside it the one the cursor is at, larger."""

import numpy as np
from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from designer.engine.evaluation.record import Evaluation, Outcome
from designer.ui.marks import make_label
from designer.ui.panels.sample_table import SampleModel, SampleTable
from designer.ui.sample_faces import name_truth
from designer.ui.theme import Theme
from designer.ui.words import write_amount

MOST_CHANCES = 5
PICTURE = 132  # logical pixels
NARROW = 560  # below which the table has all the room
LOW = 250  # below which the picture stands beside what is told of it


class Picture(QWidget):
    """A picture as large as it fits, at its left upper corner."""

    def __init__(self) -> None:
        super().__init__()
        self._image: QImage | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def show_image(self, image: QImage | None) -> None:
        """Show a picture, None for none."""
        self._image = image
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        if self._image is None:
            return QSize(0, 0)
        return QSize(round(PICTURE * self._image.width() / max(self._image.height(), 1)), PICTURE)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, 40)

    def paintEvent(self, event) -> None:
        if self._image is not None and not self._image.isNull():
            size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            QPainter(self).drawImage(QRect(QPoint(0, 0), size), self._image)


class AnswersPage(QWidget):
    """`all_wanted` asks for all samples again, `why_wanted` why the chosen one was answered so."""

    all_wanted = Signal()
    why_wanted = Signal()

    def __init__(self, model: SampleModel, theme: Theme) -> None:
        super().__init__()
        self.model = model
        self.about = make_label("", "muted")
        self.all = QPushButton("Show all")
        self.why = QPushButton("Why")
        self.why.setToolTip("What of this sample spoke for its answer, and what against it (double click, Return)")
        self.table = SampleTable(model, theme)
        self.picture = Picture()
        self.text = QPlainTextEdit(readOnly=True)
        self.text.setAccessibleName("the chosen sample")
        self.text.setTabChangesFocus(True)
        self.text.setMinimumSize(150, 40)
        self.side = QWidget()
        self._beside = QBoxLayout(QBoxLayout.Direction.TopToBottom, self.side)
        self._beside.setContentsMargins(8, 0, 0, 0)
        self._beside.addWidget(self.picture)
        self._beside.addWidget(self.text, 1)
        top = QHBoxLayout()
        top.addWidget(self.about, 1)
        top.addWidget(self.all)
        top.addWidget(self.why)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.addWidget(self.table)
        self.splitter.addWidget(self.side)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setSizes([640, 230])
        self.splitter.setHandleWidth(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self.splitter, 1)
        self.all.clicked.connect(self.all_wanted)
        self.why.clicked.connect(self.why_wanted)
        self.table.activated.connect(lambda _: self.why_wanted.emit())
        self.table.chosen.connect(self._show_one)

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        self.table.set_theme(theme)

    def clear(self) -> None:
        """Show nothing."""
        self.model.clear()
        self.picture.show_image(None)
        self.text.clear()

    def show_samples(
        self, evaluation: Evaluation, outcome: Outcome, threshold: float, places: np.ndarray | None, what: str
    ) -> None:
        """Show samples by their places in the outcome, all where there are none; `what` says which they are."""
        self.model.show_samples(evaluation, outcome, threshold, np.arange(outcome.rows) if places is None else places)
        some = places is not None
        count = write_amount(len(self.model.shown), "sample")
        self.about.setText(f"{what}: {count}" if some else self._count_wrong(outcome, threshold))
        self.all.setVisible(some)
        if len(self.model.shown):
            self.table.setCurrentIndex(self.model.index(0, 0))
        else:
            self._show_none()

    def move_threshold(self, threshold: float) -> None:
        """Let yes begin elsewhere; the samples that are shown stay."""
        model = self.model
        if model.evaluation is not None and model.outcome is not None:
            model.threshold = threshold
            model.dataChanged.emit(model.index(0, 0), model.index(max(len(model.shown) - 1, 0), 5))
            if not self.all.isVisibleTo(self):
                self.about.setText(self._count_wrong(model.outcome, threshold))

    def _count_wrong(self, outcome: Outcome, threshold: float) -> str:
        count = write_amount(outcome.rows, "sample")
        if outcome.task == "value":
            return f"{count}, worst first"
        wrong = int((outcome.count_wrong(threshold) > 0).sum())
        word = "not all right" if outcome.task in ("labels", "tokens") else "wrong"
        return f"{count}, worst first; {wrong:,} {word}" if outcome.task != "none" else f"{count}, worst first"

    def resizeEvent(self, event) -> None:
        super().resizeEvent(event)
        self.side.setVisible(self.width() >= NARROW)
        low = self.height() < LOW
        ways = QBoxLayout.Direction
        self._beside.setDirection(ways.LeftToRight if low else ways.TopToBottom)

    def _show_none(self) -> None:
        self.picture.show_image(None)
        self.text.setPlainText("")

    def _show_one(self, place: int) -> None:
        model = self.model
        if model.evaluation is None or model.outcome is None or model.faces is None:
            return
        sample = int(model.outcome.places[place])
        image = model.faces.draw(sample, round(PICTURE * self.devicePixelRatioF()))
        self.picture.setVisible(image is not None)
        if image is not None:
            self.picture.show_image(image)
        self.text.setPlainText("\n".join(self._list_facts(model.outcome, place, sample)))

    def _list_facts(self, outcome: Outcome, place: int, sample: int) -> list[str]:
        model = self.model
        assert model.evaluation is not None
        assert model.faces is not None
        truth, answer, sure = name_truth(outcome, place, model.threshold)
        lines = [model.evaluation.name_sample(sample)]
        lines += [f"true: {truth}", f"answered: {answer}"] if truth or answer else []
        if outcome.task == "class":
            order = np.argsort(-outcome.chances[place], kind="stable")[:MOST_CHANCES]
            lines += [f"  {100 * float(outcome.chances[place, k]):5.1f} %  {outcome.labels[k]}" for k in order.tolist()]
        elif outcome.task == "labels":
            chances = outcome.chances[place].tolist()
            lines += [f"  {100 * c:5.1f} %  {name}" for name, c in zip(outcome.labels, chances, strict=True)]
        elif outcome.task == "binary":
            lines.append(f"sure: {sure}")
        elif outcome.task == "value":
            lines.append(f"error: {sure}")
        lines.append(f"loss: {float(outcome.losses[place]):.5g}")
        if model.faces.form == "row":
            lines += ["", *(f"{name}: {value}" for name, value in model.faces.list_cells(sample))]
        elif model.faces.form not in ("picture", "series"):
            lines += ["", model.faces.write_all(sample)]
        return lines

    def minimumSizeHint(self) -> QSize:
        return QSize(220, 74)
