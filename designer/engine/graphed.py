"""Steps on a CUDA device without a call for each kernel.

The first ones are taken as usual, then one is recorded, and from then on the recording runs: a small network waits there
for Python, not for its arithmetic.
"""

import contextlib
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn

from designer.engine.bundle import Bundle, detach, parts_of

Result = tuple[Tensor, Bundle, Bundle]  # loss, outputs, targets

WARM_UP = 3  # steps before one is recorded: kernels are chosen, memory is found, moments come about

# A step that costs this share of the device's memory is left as it is: the recording keeps a second one.
LARGEST_SHARE = 0.3


class Graphed:
    """Takes steps of one batch size by a recording; all others, and those that cannot be recorded, as usual.

    `compute` takes a step over rows, from the data to the optimizer, and may do nothing on the CPU that must happen each
    time. The learning rate is read before every step. A recording is made anew where weights or the optimizer's state lie
    elsewhere, or another of the optimizer's settings has changed; where that happens again and again, no more.
    """

    def __init__(
        self,
        compute: Callable[[Tensor], Result],
        model: nn.Module,
        optimizer: torch.optim.Optimizer,
        batch_size: int,
        device: torch.device,
    ) -> None:
        self._compute, self._model, self._optimizer, self._device = compute, model, optimizer, device
        self._batch_size = batch_size
        self._modules = tuple(model.modules())
        self._given_up = not can_record(optimizer)
        self._recordings = 0  # made so far
        self._warm = 0
        self._graph: torch.cuda.CUDAGraph | None = None
        self._result: Result | None = None
        self._key: tuple[object, ...] = ()
        self._rows = torch.empty(0)
        self._rates: list[tuple[dict[str, Any], Tensor, float]] = []
        self._gradients: list[tuple[nn.Parameter, Tensor | None]] = []
        self._is_astray = False  # the gradients are those of a step that was not recorded
        if not self._given_up:
            for group in optimizer.param_groups:
                if "capturable" in group:
                    group["capturable"] = True  # counts its steps on the device

    @property
    def is_recorded(self) -> bool:
        """Whether there is a recording."""
        return self._graph is not None

    def step(self, rows: Tensor) -> Result:
        """Take a step; what it returns stays as it is."""
        if self._given_up or len(rows) != self._batch_size or self._is_observed():
            return self._go_by_hand(rows)
        if self._graph is not None and self._key != self._read_key():
            self.forget()
        if self._graph is None:
            if self._warm < WARM_UP:
                return self._warm_up(rows)
            if not self._record(rows):
                return self._go_by_hand(rows)
        return self._replay(rows)

    def forget(self) -> None:
        """Let go of the recording and its memory."""
        self._graph, self._result, self._rates, self._gradients, self._warm = None, None, [], [], 0

    def _go_by_hand(self, rows: Tensor) -> Result:
        self._is_astray = True
        return self._compute(rows)

    def _is_observed(self) -> bool:
        """Return whether somebody wants to be called within the step."""
        return any(module._forward_hooks or module._forward_pre_hooks for module in self._modules)

    def _read_key(self) -> tuple[object, ...]:
        """Return all that a recording holds fast of the optimizer, but the learning rates."""
        groups = self._optimizer.param_groups
        settings = [value for group in groups for name, value in group.items() if name not in ("params", "lr")]
        return id(self._optimizer.state), id(groups), *settings

    def _warm_up(self, rows: Tensor) -> Result:
        """Take a step as usual, and see whether the CPU waits for the device in it: that cannot be recorded."""
        self._warm += 1
        if self._warm < WARM_UP:
            return self._go_by_hand(rows)
        torch.cuda.reset_peak_memory_stats(self._device)
        before = torch.cuda.memory_allocated(self._device)
        with watch_for_waiting() as waits:
            result = self._go_by_hand(rows)
        used = torch.cuda.max_memory_allocated(self._device) - before
        total = torch.cuda.get_device_properties(self._device).total_memory
        self._given_up = bool(waits) or used > LARGEST_SHARE * total
        return result

    def _record(self, rows: Tensor) -> bool:
        """Record a step without taking it; return whether that could be done."""
        self._recordings += 1
        if self._recordings > 8:  # settings change all the time
            self._given_up = True
            return False
        self._rows = rows.clone()
        groups = self._optimizer.param_groups
        self._rates = [
            (group, torch.tensor(float(group["lr"]), device=self._device), float(group["lr"])) for group in groups
        ]
        random = torch.get_rng_state()
        graph = torch.cuda.CUDAGraph()
        try:
            for group, rate, _ in self._rates:
                group["lr"] = rate
            with torch.cuda.graph(graph, capture_error_mode="thread_local"):
                self._result = self._compute(self._rows)
        except (RuntimeError, TypeError, ValueError, AssertionError, NotImplementedError):
            self._given_up = True
            self._optimizer.zero_grad()  # they lie in the memory of the recording
            self._result = None
            torch.set_rng_state(random)
            return False
        finally:
            for group, _, number in self._rates:
                group["lr"] = number
        self._graph, self._key = graph, self._read_key()
        self._gradients = [(p, p.grad) for group in groups for p in group["params"]]
        self._is_astray = False
        return True

    def _replay(self, rows: Tensor) -> Result:
        assert self._graph is not None
        assert self._result is not None
        for place, (group, rate, known) in enumerate(self._rates):
            if group["lr"] != known:
                rate.fill_(group["lr"])
                self._rates[place] = group, rate, group["lr"]
        if self._is_astray:
            for parameter, gradient in self._gradients:
                parameter.grad = gradient
            self._is_astray = False
        self._rows.copy_(rows)
        self._graph.replay()
        loss, outputs, targets = self._result
        return loss.clone(), copy(outputs), copy(targets)


def can_record(optimizer: torch.optim.Optimizer) -> bool:
    """Return whether an optimizer takes its step on the device alone, and reads the learning rate there."""
    known = type(optimizer).__module__.startswith("torch.optim.")
    groups = optimizer.param_groups
    return known and all("capturable" in group or bool(group.get("fused")) for group in groups)


def copy(bundle: Bundle) -> Bundle:
    """Return a copy of a bundle."""
    bundle = detach(bundle)
    copies = tuple([part.clone() for part in parts_of(bundle)])
    return copies[0] if isinstance(bundle, Tensor) else copies


@contextlib.contextmanager
def watch_for_waiting() -> Iterator[list[warnings.WarningMessage]]:
    """Note where the CPU waits for the device; the list is filled at the end."""
    before = torch.cuda.get_sync_debug_mode()
    found: list[warnings.WarningMessage] = []
    with warnings.catch_warnings(record=True) as noted:
        warnings.simplefilter("always")
        torch.cuda.set_sync_debug_mode("warn")
        try:
            yield found
        finally:
            torch.cuda.set_sync_debug_mode(before)
    found += [each for each in noted if "called a synchronizing" in str(each.message)]
