"""A folder of IDX files in the Data tab: looked at on a thread, with its first images."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from designer.data import DataError, Images, idx_parameters, inspect_idx, read_thumbnails
from designer.document.project import Choice
from designer.ui.background import Job, Report
from designer.ui.marks import make_label, set_mark
from designer.ui.panels.table_reader import find_place
from designer.ui.theme import Theme, colour, text_font
from designer.ui.words import write_message

EMPTY = "Choose the folder with the four IDX files, at the left. Its first images are then shown here."
TYPING = 350  # milliseconds without a key before a folder is looked at
COUNT = 60  # images
GAP, CAPTION = 8, 15  # pixels


class ImageGrid(QWidget):
    """Grey images in rows, each with its label below it, as large as they fit."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.images: list[QImage] = []
        self.labels: list[int] = []
        self.setMinimumHeight(60)

    def show_images(self, images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> None:
        """Show images (n x height x width) and their labels."""
        self.images = [
            QImage(np.ascontiguousarray(image).data, image.shape[1], image.shape[0], image.shape[1], _GREY).copy()
            for image in images
        ]
        self.labels = labels.tolist()
        self.setAccessibleName(f"{len(self.images)} images")
        self.update()

    def paintEvent(self, event) -> None:
        if not self.images:
            return
        painter = QPainter(self)
        painter.setFont(text_font(10.5))
        painter.setPen(colour(self.theme.muted))
        rows = 2 if self.height() >= 2 * (44 + CAPTION + GAP) else 1
        side = min((self.height() - rows * (CAPTION + GAP)) // rows, 88)
        columns = max(int((self.width() + GAP) / (side + GAP)), 1)
        for place, (image, label) in enumerate(zip(self.images[: rows * columns], self.labels, strict=False)):
            x, y = (place % columns) * (side + GAP), (place // columns) * (side + CAPTION + GAP)
            painter.drawImage(QRectF(x, y, side, side), image)
            painter.drawText(QRectF(x, y + side + 1, side, CAPTION), Qt.AlignmentFlag.AlignHCenter, str(label))


_GREY = QImage.Format.Format_Grayscale8


class ImagesPage(QWidget):
    """Shows the folder of a project's Idx source. `found` carries what is to be recorded of one that was just chosen."""

    found = Signal(object)  # Mapping[str, Value]

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path = ""
        self._beside: Path | None = None
        self._wanted = False  # the folder was chosen here, so what it holds is to be recorded
        self._job: Job | None = None
        self.message = make_label(EMPTY, "muted", wrap=True)
        self.message.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.grid = ImageGrid(theme)
        self._typing = QTimer(self, singleShot=True, interval=TYPING)
        self._typing.timeout.connect(self._look)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 8)
        column.setSpacing(8)
        column.addWidget(self.message, 0, Qt.AlignmentFlag.AlignTop)
        column.addWidget(self.grid, 1)

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        self.grid.theme = theme
        self.grid.update()

    def show_source(self, source: Choice, beside: Path | None = None, *, chosen: bool = False) -> None:
        """Show the folder of a source; `chosen` says that it was picked just now and is to be recorded.

        A relative path starts from the folder `beside`.
        """
        self._beside = beside
        path = str(source.parameters.get("path", ""))
        self._wanted = self._wanted or chosen
        if path == self._path:
            return
        self._path = path
        if path:
            self._typing.start()
        else:
            self.stop()
            self._show_nothing(EMPTY)

    def stop(self, timeout: float = 0.0) -> None:
        """Give up what is being read."""
        self._typing.stop()
        if self._job is not None:
            self._job.cancel(timeout)
            self._job = None

    def leave(self) -> None:
        """Give up what is being read and show nothing: the next source shown is another project's."""
        self.stop()
        self._path, self._wanted = "", False
        self._show_nothing(EMPTY)

    def _look(self) -> None:
        self.stop()
        path = find_place(self._path, self._beside)
        self._job = Job(lambda report: _look_at(path, report), self)
        self._job.done.connect(self._show_folder)
        self._job.failed.connect(self._show_error)
        self._job.start()
        self._show_nothing("Looking at the folder …")

    def _show_folder(self, seen: tuple[Images, Any, Any]) -> None:
        images, pictures, labels = seen
        self._job = None
        self._say(
            f"{images.rows:,} images of {images.sizes[1]} × {images.sizes[2]} in {images.classes} classes to train on, "
            f"{images.validation_rows:,} to validate · {Path(self._path).name}"
        )
        self.grid.show_images(pictures, labels)
        self.grid.show()
        if self._wanted:
            self._wanted = False
            self.found.emit({**idx_parameters(images), "path": self._path})

    def _show_error(self, error: Exception) -> None:
        self._job = None
        self._wanted = False
        text = str(error) if isinstance(error, DataError) else f"The folder cannot be read: {error}."
        self._show_nothing(text, error=True)

    def _show_nothing(self, text: str, *, error: bool = False) -> None:
        self._say(text, error=error)
        self.grid.hide()

    def _say(self, text: str, *, error: bool = False) -> None:
        set_mark(self.message, "error", error)
        self.message.setText(write_message(text))


def _look_at(path: Path, report: Report) -> tuple[Images, NDArray[np.uint8], NDArray[np.uint8]]:
    images = inspect_idx(path)
    return (images, *read_thumbnails(path, COUNT))
