"""Pictures made small, and all of them on one sheet to look at."""

import re
from pathlib import Path

from PIL import Image, ImageDraw

from designer.paths import resource

COLOURS = 256  # of the palette; text and curves keep their smooth edges with so many,
EXACT = 160  # and so many of them, the theme's and those seen most, are kept as they are
THUMB = (840, 525)
MARGIN, CAPTION = 16, 22


def pack(path: Path) -> None:
    """Write a PNG anew with a palette of its own colours, at a third of its bytes."""
    with Image.open(path) as picture:
        plain = picture.convert("RGB")
    found = sorted(plain.getcolors(plain.width * plain.height), reverse=True)
    often = [code for _, code in found]
    own = set(_list_theme_colours()) & set(often)
    exact = [*own, *(code for code in often if code not in own)][:EXACT]
    others = [code for code in often if code not in set(exact)] or exact[:1]
    rest = Image.new("RGB", (len(others), 1))
    rest.putdata(others)
    between = rest.quantize(COLOURS - EXACT).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for code in exact for part in code] + between)
    plain.quantize(palette=palette, dither=Image.Dither.NONE).save(path, optimize=True)


def _list_theme_colours() -> list[tuple[int, ...]]:
    text = resource("theme.json").read_text("utf-8")
    return [tuple(bytes.fromhex(code)) for code in re.findall(r'"#([0-9a-f]{6})"', text)]


def make_contact_sheet(paths: list[Path], out: Path, columns: int) -> None:
    """Put the pictures side by side, each with its name above it."""
    if not paths:
        return
    rows = -(-len(paths) // columns)
    width, height = THUMB[0] + MARGIN, THUMB[1] + MARGIN + CAPTION
    sheet = Image.new("RGB", (columns * width + MARGIN, rows * height + MARGIN), "#808080")
    pen = ImageDraw.Draw(sheet)
    for number, path in enumerate(paths):
        left, top = MARGIN + number % columns * width, MARGIN + number // columns * height
        with Image.open(path) as picture:
            small = picture.convert("RGB")
        small.thumbnail(THUMB, Image.Resampling.LANCZOS)
        pen.text((left, top), path.stem, fill="white", font_size=16)
        sheet.paste(small, (left, top + CAPTION))
    sheet.save(out)
