"""Data sets that come with scikit-learn, as tensors."""

import torch
from sklearn import datasets
from torch import Tensor


def load_digits_images() -> tuple[Tensor, Tensor]:
    """Return 1,797 digits: images N x 1 x 8 x 8 from 0 to 1, and their class."""
    digits = datasets.load_digits()
    return torch.from_numpy(digits.images).float()[:, None] / 16, torch.from_numpy(digits.target).long()


def load_iris() -> tuple[Tensor, Tensor]:
    """Return 150 flowers: N x 4 lengths in cm, and their species."""
    lengths, species = datasets.load_iris(return_X_y=True)
    return torch.from_numpy(lengths).float(), torch.from_numpy(species).long()


def load_wine() -> tuple[Tensor, Tensor]:
    """Return 178 wines: N x 13 measurements, and which of three growers made them."""
    measurements, grower = datasets.load_wine(return_X_y=True)
    return torch.from_numpy(measurements).float(), torch.from_numpy(grower).long()


def load_breast_cancer() -> tuple[Tensor, Tensor]:
    """Return 569 tumours: N x 30 measurements of their cells, and 0 for malignant or 1 for benign."""
    measurements, benign = datasets.load_breast_cancer(return_X_y=True)
    return torch.from_numpy(measurements).float(), torch.from_numpy(benign).long()


def load_diabetes() -> tuple[Tensor, Tensor]:
    """Return 442 patients: N x 10 measurements, and N x 1 progression of the disease after a year."""
    measurements, progression = datasets.load_diabetes(return_X_y=True, scaled=False)
    return torch.from_numpy(measurements).float(), torch.from_numpy(progression).float()[:, None]


def describe_digits(digits: Tensor) -> Tensor:
    """Return N x 4 answers, 0 or 1, for digits: even, prime, five or more, with a closed loop."""
    answers = torch.tensor([[d % 2 == 0, d in (2, 3, 5, 7), d >= 5, d in (0, 6, 8, 9)] for d in range(10)])
    return answers[digits].float()
