"""Losses made of losses: over the places of a sequence, with a divergence, against an adversary, as a weighted sum."""

import torch
from torch import Tensor, nn


class LossPerPlace(nn.Module):
    """A loss for classes, over every place of a sequence.

    Shape: outputs N x length x classes, targets N x length.
    """

    def __init__(self, loss: nn.Module) -> None:
        super().__init__()
        self.loss = loss

    def forward(self, outputs: Tensor, y: Tensor) -> Tensor:
        """Return the mean over samples and places."""
        value: Tensor = self.loss(outputs.flatten(0, 1), y.flatten())
        return value


class VariationalLoss(nn.Module):
    """Reconstruction and beta times the KL divergence from N(0, 1), both for each number of a sample.

    Kingma and Welling (2014), appendix B; beta: Higgins and others (2017).
    """

    def __init__(self, loss: nn.Module, beta: float) -> None:
        super().__init__()
        self.loss = loss
        self.beta = beta

    def forward(self, outputs: tuple[Tensor, Tensor, Tensor], y: Tensor) -> Tensor:
        """Return the loss for a reconstruction with the mean and the log-variance it was drawn from."""
        reconstruction, mean, log_variance = outputs
        divergence = -0.5 * (1 + log_variance - mean.square() - log_variance.exp()).sum()
        value: Tensor = self.loss(reconstruction, y) + self.beta * divergence / y.numel()
        return value


class AdversarialLoss(nn.Module):
    """What the discriminator and the generator of a GAN each make small (Goodfellow and others, 2014).

    The generator's is the one that does not saturate: made samples are to be taken for real ones. Shape: scores N x 1.
    """

    def __init__(self, loss: nn.Module) -> None:
        super().__init__()
        self.loss = loss

    def discriminator(self, real: Tensor, made: Tensor) -> Tensor:
        """Return how badly real and made samples are told apart."""
        value: Tensor = (self.loss(real, torch.ones_like(real)) + self.loss(made, torch.zeros_like(made))) / 2
        return value

    def generator(self, made: Tensor) -> Tensor:
        """Return how badly made samples pass for real ones."""
        value: Tensor = self.loss(made, torch.ones_like(made))
        return value

    def forward(self, outputs: tuple[Tensor, Tensor], y: Tensor) -> Tensor:
        """Return the sum of both for the scores of real and of made samples."""
        real, made = outputs
        return self.discriminator(real, made) + self.generator(made)


class WeightedLosses(nn.Module):
    """The weighted sum of one loss for each output."""

    def __init__(self, losses: list[nn.Module], weights: list[float]) -> None:
        super().__init__()
        self.losses = nn.ModuleList(losses)
        self.weights = weights

    def forward(self, outputs: tuple[Tensor, ...], y: tuple[Tensor, ...]) -> Tensor:
        """Return the sum for outputs and what each is compared with."""
        parts = zip(self.losses, self.weights, outputs, y, strict=True)
        return torch.stack([weight * loss(output, target) for loss, weight, output, target in parts]).sum()
