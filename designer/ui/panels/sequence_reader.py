"""A text or a series that was chosen in the Data tab: looked at on a thread, what it holds to be recorded."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from designer.data import DataError, inspect_series, text_parameters
from designer.document.graph import Value
from designer.document.project import Choice
from designer.ui.background import Job
from designer.ui.panels.table_reader import find_place

TYPING = 350  # milliseconds without a key before a file is looked at
KINDS = ("Characters", "Series")
RECORDED = {"Characters": ("path",), "Series": ("path", "column")}


class SequenceReader(QObject):
    """Looks at the file of a source. `found` carries the source with what is to be recorded, `failed` a sentence."""

    found = Signal(object, object)  # the Choice that was looked at, Mapping[str, Value]
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source: Choice | None = None
        self._beside: Path | None = None
        self._job: Job | None = None
        self._typing = QTimer(self, singleShot=True, interval=TYPING)
        self._typing.timeout.connect(self._look)

    def note(self, before: Choice | None, after: Choice, beside: Path | None) -> None:
        """Look at the file of a source where its place or its column is another than before."""
        if after.kind not in KINDS:
            self.stop()
            return
        names = RECORDED[after.kind]
        known = before.parameters if before is not None and before.kind == after.kind else {}
        if all(known.get(name) == after.parameters.get(name) for name in names):
            return
        self.stop()
        self._source, self._beside = after, beside
        if after.parameters.get("path"):
            self._typing.start()

    def stop(self, timeout: float = 0.0) -> None:
        """Give up what is being read."""
        self._typing.stop()
        if self._job is not None:
            self._job.cancel(timeout)
            self._job = None

    def _look(self) -> None:
        source, beside = self._source, self._beside
        if source is None:
            return
        self._job = Job(lambda report: _read(source, beside), self)
        self._job.done.connect(lambda parameters: self.found.emit(source, parameters))
        self._job.failed.connect(self._tell)
        self._job.start()

    def _tell(self, error: Exception) -> None:
        self.failed.emit(str(error) if isinstance(error, DataError) else f"The file cannot be read: {error}.")


def _read(source: Choice, beside: Path | None) -> Mapping[str, Value]:
    """Return what is to be recorded of a source's file; its place stays as it was written."""
    path = str(source.parameters.get("path", ""))
    place = find_place(path, beside)
    if source.kind == "Characters":
        found = text_parameters(place)
    else:
        column = str(source.parameters.get("column") or "")
        found = inspect_series(place, column or None)
    return {**found, "path": path}
