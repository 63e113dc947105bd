"""One wire on the canvas: its way, what flows along it, whether that fits. Kept by the scene, drawn by the painter."""

from itertools import pairwise
from typing import Any

from PySide6.QtCore import QLineF, QPointF
from PySide6.QtGui import QPainterPath

from designer.catalogue.spec import TensorType
from designer.document.graph import Edge
from designer.ui.canvas.geometry import Box, Curve, Point, enclose, flatten_curve
from designer.ui.canvas.routing import Route, trace_route


class EdgeItem:
    """The wire of one edge.

    `type` is what flows along it, None where that is not known. `refusal` says why it does not fit, empty where it
    does. Curve, line and path follow from the route and are made when first asked for.
    """

    __slots__ = ("__weakref__", "_curve", "_line", "_path", "_threads", "edge", "refusal", "route", "shift", "type")

    def __init__(self, edge: Edge, route: Route) -> None:
        self.edge = edge
        self.type: TensorType | None = None
        self.refusal = ""
        self.lay(route, 0.0)

    def lay(self, route: Route, shift: float) -> None:
        """Give the wire its way, its lane moved outward by `shift`."""
        self.route = route
        self.shift = shift
        self._curve: Curve | None = None
        self._line: tuple[Point, ...] | None = None
        self._path: QPainterPath | None = None
        self._threads: list[QLineF] | None = None

    @property
    def lies(self) -> tuple[object, ...]:
        """The way of the wire and what was made of it, for `lie`."""
        return self.route, self.shift, self._curve, self._line, self._path, self._threads

    def lie(self, lies: tuple[Any, ...]) -> None:
        """Give the wire a way that it had once."""
        self.route, self.shift, self._curve, self._line, self._path, self._threads = lies

    @property
    def elements(self) -> int | None:
        """How many numbers of one sample flow along it, None where that is not known."""
        return None if self.type is None else self.type.elements

    @property
    def straight(self) -> bool:
        """Whether the wire is one line along the flow."""
        route = self.route
        return route.lane is None and route.start[0] == route.end[0] and route.end[1] > route.start[1]

    @property
    def curve(self) -> Curve:
        """The control points of its Bézier pieces."""
        if self._curve is None:
            self._curve = trace_route(self.route, self.shift)
        return self._curve

    @property
    def line(self) -> tuple[Point, ...]:
        """Points along the wire, close enough together to measure distances by."""
        if self._line is None:
            self._line = self.route.ends if self.straight else flatten_curve(self.curve)
        return self._line

    @property
    def threads(self) -> list[QLineF]:
        """The few straight lines that are enough when the wire is seen from far away."""
        if self._threads is None:
            points = self.curve[::3]
            self._threads = [QLineF(*start, *end) for start, end in pairwise(points)]
        return self._threads

    @property
    def bounds(self) -> Box:
        """The box around the wire, its width left out."""
        if self.straight:
            (left, top), (right, bottom) = self.route.ends
            return Box(left, top, right, bottom)
        return enclose(self.curve)

    @property
    def path(self) -> QPainterPath:
        """The wire as Qt draws it."""
        if self._path is None:
            points = [QPointF(x, y) for x, y in self.curve]
            self._path = QPainterPath(points[0])
            for index in range(1, len(points), 3):
                self._path.cubicTo(*points[index : index + 3])
        return self._path
