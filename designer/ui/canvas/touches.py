"""Where something changed, in turn, for whoever keeps what follows from what lies at a place."""

from designer.ui.canvas.geometry import Box

MOST = 2000  # boxes that are remembered


class Touches:
    """Boxes in which something came, went or looks otherwise. Each reader remembers how many it has seen."""

    def __init__(self) -> None:
        self._boxes: list[Box] = []
        self._forgotten = 0

    @property
    def count(self) -> int:
        """How many there have been."""
        return self._forgotten + len(self._boxes)

    def add(self, *boxes: Box | None) -> None:
        """Take note of places; None stands for no place."""
        self._boxes += [box for box in boxes if box is not None]
        if len(self._boxes) > MOST:
            self._forgotten += len(self._boxes)
            self._boxes = []

    def since(self, count: int) -> list[Box] | None:
        """Return those after the first so many, None where not all of them are remembered any more."""
        return self._boxes[count - self._forgotten :] if count >= self._forgotten else None

    def forget(self) -> None:
        """Let everything count as touched."""
        self._forgotten += len(self._boxes) + 1
        self._boxes = []
