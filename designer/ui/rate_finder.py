"""The dialog of Find learning rate: a range test, its plot, and a button that takes what it proposes."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from designer.ui.background import Report
from designer.ui.plots.rates import RatePlot
from designer.ui.theme import Theme
from designer.ui.trial_dialog import TrialDialog

if TYPE_CHECKING:
    from designer.engine.events import Failed
    from designer.engine.lr_range import RangeFound, RateTried
    from designer.engine.plan import Plan

ABOUT = "A short run on a network of its own, with a learning rate that grows from step to step (Smith, 2017)."


class RateFinder(TrialDialog):
    """Runs the test at once; `used` carries the learning rate that is wanted."""

    def __init__(self, make_plan: "Callable[[], Plan]", theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Find learning rate", ABOUT, make_plan, parent)
        self._tried: list[RateTried] = []  # the thread appends, the window reads
        self.plot = RatePlot(theme, 1e-6, 10.0)
        for widget in (self.plot, self.bar, self.message):
            self.parts.addWidget(widget)
        self.parts.setStretch(0, 1)
        self.begin()

    def run(self, report: Report) -> "RangeFound | Failed":
        """Run the test."""
        from designer.engine.lr_range import RateTried, find_range

        steps = find_range(self.make_plan())
        event = next(steps)
        while isinstance(event, RateTried):
            self._tried.append(event)
            going = report(event.step / event.steps)
            event = steps.send(self.stopped.is_set() or not going)
        return event

    def draw(self) -> None:
        """Show the losses of the rates that were tried."""
        tried = tuple(self._tried)
        self.plot.show_losses(
            [each.rate for each in tried], [each.loss for each in tried], [each.smoothed for each in tried]
        )

    def conclude(self, found: object) -> str:
        """Show and offer the rate that is proposed, where there is one."""
        from designer.engine.lr_range import RangeFound

        assert isinstance(found, RangeFound)
        self.plot.mark(found.proposal)
        if found.proposal is not None:
            self.propose(found.proposal, f"Use {found.proposal:g}", default=True)
        return found.message.replace("`", "")
