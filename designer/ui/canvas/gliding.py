"""Cards glide to their new places, so that the eye can follow where each went. The document is there already."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QEasingCurve, QElapsedTimer, QObject, QTimer

from designer.ui.canvas.geometry import Box, Point, card_box

if TYPE_CHECKING:
    from designer.ui.canvas.sheet_view import SheetView

DURATION = 200  # milliseconds
MOST_NEAT = 60  # moved cards whose wires keep off other cards on the way
FEWEST, MOST = 4, 300  # moved cards, and those of them in view: a few need no help, very many could not be followed
_FRAME = 16  # milliseconds
_SLOWEST = 60  # a picture that takes longer than this is the last but one


class Glide(QObject):
    """Shows cards of a view on their way, as a preview on its sheet. Whatever else happens ends it at once."""

    def __init__(self, view: "SheetView") -> None:
        super().__init__(view)
        self.duration = 0  # milliseconds; 0 lets nothing glide
        self.goal: Box | None = None  # around everything, once all have arrived
        self._view = view
        self._ways: dict[str, tuple[Point, Point]] = {}
        self._clock = QElapsedTimer()
        self._timer = QTimer(self, interval=_FRAME)
        self._timer.timeout.connect(self._step)
        self._ease = QEasingCurve(QEasingCurve.Type.OutCubic)

    @property
    def running(self) -> bool:
        """Whether cards are on their way."""
        return self._timer.isActive()

    def begin(self, starts: Mapping[str, Point]) -> None:
        """Let cards that stand at their new places already come there from their old ones, as far as that is seen."""
        self._timer.stop()
        self._ways, self.goal = {}, None
        if not self.duration or len(starts) < FEWEST or not self._view.isVisible():
            return
        sheet, area = self._view.sheet, self._view.area()
        starts = {
            key: start
            for key, start in starts.items()
            if sheet.nodes[key].box.meets(area) or card_box(start).meets(area)
        }
        if not 0 < len(starts) <= MOST:
            return
        self._ways = {key: (start, sheet.nodes[key].position) for key, start in starts.items()}
        self.goal = sheet.bounds()
        sheet.preview(starts, rough=len(starts) > MOST_NEAT)
        self._clock.start()
        self._timer.start()

    def stop(self) -> None:
        """Be there at once."""
        if self.running:
            self._timer.stop()
            self._ways, self.goal = {}, None
            self._view.sheet.preview({})
            self._view.viewport().update()

    def _step(self) -> None:
        passed = self._clock.elapsed()
        if passed >= self.duration:
            self.stop()
            return
        share = self._ease.valueForProgress(passed / self.duration)
        self._view.sheet.preview(
            {key: (x0 + (x1 - x0) * share, y0 + (y1 - y0) * share) for key, ((x0, y0), (x1, y1)) in self._ways.items()},
            rough=len(self._ways) > MOST_NEAT,
        )
        self._view.viewport().update()
        if self._clock.elapsed() - passed > _SLOWEST:
            self.stop()
