"""Cards put in order: arrange all or the selected ones, align, distribute. Each is one undo step."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QStyle

from designer.document.align import Axis, Side, align, distribute
from designer.document.drawing import Position
from designer.document.edits import move_nodes
from designer.document.folding import lay_out
from designer.document.placement import Arranged, arrange_some, carry_comments
from designer.document.project import Project
from designer.ui.background import Job, Report
from designer.ui.canvas.gliding import DURATION
from designer.ui.notices import Answer
from designer.ui.words import write_amount, write_count

if TYPE_CHECKING:
    from designer.ui.window import Window

SLOW = 2500  # layers and wires together: more are arranged beside the window
PATIENCE = 300  # milliseconds after which it is said that this takes long

WORDS: Mapping[Side, str] = {
    "left": "left sides",
    "centre": "centres",
    "right": "right sides",
    "top": "upper sides",
    "middle": "middles",
    "bottom": "lower sides",
}


class Arranging(QObject):
    """Commands that move cards and change nothing else."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self._editor = window.editor
        self._job: Job | None = None
        self._late_text = ""
        self._late = QTimer(self, singleShot=True)
        self._late.timeout.connect(self._tell)
        self._editor.view_changed.connect(self._refit)
        self.use_settings()

    @property
    def title(self) -> str:
        """What arranging is called for what is selected now."""
        return "Arrange selection" if self._choose_part() else "Arrange"

    @property
    def working(self) -> bool:
        """Whether places are still worked out."""
        return self._job is not None

    @property
    def folds(self) -> bool:
        """Whether long networks are folded into columns."""
        return self._window.settings.folds

    @property
    def snaps(self) -> bool:
        """Whether dragged cards stop at the grid."""
        return self._window.settings.snaps

    @property
    def animates(self) -> bool:
        """Whether cards glide to new places."""
        return self._window.settings.animations

    def use_settings(self) -> None:
        """Let the canvas move as the settings say."""
        canvas, settings = self._window.canvas, self._window.settings
        style = QApplication.style()
        calm = style.styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) == 0
        canvas.glide.duration = DURATION if settings.animations and not calm else 0
        canvas.snaps = settings.snaps

    def switch_folds(self) -> None:
        """Fold long networks from now on, or no longer."""
        self._window.settings.folds = not self._window.settings.folds

    def switch_snaps(self) -> None:
        """Let dragged cards stop at the grid from now on, or no longer."""
        self._window.settings.snaps = not self._window.settings.snaps
        self.use_settings()

    def switch_animations(self) -> None:
        """Let cards glide to new places from now on, or be there at once."""
        self._window.settings.animations = not self._window.settings.animations
        self.use_settings()

    def arrange(self, *, other: bool = False) -> None:
        """Lay out the selected cards where they are, or the whole network where fewer than two are selected.

        `other` folds where that is not set, and does not where it is.
        """
        self.stop()
        view, part = self._editor.view, self._choose_part()
        fold, page = self.folds != other, self._window.canvas.page

        def work(report: Report) -> Arranged:
            flow = view.drawing.flow
            frames = [remark.nodes for remark in view.drawing.remarks.values() if remark.is_frame]
            if part:
                return arrange_some(view.graph, view.layout, part, flow, fold=fold, frames=frames)
            return Arranged(lay_out(view.graph, flow, fold=fold, frames=frames, page=page), True)

        if len(view.graph.nodes) + len(view.graph.edges) <= SLOW:
            self._put(view, part, work(lambda share: True))
            return
        job = Job(work, self)
        self._job = job
        count = write_count(len(part or view.graph.nodes))
        self._late_text = f"Arranging {count} layers …"
        self._late.start(PATIENCE)
        job.answered.connect(self._late.stop)
        job.answered.connect(lambda: self._window.notices.dismiss("arrange"))
        job.done.connect(lambda result: self._put(view, part, result))
        job.failed.connect(_raise)
        job.start()

    def stop(self) -> None:
        """Give up arranging that is still under way."""
        self._late.stop()
        job, self._job = self._job, None
        if job is not None:
            job.cancel()
            self._window.notices.dismiss("arrange")

    def align(self, side: Side) -> None:
        """Bring the selected cards into one line."""
        places = self._selected_places()
        count = write_amount(len(places), "layer")
        self._move(f"align {WORDS[side]} of {count}", align(places, side))

    def distribute(self, axis: Axis) -> None:
        """Give the selected cards the same distance from each to the next."""
        places = self._selected_places()
        count = write_amount(len(places), "layer")
        self._move(f"distribute {count} {axis}", distribute(places, axis))

    def _refit(self, before: Project, after: Project) -> None:
        """Fit the whole network again where most cards went elsewhere at once, as when an Arrange is undone."""
        if before.graph is not after.graph or before.layout is after.layout or not self._window.canvas.fits_all:
            return
        moved = sum(before.layout.get(key) != place for key, place in after.layout.items())
        if 2 * moved > len(after.layout):
            self._window.canvas.fit_all()

    def _choose_part(self) -> frozenset[str]:
        """Return the selected nodes where they are several and not all, else none."""
        chosen = self._editor.selected_nodes
        return chosen if 2 <= len(chosen) < len(self._editor.view.graph.nodes) else frozenset()

    def _tell(self) -> None:
        """Say that it takes long."""
        self._window.notices.show_notice("note", self._late_text, Answer("Stop", self.stop), key="arrange")

    def _selected_places(self) -> Mapping[str, Position]:
        view = self._editor.view
        return {key: view.layout.get(key, (0.0, 0.0)) for key in view.graph.nodes if key in self._editor.selected_nodes}

    def _put(self, view: Project, part: frozenset[str], arranged: Arranged) -> None:
        """Take over what was worked out for a view, unless that has changed meanwhile."""
        self.stop()
        window, editor = self._window, self._editor
        if editor.view.graph is not view.graph:
            text = "The network has changed meanwhile: nothing was arranged. Arrange again."
            window.notices.show_notice("note", text, key="arrange")
            return
        self._move(f"arrange {write_amount(len(part), 'layer')}" if part else "arrange", arranged.positions)
        if not part:
            window.canvas.fit_all()
        if not arranged.free:
            text = "There is no free place near for the arranged layers: they lie over others. Drag them aside."
            window.notices.show_notice("note", text, key="arrange")

    def _move(self, title: str, positions: Mapping[str, Position]) -> None:
        view = self._editor.view
        moved = {key: place for key, place in positions.items() if view.layout.get(key) != place}
        if moved:
            self._editor.apply_view(title, carry_comments(view, move_nodes(view, moved)))


def _raise(error: Exception) -> None:
    raise error
