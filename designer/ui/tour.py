"""The tour: the real window off screen opens an example, trains it, exports the script, and the script runs."""

import csv
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEventLoop

from designer.catalogue.templates import open_template
from designer.document.edits import set_training
from designer.document.files import save
from designer.engine.events import Event, Failed, StepsDone
from designer.ui.app import open_offscreen, save_picture
from designer.ui.words import write_amount

EXAMPLE = "digits-cnn"
LAYER = "conv1"  # shown in the pictures
Say = Callable[[str], object]


class Diary:
    """Hears what a run tells: every loss in order, and how it ended."""

    def __init__(self) -> None:
        self.losses: list[float] = []
        self.failure = ""

    def take(self, event: Event) -> None:
        """Write one event down."""
        if isinstance(event, StepsDone):
            self.losses.extend(event.losses)
        elif isinstance(event, Failed):
            self.failure = event.message


def take_tour(out: Path, say: Say, epochs: int | None = None) -> int:
    """Take the tour; what it makes goes to the folder `out`. Return 0 if every station was reached.

    `epochs` takes the place of what the example says.
    """
    out.mkdir(parents=True, exist_ok=True)
    project, path, script = open_template(EXAMPLE), out / f"{EXAMPLE}.nnd", out / f"{EXAMPLE.replace('-', '_')}.py"
    if epochs is not None:
        project = set_training(project, replace(project.training, epochs=epochs))
    save(path, project)
    diary = Diary()
    say(f"Opening the window off screen with {path.name} ...")
    with open_offscreen(project, path) as window:
        window.editor.select([LAYER])
        save_picture(window, out / "1-network.png")
        say(f"Training {write_amount(project.training.epochs, 'epoch')} ...")
        bridge = window.trainer.bridge
        bridge.happened.connect(diary.take)
        half = QEventLoop()
        bridge.progressed.connect(lambda progress: half.quit() if 2 * progress.step >= progress.steps > 0 else None)
        whole = QEventLoop()
        for loop in (half, whole):
            bridge.state_changed.connect(lambda state, loop=loop: loop.quit() if state == "ended" else None)
        window.menus.actions["train.start"].trigger()
        if not bridge.active:
            say("The run did not start: " + " ".join(notice.text for notice in window.notices.shown))
            return 1
        half.exec()
        save_picture(window, out / "2-training.png")
        window.workbench.show("weights")
        if bridge.active:
            whole.exec()
        save_picture(window, out / "3-weights.png")
        if diary.failure:
            say(f"The run failed: {diary.failure}")
            return 1
        say(bridge.progress.describe_place())
        window.workbench.show("code")
        window.appearance.choose("light")
        save_picture(window, out / "4-code.png")
        window.filing.export_to(script)
    say(f"Running the exported script {script.name} ...")
    return _run_script(script, diary.losses, say) or _tell(out, say)


def _run_script(script: Path, losses: list[float], say: Say) -> int:
    """Run the script in a process of its own and compare its losses with those of the window."""
    log = script.with_suffix(".csv")
    command = [sys.executable, script.name, "--losses", log.name, "--out", script.with_suffix(".safetensors").name]
    done = subprocess.run(command, cwd=script.parent, capture_output=True, text=True, check=False)
    if done.returncode:
        say(f"The script failed:\n{done.stderr}")
        return 1
    say(done.stdout.strip().rpartition("\n")[2])
    with log.open(newline="") as file:
        theirs = [float(row["loss"]) for row in csv.DictReader(file)]
    if theirs == losses:
        say(f"The same {write_amount(len(losses), 'step')} with the same losses as in the window, bit for bit.")
        return 0
    worst = max((abs(a - b) for a, b in zip(theirs, losses, strict=False)), default=0.0)
    say(f"{len(theirs):,} steps here, {len(losses):,} in the window; losses differ by {worst:.3g} at most.")
    return 0 if len(theirs) == len(losses) else 1


def _tell(out: Path, say: Say) -> int:
    say(f"Everything is in {out.resolve()}:")
    for path in sorted(out.iterdir()):
        say(f"  {path.name}")
    return 0
