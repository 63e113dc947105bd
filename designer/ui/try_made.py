"""Lets a network make samples of noise, where it can: of a GAN, of a variational autoencoder."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from designer.ui.aside import Aside
from designer.ui.marks import make_label
from designer.ui.panels.flow import FlowBox
from designer.ui.panels.number_line import NumberLine
from designer.ui.panels.samples import SamplesView
from designer.ui.theme import Theme

if TYPE_CHECKING:
    from designer.ui.trying import Trying

SEED_WIDTH = 64


class MadePart(QWidget):
    """A button and a seed, and below them what is made."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.button = QPushButton("Make samples")
        self.button.setToolTip("Let the network make new samples of noise. The same seed makes the same ones")
        self.seed = NumberLine(1, 0, 2**31 - 1, whole=True)
        self.seed.put(0)
        self.seed.setFixedWidth(SEED_WIDTH)
        self.seed.setAccessibleName("seed")
        label = make_label("seed", "muted")
        label.setBuddy(self.seed)
        self.view = SamplesView(theme)
        tools = FlowBox(8, 4)
        for part in (self.button, label, self.seed):
            tools.add(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 8, 4)
        column.setSpacing(4)
        column.addWidget(tools)
        column.addWidget(self.view, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(260, 180)

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        self.view.set_theme(theme)


class TryMade(QObject):
    """Samples of the bench that is tried, where it makes some; another seed makes others at once."""

    def __init__(self, trying: "Trying", theme: Theme) -> None:
        super().__init__(trying)
        self._trying = trying
        self._making = Aside("make samples", self)
        self._making.refused.connect(trying.refuse)
        self.part = MadePart(theme)
        self.part.button.clicked.connect(self._make_next)
        self.part.seed.edited.connect(self.make)
        trying.changed.connect(self.refresh)
        trying.closing.connect(self._making.cancel)
        self._making.done.connect(self.part.view.show_samples)
        self.refresh()

    def refresh(self) -> None:
        """Make some where another network is asked now, and it can."""
        bench = self._trying.bench
        makes = bench is not None and bench.makes_samples
        self.part.setVisible(makes)
        if makes:
            self.make()
        else:
            self._making.cancel()

    def make(self) -> None:
        """Make samples of the seed."""
        bench, seed = self._trying.bench, int(self.part.seed.value or 0)
        if bench is not None:
            self._making.start(lambda report: bench.draw(seed))

    def _make_next(self) -> None:
        self.part.seed.turn(1)
