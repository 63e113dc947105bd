"""The samples of an evaluation, worst first: each with its face, the truth, the answer, how sure it was, and its loss."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from designer.engine.evaluation.record import Evaluation, Outcome
from designer.ui.sample_faces import Faces, make_faces, name_truth
from designer.ui.theme import Theme, colour

Index = QModelIndex | QPersistentModelIndex
PICTURE, TEXT = 46, 24  # logical pixels of a row
FACE_WIDTH = 250
SURE = {"value": ("error", "Mean absolute error"), "tokens": ("right", "Share of the places that are right")}
KEPT = 400  # faces that are drawn already


@dataclass(frozen=True, slots=True)
class Head:
    """A column: its title, what it says, and whether its values stand at the right."""

    title: str
    tip: str
    right: bool = False


def list_heads(outcome: Outcome) -> tuple[Head, ...]:
    """Return the columns for an outcome."""
    sure = SURE.get(
        outcome.task, ("sure", "The chance that the network gave to its answer; of several labels the least")
    )
    return (
        Head("row", "Number of the sample in the data; the first is 1", right=True),
        Head("sample", "What the network was given"),
        Head("true", "What would have been right"),
        Head("answered", "What the network answered"),
        Head(sure[0], sure[1], right=True),
        Head("loss", "The loss of this sample by itself", right=True),
    )


class SampleModel(QAbstractTableModel):
    """The samples that are shown, in their order; cells are worked out when they are seen."""

    def __init__(self) -> None:
        super().__init__()
        self.evaluation: Evaluation | None = None
        self.outcome: Outcome | None = None
        self.faces: Faces | None = None
        self.threshold = 0.5
        self.heads: tuple[Head, ...] = ()
        self.shown = np.zeros(0, np.int64)  # places within the outcome
        self._by = 5, Qt.SortOrder.DescendingOrder

    def show_samples(self, evaluation: Evaluation, outcome: Outcome, threshold: float, chosen: np.ndarray) -> None:
        """Show chosen samples of an outcome, by their places in it."""
        self.beginResetModel()
        if evaluation is not self.evaluation:
            self.faces = make_faces(evaluation)
        self.evaluation, self.outcome, self.threshold = evaluation, outcome, threshold
        self.heads = list_heads(outcome)
        self.shown = chosen[self._order(chosen)]
        self.endResetModel()

    def clear(self) -> None:
        """Show nothing, and keep nothing."""
        self.beginResetModel()
        self.evaluation = self.outcome = self.faces = None
        self.shown = np.zeros(0, np.int64)
        self.endResetModel()

    def place_at(self, row: int) -> tuple[int, int]:
        """Return the place of a row's sample in the outcome, and that in the part."""
        assert self.outcome is not None
        place = int(self.shown[row])
        return place, int(self.outcome.places[place])

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Bring the samples into the order of a column."""
        self._by = (5, Qt.SortOrder.DescendingOrder) if column < 0 else (column, order)
        self.layoutAboutToBeChanged.emit()
        self.shown = self.shown[self._order(self.shown)]
        self.layoutChanged.emit()

    def _order(self, places: np.ndarray) -> np.ndarray:
        outcome, evaluation = self.outcome, self.evaluation
        if outcome is None or evaluation is None or not len(places):
            return np.arange(len(places))
        column, order = self._by
        keys: dict[int, Callable[[], Any]] = {
            0: lambda: evaluation.rows[outcome.places[places]],
            2: lambda: [name_truth(outcome, place, self.threshold)[0] for place in places.tolist()],
            3: lambda: [name_truth(outcome, place, self.threshold)[1] for place in places.tolist()],
            4: lambda: _read_sureness(outcome, self.threshold)[places],
        }
        key = keys.get(column, lambda: outcome.losses[places])()
        found = np.argsort(np.asarray(key), kind="stable")
        return found[::-1] if order == Qt.SortOrder.DescendingOrder else found

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt has it
        return 0 if parent.isValid() else len(self.shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.heads)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or section >= len(self.heads):
            return None
        head = self.heads[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _align(head)
        if role == Qt.ItemDataRole.DisplayRole:
            return head.title
        return head.tip if role == Qt.ItemDataRole.ToolTipRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self.outcome is None or self.evaluation is None or self.faces is None:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _align(self.heads[index.column()])
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        place, sample = self.place_at(index.row())
        match index.column():
            case 0:
                return f"{self.evaluation.number(sample):,}"
            case 1:
                if role == Qt.ItemDataRole.ToolTipRole:
                    return (
                        "" if self.faces.form == "picture" else f"<qt/>{_escape(self.faces.write_all(sample)[:1500])}"
                    )
                return "" if self.faces.form in ("picture", "series") else self.faces.write(sample)
            case 5:
                return f"{float(self.outcome.losses[place]):.4g}"
        return name_truth(self.outcome, place, self.threshold)[index.column() - 2]


def _align(head: Head) -> Qt.AlignmentFlag:
    return (Qt.AlignmentFlag.AlignRight if head.right else Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter


def _escape(text: str) -> str:
    import html

    return html.escape(text)


def _read_sureness(outcome: Outcome, threshold: float) -> np.ndarray:
    match outcome.task:
        case "class":
            return np.take_along_axis(outcome.chances, outcome.answers[:, None].astype(np.int64), 1)[:, 0]
        case "binary" | "labels":
            return np.where(outcome.decide(threshold), outcome.chances, 1 - outcome.chances).min(1)
        case "tokens":
            return (outcome.answers == outcome.targets).mean(1)
    return outcome.count_wrong(threshold)


class FaceDelegate(QStyledItemDelegate):
    """Paints the faces of samples that are pictures or series."""

    def __init__(self, model: SampleModel, theme: Theme) -> None:
        super().__init__()
        self._model, self.theme = model, theme
        self._drawn: dict[tuple[int, int], QImage] = {}
        model.modelReset.connect(self._drawn.clear)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        faces = self._model.faces
        if faces is None or faces.form not in ("picture", "series"):
            return
        _, sample = self._model.place_at(index.row())
        room = QRectF(option.rect).adjusted(6, 3, -6, -3)  # type: ignore[attr-defined]
        painter.save()
        if faces.form == "series":
            chosen = bool(option.state & QStyle.StateFlag.State_Selected)  # type: ignore[attr-defined]
            ink = self.theme.on_accent if chosen else self.theme.family["linear"]
            faces.draw_series(painter, ink, room.adjusted(0, 2, 0, -2), sample)
        else:
            scale = painter.device().devicePixelRatioF()
            height = round(room.height() * scale)
            image = self._drawn.get((sample, height))
            if image is None:
                if len(self._drawn) > KEPT:
                    self._drawn.clear()
                image = self._drawn[sample, height] = faces.draw(sample, height) or QImage()
            place = QRectF(room.left(), room.top(), image.width() / scale, image.height() / scale)
            painter.drawImage(place, image)
            painter.setPen(colour(self.theme.border))
            painter.drawRect(place)
        painter.restore()


class SampleTable(QTableView):
    """The table. `chosen` carries a sample's place in the outcome as the cursor comes to it."""

    chosen = Signal(int)

    def __init__(self, model: SampleModel, theme: Theme) -> None:
        super().__init__()
        self.setModel(model)
        self._model = model
        self._delegate = FaceDelegate(model, theme)
        self.setItemDelegateForColumn(1, self._delegate)
        self.setAccessibleName("samples, worst first")
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(5, Qt.SortOrder.DescendingOrder)
        self.setSortingEnabled(True)
        self.setMinimumSize(180, 40)
        self._laid_out: tuple[str, str] | None = None
        self.selectionModel().currentRowChanged.connect(self._tell)
        model.modelReset.connect(self._lay_out)

    def minimumSizeHint(self) -> QSize:
        return QSize(180, 40)

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        self._delegate.theme = theme
        self.viewport().update()

    def go_to(self, place: int) -> None:
        """Bring the cursor to a sample, by its place in the outcome."""
        found = np.flatnonzero(self._model.shown == place)
        if len(found):
            index = self._model.index(int(found[0]), 0)
            self.setCurrentIndex(index)
            self.scrollTo(index, QTableView.ScrollHint.PositionAtCenter)

    def _lay_out(self) -> None:
        model = self._model
        if model.faces is None or model.outcome is None:
            return
        form = model.faces.form
        self.verticalHeader().setDefaultSectionSize(PICTURE if form in ("picture", "series") else TEXT)
        if self._laid_out != (form, model.outcome.task):
            self._laid_out = form, model.outcome.task
            face = 76 if form == "picture" else 150 if form == "series" else FACE_WIDTH
            name = 190 if model.outcome.task in ("tokens", "labels") else 92
            for place, width in enumerate((56, face, name, name, 70, 70)):
                self.setColumnWidth(place, width)

    def _tell(self, index: QModelIndex, _: QModelIndex) -> None:
        if index.isValid():
            self.chosen.emit(self._model.place_at(index.row())[0])
