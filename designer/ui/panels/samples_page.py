"""What was found of a source's file or folder in the Data tab, with some of its samples; looked at on a thread."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from designer.catalogue.registry import sources
from designer.data import DataError, Found, look, look_again
from designer.document.project import Choice
from designer.document.wording import show_name
from designer.ui.background import Job, Report
from designer.ui.marks import make_label, set_mark
from designer.ui.panels.image_grid import ImageGrid
from designer.ui.panels.table_reader import PATIENCE, find_place
from designer.ui.theme import Theme
from designer.ui.words import write_message, write_plain

EMPTY = "Choose the file or folder at the left, or drop it on the window. What is in it is then shown here."
TYPING = 350  # milliseconds without a key before a place is looked at
WHERE = ("path", "text", "label", "x", "y", "column", "coarse")
WORDS_WIDTH = 330  # pixels
LONGEST_TEXT = 400  # characters of a text that are shown


class SamplesPage(QWidget):
    """Shows what a project's source holds. `found` carries what is to be recorded of one that was just chosen."""

    found = Signal(object, object)  # the Choice that was looked at, or None for what was dropped; Found
    began = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = Choice("")
        self._beside: Path | None = None
        self._wanted = False  # the place was chosen here, so what it holds is to be recorded
        self._job: Job | None = None
        self.message = make_label(EMPTY, "muted", wrap=True)
        self.guesses = make_label("", wrap=True)
        self.bar = QProgressBar(textVisible=False)
        self.cancel = QPushButton("Cancel")
        self.grid = ImageGrid(theme)
        self.texts = _make_texts()
        self._typing = QTimer(self, singleShot=True, interval=TYPING)
        self._typing.timeout.connect(self._look_again)
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE)
        self._patience.timeout.connect(lambda: self._show_bar(True))
        self.cancel.clicked.connect(self._give_up)
        self._build()

    @property
    def busy(self) -> bool:
        """Whether a place is being looked at, or will be."""
        return self._job is not None or self._typing.isActive()

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        self.grid.theme = theme
        self.grid.update()

    def look(self, path: Path, refuse: Callable[[str], None]) -> None:
        """Look at what was dropped; `found` follows, or `refuse` hears why it cannot be used."""
        self.stop()
        self._source = Choice("")
        self._begin(lambda report: look(path, report), path, lambda found: self.found.emit(None, found), refuse)
        self.began.emit()

    def show_source(self, source: Choice, beside: Path | None = None, *, chosen: bool = False) -> None:
        """Show the place of a source; `chosen` says that it was picked just now and is to be recorded.

        A relative path starts from the folder `beside`.
        """
        path = _path(source)
        if (_say_where(source), beside) == (_say_where(self._source), self._beside):
            self._wanted = self._wanted or (chosen and self.busy)
            return
        self.stop()
        self._source, self._beside, self._wanted = source, beside, chosen
        if path:
            self._typing.start()
        else:
            self._show_nothing(EMPTY)

    def take(self, source: Choice, found: Found, beside: Path | None) -> None:
        """Show what was found of a source that was just recorded."""
        self._source, self._beside = source, beside
        self._show(found)

    def stop(self, timeout: float = 0.0) -> None:
        """Give up what is being read."""
        self._typing.stop()
        self._patience.stop()
        self._show_bar(False)
        if self._job is not None:
            self._job.cancel(timeout)
            self._job.deleteLater()
            self._job = None

    def leave(self) -> None:
        """Give up what is being read and show nothing: the next source shown is another project's."""
        self.stop()
        self._source, self._wanted = Choice(""), False
        self._show_nothing(EMPTY)

    def _look_again(self) -> None:
        source, place = self._source, find_place(_path(self._source), self._beside)

        def take(found: Found) -> None:
            self._show(found)
            if self._wanted:
                self._wanted = False
                self.found.emit(source, found)

        self._begin(lambda report: look_again(source, place, report), place, take, self._show_error)

    def _begin(
        self,
        work: Callable[[Report], Found],
        place: Path,
        take: Callable[[Found], None],
        refuse: Callable[[str], None],
    ) -> None:
        self._show_nothing(f"Looking at {show_name(place.name)} …")
        self._job = job = Job(work, self)
        job.answered.connect(self.stop)
        job.done.connect(take)
        job.failed.connect(lambda error: refuse(_explain(error)))
        job.progressed.connect(lambda share: self.bar.setValue(round(100 * share)))
        self._patience.start()
        job.start()

    def _give_up(self) -> None:
        self.stop()
        self._wanted = False
        self._show_nothing("Reading was stopped.")

    def _show(self, found: Found) -> None:
        preview = found.preview
        place = Path(_path(found.source)).name
        self._say(f"{sources[found.source.kind].title} · {show_name(place)}")
        self.guesses.setText("\n".join(write_plain(f"{_MARKS[each.sure]} {each.words}") for each in found.guesses))
        self.guesses.setToolTip(_LEGEND)
        self.grid.show_images(preview.images, preview.labels)
        self.grid.setVisible(bool(preview.images))
        self.texts.clear()
        self.texts.setColumnHidden(0, not any(preview.labels))
        self.texts.addTopLevelItems([_make_item(*row) for row in zip(preview.labels, preview.texts, strict=False)])
        self.texts.setVisible(bool(preview.texts))

    def _show_error(self, text: str) -> None:
        self._wanted = False
        self._show_nothing(text, error=True)

    def _show_nothing(self, text: str, *, error: bool = False) -> None:
        self._say(text, error=error)
        self.guesses.setText("")
        self.grid.show_images((), ())
        self.texts.clear()
        for part in (self.grid, self.texts):
            part.hide()

    def _show_bar(self, shown: bool) -> None:
        self.bar.setVisible(shown)
        self.cancel.setVisible(shown)

    def _say(self, text: str, *, error: bool = False) -> None:
        set_mark(self.message, "error", error)
        self.message.setText(write_message(text))

    def _build(self) -> None:
        self.bar.setAccessibleName("progress of looking")
        words = QWidget()
        words.setMinimumWidth(WORDS_WIDTH * 2 // 3)
        words.setMaximumWidth(WORDS_WIDTH)
        column = QVBoxLayout(words)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        going = QHBoxLayout()
        going.addWidget(self.bar, 1)
        going.addWidget(self.cancel)
        column.addWidget(self.message)
        column.addLayout(going)
        column.addWidget(self.guesses)
        column.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 16, 8)
        row.setSpacing(16)
        row.addWidget(words, 2)
        row.addWidget(self.grid, 5)
        row.addWidget(self.texts, 5)
        row.addStretch()
        self._show_bar(False)
        self._show_nothing(EMPTY)


# How sure something is, in a sign that can be read without colour.
_MARKS = {"seen": "·", "likely": "≈", "open": "?"}
_LEGEND = (
    "· seen in the data   ≈ worked out from it   ? a choice that could as well be another: see the settings at the left"
)


def _path(source: Choice) -> str:
    return str(source.parameters.get("path", ""))


def _say_where(source: Choice) -> tuple[object, ...]:
    """Return what of a source says where its samples are: another look is needed where that changes."""
    return source.kind, *map(source.parameters.get, WHERE)


def _explain(error: Exception) -> str:
    return str(error) if isinstance(error, DataError) else f"This cannot be read: {type(error).__name__}: {error}."


def _make_texts() -> QTreeWidget:
    texts = QTreeWidget()
    texts.setColumnCount(2)
    texts.setHeaderLabels(["label", "text"])
    texts.setRootIsDecorated(False)
    texts.setUniformRowHeights(True)
    texts.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    texts.setAccessibleName("texts")
    texts.setTextElideMode(Qt.TextElideMode.ElideRight)
    return texts


def _make_item(label: str, text: str) -> QTreeWidgetItem:
    return QTreeWidgetItem([label[:100], " ".join(text[:LONGEST_TEXT].split())])
