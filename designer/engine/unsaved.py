"""What a run that is over could not write: it stays in memory until there is room for it, or it is given up."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from designer.engine.checkpoint import RunFolder
from designer.engine.events import Failed, Finished
from designer.engine.packing import Weighted
from designer.engine.state import State, to_cpu


@dataclass(frozen=True, slots=True, eq=False)
class Unsaved:
    """The end of a run with its weights and its state, on the CPU, and the folder that they are meant for."""

    folder: RunFolder
    weights: Mapping[str, Tensor] | None
    state: State | None
    ended: Finished | Failed

    @classmethod
    def take(
        cls, folder: RunFolder, model: Weighted | None, state: State | None, ended: Finished | Failed
    ) -> "Unsaved":
        """Copy what is to be written: the network is let go of."""
        weights = {name: to_cpu(tensor) for name, tensor in model.state_dict().items()} if model is not None else None
        return cls(folder, weights, state.copy(to_cpu) if state is not None else None, ended)

    def write(self, elsewhere: Path | None = None) -> None:
        """Write all of it, in another folder if one is given. Raises OSError, FolderError."""
        if elsewhere is not None:
            self.folder.move(elsewhere)
        self.folder.finish(_Copied(self.weights) if self.weights is not None else None, self.state, self.ended)


@dataclass(frozen=True, slots=True)
class _Copied:
    """Weights in the place of the network that had them."""

    weights: Mapping[str, Tensor]

    def state_dict(self) -> dict[str, Tensor]:
        return dict(self.weights)
