"""Draw a neural network, train it live, and leave with the PyTorch script that ran.

For notebooks and scripts: every name below comes from `designer.api`, which says what each does. Nothing is imported
before it is used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from designer.api import BlockDefinition as BlockDefinition
    from designer.api import Layer as Layer
    from designer.api import Result as Result
    from designer.api import Summary as Summary
    from designer.api import TrainingFailed as TrainingFailed
    from designer.api import TransferReport as TransferReport
    from designer.api import block as block
    from designer.api import build as build
    from designer.api import change as change
    from designer.api import check as check
    from designer.api import choose_loss as choose_loss
    from designer.api import choose_optimizer as choose_optimizer
    from designer.api import choose_schedule as choose_schedule
    from designer.api import export as export
    from designer.api import find_node as find_node
    from designer.api import layer as layer
    from designer.api import make_model as make_model
    from designer.api import new as new
    from designer.api import open_project as open  # noqa: A004, F401
    from designer.api import save as save
    from designer.api import summarise as summarise
    from designer.api import templates as templates
    from designer.api import train as train
    from designer.api import transfer as transfer
    from designer.api import verify as verify
    from designer.api import watch as watch
    from designer.api import with_data as with_data
    from designer.api import with_training as with_training
    from designer.codegen.source import NotReady as NotReady
    from designer.document import edits as edits
    from designer.document.edits import EditError as EditError
    from designer.document.files import FileError as FileError
    from designer.document.graph import Edge as Edge
    from designer.document.project import Choice as Choice
    from designer.document.project import Data as Data
    from designer.document.project import Project as Project
    from designer.document.project import Training as Training

__version__ = "0.1.0"

_API = "block build change check choose_loss choose_optimizer choose_schedule export find_node layer make_model new"
_API += " save summarise templates train transfer verify watch with_data with_training Layer Result Summary"
_API += " TrainingFailed TransferReport BlockDefinition"

# Each public name, with the module it comes from and what it is called there.
_HOMES = {
    **{name: ("designer.api", name) for name in _API.split()},
    "open": ("designer.api", "open_project"),
    "edits": ("designer.document.edits", ""),
    "EditError": ("designer.document.edits", "EditError"),
    "FileError": ("designer.document.files", "FileError"),
    "NotReady": ("designer.codegen.source", "NotReady"),
    "Edge": ("designer.document.graph", "Edge"),
    **{name: ("designer.document.project", name) for name in ("Choice", "Data", "Project", "Training")},
}

__all__ = sorted(_HOMES)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> object:
    """Import a public name when it is first used (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module 'designer' has no attribute {name!r}")
    home, original = _HOMES[name]
    module = import_module(home)
    value = getattr(module, original) if original else module
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
