"""The threshold unit of the perceptron, with a gradient that lets it learn."""

from torch import Tensor, nn


class Step(nn.Module):
    """Answer 1 where x >= 0, else 0 (Rosenblatt, 1958), with a gradient that passes straight through.

    The true gradient is 0 wherever there is one. Here it is that of the identity (Bengio, Léonard and Courville,
    arXiv:1308.3432, 2013), so that with a Linear before it and MSELoss after it a step of SGD on one sample is the
    perceptron's learning rule: each weight moves by 2 lr (y - step(x)) times its input.

    Shape: any; the output has the same.
    """

    def forward(self, x: Tensor) -> Tensor:
        """Return 1 where x >= 0, else 0, in the type of x."""
        # The bracket is 0 and carries the gradient.
        return (x >= 0).to(x.dtype) + (x - x.detach())
