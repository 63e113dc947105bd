"""One card on the canvas: what it shows of a node and where. Kept up to date by the scene, drawn by the painter.

Not a QGraphicsItem: ten thousand of those cost Qt a call into Python each, many times a frame.
"""

from typing import Any, Literal

from PySide6.QtCore import QRectF

from designer.catalogue.check import Problem
from designer.catalogue.shapes import Inferred
from designer.catalogue.spec import Family
from designer.ui.canvas.face import Face
from designer.ui.canvas.geometry import Box, Point, PortRef, card_box, list_ports, port_point
from designer.ui.canvas.pens import LaidText

Badge = Literal["", "warning", "error"]


class NodeItem:
    """The card of one node.

    `order` is its place in the project: later cards lie above. `inputs` and `outputs` are the numbers of ports shown.
    A `small` card shows its name alone; where data flows to the right it is `turned`, its ports at its sides.
    `face` and `texts` are made when the card is first drawn.
    """

    __slots__ = (
        "__weakref__",
        "badge",
        "box",
        "face",
        "inferred",
        "inputs",
        "key",
        "order",
        "outputs",
        "position",
        "problems",
        "rect",
        "small",
        "texts",
        "turned",
    )

    def __init__(self, inferred: Inferred, position: Point, *, small: bool = False, turned: bool = False) -> None:
        self.key = inferred.node.id
        self.order = 0
        self.inputs = 0
        self.outputs = 0
        self.problems: tuple[Problem, ...] = ()
        self.badge: Badge = ""
        self.small = small
        self.turned = turned
        self.renew(inferred)
        self.place(position)

    def renew(self, inferred: Inferred) -> None:
        """Take what is now known of the node; the face is written anew when it is next drawn."""
        self.inferred = inferred
        self.face: Face | None = None
        self.texts: tuple[LaidText, ...] | None = None

    def place(self, position: Point) -> None:
        """Put the card's top left corner there."""
        self.position = position
        self.box: Box = card_box(position, small=self.small)
        left, top, right, bottom = self.box
        self.rect = QRectF(left, top, right - left, bottom - top)

    @property
    def lies(self) -> tuple[object, ...]:
        """Where the card lies, for `lie`."""
        return self.position, self.box, self.rect

    def lie(self, lies: tuple[Any, ...]) -> None:
        """Put the card where it lay once."""
        self.position, self.box, self.rect = lies

    def report(self, problems: tuple[Problem, ...]) -> None:
        """Take what is wrong with the node; its badge tells the worst of it."""
        self.problems = problems
        severities = {problem.severity for problem in problems}
        self.badge = "error" if "error" in severities else "warning" if "warning" in severities else ""

    @property
    def family(self) -> Family:
        """The family that colours the card; "custom" for a kind that is not known here."""
        return "custom" if self.inferred.spec is None else self.inferred.spec.family

    def input_point(self, port: int) -> Point:
        """Return where input number `port` stands."""
        return self._find_spot(port, False)

    def output_point(self, port: int) -> Point:
        """Return where output number `port` stands."""
        return self._find_spot(port, True)

    def _find_spot(self, port: int, is_output: bool) -> Point:
        count = self.outputs if is_output else self.inputs
        if not 0 <= port < count:  # a damaged file
            return port_point(self.position, port, count, is_output, turned=self.turned, small=self.small)
        place = port + self.inputs if is_output else port
        _, _, across, down = list_ports(self.inputs, self.outputs, self.turned, self.small)[place]
        return self.position[0] + across, self.position[1] + down

    def point_of(self, port: PortRef) -> Point:
        """Return where a port of this node stands."""
        return self.output_point(port.number) if port.is_output else self.input_point(port.number)

    def spots(self) -> list[tuple[int, bool, float, float]]:
        """Return every port shown: its number, whether it is an output, and where it stands."""
        x, y = self.position
        return [
            (number, is_output, x + across, y + down)
            for number, is_output, across, down in list_ports(self.inputs, self.outputs, self.turned, self.small)
        ]

    def ports(self) -> list[tuple[PortRef, Point]]:
        """Return every port shown and where it stands."""
        return [(PortRef(self.key, number, is_output), (x, y)) for number, is_output, x, y in self.spots()]

    def is_spare(self, port: PortRef) -> bool:
        """Return whether a port is only there to take one more wire: the last of a layer that takes any number."""
        return not port.is_output and port.number == self.spare

    @property
    def spare(self) -> int:
        """The number of the input that is only there to take one more wire; -1 where there is none."""
        spec = self.inferred.spec
        many = len(self.inferred.ports) >= 2 and spec is not None and spec.inputs[-1].many
        return self.inputs - 1 if many else -1
