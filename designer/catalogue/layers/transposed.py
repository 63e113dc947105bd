"""Convolutions run backwards: each place of the input stamps a learned filter on a larger output."""

import math
from collections.abc import Mapping

from designer.catalogue.figures import Stamp
from designer.catalogue.geometry import convolve_transposed, spread
from designer.catalogue.layers.convolution import BIAS, GROUPS, call_convolution, demand_channels
from designer.catalogue.parameters import Integer, Parameter, PerAxis, Values
from designer.catalogue.spec import Inputs, LayerSpec, Outputs, TensorType
from designer.catalogue.worked import work_out_stamps

_FORMULA = "y = Σ stamps w x + b;  size (n − 1)s − 2p + d(k − 1) + output_padding + 1"


def _parameters(axes: int) -> tuple[Parameter, ...]:
    return (
        Parameter("out_channels", Integer(), 32, "Number of channels of the output."),
        Parameter("kernel_size", PerAxis(axes), 2, "Size of the patch that each place of the input stamps."),
        Parameter("stride", PerAxis(axes), 1, "How far apart the patches lie; 2 doubles the size."),
        Parameter("padding", PerAxis(axes, low=0), 0, "How much is cut off each side of the output."),
        Parameter(
            "output_padding",
            PerAxis(axes, low=0),
            0,
            "Added to one side of the output, where several sizes would fit; smaller than the stride.",
        ),
        GROUPS,
        BIAS,
        Parameter("dilation", PerAxis(axes), 1, "Distance between the points of a patch; 1 is no gap."),
    )


def _weigh(values: Values, inputs: Inputs) -> Mapping[str, tuple[int, ...]]:
    filters, channels = values["out_channels"], inputs[0].sizes[0]
    kernel = spread(values["kernel_size"], len(inputs[0].sizes) - 1)
    return {"weight": (channels, filters // values["groups"], *kernel)} | (
        {"bias": (filters,)} if values["bias"] else {}
    )


def _count_products(values: Values, inputs: Inputs, outputs: Outputs) -> int:
    """Return one product for each weight of a patch at every place of the input."""
    return inputs[0].elements * math.prod(_weigh(values, inputs)["weight"][1:])


def _declare(axes: int, *, summary: str, advice: str, search: tuple[str, ...]) -> LayerSpec:
    """Return the transposed convolution over a number of spatial axes."""

    def shape(values: Values, inputs: Inputs) -> Outputs:
        sizes = convolve_transposed(values, demand_channels(values, inputs, axes))
        return (TensorType((values["out_channels"], *sizes)),)

    return LayerSpec(
        kind=f"ConvTranspose{axes}d",
        family="convolution",
        summary=summary,
        call=call_convolution(f"nn.ConvTranspose{axes}d"),
        parameters=_parameters(axes),
        shape=shape,
        weights=_weigh,
        multiply_adds=_count_products,
        card=("kernel_size", "out_channels", "stride"),
        formula=_FORMULA,
        worked=work_out_stamps,
        figure=Stamp(),
        help=advice,
        search=("transposed convolution", "deconvolution", "upsample", "decoder", "upconv", "enlarge", *search),
        traits=frozenset({"mixes"}),
    )


CONV_TRANSPOSE1D = _declare(
    1,
    summary="Lengthens a signal by stamping learned patches.",
    advice="The way back of a Conv1d with the same settings: it makes a signal longer in decoders and in generators of "
    "sound. With kernel and `stride` equal it fits without overlap.",
    search=("signal", "audio", "generator"),
)
CONV_TRANSPOSE2D = _declare(
    2,
    summary="Enlarges an image by stamping learned patches.",
    advice="Grows images in decoders, in the upward path of U-Net and in the generator of DCGAN: `kernel_size` 4, `stride` 2 "
    "and `padding` 1 double height and width. Where the `stride` does not divide the kernel, patches overlap unevenly "
    "and a chequered pattern shows; Upsample with a Conv2d behind it has none.",
    search=("image", "generator", "gan", "unet", "segmentation"),
)
CONV_TRANSPOSE3D = _declare(
    3,
    summary="Enlarges a volume by stamping learned patches.",
    advice="Grows volumes and video in decoders, such as the 3d U-Net for scans. With kernel and `stride` 2 it doubles depth, "
    "height and width, and so makes eight times the values: watch the memory.",
    search=("volume", "video", "medical", "generator"),
)

LAYERS = (CONV_TRANSPOSE1D, CONV_TRANSPOSE2D, CONV_TRANSPOSE3D)
