"""Samples in a plane: which layer's outputs, laid out how, in the colours of what."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from designer.ui.fitting_label import FittingLabel
from designer.ui.panels.flow import FlowBox
from designer.ui.panels.watched import WatchedWidget
from designer.ui.panels.work_bar import WorkBar
from designer.ui.theme import Theme

METHODS = (
    ("pca", "PCA", "The two directions in which outputs differ most: distances mean something, much may be hidden"),
    ("tsne", "t-SNE", "Neighbours stay neighbours (van der Maaten and Hinton, 2008): groups are told apart; distances between them and their sizes mean nothing"),
)  # fmt: skip
COLOURS = (("truth", "colour: what is true"), ("answer", "colour: what is answered"))


class PlanePage(WatchedWidget):
    """`wanted` tells that something else is to be shown, `colour_chosen` by what points are coloured."""

    wanted = Signal()
    colour_chosen = Signal()

    def __init__(self, plot: QWidget) -> None:
        super().__init__()
        self.plot = plot
        self.view, self.method, self.colours = QComboBox(), QComboBox(), QComboBox()
        self.about = FittingLabel("muted", left_out=Qt.TextElideMode.ElideRight)
        self.work = WorkBar("laying samples out")
        self._build()

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        if hasattr(self.plot, "set_theme"):
            self.plot.set_theme(theme)

    def show_views(self, views: Sequence[tuple[str, str]]) -> None:
        """Offer layers, by key and title."""
        if [self.view.itemData(place) for place in range(self.view.count())] == [key for key, _ in views]:
            return
        self.view.clear()
        for key, title in views:
            self.view.addItem(title, key)

    def minimumSizeHint(self) -> QSize:
        return QSize(220, 90)

    def _build(self) -> None:
        for key, title, tip in METHODS:
            self.method.addItem(title, key)
            self.method.setItemData(self.method.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        for key, title in COLOURS:
            self.colours.addItem(title, key)
        for box, name, tip in (
            (self.view, "layer that is shown", "Where in the network samples are looked at: what goes into a layer, or comes out"),
            (self.method, "how samples are laid out", METHODS[0][2]),
            (self.colours, "what colours say", "Points in the colours of their class, or of what the network answered"),
        ):  # fmt: skip
            box.setAccessibleName(name)
            box.setToolTip(tip)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            box.setMaximumWidth(240)
        head = FlowBox(8, 4)
        for part in (self.view, self.method, self.colours, self.about):
            head.add(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 0, 0)
        column.setSpacing(6)
        column.addWidget(head)
        column.addWidget(self.work)
        column.addWidget(self.plot, 1)
        self.view.activated.connect(lambda _: self.wanted.emit())
        self.method.activated.connect(self._choose_method)
        self.colours.activated.connect(lambda _: self.colour_chosen.emit())

    def _choose_method(self, place: int) -> None:
        self.method.setToolTip(METHODS[place][2])
        self.wanted.emit()
