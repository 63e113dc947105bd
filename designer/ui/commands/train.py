"""The commands of the Train menu: start, pause, step, stop."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from designer.ui.commands.record import Command, in_menu
from designer.ui.commands.sweeps import SWEEPS
from designer.ui.steering import join_names
from designer.ui.words import write_amount

if TYPE_CHECKING:
    from designer.ui.window import Window


def _name(verb: str) -> "Callable[[Window], str]":
    """Return what names a command by its verb, and by the document whose run it is about where that is not shown."""
    return lambda window: f"{verb} {window.trainer.elsewhere}".strip()


def _name_pause(window: "Window") -> str:
    return _name("Resume" if window.trainer.is_paused else "Pause")(window)


def _tip_start(window: "Window") -> str:
    other = window.trainer.elsewhere
    if other:
        return f"{other} is training, and there is one run at a time: this asks whether to go there or to stop it"
    return START


def _tip_pause(window: "Window") -> str:
    if not window.trainer.is_paused:
        return PAUSE
    changes = window.trainer.steering.changes
    return f"Go on with what you changed: {join_names(changes)}" if changes else "Go on with the run"


def _tip_step(window: "Window") -> str:
    return STEP if window.trainer.is_active else "Begin a run, and hold it after its first batch"


def _follow(window: "Window") -> None:
    from designer.ui.followed import ask_followed  # seldom asked for

    ask_followed(window)


PAUSE = "Hold the run after the step in hand; Resume goes on, with what you change meanwhile"
STEP = "Learn from one batch and hold again: curves, weights and progress follow"
STOP = "Stop after the step in hand; what was learned is kept"
START = "Train the network as the Training panel says"

TRAIN = in_menu(
    "Train",
    (
        Command(
            "train.start",
            "Train",
            lambda w: w.trainer.start(),
            icon="ph.play-fill",
            shortcuts=("F5",),
            bar=101,
            enabled=lambda w: w.trainer.can_start,
            tip=START,
            tip_now=_tip_start,
        ),
        Command(
            "train.pause",
            "Pause",
            lambda w: w.trainer.pause(),
            icon="ph.pause-fill",
            shortcuts=("F6",),
            bar=102,
            tip=PAUSE,
            tip_now=_tip_pause,
            enabled=lambda w: w.trainer.can_pause,
            title_now=_name_pause,
        ),
        Command(
            "train.step",
            "Step",
            lambda w: w.trainer.step(),
            icon="ph.skip-forward-fill",
            shortcuts=("F7",),
            bar=103,
            enabled=lambda w: w.trainer.can_step,
            title_now=_name("Step"),
            tip=STEP,
            tip_now=_tip_step,
        ),
        Command(
            "train.stop",
            "Stop",
            lambda w: w.trainer.stop(),
            icon="ph.stop-fill",
            shortcuts=("Shift+F5",),
            bar=104,
            enabled=lambda w: w.trainer.can_stop,
            title_now=_name("Stop"),
            tip=STOP,
            tip_now=lambda w: "Follow the run no longer; it goes on" if w.trainer.is_followed else STOP,
        ),
    ),
    (
        Command(
            "train.more",
            "Train more epochs",
            lambda w: w.trainer.rescue.train_more(),
            icon="ph.plus-circle",
            shortcuts=("Ctrl+F5",),
            enabled=lambda w: w.trainer.rescue.last is not None,
            title_now=lambda w: f"Train {write_amount(w.trainer.rescue.more, 'more epoch')}",
            tip="Go on with the last run from where it ended, for so many epochs more",
        ),
        Command(
            "train.from",
            "Train again from",
            icon="ph.clock-counter-clockwise",
            enabled=lambda w: bool(w.trainer.rescue.checkpoints),
            choices=lambda w: w.trainer.rescue.offer_checkpoints(),
            tip="Train the present network from a checkpoint of the last run",
        ),
    ),
    (
        Command(
            "train.evaluate",
            "Evaluate",
            lambda w: w.evaluating.begin(),
            icon="ph.target",
            shortcuts=("Ctrl+Shift+E",),
            tip="How good the network is on the samples held out: figures, confusions, and where it is wrong",
        ),
        Command(
            "train.try",
            "Try it",
            lambda w: w.trying.show(),
            icon="ph.hand-pointing",
            shortcuts=("Ctrl+Shift+Y",),
            tip="Ask the network about a sample of your own: a row, a drawing, a picture, a text",
        ),
        Command(
            "train.baselines",
            "Compare with simple methods",
            lambda w: w.baselines.toggle(),
            icon="ph.scales",
            enabled=lambda w: w.baselines.is_busy or w.trainer.can_start,
            title_now=lambda w: f"{'Stop comparing' if w.baselines.is_busy else 'Compare'} with simple methods",
            tip="What the mean, a linear model and gradient boosting reach on the same data: lines in the curves to beat",
        ),
    ),
    (
        Command(
            "train.fit",
            "Will it fit? …",
            lambda w: w.trials.measure_fit(),
            icon="ph.ruler",
            enabled=lambda w: w.trainer.can_start and not w.trainer.is_active,
            tip="Measure what memory the run takes, the largest batch that fits, and the time of an epoch",
        ),
        Command(
            "train.follow",
            "Follow a run folder…",
            _follow,
            icon="ph.broadcast",
            enabled=lambda w: not w.trainer.is_active,
            tip="Show the curves of a run that goes on elsewhere, on another computer or in a terminal, from its folder",
        ),
    ),
    SWEEPS,
)
