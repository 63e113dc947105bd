"""What the window knows of a sweep: what is typed for it, and what it found so far. The panels see no more of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from designer.catalogue.parameters import Maybe, Option
from designer.document.project import Project
from designer.engine.sweeps.ablation import SEEDS, make_ablation
from designer.engine.sweeps.definition import Sweep, check_sweep, direction_of, read_values
from designer.engine.sweeps.places import Place, SweepError, find_place
from designer.engine.sweeps.values import write_value

if TYPE_CHECKING:
    from designer.engine.sweeps.folder import SweepFolder
    from designer.engine.sweeps.trials import Trial

ABLATION = "ablation"


@dataclass(slots=True)
class Draft:
    """What is typed for the sweep of a document: settings by key with their values as text, and the rest."""

    rows: dict[str, str] = field(default_factory=dict)
    method: str = "bayes"
    trials: int = 20
    seeds: str = ""
    goal: str = "val_loss"
    epochs: int = 0
    pruning: bool = True
    single: bool = False  # an ablation changes one thing at a time

    def read(self, project: Project) -> Sweep:
        """Return the sweep that it tells of. Raises SweepError."""
        words = [word for word in self.seeds.replace(",", " ").split() if word]
        if not all(word.isascii() and word.isdecimal() and int(word) < 2**32 for word in words):
            raise SweepError(f"Seeds are whole numbers, as in 1, 2, 3; {self.seeds} are none.")
        if self.method == ABLATION:
            seeds = tuple(int(word) for word in words) or SEEDS
            return make_ablation(project, seeds=seeds, goal=self.goal, epochs=self.epochs, single=self.single)
        axes = tuple(read_values(find_place(project, key), text) for key, text in self.rows.items())
        sweep = Sweep(
            axes=axes,
            method=self.method,  # type: ignore[arg-type]
            trials=0 if self.method == "grid" else self.trials,
            seeds=tuple(int(word) for word in words),
            goal=self.goal,
            direction=direction_of(self.goal),
            pruning=self.pruning,
            epochs=self.epochs,
        )
        return check_sweep(sweep, project)

    @classmethod
    def write(cls, sweep: Sweep) -> "Draft":
        """Return the draft of a sweep."""
        return cls(
            {axis.key: axis.describe() for axis in sweep.axes if not sweep.ablation},
            ABLATION if sweep.ablation else sweep.method,
            sweep.trials or 20,
            ", ".join(map(str, sweep.seeds)),
            sweep.goal,
            sweep.epochs,
            sweep.pruning or sweep.ablation,
            sweep.single,
        )


@dataclass(slots=True, eq=False)
class Findings:
    """The last sweep of a document, under way or ended. `share` is how much is done, `ended` how it ended."""

    folder: "SweepFolder"
    trials: "tuple[Trial, ...]" = ()
    importance: Mapping[str, float] = field(default_factory=dict)
    share: float = 0.0
    ended: str = ""  # "", "finished", "stopped", "elsewhere" where others work on it, or what went wrong

    @property
    def sweep(self) -> Sweep:
        """What it does."""
        return self.folder.sweep


class Sweeping(QObject):
    """What a panel asks of whoever runs the sweeps.

    `changed` says that one began or ended, or that another document is shown; `advanced` that trials came further.
    """

    changed = Signal()
    advanced = Signal()
    draft_changed = Signal()

    @property
    def draft(self) -> Draft:
        """What is typed for the document that is shown."""
        raise NotImplementedError

    @property
    def findings(self) -> Findings | None:
        """The last sweep of the document that is shown."""
        raise NotImplementedError

    @property
    def can_go_on(self) -> bool:
        """Whether the draft says what the last sweep does, so that starting it goes on with that."""
        raise NotImplementedError

    @property
    def is_active(self) -> bool:
        """Whether a sweep is under way, in whatever document."""
        raise NotImplementedError

    @property
    def is_stopping(self) -> bool:
        """Whether it is to end after the step in hand."""
        raise NotImplementedError

    @property
    def is_here(self) -> bool:
        """Whether it is that of the document that is shown."""
        raise NotImplementedError

    @property
    def name(self) -> str:
        """The name of the document whose sweep is under way."""
        raise NotImplementedError

    def vary(self, key: str, text: str = "") -> None:
        """Let one more setting vary."""
        raise NotImplementedError

    def start(self) -> None:
        """Begin what is drafted, or go on with it."""
        raise NotImplementedError

    def stop(self) -> None:
        """End the sweep under way."""
        raise NotImplementedError

    def open(self, path: Path) -> None:
        """Show the sweep in a folder."""
        raise NotImplementedError

    def list_kept(self) -> list[Path]:
        """Return the folders of sweeps that are kept."""
        raise NotImplementedError

    def open_trial(self, slot: int) -> None:
        """Open the project of a trial."""
        raise NotImplementedError

    def use_trial(self, slot: int) -> None:
        """Set the values of a trial."""
        raise NotImplementedError


PENALTIES = ("l1", "l2", "weight_decay")
MOST_WORDS = 4  # that are all proposed; of more, the one that holds and two others


def propose(place: Place) -> str:
    """Return values to begin with around the one that holds: half and double of a number, all or some of the words."""
    key, value = place.key, place.value
    kind = place.type.item if isinstance(place.type, Maybe) else place.type
    match value:
        case bool():
            return "true,false"
        case _ if isinstance(kind, Option):
            own = [write_value(value)]
            others = [word for word in kind.words if word != value]
            return ",".join(own + (others if len(others) < MOST_WORDS else others[:2]))
        case 0 | 0.0 if key.endswith(PENALTIES):
            return "0,0.0001,0.001"
        case int() if key.endswith("seed"):
            return ",".join(str(value + step) for step in range(3))
        case int() if value > 0:
            return ",".join(str(each) for each in dict.fromkeys((max(1, value // 2), value, value * 2)))
        case float() if value > 0 and (key.endswith("lr") or value < 0.05):
            return f"log:{value / 10:.3g}..{min(value * 10, 1.0) if key.endswith('lr') else value * 10:.3g}"
        case float() if 0 < value < 1:
            return f"{max(value / 2, value - 0.2):.3g}..{min(0.95, value + 0.2):.3g}"
        case float():
            return f"{min(value, 0):.3g}..{max(value * 2, 1):.3g}" if value >= 0 else f"{value * 2:.3g}..0"
    return write_value(value)
