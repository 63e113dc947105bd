"""A picture as a sample: drawn on a pad, opened or dropped; beside it the pixels that the network gets."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from designer.document.files import SUFFIX
from designer.ui.marks import make_label
from designer.ui.panels.drawing_pad import DrawingPad
from designer.ui.panels.flow import FlowBox
from designer.ui.pixels import PixelView
from designer.ui.theme import Theme

KINDS = "Pictures (*.png *.jpg *.jpeg *.bmp *.gif *.webp *.tif *.tiff *.ppm *.pgm)"
PENS = (4, 44)
TOOLS_WIDTH = 124


class PictureEntry(QWidget):
    """`drawn`: the pad has other ink. `opened` carries the path of a picture. `changed`: an option is another."""

    drawn = Signal()
    opened = Signal(Path)
    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.pad = DrawingPad(theme)
        self.seen = PixelView(theme, "what the network gets")
        self.title = make_label("What the network gets", "muted", wrap=True)
        self.centred = QCheckBox("Centre")
        self.invert = QCheckBox("Invert")
        self.pen = QSlider(Qt.Orientation.Horizontal)
        self.undo = QPushButton("Undo")
        self.clear = QPushButton("Clear")
        self.open = QPushButton("Open …")
        self.about = make_label("", "muted", wrap=True)
        self.setAcceptDrops(True)
        self.setObjectName("ground")
        self._build()

    def show_form(self, *, pad: bool, dark: bool, centre: str) -> None:
        """Offer what there is for a network's pictures: a pad for small grey ones; `centre` says how the data stand."""
        for part in (self.pad, self.pen_row, self.undo, self.clear, self.centred):
            part.setVisible(pad)
        self.pad.is_dark = dark
        self.centred.setToolTip(centre)
        self.about.setText("" if pad else "Drop a picture here, or open one.")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take any one file, so that data meant as a sample take no document's place; a project is left to the window."""
        if self._find_file(event) is not None:
            event.acceptProposedAction()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        path = self._find_file(event)
        if path is not None:
            event.acceptProposedAction()
            self.opened.emit(path)

    def _find_file(self, event: QDropEvent) -> Path | None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        return paths[0] if len(paths) == 1 and paths[0].suffix.lower() != SUFFIX else None

    def _ask(self) -> None:
        dialog = QFileDialog(self, "Open a picture", str(Path.home()), KINDS)
        dialog.setObjectName("trypicture")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.opened.emit(Path(name)))
        dialog.open()

    def _build(self) -> None:
        self.centred.setChecked(True)
        self.invert.hide()
        self.invert.setToolTip("Swap black and white: pictures of the data have the other ground")
        self.pen.setRange(*PENS)
        self.pen.setValue(round(self.pad.pen))
        self.pen.setMaximumWidth(84)
        self.pen.setAccessibleName("width of the pen")
        self.pen_row = QWidget()
        row = QHBoxLayout(self.pen_row)
        row.setContentsMargins(0, 0, 0, 0)
        label = make_label("Pen", "muted")
        label.setBuddy(self.pen)
        row.addWidget(label)
        row.addWidget(self.pen)
        self.undo.setToolTip("Take the last stroke back (Ctrl+Z on the pad)")
        self.open.setToolTip("Open a picture, or drop one here: it is cut and resized as those of the data are")
        steps = FlowBox(6, 6)
        for part in (self.undo, self.clear, self.open):
            steps.add(part)
        self.tools = QWidget()
        self.tools.setFixedWidth(TOOLS_WIDTH)
        tools = QVBoxLayout(self.tools)
        tools.setContentsMargins(0, 0, 0, 0)
        tools.setSpacing(4)
        below: tuple[QWidget, ...] = (steps, self.pen_row, self.centred, self.invert, self.about)
        for widget in below:
            tools.addWidget(widget)
        tools.addStretch(1)
        beside = QVBoxLayout()
        beside.setSpacing(4)
        beside.addWidget(self.title)
        beside.addWidget(self.seen, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 8, 0)
        whole.setSpacing(12)
        whole.addWidget(self.pad, 3)
        whole.addWidget(self.tools)
        whole.addLayout(beside, 2)
        self.pad.drawn.connect(self.drawn)
        self.undo.clicked.connect(self.pad.undo)
        self.clear.clicked.connect(self.pad.clear)
        self.open.clicked.connect(self._ask)
        self.centred.toggled.connect(lambda _: self.changed.emit())
        self.invert.toggled.connect(lambda _: self.changed.emit())
        self.pen.valueChanged.connect(self._take_pen)

    def _take_pen(self, width: int) -> None:
        self.pad.pen = float(width)
