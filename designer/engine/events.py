"""What the training loop tells its listeners, and what a listener may ask of it: frozen records, no torch, no Qt."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from frozendict import frozendict
from numpy.typing import NDArray

from designer.engine.seeing import Look, Wish

if TYPE_CHECKING:
    from designer.engine.plan import Plan
    from designer.engine.unsaved import Unsaved

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Loading:
    """The first event: the data is about to be read and the network to be built, which may take a while."""


@dataclass(frozen=True, slots=True)
class Started:
    """Data is loaded, the network is built, the first step comes next.

    A run that goes on from a checkpoint has `step` steps behind it, the last of them in `epoch`, and the epochs that
    are over in `past`; `past_losses` are steps and their losses as the run before has written them, of many a mean.
    `past_changes` are the steps at which it was changed and how, `past_steps` what some
    of its steps have told, without their losses, where somebody still knows.
    `same_rows` says that the validation is over the very rows that are learned from, `other_data` that the data are not
    those that the run before has learned from.
    """

    device: str
    epochs: int
    steps_per_epoch: int
    samples: int
    validation_samples: int
    parameters: int
    epoch: int = 0
    step: int = 0
    past: "tuple[EpochDone, ...]" = ()
    past_losses: tuple[tuple[float, float], ...] = ()
    past_changes: tuple[tuple[int, str], ...] = ()
    past_steps: "tuple[StepsDone, ...]" = ()
    same_rows: bool = False
    other_data: bool = False


@dataclass(frozen=True, slots=True)
class StepsDone:
    """Some steps were taken: at most 20 of these a second, and one before every other event if steps are pending.

    `step` counts all steps of the run so far; `losses` are those of the steps since the last such event, in order.
    `samples_per_second` covers the same steps, which took `seconds`, 0 where nobody knows. `metrics` are of the training batches of this epoch so far.
    """

    epoch: int
    step: int
    losses: tuple[float, ...]
    learning_rate: float
    samples_per_second: float
    metrics: Mapping[str, float]
    seconds: float = 0.0


def merge_steps(first: StepsDone, second: StepsDone) -> StepsDone:
    """Return one event for two that follow each other in an epoch."""
    pair = first, second
    seconds = [e.seconds or (len(e.losses) / e.samples_per_second if e.samples_per_second else 0.0) for e in pair]
    samples = sum(spent * e.samples_per_second for spent, e in zip(seconds, pair, strict=True))
    return replace(
        second,
        losses=first.losses + second.losses,
        samples_per_second=samples / sum(seconds) if sum(seconds) else 0.0,
        seconds=first.seconds + second.seconds,
    )


@dataclass(frozen=True, slots=True)
class Validating:
    """A validation that takes long has come this far: at most 20 of these a second, none where it is short."""

    epoch: int
    step: int
    samples: int
    validation_samples: int


@dataclass(frozen=True, slots=True)
class EpochDone:
    """An epoch is over and validation is done.

    `train_loss` is the mean over the epoch's samples as they were trained; `train_metrics` likewise. `seconds` is the
    training part alone. `best` says that `val_loss` is the lowest so far, `last` that no epoch follows.
    """

    epoch: int
    step: int
    train_loss: float
    val_loss: float
    train_metrics: Mapping[str, float]
    val_metrics: Mapping[str, float]
    learning_rate: float
    seconds: float
    best: bool
    last: bool = False


@dataclass(frozen=True, slots=True)
class Weights:
    """A snapshot that was asked for: copies of a node's learned tensors and their last gradients, by torch name.

    `updates` say how far the one step after the snapshot before this one moved each tensor: the norm of the change by
    the norm of the tensor. It is empty in the first snapshot of a node.
    """

    node: str
    step: int
    tensors: Mapping[str, Array]
    gradients: Mapping[str, Array]
    updates: Mapping[str, float] = frozendict()


@dataclass(frozen=True, slots=True)
class Samples:
    """What the network makes after an epoch, or within one after `step` steps, for a plan that wants to see it.

    It is one of three: `picture` is a grid of samples, height x width x channels of bytes; `rows` are samples as numbers;
    `text` is one.
    """

    epoch: int
    picture: NDArray[np.uint8] | None = None
    rows: Array | None = None
    text: str = ""
    step: int = 0


@dataclass(frozen=True, slots=True)
class Changed:
    """The run goes on with another plan from here on, or cannot: then `refusal` says why, and nothing has changed.

    `kept` are the nodes that have all their weights still, `partly` those of another size that have the part in common,
    `fresh` those that begin anew. `restarted` says in words what else begins anew, such as the optimizer's moments.
    `plan` is the one in force from here on, with so many `epochs` and `steps_per_epoch`; `changes` says in a word or two
    each what it has that the one before had not. `back_to` is the step at which its network was left before, where that
    was taken up again as it was then.
    """

    epoch: int
    step: int
    kept: tuple[str, ...] = ()
    partly: tuple[str, ...] = ()
    fresh: tuple[str, ...] = ()
    restarted: tuple[str, ...] = ()
    refusal: str = ""
    plan: "Plan | None" = None
    look: Wish | None = None
    epochs: int = 0
    steps_per_epoch: int = 0
    changes: tuple[str, ...] = ()
    back_to: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Copied:
    """A copy of what the network has learned, by torch's names, as it was asked for: now, or of the best epoch so far.

    It is empty where no epoch is over yet. The tensors are torch's, on the CPU.
    """

    epoch: int
    step: int
    best: bool
    tensors: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Held:
    """The run folder has all that was learned so far, as was asked for before a wait; only a session hears of it."""

    epoch: int
    step: int


@dataclass(frozen=True, slots=True)
class Unkept:
    """The run folder cannot be written for now: the run goes on, and it is tried again. Without a `reason` it can again."""

    epoch: int
    step: int
    reason: str
    folder: Path


@dataclass(frozen=True, slots=True)
class Finished:
    """The last event of a run that ended well: all epochs done, no more progress, or stopped by the user.

    One that was "left" goes on elsewhere, and is followed no longer.
    """

    reason: Literal["finished", "early stop", "stopped", "left"]
    epoch: int
    step: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Failed:
    """The last event of a run that could not go on.

    `message` says what, where and what to do; `node` is the layer at fault if it is known; `trace` is the Python
    traceback for those who ask. `checkpoint` is the last good one, where there is one to go on from, after so many
    steps. `batch_size` is one that should fit where memory ran out, 0 where none is known. `unsaved` is what could not be
    written at the end.
    """

    reason: Literal["data", "non_finite_loss", "out_of_memory", "device", "exception"]
    message: str
    node: str | None
    epoch: int
    step: int
    trace: str
    checkpoint: Path | None = None
    checkpoint_step: int = 0
    batch_size: int = 0
    unsaved: "Unsaved | None" = None


Event = (
    Loading
    | Started
    | StepsDone
    | Validating
    | EpochDone
    | Weights
    | Look
    | Samples
    | Changed
    | Copied
    | Held
    | Unkept
    | Finished
    | Failed
)


@dataclass(frozen=True, slots=True)
class Request:
    """What a listener wants of the loop, sent into the generator at the next event.

    `weights` are the nodes to take a Weights snapshot of, `look` asks for a Look; `stop` ends the run after the step in
    hand. With `one_step` the next event comes after a single step. With a `plan` the run goes on with that one, as far as
    it can. `copy` asks for a copy of the weights, as they are or as they were after the best epoch. `out` is another folder
    to keep the run in, and `keep` wants all written to its folder, between two steps or epochs.
    """

    weights: tuple[str, ...] = ()
    stop: bool = False
    one_step: bool = False
    plan: "Plan | None" = None
    look: Wish | None = None
    copy: Literal["", "now", "best"] = ""
    out: Path | None = None
    keep: bool = False
