"""The comments and frames that lie on the canvas: frames follow their cards, comments lie where the document says."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from designer.document.drawing import Drawing
from designer.ui.canvas.framing import place_frames, place_remarks, title_box
from designer.ui.canvas.geometry import Point
from designer.ui.canvas.node_item import NodeItem
from designer.ui.canvas.remark_item import RemarkItem, measure_comment


class Remarks:
    """The items of comments and frames by id: outer frames first, comments last. `nodes` are the cards."""

    def __init__(self, nodes: Mapping[str, NodeItem]) -> None:
        self.items: dict[str, RemarkItem] = {}
        self._nodes = nodes
        self._drawing = Drawing()
        self._shifted: Mapping[str, Point] = {}  # where comments are shown meanwhile
        self._is_placed = False  # whether all lie where the document says, but for moved cards

    def show(self, drawing: Drawing, moved: Iterable[str]) -> None:
        """Show those of a drawing; `moved` are the cards that lie elsewhere or are gone since the last time."""
        before, self._drawing = self._drawing, drawing
        if self._is_placed and before.remarks is drawing.remarks and before.flow == drawing.flow:
            self._place_frames(frozenset(moved))
        else:
            self._place_all()

    def follow(self, moved: Iterable[str]) -> None:
        """Let frames follow cards that were moved."""
        self.show(self._drawing, moved)

    def shift(self, positions: Mapping[str, Point]) -> None:
        """Show comments at other places than the document says. `{}` puts them back."""
        self._shifted = dict(positions)
        self._place_all()

    def _place_all(self) -> None:
        remarks, flow = self._drawing.remarks, self._drawing.flow
        if not remarks and not self.items:
            return
        self._is_placed = not self._shifted
        if self._shifted:
            shifted = {key: self._shifted[key] for key in remarks if key in self._shifted}
            remarks = {**remarks, **{key: replace(remarks[key], position=place) for key, place in shifted.items()}}
        wanted = {node for remark in remarks.values() for node in remark.nodes if node in self._nodes}
        boxes = place_remarks(remarks, {node: self._nodes[node].box for node in wanted}, flow, measure_comment)
        grips = {key: title_box(box, flow) if remarks[key].is_frame else box for key, box in boxes.items()}
        self.items = {key: RemarkItem(key, remarks[key], box, grips[key]) for key, box in boxes.items()}

    def _place_frames(self, moved: frozenset[str]) -> None:
        """Lay the frames round cards that were moved; those inside them, or round them, say where they end."""
        remarks, flow = self._drawing.remarks, self._drawing.flow
        touched = {key: one.nodes for key, one in remarks.items() if not moved.isdisjoint(one.nodes)}
        if not touched:
            return
        near = frozenset().union(*touched.values())
        frames = {key: one for key, one in remarks.items() if not near.isdisjoint(one.nodes)}
        wanted = {node for remark in frames.values() for node in remark.nodes if node in self._nodes}
        boxes = place_frames(frames, {node: self._nodes[node].box for node in wanted}, flow)
        if boxes.keys() & touched.keys() != self.items.keys() & touched.keys():
            self._place_all()  # a frame comes or goes with its cards: the order may be another
            return
        for key in boxes.keys() & touched.keys():
            self.items[key] = RemarkItem(key, remarks[key], boxes[key], title_box(boxes[key], flow))
