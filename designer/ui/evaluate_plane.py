"""Wires Embedding in the Evaluate tab: the samples of an evaluation in a plane, by what a layer gives for them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from designer.document.wording import show_name
from designer.engine.evaluation.record import Assessment, Evaluation, Outcome
from designer.engine.explaining.places import list_views
from designer.engine.explaining.record import Plane
from designer.ui.aside import Aside
from designer.ui.background import Report
from designer.ui.panels.evaluate import Chart
from designer.ui.panels.plane_page import PlanePage
from designer.ui.plots.point_plane import FACE, Cloud, PointPlane
from designer.ui.sample_faces import Faces, make_faces, name_truth
from designer.ui.words import write_amount

if TYPE_CHECKING:
    from designer.ui.evaluating import Evaluating
    from designer.ui.window import Window

LONGEST = 60  # characters of a sample in words


class EvaluatePlane(QObject):
    """The page, and what lays samples out for it, as soon as it is seen. `chosen` carries the place of a sample in the outcome."""

    chosen = Signal(int)

    def __init__(self, window: "Window", evaluating: "Evaluating", parent: QObject) -> None:
        super().__init__(parent)
        self._window, self._evaluating = window, evaluating
        self.plot = PointPlane(window.theme)
        self.page = PlanePage(self.plot)
        self.chart = Chart("Embedding", self.page, self._take)
        self.aside = Aside("lay samples out in a plane", self)
        self._shown: tuple[Evaluation, Outcome, float] | None = None
        self._faces: Faces | None = None
        self._places = np.zeros(0, np.int64)  # in the outcome, of each sample of the part; -1 where it has none
        self.plane: Plane | None = None
        self.page.wanted.connect(self._renew)
        self.page.colour_chosen.connect(self._draw)
        self.page.watched.connect(self._watch)
        self.page.work.stop_wanted.connect(self._stop)
        self.plot.chosen.connect(self._choose)
        self.aside.busy_changed.connect(self.page.work.show_busy)
        self.aside.progressed.connect(self.page.work.show_share)
        self.aside.done.connect(self._show)
        self.aside.refused.connect(lambda text: self.page.work.say(text, error=True))

    def _take(self, evaluation: Evaluation, outcome: Outcome, found: Assessment) -> bool:
        before, self._shown = self._shown, (evaluation, outcome, found.threshold)
        views = list_views(evaluation.project)
        if before is None or before[0] is not evaluation:
            self.aside.cancel()
            self._faces, self.plane = make_faces(evaluation), None
            self.plot.show_cloud(Cloud(np.zeros((0, 2))), lambda place: (None, ()))
            self.page.show_views([(view.key, show_name(view.title, 40)) for view in views])
            self.page.about.setText("")
            self.page.work.say("")
            if self.page.isVisible():
                self._renew()
        elif before[1:] != self._shown[1:]:
            self._draw()
        return bool(views) and len(evaluation.rows) >= 3

    def _watch(self, on: bool) -> None:
        if on and self.plane is None and not self.aside.is_busy:
            self._renew()

    def _renew(self) -> None:
        """Lay out what is chosen, on a thread."""
        result = self._evaluating.result
        if result is None:
            return
        view, method = self.page.view.currentData() or "", self.page.method.currentData()
        alone = not self._window.trainer.is_active

        def work(report: Report) -> tuple[Evaluation, Plane]:
            from designer.engine.explaining.planes import lay_out_plane

            plan, weights = result.find()
            part, device = result.evaluation.part, "" if alone else "cpu"
            plane = lay_out_plane(
                plan, weights, result.held, part, view, method, device=device, alone=alone, report=report
            )
            return result.evaluation, plane

        self.aside.start(work)

    def _stop(self) -> None:
        self.aside.cancel()
        self.page.work.say("Stopped. Choose a layer or a method to lay them out.")

    def _show(self, found: tuple[Evaluation, Plane]) -> None:
        if self._shown is None or found[0] is not self._shown[0]:
            return
        self.plane = found[1]
        self._draw()

    def _draw(self) -> None:
        plane = self.plane
        if plane is None or self._shown is None:
            return
        evaluation, outcome, _ = self._shown
        shares = plane.shares
        axes = tuple(f"axis {place + 1}: {100 * share:.0f} % of the variance" for place, share in enumerate(shares))
        count = write_amount(len(plane.points), "vector" if plane.names else "sample")
        told = [f"{count}, {write_amount(plane.width, 'number')} each", *(note.rstrip(".") for note in plane.notes)]
        self.page.about.setText(" · ".join(told))
        self.page.colours.setVisible(not plane.names and outcome.task in ("class", "binary"))
        if plane.names:
            self.plot.show_cloud(Cloud(plane.points, (*axes, "", "")[:2]), self._name)  # type: ignore[arg-type]
            return
        self._places = np.full(len(evaluation.rows), -1)
        self._places[outcome.places.astype(np.int64)] = np.arange(outcome.rows)
        self.plot.show_cloud(self._colour(plane, (*axes, "", "")[:2]), self._describe)  # type: ignore[arg-type]

    def _colour(self, plane: Plane, axes: tuple[str, str]) -> Cloud:
        """Return the points in the colours of their class or their target."""
        assert self._shown is not None
        _, outcome, threshold = self._shown
        rows = self._places[plane.places]
        known = rows >= 0
        if outcome.task in ("class", "binary"):
            binary = outcome.task == "binary"
            truth = (outcome.targets[:, 0] > 0).astype(np.int64) if binary else outcome.targets.astype(np.int64)
            answers = outcome.decide(threshold)[:, 0].astype(np.int64) if binary else outcome.answers.astype(np.int64)
            kinds = np.where(known, (truth if self.page.colours.currentData() == "truth" else answers)[rows], 0)
            wrong = known & (truth != answers)[rows]
            return Cloud(
                plane.points,
                axes,
                kinds,
                tuple(show_name(name, 40) for name in outcome.labels),
                None,
                wrong,
                "answered wrongly",
            )
        if outcome.task == "value":
            return Cloud(
                plane.points, axes, numbers=np.where(known, outcome.targets[rows, 0].astype(np.float64), np.nan)
            )
        return Cloud(plane.points, axes)

    def _name(self, number: int) -> tuple[QImage | None, Sequence[str]]:
        plane = self.plane
        blank = {"\n": "⏎", " ": "␣", "\t": "⇥"}
        return None, (blank.get(plane.names[number], show_name(plane.names[number], 60)),) if plane is not None else ()

    def _describe(self, number: int) -> tuple[QImage | None, Sequence[str]]:
        """Return how a sample looks, and what it is."""
        if self.plane is None or self._shown is None or self._faces is None:
            return None, ()
        evaluation, outcome, threshold = self._shown
        sample = int(self.plane.places[number])
        place = int(self._places[sample])
        lines = [evaluation.name_sample(sample)]
        if place >= 0:
            truth, answer, _ = name_truth(outcome, place, threshold)
            lines += [show_name(f"true: {truth}", LONGEST), show_name(f"answered: {answer}", LONGEST)] if truth else []
        if self._faces.form in ("text", "row"):
            lines.append(show_name(self._faces.write(sample), LONGEST))
        return self._faces.draw(sample, round(FACE * self.plot.devicePixelRatioF())), lines

    def _choose(self, number: int) -> None:
        if self.plane is not None and not self.plane.names:
            place = int(self._places[int(self.plane.places[number])])
            if place >= 0:
                self.chosen.emit(place)
