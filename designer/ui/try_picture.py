"""Tries pictures: what is drawn, opened or dropped goes to the network, and what it gets is shown beside."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject

from designer.ui.panels.picture_entry import PictureEntry
from designer.ui.theme import Theme

if TYPE_CHECKING:
    from designer.engine.trying.bench import Bench, Sample
    from designer.engine.trying.pictures import PictureForm
    from designer.ui.trying import Trying

MOST_DRAWN = 96  # pixels of a side up to which a picture is drawn by hand


class TryPicture(QObject):
    """The entry for networks that take pictures."""

    follows = False  # whether it shows what is answered, too

    def __init__(self, trying: "Trying", theme: Theme) -> None:
        super().__init__(trying)
        self._trying = trying
        self._form: PictureForm | None = None
        self._path: Path | None = None
        self._swapped = False
        self.entry = PictureEntry(theme)
        self.entry.drawn.connect(self._draw)
        self.entry.opened.connect(self._open)
        self.entry.changed.connect(self._renew)

    def fits(self, form: Any) -> bool:
        """Return whether samples of a form are given here; take note of it."""
        from designer.engine.trying.pictures import PictureForm

        self._form = form if isinstance(form, PictureForm) else None
        self._path = None
        if self._form is None:
            return False
        how = "centre of mass" if form.hand.by_mass else "middle"
        share = f"{100 * form.hand.share:.0f} %"
        told = f"Cut a drawing to its ink, scale it to {share} of the side, and put its {how} in the middle, as in the data"
        small = form.is_grey and max(form.sizes[1:]) <= MOST_DRAWN
        self.entry.show_form(pad=small, dark=form.dark, centre=told)
        return True

    def ask_first(self) -> None:
        """Show an empty pad, where there are no data to take a sample from."""
        self.entry.pad.clear()

    def show_nothing(self) -> None:
        """Take the picture away that was answered before; what is drawn by hand stays."""
        self.entry.seen.show_pixels(None)
        if not self.entry.pad.strokes:
            self.entry.pad.show_ground(None)

    def show(self, sample: "Sample") -> None:
        """Show the sample that was asked about."""
        form = self._form
        if form is None or isinstance(sample.x, tuple):
            return
        pixels = sample.raw if isinstance(sample.raw, np.ndarray) else form.show(sample.x[0])
        self.entry.seen.show_pixels(pixels)
        if sample.number >= 0:
            self._path = None
        entry = self.entry
        entry.invert.setVisible(self._path is not None and form.is_grey)
        if entry.invert.isChecked() != self._swapped:
            entry.invert.blockSignals(True)
            entry.invert.setChecked(self._swapped)
            entry.invert.blockSignals(False)
        if form.is_grey and (sample.number >= 0 or self._path is not None):
            ink = pixels[0] if form.dark else 1 - pixels[0]
            if entry.pad.ground is None or not np.array_equal(entry.pad.ground, ink):
                entry.pad.show_ground(ink)

    def _draw(self) -> None:
        """Ask about what is on the pad."""
        form, pad = self._form, self.entry.pad
        if form is None:
            return
        self._path = None
        ink, centred = pad.ink, self.entry.centred.isChecked() and pad.ground is None

        def make(bench: "Bench") -> Any:
            from designer.engine.trying.pictures import encode_picture, place_drawing

            return encode_picture(bench, form, place_drawing(ink, form, centred=centred))

        self._trying.ask(make)

    def _open(self, path: Path) -> None:
        """Ask about a picture."""
        form, first = self._form, path != self._path
        if form is None:
            return
        self._path = path
        invert = None if first else self.entry.invert.isChecked()

        def make(bench: "Bench") -> Any:
            from designer.engine.trying.pictures import encode_picture, open_picture

            pixels, swapped = open_picture(path, form, invert=invert)
            self._swapped = swapped
            return encode_picture(bench, form, pixels)

        self._trying.ask(make)

    def _renew(self) -> None:
        if self._path is not None:
            self._open(self._path)
        elif not self.entry.pad.is_empty:
            self._draw()
