"""What layers demand of the tensors that reach them, each refusal in plain words with what to do."""

from designer.catalogue.spec import ShapeError, TensorType

VECTOR = ("features",)
SEQUENCE = ("length", "features")
SIGNAL = ("channels", "length")
IMAGE = ("channels", "height", "width")
VOLUME = ("channels", "depth", "height", "width")
# The forms of a layer that comes in 1d, 2d and 3d, by its spatial axes, and what such a tensor is called.
SPATIAL = {1: SIGNAL, 2: IMAGE, 3: VOLUME}
NOUNS = {1: "signal", 2: "image", 3: "volume"}


def demand_numbers(x: TensorType) -> None:
    """Refuse class indices (int64), which only Embedding turns into numbers."""
    if x.dtype != "float":
        raise ShapeError("expects numbers but gets class indices. Put Embedding before it", "embed")


def demand_indices(x: TensorType) -> None:
    """Refuse anything but class indices (int64)."""
    if x.dtype != "int":
        raise ShapeError(
            "expects class indices (whole numbers) but gets numbers. Feed it from an Input of dtype int, or remove it"
        )


def demand_axes(x: TensorType, *forms: tuple[str, ...]) -> None:
    """Refuse a tensor whose number of axes is that of none of `forms`, each the names of its axes."""
    if len(x.sizes) not in map(len, forms):
        wanted = " or ".join(" x ".join(axes) for axes in forms)
        raise ShapeError(f"expects {wanted} but gets {x}. {_advise(x, forms[-1])}")


def _advise(x: TensorType, form: tuple[str, ...]) -> str:
    """Return what to do where a layer of one number of axes meets another."""
    given, wanted = len(x.sizes), len(form)
    if form in SPATIAL.values() and given - 1 in SPATIAL:
        other = f"Take its {given - 1}d form"
        return f"{other}; or, if that is one channel, let the Input give 1 x {x}" if given == wanted - 1 else other
    if form == SIGNAL and given == 1:
        return f"If that is one channel, let the Input give 1 x {x}; after Flatten the places are lost"
    if given < wanted:
        return f"Put it where {wanted} axes still are: after Flatten the places are lost"
    return f"Put it where a tensor of {wanted} axes flows"
