"""Layers that shrink a signal or an image by taking the largest or the mean of each window."""

from functools import partial

from designer.catalogue.demands import IMAGE, SIGNAL, demand_axes, demand_numbers
from designer.catalogue.geometry import pool, spread
from designer.catalogue.parameters import Flag, Maybe, Parameter, PerAxis, Values
from designer.catalogue.spec import Inputs, LayerSpec, Outputs, TensorType, TorchCall

_SIZE = "size ⌊(n + 2p − d(k − 1) − 1) / s⌋ + 1, with ceil_mode ⌈ ⌉"
_WINDOW = "window i of n to m: ⌊i n / m⌋ to ⌈(i + 1) n / m⌉"


def _window(axes: int) -> tuple[Parameter, ...]:
    return (
        Parameter("kernel_size", PerAxis(axes), 2, "Size of the window."),
        Parameter(
            "stride",
            Maybe(PerAxis(axes), none="kernel_size"),
            None,
            "How far the window moves; left empty, by its own size.",
        ),
        Parameter("padding", PerAxis(axes, low=0), 0, "Border added on each side, at most half the window."),
    )


_CEIL_MODE = Parameter("ceil_mode", Flag(), False, "Round sizes up, so that a last window may hang over the end.")


def _max_parameters(axes: int) -> tuple[Parameter, ...]:
    dilation = Parameter("dilation", PerAxis(axes), 1, "Distance between the points a window looks at; 1 is no gap.")
    return (*_window(axes), dilation, _CEIL_MODE)


def _mean_parameters(axes: int) -> tuple[Parameter, ...]:
    count = Parameter("count_include_pad", Flag(), True, "Let the zeros of the border count in the mean.")
    return (*_window(axes), _CEIL_MODE, count)


def _adaptive_parameters(axes: int) -> tuple[Parameter, ...]:
    return (
        Parameter("output_size", PerAxis(axes), 1, "Size of the output, whatever the input's; 1 is global pooling."),
    )


def _shape(form: tuple[str, ...], values: Values, inputs: Inputs) -> Outputs:
    (x,) = inputs
    demand_numbers(x)
    demand_axes(x, form)
    return (TensorType((x.sizes[0], *pool(values, x.sizes[1:]))),)


def _shape_adaptive(form: tuple[str, ...], values: Values, inputs: Inputs) -> Outputs:
    (x,) = inputs
    demand_numbers(x)
    demand_axes(x, form)
    return (TensorType((x.sizes[0], *spread(values["output_size"], len(form) - 1))),)


MAX_POOL1D = LayerSpec(
    kind="MaxPool1d",
    family="pooling",
    summary="Keeps the largest value of each window of a signal.",
    call=TorchCall("nn.MaxPool1d", positional=("kernel_size",)),
    parameters=_max_parameters(axes=1),
    shape=partial(_shape, SIGNAL),
    card=("kernel_size", "stride"),
    formula=f"y = max of the window;  {_SIZE}",
    help="Shortens a signal (channels x length) and keeps where a filter answered most strongly, so small shifts of the "
    "input matter less. It learns nothing. The window moves by its own size unless `stride` says otherwise.",
    search=("maximum", "pool", "downsample", "subsample", "shrink", "signal"),
)

MAX_POOL2D = LayerSpec(
    kind="MaxPool2d",
    family="pooling",
    summary="Keeps the largest value of each window of an image.",
    call=TorchCall("nn.MaxPool2d", positional=("kernel_size",)),
    parameters=_max_parameters(axes=2),
    shape=partial(_shape, IMAGE),
    card=("kernel_size", "stride"),
    formula=f"y = max of the window;  {_SIZE}",
    help="Halves height and width with the usual window of 2 and keeps the strongest answers of the convolution before "
    "it, so small shifts matter less and later layers see further. It learns nothing. "
    "A row or column that fills no window is left out unless `ceil_mode` is on.",
    search=("maximum", "pool", "downsample", "subsample", "shrink", "image"),
)

AVG_POOL1D = LayerSpec(
    kind="AvgPool1d",
    family="pooling",
    summary="Takes the mean of each window of a signal.",
    call=TorchCall("nn.AvgPool1d", positional=("kernel_size",)),
    parameters=_mean_parameters(axes=1),
    shape=partial(_shape, SIGNAL),
    card=("kernel_size", "stride"),
    formula=f"y = mean of the window;  {_SIZE}",
    help="Smooths and shortens a signal (channels x length). It keeps how much there was rather than the peak. "
    "It learns nothing.",
    search=("average", "mean", "pool", "downsample", "subsample", "smooth", "signal"),
    traits=frozenset({"straight"}),
)

AVG_POOL2D = LayerSpec(
    kind="AvgPool2d",
    family="pooling",
    summary="Takes the mean of each window of an image.",
    call=TorchCall("nn.AvgPool2d", positional=("kernel_size",)),
    parameters=_mean_parameters(axes=2),
    shape=partial(_shape, IMAGE),
    card=("kernel_size", "stride"),
    formula=f"y = mean of the window;  {_SIZE}",
    help="Smooths and shrinks an image; LeNet used it before MaxPool2d became the habit. It keeps how much there was "
    "rather than the peak. It learns nothing.",
    search=("average", "mean", "pool", "downsample", "subsample", "smooth", "image", "lenet"),
    traits=frozenset({"straight"}),
)

ADAPTIVE_AVG_POOL1D = LayerSpec(
    kind="AdaptiveAvgPool1d",
    family="pooling",
    summary="Takes means so that a signal of any length comes out at a chosen one.",
    call=TorchCall("nn.AdaptiveAvgPool1d", positional=("output_size",)),
    parameters=_adaptive_parameters(axes=1),
    shape=partial(_shape_adaptive, SIGNAL),
    card=("output_size",),
    formula=f"y = mean of the window;  {_WINDOW}",
    help="Chooses its own windows so that the output has the length you ask for. With 1 it is global average pooling: "
    "one mean for each channel, ready for Flatten and Linear.",
    search=("average", "mean", "global", "gap", "pool", "signal"),
    traits=frozenset({"straight"}),
)

ADAPTIVE_AVG_POOL2D = LayerSpec(
    kind="AdaptiveAvgPool2d",
    family="pooling",
    summary="Takes means so that an image of any size comes out at a chosen one.",
    call=TorchCall("nn.AdaptiveAvgPool2d", positional=("output_size",)),
    parameters=_adaptive_parameters(axes=2),
    shape=partial(_shape_adaptive, IMAGE),
    card=("output_size",),
    formula=f"y = mean of the window;  {_WINDOW}",
    help="Chooses its own windows so that the output has the size you ask for. With 1 it is global average pooling: one "
    "mean for each channel, which lets a network take images of any size and needs far fewer weights than "
    "flattening the whole map.",
    search=("average", "mean", "global", "gap", "pool", "image", "resnet"),
    traits=frozenset({"straight"}),
)

ADAPTIVE_MAX_POOL1D = LayerSpec(
    kind="AdaptiveMaxPool1d",
    family="pooling",
    summary="Takes maxima so that a signal of any length comes out at a chosen one.",
    call=TorchCall("nn.AdaptiveMaxPool1d", positional=("output_size",)),
    parameters=_adaptive_parameters(axes=1),
    shape=partial(_shape_adaptive, SIGNAL),
    card=("output_size",),
    formula=f"y = max of the window;  {_WINDOW}",
    help="Chooses its own windows so that the output has the length you ask for. With 1 it tells for each channel how "
    "strongly its pattern appeared anywhere in the signal.",
    search=("maximum", "global", "pool", "signal"),
)

ADAPTIVE_MAX_POOL2D = LayerSpec(
    kind="AdaptiveMaxPool2d",
    family="pooling",
    summary="Takes maxima so that an image of any size comes out at a chosen one.",
    call=TorchCall("nn.AdaptiveMaxPool2d", positional=("output_size",)),
    parameters=_adaptive_parameters(axes=2),
    shape=partial(_shape_adaptive, IMAGE),
    card=("output_size",),
    formula=f"y = max of the window;  {_WINDOW}",
    help="Chooses its own windows so that the output has the size you ask for. With 1 it tells for each channel how "
    "strongly its pattern appeared anywhere in the image.",
    search=("maximum", "global", "pool", "image"),
)

LAYERS = (
    MAX_POOL1D,
    MAX_POOL2D,
    AVG_POOL1D,
    AVG_POOL2D,
    ADAPTIVE_AVG_POOL1D,
    ADAPTIVE_AVG_POOL2D,
    ADAPTIVE_MAX_POOL1D,
    ADAPTIVE_MAX_POOL2D,
)
