"""A reservoir follows its equation, has the spectral radius asked for, forgets, and is never trained."""

import pytest
import torch

from designer.recipes.reservoir import Reservoir


@pytest.mark.parametrize(("radius", "density"), [(0.9, 0.1), (1.25, 1.0), (0.0, 0.5)])
def test_its_largest_eigenvalue_is_the_one_asked_for(radius: float, density: float) -> None:
    weight = Reservoir(2, 60, spectral_radius=radius, density=density).weight_hh
    assert torch.linalg.eigvals(weight).abs().max().item() == pytest.approx(radius, abs=1e-4)
    if radius:
        assert weight.count_nonzero().item() / weight.numel() == pytest.approx(density, abs=0.03)


def test_it_follows_its_equation_step_by_step() -> None:
    layer = Reservoir(2, 5, input_scaling=0.5, bias_scaling=0.2, leak_rate=0.3, density=0.8)
    assert 0 < layer.weight_ih.abs().max() <= 0.5
    assert 0 < layer.bias.abs().max() <= 0.2
    x, state = torch.randn(1, 4, 2), torch.zeros(5)
    states = layer(x)[0]
    for step in range(4):
        echo = torch.tanh(layer.weight_ih @ x[0, step] + layer.weight_hh @ state + layer.bias)
        state = 0.7 * state + 0.3 * echo
        torch.testing.assert_close(states[step], state)


def test_echoes_of_a_different_past_fade() -> None:
    layer = Reservoir(1, 50, spectral_radius=0.8)
    one, other = torch.randn(1, 200, 1), torch.randn(1, 200, 1)
    other[:, 100:] = one[:, 100:]
    apart = (layer(one) - layer(other)).abs().amax(dim=(0, 2))
    assert apart[99] > 0.1
    assert apart[199] < 1e-4


def test_weights_come_from_the_seed_alone_and_are_saved_but_not_learned() -> None:
    torch.manual_seed(0)
    first = Reservoir(1, 20, seed=7)
    torch.manual_seed(1)
    after = torch.random.get_rng_state()
    second = Reservoir(1, 20, seed=7)
    assert torch.equal(torch.random.get_rng_state(), after)
    assert [*first.state_dict()] == ["weight_ih", "weight_hh", "bias"]
    assert not [*first.parameters()]
    for name, value in first.state_dict().items():
        assert torch.equal(value, second.state_dict()[name])
    assert not torch.equal(first.weight_ih, Reservoir(1, 20, seed=8).weight_ih)


def test_connections_so_few_that_none_is_left_do_no_harm() -> None:
    layer = Reservoir(1, 2, density=1e-6)
    assert not layer.weight_hh.any()
    assert layer(torch.ones(1, 3, 1)).isfinite().all()
