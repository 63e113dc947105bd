"""Layers that shrink a signal, an image or a volume by what each window holds: its largest value, its mean, its norm."""

from designer.catalogue.demands import NOUNS, SPATIAL, demand_axes, demand_numbers
from designer.catalogue.figures import Operation, Window
from designer.catalogue.geometry import pool
from designer.catalogue.parameters import Flag, Integer, Maybe, Parameter, PerAxis, Real, Values
from designer.catalogue.spec import Inputs, LayerSpec, Outputs, TensorType, TorchCall, Trait
from designer.catalogue.worked import work_out_windows

_SIZE = "size ⌊(n + 2p − d(k − 1) − 1) / s⌋ + 1, with ceil_mode ⌈ ⌉"
_CEIL_MODE = Parameter("ceil_mode", Flag(), False, "Round sizes up, so that a last window may hang over the end.")
_DIVISOR = Parameter(
    "divisor_override",
    Maybe(Integer(), none="number of values"),
    None,
    "Divide the sum of a window by this; left empty, by the number of its values.",
)


def _window(axes: int) -> tuple[Parameter, ...]:
    return (
        Parameter("kernel_size", PerAxis(axes), 2, "Size of the window."),
        Parameter(
            "stride",
            Maybe(PerAxis(axes), none="kernel_size"),
            None,
            "How far the window moves; left empty, by its own size.",
        ),
    )


def _padding(axes: int) -> Parameter:
    return Parameter("padding", PerAxis(axes, low=0), 0, "Border added on each side, at most half the window.")


def _max_parameters(axes: int) -> tuple[Parameter, ...]:
    dilation = Parameter("dilation", PerAxis(axes), 1, "Distance between the points a window looks at; 1 is no gap.")
    return (*_window(axes), _padding(axes), dilation, _CEIL_MODE)


def _mean_parameters(axes: int) -> tuple[Parameter, ...]:
    count = Parameter("count_include_pad", Flag(), True, "Let the zeros of the border count in the mean.")
    divisor = () if axes == 1 else (_DIVISOR,)
    return (*_window(axes), _padding(axes), _CEIL_MODE, count, *divisor)


def _power_parameters(axes: int) -> tuple[Parameter, ...]:
    power = Parameter("norm_type", Real(0, above=True), 2.0, "The power p: 1 adds the values up, 2 is their length.")
    return (power, *_window(axes), _CEIL_MODE)


def _declare(
    name: str,
    axes: int,
    parameters: tuple[Parameter, ...],
    *,
    summary: str,
    operation: Operation,
    formula: str,
    advice: str,
    search: tuple[str, ...],
    positional: tuple[str, ...] = ("kernel_size",),
    traits: frozenset[Trait] = frozenset(),
) -> LayerSpec:
    """Return a pooling layer over a number of spatial axes."""
    # Torch's mean over volumes takes no window larger than the volume itself, whatever the padding or ceil_mode.
    whole = axes == 3 and name != "MaxPool"

    def shape(values: Values, inputs: Inputs) -> Outputs:
        (x,) = inputs
        demand_numbers(x)
        demand_axes(x, SPATIAL[axes])
        return (TensorType((x.sizes[0], *pool(values, x.sizes[1:], whole))),)

    return LayerSpec(
        kind=f"{name}{axes}d",
        family="pooling",
        summary=summary,
        call=TorchCall(f"nn.{name}{axes}d", positional=positional),
        parameters=parameters,
        shape=shape,
        card=("kernel_size", "stride"),
        formula=formula,
        worked=work_out_windows,
        figure=Window(operation),
        help=advice,
        search=(*search, "pool", "downsample", "subsample", "shrink", NOUNS[axes]),
        traits=traits,
    )


_MAX_HELP = {
    1: "Shortens a signal (channels x length) and keeps where a filter answered most strongly, so small shifts of the "
    "input matter less. It learns nothing. The window moves by its own size unless `stride` says otherwise.",
    2: "Halves height and width with the usual window of 2 and keeps the strongest answers of the convolution before "
    "it, so small shifts matter less and later layers see further. It learns nothing. "
    "A row or column that fills no window is left out unless `ceil_mode` is on.",
    3: "Halves depth, height and width with the usual window of 2, which leaves an eighth of the values. It learns nothing. "
    "For video set the first number of `kernel_size` to 1 to keep every frame.",
}
_AVG_HELP = {
    1: "Smooths and shortens a signal (channels x length). It keeps how much there was rather than the peak. "
    "It learns nothing.",
    2: "Smooths and shrinks an image; LeNet used it before MaxPool2d became the habit. It keeps how much there was "
    "rather than the peak. It learns nothing.",
    3: "Smooths and shrinks a volume or a video (channels x depth x height x width). It keeps how much there was rather "
    "than the peak. It learns nothing.",
}
_LP_HELP = (
    "Stands between the mean and the maximum: with `norm_type` 1 it is the sum of each window, and the larger the power the "
    "more the largest value counts. Put it behind an activation without negative values such as ReLU: of those an "
    "odd or broken power gives no number or a wrong one."
)


def _declare_max(axes: int) -> LayerSpec:
    return _declare(
        "MaxPool",
        axes,
        _max_parameters(axes),
        summary=f"Keeps the largest value of each window of {_article(axes)}.",
        operation="max",
        formula=f"y = max of the window;  {_SIZE}",
        advice=_MAX_HELP[axes],
        search=("maximum",),
    )


def _declare_mean(axes: int) -> LayerSpec:
    return _declare(
        "AvgPool",
        axes,
        _mean_parameters(axes),
        summary=f"Takes the mean of each window of {_article(axes)}.",
        operation="mean",
        formula=f"y = mean of the window;  {_SIZE}",
        advice=_AVG_HELP[axes],
        search=("average", "mean", "smooth", *(("lenet",) if axes == 2 else ())),
        traits=frozenset({"straight"}),
    )


def _declare_power(axes: int) -> LayerSpec:
    return _declare(
        "LPPool",
        axes,
        _power_parameters(axes),
        summary=f"Takes the p-norm of each window of {_article(axes)}.",
        operation="norm",
        formula="y = (Σ xᵖ)^(1/p) over the window;  size ⌊(n − k) / s⌋ + 1, with ceil_mode ⌈ ⌉",
        advice=_LP_HELP,
        search=("power", "norm", "lp", "energy"),
        positional=("norm_type", "kernel_size"),
    )


def _article(axes: int) -> str:
    return f"{'an' if axes == 2 else 'a'} {NOUNS[axes]}"


LAYERS = tuple(declare(axes) for declare in (_declare_max, _declare_mean, _declare_power) for axes in (1, 2, 3))
