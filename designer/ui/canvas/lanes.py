"""The lanes of a sheet, kept apart from one another: what changes moves only the lanes that it could touch.

Lanes are given their shifts in turn, each beside those before it. Two whose rooms do not meet know nothing of each
other, so a heap of lanes that meet, however many steps away, can be worked out without the rest.
"""

from typing import Any, Generic, TypeVar

from designer.ui.canvas.buckets import Buckets
from designer.ui.canvas.geometry import Box
from designer.ui.canvas.routing import MOST_SHIFTS, Route, separate_lanes

Key = TypeVar("Key", bound=Any)  # hashable and orderable
HAIR = 1e-3  # lanes that end where another begins do not meet


class Lanes(Generic[Key]):
    """Routes with a lane, by wire."""

    def __init__(self) -> None:
        self._routes: dict[Key, Route] = {}
        self._rooms: Buckets[Key] = Buckets()
        self._stale: set[Key] = set()

    def __len__(self) -> int:
        return len(self._routes)

    def __contains__(self, key: object) -> bool:
        return key in self._routes

    def put(self, key: Key, route: Route) -> None:
        """Take the route of a wire; one without a lane is as good as none."""
        before = self._routes.get(key)
        if before is not route and (before is not None or route.lane is not None):
            self.drop(key)
            room = _find_room(route)
            if room is not None:
                self._routes[key] = route
                self._rooms.put(key, room)
                self._stale.add(key)

    def drop(self, key: Key) -> None:
        """Forget the route of a wire; nothing happens where there is none."""
        before = self._routes.pop(key, None)
        room = None if before is None else _find_room(before)
        if room is not None:
            self._rooms.drop(key)
            self._stale.update(self._rooms.find(room))

    def spread(self) -> dict[Key, tuple[Route, float]]:
        """Return the route, and how far its lane moves outward, of every wire whose shift may have changed."""
        heap: set[Key] = set()
        pending = [key for key in self._stale if key in self._routes]
        self._stale.clear()
        while pending:
            key = pending.pop()
            if key not in heap:
                heap.add(key)
                room = _find_room(self._routes[key])
                if room is not None:
                    pending += self._rooms.find(room)
        routes = {key: self._routes[key] for key in heap}
        return {key: (routes[key], shift) for key, shift in separate_lanes(routes).items()}


def _find_room(route: Route) -> Box | None:
    """Return where the lane of a route may come to lie, None where it has none."""
    lane = route.lane
    if lane is None:
        return None
    low, high = sorted((route.start[1], route.end[1]))
    if high - low > 2 * HAIR:
        low, high = low + HAIR, high - HAIR
    step = route.room.step
    near, far = lane.x - lane.outward * step, lane.x + lane.outward * (MOST_SHIFTS + 1) * step
    return Box(min(near, far), low, max(near, far), high)
