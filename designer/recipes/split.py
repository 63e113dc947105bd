"""Cut rows into a training and a validation part."""

import numpy as np
import torch
from torch import Tensor


def split_rows(count: int, validation: float, seed: int) -> tuple[Tensor, Tensor]:
    """Return the row numbers for training and for validation, drawn with a seed; at 0 both are all rows."""
    rows = torch.from_numpy(np.random.default_rng(seed).permutation(count))
    held_out = min(max(round(count * validation), 1), count - 1) if validation else 0
    return (rows[held_out:], rows[:held_out]) if held_out else (rows, rows)


def split_tail(count: int, validation: float, gap: int) -> tuple[Tensor, Tensor]:
    """Return the row numbers for training and, later in time, for validation; `gap` rows between them are in neither.

    At 0 both are all rows.
    """
    rows = torch.arange(count)
    held_out = min(max(round(count * validation), 1), count - 1) if validation else 0
    if not held_out:
        return rows, rows
    known = count - held_out
    return rows[: known - min(gap, known - 1)], rows[known:]


def shuffle_rows(count: int, seed: int) -> Tensor:
    """Return the row numbers in an order drawn with a seed."""
    return torch.from_numpy(np.random.default_rng(seed).permutation(count))


def shuffle_classes(classes: Tensor, seed: int) -> Tensor:
    """Return the row numbers in a drawn order in which every stretch has the classes in their proportions.

    Row k of the n rows of a class, counted from 0, comes after a share of (k + 1/2) / n of all.
    """
    drawn = shuffle_rows(len(classes), seed).numpy()
    kinds, counts = np.unique(classes.numpy()[drawn], return_inverse=True, return_counts=True)[1:]
    together = np.argsort(kinds, kind="stable")
    place = np.empty(len(drawn))
    place[together] = np.concatenate([(np.arange(count) + 0.5) / count for count in counts])
    return torch.from_numpy(drawn[np.argsort(place, kind="stable")])


def shuffle_groups(groups: Tensor, seed: int) -> Tensor:
    """Return the row numbers in a drawn order of whole groups."""
    kinds = np.unique(groups.numpy(), return_inverse=True)[1]
    drawn = np.random.default_rng(seed).permutation(kinds.max(initial=0) + 1)
    return torch.from_numpy(np.argsort(drawn[kinds], kind="stable"))


def in_order(count: int) -> Tensor:
    """Return the row numbers as they stand."""
    return torch.arange(count)


def find_cut(rows: Tensor, cut: float, start: int = 0, groups: Tensor | None = None) -> int:
    """Return where to cut an order near a place, so that rows are left on either side, behind `start` and at the end.

    Rows of one group follow each other and are not parted; where nothing can be cut it is `start`.
    """
    if groups is None:
        return max(min(max(round(cut), start + 1), len(rows) - 1), start)
    borders = (groups[rows[1:]] != groups[rows[:-1]]).nonzero()[:, 0] + 1
    borders = borders[borders > start]
    return int(borders[(borders - cut).abs().argmin()]) if len(borders) else start


def cut_parts(rows: Tensor, validation: float, test: float = 0, groups: Tensor | None = None) -> tuple[Tensor, ...]:
    """Return the rows for training, for validation and, where there is a share of it, for test, cut off an order.

    At a validation of 0 the training rows are the validation rows. Rows of one group follow each other, and stay
    together.
    """
    first = find_cut(rows, len(rows) * test, 0, groups) if test else 0
    second = find_cut(rows, first + round(len(rows) * validation), first, groups) if validation else first
    train = rows[second:]
    held_out = rows[first:second] if second > first else train
    return (train, held_out, rows[:first]) if test else (train, held_out)


def cut_fold(rows: Tensor, folds: int, fold: int, test: float = 0, groups: Tensor | None = None) -> tuple[Tensor, ...]:
    """Return the rows for training, of one of so many folds for validation and, where there is a share, for test.

    Folds are counted from 1. Rows of one group follow each other, and stay together.
    """
    first = find_cut(rows, len(rows) * test, 0, groups) if test else 0
    length = len(rows) - first
    start, end = (first + length * place // folds for place in (fold - 1, fold))
    if groups is not None:
        start = start if fold == 1 else find_cut(rows, start, first, groups)
        end = end if fold == folds else find_cut(rows, end, first, groups)
    if start >= end or end - start == length:
        raise ValueError(f"There are too few rows or groups for {folds} folds. Make fewer folds.")
    train = torch.cat([rows[first:start], rows[end:]])
    return (train, rows[start:end], rows[:first]) if test else (train, rows[start:end])


def cut_time(rows: Tensor, validation: float, test: float = 0, gap: int = 0) -> tuple[Tensor, ...]:
    """Return the rows for training, later in time for validation and, after that, for test, cut off an order of time.

    `gap` rows between two parts are in neither. At a validation of 0 the training rows are the validation rows.
    """
    later = min(max(round(len(rows) * test), 1), len(rows) - 1) if test else 0
    end = len(rows) - later
    known = end - min(gap, end - 1) if later else end
    held_out = min(max(round(len(rows) * validation), 1), known - 1) if validation else 0
    start = known - held_out
    train = rows[: start - min(gap, start - 1)] if held_out else rows[:known]
    part = rows[start:known] if held_out else train
    return (train, part, rows[end:]) if test else (train, part)


def cut_time_fold(rows: Tensor, folds: int, fold: int, test: float = 0, gap: int = 0) -> tuple[Tensor, ...]:
    """Return all rows before a fold for training, the fold for validation and, where there is a share, the last for test.

    An order of time is cut into one more stretch than there are folds: the first is always learned from. `gap` rows
    between two parts are in neither.
    """
    later = min(max(round(len(rows) * test), 1), len(rows) - 1) if test else 0
    end = len(rows) - later
    known = end - min(gap, end - 1) if later else end
    first, last = (known * place // (folds + 1) for place in (fold, fold + 1))
    if not 0 < first < last:
        raise ValueError(f"There are too few rows for {folds} folds. Make fewer folds.")
    train = rows[: first - min(gap, first - 1)]
    return (train, rows[first:last], rows[end:]) if test else (train, rows[first:last])


def take_given(parts: Tensor, validation: float, seed: int, test: bool = False) -> tuple[Tensor, ...]:
    """Return the rows that are marked 0 for training, 1 for validation and, where wanted, 2 for test.

    Where none are marked for validation, those for test serve, unless they are wanted as such: then a share of the
    training rows is drawn.
    """
    train, held_out, last = ((parts == part).nonzero()[:, 0] for part in range(3))
    if not len(held_out) and not test:
        held_out = last
    if not len(held_out):
        drawn = train[shuffle_rows(len(train), seed)]
        train, held_out = cut_parts(drawn, validation)
    for rows, name in ((train, "training"), (last, "test")):
        if not len(rows) and (name == "training" or test):
            raise ValueError(f"No rows are marked for {name}. Choose another column or another split.")
    return (train, held_out, last) if test else (train, held_out)


def cut_slice(rows: slice, validation: float) -> tuple[slice, slice]:
    """Return the rows for training and, the last of them, for validation; at 0 both are all rows."""
    count = rows.stop
    held_out = min(max(round(count * validation), 1), count - 1) if validation else 0
    return (slice(count - held_out), slice(count - held_out, count)) if held_out else (rows, rows)
