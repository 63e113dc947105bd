"""Layers that add a border to a signal, an image or a volume, or cut its edges off."""

from collections.abc import Sequence

from designer.catalogue.demands import NOUNS, SPATIAL, demand_axes, demand_numbers
from designer.catalogue.figures import Border, Trim
from designer.catalogue.geometry import crop_edges, crop_middle, pad_edges
from designer.catalogue.parameters import Parameter, PerAxis, Real, Sizes, Values
from designer.catalogue.spec import Inputs, LayerSpec, Outputs, TensorType, TorchCall
from designer.catalogue.worked import work_out_edges

# In torch's order: the last axis first.
_EDGES = {1: "left and right", 2: "left, right, top and bottom", 3: "left, right, top, bottom, front and back"}
_FORMULA = "size n + before + after"
# How much a border may repeat of an input of n: a mirror leaves out the edge itself, a ring goes round once.
_REPEATED = {"Reflection": -1, "Circular": 0}

_SUMMARY = {
    "Zero": "with zeros",
    "Constant": "with one value",
    "Reflection": "with its own mirror image",
    "Replication": "with its outermost values",
    "Circular": "with what lies at the other end",
}
_WORDS = {
    "Zero": ("zeros",),
    "Constant": ("fill", "value"),
    "Reflection": ("mirror",),
    "Replication": ("replicate", "edge", "repeat"),
    "Circular": ("wrap", "periodic", "ring"),
}
_HELP = {
    "Zero": "Sets the border by hand where a layer has no `padding` or needs other amounts on each side, as MobileNet and "
    "TensorFlow's networks do. To take a border off there is Crop.",
    "Constant": "Fills the border with `value`: the background of the data where that is not 0, or a very low number before "
    "a MaxPool that must not choose it. It learns nothing.",
    "Reflection": "Continues the input by its own mirror image, so that no edge arises: the choice for style transfer and "
    "image-to-image networks. The border must be smaller than the input.",
    "Replication": "Continues the input by its outermost values, without the dark frame that zeros leave. "
    "It learns nothing.",
    "Circular": "Joins the ends to a ring: for angles, seasons, panoramas and simulations with periodic borders. "
    "The border may be at most as large as the input.",
}


_FIGURES = {
    "Zero": Border("constant"),
    "Constant": Border("constant"),
    "Reflection": Border("reflect"),
    "Replication": Border("replicate"),
    "Circular": Border("circular"),
}


def _declare_pad(name: str, axes: int) -> LayerSpec:
    """Return the padding layer of one kind over a number of spatial axes."""

    def shape(values: Values, inputs: Inputs) -> Outputs:
        (x,) = inputs
        demand_numbers(x)
        demand_axes(x, SPATIAL[axes])
        return (TensorType((x.sizes[0], *pad_edges(values, x.sizes[1:], _REPEATED.get(name)))),)

    padding = Parameter(
        "padding", PerAxis(2 * axes, low=0), 1, f"Border on every side, or one number each: {_EDGES[axes]}."
    )
    value = Parameter("value", Real(), 0.0, "What the border is filled with.")
    parameters = (padding, value) if name == "Constant" else (padding,)
    return LayerSpec(
        kind=f"{name}Pad{axes}d",
        family="shape",
        summary=f"Frames {_article(axes)} {_SUMMARY[name]}.",
        call=TorchCall(f"nn.{name}Pad{axes}d", positional=tuple(each.name for each in parameters)),
        parameters=parameters,
        shape=shape,
        card=("padding",),
        formula=_FORMULA,
        worked=work_out_edges("padding", "+"),
        figure=_FIGURES[name],
        help=_HELP[name],
        search=("padding", "border", "margin", "frame", NOUNS[axes], *_WORDS[name]),
        traits=frozenset({"straight"}),
    )


def _declare_crop(axes: int) -> LayerSpec:
    """Return the layer that cuts edges off, over a number of spatial axes."""

    def shape(values: Values, inputs: Inputs) -> Outputs:
        (x,) = inputs
        demand_axes(x, SPATIAL[axes])
        return (TensorType((x.sizes[0], *crop_edges(values, x.sizes[1:])), x.dtype),)

    def write_slices(values: Values, layer: str, inputs: Sequence[str]) -> str:
        edges = values["edges"]
        each = edges if isinstance(edges, tuple) else (edges,) * (2 * axes)
        slices = [f"{a or ''}:{-b if b else ''}" for a, b in zip(each[::2], each[1::2], strict=True)]
        return f"{inputs[0]}[:, :, {', '.join(reversed(slices))}]"

    return LayerSpec(
        kind=f"Crop{axes}d",
        family="shape",
        summary=f"Cuts the edges of {_article(axes)} off.",
        call=TorchCall(apply=write_slices),
        parameters=(
            Parameter(
                "edges", PerAxis(2 * axes, low=0), 1, f"How much to cut off every side, or each: {_EDGES[axes]}."
            ),
        ),
        shape=shape,
        card=("edges",),
        formula="size n − before − after",
        worked=work_out_edges("edges", "−"),
        figure=Trim(),
        help="Takes off what padding put on, or the edges where a convolution saw the border. "
        "To cut to a size whatever the input's take CenterCrop.",
        search=("cropping", "cut", "trim", "slice", "border", NOUNS[axes]),
        traits=frozenset({"straight"}),
    )


def _article(axes: int) -> str:
    return f"{'an' if axes == 2 else 'a'} {NOUNS[axes]}"


def _shape_centre(values: Values, inputs: Inputs) -> Outputs:
    (x,) = inputs
    demand_axes(x, *SPATIAL.values())
    return (TensorType((x.sizes[0], *crop_middle(values, x.sizes[1:])), x.dtype),)


def _work_out_size(values: Values, inputs: Inputs) -> int | tuple[int, ...]:
    """Return the size as it is best written: one number where all axes agree."""
    size: tuple[int, ...] = values["size"]
    return size[0] if len(set(size)) == 1 else size


CENTER_CROP = LayerSpec(
    kind="CenterCrop",
    family="shape",
    summary="Cuts the middle out of a signal, an image or a volume.",
    call=TorchCall("CenterCrop", positional=("size",), derived={"size": _work_out_size}, recipe="crop"),
    parameters=(
        Parameter(
            "size", Sizes(3), (24,), "Size of the middle: one number for all axes, or one for each.", argument=False
        ),
    ),
    shape=_shape_centre,
    card=("size",),
    figure=Trim(),
    formula="from ⌊(n − size) / 2⌋ on",
    help="Brings a map to the size of another one, as the first U-Net did before it joined the way down to the way up. "
    "The input must be at least as large.",
    search=("crop", "middle", "cut", "trim", "unet", "skip"),
    traits=frozenset({"straight"}),
)

LAYERS = (
    *(_declare_pad(name, axes) for name in _SUMMARY for axes in (1, 2, 3)),
    *(_declare_crop(axes) for axes in (1, 2, 3)),
    CENTER_CROP,
)
