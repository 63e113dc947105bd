"""The dialog of Take away: the kinds of files with what each is for, where to put them, and what trying them has shown."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from designer.engine.taking.kinds import KINDS, Kind
from designer.ui.background import Job, Report
from designer.ui.marks import set_mark

if TYPE_CHECKING:
    from designer.engine.taking.taking import Taken

STEPS = 1000  # of the progress bar
SIZE, FRAME = QSize(720, 520), QSize(20, 70)  # logical pixels; the frame and what else a small screen shows
ABOUT = (
    "The weights of the best epoch. Each file is tried in a fresh process before it is handed out: its answers to real "
    "samples are held against those given here."
)
SENTENCES = ("NotReady", "Untrusted")  # errors whose text is for people; their modules may not be loaded yet


class KindRow:
    """A kind of file: a tick, what it is for, and what trying it has shown."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.tick = QCheckBox(kind.title)
        self.tick.setChecked(not kind.missing)
        self.tick.setEnabled(not kind.missing)
        self.tick.setAccessibleDescription(kind.meaning)
        self.about = _write_label(kind.advice if kind.missing else kind.meaning)
        self.told = _write_label("")
        set_mark(self.told, "strong", True)
        self.told.hide()

    def tell(self, text: str) -> None:
        """Show what came of it, nothing where the text is empty."""
        self.told.setText(text)
        self.told.setVisible(bool(text))


class TakeDialog(QDialog):
    """Writes a run in the kinds that are ticked. `written` carries the folder, once it is there.

    The work is done on a thread; Cancel, or closing the dialog, gives it up, and nothing is left of it.
    """

    written = Signal(Path)
    show_wanted = Signal(Path)

    def __init__(self, folder: Path, name: str, out: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Take away {name}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.resize(SIZE.boundedTo(parent.screen().availableSize() - FRAME))
        self._folder = folder
        self._job: Job | None = None
        self._place = self._out = out  # that is proposed, and that is written to
        self.rows = tuple(map(KindRow, KINDS))
        self.message = _write_label(ABOUT)
        self.place = QLineEdit(str(out))
        self.place.setAccessibleName("Folder that is made")
        self.choose = QPushButton("Choose …")
        self.bar = QProgressBar(maximum=STEPS)
        self.bar.setTextVisible(False)
        self.bar.hide()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.take = self.buttons.addButton("Take away", QDialogButtonBox.ButtonRole.AcceptRole)
        self.take.setDefault(True)
        set_mark(self.take, "primary")
        self.show_folder = self.buttons.addButton("Show in folder", QDialogButtonBox.ButtonRole.ActionRole)
        self.show_folder.hide()
        self.cancel = self.buttons.button(QDialogButtonBox.StandardButton.Cancel)
        self._lay_out()
        self._connect()
        self._offer()

    def done(self, result: int) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
        super().done(result)

    @property
    def is_busy(self) -> bool:
        """Whether files are being written or tried."""
        return self._job is not None

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        grid.setHorizontalSpacing(16)
        for place, row in enumerate(self.rows):
            grid.addWidget(row.tick, 2 * place, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(row.about, 2 * place, 1)
            grid.addWidget(row.told, 2 * place + 1, 1)
        line = QHBoxLayout()
        line.addWidget(QLabel("Into the new folder"))
        line.addWidget(self.place, 1)
        line.addWidget(self.choose)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addLayout(grid)
        column.addStretch(1)
        column.addLayout(line)
        column.addWidget(self.message)
        column.addWidget(self.bar)
        column.addWidget(self.buttons)

    def _connect(self) -> None:
        for row in self.rows:
            row.tick.toggled.connect(self._offer)
        self.place.textChanged.connect(self._offer)
        self.choose.clicked.connect(self._ask_place)
        self.take.clicked.connect(self._begin)
        self.cancel.clicked.connect(self._give_up)
        self.show_folder.clicked.connect(lambda: self.show_wanted.emit(self._out))

    def _offer(self) -> None:
        """Let the button be pressed where something is ticked and nothing under way."""
        ticked = any(row.tick.isChecked() for row in self.rows)
        self.take.setEnabled(not self.is_busy and ticked and bool(self.place.text().strip()))
        self.take.setDefault(True)

    def _ask_place(self) -> None:
        dialog = QFileDialog(self, "Folder to put the new one in", str(Path(self.place.text()).parent))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda place: self.place.setText(str(Path(place) / Path(self.place.text()).name)))
        dialog.open()

    def _begin(self) -> None:
        kinds = [row.kind.kind for row in self.rows if row.tick.isChecked()]
        folder, out = self._folder, self._place.parent / Path(self.place.text().strip()).expanduser()
        self._out = out
        self._job = Job(lambda report: take_away(folder, kinds, out, report), self)
        self._job.answered.connect(self._end)
        self._job.done.connect(self._conclude)
        self._job.failed.connect(self._fail)
        self._job.progressed.connect(self._show_progress)
        self._job.start()
        self.message.setText("Reading the data of the run …")
        set_mark(self.message, "error", False)
        for row in self.rows:
            row.tell("")
        self.show_folder.hide()
        self.bar.setValue(0)
        self.bar.show()
        self._lock(True)

    def _lock(self, locked: bool) -> None:
        for row in self.rows:
            row.tick.setEnabled(not locked and not row.kind.missing)
        for widget in (self.place, self.choose):
            widget.setEnabled(not locked)
        self.cancel.setText("Cancel" if locked or self.show_folder.isHidden() else "Close")
        self._offer()

    def _show_progress(self, share: float) -> None:
        self.bar.setValue(round(share * STEPS))
        self.message.setText("Writing, and trying in fresh processes …")

    def _give_up(self) -> None:
        """Give up what is under way; where nothing is, close."""
        if self._job is None:
            self.reject()
            return
        self._job.cancel()  # its thread ends once torch lets it, and clears away what it has written
        self._end()
        self.message.setText("Given up. Nothing was written.")

    def _end(self) -> None:
        self._job = None
        self.bar.hide()
        self._lock(False)

    def _conclude(self, taken: "tuple[Taken, ...]") -> None:
        told = {one.kind: one for one in taken}
        for row in self.rows:
            one = told.get(row.kind.kind)
            row.tell(f"{one.path.name}: {one.told}" if one is not None else "")
        self.message.setText(f"Written to {self._out}")
        self.show_folder.show()
        self.cancel.setText("Close")
        self.cancel.setDefault(True)  # Return closes now; it would find the folder there
        self.cancel.setFocus()
        self.written.emit(self._out)

    def _fail(self, error: Exception) -> None:
        known = isinstance(error, ValueError) or type(error).__name__ in SENTENCES
        if isinstance(error, OSError):
            text = f"Cannot write {self._out}: {(error.strerror or str(error)).lower()}."
        else:
            text = str(error) if known else f"{type(error).__name__}: {error}."
        self.message.setText(text.replace("`", ""))
        set_mark(self.message, "error", True)


def _write_label(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


def take_away(folder: Path, kinds: list[str], out: Path, report: Report) -> "tuple[Taken, ...]":
    """Write the files; on a thread, as torch comes with it."""
    from designer.engine.preload import import_torch

    import_torch()
    from designer.engine.taking.taking import take

    return take(folder, kinds, out, report=report)
