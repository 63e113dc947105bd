"""Layer declarations, one module a family or a part of one, in the order of the palette."""

from designer.catalogue.layers import (
    activation,
    adaptive,
    convolution,
    data,
    linear,
    merge,
    normalization,
    pooling,
    recurrent,
    regularization,
    shape,
    transposed,
)

LAYER_FAMILIES = (
    data.LAYERS,
    linear.LAYERS,
    convolution.LAYERS,
    transposed.LAYERS,
    pooling.LAYERS,
    adaptive.LAYERS,
    normalization.LAYERS,
    activation.LAYERS,
    recurrent.LAYERS,
    regularization.LAYERS,
    merge.LAYERS,
    shape.LAYERS,
)
