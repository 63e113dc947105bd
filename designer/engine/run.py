"""One run under way: its way through the epochs, and what it tells."""

import math
import time
from collections.abc import Generator
from dataclasses import replace
from typing import Literal

from designer.engine.blame import find_culprit
from designer.engine.changing import change
from designer.engine.divergence import blame, blame_loss, blame_ruin, find_ruin
from designer.engine.events import Event, Finished, Loading, Request, StepsDone, Validating
from designer.engine.meter import INTERVAL
from designer.engine.plan import Plan
from designer.engine.progress import Progress
from designer.engine.safekeeping import Safekeeping
from designer.engine.samples import SampleClock, draw_samples
from designer.engine.seeing import Wish
from designer.engine.state import read_state

Events = Generator[Event, Request | None, None]


class Stopped(Exception):
    """The listener asked for the end."""


class Run:
    """One run under way: how far it is, and what is kept of it."""

    def __init__(self, plan: Plan) -> None:
        self.progress = Progress(plan)
        self.kept = Safekeeping(self.progress)
        self.one_step = False  # the next event comes after one step
        self._samples = SampleClock()

    def learn(self) -> Events:
        """Load, build, and go through the epochs. Raises Stopped, Diverged, and what went wrong."""
        yield from self._tell(Loading())
        self._prepare()
        progress = self.progress
        yield from self._tell(progress.describe(self.kept.changes, other_data=self.kept.has_other_data))
        self._samples.begin()
        while not progress.is_over:
            if progress.stage == "between":
                if progress.place.epoch >= progress.plan.epochs:
                    return
                progress.begin_epoch()
            if progress.stage == "training":
                yield from self._learn_epoch()
            if progress.stage == "validation":
                yield from self._validate_epoch()

    def _prepare(self) -> None:
        """Make all that is needed; seeds and draws as the script does, then goes on where the plan says."""
        progress, plan = self.progress, self.progress.plan
        state = read_state(plan.resume) if plan.resume is not None else None
        progress.make(plan, None)
        exactly = state is None or progress.go_on(state)
        self.kept.open(exactly=exactly, before=state.project if state is not None else None)
        progress.is_ready = True
        if progress.trainer.ranks.world == 1:
            self.kept.keep_copy()

    def _learn_epoch(self) -> Events:
        """Learn from the rows of the epoch that are left."""
        progress = self.progress
        progress.place.phase = "training"
        order = progress.draw_order()
        total = order.shape[0]
        while progress.rows < total:
            trainer = progress.trainer
            trainer.begin_epoch(progress.place.epoch)
            for batch in trainer.cut(order[progress.rows :] if progress.rows else order):
                if batch.shape[0] < trainer.least_rows:  # too few are left to share out
                    progress.rows = total
                    break
                progress.learn(batch)
                ranks = trainer.ranks
                if progress.meter.is_due or self.one_step or ranks.must_tell or ranks.is_over:
                    yield from self._tell_steps()
                    if ranks.is_over:
                        raise Stopped
                    if ranks.brings_state:
                        self.kept.keep_together()
                    if progress.trainer is not trainer:
                        break
            if progress.stage != "training":  # the data have changed
                return
        if progress.meter.is_pending:
            yield from self._tell_steps()
        progress.trainer.end_epoch()
        progress.stage = "validation"

    def _tell_steps(self) -> Events:
        """Tell of the pending steps. Raises Diverged where a loss, or what a step has made of the weights, is not finite."""
        self.one_step = False
        steps = self.progress.read_steps()
        # Before a copy is taken, or written: it must be a good one.
        if not all(map(math.isfinite, steps.losses)) or not self.kept.are_losses_followed():
            yield from self._tell_last(steps)
        self.progress.recent.extend(steps.losses)
        self.kept.note_losses(steps.losses)
        self.kept.keep(steps.losses)
        yield from self._tell(steps)
        yield from self._tell_trouble()
        yield from self._tell_samples(within=True)

    def _tell_last(self, steps: StepsDone) -> Events:
        """Tell of the steps up to the one that ruined a loss or the weights. Raises Diverged."""
        progress, rewind = self.progress, self.kept.rewind
        first = steps.step - len(steps.losses) + 1
        bad = next((i for i, loss in enumerate(steps.losses) if not math.isfinite(loss)), None)
        last = steps.step if bad is None else first + bad
        ruin = find_ruin(progress, rewind, last, steps.losses[-1], losses_are_finite=bad is None)
        progress.place.step = last if ruin is None else ruin.step
        losses = steps.losses[: max(progress.place.step - first + 1, 0)]
        if losses:
            self.kept.note_losses(losses)
            yield from self._tell(replace(steps, step=progress.place.step, losses=losses))
            progress.recent.extend(losses[:-1])
        raise blame_loss(progress, rewind, last, losses[-1]) if ruin is None else blame_ruin(progress, rewind, ruin)

    def _validate_epoch(self) -> Events:
        """Validate, and tell of the epoch. Raises Diverged where the last step has ruined the weights."""
        progress, trainer = self.progress, self.progress.trainer
        progress.place.phase = "validation"
        seconds = progress.meter.seconds
        trainer.ranks.agree_on_buffers(trainer.model)
        scores = yield from self._evaluate()
        trainer = progress.trainer
        scores = trainer.ranks.agree_on_scores(scores, trainer.device)
        trainer.note_validation(scores["loss"])
        yield from self._tell_epoch(scores, seconds)

    def _evaluate(self) -> Generator[Event, Request | None, dict[str, float]]:
        """Return the scores on the validation data, and tell of the way where it is long."""
        progress, scoring, told = self.progress, self.progress.scoring, self.progress.clock.now()
        for seen in scoring.walk():
            if (
                seen < scoring.rows and progress.clock.now() - told >= INTERVAL
            ):  # all of them are told of with the epoch
                yield from self._tell(Validating(progress.place.epoch, progress.place.step, seen, scoring.rows))
                told = progress.clock.now()
        scores = scoring.read()
        progress.meter.restart()
        return scores

    def _tell_epoch(self, scores: dict[str, float], seconds: float) -> Events:
        """Tell of an epoch and keep its weights. Raises Diverged where the last step has ruined them."""
        progress, trainer, is_finite = self.progress, self.progress.trainer, math.isfinite(scores["loss"])
        if not is_finite and trainer.ranks.world == 1 and not self.kept.is_sound():
            ruin = find_ruin(
                progress, self.kept.rewind, progress.place.step, progress.recent.pop(), losses_are_finite=True
            )
            assert ruin is not None
            raise blame_ruin(progress, self.kept.rewind, ruin)
        done = progress.end_epoch(scores, seconds)
        take = progress.capture_later()
        self.kept.note_epoch(done, take)  # before it is told: the answer may be the end
        if done.last and trainer.stopping is not None:
            trainer.stopping.restore(trainer.trained)
        yield from self._tell(done)
        yield from self._tell_samples(within=False, last=done.last)
        if not is_finite and (culprit := find_culprit(trainer, None)).node is not None:
            raise blame(progress, culprit, done.val_loss)
        self.kept.write_epoch(take)
        yield from self._tell_trouble()

    def _tell_trouble(self) -> Events:
        """Tell of a folder that cannot be written, or can be again."""
        trouble = self.kept.read_trouble()
        if trouble is not None:
            yield from self._tell(trouble)

    def _tell_samples(self, *, within: bool, last: bool = False) -> Events:
        """Tell of what the network makes, where the plan wants it and it is time: within an epoch, or after one."""
        progress = self.progress
        if not progress.plan.show_samples or not (last or self._samples.is_due(within=within)):
            return
        began = time.perf_counter()
        samples = draw_samples(progress.script, progress.trainer.trained, progress.place.epoch, progress.plan.seed)
        cost = time.perf_counter() - began
        progress.clock.skip(cost)
        self._samples.note(cost)
        if samples is not None:
            yield from self._tell(replace(samples, step=progress.place.step if within else 0))

    def _tell(self, event: Event) -> Events:
        """Pass an event on, then what is asked for in reply. Raises Stopped. The clock stands still meanwhile."""
        progress = self.progress
        wanted: list[str] = []
        wishes: list[Wish] = []
        while True:
            passed = time.perf_counter()
            request = yield event
            progress.clock.skip(time.perf_counter() - passed)
            if request is not None:
                if request.stop:
                    self._stop()
                self.one_step |= request.one_step
                wanted += request.weights
                wishes += [request.look] if request.look is not None else []
                if request.out is not None and progress.is_ready:
                    event = self.kept.move(request.out)
                    continue
                if request.keep and progress.is_ready:
                    event = self.kept.keep_now()
                    continue
                if request.copy and progress.is_ready:
                    event = self.kept.copy(request.copy)
                    continue
                if request.plan is not None and progress.is_ready:
                    event = change(progress, request.plan)
                    if not event.refusal:
                        self.kept.change(progress.plan)
                    continue
            if not progress.is_ready or not (wanted or wishes):
                return
            if wanted:
                event = progress.snapshots.take(wanted.pop(0), progress.place.step)
            else:
                event = progress.look(wishes.pop(0))

    def _stop(self) -> None:
        """End the run: here, or after the same step as all other processes."""
        if not self.progress.is_ready or self.progress.trainer.ranks.world == 1:
            raise Stopped
        self.progress.trainer.ranks.wants_end = True

    def finish(self, reason: Literal["finished", "early stop", "stopped"]) -> Finished:
        """Write what is left to write, and return the last event."""
        progress, place = self.progress, self.progress.place
        ended = Finished(reason, place.epoch, place.step, progress.clock.now() if progress.is_ready else 0.0)
        self.kept.finish(ended)
        return ended

    def release(self) -> None:
        """Let go of everything that is large."""
        self.kept.release()
        self.progress.release()
