"""The reservoir of an echo-state network: a recurrent layer whose weights are drawn once and never trained."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Reservoir(nn.Module):
    """Let a sequence echo through fixed random connections (Jaeger, GMD report 148, 2001; leaky units: Jaeger, 2007).

    state = (1 - leak_rate) state + leak_rate tanh(W_in x + W state + bias). W holds `density` of all connections, scaled
    so that its largest eigenvalue has the absolute value `spectral_radius`: below 1 old inputs fade. W_in is uniform
    between -input_scaling and input_scaling, the bias likewise. The same seed gives the same weights; they are buffers,
    which files keep and optimizers leave alone.

    Shape: N x length x input_size -> N x length x hidden_size.
    """

    weight_ih: Tensor
    weight_hh: Tensor
    bias: Tensor

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        spectral_radius: float = 0.9,
        input_scaling: float = 1.0,
        bias_scaling: float = 0.0,
        leak_rate: float = 1.0,
        density: float = 0.1,
        seed: int = 0,
    ) -> None:
        super().__init__()
        self.leak_rate = leak_rate
        generator = torch.Generator().manual_seed(seed)

        def draw(*sizes: int) -> Tensor:
            """Return numbers between -1 and 1; from the CPU, wherever the layer is made."""
            return 2 * torch.rand(*sizes, generator=generator, device="cpu") - 1

        recurrent = draw(hidden_size, hidden_size)
        recurrent *= torch.rand(hidden_size, hidden_size, generator=generator, device="cpu") < density
        radius = torch.linalg.eigvals(recurrent).abs().max()
        if radius > 0:
            recurrent *= spectral_radius / radius
        self.register_buffer("weight_ih", torch.empty(hidden_size, input_size))
        self.register_buffer("weight_hh", torch.empty(hidden_size, hidden_size))
        self.register_buffer("bias", torch.empty(hidden_size))
        self.weight_ih.copy_(input_scaling * draw(hidden_size, input_size))
        self.weight_hh.copy_(recurrent)
        self.bias.copy_(bias_scaling * draw(hidden_size))

    def forward(self, x: Tensor) -> Tensor:
        """Return the state after every step: N x length x hidden_size."""
        driven = F.linear(x, self.weight_ih, self.bias)
        state = torch.zeros_like(driven[:, 0])
        states = []
        for step in driven.unbind(1):
            echo = torch.tanh(step + state @ self.weight_hh.T)
            state = (1 - self.leak_rate) * state + self.leak_rate * echo
            states.append(state)
        return torch.stack(states, dim=1)
