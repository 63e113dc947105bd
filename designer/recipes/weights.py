"""Start from the weights of a file instead of fresh ones."""

from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn


def load_weights(model: nn.Module, path: Path) -> None:
    """Put the weights of a .safetensors file into the network.

    What the file lacks, or has in another shape (a head that was replaced), stays as it was drawn.
    """
    if not path.is_file():
        raise ValueError(f"There is no file {path} with the weights to start from.")
    try:
        weights = load_file(path)
    except (OSError, SafetensorError) as error:
        raise ValueError(f"{path} is no whole .safetensors file ({error}).") from error
    own = model.state_dict()
    if strange := sorted(weights.keys() - own.keys()):
        raise ValueError(f"{path} belongs to another network: there is no {strange[0]} in this one.")
    fitting = {name: weight for name, weight in weights.items() if weight.shape == own[name].shape}
    model.load_state_dict(fitting, strict=False)
