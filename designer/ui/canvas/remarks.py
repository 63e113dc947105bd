"""The comments and frames that lie on the canvas: frames follow their cards, comments lie where the document says."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from designer.document.drawing import Remark
from designer.ui.canvas.framing import place_frames, place_remarks
from designer.ui.canvas.geometry import Point
from designer.ui.canvas.node_item import NodeItem
from designer.ui.canvas.remark_item import RemarkItem, measure_comment


class Remarks:
    """The items of comments and frames by id: outer frames first, comments last. `nodes` are the cards."""

    def __init__(self, nodes: Mapping[str, NodeItem]) -> None:
        self.items: dict[str, RemarkItem] = {}
        self._nodes = nodes
        self._given: Mapping[str, Remark] = {}
        self._shifted: Mapping[str, Point] = {}  # where comments are shown meanwhile
        self._placed: Mapping[str, Remark] | None = None  # what lies where the document says, but for moved cards

    def show(self, remarks: Mapping[str, Remark], moved: Iterable[str]) -> None:
        """Show these, where `moved` are the cards that lie elsewhere or are gone since the last time."""
        self._given = remarks
        if remarks is self._placed:
            self._place_frames(frozenset(moved))
        else:
            self._place_all()

    def follow(self, moved: Iterable[str]) -> None:
        """Let frames follow cards that were moved."""
        self.show(self._given, moved)

    def shift(self, positions: Mapping[str, Point]) -> None:
        """Show comments at other places than the document says. `{}` puts them back."""
        self._shifted = dict(positions)
        self._place_all()

    def _place_all(self) -> None:
        remarks = self._given
        if not remarks and not self.items:
            return
        self._placed = None if self._shifted else remarks
        if self._shifted:
            shifted = {key: self._shifted[key] for key in remarks if key in self._shifted}
            remarks = {**remarks, **{key: replace(remarks[key], position=place) for key, place in shifted.items()}}
        wanted = {node for remark in remarks.values() for node in remark.nodes if node in self._nodes}
        boxes = place_remarks(remarks, {node: self._nodes[node].box for node in wanted}, measure_comment)
        self.items = {key: RemarkItem(key, remarks[key], box) for key, box in boxes.items()}

    def _place_frames(self, moved: frozenset[str]) -> None:
        """Lay the frames round cards that were moved; those inside them, or round them, say where they end."""
        remarks = self._given
        touched = {key: one.nodes for key, one in remarks.items() if not moved.isdisjoint(one.nodes)}
        if not touched:
            return
        near = frozenset().union(*touched.values())
        frames = {key: one for key, one in remarks.items() if not near.isdisjoint(one.nodes)}
        wanted = {node for remark in frames.values() for node in remark.nodes if node in self._nodes}
        boxes = place_frames(frames, {node: self._nodes[node].box for node in wanted})
        if boxes.keys() & touched.keys() != self.items.keys() & touched.keys():
            self._place_all()  # a frame comes or goes with its cards: the order may be another
            return
        for key in boxes.keys() & touched.keys():
            self.items[key] = RemarkItem(key, remarks[key], boxes[key])
