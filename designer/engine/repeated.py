"""Numbers that are worked out again and again: from some times on by a recording of how, where the network is small."""

import time
from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from designer.engine.bundle import Bundle, parts_of
from designer.engine.recorded import LONGEST, WARM_UP, are_same
from designer.engine.tape import Recording, Unrecordable, record

MOST_SHAPES = 6  # recordings of one function

Function = Callable[..., Mapping[str, Tensor]]


class Repeated:
    """Reads the numbers, by their names, that a function of bundles gives.

    The function changes nothing, and the tensors that it reads besides its arguments stay where they are. On an
    accelerator, or where it is not to be trusted with that, it is not recorded.
    """

    def __init__(self, function: Function, *, is_recorded: bool = True) -> None:
        self._function = function
        self._given_up = not is_recorded
        self._recordings: dict[tuple[object, ...], Recording] = {}
        self._names: tuple[str, ...] = ()
        self._calls = 0
        self._shortest = LONGEST

    def read(self, *bundles: Bundle) -> dict[str, float]:
        """Return the numbers, those of tensors on an accelerator in one transfer."""
        if self._given_up:
            return self._work(bundles)
        parts = [part for bundle in bundles for part in parts_of(bundle)]
        shapes = tuple([part.shape for part in parts])
        recording = self._recordings.get(shapes) or self._record(bundles, parts, shapes)
        if recording is None:
            began = time.perf_counter()
            numbers = self._work(bundles)
            self._shortest = min(self._shortest, time.perf_counter() - began)
            return numbers
        return dict(zip(self._names, [value.item() for value in recording.run(*parts)], strict=True))

    def _work(self, bundles: tuple[Bundle, ...]) -> dict[str, float]:
        with torch.no_grad():
            return read_numbers(self._function(*bundles))

    def _record(self, bundles: tuple[Bundle, ...], parts: list[Tensor], shapes: tuple[object, ...]) -> Recording | None:
        self._calls += 1
        if self._calls <= WARM_UP:
            return None
        self._given_up = self._shortest >= LONGEST or len(self._recordings) == MOST_SHAPES
        if self._given_up or any(part.device.type != "cpu" for part in parts):
            return None

        @torch.no_grad()
        def work(*_: Tensor) -> tuple[Tensor, ...]:
            numbers = self._function(*bundles)
            self._names = tuple(numbers)
            return tuple(numbers.values())

        try:
            recording = record(work, parts)
            recording.demand(lambda: all(map(are_same, work(), recording.run(*parts))))
        except (Unrecordable, RuntimeError, TypeError, ValueError, NotImplementedError):
            self._given_up = True
            return None
        self._recordings[shapes] = recording
        return recording


def read_numbers(numbers: Mapping[str, Tensor | float]) -> dict[str, float]:
    """Return scalars as numbers, in one transfer where they are of one kind."""
    tensors = [number for number in numbers.values() if isinstance(number, Tensor)]
    if len(tensors) == len(numbers) and len({tensor.dtype for tensor in tensors}) == 1:
        return dict(zip(numbers, torch.stack(tensors).tolist(), strict=True))
    return {name: number.item() if isinstance(number, Tensor) else number for name, number in numbers.items()}
