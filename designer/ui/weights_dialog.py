"""The dialog of Load weights: what of a file goes where in the network, and where the fitting weights are written."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from designer.document.project import Project
from designer.ui.background import Job, Report

if TYPE_CHECKING:
    from designer.engine.transfer import Line, Transfer

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
HEADS = ("in the file", "in the network", "sizes", "layer", "how")
NO_INDEX = QModelIndex()
LONGEST_WAIT = 5.0  # seconds for the thread when the dialog closes
SENTENCES = ("NotReady", "Untrusted")  # errors whose text is for people; their modules may not be loaded yet
STEPS = 1000  # of the progress bar


class LinesModel(QAbstractTableModel):
    """A row for each tensor; a tick takes it, with all of its layer. `changed` is emitted when the choice is."""

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._lines: tuple[Line, ...] = ()
        self.without: set[str] = set()  # layers that begin fresh

    def show(self, lines: "tuple[Line, ...]") -> None:
        """Show other rows, all of them taken that can be."""
        self.beginResetModel()
        self._lines = lines
        self.without = set()
        self.endResetModel()

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(HEADS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Role.DisplayRole:
            return HEADS[section]
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        line = self._lines[index.row()]
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        if not line.taken:
            return flags if index.column() == len(HEADS) - 1 else Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.column() == 0 and line.node else flags

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        line = self._lines[index.row()]
        cells = (line.given, line.own, line.sizes, line.layer, self._tell(line))
        if role in (Role.DisplayRole, Role.ToolTipRole):
            return cells[index.column()]
        if role == Role.AccessibleTextRole:
            return f"{HEADS[index.column()]}: {cells[index.column()] or 'nothing'}"
        if role == Role.CheckStateRole and index.column() == 0 and line.taken:
            return Qt.CheckState.Unchecked if line.node in self.without else Qt.CheckState.Checked
        return None

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        if role != Role.CheckStateRole or not self.flags(index) & Qt.ItemFlag.ItemIsUserCheckable:
            return False
        node = self._lines[index.row()].node
        (self.without.discard if Qt.CheckState(value) == Qt.CheckState.Checked else self.without.add)(node)
        self.dataChanged.emit(self.index(0, 0), self.index(len(self._lines) - 1, len(HEADS) - 1))
        self.changed.emit()
        return True

    def _tell(self, line: "Line") -> str:
        return "left out, begins fresh" if line.taken and line.node in self.without else line.how


class WeightsDialog(QDialog):
    """Shows what fits, and writes it when asked. `loaded` carries the file written and what it holds, in a sentence.

    Reading and writing happen on a thread; closing the dialog gives them up.
    """

    loaded = Signal(Path, str)

    def __init__(self, project: Project, path: Path, out: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Load weights")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.resize(980, 600)
        self._transfer: Transfer | None = None
        self._job: Job | None = None
        self.message = QLabel(f"Reading {path.name} …")
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setWordWrap(True)
        self.model = LinesModel(self)
        self.model.changed.connect(self._count)
        self.table = self._make_table()
        self.bar = QProgressBar(maximum=0)
        self.bar.setTextVisible(False)
        self.place = QLineEdit(str(out))
        self.place.setAccessibleName("Where the weights are written")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Apply | QDialogButtonBox.StandardButton.Cancel)
        self.apply = self.buttons.button(QDialogButtonBox.StandardButton.Apply)
        self.apply.setEnabled(False)
        self.apply.clicked.connect(self._write)
        self.buttons.rejected.connect(self.reject)
        self._lay_out()
        self._begin(lambda report: examine(project, path), self._show)

    def done(self, result: int) -> None:
        if self._job is not None:
            self._job.cancel(LONGEST_WAIT)
            self._job = None
        super().done(result)

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setModel(self.model)
        table.setAccessibleName("Tensors of the file and of the network")
        table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        table.setAlternatingRowColors(True)
        table.verticalHeader().hide()
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        table.horizontalHeader().setStretchLastSection(True)
        return table

    def _lay_out(self) -> None:
        choose = QPushButton("Choose …")
        choose.clicked.connect(self._ask_place)
        row = QHBoxLayout()
        row.addWidget(QLabel("Write what fits to"))
        row.addWidget(self.place, 1)
        row.addWidget(choose)
        column = QVBoxLayout(self)
        column.addWidget(self.message)
        column.addWidget(self.table, 1)
        column.addLayout(row)
        column.addWidget(self.bar)
        column.addWidget(self.buttons)

    def _ask_place(self) -> None:
        dialog = QFileDialog(self, "Write weights", self.place.text(), "Weights (*.safetensors)")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("safetensors")
        dialog.selectFile(Path(self.place.text()).name)
        dialog.fileSelected.connect(self.place.setText)
        dialog.open()

    def _begin(self, work: Any, then: Any) -> None:
        job = self._job = Job(work, self)
        job.answered.connect(self._end)
        job.done.connect(then)
        job.failed.connect(self._fail)
        job.progressed.connect(lambda share: self.bar.setValue(round(share * STEPS)))
        self.bar.show()
        self.apply.setEnabled(False)
        job.start()

    def _end(self) -> None:
        self._job = None
        self.bar.hide()

    def _show(self, transfer: "Transfer") -> None:
        self._transfer = transfer
        self.model.show(transfer.lines)
        self.table.resizeColumnsToContents()
        self._count()

    def _count(self) -> None:
        assert self._transfer is not None
        self.message.setText(self._transfer.count(self.model.without))
        self.apply.setEnabled(self._job is None and self._taken > 0)

    @property
    def _taken(self) -> int:
        lines = self._transfer.lines if self._transfer is not None else ()
        return sum(line.taken and line.node not in self.model.without for line in lines)

    def _fail(self, error: Exception) -> None:
        known = isinstance(error, ValueError) or type(error).__name__ in SENTENCES
        self.message.setText(str(error) if known else f"{type(error).__name__}: {error}.")
        self.apply.setEnabled(self._taken > 0)

    def _write(self) -> None:
        transfer, out = self._transfer, Path(self.place.text())
        without = frozenset(self.model.without)
        assert transfer is not None
        self.bar.setMaximum(STEPS)

        def finish(written: bool) -> None:
            if written:
                self.loaded.emit(out, transfer.count(without))
                self.accept()

        self._begin(lambda report: write_start(transfer, out, report, without), finish)


def examine(project: Project, path: Path) -> "Transfer":
    """Return what of a file fits where; on a thread, as torch comes with it."""
    from designer.engine import transfer

    return transfer.examine(project, path)


def write_start(transfer: "Transfer", out: Path, report: Report, without: frozenset[str]) -> bool:
    """Write the file that the training starts from; return whether it was written."""
    from designer.engine.transfer import write_start as write

    return write(transfer, out, report, without)
