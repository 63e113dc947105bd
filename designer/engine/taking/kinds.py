"""The kinds of files in which a network is taken away, and what each is for. No torch."""

from dataclasses import dataclass
from importlib.util import find_spec


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind: its key, its title, what it is for, and the packages that writing or trying it needs."""

    kind: str
    title: str
    meaning: str
    needs: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """The packages that are not installed."""
        return tuple(name for name in self.needs if find_spec(name) is None)

    @property
    def advice(self) -> str:
        """What to do where packages are missing."""
        return f"{self.title} needs {', '.join(self.missing)}: python -m pip install {' '.join(self.needs)}"


KINDS = (
    Kind(
        "package",
        "A package that answers",
        "A folder with predict.py, what was fitted to the data, the weights, the versions to install and a model card. "
        "Give it a file, and it writes the answers.",
    ),
    Kind("script", "The training script", "Plain PyTorch, the code that ran here: to train again, or to read on."),
    Kind("weights", "The weights", "One .safetensors file, as load_state_dict of the script's network takes it."),
    Kind(
        "onnx",
        "ONNX",
        "For other runtimes and languages: onnxruntime, browsers, phones. The network alone, for any number of samples.",
        ("onnx", "onnxscript", "onnxruntime"),
    ),
    Kind(
        "export",
        "torch.export",
        "One .pt2 file with network and weights for torch.export.load, which needs no code of the network.",
    ),
)
