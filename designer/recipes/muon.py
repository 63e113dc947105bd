"""Muon for matrices together with AdamW for everything else, as one optimizer."""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor


class MuonWithAdamW(torch.optim.Optimizer):
    """Muon (Jordan and others, 2024) for weights with two axes, AdamW for all others and for those in `apart`.

    Muon makes the step of a matrix orthogonal, which means nothing for biases, scales and convolution kernels and does
    little good to embeddings. Both share this optimizer's groups and state, so that schedules and checkpoints see one
    optimizer. A group that brings a learning rate of its own keeps its proportion to `lr` in both. Needs torch 2.9.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 0.001,
        weight_decay: float = 0.1,
        momentum: float = 0.95,
        nesterov: bool = True,
        ns_coefficients: tuple[float, float, float] = (3.4445, -4.775, 2.0315),
        eps: float = 1e-07,
        ns_steps: int = 5,
        adjust_lr_fn: str | None = None,
        adamw_lr: float = 0.001,
        adamw_betas: tuple[float, float] = (0.9, 0.999),
        apart: Iterable[Tensor] = (),
    ) -> None:
        known = {id(weight) for weight in apart}
        given = list(params)
        groups: list[dict[str, Any]] = given if isinstance(given[0], dict) else [{"params": given}]
        matrices, others = [], []
        for group in groups:
            weights = list(group["params"])
            flat = [weight.ndim == 2 and id(weight) not in known for weight in weights]
            rate = group.get("lr", lr)
            matrices.append({**group, "lr": rate, "params": [w for w, yes in zip(weights, flat, strict=True) if yes]})
            rest = [w for w, yes in zip(weights, flat, strict=True) if not yes]
            others.append({**group, "lr": rate / lr * adamw_lr, "params": rest})
        muon: dict[str, Any] = {"weight_decay": weight_decay, "momentum": momentum, "nesterov": nesterov, "eps": eps}
        muon |= {"ns_coefficients": ns_coefficients, "ns_steps": ns_steps, "adjust_lr_fn": adjust_lr_fn}
        self.parts: list[torch.optim.Optimizer] = []
        if matrices := [group for group in matrices if group["params"]]:
            self.parts.append(torch.optim.Muon(matrices, **muon))
        if others := [group for group in others if group["params"]]:
            self.parts.append(torch.optim.AdamW(others, betas=adamw_betas, weight_decay=weight_decay))
        super().__init__([group for part in self.parts for group in part.param_groups], {"lr": lr})
        self.share()

    def share(self) -> None:
        """Let both parts work on the groups and the state of this optimizer."""
        groups = iter(self.param_groups)
        for part in self.parts:
            part.param_groups = [next(groups) for _ in part.param_groups]
            part.state = self.state

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over a state that `state_dict` gave."""
        super().load_state_dict(state_dict)
        self.share()

    @torch.no_grad()
    def step(self, closure: Any = None) -> Any:
        """Take one step with both."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for part in self.parts:
            part.step()
        return loss
