"""The dialog of Will it fit?: a measurement, what training takes of memory and time, and a batch that fits."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from designer.ui.background import Report
from designer.ui.marks import set_mark
from designer.ui.memory_bar import MemoryBar
from designer.ui.panels.fact_list import FactList
from designer.ui.theme import Theme
from designer.ui.trial_dialog import TrialDialog

if TYPE_CHECKING:
    from designer.engine.events import Failed
    from designer.engine.fit import Fitted
    from designer.engine.plan import Plan

ABOUT = "A few real steps of a network of its own, on the device of the run. Nothing is kept of them."


class FitDialog(TrialDialog):
    """Measures at once; `used` carries the batch size that is wanted."""

    def __init__(self, make_plan: "Callable[[], Plan]", theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Will it fit?", ABOUT, make_plan, parent)
        self._doing = ""  # the thread writes, the window reads
        self.memory = MemoryBar(theme)
        self.memory.hide()
        self.facts = FactList()
        for widget in (self.message, self.bar, self.memory, self.facts):
            self.parts.addWidget(widget)
        self.parts.addStretch(1)
        self.begin()

    def run(self, report: Report) -> "Fitted | Failed | None":
        """Measure; None where it was stopped."""
        from designer.engine.fit import FitStep, measure_fit

        answer, steps = None, measure_fit(self.make_plan())
        while True:
            try:
                event = steps.send(answer)
            except StopIteration:
                return None
            if not isinstance(event, FitStep):
                return event
            self._doing = event.doing
            answer = not report(event.share) or self.stopped.is_set()

    def draw(self) -> None:
        """Say what is measured."""
        self.message.setText(f"{self._doing} …")

    def conclude(self, found: object) -> str:
        """Show what it takes, and offer a batch that fits better."""
        from designer.engine.fit import Fitted, tell_facts, tell_verdict

        if not isinstance(found, Fitted):
            return "The measurement was stopped."
        set_mark(self.message, "error", not found.fits)
        self.facts.show_facts(tell_facts(found))
        self.memory.show_parts(found)
        self.memory.show()
        if found.advised and not found.fits:  # that more rows would fit is no reason to take them
            self.propose(found.advised, f"Use batch size {found.advised:,}", default=True)
        return tell_verdict(found)
