"""Metrics over whole sets of samples, as scikit-learn defines them."""

import torch
import torch.nn.functional as F
from torch import Tensor


def to_table(answers: Tensor, classes: int) -> Tensor:
    """Return N x classes with True in the column of each answer; what is a table already stays as it is."""
    return F.one_hot(answers, classes) > 0 if classes else answers


def average_classes(scores: Tensor, answers: Tensor, truth: Tensor) -> Tensor:
    """Return the mean of scores over the classes that were answered or right at least once."""
    return scores.sum() / (answers | truth).any(0).sum().clamp(min=1)


def measure_precision(answers: Tensor, truth: Tensor, classes: int = 0) -> Tensor:
    """Return hits / (hits + false alarms), the mean over classes; 0 for a class that was never answered."""
    answers, truth = to_table(answers, classes), to_table(truth, classes)
    scores = (answers & truth).sum(0) / answers.sum(0).clamp(min=1)
    return average_classes(scores, answers, truth) if classes else scores.mean()


def measure_recall(answers: Tensor, truth: Tensor, classes: int = 0) -> Tensor:
    """Return hits / (hits + misses), the mean over classes; 0 for a class that never was right."""
    answers, truth = to_table(answers, classes), to_table(truth, classes)
    scores = (answers & truth).sum(0) / truth.sum(0).clamp(min=1)
    return average_classes(scores, answers, truth) if classes else scores.mean()


def measure_f1(answers: Tensor, truth: Tensor, classes: int = 0) -> Tensor:
    """Return 2 hits / (2 hits + false alarms + misses), the mean over classes."""
    answers, truth = to_table(answers, classes), to_table(truth, classes)
    scores = 2 * (answers & truth).sum(0) / (answers.sum(0) + truth.sum(0)).clamp(min=1)
    return average_classes(scores, answers, truth) if classes else scores.mean()


def measure_f1_micro(answers: Tensor, truth: Tensor) -> Tensor:
    """Return 2 hits / (2 hits + false alarms + misses) over all labels together."""
    return 2 * (answers & truth).sum() / (answers.sum() + truth.sum()).clamp(min=1)


def measure_auroc(scores: Tensor, truth: Tensor, classes: int = 0) -> Tensor:
    """Return the area under the ROC curve, the mean over columns with both a yes and a no; NaN where there is none.

    That is how likely a yes has a larger score than a no, ties counting half (Mann and Whitney, 1947). Pairs are
    counted in whole numbers, so that nothing is rounded on the way.
    """
    scores, truth = scores.T.contiguous(), to_table(truth, classes).T
    ordered = scores.sort(1).values
    below = torch.searchsorted(ordered, scores) + torch.searchsorted(ordered, scores, right=True)
    yes = truth.sum(1)
    no = truth.shape[1] - yes
    wins = (below * truth).sum(1) - yes * yes
    return (wins / (2 * yes * no)).nanmean()
