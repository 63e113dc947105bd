"""Data sets that come with scikit-learn, as tensors."""

import torch
from sklearn import datasets
from torch import Tensor


def load_digits_images() -> tuple[Tensor, Tensor]:
    """Return 1,797 digits: images N x 1 x 8 x 8 from 0 to 1, and their class."""
    digits = datasets.load_digits()
    return torch.from_numpy(digits.images).float()[:, None] / 16, torch.from_numpy(digits.target).long()
