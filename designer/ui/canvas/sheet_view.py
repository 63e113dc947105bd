"""The canvas to look at: the sheet of an editor on its plane, what of it is seen, and what stands out."""

import heapq
from dataclasses import replace
from weakref import WeakKeyDictionary

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from designer.document.remarks import describe_remark
from designer.ui.canvas.backdrop import Backdrop
from designer.ui.canvas.finding import LEAST_PORT_SCALE, Hit
from designer.ui.canvas.geometry import Box, Point, join_boxes
from designer.ui.canvas.gliding import Glide
from designer.ui.canvas.hints import describe_node, explain_hit
from designer.ui.canvas.marks import Marks
from designer.ui.canvas.minimap import Minimap
from designer.ui.canvas.pens import make_rect, make_thin_pen
from designer.ui.canvas.plane import Look, PlaneView
from designer.ui.canvas.scene import CanvasScene
from designer.ui.canvas.sheet import Sheet
from designer.ui.editor import Editor
from designer.ui.open_document import OpenDocument
from designer.ui.theme import Theme

TOLD = 8  # selected cards and wires whose descriptions are read aloud


class SheetView(PlaneView):
    """Shows the network of an editor, with its selection. What hands do to it is `CanvasView`'s."""

    def __init__(self, editor: Editor, theme: Theme, parent: QWidget | None = None) -> None:
        self._scene = CanvasScene(editor, theme)
        super().__init__(self._scene, parent)
        self._scene.setParent(self)
        self.editor = editor
        self.theme = theme
        self._where = editor.document, editor.where
        self._looks: WeakKeyDictionary[OpenDocument, dict[tuple[str, ...], Look]] = WeakKeyDictionary()  # by where
        self._whole: Box | None = None  # the network as it was fitted last
        self.glide = Glide(self)
        self._scene.moved.connect(self.glide.begin)
        self.setAccessibleName("network")
        editor.leaving.connect(self.glide.stop)
        editor.selection_changed.connect(self._on_selection)
        self.minimap = Minimap(self)
        self._backdrop = Backdrop()
        self._on_selection(editor.selected_nodes, editor.selected_edges)

    @property
    def sheet(self) -> Sheet:
        """The items on the canvas."""
        return self._scene.sheet

    @property
    def marks(self) -> Marks:
        """What stands out for the moment."""
        return self._scene.marks

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of a theme."""
        self.theme = theme
        self._scene.set_theme(theme)

    def fit_all(self) -> None:
        """Show the whole network."""
        self._whole = self.glide.goal or self.sheet.bounds() or Box(0, 0, 0, 0)
        self.fit_box(self._whole)

    @property
    def fits_all(self) -> bool:
        """Whether the whole network was fitted, and nobody has looked elsewhere since."""
        return self.shows_fitted(self._whole)

    def fit_selection(self) -> None:
        """Show the selected cards, or the whole network where none is selected."""
        box = self.sheet.bounds(self.editor.selected_nodes)
        self.fit_all() if box is None else self.fit_box(box)

    def reveal(self, box: Box, margin: float = 24.0) -> None:
        super().reveal(box, margin)
        corner = self.minimap.corner
        rect = self.mapFromScene(make_rect(box)).boundingRect()
        if corner is not None and rect.intersects(corner):  # up or to the left of the map, whichever is less
            gap = round(margin / 2)
            up, left = rect.bottom() - corner.top() + gap, rect.right() - corner.left() + gap
            ways = [(left, QPoint(left, 0))] * (rect.left() >= left) + [(up, QPoint(0, up))] * (rect.top() >= up)
            if ways:
                self.scroll_by(min(ways, key=lambda way: way[0])[1])

    def reveal_selection(self) -> None:
        """Move the view just so far that the selected cards, comments and frames lie in it, as far as they fit."""
        sheet = self.sheet
        boxes = [sheet.nodes[key].box for key in self.editor.selected_nodes if key in sheet.nodes]
        boxes += [sheet.remarks[key].box for key in self.editor.selected_remarks if key in sheet.remarks]
        if (box := join_boxes(boxes)) is not None:
            self.reveal(box)

    def centre_on(self, node: str) -> None:
        """Bring a card into the middle of the view, close enough to be read; nothing moves where it can be read already."""
        item = self.sheet.nodes.get(node)
        if item is None:
            return
        close = self.scale_now >= LEAST_PORT_SCALE
        if not close:
            self.zoom_by(1 / self.scale_now)
        area, box = self.area(), item.box
        if not close or not (area.holds((box.left, box.top)) and area.holds((box.right, box.bottom))):
            self.centerOn((item.box.left + item.box.right) / 2, (item.box.top + item.box.bottom) / 2)

    def area_around(self, point: Point) -> Box:
        """Return the part of the canvas whose ports come into question: all in view, where ports can be seen."""
        return self.area() if self.scale_now >= LEAST_PORT_SCALE else Box(*point, *point).grow(96)

    def mark(self, **changes: object) -> None:
        """Let something stand out, or no longer: fields of Marks."""
        self._scene.marks = replace(self._scene.marks, **changes)  # type: ignore[arg-type]

    def keep_look(self) -> None:
        """Remember how the place was looked at that one has left, and look at the new one as the last time.

        All of a block that is entered is shown, and all of a place that was seen whole.
        """
        where = self.editor.document, self.editor.where
        if where != self._where:
            document, blocks = self._where
            looks = self._looks.setdefault(document, {})
            if self.fits_all:
                looks.pop(blocks, None)
            elif not self.fits_later:
                looks[blocks] = self.look()
            self._where = where
            entered = where[0] is document and len(where[1]) > len(blocks)
            self.fit_all() if entered else self._look_as_before()

    def settle(self) -> None:
        """Fit again what is fitted: the bars above the canvas have come or gone with what is shown."""
        if self.fits_all:
            self.fit_all()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        if self.hasFocus():  # Qt moves the picture, and the rim of the focus with it
            self.viewport().update()

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """Draw the sheet, as far as it looks otherwise than on the screen; whole where it is drawn elsewhere or far away."""
        here = painter.worldTransform() == self.viewportTransform()
        if not here or not self._backdrop.paint(painter, self._scene.drawing, self.marks, self.viewport().size()):
            super().drawBackground(painter, rect)

    def paint_focus(self, painter: QPainter) -> None:
        """Draw a line around the view: keys are meant for the canvas."""
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(make_thin_pen(self.theme.accent, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(self.viewport().rect().adjusted(0, 0, -1, -1))
        painter.restore()

    def bring_sheet(self, document: OpenDocument, sheet: Sheet) -> None:
        """Take a sheet that was laid out on another thread, for a document that is yet to be shown."""
        self._scene.bring(document, sheet)

    def _look_as_before(self) -> None:
        """Look at what was looked at here the last time; at everything where one has not been here."""
        look = self._looks.get(self._where[0], {}).get(self._where[1])
        if look is None:
            self.fit_all()
        else:
            self.look_at(look)

    def _on_selection(self, nodes: frozenset, edges: frozenset) -> None:
        self.mark(nodes=nodes, edges=edges, remarks=self.editor.selected_remarks)
        words = [describe_node(self.sheet, key) for key in heapq.nsmallest(TOLD, nodes)]
        graph, shown = self.editor.view.graph, heapq.nsmallest(TOLD, edges & self.sheet.edges.keys())
        words += [f"wire {explain_hit(self.sheet, graph, Hit(edge=edge))}".replace("\n", ", ") for edge in shown]
        remarks = self.editor.view.drawing.remarks
        chosen = heapq.nsmallest(TOLD, self.editor.selected_remarks & remarks.keys())
        words += [describe_remark(remarks[key]) for key in chosen]
        self.setAccessibleDescription("; ".join(words) or "nothing selected")
