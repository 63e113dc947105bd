"""Pooling that takes any size: to a chosen one, or over all places at once."""

from collections.abc import Sequence

from designer.catalogue.demands import IMAGE, NOUNS, SIGNAL, SPATIAL, VOLUME, demand_axes, demand_numbers
from designer.catalogue.figures import Adaptive, Operation
from designer.catalogue.geometry import spread
from designer.catalogue.parameters import Parameter, PerAxis, Values
from designer.catalogue.spec import Inputs, LayerSpec, Outputs, TensorType, TorchCall, Trait
from designer.catalogue.worked import work_out_shares

_WINDOW = "window i of n to m: ⌊i n / m⌋ to ⌈(i + 1) n / m⌉"
_STRAIGHT: frozenset[Trait] = frozenset({"straight"})
_AVG_HELP = {
    1: "Chooses its own windows so that the output has the length you ask for. With 1 it is global average pooling: "
    "one mean for each channel, ready for Flatten and Linear.",
    2: "Chooses its own windows so that the output has the size you ask for. With 1 it is global average pooling: one "
    "mean for each channel, which lets a network take images of any size and needs far fewer weights than "
    "flattening the whole map.",
    3: "Chooses its own windows so that the output has the size you ask for. With 1 it is global average pooling: one "
    "mean for each channel of a scan or a video of any size.",
}


def _declare(name: str, axes: int, *, summary: str, what: Operation, advice: str, search: tuple[str, ...]) -> LayerSpec:
    """Return an adaptive pooling layer over a number of spatial axes."""

    def shape(values: Values, inputs: Inputs) -> Outputs:
        (x,) = inputs
        demand_numbers(x)
        demand_axes(x, SPATIAL[axes])
        return (TensorType((x.sizes[0], *spread(values["output_size"], axes))),)

    size = Parameter("output_size", PerAxis(axes), 1, "Size of the output, whatever the input's; 1 is global pooling.")
    return LayerSpec(
        kind=f"{name}{axes}d",
        family="pooling",
        summary=summary,
        call=TorchCall(f"nn.{name}{axes}d", positional=("output_size",)),
        parameters=(size,),
        shape=shape,
        card=("output_size",),
        worked=work_out_shares,
        figure=Adaptive(what),
        formula=f"y = {what} of the window;  {_WINDOW}",
        help=advice,
        search=(*search, "global", "pool", NOUNS[axes]),
        traits=_STRAIGHT if what == "mean" else frozenset(),
    )


def _declare_mean(axes: int) -> LayerSpec:
    a, size = _name(axes)
    return _declare(
        "AdaptiveAvgPool",
        axes,
        summary=f"Takes means so that {a} {NOUNS[axes]} of any {size} comes out at a chosen one.",
        what="mean",
        advice=_AVG_HELP[axes],
        search=("average", "mean", "gap", *(("resnet",) if axes == 2 else ())),
    )


def _declare_max(axes: int) -> LayerSpec:
    a, size = _name(axes)
    return _declare(
        "AdaptiveMaxPool",
        axes,
        summary=f"Takes maxima so that {a} {NOUNS[axes]} of any {size} comes out at a chosen one.",
        what="max",
        advice=f"Chooses its own windows so that the output has the {size} you ask for. With 1 it tells for each channel how "
        f"strongly its pattern appeared anywhere in the {NOUNS[axes]}.",
        search=("maximum",),
    )


def _name(axes: int) -> tuple[str, str]:
    return "an" if axes == 2 else "a", "length" if axes == 1 else "size"


def _shape_global(values: Values, inputs: Inputs) -> Outputs:
    (x,) = inputs
    demand_numbers(x)
    demand_axes(x, SIGNAL, VOLUME, IMAGE)
    return (TensorType(x.sizes[:1]),)


# One line for one, two and three axes: all places of a channel side by side, then one number of them.
def _write_mean(values: Values, layer: str, inputs: Sequence[str]) -> str:
    return f"{inputs[0]}.flatten(2).mean(-1)"


def _write_max(values: Values, layer: str, inputs: Sequence[str]) -> str:
    return f"{inputs[0]}.flatten(2).amax(-1)"


GLOBAL_AVG_POOL = LayerSpec(
    kind="GlobalAvgPool",
    family="pooling",
    summary="Takes the mean of each channel over all places: a vector.",
    call=TorchCall(apply=_write_mean),
    shape=_shape_global,
    figure=Adaptive("mean"),
    formula="y_c = mean of channel c",
    help="Turns the last map of a convolutional network into one number a channel, ready for Linear (Lin and others, 2013). "
    "It takes a signal, an image or a volume of any size and is AdaptiveAvgPool with 1 and Flatten in one.",
    search=("global average pooling", "gap", "mean", "pool", "vector", "squeeze", "network in network"),
    traits=_STRAIGHT,
)

GLOBAL_MAX_POOL = LayerSpec(
    kind="GlobalMaxPool",
    family="pooling",
    summary="Takes the largest value of each channel over all places: a vector.",
    call=TorchCall(apply=_write_max),
    shape=_shape_global,
    figure=Adaptive("max"),
    formula="y_c = max of channel c",
    help="Tells for each channel how strongly its pattern appeared anywhere, whatever the place: good for finding whether "
    "something is there, as in text and sound. Only the strongest place of a channel gets a gradient.",
    search=("global max pooling", "maximum", "pool", "vector"),
)

LAYERS = (
    *(declare(axes) for declare in (_declare_mean, _declare_max) for axes in (1, 2, 3)),
    GLOBAL_AVG_POOL,
    GLOBAL_MAX_POOL,
)
