"""Samples beside what the network gets of them: two pictures, columns with their features, tokens with their numbers."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from designer.data.pictures import Sight
from designer.document.wording import show_name
from designer.ui.panels.example_strip import make_images
from designer.ui.panels.image_grid import make_image
from designer.ui.panels.picture_grid import draw_inside
from designer.ui.theme import Theme, colour, fixed_font, text_font

if TYPE_CHECKING:
    from designer.engine.inspection import Feed, Token

CAPTION, GAP = 18, 12  # pixels
CHIP, BELOW = 20, 13  # pixels of a token, and of its number below it
MOST_TOKENS = 2_000  # that are drawn
MOST_CELLS = 2_000
MOST_FEATURES = 12  # of a column that are listed


class PicturePair(QWidget):
    """A picture as its file has it, and the tensor that is made of it, drawn from its least to its largest value."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.raw: QImage | None = None
        self.given: QImage | None = None
        self.words = ("", "")
        self.setMinimumSize(160, 90)

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        self.theme = theme
        self.update()

    def show_pair(self, sight: Sight, tensor: NDArray | None, reason: str) -> None:
        """Show what was seen in the file, and the tensor, channels x height x width; `reason` says why there is none."""
        self.raw = make_image(sight.small) if sight.small is not None else None
        is_picture = tensor is not None and tensor.ndim == 3 and np.isfinite(tensor).all()
        self.given = make_images([tensor])[0] if is_picture else None
        high, wide = sight.size
        self.words = (f"in the file: {high} × {wide}" if high else sight.reason, reason or "what the network gets")
        if self.given is not None:
            self.words = (self.words[0], f"what the network gets: {self.given.height()} × {self.given.width()}")
        self.setAccessibleName(f"{self.words[0]}; {self.words[1]}")
        self.update()

    def paintEvent(self, event) -> None:
        painter = QPainter(self)
        painter.setFont(text_font(11))
        wide = (self.width() - GAP) // 2
        for number, (image, words) in enumerate(zip((self.raw, self.given), self.words, strict=True)):
            left = number * (wide + GAP)
            if image is not None:
                draw_inside(painter, image, QRect(left, 0, wide, max(self.height() - CAPTION, 1)))
            painter.setPen(colour(self.theme.muted))
            told = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, wide)
            painter.drawText(QRect(left, self.height() - CAPTION, wide, CAPTION), Qt.AlignmentFlag.AlignCenter, told)


class CellTable(QTableWidget):
    """Each column of a sample as it is, beside the features that it became with their numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("columns and what they become")
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(22)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def show_cells(self, feed: "Feed") -> None:
        """Show the columns of a sample."""
        cells = feed.cells[:MOST_CELLS]
        has_how = any(cell.how for cell in cells)
        heads = [*feed.heads, "what the network gets", *(["how"] if has_how else [])]
        self.setColumnCount(len(heads))
        self.setRowCount(len(cells))
        self.setHorizontalHeaderLabels(heads)
        for row, cell in enumerate(cells):
            for column, text in enumerate(
                (cell.name, cell.raw, write_features(cell.name, cell.features), cell.how)[: len(heads)]
            ):
                item = QTableWidgetItem(text)
                item.setToolTip(text if len(text) > 20 else "")
                self.setItem(row, column, item)
        self.resizeColumnsToContents()
        for column in range(len(heads) - 1):
            self.setColumnWidth(column, min(self.columnWidth(column) + 8, 260))


def write_features(name: str, features: tuple[tuple[str, float], ...]) -> str:
    """Return features as text: one by its number, of many those that are not 0 first."""
    if not features:
        return "not used"
    if len(features) == 1:
        return _write(features[0][1])
    ordered = sorted(features, key=lambda each: each[1] == 0)[:MOST_FEATURES]
    more = f"  and {len(features) - MOST_FEATURES:,} more" if len(features) > MOST_FEATURES else ""
    titled = [f"{title.removeprefix('= ')}: {_write(value)}" for title, value in ordered]
    return ", ".join(titled) + more


def _write(number: float) -> str:
    return f"{number:.4g}".replace("-", "−")


class TokenFlow(QWidget):
    """The tokens of a text in rows, each with its number below it: unknown ones marked, what fills up greyed."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.setObjectName("ground")
        self.tokens: tuple[Token, ...] = ()
        self.beyond = 0
        self.text = ""

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        self.theme = theme
        self.update()

    def show_tokens(self, feed: "Feed") -> None:
        """Show the tokens of a sample."""
        self.tokens, self.beyond, self.text = feed.tokens[:MOST_TOKENS], feed.beyond, feed.text
        unknown = sum(token.kind == "unknown" for token in self.tokens)
        filled = sum(token.kind == "padding" for token in self.tokens)
        self.setAccessibleName(f"{len(self.tokens)} tokens, {unknown} unknown, {filled} that fill up")
        self._fit()
        self.update()

    def tell(self) -> str:
        """Return in a sentence what is unknown, filled up and cut off."""
        unknown = sum(token.kind == "unknown" for token in self.tokens)
        filled = sum(token.kind == "padding" for token in self.tokens)
        told = [f"{len(self.tokens) - filled:,} tokens"]
        told += [f"{unknown:,} unknown"] if unknown else []
        told += [f"{filled:,} filled up"] if filled else []
        told += [f"{self.beyond:,} more of the text are cut off"] if self.beyond else []
        return ", ".join(told)

    def lay(self, width: int) -> tuple[list[QRectF], int]:
        """Return where each token stands in so much width, and the height of all."""
        boxes = []
        measure, small = QFontMetricsF(fixed_font(11.5)), QFontMetricsF(text_font(9.5))
        x, y = 0.0, 24.0
        for token in self.tokens:
            wide = max(measure.horizontalAdvance(spell(token.text)), small.horizontalAdvance(str(token.number))) + 10
            if x and x + wide > width:
                x, y = 0.0, y + CHIP + BELOW + 6
            boxes.append(QRectF(x, y, wide, CHIP))
            x += wide + 4
        return boxes, round(y + CHIP + BELOW + 8)

    def _fit(self) -> None:
        self.setMinimumHeight(self.lay(max(self.width(), 160))[1])

    def resizeEvent(self, event) -> None:
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 60)

    def paintEvent(self, event) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(text_font(11.5))
        painter.setPen(colour(self.theme.muted))
        painter.drawText(QPoint(0, 14), self.tell())
        for token, box in zip(self.tokens, self.lay(self.width())[0], strict=True):
            if box.bottom() + BELOW < event.rect().top() or box.top() > event.rect().bottom():
                continue
            self._paint_token(painter, token, box)

    def _paint_token(self, painter: QPainter, token: "Token", box: QRectF) -> None:
        theme = self.theme
        rims = {"unknown": theme.error, "padding": theme.border}
        texts = {"unknown": theme.error, "padding": theme.muted}
        painter.setPen(
            QPen(
                colour(rims.get(token.kind, theme.border)),
                1,
                Qt.PenStyle.DashLine if token.kind else Qt.PenStyle.SolidLine,
            )
        )
        painter.setBrush(Qt.BrushStyle.NoBrush if token.kind == "padding" else colour(theme.card))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setFont(fixed_font(11.5))
        painter.setPen(colour(texts.get(token.kind, theme.text)))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, spell(token.text))
        painter.setFont(text_font(9.5))
        painter.setPen(colour(theme.muted))
        painter.drawText(
            QRectF(box.left(), box.bottom(), box.width(), BELOW), Qt.AlignmentFlag.AlignCenter, str(token.number)
        )


def spell(text: str) -> str:
    """Return a token as it is shown: spaces and ends of lines in sight."""
    return show_name(text.replace("\n", "⏎").replace("\t", "⇥").replace(" ", "·"), 30)
