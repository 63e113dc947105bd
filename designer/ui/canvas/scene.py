"""The scene: the sheet of the editor's project, drawn by the painter on Qt's endless plane."""

from weakref import WeakKeyDictionary

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsScene, QWidget

from designer.document.limits import FURTHEST
from designer.document.project import Project
from designer.ui.canvas.geometry import Box, Point
from designer.ui.canvas.marks import Marks
from designer.ui.canvas.painter import SheetPainter
from designer.ui.canvas.picture import find_target
from designer.ui.canvas.sheet import Sheet
from designer.ui.editor import Editor
from designer.ui.open_document import OpenDocument
from designer.ui.theme import Theme

MOST_RESTING = 8  # sheets of other documents that are kept


class CanvasScene(QGraphicsScene):
    """Keeps the sheet equal to the editor's project and draws it. Holds no graphics items but what gestures put there."""

    moved = Signal(object)  # where cards stood that the last change moved and did nothing else to, by id

    def __init__(self, editor: Editor, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self.setSceneRect(-FURTHEST, -FURTHEST, 2 * FURTHEST, 2 * FURTHEST)
        self.sheet = Sheet()
        self._editor = editor
        self._painter = SheetPainter(self.sheet, theme)
        self._theme = theme
        self._document = editor.document
        self._resting: WeakKeyDictionary[OpenDocument, tuple[Sheet, SheetPainter]] = WeakKeyDictionary()
        self._marks = Marks()
        editor.view_changed.connect(self._show)
        self._show(Project(), editor.view)

    @property
    def marks(self) -> Marks:
        """What stands out for the moment."""
        return self._marks

    @marks.setter
    def marks(self, marks: Marks) -> None:
        if marks != self._marks:
            self._marks = marks
            self.update()

    @property
    def drawing(self) -> SheetPainter:
        """What draws the sheet in the colours of the theme."""
        return self._painter

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours from now on."""
        for item in self.sheet.nodes.values():
            item.texts = None
        self._theme = theme
        self._painter = SheetPainter(self.sheet, theme)
        self._resting.clear()
        self.update()

    def bring(self, document: OpenDocument, sheet: Sheet) -> None:
        """Keep a sheet that was laid out elsewhere for a document that is yet to be shown."""
        self._resting[document] = sheet, SheetPainter(sheet, self._theme)

    def drawBackground(self, painter: QPainter, rect: QRectF) -> None:
        """Draw everything: Qt hands over the part of the plane to draw, and the scale is in the painter."""
        area = Box(rect.left(), rect.top(), rect.right(), rect.bottom())
        scale = painter.worldTransform().m11()
        painter.save()
        self._painter.paint_ground(painter, area, scale)
        self._painter.paint_sheet(painter, area, scale, self._marks)
        painter.restore()

    def _change_sheet(self) -> None:
        """Put the sheet of another document in place, as it was left: a large one is not laid out anew."""
        document = self._editor.document
        self._resting[self._document] = self.sheet, self._painter
        self._document, version = document, self.sheet.version
        kept = self._resting.pop(document, None)
        if kept is None:
            sheet = Sheet()
            kept = sheet, SheetPainter(sheet, self._theme)
        self.sheet, self._painter = kept
        self.sheet.version = max(self.sheet.version, version)
        for oldest in list(self._resting)[:-MOST_RESTING]:
            del self._resting[oldest]

    def _show(self, before: Project, after: Project) -> None:
        starts = self._find_moved(before, after)
        if self._document is not self._editor.document:
            self._change_sheet()
            starts = {}
        self.sheet.show(after, self._editor.view_inference, self._editor.view_problems, find_target(self._editor))
        self.update()
        self.moved.emit(starts)

    def _find_moved(self, before: Project, after: Project) -> dict[str, Point]:
        """Return where cards are seen now that stand elsewhere in a project that differs in its layout alone."""
        if before.graph is not after.graph or before.layout is after.layout:
            return {}
        old, new = before.layout, after.layout
        changed = [key for key, place in new.items() if old.get(key) is not place]  # an edit keeps what it leaves alone
        items = self.sheet.nodes
        return {key: items[key].position for key in changed if key in items and items[key].position != new[key]}
