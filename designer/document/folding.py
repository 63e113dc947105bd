"""Columns from a long drawing: a network much taller than wide is cut where one wire passes, and set side by side."""

import math
from collections.abc import Collection, Iterable, Mapping

from frozendict import frozendict

from designer.document.arrange import SPACINGS, Spacing
from designer.document.drawing import Position
from designer.document.enclosure import arrange_framed
from designer.document.graph import Graph

_FEWEST_ROWS = 8  # in a column: below that a fold costs more reading than scrolling does
_SHAPE = 1.6  # width to height of what most windows leave for the canvas
_NO_CUT = 2  # as many wires as forbid it
_ALLEY = 96.0  # canvas units between two columns more than between two cards: skip wires and the way back up run there
_LARGEST_SHARE = 0.7  # of all rows that the longest column may keep: a fold that leaves more saves too little


def lay_out(
    graph: Graph, flow: str = "down", *, fold: bool = True, frames: Iterable[Collection[str]] = ()
) -> Mapping[str, Position]:
    """Return the positions of every node as the program lays a network out: in layers, long runs in columns.

    `frames` are the nodes of each frame: its cards are kept together, and all others out of it.
    """

    def finish(
        part: Graph, positions: Mapping[str, Position], whole: Collection[frozenset[str]]
    ) -> Mapping[str, Position]:
        return fold_columns(part, positions, flow, whole) if fold else positions

    return arrange_framed(graph, flow, frames, finish)


def fold_columns(
    graph: Graph, positions: Mapping[str, Position], flow: str = "down", whole: Collection[Collection[str]] = ()
) -> Mapping[str, Position]:
    """Return the positions with long runs of rows folded into columns, read like the columns of a newspaper.

    `positions` are those of `arrange` for the same flow; where data flows to the right, the columns are lines. A cut is
    made only between two rows that exactly one wire crosses, so that a column is left and entered once; a drawing
    without such places stays as it is. No cut goes through any of the groups of nodes that stay `whole`.
    """
    if not positions:
        return positions
    spacing = SPACINGS.get(flow, SPACINGS["down"])
    places = {node: spacing.split(position) for node, position in positions.items()}
    row_of = {node: round(along / spacing.rank) for node, (_, along) in places.items()}
    rows = max(row_of.values()) + 1
    width = max(across for across, _ in places.values()) + spacing.pitch + _ALLEY
    most = _choose_height(rows, width, spacing)
    if rows <= most + 1:
        return positions
    height = math.ceil(rows / math.ceil(rows / most))  # columns of about the same height
    crossings = _count_crossings(graph, row_of, rows, together=bool(whole))
    for group in whole:
        inside = [row_of[node] for node in group]
        crossings[min(inside) + 1 : max(inside) + 1] = [_NO_CUT] * (max(inside) - min(inside))
    starts = _choose_starts(crossings, height)
    lengths = [end - start for start, end in zip(starts, [*starts[1:], rows], strict=True)]
    if max(lengths) > _LARGEST_SHARE * rows:
        return positions  # the way over to a few cards costs more reading than it saves
    column_of = [0] * rows
    for column, (start, end) in enumerate(zip(starts, [*starts[1:], rows], strict=True)):
        column_of[start:end] = [column] * (end - start)
    tops, lefts, rights = ([start] * len(starts) for start in (math.inf, math.inf, -math.inf))
    for node, (across, along) in places.items():
        column = column_of[row_of[node]]
        tops[column] = min(tops[column], along)
        lefts[column], rights[column] = min(lefts[column], across), max(rights[column], across)
    if whole:  # one column may be much wider than the others
        widths = [max(0.0, right - left) + spacing.pitch + _ALLEY for left, right in zip(lefts, rights, strict=True)]
        shifts = [sum(widths[:column]) - left for column, left in enumerate(lefts)]
    else:
        shifts = [width * column for column in range(len(starts))]
    return frozendict(
        {
            node: spacing.place(across + shifts[column], along - tops[column])
            for node, (across, along) in places.items()
            for column in (column_of[row_of[node]],)
        }
    )


def _choose_height(rows: int, width: float, spacing: Spacing) -> int:
    """Return how many rows a column should have, so that all of them together have the shape of a window."""
    shape = 1 / _SHAPE if spacing.turned else _SHAPE
    fewest = math.ceil(_FEWEST_ROWS / 2) if spacing.turned else _FEWEST_ROWS  # a row is as wide as many are high
    return max(fewest, round(math.sqrt(rows * width / (spacing.rank * shape))))


def _count_crossings(graph: Graph, row_of: Mapping[str, int], rows: int, *, together: bool) -> list[int]:
    """Return for each row how many wires come to it or past it from above. A wire up counts too: it forbids the cut.

    Wires from one port count once where they are taken `together`: groups that stay whole leave few places to cut.
    """
    change = [0] * (rows + 1)
    furthest: dict[tuple[str, int], int] = {}
    for edge in graph.edges:
        if edge.source in row_of and edge.target in row_of:
            top, bottom = row_of[edge.source], row_of[edge.target]
            if together and bottom > top:
                port = edge.source, edge.source_port
                furthest[port] = max(bottom, furthest.get(port, bottom))
                continue
            change[min(top, bottom) + 1] += 1
            change[max(top, bottom) + 1] -= 1
    for (source, _), bottom in furthest.items():
        change[row_of[source] + 1] += 1
        change[bottom + 1] -= 1
    crossings, present = [], 0
    for delta in change[:rows]:
        present += delta
        crossings.append(present)
    return crossings


def _choose_starts(crossings: list[int], height: int) -> list[int]:
    """Return the first row of each column, so that the columns differ as little as they can from `height` rows.

    The best way to cut above each place follows from the best ways above the places before it.
    """
    rows = len(crossings)
    places = [0, *(row for row in range(1, rows) if crossings[row] == 1), rows]
    cost = [0.0]
    before = [0]
    for index in range(1, len(places)):
        best, chosen = math.inf, index - 1
        for earlier in range(index - 1, -1, -1):
            length = places[index] - places[earlier]
            if length > 2 * height and chosen != index - 1:
                break
            total = cost[earlier] + (length - height) ** 2
            if total < best:
                best, chosen = total, earlier
        cost.append(best)
        before.append(chosen)
    starts, index = [], before[-1]
    while index:
        starts.append(places[index])
        index = before[index]
    return [0, *reversed(starts)]
