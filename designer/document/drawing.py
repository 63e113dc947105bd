"""How a network is drawn beside where its cards lie: which way data flows, small cards, comments and frames.

Nothing here means anything to the network: shapes, code and training are the same whatever stands here.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args

from frozendict import frozendict

from designer.document.graph import NO_EXTRA, Extra

Position = tuple[float, float]
Flow = Literal["down", "right"]
Hue = Literal["grey", "blue", "violet", "teal", "green", "orange", "pink", "yellow", "red"]

# Canvas units from a card to the next one after it, and to the next one beside it.
PITCH, COLUMN = 88.0, 288.0  # where data flows down: from top to top, and from left to left
STRIDE, ROW = 312.0, 72.0  # where it flows to the right: from left to left, and from top to top

FLOWS: tuple[str, ...] = get_args(Flow)
HUES: tuple[str, ...] = get_args(Hue)


@dataclass(frozen=True, slots=True)
class Margins:
    """How far a frame reaches beyond its cards, in canvas units.

    `title` of its `head` are for its words. Below it reaches by its `foot`, and by `step` below the frames inside it.
    """

    side: float
    head: float
    title: float
    foot: float
    step: float


# Less than to the shape that is written after a card, with a frame inside it as well; head and foot together
# less than from a card to the one below, so that no card need make room.
FRAME_MARGINS: Mapping[str, Margins] = frozendict(
    {"down": Margins(12.0, 34.0, 22.0, 7.0, 4.0), "right": Margins(8.0, 20.0, 17.0, 7.0, 4.0)}
)


@dataclass(frozen=True, slots=True)
class Remark:
    """Words on the canvas.

    With `nodes` it is a frame around their cards and moves with them; without, a comment whose top left corner is at
    `position`, in canvas units. Ids of nodes that are not there are left out by whoever draws it.
    """

    text: str
    hue: str = "grey"
    nodes: frozenset[str] = frozenset()
    position: Position = (0.0, 0.0)
    extra: Extra = NO_EXTRA

    @property
    def is_frame(self) -> bool:
        """Whether it goes round nodes."""
        return bool(self.nodes)


@dataclass(frozen=True, slots=True)
class Drawing:
    """How one network is drawn. `small` are the nodes whose cards show their name alone."""

    flow: str = "down"
    small: frozenset[str] = frozenset()
    remarks: Mapping[str, Remark] = frozendict()
    extra: Extra = NO_EXTRA

    def __post_init__(self) -> None:
        if not isinstance(self.remarks, frozendict):
            object.__setattr__(self, "remarks", frozendict(self.remarks))

    def without(self, gone: Collection[str]) -> "Drawing":
        """Return the drawing with these nodes gone; a frame around nothing else goes with them."""
        return self.renamed(dict.fromkeys(gone, ()))

    def renamed(self, ways: Mapping[str, Collection[str]]) -> "Drawing":
        """Return the drawing with other nodes in the place of some: what frames hold of each is what it became."""
        if not self.small and not self.remarks:
            return self
        small = _follow(self.small, ways)
        remarks: dict[str, Remark] = {}
        for key, remark in self.remarks.items():
            nodes = _follow(remark.nodes, ways)
            if nodes or not remark.nodes:
                remarks[key] = remark if nodes == remark.nodes else replace(remark, nodes=nodes)
        if small == self.small and remarks == self.remarks:
            return self
        return replace(self, small=small, remarks=frozendict(remarks))

    def part(self, nodes: Collection[str], comments: Iterable[str] = ()) -> "Drawing":
        """Return what belongs to these nodes alone: which are small, the frames around no other, and some comments."""
        chosen, wanted = frozenset(nodes), frozenset(comments)
        remarks = {
            key: remark
            for key, remark in self.remarks.items()
            if key in wanted or (remark.is_frame and remark.nodes <= chosen)
        }
        return Drawing(self.flow, self.small & chosen, frozendict(remarks))


PLAIN = Drawing()


def pace(flow: str) -> float:
    """Return how far the next card lies after one, in canvas units along the flow."""
    return STRIDE if flow == "right" else PITCH


def progress(flow: str, position: Position) -> float:
    """Return how far along the flow a place is."""
    return position[0] if flow == "right" else position[1]


def advance(flow: str, position: Position, distance: float) -> Position:
    """Return the place so far further along the flow."""
    x, y = position
    return (x + distance, y) if flow == "right" else (x, y + distance)


def turn_place(flow: str, position: Position) -> Position:
    """Return where a place of a drawing of the other flow lies when data flows this way."""
    x, y = position
    if flow == "right":
        return y * STRIDE / PITCH, x * ROW / COLUMN
    return y * COLUMN / ROW, x * PITCH / STRIDE


def _follow(nodes: frozenset[str], ways: Mapping[str, Collection[str]]) -> frozenset[str]:
    if ways.keys().isdisjoint(nodes):
        return nodes
    return frozenset(new for key in nodes for new in ways.get(key, (key,)))
