"""The picture of an explanation, in the form of the sample, with the legend of its colours above."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from designer.engine.explaining.record import Explained
from designer.ui.plots.heat_forms import HeatBars, HeatPictures, HeatSeries, HeatWords
from designer.ui.plots.heat_paint import HeatLegend, find_limit
from designer.ui.theme import Theme

SIGNED = {False: ("against", "for"), True: ("lowers", "raises")}
UNSIGNED = ("little", "much")


class HeatBoard(QWidget):
    """Shows one explanation at a time."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.legend = HeatLegend(theme)
        self.forms: dict[str, HeatPictures | HeatWords | HeatSeries | HeatBars] = {
            "picture": HeatPictures(theme),
            "tokens": HeatWords(theme),
            "series": HeatSeries(theme),
            "columns": HeatBars(theme),
        }
        self.stack = QStackedWidget()
        self._places = {
            kind: _wrap(form) if kind in ("tokens", "columns") else form for kind, form in self.forms.items()
        }
        for place in self._places.values():
            self.stack.addWidget(place)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.legend)
        column.addWidget(self.stack, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        self.legend.set_theme(theme)
        for form in self.forms.values():
            form.set_theme(theme)

    def show_explained(self, explained: Explained) -> None:
        """Show an explanation."""
        kind = explained.heats[0].form
        words = SIGNED[explained.is_amount] if explained.signed else UNSIGNED
        limit = find_limit(heat.values for heat in explained.heats)
        self.legend.show_range(limit, signed=explained.signed, words=words)
        self.forms[kind].show_heats(explained.heats, signed=explained.signed)
        self.stack.setCurrentWidget(self._places[kind])


def _wrap(form: QWidget) -> QScrollArea:
    """Return a form that may be longer than there is room, to be scrolled."""
    area = QScrollArea()
    area.setObjectName("sidescroll")
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    form.setObjectName("ground")
    area.setWidget(form)
    return area
