"""Weighing steps of training: what a batch of so many rows takes of memory, and the largest that fits."""

import math
import statistics
import time
from dataclasses import dataclass

import torch
from torch import Tensor

from designer.engine.bundle import Bundle, count_rows, parts_of, take_rows
from designer.engine.failures import is_out_of_memory
from designer.engine.memory import Tally, count_bytes, count_saved, list_state
from designer.engine.trainer import Trainer

TIMED = 20  # steps that are timed at most
LONGEST = 2.0  # seconds that timing goes on, and that a trial on the CPU may take
TRIES = 8  # of batches, for the largest
CLOSE = 1.05  # a batch that is larger by less is not tried any more
SPARED = 0.5  # share of the CPU's free memory that no trial goes beyond: nothing says there how a run would end


@dataclass(frozen=True, slots=True)
class Weighed:
    """What one step took at once, and kept for the way back, in bytes."""

    step: int
    saved: int


@dataclass(frozen=True, slots=True)
class Line:
    """Bytes of a step over the rows of its batch."""

    start: float
    slope: float

    @classmethod
    def through(cls, rows: int, size: float, more: int, larger: float) -> "Line":
        """Return the line through two batches; one that falls lies flat."""
        slope = max(0.0, (larger - size) / (more - rows)) if more > rows else 0.0
        return cls(max(0.0, size - slope * rows), slope)

    def at(self, rows: int) -> float:
        """Return the bytes of a step over so many rows."""
        return self.start + self.slope * rows

    def most(self, room: float, rows: int) -> int:
        """Return the rows that fit into so many bytes, no more than there are."""
        if self.start > room:
            return 0
        return rows if not self.slope else min(rows, math.floor((room - self.start) / self.slope))


class Scale:
    """Weighs steps of a trainer: on CUDA by what the allocator says, elsewhere by counting every tensor."""

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer
        self._order = torch.randperm(count_rows(trainer.x)).to(trainer.device)
        self.gradients = 0
        trainer.model.train()

    def choose_small(self, batch: int, rows: int) -> tuple[int, int]:
        """Return two sizes of small batches: an eighth and a quarter of the one that is set, two rows at least."""
        small = max(2, batch // 8)
        return min(small, rows), min(max(2 * small, batch // 4), rows)

    def weigh(self, rows: int) -> Weighed:
        """Return what a step over so many rows takes. Raises what torch raises, where memory runs out too."""
        trainer, device = self._trainer, self._trainer.device
        x, y = (take_rows(bundle, self._take(rows)) for bundle in (trainer.x, trainer.y))
        on_cuda = device.type == "cuda"
        if on_cuda:
            self._step(x, y)  # the first of a size looks for kernels, which takes memory once
        trainer.optimizer.zero_grad()
        with count_saved(trainer.model, (*parts_of(x), *parts_of(y))) as saved:
            if on_cuda:
                torch.cuda.synchronize(device)
                torch.cuda.reset_peak_memory_stats(device)
                before, state = torch.cuda.memory_allocated(device), count_bytes(list_state(trainer.optimizer))
                self._step(x, y)
                torch.cuda.synchronize(device)
                grown = count_bytes(list_state(trainer.optimizer)) - state
                peak = torch.cuda.max_memory_allocated(device) - before - grown
            else:
                with Tally() as tally:
                    self._step(x, y)
                peak = tally.peak
        self.gradients = count_bytes(weight.grad for weight in trainer.model.parameters())
        batch = count_bytes((*parts_of(x), *parts_of(y)))
        return Weighed(peak + batch, saved())

    def time(self, rows: int) -> float:
        """Return the median seconds of a step over so many rows; the first one does not count."""
        trainer = self._trainer
        seconds: list[float] = []
        began = time.perf_counter()
        for number in range(TIMED + 1):
            start = time.perf_counter()
            x, y = (take_rows(bundle, self._take(rows, number)) for bundle in (trainer.x, trainer.y))
            self._step(x, y)
            if trainer.device.type == "cuda":
                torch.cuda.synchronize(trainer.device)
            seconds.append(time.perf_counter() - start)
            if number and time.perf_counter() - began > LONGEST:
                break
        return statistics.median(seconds[1:])

    def confirm(
        self, line: Line, largest: int, room: float, tried: int, tried_peak: int, per_row: float
    ) -> tuple[int, int, int, float]:
        """Run the largest batch, or on the CPU as large a one as is quick and safe.

        Return the largest batch, the largest that was run, what that took, and what had been foretold for it.
        """
        if self._trainer.device.type != "cuda":
            quick = math.floor(LONGEST / per_row) if per_row else largest
            size = min(largest, quick, line.most(room * SPARED, largest))
            if size > tried:
                tried, tried_peak, foretold = size, self.weigh(size).step, line.at(size)
                exact = Line(line.start, max(line.slope, (tried_peak - line.start) / size))
                return min(largest, exact.most(room, largest)), tried, tried_peak, foretold
            return largest, tried, tried_peak, line.at(tried)
        return self.search(line, largest, room, tried, tried_peak)

    def search(self, line: Line, wanted: int, room: float, tried: int, tried_peak: int) -> tuple[int, int, int, float]:
        """Run batches up to the largest that fits: kernels for more rows may take more than the line says, or less."""
        rows, foretold = count_rows(self._trainer.x), line.at(tried)
        too_many = rows + 1
        for _ in range(TRIES):
            if not tried < wanted < too_many:
                break
            try:
                seen = self.weigh(wanted).step
            except Exception as error:
                if not is_out_of_memory(error):
                    raise
                self._trainer.optimizer.zero_grad()
                torch.cuda.empty_cache()
                too_many, wanted = wanted, (tried + wanted) // 2
                continue
            foretold, line = line.at(wanted), Line.through(tried, tried_peak, wanted, seen)
            tried, tried_peak = wanted, seen
            wanted = min(line.most(room, rows), too_many - 1)
            if wanted < tried * CLOSE:
                break
        return tried, tried, tried_peak, foretold

    def _take(self, rows: int, number: int = 0) -> Tensor:
        start = number * rows % max(1, len(self._order) - rows + 1)
        return self._order[start : start + rows]

    def _step(self, x: Bundle, y: Bundle) -> None:
        trainer = self._trainer
        trainer.train_step(trainer.model, trainer.loss, trainer.optimizer, x, y)
