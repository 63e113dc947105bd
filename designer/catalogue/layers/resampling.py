"""Layers that change the grid of places: interpolation, channels to places and back, patches to columns and back."""

import math

from designer.catalogue.demands import IMAGE, SPATIAL, demand_axes, demand_numbers
from designer.catalogue.figures import Patches, Resize, Shuffle
from designer.catalogue.geometry import count_patches, spread, spread_sizes
from designer.catalogue.parameters import Factors, Flag, Integer, Maybe, Option, Parameter, PerAxis, Sizes, Values
from designer.catalogue.spec import Inputs, LayerSpec, Outputs, ShapeError, TensorType, TorchCall
from designer.catalogue.worked import work_out_pixels, work_out_scale

# How many spatial axes an interpolating mode works on; the others work on any.
_AXES = {"linear": 1, "bilinear": 2, "bicubic": 2, "trilinear": 3}
_MODES = ("nearest", "nearest-exact", "linear", "bilinear", "bicubic", "trilinear", "area")
_COLUMNS = ("channels · window", "places")


def _shape_upsample(values: Values, inputs: Inputs) -> Outputs:
    (x,) = inputs
    demand_numbers(x)
    demand_axes(x, *SPATIAL.values())
    channels, *rest = x.sizes
    sizes, mode = tuple(rest), values["mode"]
    if len(sizes) != _AXES.get(mode, len(sizes)):
        fitting = {1: "linear", 2: "bilinear", 3: "trilinear"}[len(sizes)]
        raise ShapeError(
            f"has `mode` {mode}, which does not work on {x}. Choose {fitting} or nearest", settings={"mode": fitting}
        )
    if values["size"] is not None:
        return (TensorType((channels, *spread_sizes(values, sizes))),)
    factors = _spread_factors(values, len(sizes))
    grown = tuple(int(size * factor) for size, factor in zip(sizes, factors, strict=True))
    if min(grown) < 1:
        raise ShapeError(
            f"shrinks {x} to nothing. Choose a larger `scale_factor`",
            settings={"scale_factor": 1.0},
        )
    return (TensorType((channels, *grown)),)


def _spread_factors(values: Values, axes: int) -> tuple[float, ...]:
    factor: float | tuple[float, ...] = values["scale_factor"]
    if not isinstance(factor, tuple):
        return (factor,) * axes
    if len(factor) != axes:
        raise ShapeError(
            f"has {len(factor)} numbers in `scale_factor`, but its input has {axes} spatial "
            f"{'axis' if axes == 1 else 'axes'}. Give one number for all, or one for each",
            settings={"scale_factor": factor[0]},
        )
    return factor


def _work_out_size(values: Values, inputs: Inputs) -> int | tuple[int, ...] | None:
    size: tuple[int, ...] | None = values["size"]
    return size[0] if size is not None and len(set(size)) == 1 else size


UPSAMPLE = LayerSpec(
    kind="Upsample",
    family="shape",
    summary="Enlarges a signal, an image or a volume by interpolation.",
    call=TorchCall(
        "nn.Upsample",
        derived={
            "size": _work_out_size,
            "scale_factor": lambda values, inputs: values["scale_factor"] if values["size"] is None else None,
            "align_corners": lambda values, inputs: (values["align_corners"] and values["mode"] in _AXES) or None,
        },
    ),
    parameters=(
        Parameter(
            "size",
            Maybe(Sizes(3), none="by scale_factor"),
            None,
            "Size of the output: one number for all axes, or one for each; it goes before scale_factor.",
            argument=False,
        ),
        Parameter(
            "scale_factor",
            Factors(),
            2.0,
            "How many times larger it gets: one number for all axes, or one for each.",
            argument=False,
        ),
        Parameter(
            "mode", Option(_MODES), "nearest", "How new values arise; linear is for signals, bilinear for images."
        ),
        Parameter(
            "align_corners",
            Flag(),
            False,
            "Let the outermost values lie on each other; only with the linear and cubic modes.",
            argument=False,
        ),
    ),
    shape=_shape_upsample,
    card=("mode",),
    worked=work_out_scale,
    figure=Resize(),
    formula="size ⌊n · scale_factor⌋",
    help="Makes maps larger without learning anything, mostly by 2 with a convolution behind it, in decoders and in U-Net: it "
    "leaves none of the chequered pattern of ConvTranspose2d. nearest repeats values, bilinear smooths them. "
    "A factor below 1 shrinks; area then takes the mean of what falls together.",
    search=("interpolate", "resize", "enlarge", "scale", "bilinear", "nearest", "decoder", "unet"),
    traits=frozenset({"straight"}),
)


def _demand_image(x: TensorType) -> None:
    if len(x.sizes) != 3:
        raise ShapeError(
            f"expects {' x '.join(IMAGE)} but gets {x}. Put it where an image flows",
        )


def _largest_divisor(limit: int, *numbers: int) -> int:
    """Return the largest number up to `limit`, and at most 100, that divides all of `numbers`."""
    common = math.gcd(*numbers)
    return next(number for number in range(min(limit, 100), 0, -1) if common % number == 0)


def _shape_shuffle(values: Values, inputs: Inputs) -> Outputs:
    (x,) = inputs
    _demand_image(x)
    channels, height, width = x.sizes
    factor = values["upscale_factor"]
    if channels % factor**2:
        fitting = next(number for number in range(min(factor, 100), 0, -1) if channels % number**2 == 0)
        raise ShapeError(
            f"has `upscale_factor` {factor}, so its input needs a multiple of {factor**2} channels but has {channels}. "
            "Let the convolution before it give that many",
            settings={"upscale_factor": fitting},
        )
    return (TensorType((channels // factor**2, height * factor, width * factor), x.dtype),)


PIXEL_SHUFFLE = LayerSpec(
    kind="PixelShuffle",
    family="shape",
    summary="Lays groups of channels out as pixels of a larger image.",
    call=TorchCall("nn.PixelShuffle", positional=("upscale_factor",)),
    parameters=(
        Parameter("upscale_factor", Integer(), 2, "How many times larger height and width get; r² channels make one."),
    ),
    shape=_shape_shuffle,
    card=("upscale_factor",),
    worked=work_out_pixels,
    figure=Shuffle("to pixels"),
    formula="C·r² x H x W -> C x H·r x W·r",
    help="The last step of super-resolution networks (Shi and others, 2016): the convolution before it works on the small "
    "image and gives r² channels for each one wanted. It learns nothing and loses nothing.",
    search=("super resolution", "subpixel", "depth to space", "upsample", "enlarge", "espcn"),
    # Not "straight": what two convolutions with this between them do, no single one can.
    traits=frozenset({"passes"}),
)


def _shape_unshuffle(values: Values, inputs: Inputs) -> Outputs:
    (x,) = inputs
    _demand_image(x)
    channels, height, width = x.sizes
    factor = values["downscale_factor"]
    if height % factor or width % factor:
        raise ShapeError(
            f"has `downscale_factor` {factor}, which does not divide its input's {height} x {width}. "
            "Choose a divisor of both",
            settings={"downscale_factor": _largest_divisor(factor, height, width)},
        )
    return (TensorType((channels * factor**2, height // factor, width // factor), x.dtype),)


PIXEL_UNSHUFFLE = LayerSpec(
    kind="PixelUnshuffle",
    family="shape",
    summary="Stacks neighbouring pixels as channels of a smaller image.",
    call=TorchCall("nn.PixelUnshuffle", positional=("downscale_factor",)),
    parameters=(Parameter("downscale_factor", Integer(), 2, "How many times smaller height and width get."),),
    shape=_shape_unshuffle,
    card=("downscale_factor",),
    worked=work_out_pixels,
    figure=Shuffle("to channels"),
    formula="C x H·r x W·r -> C·r² x H x W",
    help="Makes an image smaller without losing a value, where a stride or a pool would: the way back of PixelShuffle. "
    "It learns nothing.",
    search=("space to depth", "downsample", "shrink", "subpixel", "focus"),
    traits=frozenset({"passes"}),
)


def _shape_channels(values: Values, inputs: Inputs) -> Outputs:
    (x,) = inputs
    demand_numbers(x)
    demand_axes(x, *SPATIAL.values())
    channels, groups = x.sizes[0], values["groups"]
    if channels % groups:
        raise ShapeError(
            f"has `groups` {groups}, which does not divide its input's {channels} channels. Choose a divisor",
            settings={"groups": _largest_divisor(groups, channels)},
        )
    return inputs


CHANNEL_SHUFFLE = LayerSpec(
    kind="ChannelShuffle",
    family="shape",
    summary="Deals the channels of each group out among all groups.",
    call=TorchCall("nn.ChannelShuffle", positional=("groups",)),
    parameters=(Parameter("groups", Integer(), 2, "How many groups the convolution before it has."),),
    shape=_shape_channels,
    card=("groups",),
    figure=Shuffle("channels"),
    formula="channel g·n + i -> i·G + g",
    help="Stands between convolutions with `groups`, whose groups would otherwise never see each other (ShuffleNet, Zhang and "
    "others, 2018). Give it the same number of groups. It learns nothing.",
    search=("shufflenet", "groups", "permute", "mix"),
    traits=frozenset({"straight", "passes"}),
)


def _window() -> tuple[Parameter, ...]:
    return (
        Parameter("kernel_size", PerAxis(2), 2, "Size of a patch."),
        Parameter("dilation", PerAxis(2), 1, "Distance between the points of a patch; 1 is no gap."),
        Parameter("padding", PerAxis(2, low=0), 0, "Border of zeros on each side of the image."),
        Parameter("stride", PerAxis(2), 1, "How far apart the patches lie."),
    )


def _shape_unfold(values: Values, inputs: Inputs) -> Outputs:
    (x,) = inputs
    demand_numbers(x)
    _demand_image(x)
    patches = count_patches(values, x.sizes[1:])
    window = math.prod(spread(values["kernel_size"], 2))
    return (TensorType((x.sizes[0] * window, math.prod(patches))),)


UNFOLD = LayerSpec(
    kind="Unfold",
    family="shape",
    summary="Cuts an image into patches and lays each out as a column.",
    call=TorchCall("nn.Unfold", positional=("kernel_size",)),
    parameters=_window(),
    shape=_shape_unfold,
    card=("kernel_size", "stride"),
    figure=Patches("columns"),
    formula="C x H x W -> C·k² x L,  L the number of patches",
    help="What a convolution sees, written out: patches for a mixer or for attention between neighbours. With kernel and "
    "`stride` equal they do not overlap. Overlapping patches repeat values, so watch the memory.",
    search=("im2col", "patches", "windows", "columns", "unroll"),
)


def _shape_fold(values: Values, inputs: Inputs) -> Outputs:
    (x,) = inputs
    demand_numbers(x)
    demand_axes(x, _COLUMNS)
    rows, columns = x.sizes
    window = math.prod(spread(values["kernel_size"], 2))
    if rows % window:
        raise ShapeError(
            f"gets columns of {rows}, which is no multiple of the {window} values of a patch. "
            "Give it the `kernel_size` of the Unfold before it"
        )
    sizes = spread(values["output_size"], 2)
    patches = count_patches(values, sizes)
    if math.prod(patches) != columns:
        raise ShapeError(
            f"lays {patches[0]} x {patches[1]} patches into an image of {sizes[0]} x {sizes[1]} but gets {columns}. "
            "Give it the settings of the Unfold before it, and the size of the image that reached that"
        )
    return (TensorType((rows // window, *sizes)),)


FOLD = LayerSpec(
    kind="Fold",
    family="shape",
    summary="Adds columns up to an image again, each in the place of its patch.",
    call=TorchCall("nn.Fold", positional=("output_size", "kernel_size")),
    parameters=(Parameter("output_size", PerAxis(2), 8, "Height and width of the image."), *_window()),
    shape=_shape_fold,
    card=("output_size", "kernel_size"),
    figure=Patches("image"),
    formula="C·k² x L -> C x H x W, overlaps added up",
    help="The way back of Unfold, with the same settings and the size of the image. Where patches overlap their values add "
    "up, so an image that went through both comes back brighter there.",
    search=("col2im", "patches", "columns", "overlap add"),
)

LAYERS = (UPSAMPLE, PIXEL_SHUFFLE, PIXEL_UNSHUFFLE, CHANNEL_SHUFFLE, UNFOLD, FOLD)
