"""Samples, answers and targets as a run handles them: a tensor, or a tuple of several that go together row by row."""

from collections.abc import Iterable, Iterator, Sequence

import torch
from torch import Tensor, nn

Bundle = Tensor | tuple[Tensor, ...]


def parts_of(bundle: Bundle) -> tuple[Tensor, ...]:
    """Return the tensors of a bundle."""
    return (bundle,) if isinstance(bundle, Tensor) else tuple(bundle)


def count_rows(bundle: Bundle) -> int:
    """Return the number of samples."""
    return bundle.shape[0] if isinstance(bundle, Tensor) else bundle[0].shape[0]


def count_numbers(bundle: Bundle) -> int:
    """Return how many numbers a bundle holds."""
    return bundle.numel() if isinstance(bundle, Tensor) else sum([part.numel() for part in bundle])


def take_rows(bundle: Bundle, rows: Tensor) -> Bundle:
    """Return some rows: what indexing gives, in a third of the time."""
    if isinstance(bundle, Tensor):
        if bundle.device != rows.device:  # it lies in a file
            return bundle.index_select(0, rows.to(bundle.device)).to(rows.device)
        return bundle.index_select(0, rows)
    return tuple([part.index_select(0, rows) for part in bundle])


def split_rows(bundle: Bundle, size: int) -> Iterator[Bundle]:
    """Yield the rows in pieces of a size."""
    if isinstance(bundle, Tensor):
        yield from torch.split(bundle, size)
    else:
        yield from zip(*(torch.split(part, size) for part in bundle), strict=True)


def join_rows(bundles: Sequence[Bundle]) -> Bundle:
    """Return one bundle of all rows, a copy unless it is one tensor that is alone."""
    if len(bundles) == 1 and isinstance(bundles[0], Tensor) and bundles[0].is_contiguous():
        return bundles[0]
    if isinstance(bundles[0], Tensor):
        return torch.cat([part for bundle in bundles for part in parts_of(bundle)])
    return tuple([torch.cat(parts) for parts in zip(*map(parts_of, bundles), strict=True)])


def are_same(one: Bundle, other: Bundle) -> bool:
    """Return whether two bundles hold the same rows."""
    pairs = list(zip(parts_of(one), parts_of(other), strict=False))
    if any(a.shape != b.shape or not torch.equal(a[:1], b[:1]) for a, b in pairs):
        return False
    return all(a.data_ptr() == b.data_ptr() or torch.equal(a, b) for a, b in pairs)


def move_rows(bundle: Bundle, device: torch.device) -> Bundle:
    """Return a bundle on a device."""
    return bundle.to(device) if isinstance(bundle, Tensor) else tuple([part.to(device) for part in bundle])


def detach(bundle: Bundle) -> Bundle:
    """Return a bundle cut off from the graph of gradients."""
    return bundle.detach() if isinstance(bundle, Tensor) else tuple([part.detach() for part in bundle])


def apply(model: nn.Module, x: Bundle) -> Bundle:
    """Return what a network gives for samples."""
    answer: Bundle = model(x) if isinstance(x, Tensor) else model(*x)
    return answer


def all_parts(bundles: Iterable[Bundle]) -> Iterator[Tensor]:
    """Yield every tensor of several bundles."""
    for bundle in bundles:
        yield from parts_of(bundle)
