"""Pictures of a user's own as samples: drawn or opened, brought to the size, the place and the numbers of those in the data."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from designer.catalogue import registry
from designer.catalogue.facts import facts
from designer.catalogue.parameters import resolve
from designer.catalogue.sources.images import SUFFIXES
from designer.document.wording import show_name
from designer.engine.bundle import parts_of
from designer.engine.evaluation.record import EvaluationError
from designer.engine.trying.bench import Bench, Sample
from designer.recipes.pictures import BROKEN, MOST_PIXELS, decode_picture

Pixels = NDArray[np.float32]  # channels x height x width, from 0 (black) to 1

SEEN = 200  # samples of the data that are looked at
KINDS = "PNG, JPEG, BMP, GIF, WebP, TIFF and PPM"
INK = 0.15  # what is brighter than this, or darker where the ground is bright, is ink
RANGES: Mapping[str, tuple[float, float]] = {  # of the numbers that readers give, where they are known
    "Idx": (0.0, 255.0),
    "ImageFolder": (0.0, 255.0),
    "Cifar": (0.0, 255.0),
    "Digits": (0.0, 1.0),
    "DigitProperties": (0.0, 1.0),
}


@dataclass(frozen=True, slots=True)
class Hand:
    """How drawings stand in the pictures of the data: the share of the side they fill, and what of them is in the middle."""

    share: float = 20 / 28  # MNIST's
    by_mass: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class PictureForm:
    """What pictures the network wants. `low` and `high` are black and white as a reader gives them.

    `shape` is that of one sample as a reader gives it, with its channels last or left out where `layout` says so; `zero` and
    `slope` say how the network gets what a reader gives. `fit` is how a picture of another form is cut, `dark` whether
    pictures of the data have a dark ground.
    """

    sizes: tuple[int, int, int]
    layout: str
    low: float
    high: float
    zero: Tensor
    slope: Tensor
    fit: str
    dark: bool
    hand: Hand

    @property
    def is_grey(self) -> bool:
        """Whether pictures have one channel."""
        return self.sizes[0] == 1

    def show(self, x: Tensor | Pixels) -> Pixels:
        """Return a sample as the network takes it (channels x height x width) as a picture."""
        x = torch.as_tensor(x)
        span = self.slope * (self.high - self.low)
        pixels = torch.where(span == 0, 0.0, (x.float().cpu() - self.zero - self.slope * self.low) / span)
        found: Pixels = pixels.clamp(0, 1).numpy().astype(np.float32)
        return found


def find_form(bench: Bench) -> PictureForm | None:
    """Return what pictures a network wants, None where its samples are none, or it answers none."""
    known, source = facts(bench.plan.project), bench.plan.project.data.source
    if known is None or source is None or bench.answerer is None or known.inputs > 1:
        return None
    sizes = known.input.sizes
    if len(sizes) != 3 or sizes[0] not in (1, 3) or min(sizes[1:]) < 2 or known.input.dtype != "float":
        return None
    values = resolve(registry.sources[source.kind].parameters, source.parameters)[0]
    layout = str(values.get("layout", ""))
    zero, one = (_encode(bench, np.full(sizes, number, np.float32), layout)[0] for number in (0, 1))
    low, high = RANGES.get(source.kind) or _measure_range(bench, zero, one - zero)
    fit = str(values.get("fit", "crop"))
    form = PictureForm((sizes[0], sizes[1], sizes[2]), layout, low, high, zero, one - zero, fit, True, Hand())  # fmt: skip
    seen = _take_pictures(bench, form)
    if seen is None:
        return form
    rim = np.concatenate([seen[:, :, 0].ravel(), seen[:, :, -1].ravel(), seen[..., 0].ravel(), seen[..., -1].ravel()])
    dark = bool(np.median(rim) < 0.5)
    hand = _measure_hand(seen[:, 0] if dark else 1 - seen[:, 0]) if form.is_grey else Hand()
    return PictureForm(form.sizes, layout, low, high, zero, one - zero, fit, dark, hand)


def encode_picture(bench: Bench, form: PictureForm, pixels: Pixels) -> Sample:
    """Return a picture as a sample. Raises EvaluationError."""
    with bench.lock:
        x = _encode(bench, form.low + pixels * (form.high - form.low), form.layout)
    return Sample(x, pixels)


def place_drawing(ink: Pixels, form: PictureForm, *, centred: bool) -> Pixels:
    """Return a drawing, height x width of any size with its ink at 1, as a picture of the data's form.

    Centred, it is cut to its ink, brought to the size that drawings of the data have, and put where theirs are: as MNIST was
    made (LeCun and others, 1998).
    """
    _, height, width = form.sizes
    rows, columns = np.flatnonzero(ink.max(1) > INK), np.flatnonzero(ink.max(0) > INK)
    if not centred or not len(rows):
        placed = _resize(ink, height, width)
    else:
        cut = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        scale = form.hand.share * min(height, width) / max(cut.shape)
        small = _resize(cut, *(max(round(side * scale), 1) for side in cut.shape))
        placed = _put(small, height, width, by_mass=form.hand.by_mass)
    pixels = placed if form.dark else 1 - placed
    return np.repeat(pixels[None], form.sizes[0], 0).astype(np.float32)


def open_picture(path: Path, form: PictureForm, *, invert: bool | None = None) -> tuple[Pixels, bool]:
    """Return a picture brought to the size that the network wants, and whether black and white were swapped.

    Unless it is said, they are where a grey picture has a bright ground and those of the data a dark one, or the other way
    round. Raises EvaluationError.
    """
    channels, height, width = form.sizes
    try:
        pixels = decode_picture(path, (height, width), form.fit, channels == 1).astype(np.float32) / 255
    except FileNotFoundError:
        raise EvaluationError(f"There is no file {show_name(str(path), 200)}.") from None
    except BROKEN as error:
        raise EvaluationError(f"{show_name(path.name, 100)} {_tell_broken(path, error)}") from None
    if invert is None:
        rim = np.concatenate([pixels[:, 0].ravel(), pixels[:, -1].ravel(), pixels[..., 0].ravel(), pixels[..., -1].ravel()])  # fmt: skip
        invert = channels == 1 and bool(np.median(rim) < 0.5) != form.dark
    return np.ascontiguousarray(1 - pixels if invert else pixels), invert


def _tell_broken(path: Path, error: Exception) -> str:
    """Return in words why a file is no sample."""
    if isinstance(error, PermissionError):
        return "cannot be opened: you may not read it."
    if path.suffix.lower() not in SUFFIXES:
        return f"is no picture, and this network takes pictures. Drop one of {KINDS}; data are dropped on the canvas."
    if isinstance(error, Image.DecompressionBombError) or "pixels, more than" in str(error):
        return f"has more than {MOST_PIXELS:,} pixels. Make it smaller first."
    return f"is broken, or no picture in truth. Open it in another program and save it anew, as one of {KINDS}."


def _encode(bench: Bench, raw: NDArray[Any], layout: str) -> Tensor:
    """Return channels x height x width, as a reader would give them, as the network takes them: one row."""
    if layout == "channels last":
        raw = np.moveaxis(raw, 0, -1)
    elif layout == "add a channel":
        raw = raw[0]
    assert bench.answerer is not None
    given: Any = np.ascontiguousarray(raw[None], np.float32)
    # Readers of arrays give those of numpy, all others tensors.
    return parts_of(bench.answerer.encode_given(given if layout else torch.from_numpy(given)))[0]


def _measure_range(bench: Bench, zero: Tensor, slope: Tensor) -> tuple[float, float]:
    """Return the least and the largest number in the data as a reader gives them; 0 and 1 where there are none."""
    if bench.stock is None or not bench.stock.count:
        return 0.0, 1.0
    raw = (parts_of(bench.stock.x)[0][:SEEN].float() - zero) / slope
    raw = raw[raw.isfinite()]  # a channel that is the same everywhere has no slope
    if not raw.numel():
        return 0.0, 1.0
    low, high = float(raw.min()), float(raw.max())
    for usual in (
        (0.0, 1.0),
        (0.0, 255.0),
        (-1.0, 1.0),
        (0.0, 16.0),
    ):  # the range that was meant, if it is one of these
        if usual[0] <= low and high <= usual[1] and high - low > 0.8 * (usual[1] - usual[0]):
            return usual
    return (low, high) if high > low else (low, low + 1)


def _take_pictures(bench: Bench, form: PictureForm) -> Pixels | None:
    if bench.stock is None or not bench.stock.count:
        return None
    return np.stack([form.show(x) for x in parts_of(bench.stock.x)[0][:SEEN]])


def _measure_hand(ink: Pixels) -> Hand:
    """Return how drawings stand in pictures, N x height x width with their ink at 1."""
    sides, middles, masses = [], [], []
    for one in ink:
        rows, columns = np.flatnonzero(one.max(1) > INK), np.flatnonzero(one.max(0) > INK)
        if len(rows):
            sides.append(max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1)
            middles.append(((rows[0] + rows[-1]) / 2, (columns[0] + columns[-1]) / 2))
            masses.append(_find_mass(one))
    if not sides:
        return Hand()
    share = float(np.median(sides)) / min(ink.shape[1:])
    return Hand(min(share, 1.0), bool(np.std(masses, 0).sum() <= np.std(middles, 0).sum()))


def _find_mass(ink: Pixels) -> tuple[float, float]:
    """Return the row and the column of the centre of mass."""
    total = max(float(ink.sum()), 1e-9)
    rows, columns = np.arange(ink.shape[0]), np.arange(ink.shape[1])
    return float((ink.sum(1) * rows).sum()) / total, float((ink.sum(0) * columns).sum()) / total


def _resize(ink: Pixels, height: int, width: int) -> Pixels:
    """Return a grey picture of another size, each pixel the mean of what it covers."""
    whole = ink.shape[0] % height == 0 and ink.shape[1] % width == 0  # what was enlarged comes back as it was
    way = Image.Resampling.BOX if whole else Image.Resampling.BILINEAR
    picture = Image.fromarray(ink.astype(np.float32)).resize((width, height), way)
    return np.asarray(picture, np.float32).clip(0, 1)


def _put(small: Pixels, height: int, width: int, *, by_mass: bool) -> Pixels:
    """Return a picture with a smaller one in it, its centre of mass or its middle in the middle."""
    placed = np.zeros((height, width), np.float32)
    row, column = _find_mass(small) if by_mass else ((small.shape[0] - 1) / 2, (small.shape[1] - 1) / 2)
    top = min(max(round((height - 1) / 2 - row), 0), height - small.shape[0])
    left = min(max(round((width - 1) / 2 - column), 0), width - small.shape[1])
    placed[top : top + small.shape[0], left : left + small.shape[1]] = small
    return placed
