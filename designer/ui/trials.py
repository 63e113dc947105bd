"""Short trials of the present project: of learning rates, and of what training takes."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

if TYPE_CHECKING:
    from designer.engine.plan import Plan
    from designer.ui.trial_dialog import TrialDialog
    from designer.ui.window import Window


class Trials(QObject):
    """Opens the dialogs of trials. None is begun beside a run."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window

    def find_rate(self, use: Callable[[float], None]) -> None:
        """Try learning rates, and hand over the one that is wanted."""
        from designer.ui.rate_finder import RateFinder  # seldom asked for

        self._open(lambda make_plan: RateFinder(make_plan, self._window.theme, self._window), use)

    def measure_fit(self) -> None:
        """Measure what training takes, and offer a batch that fits."""
        from designer.ui.fit_dialog import FitDialog  # seldom asked for

        use = self._window.trainer.rescue.set_batch
        self._open(lambda make_plan: FitDialog(make_plan, self._window.theme, self._window), use)

    def _open(self, make: "Callable[[Callable[[], Plan]], TrialDialog]", use: Callable[..., None]) -> None:
        make_plan = self._demand_plan()
        if make_plan is not None:
            dialog = make(make_plan)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.used.connect(use)
            dialog.open()

    def _demand_plan(self) -> "Callable[[], Plan] | None":
        """Return what makes a plan of the present project; None where that cannot be run now, which is said in a bar."""
        trainer, editor = self._window.trainer, self._window.editor
        if trainer.is_active:
            text = "A run is under way, and the test would disturb its random numbers. Stop it first."
            self._window.notices.show_notice("warning", text, key="train")
            return None
        source = trainer.demand_ready()
        if source is None:
            return None
        project, path = editor.project, editor.path

        def make_plan() -> "Plan":
            from designer.engine.plan import Plan

            return Plan.from_project(project, source=source, beside=path.parent if path else None)

        return make_plan
