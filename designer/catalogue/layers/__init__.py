"""Layer declarations, one module a family, in the order of the palette."""

from designer.catalogue.layers import (
    activation,
    convolution,
    data,
    linear,
    merge,
    normalization,
    pooling,
    recurrent,
    regularization,
    shape,
)

LAYER_FAMILIES = (
    data.LAYERS,
    linear.LAYERS,
    convolution.LAYERS,
    pooling.LAYERS,
    normalization.LAYERS,
    activation.LAYERS,
    recurrent.LAYERS,
    regularization.LAYERS,
    merge.LAYERS,
    shape.LAYERS,
)
