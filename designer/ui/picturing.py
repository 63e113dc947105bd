"""File > Export picture: asks how and where, and draws the file while the window goes on."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QFileDialog

from designer.document.atomic import write_file
from designer.document.reading import FileError
from designer.ui.background import Job, Report
from designer.ui.canvas.picture import Picture, Subject, take_subject
from designer.ui.canvas.sheet import Sheet
from designer.ui.notices import Answer

if TYPE_CHECKING:
    from designer.ui.canvas.picture_file import Options, PictureFile
    from designer.ui.window import Window

BREATH = 0  # milliseconds between two steps


class Picturing(QObject):
    """Exports pictures of what the window shows. One at a time; a new one gives up the one before."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self._options: Options | None = None
        self._steps: Iterator[float] | None = None
        self._file: PictureFile | None = None
        self._path = Path()
        self._shown = 0
        self._job: Job | None = None
        self._timer = QTimer(self, interval=BREATH)
        self._timer.timeout.connect(self._draw)

    @property
    def busy(self) -> bool:
        """Whether a picture is being drawn or written."""
        return self._timer.isActive() or self._job is not None

    def ask(self) -> None:
        """Ask how the picture is to be, then where to put it."""
        from designer.ui.canvas.picture_file import Options
        from designer.ui.picture_dialog import PictureDialog  # the first paint of the window needs no pictures

        window = self._window
        subject = take_subject(window.editor)
        dialog = PictureDialog(subject, self._options or Options(), window)
        dialog.chosen.connect(lambda options: self._ask_place(subject, options, dialog.sheet))
        dialog.open()

    def begin(self, subject: Subject, options: "Options", path: Path, sheet: Sheet | None = None) -> None:
        """Draw a picture into a file, and say when it is there."""
        from designer.ui.canvas.picture_file import PictureFile

        self.stop()
        self._options = options
        picture = Picture(subject, options.make_look(), sheet)
        self._file = PictureFile(picture, options, self._window.editor.project)
        self._steps = self._file.steps()
        self._path, self._shown = path, 0
        self._timer.start()

    def stop(self) -> None:
        """Give up what is being drawn; a file that is there already stays as it is."""
        self._timer.stop()
        steps, self._steps, self._file = self._steps, None, None
        if steps is not None:
            steps.close()  # type: ignore[attr-defined]
        job, self._job = self._job, None
        if job is not None:
            job.cancel(10)
        self._window.notices.dismiss("picture")

    def _ask_place(self, subject: Subject, options: "Options", sheet: Sheet | None) -> None:
        window, suffix = self._window, f".{options.form}"
        editor, settings = window.editor, window.settings
        stem = editor.path.stem if editor.path else editor.project.name
        clean = "".join(c if c.isalnum() or c in "-_. " else "_" for c in stem[:80]).strip(". ")
        dialog = QFileDialog(window, "Export picture", settings.folder, f"{options.form.upper()} (*{suffix})")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(options.form)
        dialog.selectFile((clean or "untitled") + suffix)
        dialog.fileSelected.connect(lambda name: self.begin(subject, options, Path(name), sheet))
        dialog.open()

    def _draw(self) -> None:
        """Draw one piece more."""
        assert self._steps is not None
        assert self._file is not None
        try:
            share = next(self._steps, None)
        except MemoryError as error:
            self.stop()
            self._complain(str(error))
            return
        if share is not None:
            self._tell(share)
            return
        self._timer.stop()
        self._steps = None
        file, path = self._file, self._path

        def write(report: Report) -> None:
            content = file.finish()
            if report(1.0):
                write_file(path, content)

        self._job = Job(write, self)
        self._job.done.connect(self._finish)
        self._job.failed.connect(self._fail)
        self._job.start()

    def _tell(self, share: float) -> None:
        """Say how far it is, once it takes long enough to be worth a word."""
        percent = int(100 * share)
        if percent > self._shown + 1 and share < 1:
            self._shown = percent
            text = f"Drawing {self._path.name}: {percent} %"
            notice = next((one for one in self._window.notices.shown if one.key == "picture"), None)
            if notice is None:
                self._window.notices.show_notice("note", text, Answer("Stop", self.stop), key="picture")
            else:
                notice.say(text)

    def _finish(self, _: object = None) -> None:
        file, self._file, self._job = self._file, None, None
        window = self._window
        window.settings.folder = str(self._path.parent)
        window.notices.dismiss("picture")
        note = f" {file.note}" if file is not None and file.note else ""
        window.notices.show_notice("note", f"Saved the picture to {self._path}.{note}", key="export")

    def _fail(self, error: Exception) -> None:
        self._file = self._job = None
        self._window.notices.dismiss("picture")
        if isinstance(error, OSError):
            self._complain(f"{error.strerror or error}.")
        elif isinstance(error, FileError | MemoryError):
            self._complain(str(error))
        else:
            raise error

    def _complain(self, reason: str) -> None:
        self._window.notices.show_notice("error", f"Not written to {self._path}: {reason}", key="export")
