"""Sizes after a window slides over a tensor: convolution and pooling on any number of spatial axes.

Sizes are those of one sample, channels first. The arithmetic is torch's own (see the "Shape" part of nn.Conv2d and of
nn.MaxPool2d).
"""

from designer.catalogue.parameters import Values
from designer.catalogue.spec import ShapeError
from designer.document.graph import Value


def spread(value: Value, axes: int) -> tuple[int, ...]:
    """Return one number for each axis from a canonical PerAxis value that is no word."""
    if isinstance(value, tuple):
        return tuple(int(item) for item in value)  # type: ignore[arg-type]
    return (int(value),) * axes  # type: ignore[arg-type]


def gather(sizes: tuple[int, ...]) -> int | tuple[int, ...]:
    """Return the canonical PerAxis value of one number an axis: one for all where they agree."""
    return sizes[0] if len(set(sizes)) == 1 else sizes


def count_windows(size: int, kernel: int, stride: int = 1, before: int = 0, after: int = 0, ceil: bool = False) -> int:
    """Return how many windows fit on one axis; 0 or less where the first does not.

    `kernel` is the window's reach, dilation included; `before` and `after` are the padding. With `ceil` a last window
    may hang over the end, if it starts inside the input or the padding before it.
    """
    room = size + before + after - kernel
    if not ceil:
        return room // stride + 1
    count = -(-room // stride) + 1
    return count - 1 if (count - 1) * stride >= size + before else count


def convolve(values: Values, sizes: tuple[int, ...]) -> tuple[int, ...]:
    """Return the spatial sizes after a convolution over spatial `sizes`. Raises ShapeError."""
    axes = len(sizes)
    kernel, stride, dilation = (spread(values[name], axes) for name in ("kernel_size", "stride", "dilation"))
    reach = tuple(d * (k - 1) + 1 for d, k in zip(dilation, kernel, strict=True))
    padding = values["padding"]
    if padding == "same":
        if any(step != 1 for step in stride):
            raise ShapeError(
                "cannot keep the size: `padding` same needs `stride` 1. Type the padding as a number, or set `stride` to 1",
                settings={"stride": 1},
            )
        # Torch puts the smaller half first where the padding is odd.
        ends = tuple(((r - 1) // 2, r - 1 - (r - 1) // 2) for r in reach)
    else:
        ends = tuple((p, p) for p in spread(0 if padding == "valid" else padding, axes))
    _check_padding_mode(values["padding_mode"], sizes, ends)
    padded = tuple(size + sum(end) for size, end in zip(sizes, ends, strict=True))
    _check_reach(values, kernel, dilation, padded)
    return tuple(count_windows(n, r, s) for n, r, s in zip(padded, reach, stride, strict=True))


def pool(values: Values, sizes: tuple[int, ...]) -> tuple[int, ...]:
    """Return the spatial sizes after max or average pooling over spatial `sizes`. Raises ShapeError."""
    axes = len(sizes)
    kernel, padding = spread(values["kernel_size"], axes), spread(values["padding"], axes)
    dilation = spread(values.get("dilation", 1), axes)
    stride = kernel if values["stride"] is None else spread(values["stride"], axes)
    reach = tuple(d * (k - 1) + 1 for d, k in zip(dilation, kernel, strict=True))
    if any(2 * p > k for p, k in zip(padding, kernel, strict=True)):
        half = gather(tuple(min(p, k // 2) for p, k in zip(padding, kernel, strict=True)))
        raise ShapeError(
            "has a `padding` of more than half its window, so that a window could lie in the padding alone. "
            "Choose less padding",
            settings={"padding": half},
        )
    counts = tuple(
        count_windows(n, r, s, p, p, values["ceil_mode"])
        for n, r, s, p in zip(sizes, reach, stride, padding, strict=True)
    )
    if min(counts) < 1:
        padded = tuple(size + 2 * p for size, p in zip(sizes, padding, strict=True))
        _check_reach(values, kernel, dilation, padded)
    return counts


def _check_reach(values: Values, kernel: tuple[int, ...], dilation: tuple[int, ...], padded: tuple[int, ...]) -> None:
    """Refuse a window that is larger than the padded input."""
    for k, d, size in zip(kernel, dilation, padded, strict=True):
        reach = d * (k - 1) + 1
        if reach <= size:
            continue
        if d == 1:
            message = f"has `kernel_size` {k}, larger than its input of {size} (padding included). "
        else:
            message = (
                f"has `kernel_size` {k} and `dilation` {d}, a window of {reach}, larger than its input of {size} "
                "(padding included). "
            )
        fitting = gather(
            tuple(min(k, (size - 1) // d + 1) for k, d, size in zip(kernel, dilation, padded, strict=True))
        )
        raise ShapeError(message + "Choose a smaller kernel or more padding", settings={"kernel_size": fitting})


def _check_padding_mode(mode: str, sizes: tuple[int, ...], ends: tuple[tuple[int, int], ...]) -> None:
    """Refuse padding that would mirror or wrap more than the input holds."""
    spare = {"reflect": 1, "circular": 0}.get(mode)
    if spare is None:
        return
    for size, end in zip(sizes, ends, strict=True):
        if max(end) > size - spare:
            least = "less than" if spare else "at most"
            raise ShapeError(
                f"pads {max(end)} with `padding_mode` {mode}, which needs {least} its input of {size}. "
                "Choose less padding or zeros",
                settings={"padding_mode": "zeros"},
            )
