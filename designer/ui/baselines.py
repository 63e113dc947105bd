"""What simple methods reach on the data of the document: measured beside the window, drawn as lines to beat."""

import math
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, Signal

from designer.catalogue.facts import facts
from designer.catalogue.undoing import find_undoing
from designer.ui.background import Job, Report

if TYPE_CHECKING:
    from designer.engine.baselines import Baseline
    from designer.ui.plots.curve_pair import CurvePair
    from designer.ui.window import Window

KEY = "baselines"  # of the notices
LONGEST_WAIT = 5.0  # seconds for the job, when the window closes
BOOSTED = "boosting"
CHEAP = 60_000_000  # numbers of all samples


class Baselines(QObject):
    """Measures one document's data at a time. `changed` tells that there are other figures to show, or a job began or ended."""

    changed = Signal()

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self._found: WeakKeyDictionary[object, tuple[object, tuple[Baseline, ...]]] = WeakKeyDictionary()
        self._job: Job | None = None
        self.changed.connect(lambda: window.menus.follow())
        window.trainer.state_changed.connect(self._renew)
        for signal in (window.editor.opened, window.editor.project_changed):
            signal.connect(lambda *_: self.changed.emit() if self._found else None)

    @property
    def is_busy(self) -> bool:
        """Whether something is being measured."""
        return self._job is not None

    @property
    def found(self) -> "tuple[Baseline, ...]":
        """What is known of the data of the document that is shown, as they are now."""
        key, found = self._found.get(self._window.editor.document, (None, ()))
        return found if key == self._key else ()

    @property
    def _key(self) -> object:
        project = self._window.editor.project
        training = project.training
        return project.data, training.loss, training.objective, training.metrics

    def toggle(self) -> None:
        """Begin to measure, or give up what is in hand."""
        if self.is_busy:
            self.cancel()
        else:
            self.begin()

    def begin_where_cheap(self) -> None:
        """Measure without being asked, unless the data are so large that reading them again costs more than it tells."""
        known = facts(self._window.editor.project)
        if known is not None and (known.rows or 0) * math.prod(known.input.sizes) * known.inputs <= CHEAP:
            self.begin()

    def begin(self) -> None:
        """Measure on a thread, where the project is ready to be trained; what is in the way is said."""
        source = self._window.trainer.demand_ready()
        if source is None or self.is_busy or self.found:
            return
        editor = self._window.editor
        project, document, key, path = editor.project, editor.document, self._key, editor.path

        def work(report: Report) -> "tuple[Baseline, ...]":
            from designer.engine.preload import import_torch

            import_torch()
            from designer.engine.baselines import measure_baselines
            from designer.engine.plan import Plan

            plan: Plan = Plan.from_project(project, source=source, beside=path.parent if path else None)
            return measure_baselines(plan, report)

        self._job = Job(work, self)
        self._job.answered.connect(self._end)
        self._job.done.connect(lambda found: self._take(document, key, found))
        self._job.failed.connect(self._fail)
        self._job.start()
        self._window.notices.dismiss(KEY)
        self.changed.emit()

    def _renew(self, state: str) -> None:
        """Measure anew where a run begins on other data than those of the figures that are there."""
        if state == "loading" and self._window.editor.document in self._found and not self.found:
            self.begin_where_cheap()

    def cancel(self) -> None:
        """Give up what is being measured."""
        if self._job is not None:
            self._job.cancel()
            self._end()
            self.changed.emit()

    def shut_down(self) -> None:
        """End what is measured beside the window."""
        if self._job is not None:
            self._job.cancel(LONGEST_WAIT)
            self._job = None

    def draw_on(self, curves: "CurvePair") -> None:
        """Draw lines on the curves of a run, from now on whenever there are others or a plot came."""

        def draw() -> None:
            from designer.ui.progress import find_metric

            found = self.found
            kinds = {kind for each in found for kind in each.scores}
            titles = {find_metric(kind).title: kind for kind in kinds if kind != "loss"} | {"Loss": "loss"}
            for plot in curves.plots:
                kind = titles.get(plot.title)
                plot.set_levels([(each.scores[kind], each.title) for each in found if kind in each.scores])

        for signal in (self.changed, self._window.trainer.state_changed):
            signal.connect(lambda *_: draw())
        curves.score_named.connect(draw)
        draw()

    def tell(self, scores: "dict[str, float]") -> str:
        """Return what is to be beaten in words, beside what a network reaches; "" where nothing was measured."""
        from designer.catalogue.registry import metrics

        found = self.found
        kind = next((name for name in found[0].scores if name in metrics), "loss") if found else ""
        if not kind:
            return ""
        form, better = (metrics[kind].form, metrics[kind].better) if kind in metrics else (".4g", "lower")
        told = ", ".join(f"{each.title} {_write(each.scores[kind], form)}" for each in found)
        name = metrics[kind].title if kind in metrics else kind
        name += " of what is learned" if find_undoing(self._window.editor.project) is not None else ""
        best = (max if better == "higher" else min)(found, key=lambda each: each.scores[kind])
        mine = scores.get(kind)
        beaten = mine is not None and (mine >= best.scores[kind] if better == "higher" else mine <= best.scores[kind])
        more = ""
        if best.kind == BOOSTED and not beaten:
            more = (
                f" Gradient boosting reaches {_write(best.scores[kind], form)} here: on small tables trees often win."
            )
        elif mine is not None:
            more = " The network beats them all." if beaten else f" The network does not beat {best.title} yet."
        return f"To beat ({name}): {told}.{more}"

    def _take(self, document: object, key: object, found: "tuple[Baseline, ...]") -> None:
        self._found[document] = key, found
        self.changed.emit()

    def _fail(self, error: Exception) -> None:
        text = str(error) or type(error).__name__
        self._window.notices.show_notice("note", f"Simple methods could not be measured. {text}", key=KEY)
        self.changed.emit()

    def _end(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.deleteLater()


def _write(value: float, form: str) -> str:
    return f"{100 * value:.1f} %" if form.endswith("%") else f"{value:{form}}"
