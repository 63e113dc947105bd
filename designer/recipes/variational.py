"""The draw in the middle of a variational autoencoder, through which a gradient can pass."""

import torch
from torch import Tensor, nn


class Reparameterize(nn.Module):
    """Draw z from a normal distribution of given mean and log-variance (Kingma and Welling, 2014, section 2.4).

    z = mean + exp(log_variance / 2) noise while training, so that the gradient reaches both; in use z is the mean.

    Shape: any, twice the same; the output has it too.
    """

    def forward(self, mean: Tensor, log_variance: Tensor) -> Tensor:
        """Return a draw while training, else the mean."""
        if not self.training:
            return mean
        return mean + torch.exp(log_variance / 2) * torch.randn_like(mean)
