"""Cutting the middle out of a tensor, for any number of spatial axes."""

from torch import Tensor, nn


class CenterCrop(nn.Module):
    """Cut the middle out, as U-Net does on its way across (Ronneberger, Fischer and Brox, arXiv:1505.04597, 2015).

    `size` is one number for all spatial axes or one for each. Where the halves differ, one more is cut off at the end.

    Shape: N x C x ... at least as large as `size`; the output is N x C x size.
    """

    def __init__(self, size: int | tuple[int, ...]) -> None:
        super().__init__()
        self.size = size

    def forward(self, x: Tensor) -> Tensor:
        """Return a view of the middle."""
        sizes = self.size if isinstance(self.size, tuple) else (self.size,) * (x.dim() - 2)
        for axis, size in enumerate(sizes, start=2):
            x = x.narrow(axis, (x.size(axis) - size) // 2, size)
        return x
