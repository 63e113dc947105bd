"""The dialog of Export picture: format, resolution, colours, what is on it and in it, with a preview."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from designer.ui.background import Job
from designer.ui.canvas.picture import Picture, Subject
from designer.ui.canvas.picture_file import (
    DPI,
    FORMS,
    Form,
    Options,
    fit_scale,
    measure_pixels,
    write_note,
)
from designer.ui.canvas.sheet import Sheet
from designer.ui.marks import make_label
from designer.ui.words import write_count

if TYPE_CHECKING:
    pass

TITLES: dict[Form, str] = {
    "png": "PNG: for slides and web pages",
    "svg": "SVG: sharp at every size, to edit",
    "pdf": "PDF: sharp at every size, to print",
}
DOTS = {
    96: "96 dpi, as on the screen",
    192: "192 dpi, sharp screens",
    300: "300 dpi, print",
    600: "600 dpi, fine print",
}
COLOURS = {"light": "Light, for paper", "dark": "Dark"}
PREVIEW = QSize(360, 420)
SIZE = QSize(780, 540)
LARGE = 1500  # layers from which on the sheet is made beside the window
CENTIMETRES = 2.54


class PictureDialog(QDialog):
    """Lets a format and its options be chosen. `chosen` carries them once the dialog is closed; Escape chooses none."""

    chosen = Signal(object)  # Options

    def __init__(self, subject: Subject, options: Options, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export picture")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._subject = subject
        self.sheet: Sheet | None = None
        self._job: Job | None = None
        self.preview = QLabel("Drawing …")
        self.preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.preview.setMinimumSize(PREVIEW)
        self.preview.setAccessibleName("preview of the picture")
        self._make_fields(options)
        self.size_line = make_label("", "muted", wrap=True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        self.button = self.buttons.button(QDialogButtonBox.StandardButton.Save)
        self.button.setText("Export …")
        self.button.setProperty("primary", True)
        self.button.setDefault(True)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._lay_out()
        self.resize(SIZE)
        self._prepare()

    @property
    def options(self) -> Options:
        """What is chosen now."""
        return Options(
            self.form.currentData(),
            self.colours.currentData(),
            self.dots.currentData(),
            self.transparent.isChecked(),
            self.title.isChecked(),
            self.legend.isChecked(),
            self.embed.isChecked(),
        )

    def accept(self) -> None:
        super().accept()
        self.chosen.emit(self.options)

    def done(self, result: int) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
        super().done(result)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_preview()

    def _make_fields(self, options: Options) -> None:
        self.form = _make_choice("format", {form: TITLES[form] for form in FORMS}, options.form)
        self.colours = _make_choice("colours", COLOURS, options.theme)
        self.dots = _make_choice("resolution", DOTS, options.resolution)
        self.transparent = _make_check("No ground: transparent", options.transparent)
        self.title = _make_check("Title", options.title)
        self.legend = _make_check("Legend of the colours", options.legend)
        self.embed = _make_check("The project inside", options.embed)
        self.embed.setToolTip("The picture can then be opened here, or dropped on the window, to get the network back")
        for choice in (self.form, self.colours, self.dots):
            choice.currentIndexChanged.connect(self._follow)
        for check in (self.transparent, self.title, self.legend, self.embed):
            check.toggled.connect(self._follow)
        self.hint = make_label("", "muted", wrap=True)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.setVerticalSpacing(10)
        form.addRow("Format", self.form)
        form.addRow("Resolution", self.dots)
        form.addRow("Colours", self.colours)
        for check in (self.transparent, self.title, self.legend, self.embed):
            form.addRow("", check)
        right = QVBoxLayout()
        right.setSpacing(12)
        right.addLayout(form)
        right.addWidget(self.hint)
        right.addStretch(1)
        right.addWidget(self.size_line)
        right.addWidget(self.buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 14, 14, 14)
        row.setSpacing(18)
        row.addWidget(self.preview, 1)
        row.addLayout(right)
        self.hint.setFixedWidth(330)
        self.size_line.setFixedWidth(330)

    def _prepare(self) -> None:
        """Make the sheet, beside the window where that takes long."""
        if len(self._subject.view.graph.nodes) < LARGE:
            self._take_sheet(self._subject.make_sheet())
            return
        self.button.setEnabled(False)
        self._job = Job(lambda report: self._subject.make_sheet(), self)
        self._job.done.connect(self._take_sheet)
        self._job.start()

    def _take_sheet(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.button.setEnabled(True)
        self._follow()

    def _follow(self) -> None:
        """Show what is chosen."""
        options = self.options
        self.dots.setEnabled(options.form == "png")
        self.embed.setEnabled(options.form != "pdf")
        if options.form == "pdf":
            self.hint.setText("A PDF cannot hold the project.")
        elif options.embed:
            text = "Whoever gets the picture can open the whole project from it: network, settings, notes and paths of data."
            self.hint.setText(text)
        else:
            self.hint.setText("The picture alone: the network cannot be opened from it.")
        self._show_preview()

    def _show_preview(self) -> None:
        if self.sheet is None:
            return
        options = self.options
        picture = Picture(self._subject, options.make_look(), self.sheet)
        self.preview.setPixmap(
            QPixmap.fromImage(picture.preview(self.preview.size(), self.preview.devicePixelRatioF()))
        )
        self.size_line.setText(describe_size(picture.size, options))


def describe_size(size: tuple[float, float], options: Options) -> str:
    """Return how large a picture becomes, and why no larger where that was asked for."""
    scale = fit_scale(size, options.form, options.resolution)
    shrunk = scale if options.form == "pdf" else 1.0
    width, height = (side * shrunk / DPI * CENTIMETRES for side in size)
    text = f"{width:.1f} × {height:.1f} cm"
    if options.form == "png":
        across, down = measure_pixels(size, scale)
        text = f"{write_count(across)} × {write_count(down)} pixels"
    note = write_note(size, options.form, options.resolution)
    return f"{text}. {note}" if note else text


def _make_choice(name: str, titles: dict, value: object) -> QComboBox:
    choice = QComboBox()
    choice.setAccessibleName(name)
    for key, title in titles.items():
        choice.addItem(title, key)
    choice.setCurrentIndex(max(0, choice.findData(value)))
    return choice


def _make_check(title: str, on: bool) -> QCheckBox:
    check = QCheckBox(title)
    check.setChecked(on)
    return check
