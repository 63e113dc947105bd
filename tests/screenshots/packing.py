"""Pictures made small, and all of them on one sheet to look at."""

from pathlib import Path

from PIL import Image, ImageDraw

COLOURS = 256  # of the palette; text and curves keep their smooth edges with so many,
EXACT = 160  # and so many of them, those seen most, are kept as they are: grounds, texts, families
THUMB = (840, 525)
MARGIN, CAPTION = 16, 22


def pack(path: Path) -> None:
    """Write a PNG anew with a palette of its own colours, at a third of its bytes."""
    with Image.open(path) as picture:
        plain = picture.convert("RGB")
    found = sorted(plain.getcolors(plain.width * plain.height), reverse=True)
    exact = [code for _, code in found[:EXACT]]
    rest = Image.new("RGB", (max(1, len(found) - EXACT), 1))
    rest.putdata([code for _, code in found[EXACT:]] or exact[:1])
    between = rest.quantize(COLOURS - EXACT).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for code in exact for part in code] + between)
    plain.quantize(palette=palette, dither=Image.Dither.NONE).save(path, optimize=True)


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
