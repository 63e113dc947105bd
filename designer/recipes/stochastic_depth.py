"""Stochastic depth: branches of a residual network left out at random while training."""

from torch import Tensor, nn


class StochasticDepth(nn.Module):
    """Set the whole input to 0 with chance p while training, else divide it by 1 - p.

    Deep Networks with Stochastic Depth (Huang and others, 2016). The mean stays what it was, and after training the
    input passes unchanged. In mode "row" each sample is drawn by itself, in mode "batch" all go together; both are as
    in torchvision.ops.

    Shape: N x any; the output has the same.
    """

    def __init__(self, p: float = 0.1, mode: str = "row") -> None:
        super().__init__()
        self.p = p
        self.mode = mode

    def forward(self, x: Tensor) -> Tensor:
        """Return x with random samples set to 0 and the others scaled up."""
        if not self.training or self.p == 0:
            return x
        rows = len(x) if self.mode == "row" else 1
        kept = x.new_empty(rows, *[1] * (x.dim() - 1)).bernoulli_(1 - self.p)
        return x * kept / (1 - self.p) if self.p < 1 else x * kept
