"""How samples of an evaluation look: a picture, a line of a series, a text, a row of a table. And what they are called."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen

from designer.catalogue.facts import facts
from designer.document.wording import show_name
from designer.engine.evaluation.record import Evaluation, Outcome, write_number
from designer.ui.theme import colour

MOST_LETTERS = 240
MOST_NUMBERS = 12
MOST_LABELS = 6


@dataclass(frozen=True, slots=True, eq=False)
class Faces:
    """The faces of an evaluation's samples. `form` is "picture", "series", "text", "row" or "numbers".

    `vocabulary` are the tokens of a text by their numbers, `features` the columns of a table that the network is given.
    """

    evaluation: Evaluation
    form: str
    vocabulary: tuple[str, ...] = ()
    features: tuple[str, ...] = ()

    def draw(self, place: int, height: int) -> QImage | None:
        """Return a sample as a picture of about so many pixels of height, None where it is none."""
        if self.form != "picture":
            return None
        pictures = [_draw_picture(part[place]) for part in self.evaluation.samples]
        width = sum(picture.width() for picture in pictures) + 2 * (len(pictures) - 1)
        whole = QImage(width, max(picture.height() for picture in pictures), QImage.Format.Format_ARGB32)
        whole.fill(Qt.GlobalColor.transparent)
        painter, left = QPainter(whole), 0
        for picture in pictures:
            painter.drawImage(left, 0, picture)
            left += picture.width() + 2
        painter.end()
        return whole.scaledToHeight(height, _choose_scaling(whole.height(), height))

    def draw_series(self, painter: QPainter, ink: str, room: QRectF, place: int) -> None:
        """Draw the numbers of a sample as a line, from its least to its largest."""
        numbers = self.evaluation.samples[0][place].reshape(-1).astype(np.float64)
        low, high = float(numbers.min()), float(numbers.max())
        span = high - low or 1.0
        step = room.width() / max(len(numbers) - 1, 1)
        points = [
            QPointF(room.left() + step * index, room.bottom() - room.height() * (value - low) / span)
            for index, value in enumerate(numbers.tolist())
        ]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour(ink), 1.4))
        painter.drawPolyline(points)

    def write(self, place: int) -> str:
        """Return a sample in one line of plain text."""
        return _shorten(self.write_all(place).replace("\n", " "))

    def write_all(self, place: int) -> str:
        """Return all of a sample as plain text."""
        evaluation, samples = self.evaluation, self.evaluation.samples
        if self.form == "row":
            return " · ".join(f"{name} {value}" for name, value in self.list_cells(place)[: len(self.features)])
        if self.form == "text" and isinstance(evaluation.raw, list):
            return str(evaluation.raw[int(evaluation.rows[place])])
        if not samples:
            return ""
        if self.form == "text":
            letters = [self.vocabulary[int(token)] for token in samples[0][place].reshape(-1)]
            return ("" if all(len(word) == 1 for word in self.vocabulary) else " ").join(letters)
        numbers = samples[0][place].reshape(-1)
        shown = "  ".join(f"{number:.4g}" for number in numbers[:MOST_NUMBERS].tolist())
        return shown.replace("-", "−") + (" …" if len(numbers) > MOST_NUMBERS else "")

    def list_cells(self, place: int) -> list[tuple[str, str]]:
        """Return the cells of a sample's row of the table by their columns: first what the network is given, then the rest."""
        table = self.evaluation.raw
        row = table.iloc[int(self.evaluation.rows[place])]
        names = (*self.features, *(name for name in table.columns if name not in self.features))
        return [(show_name(str(name), 40), show_name(str(row[name]), 60)) for name in names]


def make_faces(evaluation: Evaluation) -> Faces:
    """Return how the samples of an evaluation are shown."""
    known, raw = facts(evaluation.project), evaluation.raw
    samples = evaluation.samples
    shape = samples[0].shape[1:] if samples else ()
    if len(shape) == 3 and shape[0] in (1, 3) and min(shape[1:]) > 1:
        return Faces(evaluation, "picture")
    if raw is not None and hasattr(raw, "iloc") and evaluation.rows_known:
        return Faces(evaluation, "row", features=_list_features(evaluation))
    if isinstance(raw, list) and raw and isinstance(raw[0], str) and evaluation.rows_known:
        return Faces(evaluation, "text")
    if not samples:
        return Faces(evaluation, "numbers")
    if known is not None and known.target.kind == "tokens" and len(shape) == 1:
        return Faces(evaluation, "text", known.target.labels or tuple(map(str, range(known.target.size))))
    if len(shape) == 2 and shape[1] == 1 and np.issubdtype(samples[0].dtype, np.floating):
        return Faces(evaluation, "series")
    return Faces(evaluation, "numbers")


def _list_features(evaluation: Evaluation) -> tuple[str, ...]:
    """Return the columns of the table that the network is given, as the source names them; else all."""
    source = evaluation.project.data.source
    given = source.parameters if source is not None else {}
    named: list[str] = []
    for name in ("numbers", "categories", "dates"):
        columns = given.get(name)
        named += [each if isinstance(each, str) else str(each[0]) for each in columns] if isinstance(columns, tuple) else []  # type: ignore[index]  # fmt: skip
    there = set(evaluation.raw.columns)
    return tuple(name for name in named if name in there) or tuple(evaluation.raw.columns)


def name_truth(outcome: Outcome, place: int, threshold: float) -> tuple[str, str, str]:
    """Return in words what would have been right for a sample, what was answered, and how sure the network was."""
    match outcome.task:
        case "class":
            truth, answer = int(outcome.targets[place]), int(outcome.answers[place])
            sure = f"{100 * float(outcome.chances[place, answer]):.1f} %"
            return outcome.labels[truth], outcome.labels[answer], sure
        case "binary":
            chance = float(outcome.chances[place, 0])
            yes = chance > threshold
            sure = f"{100 * (chance if yes else 1 - chance):.1f} %"
            return outcome.labels[int(outcome.targets[place, 0])], outcome.labels[int(yes)], sure
        case "labels":
            answers = outcome.chances[place] > threshold
            chances = outcome.chances[place]
            sure = f"{100 * float(np.where(answers, chances, 1 - chances).min()):.1f} %"
            return _join(outcome.labels, outcome.targets[place] > 0), _join(outcome.labels, answers), sure
        case "value":
            error = float(np.abs(outcome.answers[place] - outcome.targets[place]).mean())
            return (
                _write_numbers(outcome.targets[place]),
                _write_numbers(outcome.answers[place]),
                write_number(error, ".4g"),
            )
        case "tokens":
            right = float((outcome.answers[place] == outcome.targets[place]).mean())
            return (
                _spell(outcome, outcome.targets[place]),
                _spell(outcome, outcome.answers[place]),
                f"{100 * right:.0f} %",
            )
    return "", "", ""


def _join(labels: Sequence[str], chosen: Any) -> str:
    return ", ".join(label for label, on in zip(labels, chosen, strict=True) if on) or "none"


def _spell(outcome: Outcome, tokens: np.ndarray) -> str:
    glue = "" if all(len(word) == 1 for word in outcome.labels) else " "
    return _shorten(glue.join(outcome.labels[int(token)] for token in tokens).replace("\n", "⏎"))


def _write_numbers(values: np.ndarray) -> str:
    shown = ", ".join(write_number(value, ".5g") for value in values[:MOST_LABELS].tolist())
    return shown + (" …" if len(values) > MOST_LABELS else "")


def _shorten(text: str) -> str:
    return text if len(text) <= MOST_LETTERS else f"{text[: MOST_LETTERS - 1]}…"


def _draw_picture(sample: np.ndarray) -> QImage:
    """Return channels x height x width of any range as an image."""
    low, high = float(sample.min()), float(sample.max())
    scaled = np.rint((sample - low) / ((high - low) or 1.0) * 255).astype(np.uint8)
    pixels = np.ascontiguousarray(np.moveaxis(scaled, 0, -1))
    height, width, channels = pixels.shape
    form = QImage.Format.Format_Grayscale8 if channels == 1 else QImage.Format.Format_RGB888
    return QImage(pixels.data, width, height, width * channels, form).copy()


def _choose_scaling(height: int, wanted: int) -> Qt.TransformationMode:
    small = height <= wanted  # its pixels stay sharp
    return Qt.TransformationMode.FastTransformation if small else Qt.TransformationMode.SmoothTransformation
