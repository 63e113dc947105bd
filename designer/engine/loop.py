"""The training loop: a generator of events that knows no screen."""

import contextlib
import math
import time
from collections.abc import Generator
from dataclasses import replace
from typing import Literal

import torch

from designer.engine.blame import find_culprit
from designer.engine.build import Pair, Script, build
from designer.engine.bundle import Bundle, apply, count_rows, join_rows, split_rows
from designer.engine.checkpoint import RunFolder
from designer.engine.device import choose
from designer.engine.events import EpochDone, Event, Failed, Finished, Loading, Request, Started, StepsDone, Validating
from designer.engine.failures import Place, explain, explain_divergence
from designer.engine.loading import load_data
from designer.engine.meter import INTERVAL, Clock, Meter
from designer.engine.plan import Plan
from designer.engine.rewind import Rewind
from designer.engine.samples import INTERVAL as SAMPLE_INTERVAL
from designer.engine.samples import draw_samples
from designer.engine.snapshot import Snapshots
from designer.engine.trainer import Trainer

Events = Generator[Event, Request | None, None]


def train(plan: Plan) -> Events:
    """Train a network and tell what happens; the last event is Finished or Failed.

    What the listener wants is sent in as a Request in reply to an event. The loop never prints, and waits for nothing
    but the reply. Network and data are let go before the last event, and when the generator is closed.
    """
    run = Run(plan)
    ended: Finished | Failed
    rest: StepsDone | None = None
    try:
        try:
            yield from run.learn()
            ended = run.finish("early stop" if run.is_over else "finished")
        except Stopped:
            ended = run.finish("stopped")
    except Diverged as error:
        ended = error.event
        run.save_best()
    except Exception as error:  # noqa: BLE001 - every way to end is an event
        ended = explain(error, plan, run.place, run.script, run.trainer)
        rest = run.read_rest()
        run.save_best()
    finally:
        run.release()
    if rest is not None:
        yield rest
    yield ended


class Stopped(Exception):
    """The listener asked for the end."""


class Diverged(Exception):
    """A loss is infinite or not a number; `event` says whose fault it is."""

    def __init__(self, event: Failed) -> None:
        super().__init__(event.message)
        self.event = event


class Run:
    """One run under way: what was made for it, and how far it has come."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.place = Place()
        self.clock = Clock()
        self.rewind = Rewind()
        self.sampled_at = -math.inf  # when samples were last drawn, in seconds
        self.best = math.inf  # the lowest validation loss
        self.is_over = False  # early stopping has ended it
        self.script: Script | None = None
        self.trainer: Trainer | None = None
        self.meter: Meter | None = None
        self.folder: RunFolder | None = None
        self.snapshots = Snapshots({})

    def learn(self) -> Events:
        """Load, build, and go through the epochs. Raises Stopped, Diverged, and what went wrong."""
        plan, place = self.plan, self.place
        yield from self.tell(Loading())
        trainer, meter, validation, order = self.prepare()
        rows, held_out = count_rows(trainer.x), count_rows(validation[0])
        device = str(trainer.device)
        yield from self.tell(Started(device, plan.epochs, trainer.batches, rows, held_out, trainer.parameters))

        for epoch in range(1, plan.epochs + 1):
            place.phase, place.epoch = "training", epoch
            began = self.clock.now()
            meter.begin_epoch()
            trainer.begin_epoch(epoch)
            for batch in torch.split(torch.randperm(rows, generator=order).to(device), trainer.batch_size):
                meter.add(*trainer.step(batch))
                self.snapshots.note_step()
                place.step += 1
                if meter.is_due:
                    yield from self.tell_steps(trainer, meter)
            trainer.end_epoch()
            if meter.is_pending:
                yield from self.tell_steps(trainer, meter)
            seconds = self.clock.now() - began

            place.phase = "validation"
            scores = yield from self.evaluate(trainer, meter, *validation)
            trainer.note_validation(scores["loss"])
            yield from self.tell_epoch(trainer, meter, scores, seconds)
            if self.is_over:
                return

    def prepare(self) -> tuple[Trainer, Meter, Pair, torch.Generator]:
        """Return trainer, meter, validation data and the generator of the order of rows; seeds and draws as the script."""
        plan, place = self.plan, self.place
        device = choose(plan.device)

        place.phase = "data"
        self.script = build(plan.source)
        torch.manual_seed(plan.seed)
        order = torch.Generator().manual_seed(plan.seed)
        data, validation = load_data(self.script, plan.data_path, device)

        place.phase = "network"
        self.trainer = Trainer(self.script, plan, device, data)
        self.snapshots = Snapshots(self.trainer.layers)
        self.rewind.keep(self.trainer, 0)
        if plan.out is not None:
            place.phase = "files"
            self.folder = RunFolder(plan.out, plan)
        self.clock = Clock()
        self.meter = Meter(self.script.measure, self.clock)
        return self.trainer, self.meter, validation, order

    def evaluate(
        self, trainer: Trainer, meter: Meter, x: Bundle, y: Bundle
    ) -> Generator[Event, Request | None, dict[str, float]]:
        """Return what the script's `evaluate` returns, bit for bit, and tell of the way where it is long."""
        trainer.trained.eval()
        parts: list[Bundle] = []
        told = self.clock.now()
        for batch in split_rows(x, self.plan.source.evaluation_batch):
            with torch.no_grad():
                parts.append(apply(trainer.trained, batch))
            if self.clock.now() - told >= INTERVAL:
                seen = sum(map(count_rows, parts))
                yield from self.tell(Validating(self.place.epoch, self.place.step, seen, count_rows(x)))
                told = self.clock.now()
        with torch.no_grad():
            outputs = join_rows(parts)
            scores = {"loss": trainer.loss(outputs, y)} | meter.measure(outputs, y)
        numbers = {name: score.item() for name, score in scores.items()}
        meter.restart()
        return numbers

    def tell_steps(self, trainer: Trainer, meter: Meter) -> Events:
        """Tell of the pending steps. Raises Diverged where a loss is not finite."""
        place = self.place
        steps = meter.read(place.epoch, place.step, trainer.learning_rate)
        bad = next((i for i, loss in enumerate(steps.losses) if not math.isfinite(loss)), None)
        if bad is None:
            yield from self.tell(steps)
            if self.rewind.is_due:
                self.rewind.keep(trainer, place.step)
            return
        place.step -= len(steps.losses) - bad - 1
        yield from self.tell(replace(steps, step=place.step, losses=steps.losses[: bad + 1]))
        culprit = find_culprit(trainer, self.rewind.replay(trainer, place.step))
        raise Diverged(explain_divergence(culprit, self.plan, place, steps.losses[bad], trainer))

    def tell_epoch(self, trainer: Trainer, meter: Meter, scores: dict[str, float], seconds: float) -> Events:
        """Tell of an epoch and keep its weights. Raises Diverged where the last step has ruined them."""
        place, val_loss = self.place, scores["loss"]
        self.is_over = trainer.stopping is not None and trainer.stopping.is_over(scores, trainer.trained)
        done = EpochDone(
            epoch=place.epoch,
            step=place.step,
            train_loss=meter.mean_loss(),
            val_loss=val_loss,
            train_metrics=meter.metrics(),
            val_metrics={name: score for name, score in scores.items() if name != "loss"},
            learning_rate=trainer.learning_rate,
            seconds=seconds,
            best=val_loss < self.best,
            last=self.is_over or place.epoch == self.plan.epochs,
        )
        self.best = min(self.best, val_loss)
        if self.folder is not None:
            self.folder.note_epoch(done, trainer.trained)  # before it is told: the answer may be the end
        if done.last and trainer.stopping is not None:
            trainer.stopping.restore(trainer.trained)
        yield from self.tell(done)
        yield from self.tell_samples(done.last)
        if not math.isfinite(val_loss) and (culprit := find_culprit(trainer, None)).node is not None:
            raise Diverged(explain_divergence(culprit, self.plan, place, val_loss, trainer))
        if self.folder is not None:
            place.phase = "files"
            self.folder.write_if_due(trainer.trained)

    def tell_samples(self, last: bool) -> Events:
        """Tell of what the network makes, where the plan wants it: at most once a second, and at the end."""
        due = time.monotonic() - self.sampled_at >= SAMPLE_INTERVAL or last
        if not self.plan.show_samples or not due or self.script is None or self.trainer is None:
            return
        began = time.perf_counter()
        samples = draw_samples(self.script, self.trainer.trained, self.place.epoch, self.plan.seed)
        self.clock.skip(time.perf_counter() - began)
        self.sampled_at = time.monotonic()
        if samples is not None:
            yield from self.tell(samples)

    def tell(self, event: Event) -> Events:
        """Pass an event on, then the snapshots asked for in reply. Raises Stopped. The clock stands still meanwhile."""
        wanted: list[str] = []
        while True:
            passed = time.perf_counter()
            request = yield event
            self.clock.skip(time.perf_counter() - passed)
            if request is not None:
                if request.stop:
                    raise Stopped
                wanted += request.weights
            if not wanted or self.trainer is None:
                return
            node = wanted.pop(0)
            event = self.snapshots.take(node, self.place.step)

    def read_rest(self) -> StepsDone | None:
        """Return the steps that no event has told of when the run broke off, None where they cannot be had."""
        if self.meter is None or self.trainer is None or not self.meter.is_pending:
            return None
        try:
            return self.meter.read(self.place.epoch, self.place.step, self.trainer.learning_rate)
        except RuntimeError:  # an accelerator that has failed gives nothing back
            return None

    def finish(self, reason: Literal["finished", "early stop", "stopped"]) -> Finished:
        """Write what is left to write, and return the last event."""
        if self.folder is not None and self.trainer is not None:
            self.place.phase = "files"
            self.folder.write(self.trainer.trained)
        return Finished(reason, self.place.epoch, self.place.step, self.clock.now())

    def save_best(self) -> None:
        """Write what a run that failed leaves: the best weights and the curves, not the weights as they are."""
        if self.folder is not None:
            with contextlib.suppress(OSError):  # it may be the disk that failed
                self.folder.write(None)

    def release(self) -> None:
        """Let go of everything that is large."""
        device = None
        if self.trainer is not None:
            device = self.trainer.device
            self.trainer.release()
        self.script = self.trainer = self.meter = self.folder = None
        self.snapshots = Snapshots({})
        self.rewind.forget()
        if device is not None and device.type != "cpu":
            torch.get_device_module(device).empty_cache()
