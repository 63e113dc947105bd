"""Tries windows of a series: those of the data by their numbers, and the last, after which nobody knows."""

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from designer.ui.panels.flow import FlowBox
from designer.ui.plots.stretch import StretchPlot
from designer.ui.theme import Theme

if TYPE_CHECKING:
    from designer.engine.trying.bench import Bench, Sample
    from designer.engine.trying.series import SeriesForm
    from designer.ui.trying import Trying


class TrySeries(QObject):
    """The entry for networks that foretell a series."""

    follows = True  # its forecast is another with each weight

    def __init__(self, trying: "Trying", theme: Theme) -> None:
        super().__init__(trying)
        self._trying = trying
        self._form: SeriesForm | None = None
        self.plot = StretchPlot(theme)
        self.last = QPushButton("What comes next")
        self.last.setToolTip("The last window of the data: what the network says comes after all that is known")
        self.last.clicked.connect(self._ask)
        self.entry = QWidget()
        self.entry.setObjectName("ground")
        tools = FlowBox(8, 4)
        tools.add(self.last)
        column = QVBoxLayout(self.entry)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(4)
        column.addWidget(tools)
        column.addWidget(self.plot, 1)

    def fits(self, form: Any) -> bool:
        """Return whether samples of a form are given here; take note of it."""
        from designer.engine.trying.series import SeriesForm

        self._form = form if isinstance(form, SeriesForm) else None
        return self._form is not None

    def ask_first(self) -> None:
        """Do nothing: without data there is no sample."""

    def show(self, sample: "Sample") -> None:
        """Show a window, what the network says of it, and what came."""
        from designer.engine.trying.series import lay_out

        form, bench, reply = self._form, self._trying.bench, self._trying.reply
        if form is not None and bench is not None and reply is not None and reply.answers:
            found = lay_out(bench, form, sample, reply)
            self.plot.show_stretch(found.start, found.known, found.foretold, found.came, form.name)

    def _ask(self) -> None:
        form = self._form
        if form is None:
            return

        def make(bench: "Bench") -> Any:
            from designer.engine.trying.series import take_last

            return take_last(bench, form)

        self._trying.ask(make)
