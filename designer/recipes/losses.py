"""Losses that torch has not: the perceptron's, hinge, focal, contrastive, and a normal law with its own variance."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class PerceptronLoss(nn.Module):
    """mean((step(z) - y) z) for the value z before the step and targets 0 or 1: what a wrong answer costs, else 0.

    Its gradient is step(z) - y, so that a step of SGD on one sample is the perceptron's learning rule exactly
    (Rosenblatt, 1958): w += lr (y - step(z)) x. step(z) is 1 where z >= 0.
    """

    def forward(self, outputs: Tensor, y: Tensor) -> Tensor:
        """Return the mean over all outputs."""
        answers = (outputs.detach() >= 0).to(outputs.dtype)
        return ((answers - y) * outputs).mean()


class HingeLoss(nn.Module):
    """mean(max(0, margin - t z)) with t = 2 y - 1, for targets 0 or 1: the loss of support vector machines.

    With `squared` the square of it, which is smooth where the margin is met.
    """

    def __init__(self, margin: float = 1.0, squared: bool = False) -> None:
        super().__init__()
        self.margin, self.squared = margin, squared

    def forward(self, outputs: Tensor, y: Tensor) -> Tensor:
        """Return the mean over all outputs."""
        lack = (self.margin - (2 * y - 1) * outputs).clamp(min=0)
        return (lack.square() if self.squared else lack).mean()


class FocalLoss(nn.Module):
    """mean(-w_y (1 - p_y)^gamma log p_y) with p = softmax(z) (Lin and others, 2017); w are the weights of classes.

    The mean is over samples, as it is there, not over their weights.
    """

    def __init__(self, gamma: float = 2.0, weight: Tensor | None = None) -> None:
        super().__init__()
        self.gamma = gamma
        self.weight: Tensor | None
        self.register_buffer("weight", weight)

    def forward(self, outputs: Tensor, y: Tensor) -> Tensor:
        """Return the mean over samples; outputs are logits N x classes, y class numbers."""
        weighted = F.cross_entropy(outputs, y, self.weight, reduction="none")
        plain = weighted if self.weight is None else F.cross_entropy(outputs, y, reduction="none")
        return ((1 - torch.exp(-plain)) ** self.gamma * weighted).mean()


class BinaryFocalLoss(nn.Module):
    """mean(-a_t (1 - p_t)^gamma log p_t) with p = sigmoid(z) (Lin and others, 2017, equation 5).

    p_t is the probability given to the right answer; a_t is alpha for yes and 1 - alpha for no.
    """

    def __init__(self, gamma: float = 2.0, alpha: float = 0.25) -> None:
        super().__init__()
        self.gamma, self.alpha = gamma, alpha

    def forward(self, outputs: Tensor, y: Tensor) -> Tensor:
        """Return the mean over all outputs; they are logits, y is 0 or 1."""
        cost = F.binary_cross_entropy_with_logits(outputs, y, reduction="none")
        share = self.alpha * y + (1 - self.alpha) * (1 - y)
        return (share * (1 - torch.exp(-cost)) ** self.gamma * cost).mean()


class ContrastiveLoss(nn.Module):
    """Pull what is alike together and push the rest apart, up to a margin (Hadsell, Chopra and LeCun, 2006, equation 4).

    mean(1/2 d^2) over pairs that are alike, mean(1/2 max(0, margin - d)^2) over the others, for distances d; `alike` is
    the target, 0 or 1, of a pair that is.
    """

    def __init__(self, margin: float = 1.0, alike: int = 0) -> None:
        super().__init__()
        self.margin, self.alike = margin, alike

    def forward(self, outputs: Tensor, y: Tensor) -> Tensor:
        """Return the mean over all distances."""
        differ = y if self.alike == 0 else 1 - y
        near, far = outputs.square(), (self.margin - outputs).clamp(min=0).square()
        return ((1 - differ) * near + differ * far).mean() / 2


class GaussianNLL(nn.Module):
    """mean(1/2 (log v + (y - m)^2 / v)): how unlikely y is under a normal law (Nix and Weigend, 1994).

    Outputs are N x 2k for targets N x k: first the means m, then as many numbers from which softplus makes the
    variances v, at least eps. With `full` the constant 1/2 log 2 pi is added.
    """

    def __init__(self, full: bool = False, eps: float = 1e-06) -> None:
        super().__init__()
        self.full, self.eps = full, eps

    def forward(self, outputs: Tensor, y: Tensor) -> Tensor:
        """Return the mean over all targets."""
        mean, spread = outputs.chunk(2, dim=1)
        return F.gaussian_nll_loss(mean, y, F.softplus(spread), full=self.full, eps=self.eps)
