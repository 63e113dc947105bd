"""Axes as a person counts them, without the batch: 0 is the first of a sample, -1 the last."""

from designer.catalogue.spec import ShapeError, TensorType


def find_axis(axis: int, rank: int, subject: str, name: str = "axis") -> int:
    """Return the axis counted from 0. Raises ShapeError where there is none; `subject` is "its input 3 x 4 has"."""
    if not -rank <= axis < rank:
        raise ShapeError(
            f"has `{name}` {axis}, but {subject} {rank} {'axis' if rank == 1 else 'axes'}, counted from 0. "
            "Choose 0 for the first or -1 for the last",
            settings={name: 0} if rank else {},
        )
    return axis % rank


def find_axis_of(x: TensorType, axis: int, name: str = "axis") -> int:
    """Return the axis of one tensor, counted from 0. Raises ShapeError where there is none."""
    return find_axis(axis, len(x.sizes), f"its input {x} has", name)


def write_axis(axis: int) -> int:
    """Return the axis as torch counts it, with the batch as 0."""
    return axis + 1 if axis >= 0 else axis


def write_index(axis: int, index: str) -> str:
    """Return the index of a tensor with `index` at one axis: "[:, :, 2:5]" or "[..., 0, :]"."""
    if axis >= 0:
        return f"[{':, ' * (axis + 1)}{index}]"
    return f"[..., {index}{', :' * (-axis - 1)}]"
