"""Layers that slide learned filters over a signal, an image or a volume."""

import math
from collections.abc import Mapping

from designer.catalogue.demands import SPATIAL, demand_axes, demand_numbers
from designer.catalogue.figures import Window
from designer.catalogue.geometry import convolve, spread
from designer.catalogue.parameters import Flag, Integer, Option, Parameter, PerAxis, Values
from designer.catalogue.spec import Inputs, LayerSpec, Outputs, ShapeError, TensorType, TorchCall
from designer.catalogue.worked import work_out_windows

_FORMULA = "y = Σ w x + b over the window and its channels;  size ⌊(n + 2p − d(k − 1) − 1) / s⌋ + 1"


def _parameters(axes: int) -> tuple[Parameter, ...]:
    return (
        Parameter("out_channels", Integer(), 32, "Number of filters: each gives one channel of the output."),
        Parameter("kernel_size", PerAxis(axes), 3, "Size of the window a filter sees."),
        Parameter("stride", PerAxis(axes), 1, "How far the window moves; 2 halves the size."),
        Parameter(
            "padding",
            PerAxis(axes, low=0, words=("same", "valid")),
            0,
            "Border added on each side; same keeps the size (stride 1 only), valid adds none.",
        ),
        Parameter("dilation", PerAxis(axes), 1, "Distance between the points a filter looks at; 1 is no gap."),
        GROUPS,
        BIAS,
        Parameter(
            "padding_mode",
            Option(("zeros", "reflect", "replicate", "circular")),
            "zeros",
            "What the border is filled with.",
        ),
    )


# What transposed convolutions share with these.
GROUPS = Parameter("groups", Integer(), 1, "Channels are cut into this many groups that do not see each other.")
BIAS = Parameter("bias", Flag(), True, "Add a learned constant to each channel; needless before BatchNorm.")


def demand_channels(values: Values, inputs: Inputs, axes: int) -> tuple[int, ...]:
    """Return the spatial sizes of what reaches a convolution. Raises ShapeError, also where groups do not divide."""
    (x,) = inputs
    demand_numbers(x)
    demand_axes(x, SPATIAL[axes])
    channels, *spatial = x.sizes
    groups, filters = values["groups"], values["out_channels"]
    for name, count in (("its input's", channels), ("its own", filters)):
        if count % groups:
            common = math.gcd(channels, filters)
            raise ShapeError(
                f"has `groups` {groups}, which does not divide {name} {count} channels. Choose a divisor of {common}",
                settings={"groups": math.gcd(groups, common)},
            )
    return tuple(spatial)


def call_convolution(constructor: str) -> TorchCall:
    """Return how code makes a convolution: `nn.Conv2d(3, 32, 3)`."""
    return TorchCall(
        constructor,
        positional=("in_channels", "out_channels", "kernel_size"),
        derived={"in_channels": lambda values, inputs: inputs[0].sizes[0]},
    )


def _weigh(values: Values, inputs: Inputs) -> Mapping[str, tuple[int, ...]]:
    filters, channels = values["out_channels"], inputs[0].sizes[0]
    kernel = spread(values["kernel_size"], len(inputs[0].sizes) - 1)
    return {"weight": (filters, channels // values["groups"], *kernel)} | (
        {"bias": (filters,)} if values["bias"] else {}
    )


def _count_products(values: Values, inputs: Inputs, outputs: Outputs) -> int:
    """Return one product for each weight of a filter at every place of its output."""
    return outputs[0].elements * math.prod(_weigh(values, inputs)["weight"][1:])


def _declare(axes: int, *, summary: str, advice: str, search: tuple[str, ...]) -> LayerSpec:
    """Return the convolution over a number of spatial axes."""

    def shape(values: Values, inputs: Inputs) -> Outputs:
        sizes = convolve(values, demand_channels(values, inputs, axes))
        return (TensorType((values["out_channels"], *sizes)),)

    return LayerSpec(
        kind=f"Conv{axes}d",
        family="convolution",
        summary=summary,
        call=call_convolution(f"nn.Conv{axes}d"),
        parameters=_parameters(axes),
        shape=shape,
        weights=_weigh,
        multiply_adds=_count_products,
        card=("kernel_size", "out_channels", "padding"),
        formula=_FORMULA,
        worked=work_out_windows,
        figure=Window("sum"),
        help=advice,
        search=("convolution", "cnn", "filter", "kernel", "depthwise", *search),
        traits=frozenset({"mixes"}),
    )


CONV1D = _declare(
    1,
    summary="Slides learned filters along a signal.",
    advice="Finds short patterns wherever they are in sound, sensor readings or text: each output channel is one filter's "
    "response at every place. The input is channels x length, so the values of one moment come first; a sequence for "
    "an LSTM is the other way round. A larger `dilation` sees further with the same number of weights.",
    search=("signal", "audio", "time series", "temporal"),
)
CONV2D = _declare(
    2,
    summary="Slides learned filters over an image.",
    advice="Each output channel is the response of one filter at every place of the image; a filter sees all channels of "
    "its window. Small stacked filters see as far as large ones, with fewer weights. `padding` same keeps height "
    "and width, a `stride` of 2 halves them. With `groups` equal to the channels it is a depthwise convolution.",
    search=("image", "cv"),
)
CONV3D = _declare(
    3,
    summary="Slides learned filters through a volume or a video.",
    advice="For scans (depth, height, width) and for video, where depth is time: a filter sees neighbouring slices or "
    "frames as well. A window of 3 costs three times the products of Conv2d, so memory and time run out soon: "
    "keep channels few and shrink early with a `stride` of 2.",
    search=("volume", "video", "scan", "medical", "mri", "voxel"),
)

LAYERS = (CONV1D, CONV2D, CONV3D)
