"""A look at pictures: their sizes, whether they are grey, which files are broken, small copies to show."""

import itertools
import math
import struct
import zlib
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from designer.data.errors import DataError, Progress, report
from designer.data.found import Guess, list_names

FORMATS = ("BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")
MOST_PIXELS = 50_000_000  # of a picture that is unpacked: as in recipes/pictures.py
THUMBNAIL = 96
# All are opened, so that their sizes are known, but of many not all are unpacked.
MOST_OPENED, MOST_UNPACKED = 20_000, 2_000
_TURNED = (5, 6, 7, 8)  # EXIF orientations of a picture that lies on its side
_ORIENTATION = 274
# Two channels of a grey picture differ by no more, after JPEG has rounded them.
_GREY_DIFFERENCE = 12


@dataclass(frozen=True, slots=True)
class Sight:
    """What was seen of one file: height and width, whether it is grey, a small copy, or why it is no picture."""

    size: tuple[int, int] = (0, 0)
    grey: bool = False
    small: NDArray[np.uint8] | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Gallery:
    """What was seen of many: the commonest size, the share of files that have it, whether all are grey, broken ones."""

    size: tuple[int, int]
    share: float
    shorter: int
    grey: bool
    broken: tuple[str, ...]
    reason: str


def see_picture(file: Path, unpack: bool = True, side: int = THUMBNAIL) -> Sight:
    """Return what is seen of a file, with a copy of at most so many pixels a side; unless it is unpacked only the size."""
    from PIL import Image, ImageOps

    try:
        with Image.open(file, formats=FORMATS) as image:
            width, height = image.size
            if image.getexif().get(_ORIENTATION) in _TURNED:
                width, height = height, width
            if not unpack:
                return Sight((height, width))
            ratio = min(2 * side / min(image.size), 1)
            image.draft("RGB", (math.ceil(ratio * image.width), math.ceil(ratio * image.height)))
            if image.width * image.height > MOST_PIXELS:
                return Sight(reason=f"it has {width:,} x {height:,} pixels, more than {MOST_PIXELS:,}")
            grey = image.mode in ("1", "L", "LA") or image.mode.startswith(("I", "F"))
            picture: Image.Image = ImageOps.exif_transpose(image)
            if picture.mode.startswith(("I", "F")):
                picture = Image.fromarray((np.asarray(picture) / 256).clip(0, 255).astype(np.uint8))
            picture = picture.convert("RGB")
            picture.thumbnail((side, side))
            small = np.array(picture)
    except Image.DecompressionBombError:
        return Sight(reason="it has more pixels than memory may hold")
    except (OSError, SyntaxError, ValueError, EOFError, TypeError, LookupError, struct.error, zlib.error) as error:
        return Sight(reason=" ".join(str(error).split())[:200] or type(error).__name__)
    spread = small.max(2).astype(int) - small.min(2)
    return Sight((height, width), grey or int(spread.max()) <= _GREY_DIFFERENCE, small)


def see_pictures(root: Path, files: Sequence[str], progress: Progress | None) -> Gallery:
    """Return what the pictures have in common. Raises DataError where none can be read, Cancelled."""
    opened = _space_out(range(len(files)), MOST_OPENED)
    unpacked = set(_space_out(opened, MOST_UNPACKED))
    sizes: Counter[tuple[int, int]] = Counter()
    broken: dict[str, str] = {}
    greys: list[bool] = []
    with ThreadPoolExecutor(4) as readers:
        for start in range(0, len(opened), 256):
            report(progress, start / len(opened))
            rows = opened[start : start + 256]
            sights = readers.map(see_picture, [root / files[row] for row in rows], [row in unpacked for row in rows])
            for row, sight in zip(rows, sights, strict=True):
                if sight.reason:
                    broken[files[row]] = sight.reason
                    continue
                sizes[sight.size] += 1
                if sight.small is not None:
                    greys.append(sight.grey)
    if not sizes:
        raise DataError(
            f"None of the {len(files):,} pictures in {root} can be read ({next(iter(broken.values()))}). "
            "Choose another folder."
        )
    size, count = sizes.most_common(1)[0]
    shorter = sorted(itertools.chain.from_iterable([min(each)] * times for each, times in sizes.items()))
    return Gallery(
        size,
        count / sizes.total(),
        shorter[len(shorter) // 2],
        all(greys),
        tuple(broken),
        next(iter(broken.values()), ""),
    )


def guess_size(gallery: Gallery) -> tuple[int | tuple[int, int], str]:
    """Return the size to which pictures are brought, and how: small ones of one size stay, others become squares."""
    height, width = gallery.size
    if gallery.share == 1 and max(height, width) <= 64:
        return (height if height == width else (height, width)), "crop"
    long = max(height, width) > 1.6 * min(height, width)
    return (64 if gallery.shorter < 256 else 128), "pad" if long else "crop"


def tell_gallery(gallery: Gallery, count: int, size: int | tuple[int, int], fit: str) -> list[Guess]:
    """Return what is said of the pictures."""
    height, width = gallery.size
    alike = "all" if gallery.share == 1 else f"{100 * gallery.share:.0f} %"
    side = size if isinstance(size, tuple) else (size, size)
    how = {"crop": "cut to the middle and brought", "pad": "brought with black edges"}.get(fit, "brought")
    guesses = [
        Guess(f"{count:,} pictures, {alike} of {height} x {width} ({'grey' if gallery.grey else 'colour'})"),
        Guess(f"Size: {how} to {side[0]} x {side[1]}", "open")
        if side != gallery.size or gallery.share < 1
        else Guess(f"Size: {side[0]} x {side[1]}, as they are"),
    ]
    if gallery.broken:
        many, names = count_files(len(gallery.broken), "broken file"), list_names(gallery.broken, 3)
        guesses.append(Guess(f"{many} left out: {names} ({gallery.reason})"))
    return guesses


def count_files(count: int, what: str) -> str:
    """Return "1 broken file is", "7 broken files are"."""
    return f"{count:,} {what} is" if count == 1 else f"{count:,} {what}s are"


def make_thumbnails(root: Path, files: Sequence[str]) -> tuple[list[NDArray[np.uint8]], list[int]]:
    """Return small copies of those files that can be read, and which these are."""
    with ThreadPoolExecutor(4) as readers:
        sights = list(readers.map(see_picture, [root / file for file in files]))
    good = [row for row, sight in enumerate(sights) if sight.small is not None]
    return [small for sight in sights if (small := sight.small) is not None], good


def _space_out(rows: Sequence[int], most: int) -> list[int]:
    """Return at most so many of the rows, evenly spaced."""
    return list(rows[:: max(1, -(-len(rows) // most))])
