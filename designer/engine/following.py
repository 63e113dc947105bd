"""A run that goes on elsewhere, read from its folder: it tells what a session does, and nothing can be asked of it. No torch."""

import csv
import threading
from collections import deque
from pathlib import Path

from designer.engine.events import EpochDone, Event, Failed, Finished, Loading, Started, StepsDone
from designer.engine.record import Record, RecordError, read_record
from designer.engine.session import State

EVERY = 1.0  # seconds between two looks
COLUMNS = ("epoch", "step", "train_loss", "val_loss", "learning_rate", "seconds")


class Following:
    """The run of a folder, as `Session` has one here, to be started, drained and stopped; that only ends the following.

    A thread of its own reads: a folder on another computer may answer slowly.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.state: State = "idle"
        self._events: deque[Event] = deque([Loading()])
        self._over = threading.Event()
        self._read = 0  # bytes of losses.csv
        self._step = self._epochs = 0  # told
        self._best = float("inf")
        self._started = False
        self._thread = threading.Thread(target=self._follow, name="following", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self.state = "loading"
        self._thread.start()

    def stop(self) -> None:
        """Look no more; the run goes on."""
        if not self._over.is_set():
            self.state = "stopping"
            self._over.set()

    def join(self, timeout: float | None = None) -> bool:
        """Wait until the thread has gone; return whether it has."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def drain(self) -> list[Event]:
        """Return the events since the last call."""
        return [self._events.popleft() for _ in range(len(self._events))]

    def _follow(self) -> None:
        last = None
        while last is None:
            try:
                record = read_record(self.folder)  # before the tables: what it calls over is whole in them
                self._tell(record)
                last = self._end(record)
            except (RecordError, OSError, ValueError):  # not there yet, or for a moment; who waits may stop
                pass
            if last is None and self._over.wait(EVERY):
                last = Finished("left", self._epochs, self._step, 0.0)
        self._events.append(last)
        self.state = "ended"

    def _tell(self, record: Record) -> None:
        if not self._started:
            sizes = record.epochs, record.steps_per_epoch, record.samples, 0, record.parameters
            self._events.append(Started(record.device, *sizes))
            self._started, self.state = True, "running"
        losses = self._read_losses()
        for row in self._read_epochs()[self._epochs :]:
            epoch = make_epoch(row, record, self._best)
            ahead = [loss for step, loss in losses if step <= epoch.step]
            self._tell_steps(record, epoch.epoch, ahead, losses[len(ahead) - 1][0] if ahead else epoch.step)
            losses = losses[len(ahead) :]
            self._events.append(epoch)
            self._epochs, self._step, self._best = self._epochs + 1, epoch.step, min(self._best, epoch.val_loss)
        if losses:
            self._tell_steps(record, self._epochs + 1, [loss for _, loss in losses], losses[-1][0])

    def _tell_steps(self, record: Record, epoch: int, losses: list[float], step: int) -> None:
        if losses:
            rows = record.samples * max(record.step, 1) / max(record.steps_per_epoch, 1)
            speed = rows / record.seconds if record.seconds else 0.0
            self._events.append(StepsDone(epoch, step, tuple(losses), record.learning_rate, speed, {}))
            self._step = step

    def _read_losses(self) -> list[tuple[int, float]]:
        """Return steps and losses that are new; a last line that is torn waits for the next time."""
        path = self.folder / "losses.csv"
        if not path.exists() or path.stat().st_size < self._read:  # another run, or one that goes on from before
            self._read = 0
        if not path.exists():
            return []
        with path.open("rb") as file:
            file.seek(self._read)
            text = file.read()
        text = text[: text.rfind(b"\n") + 1]
        self._read += len(text)
        pairs = [line.split(b",") for line in text.splitlines()]
        told = [(int(step), float(loss)) for step, loss in pairs if step.isdigit()]
        return [(step, loss) for step, loss in told if step > self._step]

    def _read_epochs(self) -> list[dict[str, str]]:
        path = self.folder / "metrics.csv"
        if not path.exists():
            return []
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def _end(self, record: Record) -> Finished | Failed | None:
        """Return the last event where the run is over: as it says, or as its process is no more."""
        if record.state in ("finished", "early stop", "stopped"):
            return Finished(record.state, record.epoch, record.step, record.seconds)  # type: ignore[arg-type]
        if record.state == "failed":
            return Failed("exception", record.cause, record.node or None, record.epoch, record.step, "")
        if record.is_alive:
            return None
        text = f"The run broke off after step {record.step:,}: its process is no more. Go on from its last checkpoint."
        return Failed("exception", text, None, record.epoch, record.step, "")


def make_epoch(row: dict[str, str], record: Record, best: float) -> EpochDone:
    """Return the event of a row of metrics.csv. Raises ValueError for what is none."""
    try:
        epoch, step = int(row["epoch"]), int(row["step"])
        train_loss, val_loss, rate, seconds = (float(row[name]) for name in COLUMNS[2:])
        names = [name for name in row if name not in COLUMNS and row[name]]
        train = {name.removeprefix("train_"): float(row[name]) for name in names if name.startswith("train_")}
        val = {name.removeprefix("val_"): float(row[name]) for name in names if name.startswith("val_")}
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(str(error)) from None
    last = epoch == record.epochs
    return EpochDone(epoch, step, train_loss, val_loss, train, val, rate, seconds, val_loss < best, last)
