"""What the Training tab wants of its plots: designer.ui.plots.curve_pair gives it, and the window brings them together."""

from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from designer.engine.seeing import Boundary
from designer.ui.theme import Theme

Floats = NDArray[np.float64]


class Curve(Protocol):
    """What the tab wants of one plot."""

    def add_training(self, epochs: Floats, values: Floats) -> None:
        """Append training values at these places, in epochs."""

    def add_validation(self, epoch: float, value: float) -> None:
        """Append one validation value."""

    def add_mean(self, epoch: float, value: float) -> None:
        """Append the mean of an epoch's training values."""


class Curves(Protocol):
    """What the tab wants of its plots."""

    @property
    def loss(self) -> Curve:
        """The plot of the loss."""

    @property
    def score(self) -> Curve:
        """The plot of the first metric."""

    def start(self, epochs: int) -> None:
        """Clear both for a run of so many epochs."""

    def quantity(self, title: str, *, better: str = "", percent: bool = False) -> Curve:
        """Return the plot of another quantity."""

    def note_step(self, epoch: float, step: int) -> None:
        """Note how many steps lie behind a place in epochs."""

    def show_boundary(self, boundary: Boundary | None) -> None:
        """Show the plane of two-dimensional data, None where there is none."""

    def extend(self, epochs: int) -> None:
        """Make room for so many epochs, in place of those it was started with."""

    def mark(self, epoch: float, text: str) -> None:
        """Mark in both where something was changed."""

    @property
    def plane_width(self) -> int:
        """The pixels that the plane wants beside the curves, 0 where there is none."""

    @property
    def side(self) -> QWidget:
        """The plane of two-dimensional data under its title; hidden where there is none."""

    def fit_side(self, height: int) -> None:
        """Give the plane the width that goes with so many pixels of height."""

    def set_score(self, title: str, *, better: str, percent: bool) -> None:
        """Say what the second plot shows."""

    def refresh(self) -> None:
        """Draw what was added."""

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""


@runtime_checkable
class Themed(Protocol):
    """What wears the colours of a theme."""

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
