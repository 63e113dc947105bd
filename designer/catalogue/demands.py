"""What layers demand of the tensors that reach them, each refusal in plain words with what to do."""

from designer.catalogue.spec import ShapeError, TensorType

VECTOR = ("features",)
SEQUENCE = ("length", "features")
SIGNAL = ("channels", "length")
IMAGE = ("channels", "height", "width")


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
    missing = len(form) - len(x.sizes)
    if missing == 1 and form[0] == "channels" and x.sizes:
        return f"If that is one channel, let the Input give 1 x {x}"
    if missing > 0:
        return f"Put it where a tensor of {len(form)} axes flows: before Flatten, or let the Input give one"
    return f"Put it where a tensor of {len(form)} axes flows"
