"""Changes to the samples of a batch, at random, each sample in its own way: N x ... in, the same out.

All is drawn from torch's own generator on the device of the samples, which a run keeps with its state.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor


def draw(x: Tensor, low: float, high: float) -> Tensor:
    """Return a number for each sample, evenly between two, with as many axes as the samples."""
    return low + (high - low) * torch.rand(len(x), *[1] * (x.ndim - 1), device=x.device)


def flip(x: Tensor, axis: int = -1, share: float = 0.5) -> Tensor:
    """Turn a share of the samples around along an axis: the last is left to right, the one before upside down."""
    return torch.where(draw(x, 0, 1) < share, x.flip(axis), x)


def warp(x: Tensor, degrees: float = 0, zoom: float = 0, shift: float = 0) -> Tensor:
    """Turn, zoom and shift pictures N x C x H x W, each by no more than so many degrees and shares of its size.

    What comes in from outside repeats the edge.
    """
    height, width = x.shape[-2:]
    angle, factor, right, down = (
        draw(x, -most, most).flatten() for most in (math.radians(degrees), zoom, 2 * shift, 2 * shift)
    )
    cos, sin = angle.cos() / (1 + factor), angle.sin() / (1 + factor)
    rows = [cos, -sin * (height / width), right, sin * (width / height), cos, down]
    grid = F.affine_grid(torch.stack(rows, 1).view(-1, 2, 3), list(x.shape), align_corners=False)
    return F.grid_sample(x, grid, padding_mode="border", align_corners=False)


def slide(x: Tensor, axis: int, most: int) -> Tensor:
    """Shift samples along an axis by whole places, no more than so many; the edge is repeated."""
    size = x.shape[axis]
    by = draw(x, -most, most + 1).floor().long()
    along = [1] * x.ndim
    along[axis] = size
    places = (torch.arange(size, device=x.device).view(along) + by).clamp(0, size - 1)
    return x.gather(axis, places.expand(x.shape))


def pad_and_crop(x: Tensor, padding: int = 4) -> Tensor:
    """Repeat the edges of pictures for so many pixels, and cut out a part of the old size somewhere."""
    return slide(slide(x, -1, padding), -2, padding)


def change_colour(x: Tensor, brightness: float = 0, contrast: float = 0, saturation: float = 0) -> Tensor:
    """Change pictures N x C x H x W: add to all, spread values about their mean, and colours about their grey."""
    mean = x.mean((1, 2, 3), keepdim=True)
    x = (x - mean) * draw(x, 1 - contrast, 1 + contrast) + mean + draw(x, -brightness, brightness)
    grey = x.mean(1, keepdim=True)
    return grey + (x - grey) * draw(x, 1 - saturation, 1 + saturation)


def add_noise(x: Tensor, std: float = 0.1) -> Tensor:
    """Add normal noise."""
    return x + std * torch.randn(x.shape, device=x.device)


def blur(x: Tensor, sigma: float = 1.0) -> Tensor:
    """Blur pictures with Gaussian kernels as wide as up to sigma pixels; the edge is repeated."""
    radius = math.ceil(2 * sigma)
    steps = torch.arange(-radius, radius + 1, device=x.device)
    kernel = (-(steps**2) / (2 * draw(x, 0.1 * sigma, sigma).view(-1, 1) ** 2)).exp()
    kernel = (kernel / kernel.sum(1, keepdim=True)).view(len(x), -1, 1, 1, 1)
    for axis in (-1, -2):
        size = x.shape[axis]
        places = torch.arange(size, device=x.device)
        parts = [x.index_select(axis, (places + step).clamp(0, size - 1)) for step in range(-radius, radius + 1)]
        x = (torch.stack(parts, 1) * kernel).sum(1)
    return x


def draw_boxes(x: Tensor, size: Tensor) -> Tensor:
    """Return N x 1 x H x W, true in a box of a share of height and width, its centre anywhere in the picture."""
    inside = []
    for axis in (-2, -1):
        along = [1] * x.ndim
        along[axis] = x.shape[axis]
        middles = (torch.arange(x.shape[axis], device=x.device).view(along) + 0.5) / x.shape[axis]
        inside.append((middles - draw(x, 0, 1)).abs() < size / 2)
    return inside[0] & inside[1]


def cut_out(x: Tensor, size: float = 0.3, share: float = 1.0) -> Tensor:
    """Fill a box of a share of height and width with the mean of the picture, in a share of the pictures."""
    hidden = draw_boxes(x, torch.where(draw(x, 0, 1) < share, size, 0.0))
    return torch.where(hidden, x.mean((2, 3), keepdim=True), x)


def draw_shares(x: Tensor, alpha: float) -> Tensor:
    """Return a share of at least a half for each sample, from Beta(alpha, alpha) and its mirror image."""
    alphas = torch.full((len(x),), alpha, device=x.device)
    shares = torch.distributions.Beta(alphas, alphas, validate_args=False).sample()
    return torch.maximum(shares, 1 - shares).view(-1, *[1] * (x.ndim - 1))


def make_shares(y: Tensor, classes: int) -> Tensor:
    """Return N x classes out of N class numbers: 1 for the class, 0 for all others. Nothing waits for the device here."""
    return (y[:, None] == torch.arange(classes, device=y.device)).float()


def mixup(x: Tensor, y: Tensor, alpha: float = 0.2) -> tuple[Tensor, Tensor]:
    """Mix each sample and its target with the next of the batch (Zhang and others, arXiv:1710.09412, 2018).

    Its own share is from Beta(alpha, alpha), the larger of the two. Targets are numbers, N x outputs.
    """
    share = draw_shares(x, alpha)
    own = share.view(-1, 1)
    return share * x + (1 - share) * x.roll(1, 0), own * y + (1 - own) * y.roll(1, 0)


def cutmix(x: Tensor, y: Tensor, alpha: float = 1.0) -> tuple[Tensor, Tensor]:
    """Put a box of the next picture of the batch into each, and mix targets as the areas (Yun and others, 2019).

    The share of its own is from Beta(alpha, alpha), the larger of the two. Targets are numbers, N x outputs.
    """
    other = draw_boxes(x, (1 - draw_shares(x, alpha)).sqrt())
    area = other.float().mean((1, 2, 3)).view(-1, 1)
    return torch.where(other, x.roll(1, 0), x), (1 - area) * y + area * y.roll(1, 0)


def scale_channels(x: Tensor, std: float = 0.1) -> Tensor:
    """Multiply each channel of windows N x length x channels by a number near 1."""
    return x * (1 + std * torch.randn(len(x), 1, x.shape[-1], device=x.device))


def drop_tokens(x: Tensor, share: float = 0.1, token: int = 0) -> Tensor:
    """Put a token in the place of a share of all."""
    return torch.where(torch.rand(x.shape, device=x.device) < share, token, x)
