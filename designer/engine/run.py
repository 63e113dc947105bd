"""One run under way: what was made for it, how far it has come, and what it tells."""

import contextlib
import math
import time
from collections import deque
from collections.abc import Callable, Collection, Generator, Sequence
from dataclasses import replace
from typing import Literal

import torch
from torch import Tensor

from designer.engine.blame import Blame, find_culprit, is_finite, measure
from designer.engine.build import Pair, Script, build
from designer.engine.bundle import count_rows
from designer.engine.carrying import Memory, carry_over, same_training
from designer.engine.changing import change
from designer.engine.checkpoint import RunFolder
from designer.engine.curves import read_past
from designer.engine.device import choose
from designer.engine.events import (
    EpochDone,
    Event,
    Failed,
    Finished,
    Loading,
    Request,
    Started,
    StepsDone,
    Validating,
)
from designer.engine.failures import LOSSES_TOLD, Before, Place, explain_divergence, explain_ruin
from designer.engine.loading import load_data
from designer.engine.look import Looks
from designer.engine.meter import INTERVAL, Clock, Meter
from designer.engine.plan import Plan
from designer.engine.recording import make_record
from designer.engine.resuming import list_learned, read_parts, read_random, set_random, write_parts
from designer.engine.rewind import Rewind, Ruin
from designer.engine.samples import INTERVAL as SAMPLE_INTERVAL
from designer.engine.samples import draw_samples
from designer.engine.scoring import Scoring
from designer.engine.seeing import Look, Wish
from designer.engine.sharding import find_weights
from designer.engine.snapshot import Snapshots
from designer.engine.state import Stage, State, StateError, copy_tree, read_place, read_state
from designer.engine.trainer import Trainer

Events = Generator[Event, Request | None, None]


class Stopped(Exception):
    """The listener asked for the end."""


class Diverged(Exception):
    """A loss is infinite or not a number; `event` says whose fault it is."""

    def __init__(self, event: Failed) -> None:
        super().__init__(event.message)
        self.event = event


class Run:
    """One run under way. What it needs is there after `prepare`."""

    script: Script
    trainer: Trainer
    meter: Meter
    scoring: Scoring
    validation: Pair
    order: torch.Generator

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.place = Place()
        self.stage: Stage = "between"
        self.rows = 0  # of this epoch's order, that are learned
        self.threads = torch.get_num_threads()  # where the script leaves it to torch
        self.clock = Clock()
        self.rewind = Rewind()
        self.sampled_at = -math.inf  # when samples were last drawn, in seconds
        self.best = math.inf  # the lowest validation loss
        self.is_over = False  # early stopping has ended it
        self.epochs: list[EpochDone] = []
        self.looked_at = -math.inf  # when the weights were, on the clock
        self.one_step = False  # the next event comes after one step
        self.good: State | None = None  # the newest copy of a state whose losses were still in bounds
        self.bound = math.inf  # of those: twice what the first were
        self.recent: deque[float] = deque(maxlen=LOSSES_TOLD)  # the last losses
        self.folder: RunFolder | None = None
        self.memory = Memory()
        self.snapshots = Snapshots({})
        self.order_state = torch.empty(0)
        self.is_ready = False

    @property
    def made(self) -> tuple[Script | None, Trainer | None]:
        """The script and the trainer, None for what has not come about."""
        return getattr(self, "script", None), getattr(self, "trainer", None)

    def learn(self) -> Events:
        """Load, build, and go through the epochs. Raises Stopped, Diverged, and what went wrong."""
        yield from self.tell(Loading())
        self.prepare()
        yield from self.tell(self.describe())
        while not self.is_over:
            if self.stage == "between":
                if self.place.epoch >= self.plan.epochs:
                    return
                self.begin_epoch()
            if self.stage == "training":
                yield from self.learn_epoch()
            yield from self.validate_epoch()

    def prepare(self) -> None:
        """Make all that is needed; seeds and draws as the script does, then goes on where the plan says."""
        plan, place = self.plan, self.place
        state = read_state(plan.resume) if plan.resume is not None else None
        self.make(plan, None)
        exactly = True
        if state is not None:
            exactly = self.go_on(state)
        if plan.out is not None:
            place.phase = "files"
            record = make_record(plan, self.trainer, self.validation, place, self.clock.now())
            self.folder = RunFolder(plan.out, plan, record, self.epochs, exactly=exactly)
        self.is_ready = True
        if self.trainer.ranks.world == 1:
            self.keep_copy()

    def make(self, plan: Plan, data: tuple[Pair, Pair] | None) -> None:
        """Build script, network and all that learns; loads the data unless they are given."""
        device = choose(plan.device)
        torch.set_num_threads(plan.source.threads or self.threads)
        self.place.phase = "data"
        script = build(plan.source)
        self.script = script
        if data is None:
            torch.manual_seed(plan.seed)
            self.order = torch.Generator().manual_seed(plan.seed)
            data = load_data(script, plan.data_path, device)
        self.place.phase = "network"
        trainer = Trainer(script, plan, device, data[0])
        self.place.rows = trainer.batch_size
        self.trainer, self.validation = trainer, data[1]
        self.snapshots = Snapshots(trainer.layers)
        self.clock = Clock(self.clock.now() if self.is_ready else 0.0)
        self.meter = Meter(script.measure, self.clock)
        self.scoring = Scoring(script, trainer, data[1])

    def go_on(self, state: State) -> bool:
        """Take over a state: exactly where the plan is the one it comes from, else as far as it fits; return which."""
        trainer, place = self.trainer, self.place
        exactly = state.project is not None and same_training(state.project, self.plan.project)
        if exactly:
            write_parts(trainer, state.parts)
        else:
            if trainer.is_shared:
                raise StateError("With --fsdp a run goes on only with the network and settings of its checkpoint.")
            carry_over(state, trainer, self.plan, self.memory)
        place.epoch, place.step = state.epoch, state.step
        self.stage, self.rows, self.best, self.is_over = state.stage, state.rows, state.best, state.is_over
        if state.project is not None and self.plan.epochs > state.project.training.epochs:
            self.is_over = False  # more was asked for
        self.epochs = list(state.epochs)
        self.clock = Clock(state.seconds)
        self.meter = Meter(self.script.measure, self.clock)
        if state.meter:
            self.meter.load_state_dict(copy_tree(state.meter, lambda tensor: tensor.to(trainer.device)))
        self.order_state = state.random["order"]
        self.order.set_state(self.order_state)
        trainer.go_on(state.epoch, state.stage)
        trainer.learning_rate = state.learning_rate
        set_random(trainer.ranks.pick_random(state.random), trainer.device)
        return exactly

    def capture(self) -> State:
        """Return the state as it is between two steps; its tensors are those that learn, not copies."""
        trainer, place = self.trainer, self.place
        order = self.order.get_state() if self.stage == "between" else self.order_state
        return State(
            epoch=place.epoch,
            step=place.step,
            stage=self.stage,
            rows=self.rows,
            seconds=self.clock.now(),
            best=self.best,
            is_over=self.is_over,
            learning_rate=trainer.learning_rate,
            parts=read_parts(trainer),
            random=trainer.ranks.collect_random(read_random(trainer.device), trainer.device) | {"order": order},
            meter=self.meter.state_dict(),
            epochs=tuple(self.epochs),
            project=self.plan.project,
            modules=self.plan.source.modules,
            learned=list_learned(trainer),
        )

    def capture_later(self) -> Callable[[], State]:
        """Return what gives the state as it is now; several processes bring it together at once."""
        if self.trainer.ranks.world == 1:
            return self.capture
        state = self.capture()
        return lambda: state

    def describe(self) -> Started:
        """Return what there is to say before the first step."""
        trainer, place = self.trainer, self.place
        rows, held_out = count_rows(trainer.x), count_rows(self.validation[0])
        sizes = trainer.batches, rows, held_out, trainer.parameters
        resume = self.plan.resume
        return Started(
            *(str(trainer.device), self.plan.epochs, *sizes, place.epoch, place.step, tuple(self.epochs)),
            past_losses=read_past(resume.parent, place.step) if resume is not None else (),
        )

    def begin_epoch(self) -> None:
        """Make ready for the next epoch."""
        self.place.epoch += 1
        self.stage, self.rows = "training", 0
        self.order_state = self.order.get_state()
        self.meter.begin_epoch()

    def learn_epoch(self) -> Events:
        """Learn from the rows of the epoch that are left."""
        place = self.place
        place.phase = "training"
        order = self.draw_order()
        total = order.shape[0]
        while self.rows < total:
            trainer, meter = self.trainer, self.meter
            trainer.begin_epoch(place.epoch)
            for batch in trainer.cut(order[self.rows :] if self.rows else order):
                if batch.shape[0] < trainer.least_rows:  # too few are left to share out
                    self.rows = total
                    break
                meter.add(*trainer.step(batch))
                self.snapshots.note_step()
                place.step += 1
                self.rows += batch.shape[0]
                if trainer.ranks.is_over:
                    yield from self.tell_steps()
                    raise Stopped
                if meter.is_due or self.one_step or trainer.ranks.must_tell:
                    yield from self.tell_steps()
                    if trainer.ranks.brings_state:
                        self.keep_together()
                    if self.trainer is not trainer:
                        break
            if self.stage != "training":  # the data have changed
                return
        if self.meter.is_pending:
            yield from self.tell_steps()
        self.trainer.end_epoch()
        self.stage = "validation"

    def draw_order(self) -> Tensor:
        """Return the order of this epoch's rows, on the device."""
        order = torch.randperm(count_rows(self.trainer.x), generator=self.order)
        return order if self.trainer.device.type == "cpu" else order.to(self.trainer.device)

    def validate_epoch(self) -> Events:
        """Validate, and tell of the epoch. Raises Diverged where the last step has ruined the weights."""
        if self.stage != "validation":
            return
        self.place.phase = "validation"
        seconds = self.meter.seconds
        self.trainer.ranks.agree_on_buffers(self.trainer.model)
        scores = yield from self.evaluate()
        scores = self.trainer.ranks.agree_on_scores(scores, self.trainer.device)
        self.trainer.note_validation(scores["loss"])
        yield from self.tell_epoch(scores, seconds)

    def evaluate(self) -> Generator[Event, Request | None, dict[str, float]]:
        """Return the scores on the validation data, and tell of the way where it is long."""
        scoring, told = self.scoring, self.clock.now()
        for seen in scoring.walk():
            if self.clock.now() - told >= INTERVAL:
                yield from self.tell(Validating(self.place.epoch, self.place.step, seen, scoring.rows))
                told = self.clock.now()
        scores = scoring.read()
        self.meter.restart()
        return scores

    def tell_steps(self) -> Events:
        """Tell of the pending steps. Raises Diverged where a loss, or what a step has made of the weights, is not finite."""
        place, trainer = self.place, self.trainer
        self.one_step = False
        steps = self.meter.read(place.epoch, place.step, trainer.learning_rate)
        bad = next((i for i, loss in enumerate(steps.losses) if not math.isfinite(loss)), None)
        # Before a copy is taken, or written: it must be a good one. Several processes all see it in the next loss.
        if bad is None and (trainer.ranks.world > 1 or not self.is_look_due or self.is_sound()):
            self.recent.extend(steps.losses)
            if self.folder is not None:
                self.folder.note_steps(steps.losses)
            self.keep(steps.losses)
            yield from self.tell(steps)
            return
        first = place.step - len(steps.losses) + 1
        last = place.step if bad is None else first + bad
        ruin = self.find_ruin(last, steps.losses[-1], losses_are_finite=bad is None)
        place.step = last if ruin is None else ruin.step
        losses = steps.losses[: max(place.step - first + 1, 0)]
        if losses:
            if self.folder is not None:
                self.folder.note_steps(losses)
            yield from self.tell(replace(steps, step=place.step, losses=losses))
            self.recent.extend(losses[:-1])
        if ruin is None:
            raise self.diverge(find_culprit(trainer, self.rewind.replay(trainer, last)), losses[-1])
        raise self.end_by(ruin)

    @property
    def is_look_due(self) -> bool:
        """Whether to look at the weights: now and then, and before a copy is taken or written, which must be a good one."""
        due = self.clock.now() - self.looked_at >= INTERVAL or self.rewind.is_due
        return due or (self.folder is not None and self.folder.is_due)

    def find_ruin(self, last: int, loss: float, *, losses_are_finite: bool) -> Ruin | None:
        """Return the step that left weights that are not finite, None where they were until a loss was not."""
        ruin = self.rewind.find_ruin(self.trainer, last if losses_are_finite else last - 1)
        if ruin is None and losses_are_finite:  # there is no copy: the last step is as good a guess as any
            return Ruin(last, loss)
        return ruin

    def end_by(self, ruin: Ruin) -> Diverged:
        """Return what ends a run whose trainer stands after the step that ruined it."""
        culprit = find_culprit(self.trainer, None)
        self.rewind.replay(self.trainer, ruin.step)
        return self.diverge(culprit, ruin.loss, is_ruin=True)

    def is_sound(self) -> bool:
        """Return whether all that is learned is finite."""
        self.looked_at = self.clock.now()
        return self.scoring.is_sound()

    def keep(self, losses: Sequence[float]) -> None:
        """Copy the state, and write it, each where it is time; several processes do after the next step, together."""
        ranks, is_due = self.trainer.ranks, self.folder is not None and self.folder.is_due
        if ranks.world > 1:
            copies = not self.trainer.is_shared  # what is shared out would have to be brought together each time
            ranks.wants_state = ranks.rank == 0 and (is_due or (copies and self.rewind.is_due))
            return
        if self.rewind.is_due:
            self.keep_copy(is_good=self.is_sane(losses))
        if self.folder is not None and is_due:
            self.folder.write_in_passing(self.trainer.trained, self.capture())

    def keep_together(self) -> None:
        """Copy and write the state that all processes bring together; the last losses must be good ones."""
        state, ranks = self.capture(), self.trainer.ranks
        ranks.wants_state = False
        self.rewind.keep(self.trainer, state)
        if ranks.rank or not all(map(is_finite, state.parts["model"].values())):
            return
        if self.is_sane(self.recent):
            self.good = state.copy()
        if self.folder is not None and self.folder.is_due:
            self.folder.write_in_passing(find_weights(self.trainer, lambda: state), state)

    def keep_copy(self, *, is_good: bool = True) -> None:
        """Copy the state, for a look back; one that is good is what a run that fails leaves."""
        self.rewind.keep(self.trainer, self.capture())
        if is_good:
            self.good = self.rewind.state

    def is_sane(self, losses: Collection[float]) -> bool:
        """Return whether losses are no more than twice the first of the run: beyond, weights are on their way out."""
        mean = sum(losses) / len(losses)
        if self.bound == math.inf:
            self.bound = mean + abs(mean)
        return mean <= self.bound

    def diverge(self, culprit: Blame, loss: float, *, is_ruin: bool = False) -> Diverged:
        """Return what ends a run whose loss, or what a step makes of its weights, is not finite, with what was before."""
        batch = self.place.step - (self.epochs[-1].step if self.epochs else 0)
        before = Before(batch, tuple(self.recent), measure(self.trainer, culprit.node))
        tell = explain_ruin if is_ruin else explain_divergence
        return Diverged(tell(culprit, self.plan, self.place, loss, before, self.trainer.learning_rate))

    def tell_epoch(self, scores: dict[str, float], seconds: float) -> Events:
        """Tell of an epoch and keep its weights. Raises Diverged where the last step has ruined them."""
        place, trainer, meter, val_loss = self.place, self.trainer, self.meter, scores["loss"]
        if not math.isfinite(val_loss) and trainer.ranks.world == 1 and not self.is_sound():
            ruin = self.find_ruin(place.step, self.recent.pop(), losses_are_finite=True)
            assert ruin is not None
            place.step = ruin.step
            raise self.end_by(ruin)
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
        self.epochs.append(done)
        self.stage = "between"
        take = self.capture_later()
        if self.folder is not None:  # before it is told: the answer may be the end
            self.folder.note_epoch(done, find_weights(trainer, take), take)
        if done.last and trainer.stopping is not None:
            trainer.stopping.restore(trainer.trained)
        yield from self.tell(done)
        yield from self.tell_samples(done.last)
        if not math.isfinite(val_loss) and (culprit := find_culprit(trainer, None)).node is not None:
            raise self.diverge(culprit, val_loss)
        if self.folder is not None and self.folder.is_due and (trainer.ranks.world > 1 or self.is_sound()):
            self.folder.write_in_passing(find_weights(trainer, take), take())

    def tell_samples(self, last: bool) -> Events:
        """Tell of what the network makes, where the plan wants it: at most once a second, and at the end."""
        due = time.monotonic() - self.sampled_at >= SAMPLE_INTERVAL or last
        if not self.plan.show_samples or not due:
            return
        began = time.perf_counter()
        samples = draw_samples(self.script, self.trainer.trained, self.place.epoch, self.plan.seed)
        self.clock.skip(time.perf_counter() - began)
        self.sampled_at = time.monotonic()
        if samples is not None:
            yield from self.tell(samples)

    def tell(self, event: Event) -> Events:
        """Pass an event on, then what is asked for in reply. Raises Stopped. The clock stands still meanwhile."""
        wanted: list[str] = []
        wishes: list[Wish] = []
        while True:
            passed = time.perf_counter()
            request = yield event
            self.clock.skip(time.perf_counter() - passed)
            if request is not None:
                if request.stop and self.is_ready and self.trainer.ranks.world > 1:
                    self.trainer.ranks.wants_end = True  # all end after the same step
                elif request.stop:
                    raise Stopped
                self.one_step |= request.one_step
                wanted += request.weights
                wishes += [request.look] if request.look is not None else []
                if request.plan is not None and self.is_ready:
                    event = change(self, request.plan)
                    continue
            if not self.is_ready or not (wanted or wishes):
                return
            event = self.snapshots.take(wanted.pop(0), self.place.step) if wanted else self.look(wishes.pop(0))

    def look(self, wish: Wish) -> Look:
        """Look into the network, for who wants to see it at work; nothing that the run depends on changes."""
        place = self.place
        try:
            if self.snapshots.looks is None:
                self.snapshots.looks = Looks(self.script, self.trainer, self.validation)
            return self.snapshots.looks.take(wish, place.epoch, place.step)
        except Exception:  # noqa: BLE001 - whatever a layer of the user's does when looked at, the run goes on
            return Look(place.epoch, place.step, 0, (), math.inf, wish)

    def read_rest(self) -> StepsDone | None:
        """Return the steps that no event has told of when the run broke off, None where they cannot be had."""
        if not self.is_ready or not self.meter.is_pending:
            return None
        try:
            return self.meter.read(self.place.epoch, self.place.step, self.trainer.learning_rate)
        except RuntimeError:  # an accelerator that has failed gives nothing back
            return None

    def finish(self, reason: Literal["finished", "early stop", "stopped"]) -> Finished:
        """Write what is left to write, and return the last event."""
        ended = Finished(reason, self.place.epoch, self.place.step, self.clock.now() if self.is_ready else 0.0)
        state = self.capture() if self.folder is not None or (self.is_ready and self.trainer.ranks.world > 1) else None
        if self.folder is not None and state is not None:
            self.place.phase = "files"
            self.folder.finish(find_weights(self.trainer, lambda: state), state, ended)
        return ended

    def fail(self, event: Failed) -> Failed:
        """Write what a run that failed leaves: the last state that was good, the best weights and the curves."""
        if self.folder is None:
            return event
        with contextlib.suppress(Exception):  # it may be the disk, the memory or the device that failed
            state = self.good if event.reason == "non_finite_loss" else self.rewind.state or self.good
            self.folder.finish(None, state, event)
        kept = self.folder.last_state
        with contextlib.suppress(StateError):
            if kept is not None:
                return replace(event, checkpoint=kept, checkpoint_step=read_place(kept)[1])
        return event

    def release(self) -> None:
        """Let go of everything that is large, and of the threads."""
        torch.set_num_threads(self.threads)
        device = None
        if hasattr(self, "trainer"):
            device = self.trainer.device
            self.trainer.release()
            del self.trainer, self.meter, self.scoring, self.validation
        if hasattr(self, "script"):
            del self.script
        self.is_ready, self.folder = False, None
        self.snapshots, self.memory = Snapshots({}), Memory()
        self.rewind.forget()
        self.good = None
        if device is not None and device.type != "cpu":
            with contextlib.suppress(RuntimeError):  # a device that is lost has no cache
                torch.get_device_module(device).empty_cache()
