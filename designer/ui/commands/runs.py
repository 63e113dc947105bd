"""The commands of the Runs menu: what can be done with the runs selected in the Runs tab, and how runs are kept."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from designer.ui import taking
from designer.ui.commands.record import Command, in_menu, offer
from designer.ui.words import write_bytes

if TYPE_CHECKING:
    from designer.ui.window import Window

MOST = (20, 50, 200, 1000, 0)  # runs without a star that are kept
MOST_BYTES = (2 * 10**9, 5 * 10**9, 20 * 10**9, 100 * 10**9, 0)
EVERY = (  # epochs
    ("The last and the best", 0),
    ("Of every epoch too", 1),
    *((f"Of every {every} epochs too", every) for every in (5, 10, 50)),
)


def _has_one(window: "Window") -> bool:
    return window.runs.one is not None


def _has_any(window: "Window") -> bool:
    return bool(window.runs.selected)


def _can_go_on(window: "Window") -> bool:
    run = window.runs.one
    return run is not None and run.can_go_on


def _can_train(window: "Window") -> bool:
    run = window.runs.one
    return run is not None and not run.alive and bool(run.list_checkpoints())


def _can_take(window: "Window") -> bool:
    run = window.runs.one
    return run is not None and (run.folder / "best.safetensors").is_file()


def _can_repeat(window: "Window") -> bool:
    run = window.runs.one
    return run is not None and run.record.state in ("finished", "early stop")


def _can_compare(window: "Window") -> bool:
    runs, shown = window.runs.selected, window.editor.document.compared is None
    return len(runs) == 2 or (len(runs) == 1 and shown)


def _name_compare(window: "Window") -> str:
    two = len(window.runs.selected) == 2
    return "Compare their networks" if two else f"Compare with {window.editor.document.name}"


def _name_star(window: "Window") -> str:
    runs = window.runs.selected
    return "Remove star" if runs and all(run.record.starred for run in runs) else "Star"


def offer_checkpoints(window: "Window") -> Iterable[Command]:
    """Return a command for each checkpoint of the selected run."""
    run = window.runs.one
    if run is None:
        return ()
    titled = ((one.title[:1].upper() + one.title[1:], one) for one in run.list_checkpoints())
    again = window.runs.again
    return offer("runs.again", titled, lambda one: again.train_from(run, one), tip=lambda one: str(one.path))


def offer_most(window: "Window") -> Iterable[Command]:
    """Return how many runs may be kept."""
    runs, settings = window.runs, window.settings
    most = ((f"The newest {most:,} without a star" if most else "As many as there are", most) for most in MOST)
    yield from offer("runs.most", most, runs.keep_most, lambda most: settings.most_runs == most)
    sizes = ((f"Up to {write_bytes(most)}" if most else "Of any size", most) for most in MOST_BYTES)
    yield from offer("runs.bytes", sizes, runs.keep_bytes, lambda most: settings.most_run_bytes == most)


def offer_every(window: "Window") -> Iterable[Command]:
    """Return of which epochs checkpoints may be kept."""
    settings = window.settings
    return offer("runs.every", EVERY, window.runs.keep_every, lambda every: settings.checkpoint_every == every)


RUNS = in_menu(
    "Runs",
    (
        Command(
            "runs.show",
            "Show runs",
            lambda w: w.rounds.go_to("runs"),
            icon="ph.rows",
            shortcuts=("Ctrl+Shift+R",),
            tip="Every run that was trained in this window, and those of `designer train --keep`",
        ),
    ),
    (
        Command(
            "runs.open",
            "Open as project",
            lambda w: w.runs.open(),
            icon="ph.folder-open",
            contexts=("run",),
            enabled=_has_any,
            tip="Open the network and the settings of a run in a tab of its own",
        ),
        Command(
            "runs.evaluate",
            "Evaluate",
            lambda w: w.evaluating.evaluate_run(w.runs.one),  # type: ignore[arg-type]
            icon="ph.target",
            contexts=("run",),
            enabled=_has_one,
            tip="How good its best epoch is on the samples held out: figures, confusions, and where it is wrong",
        ),
        Command(
            "runs.try",
            "Try it",
            lambda w: w.trying.try_run(w.runs.one),  # type: ignore[arg-type]
            icon="ph.hand-pointing",
            contexts=("run",),
            enabled=_has_one,
            tip="Ask its best epoch about a sample of your own: a row, a drawing, a picture, a text",
        ),
        Command(
            "runs.take",
            "Take away …",
            lambda w: taking.ask_run(w, w.runs.one),  # type: ignore[arg-type]
            icon="ph.package",
            contexts=("run",),
            enabled=_can_take,
            tip="Its best epoch as a package that answers, weights, ONNX, torch.export: each tried before it is handed out",
        ),
        Command(
            "runs.go_on",
            "Go on where it broke off",
            lambda w: w.runs.again.go_on(),
            icon="ph.play",
            contexts=("run",),
            enabled=_can_go_on,
            tip="Train on from the last checkpoint of a run that was stopped, failed or killed, in its own folder",
        ),
        Command(
            "runs.longer",
            "Train longer …",
            lambda w: w.runs.again.ask_longer(),
            icon="ph.fast-forward",
            contexts=("run",),
            enabled=_can_train,
            tip="Go on from the end of a run with more epochs: a run of its own",
        ),
        Command(
            "runs.again",
            "Train again from",
            icon="ph.arrow-bend-down-right",
            contexts=("run",),
            enabled=_can_train,
            choices=offer_checkpoints,
            tip="Go on from one of the checkpoints of a run: a run of its own",
        ),
        Command(
            "runs.repeat",
            "Repeat this run",
            lambda w: w.runs.again.repeat(),
            icon="ph.repeat",
            contexts=("run",),
            enabled=_can_repeat,
            tip="Train it again from its start as its receipt says, and tell whether the same comes out",
        ),
    ),
    (
        Command(
            "runs.compare",
            "Compare their networks",
            lambda w: w.runs.compare(),
            icon="ph.git-diff",
            contexts=("run",),
            enabled=_can_compare,
            title_now=_name_compare,
            tip="See what differs between the networks of two runs, or of one and this project, on one canvas",
        ),
        Command(
            "runs.rename",
            "Name …",
            lambda w: w.runs.rename_wanted.emit(),
            icon="ph.pencil-simple",
            contexts=("run",),
            enabled=_has_one,
        ),
        Command(
            "runs.star",
            "Star",
            lambda w: w.runs.star(),
            icon="ph.star",
            contexts=("run",),
            enabled=_has_any,
            title_now=_name_star,
            tip="Runs with a star are never thrown away to make room",
        ),
        Command(
            "runs.reveal", "Show in folder", lambda w: w.runs.reveal(), icon="ph.folder-notch-open", contexts=("run",)
        ),
    ),
    (
        Command(
            "runs.delete",
            "Move to trash",
            lambda w: w.runs.delete(),
            icon="ph.trash",
            contexts=("run",),
            enabled=_has_any,
            tip="It stays in the trash of the runs for a month",
        ),
        Command(
            "runs.delete_for_good",
            "Delete for good …",
            lambda w: w.runs.ask_delete(),
            contexts=("run",),
            enabled=_has_any,
        ),
    ),
    (
        Command("runs.most", "Keep", icon="ph.archive", choices=offer_most),
        Command("runs.every", "Keep checkpoints", icon="ph.flag", choices=offer_every),
        Command("runs.folder", "Keep runs in …", lambda w: w.runs.ask_folder(), icon="ph.folder"),
        Command(
            "runs.tensorboard",
            "Write TensorBoard logs",
            lambda w: w.runs.toggle_tensorboard(),
            checked=lambda w: w.settings.tensorboard,
            tip="From the next run on its folder holds event files: tensorboard --logdir with the folder of the runs",
        ),
    ),
)
