"""Sizes after a window slides over a tensor: convolution, its transpose and pooling on any number of spatial axes.

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


def convolve_transposed(values: Values, sizes: tuple[int, ...]) -> tuple[int, ...]:
    """Return the spatial sizes after a transposed convolution over spatial `sizes`. Raises ShapeError."""
    axes = len(sizes)
    names = ("kernel_size", "stride", "dilation", "padding", "output_padding")
    kernel, stride, dilation, padding, extra = (spread(values[name], axes) for name in names)
    most = tuple(max(s, d) - 1 for s, d in zip(stride, dilation, strict=True))
    if any(e > m for e, m in zip(extra, most, strict=True)):
        raise ShapeError(
            f"has an `output_padding` of {_list(extra)}, which must be smaller than its `stride` or its `dilation`. "
            f"Choose at most {_list(most)}",
            settings={"output_padding": gather(tuple(map(min, extra, most)))},
        )
    full = tuple(
        (n - 1) * s + d * (k - 1) + e + 1 for n, s, d, k, e in zip(sizes, stride, dilation, kernel, extra, strict=True)
    )
    if any(f <= 2 * p for f, p in zip(full, padding, strict=True)):
        least = gather(tuple(min(p, (f - 1) // 2) for f, p in zip(full, padding, strict=True)))
        raise ShapeError(
            f"has a `padding` of {_list(padding)}, which takes off each side all of the {_list(full)} it makes. "
            "Choose less padding",
            settings={"padding": least},
        )
    return tuple(f - 2 * p for f, p in zip(full, padding, strict=True))


def pool(values: Values, sizes: tuple[int, ...], whole: bool = False) -> tuple[int, ...]:
    """Return the spatial sizes after pooling by max, mean or power over spatial `sizes`. Raises ShapeError.

    With `whole` a window must fit into the input itself, without the padding.
    """
    axes = len(sizes)
    kernel, padding = spread(values["kernel_size"], axes), spread(values.get("padding", 0), axes)
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
    if whole:
        _check_reach(values, kernel, dilation, sizes, padded=False)
    if min(counts) < 1:
        padded = tuple(size + 2 * p for size, p in zip(sizes, padding, strict=True))
        _check_reach(values, kernel, dilation, padded)
    return counts


def count_patches(values: Values, sizes: tuple[int, ...]) -> tuple[int, ...]:
    """Return how many patches of Unfold and Fold lie along each axis of an image. Raises ShapeError."""
    names = ("kernel_size", "dilation", "padding", "stride")
    kernel, dilation, padding, stride = (spread(values[name], len(sizes)) for name in names)
    padded = tuple(size + 2 * p for size, p in zip(sizes, padding, strict=True))
    _check_reach(values, kernel, dilation, padded)
    reach = (d * (k - 1) + 1 for d, k in zip(dilation, kernel, strict=True))
    return tuple(count_windows(n, r, s) for n, r, s in zip(padded, reach, stride, strict=True))


def pad_edges(values: Values, sizes: tuple[int, ...], repeated: int | None) -> tuple[int, ...]:
    """Return the spatial sizes with a border, given in torch's order: the last axis first. Raises ShapeError.

    A border that repeats the input may be as large as the input and `repeated` more; None where it repeats nothing.
    """
    edges = spread(values["padding"], 2 * len(sizes))
    most = tuple(size + repeated for size in reversed(sizes) for _ in (0, 1)) if repeated is not None else edges
    if any(edge > m for edge, m in zip(edges, most, strict=True)):
        least = "smaller than" if repeated else "at most as large as"
        raise ShapeError(
            f"has a `padding` of {_list(edges)}, but it must be {least} its input of {_list(sizes)}. Choose less padding",
            settings={"padding": gather(tuple(map(min, edges, most)))},
        )
    return tuple(size + sum(pair) for size, pair in zip(sizes, _pair_edges(edges), strict=True))


def crop_edges(values: Values, sizes: tuple[int, ...]) -> tuple[int, ...]:
    """Return the spatial sizes without their edges, given in torch's order: the last axis first. Raises ShapeError."""
    edges = spread(values["edges"], 2 * len(sizes))
    left = tuple(size - sum(pair) for size, pair in zip(sizes, _pair_edges(edges), strict=True))
    if min(left) < 1:
        raise ShapeError(
            f"cuts {_list(edges)} off its input of {_list(sizes)}, which leaves nothing. Choose smaller `edges`",
            settings={"edges": 0},
        )
    return left


def crop_middle(values: Values, sizes: tuple[int, ...]) -> tuple[int, ...]:
    """Return the spatial sizes of the middle of a tensor. Raises ShapeError."""
    wanted = spread_sizes(values, sizes)
    if any(w > size for w, size in zip(wanted, sizes, strict=True)):
        raise ShapeError(
            f"has `size` {_list(wanted)}, larger than its input of {_list(sizes)}. Choose a smaller `size`",
            settings={"size": tuple(map(min, wanted, sizes))},
        )
    return wanted


def spread_sizes(values: Values, sizes: tuple[int, ...]) -> tuple[int, ...]:
    """Return the `size` of a layer for any number of spatial axes, one number an axis. Raises ShapeError."""
    wanted: tuple[int, ...] = values["size"]
    if len(set(wanted)) == 1:
        return wanted[:1] * len(sizes)
    if len(wanted) != len(sizes):
        raise ShapeError(
            f"has `size` {_list(wanted)}, but its input has {len(sizes)} spatial {'axis' if len(sizes) == 1 else 'axes'}. "
            "Give one number for all, or one for each",
            settings={"size": wanted[: len(sizes)] if len(wanted) > len(sizes) else wanted[:1]},
        )
    return wanted


def _pair_edges(edges: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    """Return what lies before and behind each axis, the first axis first."""
    return tuple(zip(edges[::2], edges[1::2], strict=True))[::-1]


def _list(numbers: tuple[int, ...]) -> str:
    """Return "3 x 2", or one number where they agree."""
    return " x ".join(map(str, numbers if len(set(numbers)) > 1 else numbers[:1]))


def _check_reach(
    values: Values, kernel: tuple[int, ...], dilation: tuple[int, ...], sizes: tuple[int, ...], padded: bool = True
) -> None:
    """Refuse a window that is larger than the input, whose `sizes` are those with the padding where `padded`."""
    padded = padded and "padding" in values
    included, more = (" (padding included)", " or more padding") if padded else ("", "")
    for k, d, size in zip(kernel, dilation, sizes, strict=True):
        reach = d * (k - 1) + 1
        if reach <= size:
            continue
        window = f"`kernel_size` {k}" if d == 1 else f"`kernel_size` {k} and `dilation` {d}, a window of {reach}"
        fitting = tuple(min(k, (size - 1) // d + 1) for k, d, size in zip(kernel, dilation, sizes, strict=True))
        raise ShapeError(
            f"has {window}, larger than its input of {size}{included}. Choose a smaller kernel{more}",
            settings={"kernel_size": gather(fitting)},
        )


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
