"""Which epochs of a run a plot shows: all of them, or a part that is zoomed into and dragged along."""

SMALLEST = 0.01  # epochs


class EpochView:
    """A part of `epochs`, all of them at first."""

    def __init__(self) -> None:
        self.epochs = 1
        self._part: tuple[float, float] | None = None

    @property
    def is_part(self) -> bool:
        """Whether some epochs are out of sight."""
        return self._part is not None

    @property
    def bounds(self) -> tuple[float, float]:
        """The first and the last place that is shown."""
        return self._part or (0.0, float(self.epochs))

    def show_all(self) -> None:
        """Show all epochs."""
        self._part = None

    def zoom(self, at: float, factor: float) -> None:
        """Show so many times as many epochs, with the one at hand where it is."""
        left, right = self.bounds
        width = max((right - left) * factor, SMALLEST)
        if width >= self.epochs:
            self._part = None
            return
        self._begin_at(at - (at - left) * width / (right - left), width)

    def move(self, from_left: float, way: float) -> None:
        """Show as many epochs a `way` on from those that began at `from_left`."""
        left, right = self.bounds
        if self._part is not None:
            self._begin_at(from_left + way * (right - left), right - left)

    def _begin_at(self, left: float, width: float) -> None:
        left = min(max(left, 0.0), self.epochs - width)
        self._part = left, left + width
