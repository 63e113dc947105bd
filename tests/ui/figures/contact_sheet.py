"""All figures on one sheet, to look at: python -m tests.ui.figures.contact_sheet light sheet.png [kinds ...]."""

import math
import sys

from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from designer.catalogue.registry import layers
from designer.ui.figures import HEIGHT, WIDTH
from designer.ui.figures.picture import make_subject, render_figure
from designer.ui.theme import colour, load_theme, text_font

COLUMNS, GAP, TITLE = 5, 8, 18


def main(name: str, path: str, *beginnings: str) -> None:
    """Write the sheet of a theme, of the kinds that begin so or of all."""
    theme = load_theme("light" if name == "light" else "dark")
    kinds = [kind for kind in layers if not beginnings or kind.startswith(beginnings)]
    wide, tall = WIDTH + GAP + 6, HEIGHT + GAP + TITLE + 6
    sheet = QImage(COLUMNS * wide, math.ceil(len(kinds) / COLUMNS) * tall, QImage.Format.Format_RGB32)
    sheet.fill(theme.panel)
    painter = QPainter(sheet)
    painter.setPen(colour(theme.text))
    painter.setFont(text_font(12))
    for number, kind in enumerate(kinds):
        x, y = number % COLUMNS * wide + GAP // 2, number // COLUMNS * tall
        painter.drawText(x + 2, y + TITLE - 5, kind)
        subject = make_subject(layers[kind])
        assert subject is not None
        painter.drawImage(x, y + TITLE, render_figure(theme, subject))
    painter.end()
    sheet.save(path)


if __name__ == "__main__":
    application = QApplication([])
    main(*sys.argv[1:])
