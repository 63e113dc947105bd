"""The draw of a variational autoencoder has the mean and variance asked for, and lets both learn."""

import pytest
import torch

from designer.recipes.variational import Reparameterize


def test_while_training_it_draws_from_the_distribution() -> None:
    torch.manual_seed(0)
    mean, log_variance = torch.full((20_000,), 3.0), torch.full((20_000,), 4.0).log()
    z = Reparameterize()(mean, log_variance)
    assert z.mean().item() == pytest.approx(3, abs=0.05)
    assert z.std().item() == pytest.approx(2, abs=0.05)


def test_in_use_it_gives_the_mean() -> None:
    mean = torch.randn(2, 3)
    assert torch.equal(Reparameterize().eval()(mean, torch.randn(2, 3)), mean)


def test_the_gradient_reaches_mean_and_variance() -> None:
    mean, log_variance = torch.zeros(4, requires_grad=True), torch.zeros(4, requires_grad=True)
    z = Reparameterize()(mean, log_variance)
    z.sum().backward()
    assert torch.equal(mean.grad, torch.ones(4))
    # z = noise here, and dz / d log_variance = noise / 2
    torch.testing.assert_close(log_variance.grad, z.detach() / 2)
