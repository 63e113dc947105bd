"""End a run whose validation no longer becomes better."""

import math

from torch import Tensor, nn


class EarlyStopping:
    """Tells when a score has not become better by more than `min_delta` for `patience` epochs; keeps the best weights."""

    def __init__(
        self,
        score: str,
        patience: int,
        min_delta: float = 0.0,
        higher_is_better: bool = False,
        restore_best: bool = True,
    ) -> None:
        self.score, self.patience, self.min_delta = score, patience, min_delta
        self.sign = -1 if higher_is_better else 1
        self.restore_best = restore_best
        self.best, self.waited = math.inf, 0
        self.weights: dict[str, Tensor] = {}

    def is_over(self, scores: dict[str, float], model: nn.Module) -> bool:
        """Take in the scores of an epoch; return whether it was the last."""
        value = self.sign * scores[self.score]
        if value < self.best - self.min_delta:
            self.best, self.waited = value, 0
            if self.restore_best:
                self.weights = {name: tensor.clone() for name, tensor in model.state_dict().items()}
        else:
            self.waited += 1
        return self.waited >= self.patience

    def restore(self, model: nn.Module) -> None:
        """Put the weights of the best epoch into the network, if they were kept."""
        if self.weights:
            model.load_state_dict(self.weights)
