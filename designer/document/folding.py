"""Columns from a long drawing: a network much longer than its page is cut where little passes, and set side by side."""

import bisect
import itertools
import math
from collections.abc import Collection, Iterable, Mapping, Sequence

from frozendict import frozendict

from designer.document.arrange import CARD_HEIGHT, CARD_WIDTH, SPACINGS, Spacing
from designer.document.drawing import Position
from designer.document.enclosure import arrange_framed
from designer.document.graph import Graph

PAGE = 1.6  # width to height of what most windows leave for the canvas
_NARROWEST, _WIDEST = 0.8, 2.5  # pages that a drawing follows
_FEWEST_ROWS = {False: 8, True: 4}  # in a column, by whether data flows to the right: shorter ones cost more reading
_ALLEY = {False: 96.0, True: 48.0}  # canvas units between two columns more than between two cards: for wires
_WORTH = 1.4  # times as large must a drawing be seen for a fold to be worth the way from column to column,
_COLUMN_WORTH = 1.03  # and for another column
# How many wires a cut may go through, how many outputs they may come from, and how many columns it may make: what comes
# from one output goes to the next column, and what comes from several is led over to no further one. Then how much
# larger a drawing must be seen for such cuts than for those before.
_CUTS = ((1, 1, 100, 1.0), (2, 1, 100, 1.25), (6, 1, 100, 1.8), (6, 5, 2, 1.2))
_NO_CUT = 1000  # as many outputs as forbid it


def lay_out(
    graph: Graph, flow: str = "down", *, fold: bool = True, frames: Iterable[Collection[str]] = (), page: float = PAGE
) -> Mapping[str, Position]:
    """Return the positions of every node as the program lays a network out: in layers, long runs in columns.

    `frames` are the nodes of each frame: its cards are kept together, and all others out of it. `page` is the width to
    the height of what the drawing is to be seen in.
    """

    def finish(
        part: Graph, positions: Mapping[str, Position], whole: Collection[frozenset[str]]
    ) -> Mapping[str, Position]:
        return fold_columns(part, positions, flow, whole, page) if fold else positions

    return arrange_framed(graph, flow, frames, finish)


def fold_columns(
    graph: Graph,
    positions: Mapping[str, Position],
    flow: str = "down",
    whole: Collection[Collection[str]] = (),
    page: float = PAGE,
) -> Mapping[str, Position]:
    """Return the positions with long runs of rows folded into columns, read like the columns of a newspaper.

    `positions` are those of `arrange` for the same flow; where data flows to the right, the columns are lines. There
    are as many as let the drawing be seen largest on a page of these proportions. The best place for a cut is where one
    wire passes, so that a column is left and entered once; where that gives much more, the wires of one output, or of a
    few. A drawing that gains little by it stays as it is. No cut goes through a group of nodes that stays `whole`.
    """
    if not positions:
        return positions
    roll = _Roll(graph, positions, SPACINGS.get(flow, SPACINGS["down"]), whole)
    page = min(max(page, _NARROWEST), _WIDEST)
    best, seen = [0], _WORTH * min(roll.measure([0], page))
    for wires, outputs, most, worth in _CUTS:
        starts, scale = roll.choose_starts(roll.find_places(wires, outputs), most, page)
        if scale > worth * seen:
            best, seen = starts, scale
    return roll.cut(best) if len(best) > 1 else positions


class _Roll:
    """A drawing as one run of rows, to be cut. `starts` are the first rows of its columns."""

    def __init__(
        self, graph: Graph, positions: Mapping[str, Position], spacing: Spacing, whole: Collection[Collection[str]]
    ) -> None:
        self._spacing = spacing
        self._places = {node: spacing.split(position) for node, position in positions.items()}
        self._row_of = {node: round(along / spacing.rank) for node, (_, along) in self._places.items()}
        self.rows = max(self._row_of.values()) + 1
        self._across = [[math.inf, -math.inf] for _ in range(self.rows)]
        self._along = [[math.inf, -math.inf] for _ in range(self.rows)]
        for node, place in self._places.items():
            for reach, number in zip((self._across, self._along), place, strict=True):
                span = reach[self._row_of[node]]
                span[0], span[1] = min(span[0], number), max(span[1], number)
        self._wires, self._outputs = _count_crossings(graph, self._row_of, self.rows)
        for group in whole:
            inside = [self._row_of[node] for node in group]
            self._outputs[min(inside) + 1 : max(inside) + 1] = [_NO_CUT] * (max(inside) - min(inside))

    def find_places(self, wires: int, outputs: int) -> list[int]:
        """Return the rows above which a cut goes through so many wires of so many outputs at most, and both ends."""
        inner = range(1, self.rows)
        return [0, *(row for row in inner if self._wires[row] <= wires and self._outputs[row] <= outputs), self.rows]

    def measure(self, starts: Sequence[int], page: float) -> tuple[float, float]:
        """Return how large columns can be seen on a page one high: as far as their width allows, and their length."""
        spacing = self._spacing
        wide, long = spacing.split((CARD_WIDTH, CARD_HEIGHT))
        across = sum(self._list_widths(starts)) - self._gap + wide
        spans = (self._span(self._along, *ends) for ends in self._list_ends(starts))
        along = max(high - low for low, high in spans) + long
        width, height = spacing.split((page, 1.0))
        return width / across, height / along

    def choose_starts(self, places: Sequence[int], most: int, page: float) -> tuple[list[int], float]:
        """Return the columns that can be seen largest on a page, cut at some of these places, and how large.

        There are at most so many.
        """
        best, largest = [0], 0.0
        fewest = _FEWEST_ROWS[self._spacing.turned]
        most = min(most, math.ceil(self.rows / fewest)) if self.rows > fewest + 1 else 1
        for count in range(2, most + 1):
            starts = _divide(places, count)
            across, along = self.measure(starts, page)
            if min(across, along) > largest * _COLUMN_WORTH:
                best, largest = starts, min(across, along)
            if across < largest:
                break  # more columns are wider still
        return best, largest

    def cut(self, starts: Sequence[int]) -> Mapping[str, Position]:
        """Return the positions of all nodes with these columns side by side."""
        column_of = [0] * self.rows
        shifts, used = [], 0.0
        for column, (ends, width) in enumerate(zip(self._list_ends(starts), self._list_widths(starts), strict=True)):
            column_of[slice(*ends)] = [column] * (ends[1] - ends[0])
            shifts.append((used - self._span(self._across, *ends)[0], -self._span(self._along, *ends)[0]))
            used += width
        return frozendict(
            {
                node: self._spacing.place(across + shift[0], along + shift[1])
                for node, (across, along) in self._places.items()
                for shift in (shifts[column_of[self._row_of[node]]],)
            }
        )

    @property
    def _gap(self) -> float:
        return self._spacing.pitch + _ALLEY[self._spacing.turned]

    def _list_ends(self, starts: Sequence[int]) -> list[tuple[int, int]]:
        return list(zip(starts, [*starts[1:], self.rows], strict=True))

    def _list_widths(self, starts: Sequence[int]) -> list[float]:
        """Return how far it is from each column to the next one."""
        spans = (self._span(self._across, *ends) for ends in self._list_ends(starts))
        return [max(0.0, high - low) + self._gap for low, high in spans]

    def _span(self, reach: Sequence[Sequence[float]], start: int, end: int) -> tuple[float, float]:
        return min(low for low, _ in reach[start:end]), max(high for _, high in reach[start:end])


def _count_crossings(graph: Graph, row_of: Mapping[str, int], rows: int) -> tuple[list[int], list[int]]:
    """Return for each row how many wires come to it or past it from above, and of how many outputs they are.

    A wire up is an output of its own, and one more: it forbids the best cut.
    """
    wires, outputs = [0] * (rows + 1), [0] * (rows + 1)
    furthest: dict[tuple[str, int], int] = {}
    for edge in graph.edges:
        if edge.source not in row_of or edge.target not in row_of:
            continue
        top, bottom = sorted((row_of[edge.source], row_of[edge.target]))
        wires[top + 1] += 1
        wires[bottom + 1] -= 1
        if row_of[edge.source] < row_of[edge.target]:
            port = edge.source, edge.source_port
            furthest[port] = max(bottom, furthest.get(port, bottom))
        else:
            outputs[top + 1] += 1
            outputs[bottom + 1] -= 1
    for (source, _), bottom in furthest.items():
        outputs[row_of[source] + 1] += 1
        outputs[bottom + 1] -= 1
    return list(itertools.accumulate(wires[:rows])), list(itertools.accumulate(outputs[:rows]))


def _divide(places: Sequence[int], count: int) -> list[int]:
    """Return the first rows of at most so many columns between these places: the longest as short as can be, all alike.

    The columns are filled anew with each length that is tried; what is left is then shared evenly.
    """
    rows = places[-1]
    low, high = math.ceil(rows / count), rows
    while low < high:
        middle = (low + high) // 2
        if _fill(places, middle) <= count:
            high = middle
        else:
            low = middle + 1
    earliest = [rows]  # where the last columns may begin, from the end
    for _ in range(count - 1):
        earliest.append(places[bisect.bisect_left(places, max(0, earliest[-1] - low))])
    starts = [0]
    for left in range(count - 1, 0, -1):  # columns after this one
        ideal = starts[-1] + (rows - starts[-1]) / (left + 1)
        first = max(bisect.bisect_left(places, earliest[left]), bisect.bisect_right(places, starts[-1]))
        within = places[first : bisect.bisect_right(places, starts[-1] + low)]
        start = min(within, key=lambda place: (abs(place - ideal), -place))
        if start == rows:
            break
        starts.append(start)
    return starts


def _fill(places: Sequence[int], length: int) -> float:
    """Return how many columns of at most this length it takes, infinitely many where a piece is longer."""
    at, columns = 0, 0
    while at < places[-1]:
        after = places[bisect.bisect_right(places, at + length) - 1]
        if after == at:
            return math.inf
        at, columns = after, columns + 1
    return columns
