"""Descent by line search, where torch has no such optimizer: nonlinear conjugate gradient and coordinate descent."""

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import torch
from torch import Tensor


def search_line(
    measure: Callable[[float], tuple[float, float]], loss: float, slope: float, step: float, most: int
) -> float:
    """Return a step along a direction that satisfies the strong Wolfe conditions, after at most `most` trials.

    `measure(step)` returns loss and slope there; `loss` and `slope` are those at 0. Steps grow until they enclose a
    minimum, then the secant of the slopes is followed, kept off the ends of the enclosure (Nocedal and Wright,
    Numerical Optimization, 2006, section 3.5, with c1 = 1e-4 and c2 = 0.01). Where no trial lowers the loss enough, the
    best of all trials is returned, or 0.
    """
    (low, rise_low), high, rise_high = (0.0, slope), math.inf, 0.0
    best_loss, best = loss, 0.0
    for _ in range(most):
        reached, rise = measure(step)
        if reached < best_loss:
            best_loss, best = reached, step
        enough = reached <= loss + 1e-4 * step * slope
        if enough and abs(rise) <= -0.01 * slope:
            return step
        if enough and rise < 0:
            before, (low, rise_low) = (low, rise_low), (step, rise)
            if high == math.inf:  # as far as the secant leads, but no more than tenfold
                ahead = -rise * (step - before[0]) / (rise - before[1]) if rise > before[1] else math.inf
                step += min(max(ahead, step), 9 * step)
                continue
        else:
            high, rise_high = step, rise
        share = rise_low / (rise_low - rise_high) if rise_high > rise_low else 0.5
        step = low + (high - low) * min(max(share, 0.1), 0.9)
    return best


class LineSearch(torch.optim.Optimizer):
    """An optimizer that moves all weights, as one vector, along a direction to where the loss is lower."""

    def read(self, closure: Callable[[], Tensor]) -> tuple[Tensor, Tensor]:
        """Return the loss and its gradient, as one vector, at the present weights."""
        with torch.enable_grad():
            loss = closure()
        weights = self.param_groups[0]["params"]
        return loss.detach(), torch.cat(
            [torch.zeros_like(w).flatten() if w.grad is None else w.grad.flatten() for w in weights]
        )

    def place(self, start: list[Tensor], direction: Tensor, step: float) -> None:
        """Set the weights to `start + step * direction`."""
        weights = self.param_groups[0]["params"]
        parts = torch.split(direction, [w.numel() for w in weights])
        for w, before, part in zip(weights, start, parts, strict=True):
            w.copy_(before + step * part.view_as(w))

    def search(
        self, closure: Callable[[], Tensor], loss: Tensor, gradient: Tensor, direction: Tensor, trial: float
    ) -> float:
        """Move along a direction and return how far; the weights stay where they are if nothing lowers the loss."""
        start = [w.clone() for w in self.param_groups[0]["params"]]

        def measure(step: float) -> tuple[float, float]:
            self.place(start, direction, step)
            reached, there = self.read(closure)
            return reached.item(), torch.dot(there, direction).item()

        slope = torch.dot(gradient, direction).item()
        step = search_line(measure, loss.item(), slope, trial, self.param_groups[0]["evaluations"])
        self.place(start, direction, step)
        return step


class ConjugateGradient(LineSearch):
    """Nonlinear conjugate gradient: d = -g + beta d, then a line search along d.

    beta is gT(g - g') / g'Tg', at least 0 (Polak and Ribiere, 1969; Gilbert and Nocedal, 1992), or gTg / g'Tg'
    (Fletcher and Reeves, 1964). A direction that does not lead down is replaced by -g. `step` takes a function that
    clears the gradients, works out the loss, calls backward and returns the loss.
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float = 1.0,
        beta: str = "polak_ribiere",
        iterations: int = 1,
        evaluations: int = 20,
        restart: int = 0,
    ) -> None:
        defaults = {"lr": lr, "beta": beta, "iterations": iterations, "evaluations": evaluations, "restart": restart}
        super().__init__(params, defaults)

    @torch.no_grad()
    def step(self, closure: Any = None) -> Any:
        """Search along `iterations` directions; return the loss before them."""
        group = self.param_groups[0]
        memory = self.state[group["params"][0]]
        first, gradient = self.read(closure)
        loss = first
        for _ in range(group["iterations"]):
            direction = self.choose_direction(gradient, memory, group)
            slope = torch.dot(gradient, direction).item()
            if slope == 0:
                break
            # As far as the last step would have lowered the loss (Nocedal and Wright, equation 3.60).
            trial = (
                memory["step"] * memory["slope"] / slope
                if memory.get("step")
                else 1 / max(1.0, direction.norm().item())
            )
            step = self.search(closure, loss, gradient, direction, group["lr"] * min(trial, 1e3))
            memory.update(
                gradient=gradient, direction=direction, slope=slope, step=step, count=memory.get("count", 0) + 1
            )
            loss, gradient = self.read(closure)
        return first

    def choose_direction(self, gradient: Tensor, memory: dict[str, Any], group: dict[str, Any]) -> Tensor:
        """Return the next direction; the steepest one at the start, after a restart, and where the last search failed."""
        if not memory.get("step") or (group["restart"] and memory["count"] % group["restart"] == 0):
            return -gradient
        before = memory["gradient"]
        change = gradient if group["beta"] == "fletcher_reeves" else gradient - before
        beta = (torch.dot(gradient, change) / torch.dot(before, before)).clamp(min=0)
        direction = beta * memory["direction"] - gradient
        return direction if torch.dot(direction, gradient) < 0 else -gradient


class CoordinateDescent(LineSearch):
    """Block coordinate descent: a line search against the gradient of one block of weights, the others held.

    A block is a whole "tensor", a "row" of it (the weights of one unit) or a single "weight"; blocks are taken in
    "cyclic" or "random" order (Wright, Coordinate Descent Algorithms, 2015). `step` takes a function that clears the
    gradients, works out the loss, calls backward and returns the loss.
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float = 1.0,
        block: str = "row",
        order: str = "cyclic",
        blocks: int = 1,
        evaluations: int = 20,
    ) -> None:
        defaults = {"lr": lr, "block": block, "order": order, "blocks": blocks, "evaluations": evaluations}
        super().__init__(params, defaults)
        self.cuts = list(self.cut_blocks())

    def cut_blocks(self) -> Iterator[slice]:
        """Yield where each block lies in the vector of all weights."""
        block, start = self.param_groups[0]["block"], 0
        for w in self.param_groups[0]["params"]:
            size = {"tensor": w.numel(), "row": w[0].numel() if w.ndim > 1 else w.numel(), "weight": 1}[block]
            yield from (slice(start + i, start + i + size) for i in range(0, w.numel(), size))
            start += w.numel()

    @torch.no_grad()
    def step(self, closure: Any = None) -> Any:
        """Move `blocks` blocks; return the loss before."""
        group = self.param_groups[0]
        memory = self.state[group["params"][0]]
        first, gradient = self.read(closure)
        loss = first
        for _ in range(group["blocks"]):
            count = memory.get("count", 0)
            random = group["order"] == "random"
            cut = self.cuts[int(torch.randint(len(self.cuts), ())) if random else count % len(self.cuts)]
            memory["count"] = count + 1
            direction = torch.zeros_like(gradient)
            direction[cut] = -gradient[cut]
            if direction.any():
                self.search(closure, loss, gradient, direction, group["lr"])
                loss, gradient = self.read(closure)
        return first
