"""What stands out on the canvas for the moment: selected, under the pointer, or about to change."""

from dataclasses import dataclass

from designer.document.graph import Edge
from designer.ui.canvas.finding import NOTHING, Hit
from designer.ui.canvas.geometry import PortRef


@dataclass(frozen=True, slots=True)
class Marks:
    """Everything that stands out.

    `lit` are the ports a wire may be dropped on, None while none is drawn; `aim` is where it would go if it were
    dropped now. `doomed` wires would go; `lifted` is the one in the hand and drawn there. `remarks` are the selected
    comments and frames; `frame` is the one that would take in what is being moved. `found` are the cards that were
    searched for, None while nothing is; `spot` is the one of them to which one went.
    """

    nodes: frozenset[str] = frozenset()
    edges: frozenset[Edge] = frozenset()
    hover: Hit = NOTHING
    lit: frozenset[PortRef] | None = None
    aim: Hit = NOTHING
    doomed: frozenset[Edge] = frozenset()
    lifted: Edge | None = None
    remarks: frozenset[str] = frozenset()
    frame: str | None = None
    found: frozenset[str] | None = None
    spot: str | None = None

    @property
    def special_edges(self) -> frozenset[Edge]:
        """The wires that look unlike others."""
        single = {edge for edge in (self.hover.edge, self.aim.edge) if edge is not None}
        return self.edges | self.doomed | single
