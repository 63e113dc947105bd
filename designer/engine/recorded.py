"""Steps on the CPU without Python and the graph of gradients: the first are taken as usual, then one is recorded.

What a recording does is what Python does, bit for bit: that is tried before it is used.
"""

import time
from collections.abc import Callable, Iterable, Sequence

import torch
from torch import Tensor, nn

from designer.engine.bundle import Bundle, parts_of
from designer.engine.tape import Recording, Tensors, Unrecordable, record

Result = tuple[Tensor, Bundle, Bundle]  # loss, outputs, targets
Compute = Callable[[Tensor], Result]

WARM_UP = 10  # steps before one is recorded: moments come about, and a run of a few needs none
LONGEST = 0.02  # seconds of a step: what a recording spares of a longer one cannot be felt
MOST_RECORDED = 12  # beyond, something changes all the time
TRIES = 2  # steps on which a recording is compared


class Recorded:
    """Takes steps by recordings, one for each size of a batch; those that cannot be recorded, as usual.

    `compute` takes a step over rows, from the data to the optimizer. Learning rate and momentum may change between steps.
    Where the optimizer is given another state, recordings are made anew.
    """

    def __init__(self, compute: Compute, modules: Sequence[nn.Module], optimizer: torch.optim.Optimizer) -> None:
        self._compute, self._optimizer = compute, optimizer
        self._modules = [each for module in modules for each in module.modules()]
        self._hooks = [hooks for each in self._modules for hooks in (each._forward_hooks, each._forward_pre_hooks)]
        self._given_up = not can_record(optimizer)
        self._steps: dict[int, _Step] = {}  # by rows of a batch
        self._warm: dict[int, list[float]] = {}  # seconds of the steps taken as usual
        self._made = 0
        self._recorded_of: tuple[object, object] = None, None

    @property
    def is_recorded(self) -> bool:
        """Whether there is a recording."""
        return bool(self._steps)

    def step(self, rows: Tensor) -> Result:
        """Take a step."""
        if self._given_up or any(self._hooks):  # somebody wants to be called within the step
            return self._compute(rows)
        state, groups = self._recorded_of
        if self._steps and (state is not self._optimizer.state or groups is not self._optimizer.param_groups):
            self.forget()
        step = self._steps.get(len(rows)) or self._prepare(rows)
        if step is None:
            return self._go_by_hand(rows)
        try:
            return step.take(rows)
        except RuntimeError:
            self.forget()
            self._compute(rows)  # tells in which layer it is
            raise

    def forget(self) -> None:
        """Let go of the recordings."""
        self._steps, self._warm = {}, {}

    def _go_by_hand(self, rows: Tensor) -> Result:
        began = time.perf_counter()
        result = self._compute(rows)
        self._warm.setdefault(len(rows), []).append(time.perf_counter() - began)
        return result

    def _prepare(self, rows: Tensor) -> "_Step | None":
        """Record a step of this size when the time has come."""
        seconds = self._warm.get(len(rows), [])
        if len(seconds) < WARM_UP:
            return None
        if min(seconds) > LONGEST:  # perhaps for the machine was busy
            seconds.clear()
            return None
        self._made += 1
        if self._made > MOST_RECORDED:
            self._given_up = True
            return None
        copy = _Copy(self._list_changing())
        try:
            step = _Step(self._compute, self._optimizer, rows, copy)
        except (Unrecordable, RuntimeError, TypeError, ValueError, NotImplementedError):
            self._given_up = True
            return None
        finally:
            copy.restore()
        self._recorded_of = self._optimizer.state, self._optimizer.param_groups
        self._steps[len(rows)] = step
        return step

    def _list_changing(self) -> list[Tensor]:
        """Return all tensors that a step may change."""
        learned = [tensor for module in self._modules for tensor in (*module.parameters(False), *module.buffers(False))]
        moments = [value for values in self._optimizer.state.values() for value in values.values()]
        return [each for each in (*learned, *moments) if isinstance(each, Tensor)]


class _Step:
    """A recorded step over batches of one size.

    `copy` is of the state before; afterwards it is another. Raises Unrecordable where the recording does something else
    than the step.
    """

    def __init__(self, compute: Compute, optimizer: torch.optim.Optimizer, rows: Tensor, copy: "_Copy") -> None:
        self._compute, self._optimizer = compute, optimizer
        weights = [weight for group in optimizer.param_groups for weight in group["params"]]
        self._weights = [weight for weight in weights if weight.grad is not None]
        _, outputs, targets = compute(rows)
        self._outputs, self._targets = _Form(outputs, 1), _Form(targets, 1 + len(parts_of(outputs)))
        copy.restore()
        rates = read_rates(optimizer)
        signs = [0.0123456701 + 1e-6 * place for place in range(len(rates))]
        try:
            write_rates(optimizer, signs)
            self._recording: Recording = record(self._go_by_hand, (rows,), signs)
        finally:
            write_rates(optimizer, rates)
        expected = self._try(self._go_by_hand, rows, copy)
        self._recording.demand(lambda: all(map(are_same, expected, self._try(self._repeat, rows, copy))))

    def take(self, rows: Tensor) -> Result:
        """Take the step."""
        results = self._repeat(rows)
        for weight, gradient in zip(self._weights, results[self._targets.end :], strict=True):
            weight.grad = gradient
        return results[0], self._outputs.take(results), self._targets.take(results)

    def _try(self, act: Callable[[Tensor], Tensors], rows: Tensor, copy: "_Copy") -> list[Tensor]:
        """Return all that some steps give and leave."""
        copy.restore()
        tries = [tensor for _ in range(TRIES) for tensor in act(rows)]
        return [tensor.clone() for tensor in (*tries, *copy.tensors, torch.get_rng_state())]

    def _repeat(self, rows: Tensor) -> Tensors:
        return self._recording.run(rows, *read_rates(self._optimizer))

    def _go_by_hand(self, rows: Tensor) -> Tensors:
        loss, outputs, targets = self._compute(rows)
        gradients = [weight.grad for weight in self._weights if weight.grad is not None]
        return loss, *parts_of(outputs), *parts_of(targets), *gradients


class _Form:
    """Where a bundle is found in a row of tensors."""

    def __init__(self, bundle: Bundle, start: int) -> None:
        self._start = None if isinstance(bundle, Tensor) else start
        self._place, self.end = start, start + len(parts_of(bundle))

    def take(self, tensors: Sequence[Tensor]) -> Bundle:
        """Return the bundle."""
        return tensors[self._place] if self._start is None else tuple(tensors[self._place : self.end])


class _Copy:
    """A copy of what a step may change, random numbers included."""

    def __init__(self, tensors: Sequence[Tensor]) -> None:
        self.tensors = tensors
        self._copies = [tensor.detach().clone() for tensor in tensors]
        self._random = torch.get_rng_state()

    def restore(self) -> None:
        """Put everything back."""
        with torch.no_grad():
            for tensor, copy in zip(self.tensors, self._copies, strict=True):
                tensor.copy_(copy)
        torch.set_rng_state(self._random)


def can_record(optimizer: torch.optim.Optimizer) -> bool:
    """Return whether an optimizer takes its step in one operation, which counts the steps itself."""
    known = type(optimizer).__module__.startswith("torch.optim.")
    return known and all(group.get("fused") for group in optimizer.param_groups)


def read_rates(optimizer: torch.optim.Optimizer) -> list[float]:
    """Return the numbers of an optimizer that a schedule may change: learning rate and momentum of each group."""
    rates = []
    for group in optimizer.param_groups:
        rates.append(float(group["lr"]))
        if "betas" in group:
            rates.append(float(group["betas"][0]))
        elif group.get("momentum"):
            rates.append(float(group["momentum"]))
    return rates


def write_rates(optimizer: torch.optim.Optimizer, rates: Iterable[float]) -> None:
    """Set what `read_rates` returns."""
    given = iter(rates)
    for group in optimizer.param_groups:
        group["lr"] = next(given)
        if "betas" in group:
            group["betas"] = (next(given), *group["betas"][1:])
        elif group.get("momentum"):
            group["momentum"] = next(given)


def are_same(one: Tensor, other: Tensor) -> bool:
    """Return whether two tensors are equal bit for bit; one NaN is like another."""
    if one.dtype != other.dtype or one.shape != other.shape:
        return False
    return torch.equal(one.reshape(-1).view(torch.uint8), other.reshape(-1).view(torch.uint8))
