"""Pictures made small, and all of them on one sheet to look at."""

from pathlib import Path

from PIL import Image, ImageDraw

COLOURS = 256  # of the palette; text and curves keep their smooth edges with so many
THUMB = (840, 525)
MARGIN, CAPTION = 16, 22


def pack(path: Path) -> None:
    """Write a PNG anew with a palette of its own colours, at a third of its bytes."""
    with Image.open(path) as picture:
        plain = picture.convert("RGB")
    few = plain.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


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
