"""Size rules with a layer's numbers filled in: "14 = ⌊(28 + 2·1 − 1·(3 − 1) − 1) / 2⌋ + 1", a line for each axis that differs."""

import math
from collections.abc import Callable, Iterable

from designer.catalogue.geometry import spread
from designer.catalogue.parameters import Values
from designer.catalogue.spec import Inputs, Outputs

Worked = Callable[[Values, Inputs, Outputs], str]


def _join(lines: Iterable[str]) -> str:
    """Return the lines, each once."""
    return "\n".join(dict.fromkeys(lines))


def work_out_windows(values: Values, inputs: Inputs, outputs: Outputs) -> str:
    """Return how many places a window has along each spatial axis, of a convolution or a pooling."""
    sizes, results = inputs[0].sizes[1:], outputs[0].sizes[1:]
    axes, padding = len(sizes), values.get("padding", 0)
    if padding == "same":
        return _join(f"{n} = {n}, kept by padding same" for n in sizes)
    kernel = spread(values["kernel_size"], axes)
    stride = kernel if values["stride"] is None else spread(values["stride"], axes)
    dilation = spread(values.get("dilation", 1), axes)
    ends = spread(0 if padding == "valid" else padding, axes)
    marks = "⌈⌉" if values.get("ceil_mode") else "⌊⌋"
    lines = []
    for n, m, k, s, d, p in zip(sizes, results, kernel, stride, dilation, ends, strict=True):
        room = n + 2 * p - d * (k - 1) - 1
        inner = f"({n} + 2·{p} − {d}·({k} − 1) − 1) / {s}"
        inner = inner if room % s == 0 else f"{marks[0]}{inner}{marks[1]}"
        clipped = m != (-(-room // s) if values.get("ceil_mode") else room // s) + 1
        lines.append(f"{m} = {inner} + 1{' − 1, as the last window would begin outside' if clipped else ''}")
    return _join(lines)


def work_out_stamps(values: Values, inputs: Inputs, outputs: Outputs) -> str:
    """Return how long the output of a transposed convolution is along each spatial axis."""
    sizes, results = inputs[0].sizes[1:], outputs[0].sizes[1:]
    names = ("kernel_size", "stride", "padding", "dilation", "output_padding")
    parts = (spread(values[name], len(sizes)) for name in names)
    return _join(
        f"{m} = ({n} − 1)·{s} − 2·{p} + {d}·({k} − 1) + {extra} + 1"
        for n, m, k, s, p, d, extra in zip(sizes, results, *parts, strict=True)
    )


def work_out_edges(name: str, sign: str) -> Worked:
    """Return the rule of a border that is added (+) or cut off (−), given in torch's order: the last axis first."""

    def work_out(values: Values, inputs: Inputs, outputs: Outputs) -> str:
        sizes, results = inputs[0].sizes[1:], outputs[0].sizes[1:]
        edges = spread(values[name], 2 * len(sizes))
        pairs = list(zip(edges[::2], edges[1::2], strict=True))[::-1]
        return _join(f"{m} = {n} {sign} {a} {sign} {b}" for n, m, (a, b) in zip(sizes, results, pairs, strict=True))

    return work_out


def work_out_shares(values: Values, inputs: Inputs, outputs: Outputs) -> str:
    """Return how wide the windows of an adaptive pooling are."""
    lines = []
    for n, m in zip(inputs[0].sizes[1:], outputs[0].sizes[1:], strict=True):
        widths = {math.ceil((i + 1) * n / m) - i * n // m for i in range(min(m, 1000))}
        wide = str(min(widths)) if len(widths) == 1 else f"{min(widths)} to {max(widths)}"
        lines.append(f"{m} window{'s' * (m != 1)} of {wide} over {n}")
    return _join(lines)


def work_out_product(values: Values, inputs: Inputs, outputs: Outputs) -> str:
    """Return the axes that become one as a product: 25088 = 32·28·28."""
    before, after = inputs[0].sizes, outputs[0].sizes
    merged = len(before) - len(after) + 1
    for place, size in enumerate(after):
        part = before[place : place + merged]
        if merged > 1 and math.prod(part) == size and before[:place] == after[:place]:
            return f"{size} = {'·'.join(map(str, part))}"
    return ""


def work_out_scale(values: Values, inputs: Inputs, outputs: Outputs) -> str:
    """Return how long the output of an upsampling is along each spatial axis."""
    sizes, results = inputs[0].sizes[1:], outputs[0].sizes[1:]
    if values["size"] is not None:
        return ""
    factor = values["scale_factor"]
    factors = factor if isinstance(factor, tuple) else (factor,) * len(sizes)
    factors = factors * len(sizes) if len(factors) == 1 else factors
    return _join(
        f"{m} = {n}·{f:g}" if m == n * f else f"{m} = ⌊{n}·{f:g}⌋"
        for n, m, f in zip(sizes, results, factors, strict=True)
    )


def work_out_pixels(values: Values, inputs: Inputs, outputs: Outputs) -> str:
    """Return the sizes of a shuffle of channels into pixels, or back."""
    (c, h, w), (channels, height, width) = inputs[0].sizes, outputs[0].sizes
    r = values.get("upscale_factor") or values["downscale_factor"]
    if channels < c:
        return f"{channels} = {c} / {r}²,  {height} = {h}·{r},  {width} = {w}·{r}"
    return f"{channels} = {c}·{r}²,  {height} = {h} / {r},  {width} = {w} / {r}"


def work_out_join(values: Values, inputs: Inputs, outputs: Outputs) -> str:
    """Return the size along the axis where tensors are joined."""
    axis = values["axis"] % len(outputs[0].sizes)
    return f"{outputs[0].sizes[axis]} = {' + '.join(str(kind.sizes[axis]) for kind in inputs)}"


def work_out_heads(values: Values, inputs: Inputs, outputs: Outputs) -> str:
    """Return how many features each head has: d of the formula."""
    width = inputs[0].sizes[1]
    heads = values.get("num_heads") or values["nhead"]
    return f"d = {width} / {heads} = {width // heads}"


def work_out_patches(values: Values, inputs: Inputs, outputs: Outputs) -> str:
    """Return the number of patches."""
    _, h, w = inputs[0].sizes
    high, wide = spread(values["patch_size"], 2)
    return f"{outputs[0].sizes[0]} = ({h} / {high})·({w} / {wide})"
