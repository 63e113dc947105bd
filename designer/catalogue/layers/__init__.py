"""Layer declarations, one module a family, in the order of the palette."""

from designer.catalogue.layers import data, linear

LAYER_FAMILIES = (data.LAYERS, linear.LAYERS)
