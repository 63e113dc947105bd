"""Pictures as files: PNG, SVG and PDF, in the size of the drawing, with the project inside where that can be.

A canvas unit is a pixel of a screen with 96 to the inch: an SVG has that size in a browser, a PDF is one page of it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Literal

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRect, QSize, QSizeF
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator

from designer.document.embedding import embed
from designer.document.project import Project
from designer.ui.canvas.picture import Look, Picture
from designer.ui.theme import ThemeName, load_theme

Form = Literal["png", "svg", "pdf"]
FORMS: tuple[Form, ...] = ("png", "svg", "pdf")

DPI = 96.0  # canvas units to the inch
MOST_PIXELS = 50_000_000  # of a PNG: 200 MB while it is drawn
LONGEST_SIDE = 30_000  # pixels; Qt draws up to 32,767
LONGEST_PAGE = 14_400.0  # points: what PDF readers show at most, 200 inches
_POINTS = 72.0
_TEXT = re.compile(rb"<text([^<>]*)>([^<>]*)</text>")
_PER_METRE = 39.3701  # inches


@dataclass(frozen=True, slots=True)
class Options:
    """What was chosen for a picture."""

    form: Form = "png"
    theme: ThemeName = "light"
    resolution: int = 300
    transparent: bool = False
    title: bool = False
    legend: bool = False
    embed: bool = True

    def make_look(self) -> Look:
        """Return how the picture is to look."""
        return Look(load_theme(self.theme), self.transparent, self.title, self.legend)


class PictureFile:
    """One file in the making: `steps` draw it, `finish` gives its bytes. The two may run on different threads.

    `project` is put inside a PNG or an SVG; a PDF takes none. `note` says where the picture had to be made smaller.
    """

    def __init__(self, picture: Picture, options: Options, project: Project) -> None:
        self._picture = picture
        self._form: Form = options.form
        self._project = project if options.embed and options.form != "pdf" else None
        self._buffer = QBuffer()
        self._buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self._image: QImage | None = None
        self._scale = fit_scale(picture.size, options.form, options.resolution)
        self.note = write_note(picture.size, options.form, options.resolution)

    def steps(self) -> Iterator[float]:
        """Draw; yield the share that is done, from 0 to 1. Ends drawing where it is given up."""
        device = {"png": self._make_image, "svg": self._make_svg, "pdf": self._make_pdf}[self._form]()
        painter = QPainter(device)
        try:
            painter.scale(self._scale, self._scale)
            yield from self._picture.paint(painter)
        finally:
            painter.end()

    def finish(self) -> bytes:
        """Return the file. Raises OSError where Qt could not write it, FileError where the project cannot be inside."""
        if self._image is not None and not self._image.save(self._buffer, "PNG"):  # type: ignore[call-overload]  # takes no bytes
            raise OSError("the picture could not be written as PNG")
        raw = bytes(self._buffer.data().data())
        if self._form == "svg":
            raw = hold_texts(raw)
        return raw if self._project is None else embed(raw, self._project)

    def _make_image(self) -> QImage:
        width, height = measure_pixels(self._picture.size, self._scale)
        clear = self._picture.look.transparent
        image = QImage(
            width, height, QImage.Format.Format_ARGB32_Premultiplied if clear else QImage.Format.Format_RGB32
        )
        if image.isNull():
            raise MemoryError(f"There is not enough memory for a picture of {width:,} × {height:,} pixels.")
        image.fill(0)
        dots = round(DPI * self._scale * _PER_METRE)
        image.setDotsPerMeterX(dots)
        image.setDotsPerMeterY(dots)
        self._image = image
        return image

    def _make_svg(self) -> QSvgGenerator:
        width, height = (round(side) for side in self._picture.size)
        svg = QSvgGenerator()
        svg.setOutputDevice(self._buffer)
        svg.setResolution(round(DPI))
        svg.setSize(QSize(width, height))
        svg.setViewBox(QRect(0, 0, width, height))
        svg.setTitle(self._picture.title)
        svg.setDescription(self._picture.facts)
        return svg

    def _make_pdf(self) -> QPdfWriter:
        width, height = (side * self._scale * _POINTS / DPI for side in self._picture.size)
        pdf = QPdfWriter(self._buffer)
        pdf.setResolution(round(DPI))
        pdf.setTitle(self._picture.title)
        pdf.setCreator("Designer")
        pdf.setPageSize(
            QPageSize(QSizeF(width, height), QPageSize.Unit.Point, "drawing", QPageSize.SizeMatchPolicy.ExactMatch)
        )
        pdf.setPageMargins(QMarginsF())
        return pdf


def draw_picture(file: PictureFile) -> bytes:
    """Return the bytes of a picture, drawn in one go."""
    for _ in file.steps():
        pass
    return file.finish()


def fit_scale(size: tuple[float, float], form: Form, resolution: int) -> float:
    """Return by how much a picture of this size is enlarged: as asked for, less where it would be too large."""
    width, height = size
    if form == "svg":
        return 1.0
    if form == "pdf":
        return min(1.0, LONGEST_PAGE * DPI / _POINTS / max(width, height))
    most = min((MOST_PIXELS / (width * height)) ** 0.5, LONGEST_SIDE / max(width, height))
    return min(resolution / DPI, most)


def measure_pixels(size: tuple[float, float], scale: float) -> tuple[int, int]:
    """Return the width and height of a PNG in pixels."""
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def write_note(size: tuple[float, float], form: Form, resolution: int) -> str:
    """Return a sentence that says that a picture had to be made smaller than asked for; "" where it had not."""
    scale = fit_scale(size, form, resolution)
    if form == "png" and scale < resolution / DPI - 1e-9:
        text = f"It has {round(scale * DPI)} dots to the inch instead of {resolution}, as many as a PNG of this size may have."
        return f"{text} SVG and PDF have no such limit."
    if form == "pdf" and scale < 1:
        return f"The page is {scale:.0%} of the drawing: PDF readers show at most 200 inches. An SVG is whole."
    return ""


def hold_texts(svg: bytes) -> bytes:
    """Return an SVG whose texts keep their width where the fonts are not installed.

    Every font gets others beside it, and every text says how wide it is: whatever font it is then written in, it stays
    on its card.
    """
    known: dict[tuple[bytes, ...], bytes] = {}

    def extend(found: re.Match[bytes]) -> bytes:
        family, size, weight = (_read(found[1], name) for name in (b"font-family", b"font-size", b"font-weight"))
        key = (family, size, weight, found[2])
        if key not in known:
            font = QFont(family.decode())
            font.setPixelSize(max(1, round(float(size or b"12"))))
            font.setWeight(QFont.Weight.DemiBold if weight == b"600" else QFont.Weight.Normal)
            known[key] = b"%.1f" % QFontMetricsF(font).horizontalAdvance(unescape(found[2].decode()))
        more = b"monospace" if b"Mono" in family or b"Courier" in family else b"sans-serif"
        start = found[1].replace(b'"%s"' % family, b'"%s, %s"' % (family, more))
        width = known[key]
        held = b' textLength="%s" lengthAdjust="spacingAndGlyphs"' % width if float(width) > 0 else b""
        return b"<text%s%s>%s</text>" % (start.rstrip(), held, found[2])

    return _TEXT.sub(extend, svg)


def _read(attributes: bytes, name: bytes) -> bytes:
    found = re.search(rb'\b%s="([^"]*)"' % name, attributes)
    return b"" if found is None else found[1]
