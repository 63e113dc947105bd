"""A picture of a whole network: always in full detail, whatever the window shows, with a title and a legend if wanted.

It is drawn in steps, so that ten thousand layers let the window breathe and can be given up.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QPainter

from designer.catalogue.facts import facts
from designer.catalogue.registry import objectives
from designer.catalogue.shapes import Inference
from designer.catalogue.source_spec import Target
from designer.document.project import Project
from designer.document.wording import show_name
from designer.ui.canvas.contrast_painter import MARKED, paint_badge
from designer.ui.canvas.geometry import Box
from designer.ui.canvas.marks import Marks
from designer.ui.canvas.painter import SheetPainter
from designer.ui.canvas.pens import make_rect
from designer.ui.canvas.sheet import Sheet
from designer.ui.editor import Editor
from designer.ui.theme import Theme, colour, text_font
from designer.ui.words import write_amount, write_count

MARGIN = 32.0  # canvas units around everything
TITLE_SIZE, FACTS_SIZE = 20.0, 12.0
TITLE_HEIGHT = 56.0
LEGEND_ROW, LEGEND_STEP = 22.0, 124.0
SWATCH = 10.0
STEP = 50  # items drawn between two breaths
MOST_PREVIEWED = 150  # layers that a preview shows as they will be; of more it shows their colours
LARGEST_PREVIEW = 1.0  # pixels for each canvas unit


@dataclass(frozen=True, slots=True)
class Look:
    """How a picture is to look: its colours, whether it has a ground of its own, a title, a legend of colours and marks."""

    theme: Theme
    transparent: bool = False
    title: bool = False
    legend: bool = False


def find_target(editor: Editor) -> Target | None:
    """Return what the data asks to predict, for the Output card of what is seen; None where that says nothing."""
    if editor.way:
        return None  # the Output of a block answers nothing
    project = editor.view
    known = facts(project)
    objective = objectives.get(project.training.objective.kind)
    # What is held against the sample itself, or against several things, does not say the data's target.
    plain = objective is None or (objective.form == "plain" and objective.compares == "target")
    return known.target if known is not None and plain else None


@dataclass(frozen=True, slots=True)
class Subject:
    """What a picture is of: values that nobody changes, so that the sheet can be made on any thread."""

    view: Project
    inference: Inference
    target: Target | None
    title: str
    facts: str

    def make_sheet(self) -> Sheet:
        """Return the cards and wires. What is wrong with them is for who works on it, not for who gets a picture."""
        sheet = Sheet()
        sheet.show(self.view, self.inference, (), self.target)
        return sheet


def take_subject(editor: Editor) -> Subject:
    """Return what an editor shows, the network or the inside of a block, as the subject of a picture."""
    title, line = describe_network(editor)
    return Subject(editor.view, editor.view_inference, find_target(editor), title, line)


class Picture:
    """A subject in a certain look. Lengths are canvas units."""

    def __init__(self, subject: Subject, look: Look, sheet: Sheet | None = None) -> None:
        self.look = look
        self.title, self.facts = subject.title, subject.facts
        self._sheet = sheet or subject.make_sheet()
        self._painter = SheetPainter(self._sheet, look.theme)
        families = {item.family for item in self._sheet.nodes.values()}
        contrast = self._sheet.contrast
        marks = [one for one in MARKED if one in contrast.changes.values()] if contrast is not None else []
        named = [family for family in look.theme.family if family in families]
        self._legend = [*marks, *named] if look.legend else []
        self._network = self._sheet.bounds() or Box(0, 0, 1, 1)
        self.bounds = self._frame()

    @property
    def size(self) -> tuple[float, float]:
        """Width and height."""
        return self.bounds.right - self.bounds.left, self.bounds.bottom - self.bounds.top

    def paint(self, painter: QPainter) -> Iterator[float]:
        """Draw everything in full detail with the top left corner at (0, 0); yield the share that is done, now and then."""
        painter.save()
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.translate(-self.bounds.left, -self.bounds.top)
            self._paint_ground(painter)
            yield 0.0
            yield from self._painter.paint_detail(painter, STEP)
            self._paint_words(painter)
        finally:  # given up, too
            painter.restore()
        yield 1.0

    def preview(self, room: QSize, ratio: float = 1.0) -> QImage:
        """Return the picture fitted into a size in logical pixels, in as much detail as can be read there."""
        width, height = self.size
        scale = min(room.width() / width, room.height() / height, LARGEST_PREVIEW) * ratio
        image = QImage(max(1, round(width * scale)), max(1, round(height * scale)), QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(scale, scale)
        painter.translate(-self.bounds.left, -self.bounds.top)
        self._paint_ground(painter)
        if len(self._sheet.nodes) <= MOST_PREVIEWED:
            for _ in self._painter.paint_detail(painter, STEP):
                pass
        else:
            self._painter.paint_sheet(painter, self.bounds, scale, Marks())
        self._paint_words(painter)
        painter.end()
        image.setDevicePixelRatio(ratio)
        return image

    def _frame(self) -> Box:
        box = self._network.grow(MARGIN)
        words = max(self._measure(self.title, TITLE_SIZE), self._measure(self.facts, FACTS_SIZE))
        wide = max(box.right - box.left, words + 2 * MARGIN if self.look.title else 0.0)
        if self._legend:
            wide = max(wide, LEGEND_STEP + 2 * MARGIN)
        top = box.top - (TITLE_HEIGHT if self.look.title else 0.0)
        rows = -(-len(self._legend) // self._count_columns(wide))
        return Box(box.left, top, box.left + wide, box.bottom + rows * LEGEND_ROW + (LEGEND_ROW / 2 if rows else 0.0))

    def _count_columns(self, wide: float) -> int:
        return max(1, int((wide - 2 * MARGIN) // LEGEND_STEP))

    def _measure(self, text: str, size: float) -> float:
        return QFontMetricsF(text_font(size, QFont.Weight.DemiBold)).horizontalAdvance(text)

    def _paint_ground(self, painter: QPainter) -> None:
        if not self.look.transparent:
            painter.fillRect(make_rect(self.bounds), colour(self.look.theme.canvas))

    def _paint_words(self, painter: QPainter) -> None:
        theme, left = self.look.theme, self.bounds.left + MARGIN
        if self.look.title:
            top = self.bounds.top + MARGIN
            painter.setFont(text_font(TITLE_SIZE, QFont.Weight.DemiBold))
            painter.setPen(colour(theme.text))
            painter.drawText(QPointF(left, top + TITLE_SIZE * 0.8), self.title)
            painter.setFont(text_font(FACTS_SIZE))
            painter.setPen(colour(theme.muted))
            painter.drawText(QPointF(left, top + TITLE_SIZE * 0.8 + 20), self.facts)
        columns = self._count_columns(self.size[0])
        painter.setFont(text_font(FACTS_SIZE))
        for number, name in enumerate(self._legend):
            x = left + number % columns * LEGEND_STEP
            y = self._network.bottom + MARGIN + number // columns * LEGEND_ROW
            if name in theme.family:
                painter.fillRect(QRectF(x, y, SWATCH, SWATCH), colour(theme.family[name]))
            else:
                paint_badge(painter, theme, name, x + SWATCH / 2, y + SWATCH / 2, SWATCH / 2 + 1)
            painter.setPen(colour(theme.muted))
            painter.drawText(QPointF(x + SWATCH + 8, y + SWATCH), name.capitalize())


def describe_network(editor: Editor) -> tuple[str, str]:
    """Return the title of a picture of what an editor shows, and a line about it."""
    view, where = editor.view, editor.where
    blocks = editor.project.blocks
    names = [editor.project.name, *(blocks[block].name for block in where)]
    layers = write_amount(len(view.graph.nodes), "layer")
    weights = write_count(sum(known.parameters for known in editor.view_inference.nodes.values()))
    return " / ".join(show_name(name) for name in names), f"{layers} · {weights} parameters"
