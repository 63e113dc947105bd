"""An input that a layer takes, for where none is connected: the example of its picture and of its manual page."""

from itertools import product

from designer.catalogue.blocks import BlockSpec
from designer.catalogue.parameters import Values, resolve
from designer.catalogue.spec import DType, Inputs, LayerSpec, Outputs, ShapeError, TensorType
from designer.document.graph import NO_PARAMETERS

# Sizes of one sample, the likely ones first: an image, a sequence, a vector, a signal, a volume.
_SIZES: tuple[tuple[int, ...], ...] = (
    (32, 28, 28),
    (16, 64),
    (64,),
    (32, 100),
    (32, 8, 16, 16),
    (32, 49),
    (1, 28),
    (1, 28, 28),
    (64, 16),
)
_VECTORS_FIRST = (
    "Output",
    "Linear",
    "Embedding",
    "Reparameterize",
    "Bilinear",
    "Dropout",
    "AlphaDropout",
    "Scale",
    "Softmax",
    "LogSoftmax",
    "Softmin",
)
_SEQUENCES_FIRST = (
    "MatMul",
    "DotProduct",
    "CosineSimilarity",
    "Reduce",
    "LayerNorm",
    "RMSNorm",
    "Transpose",
    "Slice",
    "Select",
    "Split",
    "Permute",
    "GLU",
    "Concatenate",
)


def find_example(spec: LayerSpec, values: Values | None = None) -> tuple[Values, Inputs, Outputs] | None:
    """Return settings, inputs and outputs that go together: those of `values` where any input does for them.

    None for a block, and for a layer that takes none of the usual sizes.
    """
    if isinstance(spec, BlockSpec):
        return None
    defaults, _ = resolve(spec.parameters, NO_PARAMETERS)
    for tried in (values, defaults):
        if tried is not None and (found := _try_sizes(spec, tried)) is not None:
            return (tried, *found)
    return None


def _try_sizes(spec: LayerSpec, values: Values) -> tuple[Inputs, Outputs] | None:
    if spec.role == "input":
        return _try(spec, values, (TensorType((1, 28, 28)),))
    count = 2 if spec.inputs and spec.inputs[-1].many else len(spec.inputs)
    sizes = sorted(_SIZES, key=lambda one: _rate(spec, one))
    dtypes: tuple[DType, ...] = ("float", "int")
    for dtype in dtypes:
        kinds = [TensorType(one, dtype) for one in sizes]
        alike = [(kind,) * count for kind in kinds] if count else [()]
        mixed = product(kinds, repeat=count) if count == 2 else ()
        for inputs in (*alike, *mixed):
            found = _try(spec, values, inputs)
            if found is not None:
                return found
    return None


def _rate(spec: LayerSpec, sizes: tuple[int, ...]) -> bool:
    """Return whether sizes are less likely for this kind."""
    if spec.kind in _VECTORS_FIRST:
        return sizes != (64,)
    return spec.kind in _SEQUENCES_FIRST and sizes != (16, 64)


def _try(spec: LayerSpec, values: Values, inputs: Inputs) -> tuple[Inputs, Outputs] | None:
    try:
        return inputs, spec.shape(values, inputs)
    except (ShapeError, IndexError, ValueError):
        return None
