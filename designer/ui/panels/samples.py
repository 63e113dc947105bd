"""The Samples tab: what the network makes, after every epoch: pictures in a grid, points in a plane, a text."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QPlainTextEdit, QStackedWidget, QVBoxLayout, QWidget

from designer.engine.events import Event, Samples
from designer.ui.bridge import TrainingBridge
from designer.ui.marks import make_label
from designer.ui.theme import Theme, colour
from designer.ui.words import write_count

EMPTY = (
    "What the network makes is shown here while it trains:\n"
    "samples of a GAN or a variational autoencoder, text of a language model."
)
MARGIN = 12  # pixels
DOT = 2.5  # radius of a point, in pixels
MOST_ROWS = 30


class Sheet(QWidget):
    """A picture as large as it fits, its pixels left sharp, or the points of a plane."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.picture: QImage | None = None
        self.points: np.ndarray | None = None
        self.setMinimumHeight(60)
        self.setAccessibleName("samples")

    def show_picture(self, picture: np.ndarray) -> None:
        """Show a grid of samples, height x width x 1 or 3."""
        height, width, channels = picture.shape
        form = QImage.Format.Format_Grayscale8 if channels == 1 else QImage.Format.Format_RGB888
        data = np.ascontiguousarray(picture)
        self.picture = QImage(data.data, width, height, width * channels, form).copy()
        self.points = None
        self.update()

    def show_points(self, points: np.ndarray) -> None:
        """Show samples of two numbers each."""
        self.picture, self.points = None, points
        self.update()

    def paintEvent(self, event) -> None:
        painter = QPainter(self)
        room = QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        if self.picture is not None:
            size = self.picture.size()
            scale = min(room.width() / size.width(), room.height() / size.height())
            scale = max(int(scale), 1) if scale >= 1 else scale
            painter.drawImage(QRectF(room.x(), room.y(), size.width() * scale, size.height() * scale), self.picture)
        elif self.points is not None and len(self.points):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(self.theme.accent))
            low, high = self.points.min(0), self.points.max(0)
            span = max(float((high - low).max()), 1e-9)
            side = min(room.width(), room.height())
            for x, y in (self.points - low) / span:
                painter.drawEllipse(QPointF(room.x() + x * side, room.bottom() - y * side), DOT, DOT)


class SamplesView(QStackedWidget):
    """Samples of any form: pictures and points on a sheet, else as text."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.sheet = Sheet(theme)
        self.text = QPlainTextEdit(readOnly=True)
        self.text.setAccessibleName("text of the network")
        for page in (self.sheet, self.text):
            self.addWidget(page)

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        self.sheet.theme = theme
        self.sheet.update()

    def show_samples(self, samples: Samples) -> None:
        """Show samples."""
        if samples.picture is not None:
            self.sheet.show_picture(samples.picture)
        elif samples.rows is not None and samples.rows.shape[1] == 2:
            self.sheet.show_points(samples.rows)
        elif samples.rows is not None:
            rows = samples.rows[:MOST_ROWS]
            self.text.setPlainText("\n".join("  ".join(f"{number:8.3f}" for number in row) for row in rows))
        else:
            self.text.setPlainText(samples.text)
        drawn = samples.picture is not None or (samples.rows is not None and samples.rows.shape[1] == 2)
        self.setCurrentWidget(self.sheet if drawn else self.text)


class SamplesPanel(QWidget):
    """Shows the newest samples of the run."""

    def __init__(self, bridge: TrainingBridge, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self.place = make_label("", "muted")
        self.empty = make_label(EMPTY, "muted", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.view = SamplesView(theme)
        self.sheet, self.text = self.view.sheet, self.view.text
        self.stack = QStackedWidget()
        for page in (self.empty, self.view):
            self.stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 16, 8)
        column.setSpacing(4)
        column.addWidget(self.place)
        column.addWidget(self.stack, 1)
        bridge.happened.connect(self._take)
        bridge.state_changed.connect(self._show_state)
        self.show_samples(bridge.samples)

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        self.view.set_theme(theme)

    def show_samples(self, samples: Samples | None) -> None:
        """Show samples, or what would be shown here."""
        self.place.setVisible(samples is not None)
        if samples is None:
            self.stack.setCurrentWidget(self.empty)
            return
        within = f"in epoch {write_count(samples.epoch)}, after step {write_count(samples.step)}"
        self.place.setText(within if samples.step else f"after epoch {write_count(samples.epoch)}")
        self.view.show_samples(samples)
        self.stack.setCurrentWidget(self.view)

    def _take(self, event: Event) -> None:
        if isinstance(event, Samples):
            self.show_samples(event)

    def _show_state(self, state: str) -> None:
        if state in ("idle", "loading"):
            self.show_samples(None)
